"""Parser processes: what a document does to its reader costs that document, and nothing and nobody else.

The hostile documents here do their harm as they arrive in the parser: they are tasks that hang in a regular expression,
take all memory or end the process, in the real processes with the real limits.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.parsers import ParserEndedError, ParserFaultError, Parsers, values
from crawler.values import Fetched, FetchedDocument, Lead
from store.values import DueSource, Outcome, Rights, SourceKind
from tests.parts.corpus import REPOSITORY
from tests.world.answers import good_feed

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Harm:
    """Becomes a call of `harm` in the process in which it arrives."""

    def __init__(self, harm: Callable[..., Any], *arguments: Any) -> None:
        self.harm, self.arguments = harm, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.harm, self.arguments


HANGS = Harm(re.match, "(a+)+$", "a" * 60 + "b")
EATS = Harm(bytearray, 2 << 30)
CRASHES = Harm(os.abort)


def source() -> DueSource:
    return DueSource(
        id=1, key="bron", name="Bron", url="http://bron.nl/feed", kind=SourceKind.FEED, region="Utrecht",
        rights=Rights.EXCERPT, pace_seconds=3600, include=(), exclude=(), options={}, etag=None, last_modified=None,
        body_hash=None, failures=0, host="bron.nl:80",
    )  # fmt: skip


def answer(body: bytes = good_feed()) -> Fetched:
    return Fetched(200, "http://bron.nl/feed", body, "application/rss+xml", None, None, len(body), cut=False)


async def read(parsers: Parsers) -> Any:
    return await parsers.call("judge", source(), answer(), NOW, NOW)


def with_parsers(work: Callable[[Parsers], Coroutine[Any, Any, Any]], count: int = 2) -> Any:
    """What `work` gives back, with parsers that have two seconds for a document."""

    async def inside() -> Any:
        parsers = Parsers(count, seconds=2)
        try:
            return await work(parsers)
        finally:
            await parsers.close()

    return asyncio.run(inside())


def test_a_document_goes_in_and_its_items_come_out_as_the_values_they_were():
    found = with_parsers(read)
    assert found.done.outcome is Outcome.OK
    assert [item.title for item in found.items] == [f"Bericht {n} over mensenhandel" for n in (1, 2, 3)]
    assert found.done.body_hash, "without the hash a server that never says 304 would be read anew each time"


@pytest.mark.parametrize(
    ("harm", "within"), [(HANGS, 6.0), (EATS, 2.0), (CRASHES, 2.0)], ids=["hangs", "eats", "crashes"]
)
def test_what_ends_a_parser_costs_its_own_document_while_the_others_are_read(harm, within):
    async def work(parsers: Parsers) -> tuple[float, list[Any]]:
        await read(parsers)
        began = time.monotonic()
        bad = asyncio.create_task(parsers.call("judge", harm))
        good = [await read(parsers) for _ in range(5)]
        with pytest.raises(ParserEndedError):
            await bad
        took = time.monotonic() - began
        return took, good + list(await asyncio.gather(*(read(parsers) for _ in range(4))))

    took, good = with_parsers(work)
    assert took < within, f"the bad document was given {took:.1f} s"
    assert [len(found.items) for found in good] == [3] * 9


def test_a_mistake_of_ours_comes_back_as_words_and_the_parser_goes_on():
    async def work(parsers: Parsers) -> Any:
        with pytest.raises(ParserFaultError, match="has no attribute 'follow'"):
            await parsers.call("follow", "feed", Lead("http://bron.nl/1"), FetchedDocument("", b"", "", NOW), {})
        return await read(parsers)

    assert len(with_parsers(work).items) == 3


def test_a_task_that_is_called_off_leaves_no_half_answer_for_the_next():
    async def work(parsers: Parsers) -> Any:
        await read(parsers)
        slow = asyncio.create_task(parsers.call("judge", Harm(time.sleep, 1)))
        await asyncio.sleep(0.2)
        slow.cancel()
        return await read(parsers)

    assert len(with_parsers(work, count=1).items) == 3


@pytest.mark.parametrize("harm", [Harm(os.getenv, "PATH"), Harm(eval, "1"), Harm(pickle.loads, b"")])
def test_what_comes_back_can_be_nothing_but_our_own_values(harm):
    """A parser that a document took over could answer anything; a pickle could then run anything in the crawl."""
    with pytest.raises(ParserFaultError, match="no value of ours"):
        values(pickle.dumps(harm))


def test_parsers_know_no_password_of_the_crawl(monkeypatch):
    monkeypatch.setenv("SIGNAAL_MAIL__PASSWORD", "geheim")

    def environments(leader: int) -> list[bytes]:
        return [Path(f"/proc/{pid}/environ").read_bytes() for pid in group(leader)]

    async def work(parsers: Parsers) -> list[bytes]:
        await read(parsers)
        assert parsers.nursery is not None
        return environments(parsers.nursery.pid)

    seen = with_parsers(work)
    assert len(seen) == 2, "the nursery and one parser"
    assert not any(b"geheim" in environment for environment in seen)


def test_a_nursery_that_is_gone_is_replaced():
    async def work(parsers: Parsers) -> Any:
        await read(parsers)
        assert parsers.nursery is not None
        os.kill(parsers.nursery.pid, signal.SIGKILL)
        await asyncio.sleep(0.2)
        with pytest.raises(ParserEndedError):
            await parsers.call("judge", CRASHES)
        return await read(parsers)

    assert len(with_parsers(work).items) == 3


WORKS_FOR_EVER = """
import asyncio
from crawler.parsers import Parsers
from tests.crawler.test_parsers import Harm, HANGS, read

async def work():
    parsers = Parsers(count=2, seconds=60)
    await asyncio.gather(read(parsers), read(parsers))
    print(parsers.nursery.pid, flush=True)
    await asyncio.gather(parsers.call("judge", HANGS), parsers.call("judge", HANGS))

asyncio.run(work())
"""


def test_parsers_end_at_once_when_the_crawl_is_killed_also_in_the_middle_of_a_document():
    process = subprocess.Popen(
        [sys.executable, "-c", WORKS_FOR_EVER], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    nursery = int(process.stdout.readline())
    assert len(group(nursery)) == 3
    process.kill()
    process.communicate()
    end = time.monotonic() + 5
    while group(nursery) and time.monotonic() < end:
        time.sleep(0.05)
    assert group(nursery) == [], "parsers outlived the crawl that wanted them"


def group(leader: int) -> list[int]:
    """The living processes of a process group."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, _, pgrp = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:3]
            except OSError:
                continue
            if int(pgrp) == leader and state != "Z":
                found.append(int(entry.name))
    return found
