"""The one thread of a crawl that writes, and how several small jobs become one transaction.

SQLite has one writer and every commit waits for the disk, so a transaction per visit would let the disk set the pace.
Whatever is ready goes in together and nothing waits for company. A batch in which anything fails is forgotten whole
and done again job by job, so that a lost lease or a bad row spoils its own job alone; that is rare, and the usual
batch is spared a savepoint for each job.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from store.database import Store

BATCH = 50

T = TypeVar("T")


@dataclass(frozen=True)
class _Job:
    """Either `work` alone, or `value` for one call of `work` with the values of all such jobs in the batch."""

    host: str
    work: Callable[..., Any]
    done: Future[Any] = field(default_factory=Future)
    value: Any = None
    gathered: bool = False


class Writer:
    """Takes jobs from any thread. Its own ends with the process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        threading.Thread(target=self._write_on, name="writer", daemon=True).start()

    def write(self, host: str, work: Callable[[Any], T]) -> Future[T]:
        """Do `work(session)` in the next transaction. The future is settled after the commit, and then for good.

        `work` may be called twice, so it must not change anything but the database. `host` is the key of the host
        that it is about: jobs of one host keep their order, and row locks are taken in the order of the hosts.
        """
        job = _Job(host, work)
        self._jobs.put(job)
        return job.done

    def write_with_others(self, host: str, work: Callable[[Any, list[Any]], list[T]], value: Any) -> Future[T]:
        """Do `work(session, values)` once for all the jobs with this `work` that are ready; one result for each value.

        They come before the other jobs of their batch, in the order in which they were asked for.
        """
        job = _Job(host, work, value=value, gathered=True)
        self._jobs.put(job)
        return job.done

    def _write_on(self) -> None:
        while True:
            jobs = [self._jobs.get()]
            while len(jobs) < BATCH and not self._jobs.empty():
                jobs.append(self._jobs.get())
            self._settle([job for job in jobs if job.done.set_running_or_notify_cancel()])

    def _settle(self, jobs: list[_Job]) -> None:
        try:
            results = self._together(jobs)
        except Exception as error:  # noqa: BLE001 - handed to whoever asked for the job
            if len(jobs) == 1:
                jobs[0].done.set_exception(error)
                return
            for job in jobs:
                self._settle([job])
            return
        for job, result in zip(jobs, results, strict=True):
            job.done.set_result(result)

    def _together(self, jobs: list[_Job]) -> list[Any]:
        if not jobs:
            return []
        results: dict[int, Any] = {}
        gathered: dict[Callable[..., Any], list[int]] = {}
        for number, job in enumerate(jobs):
            if job.gathered:
                gathered.setdefault(job.work, []).append(number)
        with self._store.writing() as session:
            for work, numbers in gathered.items():
                results.update(zip(numbers, work(session, [jobs[number].value for number in numbers]), strict=True))
            for number, job in sorted(enumerate(jobs), key=lambda pair: pair[1].host):
                if not job.gathered:
                    results[number] = job.work(session)
        return [results[number] for number in range(len(jobs))]
