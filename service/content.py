"""The static pages: Markdown with TOML front matter, so that a person corrects a text or a figure without code.

`templates/content/<slug>.md` starts with front matter between two lines `+++`. `templates/content/help.toml` holds the
phone numbers. Both are read once at the start; a mistake in them is a ConfigurationError that names file and key.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from service.wording import date_words
from store.errors import ConfigurationError
from store.settings import SiteSettings

_FENCE = "+++\n"
_ANCHOR = re.compile(r"\s*\{#([a-z0-9-]+)\}\s*$")
_PLACEHOLDER = re.compile(r"\{\{\s*([a-z.]+)\s*\}\}")
_TAG = re.compile(r"<[^>]+>")
_KEYS = {"title", "neutral_title", "description", "checked_on", "owner", "sources", "no_store"}
_NUMBER_KEYS = {
    "key", "situation", "name", "number", "owner", "explanation", "website", "hours", "language", "checked_on",
}  # fmt: skip


class OwnHtml(str):
    """HTML that we made ourselves and that Jinja therefore shows as it is.

    Jinja escapes every string except one that has `__html__`. This class is the only one of ours that has it, and
    only this file makes it, from our own Markdown with raw HTML switched off. So no template needs a filter that
    marks something as safe, and text from a source can never pass for our own.
    """

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class HelpNumber:
    """One phone number of the help block. `checked_on` is None until a person checked it; then hours stay hidden."""

    key: str
    situation: str
    name: str
    number: str
    owner: str
    explanation: str
    website: str
    hours: str
    language: str
    checked_on: date | None

    @property
    def href(self) -> str:
        """The number as a link (RFC 3966): digits alone, so that every phone understands it."""
        return "tel:" + re.sub(r"\D", "", self.number)

    @property
    def website_name(self) -> str:
        """The address as people say it: without scheme and closing slash."""
        return self.website.split("://")[-1].rstrip("/")

    @property
    def checked_words(self) -> str:
        return date_words(self.checked_on) if self.checked_on else ""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a page, from one `##` heading to the next. `html` leaves the heading itself out.

    `intro` is the first paragraph alone; `text` is the plain text of `html`, for schema.org and for search.
    """

    anchor: str
    title: str
    html: OwnHtml
    intro: OwnHtml
    text: str


@dataclass(frozen=True, slots=True)
class StaticPage:
    """One file of `templates/content/`. `html` is everything below the title; `lead` what stands before the first `##`.

    `neutral_title` holds no word of the subject: it goes where others may see it (tab, history), see TRUST.md QX-7.
    """

    slug: str
    title: str
    neutral_title: str
    description: str
    checked_on: date | None
    owner: str
    sources: tuple[str, ...]
    no_store: bool
    html: OwnHtml
    text: str
    lead: OwnHtml
    sections: tuple[Section, ...]

    def section(self, anchor: str) -> Section:
        """The part with that anchor. Raises ConfigurationError, because a person may have removed it."""
        for section in self.sections:
            if section.anchor == anchor:
                return section
        raise ConfigurationError(f"{self.slug}.md has no heading with {{#{anchor}}}; other pages link to it.")

    @property
    def checked_words(self) -> str:
        return date_words(self.checked_on) if self.checked_on else ""


def load_help(folder: Path) -> tuple[HelpNumber, ...]:
    """The phone numbers of `folder`/help.toml, in the order of the file.

    Raises ConfigurationError for a missing file, an unknown or missing key, or a date that is none.
    """
    path = folder / "help.toml"
    entries = _toml(path, _read(path)).get("number", [])
    numbers = []
    for entry in entries:
        _check_keys(path, entry, _NUMBER_KEYS)
        numbers.append(HelpNumber(**{**entry, "checked_on": _date(path, entry["checked_on"])}))
    if not numbers:
        raise ConfigurationError(f"{path} holds no [[number]]; every page must show where to get help.")
    return tuple(numbers)


def placeholders(site: SiteSettings, numbers: Sequence[HelpNumber]) -> dict[str, OwnHtml]:
    """What `{{...}}` in a text becomes: values of the settings and phone numbers, escaped, as links where they are."""
    words = {
        "site": _escaped(site.name),
        "organisatie": _escaped(site.organisation or "de beheerder van deze site"),
        "contact": _contact(site.contact),
    }
    for number in numbers:
        words[f"nummer.{number.key}"] = _link(number.href, number.number)
        if number.website:
            words[f"website.{number.key}"] = _link(number.website, number.website_name)
    return words


