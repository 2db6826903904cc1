"""What the metronome and the commands do: crawl what is due, deliver what is due, erase what is past.

Plain functions of a running service; they read the clock, because when they run is what they are about. Each may be
ended at any moment and run again: what is due stands in the database.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import crawler
from crawler import CrawlDone
from service.channels import Channel, Parcel
from service.channels.folder import FolderChannel
from service.channels.mail import MailChannel
from service.letters import UnfitMailError
from service.notify import Desk, compose, message_id
from service.render import environment
from service.running import Running
from store import leftovers, outbox
from store.errors import SignaalError
from store.leftovers import Erased
from store.outbox import DeliveryOutcome, DeliveryResult, NoticeToSend

log = logging.getLogger("signaal")

BATCH = 20
LEASE_SECONDS = 120
MINUTE = timedelta(minutes=1)
PAUSE = timedelta(minutes=5)
TROUBLES = 2
"""One mail that the server dislikes is that mail's trouble; two in a row are ours, and the queue waits (TRUST E13)."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many notices ended how in one run. `trouble` says why the queue waits now, empty when it does not."""

    sent: int = 0
    retry: int = 0
    refused: int = 0
    in_doubt: int = 0
    trouble: str = ""


def crawl_due(running: Running) -> CrawlDone:
    """Visit every source that is due, in a child process, and wait for it."""
    return crawler.run_due(running.settings, running.store, now=running.clock())


def expire(running: Running) -> Erased:
    """Erase and settle what is past."""
    with running.store.writing() as session:
        return leftovers.erase(session, running.clock())


def deliver_due(running: Running, *, stopped: Callable[[], bool] = lambda: False) -> Delivered:
    """Send the notices that are due now, as many as the throttle lets through this minute.

    `stopped` is asked between two mails. Raises ConfigurationError when the mail settings cannot work.
    """
    return asyncio.run(_deliver(running, stopped))


def _channel(running: Running, desk: Desk) -> Channel:
    """SMTP when a server is configured, otherwise the folder."""
    settings = running.settings
    if not settings.mail.host:
        return FolderChannel(settings.path(settings.mail.folder))
    password_file = settings.path(settings.mail.password_file) if settings.mail.password_file else None
    return MailChannel(settings.mail, password_file=password_file, own_name=desk.host)


async def _deliver(running: Running, stopped: Callable[[], bool]) -> Delivered:
    with running.store.reading() as session:
        if not outbox.anything_to_do(session, running.clock()):
            return Delivered()
    with running.store.writing() as session:
        outbox.recover(session, running.clock())
    desk = Desk(running.settings, running.secrets, environment())
    channel = _channel(running, desk)
    throttle = _Throttle.read(running) if running.settings.mail.host else None
    round_ = _Round(running, channel, throttle, desk)
    try:
        while not stopped() and not round_.trouble:
            limit = BATCH if throttle is None else min(BATCH, throttle.left)
            claimed = _claim(running, limit) if limit > 0 else []
            if not claimed:
                break
            await round_.send_all(claimed, stopped)
    finally:
        await channel.close()
    return round_.delivered()


def _claim(running: Running, limit: int) -> list[NoticeToSend]:
    with running.store.writing() as session:
        return outbox.claim_due(session, running.clock(), LEASE_SECONDS, limit)


class _Throttle:
    """So many mails a minute in all and to one receiving domain, counted from the mail log: a restart forgets none."""

    def __init__(self, per_minute: int, per_domain: int, recent: Counter[str]) -> None:
        self.left = per_minute - recent.total()
        self._per_domain = per_domain
        self._recent = recent

    @classmethod
    def read(cls, running: Running) -> _Throttle:
        limits = running.settings.notices
        with running.store.reading() as session:
            sealed = outbox.attempts_since(session, running.clock() - MINUTE)
        recent = Counter(_domain(running.secrets.unseal(address) or "") for address in sealed)
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


class _Round:
    """One run of deliveries over one channel."""

    def __init__(self, running: Running, channel: Channel, throttle: _Throttle | None, desk: Desk) -> None:
        self._running = running
        self._channel = channel
        self._throttle = throttle
        self._desk = desk
        self._outcomes: Counter[DeliveryOutcome] = Counter()
        self._in_a_row = 0
        self.trouble = ""

    def delivered(self) -> Delivered:
        count = self._outcomes
        return Delivered(
            count[DeliveryOutcome.SENT],
            count[DeliveryOutcome.RETRY],
            count[DeliveryOutcome.REFUSED],
            count[DeliveryOutcome.IN_DOUBT],
            self.trouble,
        )

    async def send_all(self, claimed: list[NoticeToSend], stopped: Callable[[], bool]) -> None:
        for number, notice in enumerate(claimed):
            if stopped():
                self._release(claimed[number:], self._running.clock())
                return
            await self._send(notice)
            if self.trouble:
                self._wait(claimed[number + 1 :])
                return

    async def _send(self, notice: NoticeToSend) -> None:
        address = self._running.secrets.unseal(notice.address_sealed)
        if address is not None and self._throttle is not None and not self._throttle.take(address):
            self._release([notice], self._running.clock() + MINUTE)
            return
        started = self._running.clock()
        result = await self._attempt(notice, address)
        now = self._running.clock()
        with self._running.store.writing() as session:
            mine = outbox.settle(session, notice.id, notice.fence, result, started_at=started, now=now)
        if mine:
            self._outcomes[result.outcome] += 1
        self._in_a_row = self._in_a_row + 1 if result.trouble else 0
        if self._in_a_row >= TROUBLES:
            self.trouble = outbox.without_addresses(result.answer) or "no answer"

    async def _attempt(self, notice: NoticeToSend, address: str | None) -> DeliveryResult:
        if address is None:
            log.error("notice %s: the address was sealed with another secret file", notice.id)
            return DeliveryResult(DeliveryOutcome.RETRY, answer="The address was sealed with another secret file.")
        handed: list[bool] = []
        try:
            message = compose(notice, address, self._desk)
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

    def _hand(self, notice: NoticeToSend, handed: list[bool]) -> bool:
        with self._running.store.writing() as session:
            handed.append(outbox.mark_handed(session, notice.id, notice.fence, self._running.clock()))
        return handed[-1]

    def _release(self, notices: list[NoticeToSend], due_at: datetime) -> None:
        with self._running.store.writing() as session:
            for notice in notices:
                outbox.release(session, notice.id, notice.fence, due_at)

    def _wait(self, rest: list[NoticeToSend]) -> None:
        """The server refuses us: everything waits, nobody loses an attempt."""
        until = self._running.clock() + PAUSE
        self._release(rest, until)
        with self._running.store.writing() as session:
            waiting = outbox.postpone(session, until)
        log.error("mail waits until %s for %s notices: %s", f"{until:%H:%M} UTC", waiting, self.trouble)


def _name(notice: NoticeToSend, desk: Desk) -> str:
    """Sorted by time in a folder, and the same for the same mail."""
    return f"{notice.made_at:%Y%m%dT%H%M%SZ}-{notice.kind}-{message_id(notice, desk)[:12]}"
