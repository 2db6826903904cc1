"""Parser processes: what a document does to its reader costs that document, and nothing and nobody else.

The real processes with the real kernel behind them. A document that hangs is here a long one with little time, one that
bursts a large one with little memory, and a parser that breaks down is ended from outside.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from crawler import parsing
from crawler.kinds import WITH_LEADS, kinds
from crawler.limits import PARSE_BYTES
from crawler.parsers import ParserEndedError, ParserFaultError, Parsers
from crawler.tasks import TASKS, task
from crawler.values import Fetched, Lead
from store.values import DueSource, Outcome, Rights, SourceKind
from tests.parts.corpus import REPOSITORY
from tests.world.answers import good_feed

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def source() -> DueSource:
    return DueSource(
        id=1, key="bron", name="Bron", url="http://bron.nl/feed", kind=SourceKind.FEED, region="Utrecht",
        rights=Rights.EXCERPT, pace_seconds=3600, include=(), exclude=(), options={}, etag=None, last_modified=None,
        body_hash=None, failures=0, host="bron.nl:80",
    )  # fmt: skip


def answer(body: bytes = good_feed()) -> Fetched:
    return Fetched(200, "http://bron.nl/feed", body, "application/rss+xml", None, None, len(body), cut=False)


LONG = good_feed(400).replace(b"aan voor arbeidsuitbuiting", b"aan voor mensenhandel in Utrecht. " * 250)
"""Takes a parser some thousand times as long as a feed of three entries."""


async def read(parsers: Parsers, body: bytes = good_feed()) -> Any:
    return await parsers.call("judge", source(), answer(body), NOW, NOW)


def with_parsers(work: Callable[[Parsers], Coroutine[Any, Any, Any]], count: int = 2, **limits: Any) -> Any:
    """What `work` gives back."""

    async def inside() -> Any:
        parsers = Parsers(count, **limits)
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


def test_a_document_that_takes_too_long_costs_itself_alone_while_the_others_are_read():
    async def work(parsers: Parsers) -> tuple[float, list[Any]]:
        await asyncio.gather(read(parsers), read(parsers))
        began = time.monotonic()
        bad = asyncio.create_task(read(parsers, LONG))
        good = [await read(parsers) for _ in range(5)]
        with pytest.raises(ParserEndedError):
            await bad
        return time.monotonic() - began, good + list(await asyncio.gather(*(read(parsers) for _ in range(4))))

    took, good = with_parsers(work, seconds=0.4)
    assert took < 3, f"a parser with 0.4 s for a document was given {took:.2f} s"
    assert [len(found.items) for found in good] == [3] * 9


def test_a_document_that_takes_too_much_memory_costs_itself_alone():
    async def work(parsers: Parsers) -> Any:
        small = await read(parsers)
        with pytest.raises(ParserEndedError):
            await read(parsers, b"<rss>" + b"<!-- " + b"x" * (40 << 20))
        return small, await read(parsers)

    small, after = with_parsers(work, memory=100 << 20)
    assert (len(small.items), len(after.items)) == (3, 3)


def test_the_limit_on_memory_is_kept_by_the_kernel():
    assert PARSE_BYTES <= 400 << 20

    def limit(pid: int) -> int:
        lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
        return next(int(line.split()[3]) for line in lines if line.startswith("Max data size"))

    async def work(parsers: Parsers) -> list[int]:
        await read(parsers)
        assert parsers.nursery is not None
        return [limit(pid) for pid in group(parsers.nursery.pid) if pid != parsers.nursery.pid]

    assert with_parsers(work) == [PARSE_BYTES]


def test_a_parser_that_breaks_down_is_replaced():
    async def work(parsers: Parsers) -> Any:
        await read(parsers)
        bad = asyncio.create_task(read(parsers, LONG))
        await asyncio.sleep(0.05)
        assert parsers.nursery is not None
        [parser] = [pid for pid in group(parsers.nursery.pid) if pid != parsers.nursery.pid]
        os.kill(parser, signal.SIGSEGV)
        with pytest.raises(ParserEndedError):
            await bad
        return await read(parsers)

    assert len(with_parsers(work, count=1).items) == 3


def test_a_mistake_of_ours_comes_back_as_words_and_the_parser_goes_on():
    async def work(parsers: Parsers) -> Any:
        with pytest.raises(ParserFaultError, match="has no attribute 'follow'"):
            await parsers.call("follow", source(), Lead("http://bron.nl/1"), answer(), NOW)
        return await read(parsers)

    assert len(with_parsers(work).items) == 3


def test_a_task_that_is_called_off_leaves_no_half_answer_for_the_next():
    async def work(parsers: Parsers) -> Any:
        await read(parsers)
        slow = asyncio.create_task(read(parsers, LONG))
        await asyncio.sleep(0.05)
        slow.cancel()
        return await read(parsers)

    assert len(with_parsers(work, count=1).items) == 3


@pytest.mark.parametrize(
    "told", [b"", b"null", b"[]", b'{"done": {}}', b'{"done": 1, "items": [{"guid": "x"}]}', b"\x80\x04}\x94."]
)
def test_what_comes_back_can_be_nothing_but_our_own_values(told):
    """A parser that a document took over could answer anything."""
    with pytest.raises(ValidationError):
        task("judge").told.validate_json(told)


def test_half_letters_that_json_can_name_do_not_stop_an_answer():
    page = (
        '<!doctype html><title>Agenda</title><script type="application/ld+json">'
        '{"@type": "Event", "name": "Avond \\ud83d over uitbuiting", "startDate": "2026-12-01T20:00:00+01:00"}</script>'
    )

    async def work(parsers: Parsers) -> Any:
        got = replace(answer(page.encode()), content_type="text/html")
        return await parsers.call("judge", replace(source(), kind=SourceKind.EVENTS), got, NOW, NOW)

    assert [item.title for item in with_parsers(work).items] == ["Avond over uitbuiting"]


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
        # The one that waits still works; the next one needs a new nursery.
        return await asyncio.gather(read(parsers), read(parsers))

    assert [len(found.items) for found in with_parsers(work)] == [3, 3]


WORKS_FOR_EVER = """
import asyncio
from crawler.parsers import Parsers
from tests.crawler.test_parsers import LONG, read

async def work():
    parsers = Parsers(count=2)
    await asyncio.gather(read(parsers), read(parsers))
    print(parsers.nursery.pid, flush=True)
    while True:
        await asyncio.gather(read(parsers, LONG), read(parsers, LONG))

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


def test_every_task_has_its_function_and_its_values():
    assert set(parsing.WORK) == set(TASKS)


def test_the_crawl_knows_which_kinds_have_leads_without_loading_them():
    with_leads = {name for name, kind in kinds().items() if getattr(kind, "LEADS", False)}
    assert with_leads == set(WITH_LEADS), "say it in WITH_LEADS of crawler/kinds.py too"
    assert all(callable(getattr(kinds()[name], "follow", None)) for name in with_leads)


def test_the_crawl_loads_no_parser_and_the_parsers_load_no_database():
    def loaded(module: str, *unwanted: str) -> list[str]:
        code = f"import sys, {module}; print(*(set({unwanted}) & set(sys.modules)))"
        found = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
        return found.stdout.split()

    assert loaded("crawler.child", "feedparser", "nh3", "icalendar", "trafilatura", "crawler.reading") == []
    assert loaded("crawler.parsing", "sqlalchemy", "scrapy", "aiohttp", "asyncio", "trafilatura", "icalendar") == []
