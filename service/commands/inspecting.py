"""`signaal inspect`: what the program reads in one document, each proposal with its reasons.

The document comes from a file, from standard input, or from an address, which is fetched by all the rules of a crawl.
What was not read is said on standard error, one sentence each; standard output holds nothing but what was read.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from crawler import InspectedAddress, Inspection, inspect_address
from crawler.guessing import KINDS, guessed, is_line
from crawler.inspecting import NO_TEXT, NOWHERE, inspected
from crawler.judged import Inspected
from crawler.limits import UNPACKED_BYTES
from crawler.tasks import task
from crawler.values import Fetched
from service.app import utc_now
from service.commands import inspect_lines
from service.commands.finding import WHAT_IS_WRONG
from service.commands.inspect_lines import LINE_BYTES, Defaults, moment_of
from service.commands.inspect_rows import row_of, show
from service.commands.output import complain, print_json
from store.errors import ConfigurationError
from store.settings import Settings, known_region
from store.values import Outcome

_JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document as given on the command line; an empty text means: find out."""

    what: str
    kind: str
    published: str
    source_region: str

    @property
    def is_address(self) -> bool:
        return "://" in self.what[:12]


def inspect(settings: Settings, wanted: Wanted, *, as_json: bool) -> bool:
    """Print what is read, one document at a time. An address needs a migrated database, for the lease of its host.

    False when nothing could be read, or not all. Raises ConfigurationError for wrong use.
    """
    defaults = _defaults(wanted)
    if wanted.is_address:
        found = _fetched(settings, wanted, defaults)
        if found is None:
            return False
        if found.kind == _JSONL:
            return _lines(iter(found.lines.encode("utf-8", "replace").splitlines(keepends=True)), defaults)
    else:
        with ExitStack() as stack:
            stream = sys.stdin.buffer if wanted.what == "-" else stack.enter_context(_opened(wanted.what))
            first = stream.readline(LINE_BYTES)
            jsonl = wanted.kind == _JSONL or (not wanted.kind and (wanted.what.endswith(_JSONL) or is_line(first)))
            if jsonl:
                return _lines(chain([first], inspect_lines.lines_of(stream)), defaults)
            found = _document(_whole(wanted.what, first, stream), wanted, defaults)
    return _printed(wanted.what, found, defaults, as_json=as_json)


def _defaults(wanted: Wanted) -> Defaults:
    if wanted.kind and wanted.kind not in KINDS:
        raise ConfigurationError(f"{wanted.kind} is not a kind of document; choose {', '.join(KINDS)}.")
    try:
        region = known_region(wanted.source_region)
    except ValueError as error:
        raise ConfigurationError(f"--source-region: {error}.") from None
    try:
        published = moment_of(wanted.published) if wanted.published else None
    except ValueError as error:
        raise ConfigurationError(f"--published: {error}.") from None
    return Defaults(region, published, utc_now())


def _opened(what: str) -> BinaryIO:
    try:
        return Path(what).open("rb")
    except OSError as error:
        raise ConfigurationError(f"The file {what} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise ConfigurationError("The name of the file cannot be read: it holds a zero.") from None


def _whole(what: str, first: bytes, stream: BinaryIO) -> bytes:
    body = first + stream.read(UNPACKED_BYTES + 1)
    if len(body) > UNPACKED_BYTES:
        raise ConfigurationError(f"{what} is too large: we read {UNPACKED_BYTES // 1024**2} MB of a document at most.")
    return body


def _document(body: bytes, wanted: Wanted, defaults: Defaults) -> Inspected:
    kind = wanted.kind or guessed(body, name=wanted.what)
    if not kind:
        raise ConfigurationError(f"{wanted.what} cannot be read. {NO_TEXT}")
    got = Fetched(200, NOWHERE, body, "", None, None, len(body), cut=False)
    return inspected(got, kind, defaults.region, defaults.published, defaults.now)


def _fetched(settings: Settings, wanted: Wanted, defaults: Defaults) -> Inspected | None:
    asked = Inspection(url=wanted.what, kind=wanted.kind, region=defaults.region, published=defaults.published)
    told = inspect_address(settings, asked, now=defaults.now)
    if told.document is None:
        sentence = f"{wanted.what} was not read. {_why(told)}"
        if told.outcome is Outcome.REFUSED:
            raise ConfigurationError(sentence)
        complain(sentence)
        return None
    found: Inspected = task("inspect").told.validate_json(told.document)
    if not found.kind:
        raise ConfigurationError(f"{wanted.what} cannot be read. {NO_TEXT}")
    return found


def _why(told: InspectedAddress) -> str:
    said = WHAT_IS_WRONG.get(told.outcome, "It does not work.")
    return f"{said.removesuffix('.')} (code {told.status})." if told.status else said


def _printed(what: str, found: Inspected, defaults: Defaults, *, as_json: bool) -> bool:
    for remark in found.remarks:
        complain(remark)
    for number, item in enumerate(found.items):
        row = row_of(item, defaults.now)
        if as_json:
            print_json(row)
        else:
            show(row, first=number == 0)
    if not found.items:
        complain(f"There is nothing to read in {'the input' if what == '-' else what}, read as {found.kind}.")
    return bool(found.items)


def _lines(lines: Iterator[bytes], defaults: Defaults) -> bool:
    """Line by line in and out, so that a pipe may be as long as it likes."""
    whole = True
    for found in inspect_lines.rows(lines, defaults):
        if isinstance(found, str):
            complain(found)
            whole = False
        else:
            print_json(found)
    return whole
