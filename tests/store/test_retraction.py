"""A withdrawal reaches everything that was reached: calendars, feeds, and exactly those who got a mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from store import moderation, outbox, published, reach, subscribers, tombstones
from store.drafts import EditedText
from store.published import NewsFilter
from store.sending import DeliveryOutcome, DeliveryResult
from store.tables import Account, CalendarEntry, Item, Notice, Subscriber
from store.values import EventFacts, EventRisk, EventStatus, Form, Kind, Region, Verdict
from tests.parts import samples
from tests.parts.newsroom import Newsroom
from tests.parts.readers import SECRETS, UNDO, add_event, decide, subscribe

SENT = DeliveryResult(DeliveryOutcome.SENT, 250, "OK")
LATER = DeliveryResult(DeliveryOutcome.RETRY, 451, "4.3.0 Later")
REFUSED = DeliveryResult(DeliveryOutcome.REFUSED, 550, "5.7.1 No")
DOUBT = DeliveryResult(DeliveryOutcome.IN_DOUBT, answer="connection lost")
SENTENCE = "De bijeenkomst begint een uur later dan eerst in dit bericht stond."


def minutes(number):
    return timedelta(minutes=number)


def rows(store, kind="correction"):
    with store.reading() as session:
        return session.exec(select(Notice).where(Notice.kind == kind).order_by(Notice.id)).all()


def addresses(store, kind="correction", *states):
    """Who has a notice of this kind, sorted; only in these states when some are given."""
    with store.reading() as session:
        query = select(Subscriber.address_sealed, Notice.state).where(Notice.subscriber_id == Subscriber.id)
        found = session.exec(query.where(Notice.kind == kind)).all()
    return sorted(SECRETS.unseal(sealed) for sealed, state in found if not states or state in states)


def claim(store, now):
    with store.writing() as session:
        return outbox.claim_due(session, now, 60, 100)


def send(store, now, result=SENT):
    """Send all that is due, each with the same answer; gives what was sent."""
    claimed = claim(store, now)
    for held in claimed:
        with store.writing() as session:
            assert outbox.mark_handed(session, held.id, held.fence, now)
        with store.writing() as session:
            outbox.settle(session, held.id, held.fence, result, started_at=now, now=now)
    return claimed


def entry(store, item_id):
    with store.reading() as session:
        return session.get_one(CalendarEntry, item_id)


def correct(store, now, item_id, starts_at, title="Bijeenkomst over signalen", sentence=SENTENCE, **facts):
    with store.writing() as session:
        editor = session.exec(select(Account.id)).first()
        seen = session.get_one(Item, item_id).current_revision_id
        text = EditedText(
            title, "", (Region("Noord-Brabant"),), (Form.LABOUR,), EventFacts(starts_at, place="Tilburg", **facts)
        )
        return moderation.correct(session, item_id, seen, text, sentence, account_id=editor, now=now, undo_seconds=UNDO)


@pytest.fixture
def item(store, now):
    """An approved event that one reader got by mail a minute after, and of which another got nothing."""
    subscribe(store, now, "kreeg@lezer.example")
    subscribe(store, now, "utrecht@lezer.example", ["Utrecht"])
    made = add_event(store, now)
    decide(store, now, made)
    assert len(send(store, now + minutes(1))) == 1
    subscribe(store, now + minutes(2), "later@lezer.example")
    return made


def test_who_got_the_mail_is_told_that_it_is_withdrawn_and_nobody_else(store, now, item):
    assert decide(store, now + minutes(3), item, Verdict.WITHDRAW) == 1
    (row,) = rows(store)
    assert addresses(store) == ["kreeg@lezer.example"]
    assert (row.state, row.revision_id) == ("waiting", None)
    assert row.due_at == now + minutes(3) + timedelta(seconds=UNDO), "nothing leaves before the undo"
    assert row.expires_at == now + timedelta(days=10), "and nothing after the event began"
    (held,) = send(store, now + minutes(4))
    assert held.event.withdrawn
    assert (held.event.title, held.event.place, held.event.area) == ("", "", ""), "it repeats nothing of the item"
    assert held.event.starts_at == now + timedelta(days=10)
    assert held.version == entry(store, item).sequence == 1
    assert send(store, now + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("state", "told"),
    [("handed", 1), ("sent", 1), ("in_doubt", 1), ("refused", 0), ("expired", 0), ("dropped", 0), ("waiting", 0)],
)
def test_told_is_who_has_it_or_may_have_it_and_not_who_certainly_has_not(store, now, item, state, told):
    with store.writing() as session:
        session.exec(select(Notice).where(Notice.kind == "new")).one().state = state
    assert decide(store, now + minutes(3), item, Verdict.WITHDRAW) == told


def test_a_choice_of_provinces_that_changed_meanwhile_changes_nothing(store, now, item):
    with store.writing() as session:
        key = SECRETS.keyed_hash("subscriber", "kreeg@lezer.example")
        token = session.exec(select(Subscriber.token).where(Subscriber.address_key == key)).one()
        subscribers.choose(session, token, ["Zeeland"])
    assert decide(store, now + minutes(3), item, Verdict.WITHDRAW) == 1


def test_who_left_or_gets_no_more_mail_is_not_told(store, now, item):
    with store.writing() as session:
        key = SECRETS.keyed_hash("subscriber", "kreeg@lezer.example")
        subscribers.suppress(session, key, subscribers.BOUNCED, now)
    assert decide(store, now + minutes(3), item, Verdict.WITHDRAW) == 0


def test_an_undo_takes_the_correction_back_and_a_second_withdrawal_tells_once(store, now, item):
    decide(store, now + minutes(3), item, Verdict.WITHDRAW)
    decide(store, now + minutes(3) + timedelta(seconds=20), item, Verdict.UNDO)
    assert rows(store) == []
    assert addresses(store, "new") == ["kreeg@lezer.example", "later@lezer.example"]
    decide(store, now + minutes(5), item, Verdict.WITHDRAW)
    assert len(send(store, now + minutes(6))) == 1
    decide(store, now + minutes(7), item, Verdict.HOLD)
    decide(store, now + minutes(8), item, Verdict.RELEASE)
    assert addresses(store) == ["kreeg@lezer.example"]
    assert [row.state for row in rows(store)] == ["sent"], "one withdrawal is told once, whatever follows"


def test_a_hold_of_rights_is_told_as_a_withdrawal_is(store, now, item):
    assert decide(store, now + minutes(3), item, Verdict.HOLD) == 1
    (held,) = send(store, now + minutes(4))
    assert held.event.withdrawn


def test_what_is_back_is_told_anew_to_who_was_told_that_it_was_gone(store, now, item):
    decide(store, now + minutes(3), item, Verdict.HOLD)
    send(store, now + minutes(4))
    assert decide(store, now + minutes(5), item, Verdict.RELEASE) == 2, "who was told it was gone, and who never heard"
    assert send(store, now + minutes(5)) == [], "what comes back waits as long as that can be taken back"
    assert len(send(store, now + minutes(6))) == 2
    assert decide(store, now + minutes(7), item, Verdict.HOLD) == 2
    assert len(send(store, now + minutes(8))) == 2
    assert entry(store, item).sequence == 3


def test_what_did_not_leave_is_dropped_and_its_reader_hears_nothing(store, now):
    subscribe(store, now, "lezer@lezer.example")
    made = add_event(store, now)
    decide(store, now, made)
    assert decide(store, now + timedelta(seconds=10), made, Verdict.WITHDRAW) == 0
    assert rows(store) == []
    assert [row.state for row in rows(store, "new")] == ["dropped"]


def test_a_mail_that_turned_out_not_to_have_arrived_needs_no_correction(store, now):
    subscribe(store, now, "lezer@lezer.example")
    made = add_event(store, now)
    decide(store, now, made)
    (held,) = claim(store, now + minutes(1))
    with store.writing() as session:
        outbox.mark_handed(session, held.id, held.fence, now + minutes(1))
    assert decide(store, now + minutes(1), made, Verdict.WITHDRAW) == 1, "it may have arrived"
    with store.writing() as session:
        times = {"started_at": now + minutes(1), "now": now + minutes(1)}
        outbox.settle(session, held.id, held.fence, LATER, **times)
    assert send(store, now + minutes(30)) == []
    assert [row.state for row in rows(store)] == ["dropped"]
    assert [row.state for row in rows(store, "new")] == ["dropped"], "and the mail itself must not leave any more"


def test_a_mail_that_is_tried_again_does_not_leave_while_the_rights_are_in_question(store, now):
    subscribe(store, now, "lezer@lezer.example")
    made = add_event(store, now)
    decide(store, now, made)
    (held,) = claim(store, now + minutes(1))
    with store.writing() as session:
        outbox.mark_handed(session, held.id, held.fence, now + minutes(1))
    decide(store, now + minutes(1), made, Verdict.HOLD)
    with store.writing() as session:
        outbox.settle(session, held.id, held.fence, LATER, started_at=now, now=now + minutes(1))
    assert send(store, now + minutes(10)) == []


def test_a_doubtful_withdrawal_is_sent_once_more_with_the_same_identity(store, now, item):
    decide(store, now + minutes(3), item, Verdict.WITHDRAW)
    (first,) = send(store, now + minutes(4), DOUBT)
    (second,) = send(store, now + minutes(20), DOUBT)
    assert second.identity == first.identity
    assert send(store, now + timedelta(hours=10)) == []
    assert [row.state for row in rows(store)] == ["in_doubt"]


def test_a_refused_withdrawal_is_not_tried_again_by_itself(store, now, item):
    decide(store, now + minutes(3), item, Verdict.WITHDRAW)
    send(store, now + minutes(4), REFUSED)
    assert decide(store, now + minutes(5), item, Verdict.HOLD) == 0
    assert [row.state for row in rows(store)] == ["refused"]


def test_nobody_is_mailed_about_an_event_that_has_begun(store, now, item):
    assert decide(store, now + timedelta(days=10), item, Verdict.WITHDRAW) == 0
    assert rows(store) == []


def test_the_number_in_calendars_rises_with_the_withdrawal_and_again_with_its_undo(store, now, item):
    before = entry(store, item)
    decide(store, now + minutes(3), item, Verdict.WITHDRAW)
    gone = entry(store, item)
    decide(store, now + minutes(3) + timedelta(seconds=5), item, Verdict.UNDO)
    back = entry(store, item)
    assert [each.sequence for each in (before, gone, back)] == [0, 1, 2]
    assert (gone.changed_at, back.changed_at) == (now + minutes(3), now + minutes(3) + timedelta(seconds=5))
    assert before.uid == gone.uid == back.uid


def test_a_second_reason_to_keep_it_back_changes_nothing_in_calendars(store, now, item):
    decide(store, now + minutes(3), item, Verdict.WITHDRAW)
    decide(store, now + minutes(4), item, Verdict.HOLD)
    assert entry(store, item).sequence == 1


def test_a_gone_event_stands_for_thirty_days_with_its_time_and_without_a_word(store, now, item):
    decide(store, now + minutes(3), item, Verdict.WITHDRAW)
    with store.public() as connection:
        (gone,) = tombstones.events(connection, now + minutes(3))
        assert gone == tombstones.event(connection, item, now + minutes(3))
        assert (gone.id, gone.sequence, gone.gone_at) == (item, 1, now + minutes(3))
        assert gone.starts_at == now + timedelta(days=10)
        assert tombstones.event(connection, item, now + minutes(3) + timedelta(days=30)) is None
        assert published.is_gone(connection, item)


def test_the_date_of_a_text_that_was_withdrawn_before_its_time_stays_unknown(store, now, item):
    correct(store, now + minutes(3), item, now + timedelta(days=77))
    decide(store, now + minutes(3) + timedelta(seconds=5), item, Verdict.WITHDRAW)
    with store.public() as connection:
        (gone,) = tombstones.events(connection, now + minutes(4))
    assert gone.starts_at == now + timedelta(days=10), "only what was public once may stand in a calendar"


def test_an_article_that_is_gone_leaves_a_tombstone_for_thirty_days(store, now):
    newsroom = Newsroom(store, now)
    up, gone, never = (newsroom.offer(samples.article(guid)) for guid in ("op", "weg", "nooit"))
    for each in (up, gone):
        newsroom.decide(each, Verdict.APPROVE)
    newsroom.decide(never, Verdict.APPROVE, later=100)
    newsroom.decide(never, Verdict.WITHDRAW, revision=newsroom.item(never).approved_revision_id, later=110)
    newsroom.decide(gone, Verdict.WITHDRAW, revision=newsroom.item(gone).approved_revision_id, later=120)
    with store.public() as connection:
        (stone,) = tombstones.articles(connection, newsroom.at(120))
        assert (stone.id, stone.gone_at) == (gone, newsroom.at(120))
        assert [each.id for each in published.news(connection, NewsFilter(), newsroom.at(120)).items] == [up]
        assert tombstones.articles(connection, newsroom.at(120) + timedelta(days=30)) == ()


def test_a_correction_is_told_to_who_has_the_text_before_it_with_its_sentence(store, now, item):
    send(store, now + minutes(2))
    made = correct(store, now + minutes(3), item, now + timedelta(days=10, hours=1))
    assert made.notices == 2, "one who is corrected, and one who never heard of it"
    assert send(store, now + minutes(3)) == []
    told = {held.kind: held.event for held in send(store, now + minutes(4))}
    assert set(told) == {"new", "correction"}
    assert told["correction"].correction == SENTENCE
    assert told["correction"].starts_at == now + timedelta(days=10, hours=1)
    assert not told["correction"].withdrawn
    assert told["new"].correction == "", "who never heard of it needs to know nothing of a mistake"
    assert addresses(store, "correction", "sent") == ["kreeg@lezer.example"]
    assert entry(store, item).sequence == 1


def test_a_correction_of_words_alone_raises_the_number_in_calendars_too(store, now, item):
    correct(store, now + minutes(3), item, now + timedelta(days=10), "Een andere titel", status=EventStatus.CONFIRMED)
    first = entry(store, item).sequence
    correct(store, now + minutes(9), item, now + timedelta(days=10), "Nog een andere titel")
    assert entry(store, item).sequence == first + 1


def test_an_undone_correction_is_told_to_nobody(store, now, item):
    made = correct(store, now + minutes(3), item, now + timedelta(days=11))
    decide(store, now + minutes(3) + timedelta(seconds=5), item, Verdict.UNDO)
    assert rows(store) == []
    assert made.notices == 2


def test_two_corrections_in_a_row_give_one_mail_with_the_last(store, now, item):
    correct(store, now + minutes(3), item, now + timedelta(days=11), sentence="De eerste verbetering.")
    correct(store, now + minutes(3) + timedelta(seconds=9), item, now + timedelta(days=12), sentence="De tweede.")
    told = [held.event for held in send(store, now + minutes(5)) if held.kind == "correction"]
    assert [(event.correction, event.starts_at) for event in told] == [("De tweede.", now + timedelta(days=12))]
    correct(store, now + minutes(6), item, now + timedelta(days=13), sentence="De derde.")
    told = [held.event.correction for held in send(store, now + minutes(7)) if held.kind == "correction"]
    assert told == ["De derde.", "De derde."], "who came later has the second text, and needs the third correction too"


def test_a_correction_that_did_not_leave_yet_survives_the_next_approval(store, now, item):
    correct(store, now + minutes(3), item, now + timedelta(days=11))
    with store.writing() as session:
        seen = session.get_one(Item, item).current_revision_id
        facts = EventFacts(now + timedelta(days=12), place="Tilburg")
        text = EditedText("Nieuwe titel", "", (Region("Noord-Brabant"),), (Form.LABOUR,), facts)
        moderation.edit(session, item, seen, text, account_id=1, now=now + minutes(3))
    decide(store, now + minutes(3) + timedelta(seconds=9), item)
    told = [held.event for held in send(store, now + minutes(5)) if held.kind == "correction"]
    assert [(event.title, event.correction) for event in told] == [("Nieuwe titel", SENTENCE)]


def test_a_withdrawal_takes_the_place_of_a_correction_that_still_waits(store, now, item):
    correct(store, now + minutes(3), item, now + timedelta(days=11))
    decide(store, now + minutes(3) + timedelta(seconds=9), item, Verdict.WITHDRAW)
    (held,) = send(store, now + minutes(5))
    assert held.event.withdrawn


def test_the_address_of_an_event_for_who_signs_up_is_in_no_mail(store, now):
    subscribe(store, now, "lezer@lezer.example")
    facts = EventFacts(now + timedelta(days=10), place="Geheime straat 1", risk=EventRisk.SIGNUP)
    made = add_event(store, now, event=facts)
    decide(store, now, made)
    (held,) = send(store, now + minutes(1))
    assert held.event.place == ""


def test_what_it_reached_is_counted_with_its_times(store, now, item):
    subscribe(store, now + minutes(2), "nog-een@lezer.example")
    decide(store, now + minutes(3), item, Verdict.WITHDRAW)
    with store.reading() as session:
        seen = reach.read(session, item, now + minutes(3))
    assert (seen.kind, seen.shown, seen.searchable) == (Kind.EVENT, False, False)
    assert (seen.public_from, seen.gone_at) == (now + timedelta(seconds=UNDO), now + minutes(3))
    assert (seen.told_until, seen.sequence) == (now + minutes(3) + timedelta(days=30), 1)
    mail = seen.mail
    assert (mail.received, mail.dropped, mail.waiting, mail.sent) == (1, 0, 1, 0)
    assert mail.due_at == now + minutes(3) + timedelta(seconds=UNDO)
    send(store, now + minutes(4))
    with store.reading() as session:
        mail = reach.read(session, item, now + minutes(4)).mail
    assert (mail.waiting, mail.sent, mail.last_at, mail.corrections) == (0, 1, now + minutes(4), 1)


def test_what_is_up_is_shown_searchable_and_not_gone(store, now, item):
    with store.reading() as session:
        seen = reach.read(session, item, now + minutes(1))
    assert (seen.shown, seen.searchable, seen.gone_at, seen.told_until) == (True, True, None, None)


def test_a_withdrawal_that_does_not_go_through_leaves_everything_as_it_was(store, now, item):
    """The rows stand in the transaction of the decision: whoever is killed in between changed nothing at all."""

    class KilledError(Exception):
        pass

    with pytest.raises(KilledError), store.writing() as session:
        row = session.get_one(Item, item)
        moderation.decide(
            session, item, row.approved_revision_id, Verdict.WITHDRAW, account_id=1, now=now, undo_seconds=UNDO
        )
        assert session.exec(select(Notice.id).where(Notice.kind == "correction")).all()
        raise KilledError
    assert rows(store) == []
    assert entry(store, item).sequence == 0
    with store.public() as connection:
        assert tombstones.events(connection, now + minutes(1)) == ()
        assert published.item(connection, item, now + minutes(1)) is not None
