"""A process with nothing but a metronome: `python -m tests.service.metronome_alone CONFIG`. It prints when it acts."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from service import metronome
from service.app import create_running
from service.logs import log_to_stderr
from store.database import open_store
from store.settings import load


def main() -> None:
    log_to_stderr()
    settings = load(Path(sys.argv[1]))
    ticking = metronome.start(create_running(settings, open_store(settings.store_url)))
    print("standing by", flush=True)
    while not ticking.acting:
        time.sleep(0.02)
    print("acting", flush=True)
    while True:
        time.sleep(1)


if __name__ == "__main__":
    main()
