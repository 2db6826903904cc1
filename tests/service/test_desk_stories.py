"""Stories and cases in the newsroom: joined by hand or by a suggestion, a warning that must be answered, no names."""

from datetime import timedelta

import pytest
from sqlmodel import select

from service.wording import local_date
from store import cases, reviews, stories, suggestions
from store.suggestions import Suggested, SuggestionKind
from store.tables import Account
from store.values import ReviewKind, Role
from tests.parts import samples
from tests.parts.desk import Desk, problem, words


@pytest.fixture
def desk(store, settings, clock):
    made = Desk(store, settings, clock)
    made.sign_in(Role.EDITOR)
    return made


@pytest.fixture
def pair(desk):
    return desk.offer(samples.article("een"), samples.article("twee", "Arbeiders bevrijd uit loods in Tilburg"))


def suggest(desk, pair, kind=SuggestionKind.SAME_STORY):
    with desk.store.writing() as session:
        suggestions.offer(session, [Suggested(kind, *pair, 0.8, ("beide in Tilburg",))], desk.clock())
        stories.let_suggestions_wait(session, desk.clock())
    wanted = ReviewKind.CASE if kind is SuggestionKind.CASE else ReviewKind.STORY
    with desk.store.reading() as session:
        (found,) = reviews.waiting_reviews(session, wanted)
    return found.id


def story_of(desk, item):
    return desk.row(item).story_id


def test_two_items_are_joined_by_number_and_parted_again(desk, pair):
    one, other = pair
    path = f"/redactie/items/{one}/verhaal"
    assert desk.client.post(path, data={"actie": "samen", "ander": str(other)}).status_code == 303
    assert story_of(desk, one) == story_of(desk, other) is not None
    page = desk.client.get(path)
    assert "Arbeiders bevrijd uit loods in Tilburg" in page.text
    assert desk.client.post(path, data={"actie": "los"}).status_code == 303
    assert story_of(desk, other) is None


def test_an_item_is_found_by_its_address_too(desk, pair):
    one, other = pair
    for typed in (f"http://localhost:8000/nieuws/{other}-arbeiders", f"/redactie/items/{other}"):
        desk.client.post(f"/redactie/items/{one}/verhaal", data={"actie": "samen", "ander": typed})
        assert story_of(desk, one) is not None, typed
        desk.client.post(f"/redactie/items/{one}/verhaal", data={"actie": "los"})


@pytest.mark.parametrize("typed", ["", "abc", "0", "9" * 30, "https://elders.example/12"])
def test_what_names_no_item_gets_a_sentence_and_changes_nothing(desk, pair, typed):
    answer = desk.client.post(f"/redactie/items/{pair[0]}/verhaal", data={"actie": "samen", "ander": typed})
    assert answer.status_code == 422
    assert "nummer van het andere bericht" in problem(answer)
    assert story_of(desk, pair[0]) is None


def test_a_suggestion_waits_in_the_queue_and_an_answer_joins(desk, pair):
    review = suggest(desk, pair)
    assert f"/redactie/voorstellen/{review}" in desk.client.get("/redactie").text
    page = desk.client.get(f"/redactie/voorstellen/{review}")
    assert "beide in Tilburg" in page.text
    assert desk.client.post(f"/redactie/voorstellen/{review}", data={"antwoord": "samen"}).status_code == 303
    assert story_of(desk, pair[0]) == story_of(desk, pair[1]) is not None
    again = desk.client.post(f"/redactie/voorstellen/{review}", data={"antwoord": "apart"})
    assert again.status_code == 409
    assert "al besloten" in problem(again)


def test_a_refused_suggestion_joins_nothing_and_does_not_come_back(desk, pair):
    review = suggest(desk, pair)
    desk.client.post(f"/redactie/voorstellen/{review}", data={"antwoord": "apart"})
    assert story_of(desk, pair[0]) is None
    with desk.store.writing() as session:
        suggestions.offer(session, [Suggested(SuggestionKind.SAME_STORY, *pair, 0.8, ("weer",))], desk.clock())
        assert stories.let_suggestions_wait(session, desk.clock()) == 0


def test_a_suggestion_goes_when_the_items_are_together_already(desk, pair):
    suggest(desk, pair)
    desk.client.post(f"/redactie/items/{pair[0]}/verhaal", data={"actie": "samen", "ander": str(pair[1])})
    with desk.store.writing() as session:
        stories.let_suggestions_wait(session, desk.clock())
        assert reviews.waiting_reviews(session, ReviewKind.STORY) == ()


def test_what_two_texts_tell_together_must_be_answered_before_they_are_joined(desk):
    one, other = desk.offer(
        samples.article("een", "Meisje van 15 uitgebuit", excerpt="Het slachtoffer van 15 jaar werd gedwongen."),
        samples.article(
            "twee",
            "Slachtoffer mensenhandel",
            excerpt="Het slachtoffer zat op het Marnecollege en woonde in de Kerkstraat.",
        ),
    )
    path = f"/redactie/items/{one}/verhaal"
    refused = desk.client.post(path, data={"actie": "samen", "ander": str(other)})
    assert refused.status_code == 422
    assert "herkennen" in words(refused)
    assert story_of(desk, one) is None
    sent = {"actie": "samen", "ander": str(other), "gezien": "1", "reden": "de school staat er straks niet meer in"}
    assert desk.client.post(path, data=sent).status_code == 303
    assert story_of(desk, one) is not None


