"""How an item stands, as plain values: what a decision keeps as `before` and `after`, and the way back from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from store.tables import Item

Standing = dict[str, Any]
"""Pointers as numbers, times as ISO 8601. The keys are hashed into the chain: a new fact is a new key, no rename."""


NOT_UNDONE = ("edit", "story", "case", "blank")
"""What an undo passes over: a text stays written, and what was joined is parted again by hand."""


def standing_of(item: Item) -> Standing:
    return {
        "kind": str(item.kind),
        "state": str(item.state),
        "current": item.current_revision_id,
        "waiting": item.waiting_revision_id,
        "approved": item.approved_revision_id,
        "previous": item.previous_revision_id,
        "previous_public_at": _words(item.previous_public_at),
        "public_at": _words(item.public_at),
        "listed_at": _words(item.listed_at),
        "first_public_at": _words(item.first_public_at),
        "taken_down_at": _words(item.taken_down_at),
        "rights_held_at": _words(item.rights_held_at),
        "first_approval_by": item.first_approval_by,
        "first_approval": item.first_approval_revision_id,
        "corrected_at": _words(item.corrected_at),
        "correction": item.correction,
        "story": item.story_id,
    }


def public_part(standing: Standing) -> tuple[Any, ...]:
    """What of it the public can notice."""
    return tuple(standing.get(key) for key in ("approved", "previous", "public_at", "taken_down_at", "rights_held_at"))


def put_back(item: Item, before: Standing, *, also_waiting: bool) -> None:
    """Let the item stand as it did. Without `also_waiting` a newer text goes on waiting."""
    item.kind = before["kind"]
    item.approved_revision_id = before["approved"]
    item.public_at = _time(before["public_at"])
    item.previous_revision_id = before["previous"]
    item.previous_public_at = _time(before["previous_public_at"])
    item.listed_at = _time(before["listed_at"])
    item.first_public_at = _time(before["first_public_at"])
    item.taken_down_at = _time(before["taken_down_at"])
    # A decision from before there were these facts says nothing about them.
    item.rights_held_at = _time(before.get("rights_held_at"))
    item.first_approval_by = before.get("first_approval_by")
    item.first_approval_revision_id = before.get("first_approval")
    item.corrected_at = _time(before.get("corrected_at"))
    item.correction = before.get("correction", "")
    if also_waiting:
        item.waiting_revision_id = before["waiting"]
        item.state = before["state"]


def _words(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
