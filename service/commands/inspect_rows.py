"""One document as `signaal inspect` gives it: a row with the names of PRODUCT.md section 7, or a page for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from crawler.extract import seen
from crawler.reading.news_kind import eclis, names_article_273f
from crawler.reading.told_dates import dates_told
from service.commands.output import console
from service.wording import local
from store import export, flags
from store.revisions import RevisionText
from store.values import ExtractedItem

Row = dict[str, Any]
_LANGUAGES = {"nl": "Dutch", "fy": "Frisian", "en": "English", "de": "German"}
_LABEL = 12
_SHOWN_TEXT = 60
_DAY = "Thu 03 Dec 2026"


def dates_of(title: str, text: str, at: datetime) -> list[Row]:
    """The dates in a title and a text that was published at that moment, as `inspect` and `export items` print them.

    A day without a time runs from midnight, a span of days to the midnight after it; times have Amsterdam's offset.
    """
    return [
        {
            "text": found.text,
            "start": found.start,
            "end": found.end,
            "starts_at": export.wall(found.starts_at),
            "ends_at": export.wall(None if found.is_one_day else found.ends_at),
        }
        for found in dates_told(f"{title}\n{text}", at)
    ]


def row_of(item: ExtractedItem, now: datetime) -> Row:
    """The whole reading of one document. Dates without a year count from its publication, else from `now`."""
    read = item.reading
    kept = flags.fitted(read.flags, item.title, item.text)
    text = RevisionText(
        item.kind, item.url, item.title, item.excerpt, item.text, item.published_at,
        read.regions, read.forms, item.event, "", read.language, flags=kept, news_kind=read.news_kind,
    )  # fmt: skip
    fields = export.text_fields(text)
    for shown, region in zip(fields["regions"], read.regions, strict=True):
        shown["reasons"] = list(region.reasons)
    for shown, flag in zip(fields["flags"], kept, strict=True):
        shown["reason"] = flag.reason
    whole = f"{item.title}\n{item.text}"
    return {
        "source": None,
        "guid": item.guid or None,
        **fields,
        "dates": dates_of(item.title, item.text, item.published_at or now),
        "text": item.text,
        "found_at": None,
        "relevance": {
            "score": round(read.relevance.score, 4),
            "shown": read.relevance.shown,
            "reasons": list(read.relevance.reasons),
        },
        "form_reasons": {str(found.form): list(found.reasons) for found in read.forms},
        "news_kind_reasons": list(read.news_kind_reasons),
        "eclis": sorted(eclis(whole)),
        "article_273f": names_article_273f(whole),
        "duplicate_of": None,
        "same_story_as": None,
    }


def show(row: Row, *, first: bool = True) -> None:
    """Print a row for a person: each proposal, and behind it why."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=_LABEL, style="dim")
    grid.add_column(overflow="fold")
    label = ""
    for name, said in _lines(row):
        grid.add_row(Text("" if name == label else name), said)
        label = name
    title = Text(seen(row["title"]) or "(no title)", style="bold")
    console().print(Group(*(() if first else (Text(""),)), title, Padding(grid, (0, 0, 0, 2))))


def _lines(row: Row) -> Iterator[tuple[str, Text]]:
    yield from _subject(row)
    if row["event"]:
        yield from _event(row["event"])
    for date in row["dates"]:
        yield "date", _because(_span(date["starts_at"], date["ends_at"]), [f'"{_short(date["text"])}"'])
    for flag in row["flags"]:
        yield "privacy", _because(f"{_short(flag['text'])} ({flag['kind'].replace('_', ' ')})", [flag["reason"]])
    yield "language", Text(_LANGUAGES.get(row["language"], "not recognised"))
    for label, said in (
        ("published", _moment(row["published_at"])), ("address", row["url"]), ("excerpt", row["excerpt"])
    ):  # fmt: skip
        if said:
            yield label, Text(" ".join(seen(said).split()))


def _subject(row: Row) -> Iterator[tuple[str, Text]]:
    relevance = row["relevance"]
    where = "queue" if relevance["shown"] else "pile"
    yield "relevance", _because(f"{relevance['score']:.2f}, so it goes to the {where}", relevance["reasons"])
    for region in row["regions"]:
        place = ", ".join(dict.fromkeys(region[name] for name in ("place", "municipality", "province") if region[name]))
        yield "region", _because(f"{place} ({region['confidence']:.0%} sure)", region["reasons"])
    for form, reasons in row["form_reasons"].items():
        yield "form", _because(form, reasons)
    if row["news_kind"]:
        yield "kind of news", _because(row["news_kind"], row["news_kind_reasons"])
    if row["eclis"]:
        yield "case", Text(", ".join(row["eclis"]))
    if row["article_273f"]:
        yield "case", Text("names article 273f of the penal code")


def _event(event: Row) -> Iterator[tuple[str, Text]]:
    yield "event", Text(_span(event["starts_at"], event["ends_at"]))
    if event["status"] != "confirmed":
        yield "event", Text(event["status"])
    if event["place"]:
        yield "place", Text(event["place"])
    if event["signup_url"]:
        yield "sign up", Text(event["signup_url"])


def _because(what: str, reasons: list[str]) -> Text:
    """A proposal, with its reasons dimmed behind it."""
    why = seen("; ".join(filter(None, reasons)))
    return Text.assemble(seen(what), (f" – {why}", "dim") if why else "")


def _short(text: str) -> str:
    said = " ".join(text.split())
    return said if len(said) <= _SHOWN_TEXT else f"{said[: _SHOWN_TEXT - 1]}…"


def _span(begin: str | None, end: str | None) -> str:
    """As a person would say it: the last day of whole days is named, not the midnight after it."""
    whole = "T00:00:00" in (begin or end or "") and (end is None or "T00:00:00" in end)
    last = _moment(end, back=timedelta(hours=12)) if whole else _moment(end)
    if begin is None:
        return f"until {last}"
    first = _moment(begin)
    if not whole and end and last.startswith(first[: len(_DAY)]):
        return f"{first} to {last[len(_DAY) + 2 :]}"
    return first if last in {"", first} else f"{first} to {last}"


def _moment(told: str | None, *, back: timedelta = timedelta(0)) -> str:
    if not told:
        return ""
    moment = local(datetime.fromisoformat(told))
    midnight = (moment.hour, moment.minute) == (0, 0)
    return f"{moment - back:%a %d %b %Y}" + ("" if midnight else f"{moment:, %H:%M}")
