"""`signaal export`, `sources import|export`, `inspect`: what goes out to scripts and comes in from files."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from service import opml
from service.app import utc_now
from service.commands.inspect_rows import dates_of
from service.running import Running
from service.wording import slug
from store import export, sources
from store.errors import ConfigurationError, NotAllowedError
from store.settings import SourceSettings

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
OPML_LIMIT = 5 * 1024 * 1024
KEY_LENGTH = 40


def rows(running: Running, what: str, form: str) -> None:
    """Print items, decisions or sources. Raises ConfigurationError for an unknown kind or format."""
    if form not in {"jsonl", "csv"}:
        raise ConfigurationError(f"{form} is not a format; choose jsonl or csv.")
    with running.store.reading() as session:
        if what == "items":
            _print(export.item_rows(session, utc_now(), dates_of), form)
        elif what == "decisions":
            _print(export.decision_rows(session), form)
        elif what == "sources":
            _print(export.source_rows(session), form)
        else:
            raise ConfigurationError(f"{what} cannot be exported; choose items, decisions or sources.")


def _print(found: Iterable[dict[str, Any]], form: str) -> None:
    if form == "jsonl":
        for row in found:
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        return
    writer = csv.writer(sys.stdout)
    head: list[str] = []
    for row in found:
        if not head:
            head = list(row)
            writer.writerow(head)
        writer.writerow([cell(row[name]) for name in head])


def cell(value: object) -> str:
    """A cell for a spreadsheet: what would start a formula there gets an apostrophe (TRUST V1)."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "'" + text if text.startswith(FORMULA_STARTS) and not isinstance(value, int | float) else text


def export_sources(running: Running, form: str) -> None:
    """Print the sources as they are in the database, as TOML for config.toml or as OPML for feed readers."""
    with running.store.reading() as session:
        found = list(export.source_rows(session))
    if form == "toml":
        for row in found:
            lines = "\n".join(f"{name} = {_toml(value)}" for name, value in row.items())
            sys.stdout.write(f"[[source]]\n{lines}\n\n")
    elif form == "opml":
        feeds = ((row["name"], row["url"]) for row in found)
        sys.stdout.write(opml.written(running.settings.site.name, feeds))
    else:
        raise ConfigurationError(f"{form} is not a format; choose toml or opml.")


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(inner) for inner in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def import_opml(running: Running, file: Path) -> None:
    """Add the feeds of an OPML file, each paused until a person has looked at it.

    Raises ConfigurationError when the file is missing, too large, or no OPML.
    """
    added, known, wrong = 0, 0, 0
    for name, url in _outlines(file):
        key = slug(name)[:KEY_LENGTH].strip("-") or "bron"
        with running.store.writing() as session:
            here = sources.list_all(session)
            if any(source.url == url for source in here):
                known += 1
                continue
            taken = {source.key for source in here}
            free = next(each for each in (key, *(f"{key}-{n}" for n in range(2, 1000))) if each not in taken)
            try:
                sources.add(session, SourceSettings(key=free, name=name[:200], url=url, paused=True), utc_now())
                added += 1
            except ValidationError:
                wrong += 1
    print(f"Added {added} sources, paused; {known} were there already, {wrong} have no usable address.")


def _outlines(file: Path) -> list[tuple[str, str]]:
    try:
        body = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"The file {file} cannot be read: {error.strerror}.") from None
    if len(body) > OPML_LIMIT:
        raise ConfigurationError(f"The file {file} is too large.")
    try:
        return opml.outlines(body)
    except NotAllowedError:
        raise ConfigurationError(
            f"The file {file} is no OPML, or holds a DOCTYPE, which does not belong there."
        ) from None
