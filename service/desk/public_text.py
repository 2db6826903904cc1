"""What of a text the public would see, field by field, and what in it can tell who somebody is.

The fields are those of the public views (migration 0005): the title with the tail of its address, the excerpt, an own
article, the place of an event and the links. The internal text is no part of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from crawler.reading.public_flags import public_flags
from service.content import plain
from service.desk.markdown import to_html
from store.revisions import RevisionText
from store.values import EventRisk, FlagKind

TITLE, EXCERPT, BODY, RENDERED, PLACE, REGION, LINK, SIGNUP, CORRECTION = (
    "title", "excerpt", "body", "rendered", "place", "region", "link", "signup", "correction",
)  # fmt: skip
ADDRESSES = frozenset({LINK, SIGNUP})
WHERE_NAMES = {
    TITLE: "titel",
    EXCERPT: "fragment",
    BODY: "artikel",
    RENDERED: "artikel zoals het op de site staat",
    PLACE: "plaats",
    REGION: "regio",
    LINK: "link naar de bron",
    SIGNUP: "link om je aan te melden",
    CORRECTION: "zin over de correctie",
}
"""The title counts for the readable tail of the page's own address too: it is made of the same words."""


@dataclass(frozen=True, slots=True)
class Part:
    where: str
    words: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A mark in one public field. `start` and `end` count code points in it. `short` is a name as it may stand."""

    where: str
    kind: FlagKind
    start: int
    end: int
    text: str
    reason: str
    short: str


def parts_of(text: RevisionText, correction: str = "") -> tuple[Part, ...]:
    """The public fields that say something. `correction` is the sentence that will stand beside the text."""
    event = text.event
    is_open = event is None or event.risk is EventRisk.OPEN
    regions = ", ".join(region.place for region in text.regions if region.place) if is_open else ""
    found = (
        Part(TITLE, text.title),
        Part(EXCERPT, text.excerpt),
        Part(BODY, text.body),
        Part(RENDERED, _rendered(text.body)),
        Part(PLACE, (event.place or "") if event and is_open else ""),
        Part(REGION, regions),
        Part(LINK, "" if text.link_hidden else text.url),
        Part(SIGNUP, (event.signup_url or "") if event else ""),
        Part(CORRECTION, correction),
    )
    return tuple(part for part in found if part.words)


def _rendered(body: str) -> str:
    """The words of an own article as the public reads them, when they are other words than what was typed.

    Markdown can part a name (`J**a**n`, `&#74;an`) that stands whole on the page.
    """
    words = plain(to_html(body)) if body else ""
    return words if letters_of(words) != letters_of(body) else ""


def public_words(text: RevisionText, correction: str = "") -> str:
    """All of the public fields together, for a look at the words in them."""
    return "\n".join(part.words for part in parts_of(text, correction))


def spots_in(parts: tuple[Part, ...]) -> Iterator[Spot]:
    """Everything in the public fields that can tell who somebody is, also what may stand there."""
    words = {part.where: part.words for part in parts if part.where not in ADDRESSES}
    addresses = {part.where: part.words for part in parts if part.where in ADDRESSES}
    for flag in public_flags({TITLE: "", **words}, addresses):
        yield Spot(flag.where, flag.kind, flag.start, flag.end, flag.text, flag.why, flag.short)


def letters_of(text: str) -> str:
    """What a name and the same name in an address have in common: `Anna de Wit` and `anna-de-wit`."""
    folded = unicodedata.normalize("NFKD", unquote(text)).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", folded))
