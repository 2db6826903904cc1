"""Verdicts as an editor meets them: the privacy gate, a chosen time, two editors, corrections, rights."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from crawler.reading.people import flags_of
from service.desk.marked import KIND_WORDS
from store.tables import PrivacyCheck, Revision
from store.values import FlagKind, Role, State
from tests.parts import samples
from tests.parts.desk import Desk, problem, words

NAME = "Pieter Voorbeeldman"
MARKED = f"Verdachte {NAME} staat voor de rechter"


@pytest.fixture
def desk(store, settings, clock):
    made = Desk(store, settings, clock)
    made.sign_in()
    return made


def asked(answer):
    """The digest of the marks and their texts, as a page asks about them."""
    seen = re.search(r'name="gezien" value="(\w+)"', answer.text)
    texts = re.findall(r'<span class="flag-number"[^>]*>\d+</span> <b><bdi>(.*?)</bdi></b>', answer.text)
    return (seen.group(1) if seen else ""), texts


def answers(desk, item, *given):
    """Form fields that answer the marks in turn: (answer, reason)."""
    seen, texts = asked(desk.client.get(f"/redactie/items/{item}"))
    assert len(texts) == len(given), f"the gate asks about {texts}"
    fields = {"gezien": seen}
    for number, (answer, reason) in enumerate(given, start=1):
        fields |= {f"antwoord_{number}": answer, f"reden_{number}": reason}
    return fields


def checks(desk, revision):
    with desk.store.reading() as session:
        row = session.get(PrivacyCheck, revision)
        return row.answers if row else None


def shorten(desk, item, **fields):
    seen, _ = asked(desk.client.get(f"/redactie/items/{item}"))
    sent = {"revision": desk.waiting(item), "gezien": seen, **fields}
    return desk.client.post(f"/redactie/items/{item}/shorten", data=sent)


def text(desk, revision):
    with desk.store.reading() as session:
        return session.exec(select(Revision).where(Revision.id == revision)).one()


def public(desk, item):
    """The public page of an item as it is now. A kept page may be a second old; the clock of a test runs faster."""
    fresh = f"?{desk.clock.now:%d%H%M%S}-{desk.decisions()}"
    answer = desk.client.get(f"/nieuws/{item}-x{fresh}")
    return desk.client.get(answer.headers["location"] + fresh) if answer.status_code == 301 else answer


def test_a_text_without_marks_is_approved_at_once_and_its_check_is_kept(desk):
    (item,) = desk.offer(samples.article())
    revision = desk.waiting(item)
    assert desk.decide(item, "approve").status_code == 303
    assert checks(desk, revision) == []


def test_a_full_name_must_be_answered_and_the_item_is_shown_with_the_question(desk):
    (item,) = desk.offer(samples.article(title=MARKED))
    with desk.nothing_changes(item):
        answer = desk.decide(item, "approve")
    assert answer.status_code == 422
    assert "1 vraag open" in problem(answer)
    assert asked(answer)[1] == [NAME]
    assert "Kort in tot Pieter V." in words(answer)
    assert '<mark class="flag" tabindex="-1" data-mark="1"' in answer.text


def test_one_press_shortens_a_name_and_makes_the_text_to_approve(desk):
    body = f"{NAME} zou mensen hebben uitgebuit, zegt de officier. De rechter hoort {NAME}."
    (item,) = desk.offer(samples.article(title=MARKED, excerpt=body))
    answer = shorten(desk, item, merk="1")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/redactie?item={item}#bericht")
    made = desk.waiting(item)
    found = text(desk, made)
    assert found.title == "Verdachte Pieter V. staat voor de rechter"
    assert found.excerpt == "Pieter V. zou mensen hebben uitgebuit, zegt de officier. De rechter hoort Pieter V."
    assert (found.title_adjusted, found.origin) == (True, "editor")
    assert desk.decide(item, "approve").status_code == 303
    kept = checks(desk, made)
    assert {(each["answer"], each["text"], each["where"]) for each in kept} == {
        ("shortened", "Pieter V.", "title"),
        ("shortened", "Pieter V.", "excerpt"),
    }
    assert NAME not in str(kept), "the name that was shortened must not live on in the check"


def test_all_names_are_shortened_together(desk):
    (item,) = desk.offer(samples.article(title=MARKED, excerpt="Ook verdachte Jantje Proefmans zit vast."))
    assert shorten(desk, item, merk="alle").status_code == 303
    found = text(desk, desk.waiting(item))
    assert "Pieter V." in found.title
    assert "Jantje P." in found.excerpt


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("public_figure", ""), "Schrijf waarom"),
        (("needed", "Het hoort erbij."), "past niet"),
        (("shortened", ""), "past niet"),
        (("zomaar", ""), "past niet"),
        (("public_figure", "x" * 501), "kunnen we niet bewaren"),
        (("public_figure", "met \u202e erin"), "kunnen we niet bewaren"),
        (("", "Een reden zonder antwoord."), "1 vraag open"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(desk, given, sentence):
    (item,) = desk.offer(samples.article(title=MARKED))
    with desk.nothing_changes(item):
        answer = desk.decide(item, "approve", **answers(desk, item, given))
    assert answer.status_code == 422
    assert sentence in problem(answer)


def test_a_public_figure_with_a_reason_and_no_person_at_all_may_stay(desk):
    (item,) = desk.offer(samples.article(title=MARKED, excerpt="Het Van Galenhuis van Henk Bakkersveld is dicht."))
    seen, texts = asked(desk.client.get(f"/redactie/items/{item}"))
    assert NAME in texts
    given = [("public_figure", "Was minister.") if each == NAME else ("not_a_person", "") for each in texts]
    revision = desk.waiting(item)
    assert desk.decide(item, "approve", **answers(desk, item, *given)).status_code == 303
    kept = checks(desk, revision)
    assert {
        "kind": "person",
        "text": NAME,
        "where": "title",
        "answer": "public_figure",
        "reason": "Was minister.",
    } in kept
    assert {each["answer"] for each in kept} == {"public_figure", "not_a_person"}
    assert seen


def test_a_minor_needs_a_reason_that_nobody_is_recognisable(desk):
    (item,) = desk.offer(samples.article(excerpt="Een meisje van 15 jaar werd uitgebuit in Tilburg."))
    _, texts = asked(desk.client.get(f"/redactie/items/{item}"))
    given = [("needed", "De stad is groot genoeg.")] * len(texts)
    assert desk.decide(item, "approve", **answers(desk, item, *given)).status_code == 303
    assert desk.row(item).state == State.APPROVED


def test_answers_to_other_marks_than_there_are_are_not_taken(desk):
    """Somebody answered about one text; another one waits now. The digest of the marks tells them apart."""
    (item,) = desk.offer(samples.article(title=MARKED))
    fields = answers(desk, item, ("public_figure", "Bekend."))
    desk.offer(samples.article(title="Verdachte Klaas Proefkonijn staat voor de rechter"))
    with desk.nothing_changes(item):
        answer = desk.decide(item, "approve", **fields)
    assert answer.status_code == 422
    assert "veranderd" in problem(answer)


def test_what_was_typed_is_still_there_after_a_refusal(desk):
    (item,) = desk.offer(samples.article(title=MARKED, excerpt="Ook verdachte Jantje Proefmans zit vast."))
    fields = answers(desk, item, ("public_figure", "Was burgemeester."), ("", ""))
    answer = desk.decide(item, "approve", **fields)
    assert answer.status_code == 422
    assert 'value="Was burgemeester."' in answer.text
    assert re.search(r'name="antwoord_1" value="public_figure" checked', answer.text)


def test_the_gate_reads_what_is_public_and_not_the_internal_text(desk):
    (item,) = desk.offer(samples.article(text=f"Binnen staat {NAME} met zijn nummer 06-12345678."))
    assert asked(desk.client.get(f"/redactie/items/{item}")) == ("", [])
    page = desk.client.get(f"/redactie/items/{item}").text
    assert desk.decide(item, "approve").status_code == 303
    assert "Meer tekst van de bron" in page


def test_a_name_in_the_link_is_answered_by_leaving_the_link_out(desk):
    (item,) = desk.offer(samples.article(title=MARKED, url="https://bron.example/nieuws/pieter-voorbeeldman-vast"))
    assert shorten(desk, item, merk="1").status_code == 303
    page = desk.client.get(f"/redactie/items/{item}")
    assert asked(page)[1] == ["pieter-voorbeeldman"], "the address still tells who it is"
    assert "Publiceer zonder de link" in words(page)
    assert shorten(desk, item, merk="1").status_code == 422
    assert shorten(desk, item, link="1").status_code == 303
    assert "die link laten we op de site weg" in words(desk.client.get(f"/redactie/items/{item}"))
    assert desk.decide(item, "approve").status_code == 303
    desk.clock.advance(minutes=1)
    shown = public(desk, item)
    assert shown.status_code == 200
    assert "voorbeeldman" not in shown.text.lower()
    assert "Omroep Proef" in words(shown)


def test_shortening_a_text_that_changed_meanwhile_is_told(desk):
    (item,) = desk.offer(samples.article(title=MARKED))
    seen, _ = asked(desk.client.get(f"/redactie/items/{item}"))
    old = desk.waiting(item)
    desk.offer(samples.article(title=MARKED + " vandaag"))
    with desk.nothing_changes(item):
        sent = {"revision": old, "gezien": seen, "merk": "1"}
        assert desk.client.post(f"/redactie/items/{item}/shorten", data=sent).status_code == 409


@pytest.mark.parametrize("fields", [{"merk": "7"}, {"merk": ""}, {"gezien": "oud"}, {"titel": "x"}])
def test_shortening_what_is_not_marked_is_refused(desk, fields):
    (item,) = desk.offer(samples.article(title=MARKED))
    with desk.nothing_changes(item):
        answer = shorten(desk, item, **{"merk": "1", **fields})
    assert answer.status_code == 422
    assert problem(answer).endswith(".")


def test_other_verdicts_ask_nothing(desk):
    first, second = desk.offer(samples.article("een", MARKED), samples.article("twee", MARKED))
    assert desk.decide(first, "internal").status_code == 303
    assert desk.decide(second, "reject", reason="privacy").status_code == 303


def test_an_approval_for_a_time_waits_for_that_time(desk):
    (item,) = desk.offer(samples.article())
    assert desk.decide(item, "approve", at="2026-11-30T09:00").status_code == 303
    row = desk.row(item)
    assert row.state == State.SCHEDULED
    assert row.public_at.isoformat() == "2026-11-30T08:00:00+00:00"
    assert "maandag 30 november 2026, 9.00 uur" in words(desk.client.get(f"/redactie/items/{item}"))
    assert "Het komt op de site op maandag 30 november" in words(desk.client.get("/redactie"))
    desk.clock.advance(minutes=5)
    assert public(desk, item).status_code == 404
    desk.clock.now = row.public_at
    assert public(desk, item).status_code == 200


def test_what_is_planned_can_be_taken_back_and_withdrawn_before(desk):
    first, second = desk.offer(samples.article("een"), samples.article("twee", "Tweede bericht"))
    revision = desk.waiting(first)
    desk.decide(first, "approve", at="2026-11-30T09:00")
    desk.decide(first, "undo", revision=revision)
    assert desk.row(first).state == State.PENDING
    revision = desk.waiting(second)
    desk.decide(second, "approve", at="2026-11-30T09:00")
    desk.clock.advance(minutes=5)
    desk.decide(second, "withdraw", revision=revision, reason="toch niet")
    desk.clock.advance(days=10)
    assert public(desk, second).status_code in {404, 410}


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("2027-03-28T02:30", "bestaat 2.30 uur niet"),
        ("2026-11-24T09:00", "al voorbij"),
        ("2136-01-01T09:00", "te ver weg"),
        ("2028-11-24T09:00", "meer dan een jaar"),
        ("2026-11-30", "Kies een datum en een tijd"),
        ("T09:00", "Kies een datum en een tijd"),
        ("straks", "klopt niet"),
        ("x" * 100_000, "klopt niet"),
    ],
)
def test_a_time_that_cannot_be_is_refused(desk, at, sentence):
    (item,) = desk.offer(samples.article())
    with desk.nothing_changes(item):
        answer = desk.decide(item, "approve", at=at)
    assert answer.status_code == 422
    assert sentence in problem(answer)


def test_the_hour_that_comes_twice_is_the_first_one_and_is_said(desk):
    (item,) = desk.offer(samples.article())
    desk.clock.now = desk.clock.now.replace(year=2027, month=10, day=1)
    desk.sign_in(address="later@voorbeeld.nl")
    answer = desk.decide(item, "approve", at="2027-10-31T02:30")
    assert "melding=dubbel-tijdstip" in answer.headers["location"]
    assert desk.row(item).public_at.isoformat() == "2027-10-31T00:30:00+00:00"
    assert "twee keer" in words(desk.client.get(answer.headers["location"]))


HEAVY = samples.article(title="Celstraf na verkrachting", excerpt="De rechtbank deed uitspraak over seksueel geweld.")


def test_heavy_words_ask_for_two_editors_and_either_may_undo_the_first(desk):
    (item,) = desk.offer(HEAVY)
    revision = desk.waiting(item)
    desk.account(address="tweede@voorbeeld.nl")
    assert desk.decide(item, "approve").status_code == 303
    row = desk.row(item)
    assert (row.state, row.approved_revision_id, row.first_approval_revision_id) == (State.PENDING, None, revision)
    page = words(desk.client.get(f"/redactie/items/{item}"))
    assert "wacht op een tweede redacteur" in page
    line = re.search(r"<a [^>]*data-line>.*?</a>", desk.client.get("/redactie").text, re.DOTALL)
    assert "wacht op een tweede redacteur" in line.group()
    assert "Eerste goedkeuring" in words(desk.client.get("/redactie")), "the undo bar names what can be taken back"
    with desk.nothing_changes(item):
        answer = desk.decide(item, "approve")
    assert answer.status_code == 422
    assert "vier ogen" in problem(answer)
    assert desk.decide(item, "undo", revision=revision).status_code == 303
    assert desk.row(item).first_approval_by is None


def test_the_second_editor_makes_it_public(desk):
    (item,) = desk.offer(HEAVY)
    desk.account(address="tweede@voorbeeld.nl")
    desk.decide(item, "approve")
    desk.sign_in(address="derde@voorbeeld.nl")
    assert desk.decide(item, "approve").status_code == 303
    assert desk.row(item).state == State.APPROVED
    desk.clock.advance(minutes=1)
    assert public(desk, item).status_code == 200


def test_who_approved_first_is_not_led_back_to_that_item(desk):
    first, second = desk.offer(HEAVY, samples.article("ander", "Ander bericht", published_at=desk.clock()))
    desk.account(address="tweede@voorbeeld.nl")
    desk.decide(first, "approve")
    assert desk.decide(second, "internal").headers["location"] == "/redactie"


def test_a_change_of_the_text_asks_both_editors_again(desk):
    (item,) = desk.offer(HEAVY)
    desk.account(address="tweede@voorbeeld.nl")
    desk.decide(item, "approve")
    desk.offer(samples.article(title="Zes jaar cel na verkrachting", excerpt=HEAVY.excerpt))
    desk.sign_in(address="derde@voorbeeld.nl")
    desk.decide(item, "approve")
    assert desk.row(item).state == State.PENDING


def test_an_editor_alone_can_go_on_working(desk):
    (item,) = desk.offer(HEAVY)
    desk.decide(item, "approve")
    assert desk.row(item).state == State.APPROVED


def test_ordinary_news_needs_one_editor(desk):
    (item,) = desk.offer(samples.article())
    desk.account(address="tweede@voorbeeld.nl")
    desk.decide(item, "approve")
    assert desk.row(item).state == State.APPROVED


def up(desk, **more):
    (item,) = desk.offer(samples.article(**more))
    desk.decide(item, "approve")
    desk.clock.advance(minutes=1)
    return item


def correction(desk, item, **fields):
    sent = {
        "revision": desk.row(item).current_revision_id, "title": "Inval bij een bedrijf in Tilburg",
        "excerpt": "De inspectie vond mensen.", "sentence": "De datum klopte niet.", **fields,
    }  # fmt: skip
    return desk.client.post(f"/redactie/items/{item}/correct", data=sent)


def test_a_correction_takes_the_place_of_the_text_with_a_public_sentence(desk):
    item = up(desk)
    assert desk.client.get(f"/redactie/items/{item}/correct").status_code == 200
    answer = correction(desk, item, excerpt="De inspectie vond vier mensen.")
    assert answer.headers["location"] == f"/redactie/items/{item}?melding=gecorrigeerd"
    shown = words(public(desk, item))
    assert "vier mensen" not in shown, "the text before stays up until the end of the undo window"
    desk.clock.advance(minutes=1)
    shown = words(public(desk, item))
    assert "vier mensen" in shown
    assert "De datum klopte niet." in shown


def test_a_correction_can_be_taken_back(desk):
    item = up(desk)
    correction(desk, item, excerpt="De inspectie vond vier mensen.")
    made = desk.row(item).approved_revision_id
    assert desk.decide(item, "undo", revision=made).status_code == 303
    desk.clock.advance(minutes=1)
    assert "vier mensen" not in words(public(desk, item))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"sentence": ""}, 422),
        ({"sentence": "x" * 600}, 422),
        ({"title": ""}, 422),
        ({"title": "x" * 100_000}, 422),
        ({"title": "met \u202e erin"}, 422),
        ({"title": MARKED}, 422),
        ({"sinds": "gisteren"}, 422),
        ({"revision": "99999"}, 409),
        ({"revision": "x"}, 422),
    ],
)
def test_a_correction_that_is_not_right_changes_nothing(desk, fields, status):
    item = up(desk)
    with desk.nothing_changes(item):
        answer = correction(desk, item, **fields)
    assert answer.status_code == status
    assert problem(answer).endswith(".")


def test_the_sentence_of_a_correction_goes_through_the_privacy_gate_too(desk):
    """It stands on the page and in mails, as public as the title."""
    item = up(desk)
    with desk.nothing_changes(item):
        refused = correction(desk, item, sentence=f"{NAME} was er niet bij.")
    assert refused.status_code == 422, "a name in the sentence of a correction became public unasked"
    seen, texts = asked(refused)
    assert texts == [NAME]
    given = {"gezien": seen, "antwoord_1": "public_figure", "reden_1": "Was minister."}
    assert correction(desk, item, sentence=f"{NAME} was er niet bij.", **given).status_code == 303


def test_a_correction_with_answers_to_its_marks_is_stored(desk):
    item = up(desk)
    seen, texts = asked(correction(desk, item, title=MARKED))
    assert texts == [NAME]
    given = {"gezien": seen, "antwoord_1": "public_figure", "reden_1": "Was minister."}
    assert correction(desk, item, title=MARKED, **given).status_code == 303


def test_a_correction_may_not_bring_in_alone_what_two_editors_must_see(desk):
    item = up(desk)
    desk.account(address="tweede@voorbeeld.nl")
    with desk.nothing_changes(item):
        answer = correction(desk, item, excerpt="Het ging om verkrachting.")
    assert answer.status_code == 422
    assert "twee redacteuren" in problem(answer)


def test_what_is_not_on_the_site_cannot_be_corrected(desk):
    (item,) = desk.offer(samples.article())
    assert desk.client.get(f"/redactie/items/{item}/correct").status_code == 404
    with desk.nothing_changes(item):
        assert correction(desk, item).status_code == 422


def test_rights_keep_an_item_off_the_site_and_let_it_back(desk):
    item = up(desk)
    revision = desk.row(item).current_revision_id
    assert desk.decide(item, "hold", revision=revision, reason="brief van de uitgever").status_code == 303
    assert public(desk, item).status_code in {404, 410}
    page = words(desk.client.get(f"/redactie/items/{item}"))
    assert "vastgehouden om de rechten" in page.lower()
    assert "Geef weer vrij" in page
    desk.clock.advance(minutes=5)
    assert desk.decide(item, "release", revision=revision).status_code == 303
    assert public(desk, item).status_code == 200


def test_the_page_says_all_five_facts(desk):
    item = up(desk)
    page = words(desk.client.get(f"/redactie/items/{item}"))
    for fact in (
        "Rechten in orde",
        "Privacycontrole gedaan",
        "Beoordeling goedgekeurd",
        "Publicatie sinds",
        "Ingetrokken nee",
    ):
        assert fact in page
    desk.decide(item, "withdraw", revision=desk.row(item).approved_revision_id)
    page = words(desk.client.get(f"/redactie/items/{item}"))
    assert "Ingetrokken ja, sinds" in page
    assert "staat niet op de site" in page


def test_what_is_heavy_is_said_before_the_text_and_the_rest_is_folded(desk):
    (item,) = desk.offer(samples.article(text="Een meisje van 14 jaar werd maanden lang verkracht, zegt de politie."))
    page = desk.client.get(f"/redactie/items/{item}").text
    warning = page.index("Let op:")
    assert "mogelijk minderjarig slachtoffer; seksueel geweld" in page[warning : warning + 120]
    assert warning < page.index('id="bericht"') < page.index("verkracht, zegt")
    folded = page[page.rindex("<details", 0, page.index("verkracht, zegt")) : page.index("verkracht, zegt")]
    assert "open" not in folded.partition(">")[0]


def test_marks_stand_in_the_title_the_excerpt_and_the_internal_text(desk):
    inside = f"Binnen zegt {NAME} niets."
    reading = replace(samples.reading(), flags=flags_of(MARKED, inside))
    item = samples.article(title=MARKED, excerpt=f"Volgens {NAME} is het anders.", text=inside, reading=reading)
    (number,) = desk.offer(item)
    page = desk.client.get(f"/redactie/items/{number}").text
    assert len(re.findall(rf'<mark class="flag"[^>]*data-mark="1"[^>]*>{NAME}', page)) == 2
    assert re.search(rf'<mark class="flag"[^>]*data-mark="0">{NAME}</mark> <small class="flag-why">', page)
    assert "mogelijk een volledige naam" in page


def test_loaded_words_get_a_calmer_one_and_stop_nobody(desk):
    (item,) = desk.offer(samples.article(title="Loverboy voor de rechter"))
    assert "mensenhandelaar" in words(desk.client.get(f"/redactie/items/{item}"))
    assert desk.decide(item, "approve").status_code == 303


def test_the_class_of_an_event_hides_its_place_until_somebody_signs_up(desk, now):
    (item,) = desk.offer(samples.event("e", now + timedelta(days=9)))
    sent = {
        "revision": desk.waiting(item), "title": "Bijeenkomst over signalen", "excerpt": "Kom langs.", "event": "1",
        "event_date": "2026-12-03", "event_start": "10:00", "event_place": "Wijkcentrum, Tilburg",
        "event_risk": "signup",
    }  # fmt: skip
    assert desk.client.post(f"/redactie/items/{item}/edit", data=sent).status_code == 303
    page = desk.client.get(f"/redactie/items/{item}")
    assert "de plaats alleen na aanmelding" in words(page)
    assert '<option value="signup" selected>' in page.text
    desk.decide(item, "approve")
    desk.clock.advance(minutes=1)
    shown = words(desk.client.get(f"/agenda/{item}-x", follow_redirects=True))
    assert "Wijkcentrum" not in shown
    assert "Je krijgt het adres na aanmelding" in shown


def test_a_change_of_an_event_says_what_changed(desk, now):
    (item,) = desk.offer(samples.event("e", now + timedelta(days=9)))
    desk.decide(item, "approve")
    desk.clock.advance(minutes=1)
    desk.offer(samples.event("e", now + timedelta(days=10)))
    page = words(desk.client.get(f"/redactie/items/{item}"))
    assert "Dit vraagt om een nieuw besluit" in page
    assert "begint op een ander moment" in page


def test_a_small_change_of_the_source_is_shown_and_waits_for_nobody(desk):
    item = up(desk)
    desk.offer(samples.article(text="De inspectie vond mensen die lange dagen werkten. Zij sliepen op het terein."))
    assert desk.row(item).waiting_revision_id is None
    page = words(desk.client.get(f"/redactie/items/{item}"))
    assert "nog iets kleins aangepast" in page
    assert "terein" in page


def test_a_reader_sees_the_marks_and_no_questions(desk):
    (item,) = desk.offer(samples.article(title=MARKED))
    desk.sign_in(Role.READER)
    page = desk.client.get(f"/redactie/items/{item}")
    assert 'class="flag"' in page.text
    assert "data-question" not in page.text
    assert desk.client.get(f"/redactie/items/{item}/correct").status_code == 403


def test_every_kind_that_is_asked_about_has_words(desk):
    assert set(KIND_WORDS) == set(FlagKind)
