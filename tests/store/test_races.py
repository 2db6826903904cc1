"""Many hands at once, in real threads with connections of their own: one decision each, nothing double.

The seed is printed with every failure. Nobody waits for luck: each thread waits for the others before it starts.
"""

import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select

from store import chain, items, moderation, notices, published, subscribers
from store.database import open_store
from store.errors import ChangedError
from store.tables import Decision, Item, Notice, Revision, Subscriber, Suppression
from store.values import OfferResult, Rights, State, Verdict
from tests.parts import readers, samples
from tests.parts.newsroom import UNDO, Newsroom

SEED = 20261124
EDITORS = 64
ROUNDS = int(os.environ.get("RACE_ROUNDS", "20"))
CLICKS = int(os.environ.get("RACE_CLICKS", "100"))
"""`make races` asks for 1,000 and 10,000."""
HEAD_START = 0.004
"""Seconds that one of the two may be ahead: about as long as a transaction takes, so that each wins sometimes."""

STATE_AFTER = {Verdict.APPROVE: State.APPROVED, Verdict.REJECT: State.REJECTED, Verdict.INTERNAL: State.INTERNAL}


@pytest.fixture
def room(store, now):
    return Newsroom(store, now)


@contextmanager
def hands(url, count):
    """Threads, each with a database connection of its own, that start their work at the same moment."""
    start = threading.Barrier(count)

    def at_once(work, store):
        start.wait()
        return work(store)

    with ExitStack() as stack:
        stores = [stack.enter_context(closing(open_store(url))) for _ in range(count)]
        pool = stack.enter_context(ThreadPoolExecutor(count))
        yield lambda works: list(pool.map(at_once, works, stores))


@dataclass(frozen=True)
class Click:
    """One editor's verdict on the revision that is on the screen."""

    room: Newsroom
    item_id: int
    revision_id: int
    verdict: Verdict = Verdict.APPROVE
    after: float = 0.0

    def __call__(self, store):
        """The decision, or None when somebody or something was there first. Any other answer is a failure."""
        time.sleep(self.after)
        try:
            with store.writing() as session:
                return moderation.decide(
                    session, self.item_id, self.revision_id, self.verdict, account_id=self.room.editor,
                    now=self.room.now, undo_seconds=UNDO, reason="off_topic", privacy_checked=True,
                )  # fmt: skip
        except ChangedError:
            return None


@dataclass(frozen=True)
class Offer:
    """What one crawl found in the source."""

    room: Newsroom
    found: tuple
    after: float = 0.0

    def __call__(self, store):
        time.sleep(self.after)
        with store.writing() as session:
            return items.offer_all(session, self.room.source, self.found, Rights.EXCERPT, self.room.now)


def count(store, query):
    with store.reading() as session:
        return session.scalars(query).one()


def chain_must_fit(store, length):
    with store.reading() as session:
        report = chain.verify(session)
    assert (report.ok, report.length) == (True, length), report.sentence


def shows(room, item_id):
    """The words that the public reads once every undo window is over."""
    with room.store.public() as connection:
        found = published.item(connection, item_id, room.at(UNDO))
    return (found.title, found.excerpt, found.url) if found else None


def test_of_64_verdicts_at_once_on_one_revision_exactly_one_is_stored(room, store, store_url):
    chance = random.Random(SEED)
    mixed = [verdict for verdict, times in zip(STATE_AFTER, (22, 21, 21), strict=True) for _ in range(times)]
    with hands(store_url, EDITORS) as at_once:
        for number in range(ROUNDS):
            item_id = room.offer(samples.article(f"bericht-{number}"))
            seen = room.item(item_id).waiting_revision_id
            chance.shuffle(mixed)
            made = at_once([Click(room, item_id, seen, verdict) for verdict in mixed])
            stored = [decision for decision in made if decision is not None]
            said = f"round {number}, seed {SEED}: {len(stored)} of {EDITORS} verdicts were answered as stored"
            assert len(stored) == 1, f"{said}; exactly one editor may win, the others must get ChangedError"
            with store.reading() as session:
                (row,) = session.exec(select(Decision).where(Decision.item_id == item_id)).all()
                state = session.get_one(Item, item_id).state
            assert (row.id, row.verdict) == (stored[0].id, stored[0].verdict), f"{said}, and another one is in the log"
            assert state == STATE_AFTER[stored[0].verdict], f"{said}: the item must be as its one decision says"
    chain_must_fit(store, ROUNDS)


