"""The beat of the house: crawl, watch, deliver and erase what is due, in one process at a time (TRUST INV-12, INV-13).

APScheduler ticks and knows nothing: what is due is a column in the database, so a lost tick costs a tick. Every process
that starts a metronome stands by; the one that holds the lock (`store/leader.py`) acts, and when it dies the next one
acts within seconds.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from service import jobs, learning
from service.running import Running
from store.errors import SignaalError, UnavailableError
from store.leader import Leadership, try_to_lead

log = logging.getLogger("signaal")

POLL_SECONDS = 1.0
DELIVER_SECONDS = 2
EXPIRE_SECONDS = 600
WATCH_SECONDS = 600
REMIND_SECONDS = 60
REORDER_SECONDS = 3600
COME_UP_SECONDS = 15
SAMPLE_SECONDS = 3600
LEARN_SECONDS = 3600
WATCH_AFTER_SECONDS = 60
"""The first crawl after a start comes first: what stood still with us says nothing about the sources."""
STOP_SECONDS = 5.0
CLOCK_JUMP_SECONDS = 5.0

Job = Callable[[], object]
Beat = tuple[float, Job] | tuple[float, Job, float]
"""How many seconds apart, what to do, and how many seconds after the start for the first time; at once, if not said."""


class Metronome:
    """Stands by until it may act. `acting` says whether it does."""

    def __init__(self, running: Running, beats: Mapping[str, Beat], *, wall: Callable[[], float]) -> None:
        self._running = running
        self._beats = beats
        self._wall = wall
        self._stopping = threading.Event()
        self._lead: Leadership | None = None
        self._scheduler: Any = None
        self._troubles: dict[str, str] = {}
        self._at_work: set[threading.Thread] = set()
        self._keeper = threading.Thread(target=self._keep, name="metronome", daemon=True)

    @property
    def acting(self) -> bool:
        return self._scheduler is not None

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def start(self) -> None:
        self._keeper.start()

    def stop(self) -> None:
        """Begin nothing new, give what runs five seconds, and let another process lead.

        What runs longer is left behind; the process is about to end, and every job may be ended at any moment.
        """
        self._stopping.set()
        self._keeper.join()
        end = time.monotonic() + STOP_SECONDS
        for thread in list(self._at_work):
            thread.join(max(0.0, end - time.monotonic()))
        self._stand_back()

    def _keep(self) -> None:
        """Take the lead when it is free; notice when it is lost or when somebody set the clock."""
        offset = self._wall() - time.monotonic()
        while not self._stopping.is_set():
            try:
                self._take_or_keep_the_lead()
            except (UnavailableError, OSError) as error:
                self._say("lead", str(error))
                self._stand_back()
            now_offset = self._wall() - time.monotonic()
            if abs(now_offset - offset) > CLOCK_JUMP_SECONDS and self._scheduler is not None:
                # The next beat was set by the old clock: an hour back would be an hour of silence.
                log.warning("the clock was set by %d s; beating anew", now_offset - offset)
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=datetime.now(UTC))
            offset = now_offset
            self._stopping.wait(POLL_SECONDS)

    def _take_or_keep_the_lead(self) -> None:
        if self._lead is not None:
            if not self._lead.holds():
                self._say("lead", "the lock was lost")
                self._stand_back()
            return
        self._lead = try_to_lead(self._running.store)
        if self._lead is not None:
            self._well("lead")
            log.info("the metronome of this process acts")
            self._begin()

    def _begin(self) -> None:
        scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        )
        for name, (seconds, job, *later) in self._beats.items():
            first = datetime.now(UTC) + timedelta(seconds=sum(later))
            scheduler.add_job(self._beat, "interval", (name, job), id=name, seconds=seconds, next_run_time=first)
        scheduler.start()
        self._scheduler = scheduler

    def _end_scheduler(self) -> None:
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is not None:
            scheduler.shutdown(wait=False)

    def _stand_back(self) -> None:
        self._end_scheduler()
        lead, self._lead = self._lead, None
        if lead is not None:
            lead.release()

    def _beat(self, name: str, job: Job) -> None:
        """Run one job in a thread that does not keep the process alive, and wait for it unless we stop."""
        thread = threading.Thread(target=self._guarded, args=(name, job), name=name, daemon=True)
        self._at_work.add(thread)
        thread.start()
        while thread.is_alive() and not self._stopping.is_set():
            thread.join(0.2)
        if not thread.is_alive():
            self._at_work.discard(thread)

    def _guarded(self, name: str, job: Job) -> None:
        try:
            job()
        except SignaalError as error:
            self._say(name, str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, the next beat comes
            # Type and place, never the message of a bug: it may hold an address.
            place = traceback.extract_tb(error.__traceback__)[-1]
            self._say(name, f"{type(error).__name__} in {place.name}, line {place.lineno}")
        else:
            self._well(name)

    def _say(self, name: str, trouble: str) -> None:
        """Log a trouble once, not at every beat."""
        if self._troubles.get(name) != trouble:
            self._troubles[name] = trouble
            log.error("%s failed: %s", name, trouble)

    def _well(self, name: str) -> None:
        if self._troubles.pop(name, None) is not None:
            log.info("%s works again", name)


def start(running: Running, *, wall: Callable[[], float] = time.time) -> Metronome:
    """Start the metronome of this process. It acts as soon as no other process does.

    `wall` gives the seconds of the wall clock; by it, a clock that somebody sets is noticed.
    """
    # It warns at every beat that a long crawl makes it skip; skipping is what we want.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    made: Metronome

    def deliver() -> object:
        return jobs.deliver_due(running, stopped=lambda: made.stopping)

    beats: dict[str, Beat] = {
        "crawl": (running.settings.crawl.tick_seconds, lambda: jobs.crawl_due(running)),
        "deliver": (DELIVER_SECONDS, deliver),
        "watch": (WATCH_SECONDS, lambda: jobs.watch_sources(running), WATCH_AFTER_SECONDS),
        "remind": (REMIND_SECONDS, lambda: jobs.remind_editors(running)),
        "expire": (EXPIRE_SECONDS, lambda: jobs.expire(running)),
        "reorder": (REORDER_SECONDS, lambda: jobs.reorder(running), WATCH_AFTER_SECONDS),
        "sample": (SAMPLE_SECONDS, lambda: jobs.draw_samples(running), WATCH_AFTER_SECONDS),
        "learn": (LEARN_SECONDS, lambda: learning.learn(running), WATCH_AFTER_SECONDS),
        "come up": (COME_UP_SECONDS, lambda: jobs.come_up(running)),
    }
    made = Metronome(running, beats, wall=wall)
    made.start()
    return made
