"""Reads feeds in a process of its own, as a crawl's parser does, and tells for each what it took and what came of it.

`python -m tests.parts.feedrunner`: JSON on standard input, a list of groups, each a list of documents (`file`,
`content_type`, `url`); a line of JSON for each document on standard output. Every group is read in a fork, so that its
peak of memory is its own, and the kernel ends what takes far too long.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.extract import extracted
from crawler.judging import judged
from crawler.spiders.feed import Options, parse
from crawler.values import DocumentRead, Fetched, FetchedDocument
from store.values import DueSource, ExtractedItem, Kind, Outcome, Reading, Relevance, Rights, SourceKind
from tests.parts.corpus import REPOSITORY

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CPU_SECONDS = 60
ADDRESS_BYTES = 2 * 1024 * 1024 * 1024


def due(url: str) -> DueSource:
    """A source that keeps all it is told."""
    return DueSource(
        id=1,
        key="bron",
        name="Bron",
        url=url,
        kind=SourceKind.FEED,
        region="Utrecht",
        rights=Rights.EXCERPT,
        pace_seconds=1800,
        include=(),
        exclude=(),
        options={},
        etag=None,
        last_modified=None,
        body_hash=None,
        failures=0,
        host="127.0.0.1:8097",
    )


def unread(_title: str, _text: str, _due: DueSource, _kind: Kind) -> Reading:
    """No reading of Dutch: that is measured elsewhere."""
    return Reading((), (), Relevance(0.5, True, ()))


def items(told: DocumentRead, url: str) -> tuple[ExtractedItem, ...]:
    """What becomes of a document after cleaning."""
    return extracted(told, due(url), NOW, unread).items


def sentence(body: bytes, content_type: str, url: str) -> str:
    """What a visit says of a document, before the counts; empty when it is as it should be, but has nothing in it."""
    got = Fetched(200, url, body, content_type, None, None, len(body), cut=False)
    done = judged(due(url), got, NOW, NOW).done
    return "leeg" if done.outcome is Outcome.EMPTY else done.sentence


def measured(groups: list[list[dict[str, str]]]) -> list[dict[str, Any]]:
    """Read all documents in a new process. One that ended its process has only `failed`, as have those after it."""
    ran = subprocess.run(
        [sys.executable, "-m", __name__],
        cwd=REPOSITORY,
        input=json.dumps(groups),
        capture_output=True,
        text=True,
        check=True,
    )
    told = {line["file"]: line for line in map(json.loads, ran.stdout.splitlines())}
    missing = {"failed": f"its process ended. {ran.stderr}"}
    return [told.get(document["file"], document | missing) for group in groups for document in group]


def main() -> None:
    for group in json.load(sys.stdin):
        if os.fork() == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
            resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_BYTES, ADDRESS_BYTES))
            for document in group:
                sys.stdout.write(json.dumps(document | _measured(document)) + "\n")
                sys.stdout.flush()
            os._exit(0)
        os.wait()


def _measured(document: dict[str, str]) -> dict[str, Any]:
    """Seconds are of the processor: nothing here waits, and other work on the machine is not the document's fault."""
    body = Path(document["file"]).read_bytes()
    began = time.process_time()
    try:
        told = parse(FetchedDocument(document["url"], body, document["content_type"], NOW), Options())
        read = time.process_time()
        made = items(told, document["url"])
    except Exception:
        return {"failed": traceback.format_exc()}
    return {
        "seconds": read - began,
        "cleaning_seconds": time.process_time() - read,
        "megabytes": _peak_megabytes(),
        "entries": len(told.entries),
        "items": len(made),
        "problem": told.problem,
        "cut": told.cut,
    }


def _peak_megabytes() -> float:
    """The most that this process ever had in memory, all its code and libraries counted."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