CASE = {"actie": "nieuw", "provincie": "Noord-Brabant", "gemeente": "Tilburg", "stap": "arrest", "dag": "2026-11-02"}


def test_a_case_is_begun_gets_an_outcome_and_ends(desk, pair):
    path = f"/redactie/items/{pair[0]}/zaak"
    assert desk.client.post(path, data=CASE).status_code == 303
    sent = {"actie": "uitkomst", "uitkomst": "acquitted", "dag": "2026-11-20"}
    assert desk.client.post(path, data=sent).status_code == 303
    page = words(desk.client.get(f"/redactie/items/{pair[0]}/verhaal"))
    assert "Zaak in Tilburg, 2026" in page
    assert "vrijgesproken" in page
    assert "Zaak in Tilburg, 2026" in words(desk.client.get("/redactie/zaken"))
    assert desk.client.post(path, data={"actie": "eruit"}).status_code == 303
    with desk.store.reading() as session:
        assert cases.case_of(session, pair[0]) is None


def test_a_judge_has_not_decided_on_a_day_that_is_still_to_come(desk, pair):
    """The site tells an outcome as something that happened."""
    path = f"/redactie/items/{pair[0]}/zaak"
    desk.client.post(path, data=CASE)
    tomorrow = (local_date(desk.clock()) + timedelta(days=1)).isoformat()
    answer = desk.client.post(path, data={"actie": "uitkomst", "uitkomst": "acquitted", "dag": tomorrow})
    assert answer.status_code == 422, "an outcome of tomorrow would stand on the site as a fact"
    assert "moet nog komen" in problem(answer)
    with desk.store.reading() as session:
        assert cases.case_of(session, pair[0]).outcome is None
    today = local_date(desk.clock()).isoformat()
    assert desk.client.post(path, data={"actie": "uitkomst", "uitkomst": "acquitted", "dag": today}).status_code == 303


def test_another_item_becomes_a_step_of_the_case(desk, pair):
    desk.client.post(f"/redactie/items/{pair[0]}/zaak", data=CASE)
    with desk.store.reading() as session:
        case = cases.case_of(session, pair[0])
    sent = {"actie": "erbij", "zaak": str(case.id), "stap": "demand", "dag": "2026-11-20"}
    assert desk.client.post(f"/redactie/items/{pair[1]}/zaak", data=sent).status_code == 303
    with desk.store.reading() as session:
        assert len(cases.read(session, case.id).steps) == 2


def test_an_accepted_suggestion_of_a_case_leads_to_the_form_for_the_step(desk, pair):
    review = suggest(desk, pair, SuggestionKind.CASE)
    answer = desk.client.post(f"/redactie/voorstellen/{review}", data={"antwoord": "samen"})
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("/verhaal?melding=voorstel-zaak#zaak")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"stap": ""}, "stap"),
        ({"dag": "morgen"}, "dag"),
        ({"dag": "0001-01-01"}, "dag"),
        ({"dag": "2099-01-01"}, "dag"),
        ({"gemeente": "Jan de Vries"}, "gemeente"),
        ({"rechtbank": "Rechtbank Jan de Vries"}, "rechtbank"),
        ({"ecli": "Jan de Vries"}, "ECLI"),
        ({"naam": "Jan de Vries"}, "formulier"),
        ({"provincie": ""}, "provincie"),
    ],
)
def test_a_case_takes_no_name_and_no_nonsense(desk, pair, changed, said):
    answer = desk.client.post(f"/redactie/items/{pair[0]}/zaak", data=CASE | changed)
    assert answer.status_code == 422
    assert said.lower() in problem(answer).lower()
    with desk.store.reading() as session:
        assert cases.case_of(session, pair[0]) is None


def test_an_account_with_regions_joins_nothing_and_makes_no_case_elsewhere(desk, pair):
    with desk.store.writing() as session:
        (account,) = session.exec(select(Account).where(Account.address == "editor@voorbeeld.nl"))
        account.scope = ["Zeeland"]
        session.add(account)
    review = suggest(desk, pair)
    for path, sent in (
        (f"/redactie/items/{pair[0]}/verhaal", {"actie": "samen", "ander": str(pair[1])}),
        (f"/redactie/items/{pair[0]}/zaak", CASE),
        (f"/redactie/voorstellen/{review}", {"antwoord": "samen"}),
    ):
        assert desk.client.post(path, data=sent).status_code == 403, path
    assert story_of(desk, pair[0]) is None


def test_a_reason_that_turns_text_around_is_refused(desk):
    one, other = desk.offer(
        samples.article("een", "Meisje van 15 uitgebuit", excerpt="Het slachtoffer van 15 jaar werd gedwongen."),
        samples.article("twee", "Slachtoffer", excerpt="Het slachtoffer zat op het Marnecollege in de Kerkstraat."),
    )
    sent = {"actie": "samen", "ander": str(other), "gezien": "1", "reden": "goed\u202egekeurd"}
    assert desk.client.post(f"/redactie/items/{one}/verhaal", data=sent).status_code == 422
    assert story_of(desk, one) is None


def test_empty_lists_say_what_will_come(desk, pair):
    assert "Er is nog geen zaak" in words(desk.client.get("/redactie/zaken"))
    assert "Dit bericht staat nog op zichzelf" in words(desk.client.get(f"/redactie/items/{pair[0]}/verhaal"))
