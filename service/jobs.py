"""What the metronome and the commands do: crawl and watch, deliver what is due, erase what is past.

Plain functions of a running service; they read the clock, because when they run is what they are about. Each may be
ended at any moment and run again: what is due stands in the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time

import crawler
from crawler import CrawlDone
from service import learning, notify, notify_staff, wording
from service.channels import Channel
from service.channels.folder import FolderChannel
from service.channels.mail import MailChannel
from service.delivering import Box, Round, Throttle
from service.notify import Desk
from service.render import environment
from service.running import Running
from store import claims, leftovers, likeness, outbox, problems, reminders, reordering, samples, staff_notices, stories
from store.leftovers import Erased
from store.outbox import NoticeToSend
from store.problems import Watched
from store.sending import DeliveryOutcome
from store.staff_notices import StaffNoticeToSend
from store.values import AMSTERDAM


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many notices ended how in one run. `trouble` says why the queue waits now, empty when it does not."""

    sent: int = 0
    retry: int = 0
    refused: int = 0
    in_doubt: int = 0
    trouble: str = ""


def crawl_due(running: Running) -> CrawlDone:
    """Visit every source that is due, in a child process, and wait for it; then see what that showed of them."""
    done = crawler.run_due(running.settings, running.store, now=running.clock())
    visited = [visit.key for visit in done.visits if visit.stored]
    if visited:
        watch_sources(running, visited)
    compare_texts(running)
    return done


def compare_texts(running: Running) -> int:
    """Look which texts that came in are copies of others, tell the same story or another step of one case, and suggest
    it to the editors. How many pairs.

    Looking holds up nobody, and a stop in between loses nothing: what waits stands in the database.
    """
    suggested = 0
    while True:
        now = running.clock()
        with running.store.reading() as session:
            compared = likeness.compare(session, now)
        if not compared:
            with running.store.writing() as session:
                stories.let_suggestions_wait(session, now)
            return suggested
        with running.store.writing() as session:
            suggested += likeness.write_down(session, compared, now)


def watch_sources(running: Running, keys: Iterable[str] | None = None) -> Watched:
    """Look how all sources fare, or those with these keys, and tell the administrators what is newly wrong.

    Looking takes its time and holds up nobody; only what changed is written, in one short transaction.
    """
    now = running.clock()
    with running.store.reading() as session:
        changed = problems.compare(session, now, keys)
    if not changed:
        return Watched()
    with running.store.writing() as session:
        return problems.write_down(session, changed, now)


def expire(running: Running) -> Erased:
    """Erase and settle what is past."""
    with running.store.writing() as session:
        return leftovers.erase(session, running.clock())


def reorder(running: Running) -> int:
    """Reckon anew how far sources are trusted, and with that what comes first in the queue. How many items moved.

    Looking takes its time and holds up nobody; what changed is written in short transactions.
    """
    now = running.clock()
    with running.store.reading() as session:
        trusts = reordering.trusts(session, now)
    with running.store.writing() as session:
        reordering.write_trusts(session, trusts)
        claims.erase_expired(session, now)
    count = 0
    following: int | None = 0
    while following is not None:
        with running.store.reading() as session:
            score = learning.score_of(session, following) or by_the_lexicon
            moved, following = reordering.compare(session, now, after=following, score=score)
        if moved:
            with running.store.writing() as session:
                reordering.write_down(session, moved)
        count += len(moved)
    return count


def by_the_lexicon(_revision_id: int, lexicon: float) -> float:
    """The relevance of a text when nothing was learned, or when that may not order the queue."""
    return lexicon


def draw_samples(running: Running) -> int:
    """Once a week, let some items of the pile wait to be looked at. How many."""
    with running.store.reading() as session:
        if samples.is_drawn(session, running.clock()):
            return 0
    with running.store.writing() as session:
        return samples.draw(session, running.clock())


def come_up(running: Running) -> int:
    """Approvals for later whose time has come stand among the others from now on. How many."""
    with running.store.reading() as session:
        if not reordering.is_any_scheduled(session, running.clock()):
            return 0
    with running.store.writing() as session:
        return reordering.scheduled_has_come(session, running.clock())


REMIND_FROM, REMIND_UNTIL = time(7, 30), time(19, 0)
"""On the clock in Amsterdam. A service that was down in the morning says it later, but not in the evening."""


def remind_editors(running: Running) -> int:
    """Once a day, mail every editor how much waits, if anything does. Returns how many mails were written.

    It is about what waited at half past seven: what comes in later is for the mail of tomorrow.
    """
    now = running.clock()
    today = wording.local(now)
    if not REMIND_FROM <= today.time() < REMIND_UNTIL:
        return 0
    since = datetime.combine(today.date(), REMIND_FROM, tzinfo=AMSTERDAM)
    with running.store.reading() as session:
        waiting = reminders.waiting(session, before=since, now=now)
    if not waiting.count:
        return 0
    with running.store.writing() as session:
        return staff_notices.write_waiting(session, today.date(), waiting, now)


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
        now = running.clock()
        if not (outbox.anything_to_do(session, now) or staff_notices.anything_to_do(session, now)):
            return Delivered()
    with running.store.writing() as session:
        outbox.recover(session, running.clock())
        staff_notices.recover(session, running.clock())
    desk = Desk(running.settings, running.secrets, environment())
    channel = _channel(running, desk)
    throttle = Throttle.read(running) if running.settings.mail.host else None
    # The newsroom's own mails go first: there are few, and what they tell of may concern the others.
    staff = Round(running, STAFF, channel, throttle, desk)
    readers = Round(running, _readers(running), channel, throttle, desk)
    try:
        await staff.send_due(stopped)
        if not staff.trouble:
            await readers.send_due(stopped)
    finally:
        await channel.close()
    count = staff.outcomes + readers.outcomes
    return Delivered(
        count[DeliveryOutcome.SENT],
        count[DeliveryOutcome.RETRY],
        count[DeliveryOutcome.REFUSED],
        count[DeliveryOutcome.IN_DOUBT],
        staff.trouble or readers.trouble,
    )


STAFF: Box[StaffNoticeToSend] = Box(staff_notices, lambda notice: notice.address, notify_staff.compose_for_staff)


def _readers(running: Running) -> Box[NoticeToSend]:
    return Box(outbox, lambda notice: running.secrets.unseal(notice.address_sealed), notify.compose)
