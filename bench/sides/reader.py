"""PyPI's `reader` with one worker, as fast as it can be set: no search, no plugins, no log lines, one session.

Runs in an environment of its own (`bench/reader-requirements.txt`). It stores durably by its own defaults: SQLite in
WAL mode with synchronous=FULL, one transaction a feed. `scheduled=False` visits every feed, due or not; it sends ETags.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import structlog

# Before reader is imported: it asks then. Rendering log lines that nobody reads is not part of what is compared.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

from reader import make_reader  # noqa: E402

from bench.dutch import CHANGED_MARK  # noqa: E402
from bench.sides.obeying import digest, number_of, obey  # noqa: E402


def main() -> None:
    reader = make_reader(str(Path(sys.argv[1]) / "reader.sqlite"), plugins=(), search_enabled=False)

    def prepare(addresses: list[str]) -> None:
        for address in addresses:
            reader.add_feed(address)

    def phase(_name: str) -> None:
        reader.update_feeds(scheduled=False, workers=1)

    def held() -> dict[str, object]:
        entries = [(number_of(e.feed_url), e.id, e.title or "") for e in reader.get_entries()]
        failed = sum(feed.last_exception is not None for feed in reader.get_feeds())
        changed = sum(title.startswith(CHANGED_MARK) for _, _, title in entries)
        return {
            "entries": len(entries), "digest": digest((number, guid) for number, guid, _ in entries),
            "changed": changed, "failed": failed,
        }  # fmt: skip

    obey(prepare, phase, held)


if __name__ == "__main__":
    main()
