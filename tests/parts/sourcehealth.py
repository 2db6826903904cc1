"""Sources with a past: well, silent, failing, drifted, reserved; with visits, items and open problems."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlmodel import Session

from store import items, moderation, problems
from store.database import Store
from store.tables import Item, Source, Visit
from store.values import Cause, Outcome, Rights, Verdict
from tests.parts import samples

SEED = 20261124
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WELL = {
    "omroep-noord": "Omroep Noord",
    "politie-oost": "Politie Oost (verzonnen)",
    "krant-aan-zee": "Krant aan Zee",
    "gemeente-dal": "Gemeente Dal",
    "rechtbank": "Rechtbank (verzonnen)",
}
ILL: dict[str, tuple[str, Outcome, Cause, str]] = {
    "verdwenen": (
        "Agenda van het Wijkhuis",
        Outcome.OK,
        Cause.VANISHED,
        "Gelezen: 2 afspraken, niets nieuws. Er zijn 9 van de 11 komende afspraken tegelijk verdwenen.",
    ),
    "weg": ("Nieuwsbrief die ophield", Outcome.GONE, Cause.GONE, "De server zegt dat deze bron voorgoed weg is."),
    "dicht": ("Site achter een slot", Outcome.HTTP_ERROR, Cause.BLOCKED, "De server laat ons er niet in (code 403)."),
}


def fill(store: Store, now: datetime) -> dict[str, int]:
    """Put everything into the store; gives the numbers of the sources by their keys."""
    chance = Random(SEED)
    with store.writing() as session:
        editor = samples.add_account(session, now, "gezondheid@example.nl")
        made = {}
        for number, (key, name) in enumerate(WELL.items()):
            made[key] = _source(session, now, key, name, interval_seconds=7200 if number else 900)
            _visits(session, made[key], now, chance)
        for key, (name, outcome, cause, sentence) in ILL.items():
            made[key] = _source(
                session, now, key, name, last_success_at=now - 2 * DAY, failures=0 if outcome.good else 9
            )
            for visit in _past(made[key], now, 40):
                visit.outcome, visit.cause, visit.sentence = outcome, cause, sentence
                visit.entries, visit.linked, visit.dated, visit.worded = (2, 2, 2, 1) if outcome.good else (0, 0, 0, 0)
                session.add(visit)
        _source(session, now, "pauze", "Bron op pauze", paused=True)
        _source(session, now, "lijst", "Bron van de lijst", paused=True, checked=False)
    for key in WELL:
        _items(store, made[key], editor, now, chance)
    with store.writing() as session:
        problems.watch(session, now)
    return made


def _source(session: Session, now: datetime, key: str, name: str, **values: Any) -> int:
    well = {"last_success_at": now - HOUR, "last_new_at": now - 5 * HOUR, "last_visit_at": now - HOUR}
    times = {"next_due_at": now + HOUR, "created_at": now - 80 * DAY}
    return samples.add_source(session, times.pop("created_at"), key, name=name, **{**times, **well, **values})


def _past(source: int, now: datetime, count: int) -> Iterator[Visit]:
    for number in range(count, 0, -1):
        at = now - number * HOUR
        yield Visit(
            source_id=source,
            started_at=at,
            finished_at=at + timedelta(seconds=1.4),
            outcome=Outcome.OK,
            status=200,
            sentence="",
            bytes=34_000,
        )


def _visits(session: Session, source: int, now: datetime, chance: Random) -> None:
    session.add(next(_past(source, now - 60 * DAY, 1)))
    for visit in _past(source, now, 48):
        if chance.random() < 0.1:
            visit.outcome, visit.cause = Outcome.TIMEOUT, Cause.SLOW
            visit.sentence = "De server antwoordt niet binnen 30 seconden. We proberen het over 1 uur opnieuw."
        elif chance.random() < 0.4:
            visit.outcome, visit.sentence = Outcome.UNCHANGED, "Er is niets veranderd sinds de vorige keer."
        else:
            visit.entries, visit.new = 20, chance.randrange(5)
            visit.same, visit.linked, visit.dated, visit.worded = 20 - visit.new, 20, 19, 12
            visit.sentence = f"Gelezen: 20 berichten, {visit.new or 'niets'} nieuw."
            visit.reserved = source % 5 == 0
        session.add(visit)


def _items(store: Store, source: int, editor: int, now: datetime, chance: Random) -> None:
    for number in range(chance.randrange(3, 22)):
        at = now - timedelta(days=chance.uniform(0, 28))
        shown = chance.random() < 0.6
        item = samples.article(
            f"g{number}",
            f"Bericht {number}",
            published_at=at - timedelta(minutes=chance.expovariate(1 / (20 * source))),
            reading=samples.reading(shown=shown),
        )
        with store.writing() as session:
            made = items.offer(session, source, item, Rights.EXCERPT, at).item_id
            if shown and chance.random() < 0.6:
                moderation.decide(
                    session, made, session.get_one(Item, made).waiting_revision_id or 0, Verdict.APPROVE,
                    account_id=editor, now=now, undo_seconds=1, privacy_checked=True,
                )  # fmt: skip
    with store.writing() as session:
        session.get_one(Source, source).last_new_at = now - 5 * HOUR
