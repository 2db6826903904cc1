"""What people ask over /correctie: it waits in the queue, hurries when it must, and is blanked when it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from store import leftovers, requests, reviews, staff_notices
from store.errors import ChangedError, NotAllowedError, NotFoundError
from store.requests import Asked, Closed, RequestKind
from store.secrets import Secrets
from store.tables import Account, CorrectionRequest, Review, StaffNotice
from store.values import ReviewKind, Role
from tests.parts import samples
from tests.parts.newsroom import Newsroom
from tests.parts.readers import SECRETS

WORDS = "In dit bericht staat een naam die er niet hoort."


def asked(kind=RequestKind.REMOVAL, *, urgent=False, words=WORDS, page="", contact="", item_id=None):
    return Asked(kind, urgent, page, words, contact, item_id)


def take_in(store, now, *given, **changes):
    with store.writing() as session:
        return requests.take_in(session, SECRETS, *(given or (asked(**changes),)), now)


def read(store, review_id):
    with store.reading() as session:
        return requests.read(session, SECRETS, review_id)


def review_of(store, number):
    with store.reading() as session:
        found = reviews.find(session, ReviewKind.CORRECTION, number)
    assert found, f"request {number} must wait in the queue"
    return found


def count(store, table):
    with store.reading() as session:
        return len(session.exec(select(table)).all())


def test_a_request_waits_in_the_queue_with_its_item_and_its_reason(store, now):
    item = Newsroom(store, now).publish(samples.article())
    number = take_in(store, now, item_id=item, page="https://site.example/nieuws/1", contact="Vraag@Lezer.example")
    review = review_of(store, number)
    assert (review.is_open, review.item_id) == (True, item)
    assert review.reasons == ("iemand vraagt om dit weg te halen",)
    seen = read(store, review.id)
    assert (seen.words, seen.contact, seen.item_id, seen.urgent) == (WORDS, "vraag@lezer.example", item, False)
    with store.reading() as session:
        row = session.exec(select(CorrectionRequest)).one()
    assert "lezer.example" not in row.contact_sealed, "an address for an answer is sealed, as those of subscribers are"


def test_what_hurries_stands_above_everything_and_a_removal_above_a_correction(store, now):
    kinds = {
        "correctie": take_in(store, now, kind=RequestKind.CORRECTION, words="een"),
        "weg": take_in(store, now, words="twee"),
        "dringend": take_in(store, now, words="drie", urgent=True),
    }
    with store.reading() as session:
        order = [each.target for each in reviews.waiting_reviews(session)]
    assert order == [kinds["dringend"], kinds["weg"], kinds["correctie"]]
    assert review_of(store, kinds["dringend"]).priority == 100


def test_what_hurries_is_mailed_to_every_editor_and_administrator_without_a_word_of_it(store, now):
    with store.writing() as session:
        for role in Role:
            samples.add_account(session, now, f"{role}@example.nl", role)
        gone = session.get_one(Account, samples.add_account(session, now, "weg@example.nl", Role.EDITOR))
        gone.disabled_at = now
    take_in(store, now, urgent=False, words="Niet dringend.")
    assert count(store, StaffNotice) == 0
    number = take_in(store, now, urgent=True)
    with store.writing() as session:
        told = staff_notices.claim_due(session, now, 60, 10)
        rows = session.exec(select(StaffNotice)).all()
    assert sorted(each.address for each in told) == ["administrator@example.nl", "editor@example.nl"]
    assert {each.review_id for each in told} == {review_of(store, number).id}
    assert all(set(row.facts) == {"review"} for row in rows), "no word of a request stands in a mail"


def test_nobody_is_mailed_about_what_a_colleague_closed_already(store, now):
    with store.writing() as session:
        editor = samples.add_account(session, now)
    review = review_of(store, take_in(store, now, urgent=True))
    with store.writing() as session:
        requests.close(session, review.id, Closed.KEPT, "", account_id=editor, now=now)
        assert staff_notices.claim_due(session, now, 60, 10) == []


def test_pressing_the_button_twice_makes_one_request(store, now):
    first = take_in(store, now, urgent=True)
    assert take_in(store, now + timedelta(seconds=2), urgent=True) == first
    assert take_in(store, now + timedelta(seconds=2), urgent=True, words="Iets anders.") != first
    assert take_in(store, now + timedelta(hours=2), urgent=True) != first
    assert count(store, Review) == 3


def test_an_item_that_is_not_there_is_left_out(store, now):
    review = review_of(store, take_in(store, now, item_id=999_999))
    assert (review.item_id, read(store, review.id).item_id) == (None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": "   "},
        {"words": "x" * 4001},
        {"words": "tekst \u202e omgedraaid"},
        {"page": "x" * 501},
        {"page": "https://site.example/\x00"},
        {"contact": "geen adres"},
    ],
    ids=str,
)
def test_what_is_not_right_is_refused_with_a_sentence_and_nothing_is_kept(store, now, wrong):
    with pytest.raises(NotAllowedError) as refusal:
        take_in(store, now, **wrong)
    assert refusal.value.sentence.endswith(".")
    assert (count(store, CorrectionRequest), count(store, Review)) == (0, 0)


def test_a_note_stays_with_the_request_and_closing_takes_it_out_of_the_queue(store, now):
    with store.writing() as session:
        editor = samples.add_account(session, now)
    review = review_of(store, take_in(store, now))
    with store.writing() as session:
        requests.note(session, review.id, "Gebeld met de bron.", account_id=editor, now=now)
    assert read(store, review.id).answer == "Gebeld met de bron."
    with store.writing() as session:
        requests.close(session, review.id, Closed.CORRECTED, "Aangepast.", account_id=editor, now=now)
    closed = read(store, review.id)
    assert (closed.review.is_open, closed.review.outcome, closed.answer) == (False, "corrected", "Aangepast.")
    with store.writing() as session, pytest.raises(ChangedError):
        requests.close(session, review.id, Closed.KEPT, "Anders.", account_id=editor, now=now)
    assert read(store, review.id).answer == "Aangepast.", "a second closing changes nothing"


def test_a_request_is_blanked_thirty_days_after_it_was_closed_and_not_before(store, now):
    with store.writing() as session:
        editor = samples.add_account(session, now)
    stays = review_of(store, take_in(store, now, words="Deze wacht nog."))
    goes = review_of(store, take_in(store, now, contact="vraag@lezer.example", page="https://site.example/nieuws/1"))
    with store.writing() as session:
        requests.close(session, goes.id, Closed.KEPT, "Een notitie.", account_id=editor, now=now)
    with store.writing() as session:
        leftovers.erase(session, now + timedelta(days=29))
    assert read(store, goes.id).words == WORDS
    with store.writing() as session:
        leftovers.erase(session, now + timedelta(days=30))
    blank = read(store, goes.id)
    assert (blank.words, blank.page, blank.contact, blank.answer, blank.blanked) == ("", "", "", "", True)
    assert read(store, stays.id).words == "Deze wacht nog."


def test_a_row_of_another_kind_is_no_request(store, now):
    with store.writing() as session:
        other = reviews.open_review(session, ReviewKind.STORY, 1, item_id=None, priority=0, reasons=(), now=now)
        for number in (other, 999):
            with pytest.raises(NotFoundError):
                requests.read(session, SECRETS, number)


def test_an_address_sealed_with_another_secret_is_unreadable_and_no_error(store, now):
    review = review_of(store, take_in(store, now, contact="vraag@lezer.example"))
    with store.reading() as session:
        assert requests.read(session, Secrets(b"another secret of 32 bytes, too."), review.id).contact is None