def test_a_chain_that_grows_while_it_is_verified_is_not_called_broken(room, store_url):
    numbers = [room.offer(samples.article(f"bericht-{number}")) for number in range(ROUNDS * 3)]
    seen = {item_id: room.item(item_id).waiting_revision_id for item_id in numbers}
    deciding = threading.Event()

    def decide_all(store):
        for item_id, revision_id in seen.items():
            Click(room, item_id, revision_id)(store)
        deciding.set()

    def verify_often(store):
        reports = []
        while not deciding.is_set():
            with store.reading() as session:
                reports.append(chain.verify(session))
        return reports

    with hands(store_url, 2) as at_once:
        _, reports = at_once([decide_all, verify_often])
    assert {report.length for report in reports} & set(range(1, len(numbers))), "no decision was made meanwhile"
    assert [report.sentence for report in reports if not report.ok] == []


def test_a_source_that_changes_at_the_click_never_gets_a_text_on_the_site_that_nobody_saw(room, store, store_url):
    """INV-2. The item lives through all rounds, so that older approved texts stay up while newer ones are refused."""
    chance = random.Random(SEED)
    approved, won = None, Counter()
    item_id = room.offer(text_of(0))
    with hands(store_url, 2) as at_once:
        for number in range(CLICKS):
            seen = room.item(item_id).waiting_revision_id
            ahead = chance.uniform(-HEAD_START, HEAD_START)
            click = Click(room, item_id, seen, after=max(0.0, ahead))
            decision, _ = at_once([click, Offer(room, (text_of(number + 1),), after=max(0.0, -ahead))])
            won["editor" if decision else "source"] += 1
            if decision:
                approved = text_of(number)
            expected = (approved.title, approved.excerpt, approved.url) if approved else None
            assert shows(room, item_id) == expected, (
                f"click {number}, seed {SEED}: the public reads another text than the one that was approved as seen"
            )
            waiting = room.item(item_id).waiting_revision_id
            assert waiting > seen, f"click {number}, seed {SEED}: the changed text must wait for an editor"
    assert len(won) == 2, f"only the {next(iter(won))} won in {CLICKS} races: widen HEAD_START, or nothing was raced"
    chain_must_fit(store, won["editor"])


def text_of(number):
    return samples.article(
        "wisselend", f"Tekst nummer {number}", excerpt=f"Fragment {number}.", text=f"Hele tekst {number}.",
        url=f"https://bron.example/wisselend/{number}",
    )  # fmt: skip


def test_a_withdrawal_and_a_changed_text_at_once_leave_nothing_on_the_site(room, store_url):
    chance = random.Random(SEED)
    with hands(store_url, 2) as at_once:
        for number in range(ROUNDS):
            item_id = room.publish(samples.article(f"bericht-{number}"))
            seen = room.item(item_id).approved_revision_id
            ahead = chance.uniform(-HEAD_START, HEAD_START)
            withdraw = Click(room, item_id, seen, Verdict.WITHDRAW, after=max(0.0, ahead))
            changed = samples.article(f"bericht-{number}", title="De bron schrijft nu iets anders")
            decision, _ = at_once([withdraw, Offer(room, (changed,), after=max(0.0, -ahead))])
            said = f"round {number}, seed {SEED}"
            assert decision, f"{said}: a text that is up must be withdrawable whatever its source does meanwhile"
            assert shows(room, item_id) is None, f"{said}: a withdrawn text is still on the site"
            assert room.item(item_id).state == State.PENDING, f"{said}: the changed text must wait for an editor"


