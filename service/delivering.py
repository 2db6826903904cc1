"""Handing over mails that are due: so many a minute, each written down before and after its final dot.

The same for subscribers and for the newsroom: a `Box` is the part of the store that knows the rows of one of them.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from service.channels import Channel, Parcel
from service.letters import UnfitMailError
from service.notify import Desk, Told, message_id
from service.running import Running
from store import outbox, sending, staff_notices
from store.errors import SignaalError
from store.sending import DeliveryOutcome, DeliveryResult

log = logging.getLogger("signaal")

BATCH = 20
LEASE_SECONDS = 120
MINUTE = timedelta(minutes=1)
PAUSE = timedelta(minutes=5)
TROUBLES = 2
"""One mail that the server dislikes is that mail's trouble; two in a row are ours, and the queue waits (TRUST E13)."""


class ToSend(Told, Protocol):
    """A claimed row."""

    @property
    def id(self) -> int: ...
    @property
    def fence(self) -> int: ...


Mail = TypeVar("Mail", bound=ToSend)


class Rows(Protocol[Mail]):
    """What `store.outbox` and `store.staff_notices` have in common."""

    def claim_due(self, session: Any, now: datetime, lease_seconds: int, limit: int) -> list[Mail]: ...

    def mark_handed(self, session: Any, notice_id: int, fence: int, now: datetime) -> bool: ...

    def release(self, session: Any, notice_id: int, fence: int, due_at: datetime) -> bool: ...

    def settle(
        self,
        session: Any,
        notice_id: int,
        fence: int,
        result: DeliveryResult,
        *,
        started_at: datetime,
        now: datetime,
    ) -> bool: ...

    def postpone(self, session: Any, until: datetime) -> int: ...


@dataclass(frozen=True)
class Box(Generic[Mail]):
    """Rows of one kind, and how they become mails. `address` is None when it cannot be read any more."""

    rows: Rows[Mail]
    address: Callable[[Mail], str | None]
    compose: Callable[[Mail, str, Desk], bytes]


class Throttle:
    """So many mails a minute in all and to one receiving domain, counted from the mail log: a restart forgets none."""

    def __init__(self, per_minute: int, per_domain: int, recent: Counter[str]) -> None:
        self.left = per_minute - recent.total()
        self._per_domain = per_domain
        self._recent = recent

    @classmethod
    def read(cls, running: Running) -> Throttle:
        limits = running.settings.notices
        with running.store.reading() as session:
            since = running.clock() - MINUTE
            sealed, staff = outbox.attempts_since(session, since), staff_notices.attempts_since(session, since)
        recent = Counter(_domain(running.secrets.unseal(address) or "") for address in sealed)
        recent.update(map(_domain, staff))
        return cls(limits.per_minute, limits.per_domain_per_minute, recent)

    def take(self, address: str) -> bool:
        """Count one mail. False when its domain had enough this minute."""
        domain = _domain(address)
        if self._recent[domain] >= self._per_domain:
            return False
        self._recent[domain] += 1
        self.left -= 1
        return True


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


class Round(Generic[Mail]):
    """One run of deliveries from one box over one channel. `trouble` says why the queue waits now."""

    def __init__(
        self, running: Running, box: Box[Mail], channel: Channel, throttle: Throttle | None, desk: Desk
    ) -> None:
        self._running = running
        self._box = box
        self._channel = channel
        self._throttle = throttle
        self._desk = desk
        self._in_a_row = 0
        self.outcomes: Counter[DeliveryOutcome] = Counter()
        self.trouble = ""

    async def send_due(self, stopped: Callable[[], bool]) -> None:
        """Send what is due, as much as the throttle lets through, until somebody says to stop."""
        while not stopped() and not self.trouble:
            limit = BATCH if self._throttle is None else min(BATCH, self._throttle.left)
            claimed = self._claim(limit) if limit > 0 else []
            if not claimed:
                break
            await self._send_all(claimed, stopped)

    def _claim(self, limit: int) -> list[Mail]:
        with self._running.store.writing() as session:
            return self._box.rows.claim_due(session, self._running.clock(), LEASE_SECONDS, limit)

    async def _send_all(self, claimed: list[Mail], stopped: Callable[[], bool]) -> None:
        for number, notice in enumerate(claimed):
            if stopped():
                self._release(claimed[number:], self._running.clock())
                return
            await self._send(notice)
            if self.trouble:
                self._wait(claimed[number + 1 :])
                return

    async def _send(self, notice: Mail) -> None:
        address = self._box.address(notice)
        if address is not None and self._throttle is not None and not self._throttle.take(address):
            self._release([notice], self._running.clock() + MINUTE)
            return
        started = self._running.clock()
        result = await self._attempt(notice, address)
        now = self._running.clock()
        with self._running.store.writing() as session:
            mine = self._box.rows.settle(session, notice.id, notice.fence, result, started_at=started, now=now)
        if mine:
            self.outcomes[result.outcome] += 1
        self._in_a_row = self._in_a_row + 1 if result.trouble else 0
        if self._in_a_row >= TROUBLES:
            self.trouble = sending.without_addresses(result.answer) or "no answer"

    async def _attempt(self, notice: Mail, address: str | None) -> DeliveryResult:
        if address is None:
            log.error("notice %s: the address was sealed with another secret file", notice.id)
            return DeliveryResult(DeliveryOutcome.RETRY, answer="The address was sealed with another secret file.")
        handed: list[bool] = []
        try:
            message = self._box.compose(notice, address, self._desk)
            parcel = Parcel(_name(notice, self._desk), message, self._desk.sender_address, address)
            return await self._channel.send(parcel, lambda: self._hand(notice, handed))
        except UnfitMailError as error:
            log.error("notice %s: %s", notice.id, error)  # noqa: TRY400 - the sentence says it all
            return DeliveryResult(DeliveryOutcome.RETRY, answer=f"The mail cannot be made: {error}.")
        except SignaalError:
            # The database or the configuration: nothing can be written down or sent now. The lease gives the row back.
            raise
        except Exception as error:  # noqa: BLE001 - a bug in one mail must not hold up all that come after it
            outcome = DeliveryOutcome.IN_DOUBT if any(handed) else DeliveryOutcome.RETRY
            log.error("notice %s: %s; %s", notice.id, type(error).__name__, outcome)  # noqa: TRY400 - no words of it
            return DeliveryResult(outcome, answer=f"A mistake of ours: {type(error).__name__}.")

    def _hand(self, notice: Mail, handed: list[bool]) -> bool:
        with self._running.store.writing() as session:
            handed.append(self._box.rows.mark_handed(session, notice.id, notice.fence, self._running.clock()))
        return handed[-1]

    def _release(self, notices: list[Mail], due_at: datetime) -> None:
        with self._running.store.writing() as session:
            for notice in notices:
                self._box.rows.release(session, notice.id, notice.fence, due_at)

    def _wait(self, rest: list[Mail]) -> None:
        """The server refuses us: everything waits, nobody loses an attempt."""
        until = self._running.clock() + PAUSE
        self._release(rest, until)
        with self._running.store.writing() as session:
            waiting = self._box.rows.postpone(session, until)
        log.error("mail waits until %s for %s notices: %s", f"{until:%H:%M} UTC", waiting, self.trouble)


def _name(notice: ToSend, desk: Desk) -> str:
    """Sorted by time in a folder, and the same for the same mail."""
    return f"{notice.made_at:%Y%m%dT%H%M%SZ}-{notice.kind}-{message_id(notice, desk)[:12]}"
