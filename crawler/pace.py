"""Taking turns at a host: one request at a time, with a pause between two, and only while its lease is ours.

The pause is kept from the end of one request to the start of the next, also across crawls: a host's row remembers
when it was last asked something.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.guard import Guard
from crawler.leases import Leases
from crawler.limits import CRAWL_DELAY_CEILING_SECONDS, HOST_DELAY_SECONDS, LEASE_SECONDS, RENEW_SECONDS
from store.hosts import Busy, host_key

_ASK_AGAIN_SECONDS = 0.5
_CLOCKS_DIFFER = timedelta(milliseconds=100)
"""What another crawl wrote down was by its own clock, on this machine or another."""


class HostBusyError(Exception):
    """Another crawl holds the host and does not let go."""


class HostAskedToWaitError(Exception):
    """The host asked to be left alone until `until` (Retry-After)."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


@dataclass
class _Host:
    """`users` counts who needs the lease; `ours` is what the database said last."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    ours: bool = False
    known: bool = False
    last_at: datetime | None = None
    not_before: datetime | None = None
    asked_seconds: float = 0.0
    exempt: bool | None = None


class Turns:
    """All hosts of one crawl. `delay_seconds` below two counts only inside the networks the administrator named."""

    def __init__(self, leases: Leases, guard: Guard, delay_seconds: float) -> None:
        self._leases = leases
        self._guard = guard
        self._delay = delay_seconds
        self._hosts: dict[str, _Host] = {}
        self._renewed = time.monotonic()

    def took(self, keys: Iterable[str]) -> None:
        """These hosts were claimed with their due sources; they stay ours until `leave`."""
        for key in keys:
            host = self._hosts.setdefault(key, _Host())
            host.users += 1
            host.ours = True

    async def leave(self, key: str) -> None:
        """One user less; the last one gives the host back."""
        host = self._hosts[key]
        host.users -= 1
        if host.users == 0 and host.ours:
            host.ours = host.known = False
            await asyncio.to_thread(self._leases.release, key, host.last_at)

    def slow_down(self, url: str, seconds: float) -> None:
        """robots.txt of this host asks for a longer pause; beyond ten minutes we do not go."""
        host = self._hosts.setdefault(host_key(url), _Host())
        host.asked_seconds = min(seconds, CRAWL_DELAY_CEILING_SECONDS)

    def hold_off(self, url: str, seconds: int) -> None:
        """The host asked to be left alone for so long; the rest of this crawl does."""
        host = self._hosts.setdefault(host_key(url), _Host())
        host.not_before = self._leases.clock() + timedelta(seconds=seconds)

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[str]:
        """Wait for our turn at the host of `url` and keep it for one request. Gives the host's key.

        Raises HostBusyError or HostAskedToWaitError.
        """
        key = host_key(url)
        host = self._hosts.setdefault(key, _Host())
        host.users += 1
        try:
            async with host.lock:
                await self._hold(key, host)
                if host.not_before and host.not_before > self._leases.clock():
                    raise HostAskedToWaitError(host.not_before)
                await self._pause(url, host)
                try:
                    yield key
                finally:
                    host.last_at = self._leases.clock()
        finally:
            await self.leave(key)

    async def keep_renewing(self) -> None:
        """Lengthen the leases for as long as the crawl lasts."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            await self._renew()

    async def _renew(self) -> None:
        ours = await asyncio.to_thread(self._leases.renew)
        self._renewed = time.monotonic()
        for key, host in self._hosts.items():
            if host.ours and key not in ours:
                host.ours = host.known = False

    async def _hold(self, key: str, host: _Host) -> None:
        """Make sure of the lease; wait as long as a dead crawl could still seem to hold it."""
        if host.ours and time.monotonic() - self._renewed > LEASE_SECONDS - RENEW_SECONDS:
            # This process slept: the lease may be somebody else's by now.
            await self._renew()
        if host.ours and host.known:
            return
        end = time.monotonic() + LEASE_SECONDS + RENEW_SECONDS
        while time.monotonic() < end:
            claimed = await asyncio.to_thread(self._leases.claim, key)
            if claimed is not None and not isinstance(claimed, Busy):
                host.ours = host.known = True
                asked_at = claimed.last_request_at and claimed.last_request_at + _CLOCKS_DIFFER
                if asked_at and (host.last_at is None or asked_at > host.last_at):
                    host.last_at = asked_at
                host.not_before = max(filter(None, (host.not_before, claimed.not_before)), default=None)
                return
            await asyncio.sleep(_ASK_AGAIN_SECONDS)
        raise HostBusyError(key)

    async def _pause(self, url: str, host: _Host) -> None:
        if host.exempt is None:
            host.exempt = await self._guard.is_exempt(host_key(url).rpartition(":")[0])
        least = self._delay if host.exempt else max(self._delay, HOST_DELAY_SECONDS)
        pause = max(least, host.asked_seconds)
        if host.last_at is None or not pause:
            return
        rest = (host.last_at + timedelta(seconds=pause) - self._leases.clock()).total_seconds()
        # Never longer than the pause itself: a clock that was set back must not stop a crawl.
        await asyncio.sleep(min(max(rest, 0.0), pause))
