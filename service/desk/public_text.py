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

from crawler.reading.people import flags_of, shortened
from store.revisions import RevisionText
from store.values import EventRisk, FlagKind, PrivacyFlag

TITLE, EXCERPT, BODY, PLACE, REGION, LINK, SIGNUP = (
    "title", "excerpt", "body", "place", "region", "link", "signup",
)  # fmt: skip
WHERE_NAMES = {
    TITLE: "titel",
    EXCERPT: "fragment",
    BODY: "artikel",
    PLACE: "plaats",
    REGION: "regio",
    LINK: "link naar de bron",
    SIGNUP: "link om je aan te melden",
}
"""The title counts for the readable tail of the page's own address too: it is made of the same words."""


@dataclass(frozen=True, slots=True)
class Part:
    where: str
    words: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A mark in one public field. `start` and `end` count code points in it; in a link they are 0."""

    where: str
    kind: FlagKind
    start: int
    end: int
    text: str
    reason: str
    short: str


def parts_of(text: RevisionText) -> tuple[Part, ...]:
    """The public fields that say something."""
    event = text.event
    is_open = event is None or event.risk is EventRisk.OPEN
    regions = ", ".join(region.place for region in text.regions if region.place) if is_open else ""
    found = (
        Part(TITLE, text.title),
        Part(EXCERPT, text.excerpt),
        Part(BODY, text.body),
        Part(PLACE, (event.place or "") if event and is_open else ""),
        Part(REGION, regions),
        Part(LINK, "" if text.link_hidden else text.url),
        Part(SIGNUP, (event.signup_url or "") if event else ""),
    )
    return tuple(part for part in found if part.words)


def public_words(text: RevisionText) -> str:
    """All of the public fields together, for a look at the words in them."""
    return "\n".join(part.words for part in parts_of(text))


def spots_in(parts: tuple[Part, ...]) -> Iterator[Spot]:
    """Everything in the public fields that can tell who somebody is, also what may stand there."""
    fields = {part.where: part.words for part in parts}
    names: list[PrivacyFlag] = []
    title, excerpt = fields.get(TITLE, ""), fields.get(EXCERPT, "")
    for flag, whole in _flags(title, excerpt):
        names.append(flag)
        in_title = flag.end <= len(title)
        offset = 0 if in_title else len(title) + 1
        yield _spot(TITLE if in_title else EXCERPT, flag, whole, offset)
    for where in (BODY, PLACE):
        for flag, whole in _flags("", fields.get(where, "")):
            names.append(flag)
            yield _spot(where, flag, whole, 1)
    for where in (LINK, SIGNUP):
        yield from _in_link(where, fields.get(where, ""), names)


def _flags(title: str, text: str) -> Iterator[tuple[PrivacyFlag, str]]:
    if title or text:
        whole = f"{title}\n{text}"
        for flag in flags_of(title, text):
            yield flag, whole


def _spot(where: str, flag: PrivacyFlag, whole: str, offset: int) -> Spot:
    short = shortened(whole, flag) if flag.kind is FlagKind.PERSON else ""
    return Spot(where, flag.kind, flag.start - offset, flag.end - offset, flag.text, flag.reason, short)


def _in_link(where: str, url: str, names: list[PrivacyFlag]) -> Iterator[Spot]:
    """A name of the text that also stands in an address: changing the words does not change the address."""
    letters = _letters(unquote(url))
    for flag in names:
        name = _letters(flag.text)
        if flag.kind is FlagKind.PERSON and f"-{name}-" in f"-{letters}-":
            yield Spot(where, flag.kind, 0, 0, flag.text, "volledige naam in een adres", "")


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", folded))