def load_pages(folder: Path, words: Mapping[str, OwnHtml]) -> dict[str, StaticPage]:
    """Every `*.md` of the folder by its slug. Raises ConfigurationError that names the file and what is wrong."""
    return {path.stem: read_page(path, words) for path in sorted(folder.glob("*.md"))}


def read_page(path: Path, words: Mapping[str, OwnHtml]) -> StaticPage:
    """One page from its file, rendered. Raises ConfigurationError as `load_pages` does."""
    source = _read(path)
    if not source.startswith(_FENCE) or source.count(_FENCE) < 2:  # noqa: PLR2004 - opening and closing
        raise ConfigurationError(f"{path} must start with front matter between two lines with +++.")
    _, head, body = source.split(_FENCE, 2)
    front = _toml(path, head)
    _check_keys(path, front, _KEYS)
    markdown = MarkdownIt("commonmark", {"html": False})
    tokens = markdown.parse(body)
    _take_anchors(tokens)
    cuts = [index for index, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]

    def rendered(start: int, end: int | None) -> OwnHtml:
        return _filled(path, markdown.renderer.render(tokens[start:end], markdown.options, {}), words)

    whole = rendered(0, None)
    sections = []
    for start, end in pairwise([*cuts, len(tokens)]):
        inner = rendered(start + 3, end)
        first = next((i for i in range(start, end) if _closes_paragraph(tokens[i])), start + 2)
        sections.append(
            Section(
                anchor=str(tokens[start].attrGet("id") or ""),
                title=tokens[start + 1].content,
                html=inner,
                intro=rendered(start + 3, first + 1),
                text=plain(inner),
            )
        )
    return StaticPage(
        slug=path.stem,
        title=front["title"],
        neutral_title=front["neutral_title"],
        description=front["description"],
        checked_on=_date(path, front["checked_on"]),
        owner=front["owner"],
        sources=tuple(front["sources"]),
        no_store=front["no_store"],
        html=whole,
        text=plain(whole),
        lead=rendered(0, cuts[0] if cuts else None),
        sections=tuple(sections),
    )


def plain(markup: str) -> str:
    """The text of our own HTML: blocks on their own lines, entities resolved."""
    one_line = re.sub(r"\s+", " ", markup)
    lines = _TAG.sub("", re.sub(r"</(p|li|h\d)>", "\n", one_line)).splitlines()
    return "\n".join(html.unescape(line).strip() for line in lines if line.strip())


def _closes_paragraph(token: Token) -> bool:
    return token.type == "paragraph_close" and token.level == 0


def _take_anchors(tokens: Sequence[Token]) -> None:
    """Turn `## Title {#anchor}` into `id="anchor"`, so that a changed title keeps its address."""
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        found = _ANCHOR.search(inline.content)
        if found and inline.children:
            opening.attrSet("id", found[1])
            inline.content = _ANCHOR.sub("", inline.content)
            inline.children[-1].content = _ANCHOR.sub("", inline.children[-1].content)


def _filled(path: Path, markup: str, words: Mapping[str, OwnHtml]) -> OwnHtml:
    def value(match: re.Match[str]) -> str:
        if match[1] not in words:
            raise ConfigurationError(f"{path}: {match[0]} is not known; known here: {', '.join(sorted(words))}.")
        return str(words[match[1]])

    return OwnHtml(_PLACEHOLDER.sub(value, markup))


def _escaped(value: str) -> OwnHtml:
    return OwnHtml(html.escape(value))


def _link(href: str, label: str) -> OwnHtml:
    return OwnHtml(f'<a href="{html.escape(href)}">{html.escape(label)}</a>')


def _contact(contact: str) -> OwnHtml:
    if not contact:
        return OwnHtml("er is nog geen adres ingevuld")
    if contact.startswith(("https://", "http://")):
        return _link(contact, contact)
    return _link(f"mailto:{contact}", contact) if "@" in contact else _escaped(contact)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.") from None


def _toml(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: the TOML cannot be read: {error}.") from None


def _check_keys(path: Path, found: Mapping[str, Any], known: set[str]) -> None:
    for key in sorted(known - set(found)):
        raise ConfigurationError(f"{path}: the key {key} is missing.")
    for key in sorted(set(found) - known):
        raise ConfigurationError(f"{path}: {key} is not a known key; known here: {', '.join(sorted(known))}.")


def _date(path: Path, value: object) -> date | None:
    """A date from `""`, a TOML date or `"2026-11-24"`."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        raise ConfigurationError(f'{path}: checked_on must be "" or a date such as "2026-11-24".') from None