def test_two_crawls_that_find_the_same_items_at_the_same_moment_double_nothing(room, store, store_url):
    """The second one in another order: two crawls must not lock each other out either (a deadlock on PostgreSQL)."""
    chance = random.Random(SEED)
    size = 40
    with hands(store_url, 2) as at_once:
        for number in range(10):
            found = [samples.article(f"{number}-{each}") for each in range(size)]
            other = chance.sample(found, size)
            first, second = at_once([Offer(room, tuple(found)), Offer(room, tuple(other))])
            results = Counter(outcome.result for outcome in [*first, *second])
            assert results == {OfferResult.NEW: size, OfferResult.SAME: size}, f"round {number}, seed {SEED}: {results}"
            assert {each.item_id for each in first} == {each.item_id for each in second}
            changed = [samples.article(f"{number}-{each}", title="Nieuwe kop") for each in range(size)]
            first, second = at_once([Offer(room, tuple(changed)), Offer(room, tuple(chance.sample(changed, size)))])
            results = Counter(outcome.result for outcome in [*first, *second])
            assert results == {OfferResult.CHANGED: size, OfferResult.SAME: size}, f"{number}, seed {SEED}: {results}"
    assert count(store, sa.select(sa.func.count(Item.id))) == size * 10
    assert count(store, sa.select(sa.func.count(Revision.id))) == size * 20, "a revision was made twice"


def test_an_undo_and_a_changed_text_at_once_take_back_the_one_and_keep_the_other(room, store, store_url):
    chance = random.Random(SEED)
    with hands(store_url, 2) as at_once:
        for number in range(ROUNDS):
            item_id = room.offer(samples.article(f"bericht-{number}"))
            seen = room.item(item_id).waiting_revision_id
            room.decide(item_id, Verdict.APPROVE)
            ahead = chance.uniform(-HEAD_START, HEAD_START)
            undo = Click(room, item_id, seen, Verdict.UNDO, after=max(0.0, ahead))
            changed = samples.article(f"bericht-{number}", title="De bron schrijft nu iets anders")
            decision, _ = at_once([undo, Offer(room, (changed,), after=max(0.0, -ahead))])
            said = f"round {number}, seed {SEED}"
            assert decision, f"{said}: an approval inside its window must be undoable whatever the source does"
            assert shows(room, item_id) is None, f"{said}: the approval was undone, so nothing may show"
            row = room.item(item_id)
            assert row.waiting_revision_id == row.current_revision_id > seen, f"{said}: the newest text must wait"
    chain_must_fit(store, 2 * ROUNDS)


def test_somebody_who_unsubscribes_while_an_editor_decides_stops_neither(store, store_url, now):
    """On PostgreSQL both must lock in the same order: the notices, then their subscribers."""
    token = readers.subscribe(store, now, "lezer@post.example")
    item_id = readers.add_event(store, now)
    readers.decide(store, now, item_id)
    with hands(store_url, 2) as at_once:
        began = threading.Event()

        def decide(mine):
            with mine.writing() as session:
                assert notices.drop_unsent(session, item_id, now) == 1
                began.set()
                # Long enough for the other to get as far as it can.
                time.sleep(0.5)
                item = session.get_one(Item, item_id)
                times = {"due_at": now, "expires_at": now + timedelta(days=1), "now": now}
                return notices.write_for_event(session, item_id, item.approved_revision_id, 1, **times)

        def leave(mine):
            began.wait()
            with mine.writing() as session:
                return subscribers.unsubscribe(session, token, now)

        written, gone = at_once([decide, leave])
    assert gone, "an unsubscribe is never refused because somebody else is at work"
    assert written in {0, 1}
    assert count(store, sa.select(sa.func.count(Notice.id))) == 0, "nothing may be left for somebody who left"


def test_two_clicks_on_unsubscribe_at_the_same_moment_are_both_answered(store, store_url, now):
    """Mail programs post the one-click link twice, and people click twice."""
    with hands(store_url, 2) as at_once:
        for number in range(ROUNDS):
            token = readers.subscribe(store, now, f"lezer-{number}@post.example")

            def leave(mine, token=token):
                with mine.writing() as session:
                    return subscribers.unsubscribe(session, token, now)

            answers = at_once([leave, leave])
            assert True in answers, f"round {number}: nobody was unsubscribed"
    assert count(store, sa.select(sa.func.count(Subscriber.id))) == 0
    assert count(store, sa.select(sa.func.count(Suppression.address_key))) == ROUNDS
