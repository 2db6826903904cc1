"""Changing a source in the newsroom: the effect is shown before it is kept, and it is the one that the crawl has."""

import html
import re

import pytest

from crawler.reading import read
from crawler.reading.relevance import with_other_terms
from store import items, sources
from store.tables import Source
from store.values import Rights, Role, SourceKind, State
from tests.parts import samples
from tests.parts.desk import Desk, problem, words

PATH = "/redactie/bronnen/omroep-proef"


@pytest.fixture
def desk(store, settings, clock):
    made = Desk(store, settings, clock)
    made.sign_in(Role.EDITOR)
    return made


def source(desk):
    with desk.store.reading() as session:
        return sources.get(session, "omroep-proef")


def fields(answer):
    """What the form on the page would send."""
    text = answer.text
    found = dict(re.findall(r'<input[^>]* name="([^"]*)"[^>]* value="([^"]*)"', text))
    found |= dict(re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>([^<]*)</textarea>', text))
    for name, inner in re.findall(r'<select[^>]* name="([^"]*)">(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        found[name] = chosen[1] if chosen else ""
    return {name: html.unescape(value) for name, value in found.items()}


def form(desk, **changes):
    return fields(desk.client.get(f"{PATH}/wijzig")) | {"action": "bewaar"} | changes


def send(desk, sent):
    return desk.client.post(f"{PATH}/wijzig", data=sent)


def told(desk, *titles):
    """Items as a crawl with the terms of the source would have brought them."""
    now_known = source(desk)
    given = []
    for title in titles:
        found = read(title, "", source_region="Zeeland", include=now_known.include, exclude=now_known.exclude)
        given.append(samples.article(title, title=title, excerpt="", text="", reading=found))
    with desk.store.writing() as session:
        return [each.item_id for each in items.offer_all(session, desk.source, given, Rights.EXCERPT, desk.clock())]


def test_name_rights_and_evidence_are_kept_with_who_and_when(desk):
    sent = form(
        desk, name="Omroep Nieuw", region="Zeeland", rights_evidence="https://bron.example/voorwaarden",
        rights_checked_on="2026-11-02", pace="60", pace_min="15", pace_max="600",
    )  # fmt: skip
    answer = send(desk, sent)
    assert answer.headers["location"] == f"{PATH}?melding=bron-gewijzigd", words(answer)
    kept = source(desk)
    assert (kept.name, kept.region, kept.pace_seconds, kept.pace_min) == ("Omroep Nieuw", "Zeeland", 3600, 900)
    text = words(desk.client.get(PATH))
    assert "https://bron.example/voorwaarden, nagekeken op maandag 2 november 2026" in text
    assert "Gewijzigd door editor@voorbeeld.nl op" in text
    assert "naam, regio, waar de toestemming staat, dag van de controle en tempo" in text


def test_a_form_that_nobody_touched_changes_nothing(desk):
    before = source(desk)
    assert send(desk, form(desk)).status_code == 303
    assert source(desk) == before
    assert "Gewijzigd door" not in words(desk.client.get(PATH))


def test_terms_are_tried_on_what_waits_before_they_are_kept(desk):
    film, symposium, other = told(desk, "Film over mensenhandel in Breda", "Symposium in Goes", "Weer vandaag")
    sent = form(desk, include="symposium", exclude="Film")
    answer = send(desk, sent)
    assert answer.status_code == 200, "saving unseen shows the effect first"
    text = words(answer)
    assert "Van deze bron wachten 3 berichten waar nog niemand iets mee deed." in text
    assert "gaat er 1 naar de stapel en komt er 1 in de rij" in text
    assert text.index("Naar de stapel, bijvoorbeeld") < text.index("Film over mensenhandel in Breda")
    assert source(desk).include == ()
    assert desk.row(film).state == State.PENDING
    answer = send(desk, fields(answer) | {"action": "bewaar"})
    assert answer.status_code == 303, words(answer)
    assert [desk.row(each).state for each in (film, symposium, other)] == [State.PILE, State.PENDING, State.PILE]
    kept = source(desk)
    assert (kept.include, kept.exclude) == (("symposium",), ("Film",))
    assert "1 bericht naar de stapel, 1 bericht in de rij" in words(desk.client.get(PATH))
    # And back: without the terms all stands where it stood.
    back = send(desk, form(desk, include="", exclude=""))
    send(desk, fields(back) | {"action": "bewaar"})
    assert [desk.row(each).state for each in (film, symposium, other)] == [State.PENDING, State.PILE, State.PILE]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Film over mensenhandel in Breda", "De film gaat over uitbuiting."),
        ("Symposium in Goes", "Een dag over zorg."),
        ("Symposium over mensenhandel", "Met een film."),
        ("Weer vandaag", "Zon."),
    ],
)
@pytest.mark.parametrize("old", [((), ()), (("symposium",), ()), ((), ("film",)), (("zorg",), ("uitbuiting",))])
@pytest.mark.parametrize("new", [((), ()), (("symposium",), ("film",)), (("zon",), ()), ((), ("symposium",))])
def test_other_terms_say_of_a_stored_text_what_a_crawl_would(title, text, old, new):
    known = read(title, text, include=old[0], exclude=old[1]).relevance
    crawled = read(title, text, include=new[0], exclude=new[1]).relevance
    assert with_other_terms(known, title, text, *new) == crawled


