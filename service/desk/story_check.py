"""What the items of one story tell of a victim together: asked before they are joined, and when one is approved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from crawler.reading.mosaic import Combination, story_combination
from service.desk.public_text import public_words
from store import dossier, stories
from store.drafts import REASON_LIMIT
from store.errors import NotAllowedError
from store.rules import unfit_character


def combination(session: Any, item_ids: Iterable[int], *, now: datetime) -> Combination | None:
    """The combination over the public texts of these items and of all that are in a story with one of them.

    Of an item the newest text counts: it is the one that is public, or may become so. None when nothing is told that
    together tells who somebody is.
    """
    texts: dict[str, tuple[str, str]] = {}
    for item_id in stories.with_their_stories(session, item_ids):
        found = dossier.read(session, item_id, now=now)
        texts[f"{found.source_name} ({item_id})"] = (found.text.title, public_words(found.text))
    return story_combination(texts) if len(texts) > 1 else None


def must_be_seen(session: Any, item_ids: tuple[int, ...], *, seen: bool, reason: str, now: datetime) -> str:
    """The reason to keep with joining these items.

    Raises NotAllowedError while what they tell together was not answered: seen, and why nobody is recognisable.
    """
    reason = " ".join(reason.split())
    if len(reason) > REASON_LIMIT or unfit_character(reason):
        raise NotAllowedError(f"De reden kunnen we niet bewaren. Schrijf hoogstens {REASON_LIMIT} gewone tekens.")
    told = combination(session, item_ids, now=now)
    if told is None:
        return reason
    if not (seen and reason):
        raise NotAllowedError(
            f"{told.sentence} Pas eerst een van de teksten aan, of zeg waarom niemand hiermee te herkennen is."
        )
    return f"samen niet herkenbaar: {reason}"
