"""`signaal inspect --as jsonl`: every line a text, every text a line. A line that cannot be read costs only itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from crawler import reading
from crawler.extract import seen, shorten
from crawler.reading.doubles import Doubles
from service.commands.inspect_rows import row_of
from store.settings import known_region
from store.values import AMSTERDAM, EXCERPT_LIMIT, ExtractedItem, Kind

LINE_BYTES = 8 * 1024 * 1024
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Defaults:
    """What counts where a document does not say it itself. `now` is the moment of reading."""

    region: str
    published: datetime | None
    now: datetime


class _BadLineError(ValueError):
    """The message ends a sentence that begins with the number of the line."""


def moment_of(told: str) -> datetime:
    """A moment in ISO 8601. Without an offset it is a time in Amsterdam, without a time it is midnight there.

    Raises ValueError with half a sentence.
    """
    try:
        found = datetime.fromisoformat(told.strip())
    except ValueError:
        raise ValueError(f'"{told[:40]}" is no date as in 2026-11-24 or 2026-11-24T10:00:00+01:00') from None
    if not _FIRST_YEAR <= found.year < _LAST_YEAR:
        raise ValueError(f'"{told[:40]}" lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}')
    return found if found.tzinfo is not None else found.replace(tzinfo=AMSTERDAM)


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream, none longer than LINE_BYTES: a longer one comes in pieces, which `rows` refuses."""
    while line := stream.readline(LINE_BYTES):
        yield line


def rows(lines: Iterable[bytes], defaults: Defaults) -> Iterator[dict[str, Any] | str]:
    """For every line its row; for one that cannot be read a sentence that names it. Empty lines say nothing."""
    doubles, number, inside = Doubles(), 1, False
    for line in lines:
        ended = line.endswith(b"\n")
        if inside or (not ended and len(line) >= LINE_BYTES):
            # The rest of a line that is too long, up to its end.
            if not inside:
                yield f"Line {number} cannot be read: it is longer than {LINE_BYTES // 1024**2} MB."
            inside = not ended
        elif text := (line.removeprefix(_BOM) if number == 1 else line).strip():
            try:
                yield _row(number, text, defaults, doubles)
            except _BadLineError as error:
                yield f"Line {number} cannot be read: {error}."
        number += ended


def _row(number: int, line: bytes, defaults: Defaults, doubles: Doubles) -> dict[str, Any]:
    told = _object(line)
    title, text = seen(_text(told, "title")), seen(_text(told, "text"))
    try:
        published = moment_of(when) if (when := _text(told, "published_at").strip()) else defaults.published
        region = known_region(_text(told, "source_region").strip() or defaults.region)
    except ValueError as error:
        raise _BadLineError(str(error)) from None
    read = reading.read(title, text, source_region=region, always=True)
    excerpt = shorten(" ".join(text[: 3 * EXCERPT_LIMIT].split()), EXCERPT_LIMIT)
    row = row_of(ExtractedItem("", Kind.ARTICLE, "", title, excerpt, text, published, read), defaults.now)
    if read.signature is not None:
        copy, story = doubles.look(number, read.signature, published)
        row |= {
            "duplicate_of": copy[0] if copy else None,
            "same_story_as": story[0] if story else None,
            "likeness_reasons": list(story[1].reasons) if story else [],
        }
    return row | {"line": number}


def _object(line: bytes) -> dict[str, Any]:
    try:
        told = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise _BadLineError("it is not in UTF-8") from None
    except json.JSONDecodeError as error:
        raise _BadLineError(f"it is no JSON ({error.msg.lower()}, at character {error.pos + 1})") from None
    except (ValueError, RecursionError):
        raise _BadLineError("it is JSON without end") from None
    if not isinstance(told, dict):
        raise _BadLineError('it is no object with "title" and "text"')
    return told


def _text(told: dict[str, Any], name: str) -> str:
    """A field that may be missing or null."""
    value = told.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _BadLineError(f'"{name}" must be a text')
    # Half a letter, as JSON can write it, is no letter in any encoding.
    return value.encode("utf-8", "replace").decode("utf-8") if not value.isascii() else value