def test_a_colleague_who_was_first_is_not_overwritten(desk):
    mine, theirs = form(desk, name="Van mij"), form(desk, name="Van een collega")
    assert send(desk, theirs).status_code == 303
    answer = send(desk, mine)
    assert answer.status_code == 409
    assert "Een collega" in problem(answer)
    assert fields(answer)["name"] == "Van mij"
    assert source(desk).name == "Van een collega"
    assert send(desk, fields(answer) | {"action": "bewaar"}).status_code == 303


def test_only_the_title_is_kept_after_the_effect_was_shown(desk):
    (item,) = desk.offer(samples.article())
    answer = send(desk, form(desk, rights="title"))
    assert "alleen de titel" in words(answer)
    assert send(desk, fields(answer) | {"action": "bewaar"}).status_code == 303
    assert "Deze bron" not in words(desk.client.get(f"/redactie/items/{item}"))
    assert "lange dagen" not in words(desk.client.get(f"/redactie/items/{item}")).split("Geschiedenis")[0]
    assert "1 bericht met minder tekst" in words(desk.client.get(PATH))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "naam"),
        ({"name": "om\u202egekeerd"}, "naam"),
        ({"url": "ftp://a.example/"}, "webadres"),
        ({"region": "Atlantis"}, "regio"),
        ({"rights": "alles"}, "tekst"),
        ({"rights": Rights.FULLTEXT_INTERNAL.value}, "toestemming"),
        ({"rights_checked_on": "2030-01-01"}, "toekomst"),
        ({"rights_checked_on": "gisteren"}, "dag"),
        ({"rights_evidence": "x" * 2000}, "1000"),
        ({"kind": "own"}, "soort"),
        ({"kind": "page"}, "regel"),
        ({"kind": "page", "optie_item": "li["}, "CSS"),
        ({"kind": "calendar", "optie_days": "veel"}, "getal"),
        ({"kind": "calendar", "optie_days": "0"}, "klopt"),
        ({"kind": "events", "optie_whole": "soms"}, "keuze"),
        ({"pace": "snel"}, "tempo"),
        ({"pace": "10", "pace_min": "20"}, "tempo"),
        ({"include": "..."}, "trefwoord"),
        ({"exclude": "x" * 101}, "trefwoorden"),
        ({"include": "\n".join(map(str, range(101)))}, "trefwoorden"),
        ({"paused": "1"}, "veld"),
    ],
)
def test_what_does_not_fit_is_explained_and_not_kept(desk, changes, said):
    before = source(desk)
    answer = send(desk, form(desk) | changes)
    assert answer.status_code == 422
    assert said in problem(answer)
    assert source(desk) == before


def test_the_rules_of_each_kind_are_readable_and_come_back_the_same(desk):
    options = {
        "page": {"item": "li.nieuws", "title": "h2"},
        "sitemap": {"include": ["/nieuws/", "/pers/"], "days": 30},
        "calendar": {"days": 90},
        "events": {"links": "a.evenement", "whole": False},
    }
    for kind, chosen in options.items():
        with desk.store.writing() as session:
            row = session.get_one(Source, desk.source)
            row.kind, row.options = kind, chosen
        assert send(desk, form(desk)).status_code == 303, kind
        kept = source(desk)
        assert (kept.kind, kept.options) == (SourceKind(kind), chosen), kind
    assert "Gewijzigd door" not in words(desk.client.get(PATH))


def test_a_reader_changes_nothing(desk):
    sent = form(desk, name="Anders")
    desk.sign_in(Role.READER)
    assert "Wijzig deze bron" not in words(desk.client.get(PATH))
    assert desk.client.get(f"{PATH}/wijzig").status_code == 403
    assert send(desk, sent).status_code == 403
    assert source(desk).name == "Omroep Proef"
