"""One rule says what is public (`rules.is_public`), and the views say the same for every way an item can stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

import pytest

from store import dossier, published, revisions, rules
from store.rules import PublicFacts
from store.tables import Item, PrivacyCheck, Revision
from tests.parts import samples
from tests.parts.newsroom import Newsroom

TIMES = (-3600, -1, 0, 1, 3600)


@dataclass(frozen=True)
class Standing:
    """How an item stands: seconds from now, None for never."""

    approved: bool
    public_at: int | None
    previous: bool
    previous_public_at: int | None
    checked: bool
    previous_checked: bool
    held: bool
    taken_down: bool


def standings():
    """Every standing that the tables allow; a text that stays up was public before."""
    for approved, public_at, previous, checked, earlier, held, down in product(
        (False, True), (None, *TIMES), (False, True), (False, True), (False, True), (False, True), (False, True)
    ):
        if (approved and public_at is None) or (previous and not approved) or (earlier and not previous):
            continue
        before = (-7200, -1) if previous else (None,)
        for previous_public_at in before:
            yield Standing(approved, public_at, previous, previous_public_at, checked, earlier, held, down)


def test_the_rule_and_the_public_views_agree_on_every_standing(store, now):
    room = Newsroom(store, now)
    wanted = list(dict.fromkeys(standings()))
    assert len(wanted) > 200
    ids = [room.offer(samples.article(str(number), f"Bericht {number}")) for number in range(len(wanted))]
    with store.writing() as session:
        for item_id, standing in zip(ids, wanted, strict=True):
            put(session, item_id, standing, now)
    with store.reading() as session:
        said = {
            item_id: rules.is_public(dossier.facts_of(session, session.get_one(Item, item_id), now), now)
            for item_id in ids
        }
    with store.public() as connection:
        shown = {item_id: published.item(connection, item_id, now) is not None for item_id in ids}
    wrong = [(wanted[ids.index(item_id)], said[item_id]) for item_id in ids if said[item_id] != shown[item_id]]
    assert not wrong, f"the rule and the views disagree about {wrong[:3]}"
    assert {True, False} == set(said.values()), "the grid must hold both"


def put(session, item_id: int, standing: Standing, now: datetime) -> None:
    item = session.get_one(Item, item_id)
    first = item.current_revision_id
    text = revisions.revision_text(session, session.get_one(Revision, first))
    second = revisions.add_revision(session, item_id, text, origin="editor", made_by=None, now=now)
    newest = second if standing.previous else first
    for revision, checked in ((newest, standing.checked), (first, standing.previous_checked)):
        if checked and session.get(PrivacyCheck, revision) is None:
            session.add(PrivacyCheck(revision_id=revision, made_at=now))
            session.flush()
    item.state, item.waiting_revision_id = "approved" if standing.approved else "rejected", None
    item.current_revision_id = newest
    item.approved_revision_id = newest if standing.approved else None
    item.previous_revision_id = first if standing.previous else None
    item.public_at = at(now, standing.public_at)
    item.listed_at = item.public_at
    item.previous_public_at = at(now, standing.previous_public_at)
    item.rights_held_at = now if standing.held else None
    item.taken_down_at = now if standing.taken_down else None
    session.add(item)


def at(now: datetime, seconds: int | None) -> datetime | None:
    return None if seconds is None else now + timedelta(seconds=seconds)


GOOD = {"rights": True, "privacy": True, "review": True, "publication": -1, "takedown": False}


@pytest.mark.parametrize(
    ("changed", "public"),
    [
        ({}, True),
        ({"rights": False}, False),
        ({"privacy": False}, False),
        ({"review": False}, False),
        ({"publication": None}, False),
        ({"publication": 1}, False),
        ({"publication": 0}, True),
        ({"takedown": True}, False),
    ],
)
def test_all_five_facts_must_say_so(now, changed, public):
    facts = {**GOOD, **changed}
    moment = at(now, facts.pop("publication"))
    assert rules.is_public(PublicFacts(publication=moment, **facts), now) is public
