"""SIGKILL at every SQL statement of a decision, each once, and at random moments: nothing confirmed is lost or halved.

    python -m tests.journeys.decide_kills [--random 1000] [--seed N] [--store sqlite|postgres]

A child of ours carries out one decision on a real database and dies at its n-th statement, by a signal that nothing
can catch. Afterwards the store is opened anew: the decision stands whole or not at all, the item stands as the chain
says, the chain is unbroken, and what the child said was done is done.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import chain, items, moderation
from store.database import Store, migrate, open_store
from store.drafts import EditedText
from store.standing import standing_of
from store.tables import Decision, Item, Notice, Subscriber
from store.values import Form, Rights, Verdict
from tests.parts import postgres, samples
from tests.parts.promises import database_sound

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
UNDO = 30
NEVER = 10_000


@dataclass(frozen=True)
class Act:
    """One kind of decision: how an item gets ready for it, and the decision itself."""

    name: str
    ready: Callable[[Session, int, int], None]
    decide: Callable[[Session, int, int], None]
    is_event: bool = False


def _decide(verdict: Verdict, *, later: float = 0, four_eyes: bool = False) -> Callable[[Session, int, int], None]:
    def decide(session: Session, item_id: int, account_id: int) -> None:
        item = session.get_one(Item, item_id)
        revision = item.waiting_revision_id or item.approved_revision_id or item.current_revision_id or 0
        moderation.decide(
            session,
            item_id,
            revision,
            verdict,
            account_id=account_id,
            now=NOW + timedelta(seconds=later),
            undo_seconds=UNDO,
            reason="off_topic",
            privacy_checked=True,
            four_eyes=four_eyes,
        )

    return decide


def _nothing(_session: Session, _item_id: int, _account_id: int) -> None:
    return


def _correct(session: Session, item_id: int, account_id: int) -> None:
    item = session.get_one(Item, item_id)
    text = EditedText("Een betere titel", "Eigen woorden", (samples.BRABANT,), (Form.LABOUR,))
    moderation.correct(
        session,
        item_id,
        item.current_revision_id or 0,
        text,
        "De datum klopte niet.",
        account_id=account_id,
        now=NOW + timedelta(seconds=60),
        undo_seconds=UNDO,
    )


ACTS = (
    Act("approve", _nothing, _decide(Verdict.APPROVE)),
    Act("approve an event", _nothing, _decide(Verdict.APPROVE), is_event=True),
    Act("approve as the first of two", _nothing, _decide(Verdict.APPROVE, four_eyes=True)),
    Act("reject", _nothing, _decide(Verdict.REJECT)),
    Act("withdraw an event", _decide(Verdict.APPROVE), _decide(Verdict.WITHDRAW, later=60), is_event=True),
    Act("undo", _decide(Verdict.APPROVE), _decide(Verdict.UNDO, later=5), is_event=True),
    Act("correct", _decide(Verdict.APPROVE), _correct),
)


class Place:
    """A database with an editor, a source and a subscriber, and a fresh item for every try."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.tries = 0
        store = open_store(url)
        migrate(store)
        with store.writing() as session:
            self.source = samples.add_source(session, NOW)
            self.account = samples.add_account(session, NOW)
            session.add(
                Subscriber(
                    token=secrets.token_urlsafe(32),
                    address_sealed="-",
                    address_key="-",
                    state="confirmed",
                    consent_text="1",
                    requested_at=NOW,
                    confirmed_at=NOW,
                )
            )
        store.close()

    def fresh_item(self, store: Store, act: Act) -> int:
        self.tries += 1
        guid = f"stuk-{self.tries}"
        item = samples.event(guid, NOW + timedelta(days=9)) if act.is_event else samples.article(guid)
        with store.writing() as session:
            item_id = items.offer(session, self.source, item, Rights.EXCERPT, NOW).item_id
            act.ready(session, item_id, self.account)
        return item_id


def carry_out(place: Place, act: Act, item_id: int, die_at: int, answer: int) -> int:
    """In the child: decide, and die at statement `die_at`. Returns how many statements there were."""
    store = open_store(place.url)
    count = 0

    def before(*_: object) -> None:
        nonlocal count
        count += 1
        if count == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(store.engine, "before_cursor_execute", before)
    sa.event.listen(store.engine, "commit", before)
    with store.writing() as session:
        act.decide(session, item_id, place.account)
    if die_at == count + 1:
        os.kill(os.getpid(), signal.SIGKILL)
    os.write(answer, f"done {count}".encode())
    return count


