"""Editing a text: regions from the place table, an article that becomes an event, and the two nights of the clock."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from service.desk.wall_time import moment_of
from store import dossier
from store.errors import NotAllowedError
from store.values import AMSTERDAM, EventStatus, Form, Kind
from tests.parts import samples
from tests.parts.desk import Desk, problem, words


@pytest.fixture
def desk(store, settings, clock):
    made = Desk(store, settings, clock)
    made.sign_in()
    return made


EVENT = {"event": "1", "event_date": "2026-12-01", "event_start": "20:00"}


@pytest.fixture
def item(desk):
    return desk.offer(samples.article())[0]


def edit(desk, item, **fields):
    """Post the form as the page shows it for the sample article, with some fields changed. None leaves one out."""
    row = desk.row(item)
    sent = {
        "revision": row.current_revision_id,
        "title": "Inval bij een bedrijf in Tilburg",
        "excerpt": "De inspectie vond mensen die lange dagen werkten.",
        "forms": "labour",
        "province_1": "Noord-Brabant",
        "municipality_1": "Tilburg",
        "place_1": "Tilburg",
        **fields,
    }
    sent = {name: value for name, value in sent.items() if value is not None}
    return desk.client.post(f"/redactie/items/{item}/edit", data=sent)


def text_of(desk, item):
    with desk.store.reading() as session:
        return dossier.read(session, item, now=desk.clock()).text


def test_the_form_shows_what_is_stored_and_saving_it_unchanged_keeps_everything(desk, item):
    page = desk.client.get(f"/redactie/items/{item}").text
    for part in (
        'value="Inval bij een bedrijf in Tilburg"',
        'value="labour" checked',
        'value="Noord-Brabant" selected',
    ):
        assert part in page
    before = text_of(desk, item)
    assert edit(desk, item).status_code == 303
    after = text_of(desk, item)
    assert (after.regions, after.forms, after.title_adjusted) == (before.regions, before.forms, False)


def test_an_edit_makes_a_new_text_that_waits_and_is_in_the_history(desk, item):
    desk.decide(item, "approve")
    desk.clock.advance(minutes=1)
    answer = edit(desk, item, title="Inval bij een bedrijf", excerpt="Onze eigen woorden.")
    assert answer.headers["location"] == f"/redactie?item={item}&melding=opgeslagen#bericht"
    page = words(desk.client.get(f"/redactie?item={item}&melding=opgeslagen"))
    assert "De tekst is opgeslagen" in page
    assert "De titel is aangepast door de redactie" in page
    assert "Tekst aangepast door editor@voorbeeld.nl" in page
    assert "Onze eigen woorden." not in words(desk.client.get(f"/nieuws/{item}-x", follow_redirects=True))


def test_a_municipality_alone_finds_its_province_and_coordinates(desk, item):
    edit(desk, item, province_1="", municipality_1="delft", place_1="")
    (region,) = text_of(desk, item).regions
    assert (region.province, region.municipality, region.place) == ("Zuid-Holland", "Delft", None)
    assert 51.9 < region.lat < 52.1
    assert 4.2 < region.lon < 4.5
    assert region.reasons == ("gekozen door de redactie",)


def test_three_regions_can_be_chosen_and_a_double_one_counts_once(desk, item):
    edit(
        desk, item, province_2="Zeeland", municipality_3="Utrecht", province_1="Zeeland", municipality_1="", place_1=""
    )
    assert [region.province for region in text_of(desk, item).regions] == ["Zeeland", "Utrecht"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": ""}, "titel is leeg"),
        ({"title": "x" * 100_000}, "titel is te lang"),
        ({"title": "een\nregel"}, "regeleinde"),
        ({"title": "omge\u202ekeerd"}, "onzichtbaar teken"),
        ({"title": "nul\x00teken"}, "onzichtbaar teken"),
        ({"title": "regel\u2028scheiding"}, "onzichtbaar teken"),
        ({"title": "verborgen\U000e0150tekst"}, "onzichtbaar teken"),
        ({"excerpt": "y" * 100_000}, "samenvatting is te lang"),
        ({"excerpt": "met \u200b erin"}, "onzichtbaar teken"),
        ({"forms": "slecht"}, "vorm"),
        ({"province_1": "Atlantis", "municipality_1": "", "place_1": ""}, "provincie"),
        ({"municipality_1": "Nergenshuizen"}, "gemeente"),
        ({"province_1": "Zeeland", "municipality_1": "Delft"}, "in Zeeland"),
        ({"province_1": "", "municipality_1": "", "place_1": "Nergenshuizen"}, "Kies een provincie"),
        ({"place_1": "z" * 5000}, "plaatsnaam"),
        ({"event": "1"}, "datum"),
        ({"event": "1", "event_date": "31-12-2026"}, "datum"),
        ({"event": "1", "event_date": "0001-01-01", "event_start": "10:00"}, "jaar"),
        ({"event": "1", "event_date": "2026-12-01"}, "begintijd"),
        ({"event": "1", "event_date": "2026-12-01", "event_start": "25:00"}, "begintijd"),
        ({"event": "1", "event_date": "2026-12-01", "event_start": "20:00", "event_end": "19:00"}, "voor het begin"),
        ({"event": "1", "event_date": "2026-12-02", "event_last_date": "2026-12-01"}, "laatste dag"),
        ({"event": "1", "event_date": "2026-12-01", "event_start": "20:00", "event_signup": "javascript:1"}, "https://"),
        ({"event": "1", "event_date": "2026-12-01", "event_start": "20:00", "event_place": "a\u202eb"}, "onzichtbaar"),
        ({"event": "1", "event_date": "2026-12-01", "event_start": "20:00", "event_place": "z" * 5000}, "plaats"),
        ({**EVENT, "event_signup": "https://"}, "https://"),
        ({**EVENT, "event_signup": "https://goed.example\\@kwaad.example/"}, "https://"),
        ({**EVENT, "event_signup": "https://goed.example/\u202egpj"}, "https://"),
        ({**EVENT, "event_signup": "https://goed.example/a\nb"}, "https://"),
        ({**EVENT, "event_signup": "https://goed.example/a b"}, "https://"),
        ({**EVENT, "event_signup": "https://naam@goed.example/"}, "https://"),
        ({**EVENT, "event_signup": "https://goed.example/" + "x" * 5000}, "https://"),
        ({"event": "1", "event_date": "2026-12-01", "event_start": "20:00", "event_status": "zeker"}, "status"),
        ({"revision": "abc"}, "nummer"),
        ({"state": "approved"}, "veld"),
        ({"public_at": "2020-01-01"}, "veld"),
    ],
)  # fmt: skip
def test_a_text_that_does_not_fit_is_explained_and_changes_nothing(desk, item, fields, said):
    with desk.nothing_changes(item):
        answer = edit(desk, item, **fields)
    assert answer.status_code == 422
    assert said in problem(answer)


def test_what_was_typed_still_stands_there_after_a_mistake(desk, item):
    answer = edit(
        desk, item, title="Mijn nieuwe titel", excerpt="Mijn <b>woorden</b>", municipality_1="Nergenshuizen",
        event="1", event_date="2026-13-45", event_start="19:30", event_place="Wijkcentrum",
    )  # fmt: skip
    assert answer.status_code == 422
    for typed in (
        'value="Mijn nieuwe titel"', "Mijn &lt;b&gt;woorden&lt;/b&gt;", 'value="Nergenshuizen"', 'value="2026-13-45"',
        'value="19:30"', 'value="Wijkcentrum"', 'name="event" value="1" checked',
    ):  # fmt: skip
        assert typed in answer.text, f"{typed} was lost"


def test_an_edit_of_a_text_that_changed_meanwhile_shows_the_difference_and_keeps_what_was_typed(desk, item):
    seen = desk.waiting(item)
    desk.offer(samples.article(title="Drie invallen in Tilburg"))
    with desk.nothing_changes(item):
        answer = edit(desk, item, revision=seen, title="Mijn titel")
    assert answer.status_code == 409
    assert "<del>Inval bij een bedrijf</del><ins>Drie invallen</ins> in Tilburg" in answer.text
    assert 'value="Mijn titel"' in answer.text
    assert f'name="revision" value="{desk.waiting(item)}"' in answer.text
    assert edit(desk, item, title="Mijn titel").status_code == 303


def test_an_article_becomes_an_event_in_amsterdam_time(desk, item):
    answer = edit(
        desk, item, event="1", event_date="2026-12-01", event_start="19:30", event_end="21:00",
        event_place="Wijkcentrum", event_signup="https://bron.example/aanmelden",
    )  # fmt: skip
    assert answer.status_code == 303
    text = text_of(desk, item)
    assert text.kind is Kind.EVENT
    assert text.event.starts_at == datetime(2026, 12, 1, 18, 30, tzinfo=UTC)
    assert text.event.ends_at == datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
    page = words(desk.client.get(f"/redactie?item={item}"))
    assert "dinsdag 1 december 2026, 19.30 tot 21.00 uur" in page
    desk.decide(item, "approve")
    desk.clock.advance(minutes=1)
    assert desk.client.get(f"/agenda/{item}-x", follow_redirects=True).status_code == 200


def test_an_event_of_several_whole_days_ends_after_its_last_day(desk, item):
    edit(desk, item, event="1", event_date="2027-03-27", event_last_date="2027-03-28", event_all_day="1")
    event = text_of(desk, item).event
    assert event.all_day
    assert event.starts_at == datetime(2027, 3, 26, 23, 0, tzinfo=UTC)
    assert event.ends_at == datetime(2027, 3, 28, 22, 0, tzinfo=UTC), "summer time began in between"
    page = desk.client.get(f"/redactie/items/{item}").text
    assert 'value="2027-03-27"' in page
    assert 'value="2027-03-28"' in page


def test_the_missing_hour_is_refused_in_words(desk, item):
    with desk.nothing_changes(item):
        answer = edit(desk, item, event="1", event_date="2027-03-28", event_start="02:30")
    assert answer.status_code == 422
    assert "bestaat 2.30 uur niet" in problem(answer)
    assert "zondag 28 maart 2027" in problem(answer)


def test_the_double_hour_takes_the_first_and_says_so(desk, item):
    answer = edit(desk, item, event="1", event_date="2027-10-31", event_start="02:30")
    assert answer.headers["location"].startswith(f"/redactie?item={item}&melding=dubbel-uur")
    assert text_of(desk, item).event.starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert "twee keer" in words(desk.client.get(answer.headers["location"]))


def test_editing_the_title_of_an_event_in_the_second_double_hour_keeps_its_moment(desk):
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    (item,) = desk.offer(samples.event("e", second))
    edit(
        desk, item, title="Andere titel", event="1", event_date="2027-10-31", event_start="02:30", event_end="04:30",
        event_status="changed",
    )  # fmt: skip
    event = text_of(desk, item).event
    assert event.starts_at == second
    assert event.status is EventStatus.CHANGED


def test_an_edit_keeps_the_organisation_that_the_source_named(desk):
    start = desk.clock() + timedelta(days=9)
    offered = samples.event("e", start)
    facts = replace(offered.event, organiser="Stichting De Brug")
    (item,) = desk.offer(replace(offered, event=facts))
    assert "Organisatie Stichting De Brug" in words(desk.client.get(f"/redactie?item={item}"))
    edit(
        desk,
        item,
        title="Andere titel",
        event="1",
        event_date=f"{start.astimezone(AMSTERDAM):%Y-%m-%d}",
        event_start="20:00",
    )
    assert text_of(desk, item).event.organiser == "Stichting De Brug"


def test_all_half_hours_of_the_change_nights_of_ten_years():
    for year in range(2025, 2036):
        for month, gap in ((3, True), (10, False)):
            day = max(
                datetime(year, month, number, tzinfo=AMSTERDAM).date()
                for number in range(25, 32)
                if datetime(year, month, number, tzinfo=AMSTERDAM).weekday() == 6
            )
            for half in range(48):
                clock = time(half // 2, half % 2 * 30)
                special = clock.hour == 2
                if special and gap:
                    with pytest.raises(NotAllowedError):
                        moment_of(day, clock)
                    continue
                made = moment_of(day, clock)
                assert made.twice == (special and not gap)
                assert made.at.astimezone(AMSTERDAM).replace(tzinfo=None) == datetime.combine(day, clock)


def test_forms_can_be_taken_away(desk, item):
    edit(desk, item, forms=["sexual", "criminal"])
    assert {found.form for found in text_of(desk, item).forms} == {Form.SEXUAL, Form.CRIMINAL}
    edit(desk, item, forms=None)
    assert text_of(desk, item).forms == ()
