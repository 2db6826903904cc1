"""A process that watches sources and delivers, over and over: `python -m tests.service.watching_alone CONFIG`."""

from __future__ import annotations

import sys
from pathlib import Path

from service import jobs
from service.app import create_running
from store.database import open_store
from store.settings import load


def main() -> None:
    settings = load(Path(sys.argv[1]))
    running = create_running(settings, open_store(settings.store_url))
    print("watching", flush=True)
    while True:
        jobs.watch_sources(running)
        jobs.deliver_due(running)


if __name__ == "__main__":
    main()