def one_try(place: Place, act: Act, die_at: int = NEVER, die_after: float | None = None) -> tuple[bool, int]:
    """One decision in a child that dies. Returns whether it said it was done, and how many statements it counted."""
    store = open_store(place.url)
    item_id = place.fresh_item(store, act)
    with store.reading() as session:
        before = standing_of(session.get_one(Item, item_id))
        decisions = _decisions(session, item_id)
        notices = _notices(session, item_id)
    store.close()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = 1
        try:
            carry_out(place, act, item_id, die_at, writing)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    if die_after is not None:
        time.sleep(die_after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading, "rb") as heard:
        said = heard.read().decode()
    os.waitpid(child, 0)
    _holds(place, act, item_id, before, decisions, notices, said)
    return bool(said), int(said.split()[1]) if said else 0


def _decisions(session: Session, item_id: int) -> int:
    return session.exec(select(sa.func.count()).select_from(Decision).where(Decision.item_id == item_id)).one()


def _notices(session: Session, item_id: int) -> dict[str, int]:
    rows = session.exec(
        select(Notice.kind, Notice.state, sa.func.count())
        .where(Notice.item_id == item_id)
        .group_by(col(Notice.kind), col(Notice.state))
    )
    return {f"{kind} {state}": count for kind, state, count in rows}


def _holds(
    place: Place,
    act: Act,
    item_id: int,
    before: dict[str, object],
    decisions: int,
    notices: dict[str, int],
    said: str,
) -> None:
    store = open_store(place.url)
    try:
        with store.reading() as session:
            made = _decisions(session, item_id) - decisions
            stands = standing_of(session.get_one(Item, item_id))
            last = session.exec(
                select(Decision).where(Decision.item_id == item_id).order_by(col(Decision.id).desc()).limit(1)
            ).first()
            told = _notices(session, item_id)
            report = chain.verify(session)
    finally:
        store.close()
    assert report.ok, f"{act.name}: {report.sentence}"
    assert made in {0, 1}, f"{act.name}: {made} decisions of one act"
    if said:
        assert made == 1, f"{act.name} was confirmed and is lost"
    if made:
        assert last is not None
        assert stands == last.after, f"{act.name}: the item does not stand as its decision says"
    else:
        assert stands == before, f"{act.name} was not made, and the item changed"
        assert told == notices, f"{act.name} was not made, and the notices changed"
    if made and act.name == "approve an event":
        assert told, "an event was approved and nobody will be told"


def every_statement(place: Place) -> dict[str, int]:
    """Every act, killed at each of its statements once. Returns how many points each has."""
    points: dict[str, int] = {}
    for act in ACTS:
        done, count = one_try(place, act)
        assert done, f"{act.name} does not work even when nobody kills it"
        for die_at in range(1, count + 2):
            one_try(place, act, die_at)
        points[act.name] = count + 1
    return points


def at_random(place: Place, times: int, chance: Random) -> int:
    """Random acts killed at random moments. Returns how many were confirmed before the kill."""
    began = time.monotonic()
    one_try(place, ACTS[0])
    longest = time.monotonic() - began
    confirmed = 0
    for _ in range(times):
        done, _count = one_try(place, chance.choice(ACTS), die_after=chance.uniform(0, longest))
        confirmed += done
    return confirmed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        cluster = postgres.start_cluster() if asked.store == "postgres" else None
        try:
            place = Place(cluster.fresh_database() if cluster else f"sqlite:///{Path(name) / 'signaal.db'}")
            points = every_statement(place)
            print(f"{sum(points.values())} kills at statements: " + ", ".join(f"{n} {k}" for k, n in points.items()))
            if asked.random:
                confirmed = at_random(place, asked.random, Random(asked.seed))
                print(f"{asked.random} random kills, seed {asked.seed}: {confirmed} confirmed, none lost, none halved")
            store = open_store(place.url)
            unsound = list(database_sound(store))
            store.close()
            assert not unsound, unsound
        finally:
            if cluster is not None:
                cluster.stop()


if __name__ == "__main__":
    main()
