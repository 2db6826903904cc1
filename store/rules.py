"""The rules, as pure functions of values and `now`. Nothing here touches the database or reads the clock."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from store.values import Rights, State

SUMMARY_LIMIT = 1000
PLACE_LIMIT = 300
LINK_LIMIT = 2000
INTERNAL_TEXT_LIMIT = 1000
"""What an editor may see of a source whose rights class is `excerpt`: the summary that the feed itself publishes."""


@dataclass(frozen=True, slots=True)
class PublicFacts:
    """The five facts of an item that decide whether it is public. They are kept apart (after denbust, PEERS 4.10):
    whoever changes one never touches another.

    `rights`: nothing about its rights keeps it back. `privacy`: the public part of the very text was checked.
    `review`: as many editors as needed approved the very text. `publication`: from when on, None for never.
    `takedown`: it was taken down.
    """

    rights: bool
    privacy: bool
    review: bool
    publication: datetime | None
    takedown: bool


def is_public(facts: PublicFacts, now: datetime) -> bool:
    """The one rule of PRODUCT.md, section 2. The public views ask the same (migration 0005); a test compares."""
    has_come = facts.publication is not None and facts.publication <= now
    return facts.rights and facts.privacy and facts.review and has_come and not facts.takedown


def shown_revision(
    approved: int | None,
    public_at: datetime | None,
    previous: int | None,
    kept_back_at: datetime | None,
    now: datetime,
) -> int | None:
    """Which of an item's approved texts shows: the newest whose time has come, unless something keeps it back.

    While a newer approval waits for the end of its undo window, the previously approved text stays up. Texts are
    approved together with their privacy check only, so it is not asked again here.
    """
    if approved is None or public_at is None or kept_back_at is not None:
        return None
    return approved if public_at <= now else previous


def state_of(waiting: bool, approved: bool, taken_down: bool, otherwise: State) -> State:
    """Where an item stands after a decision; `otherwise` is what the decision says when nothing waits or is up."""
    if waiting:
        return State.PENDING
    if approved and not taken_down:
        return State.APPROVED
    return otherwise


def kept_text(text: str, rights: Rights) -> str:
    """What the store keeps of a text for the editors, by the source's rights class (TRUST 5.3)."""
    if rights is Rights.FULLTEXT_INTERNAL:
        return text
    return text[:INTERNAL_TEXT_LIMIT] if rights is Rights.EXCERPT else ""


def undo_ends(made_at: datetime, undo_seconds: int) -> datetime:
    return made_at + timedelta(seconds=undo_seconds)


def unfit_character(text: str) -> str | None:
    """The first character that may not stand in a text for people: controls, and marks that reverse or hide text.

    Line breaks are fine, but not the two of Unicode: some programs break a line there and others do not. Zero-width
    joiners are refused too: Dutch does not need them and they hide differences. The supplement of variation selectors
    can carry a text of its own that nobody sees.
    """
    for character in text:
        if character in "\n\r\t":
            continue
        if unicodedata.category(character) in _UNFIT or "\U000e0100" <= character <= "\U000e01ef":
            return character
    return None


_UNFIT = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def is_link(url: str) -> bool:
    """Whether this is a web address that may be shown as a link: every browser reads it as we do (TRUST S12)."""
    if len(url) > LINK_LIMIT or any(character in " \\" or not character.isprintable() for character in url):
        return False
    try:
        parts = urlsplit(url)
        usable = parts.port != 0 and parts.username is None and parts.password is None
    except ValueError:
        return False
    return usable and parts.scheme in {"http", "https"} and bool(parts.hostname)
