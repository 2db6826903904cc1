"""What an open page of the newsroom is told meanwhile: counts, what came in, who looks at what. Never a title.

However many pages listen, each process looks into the database once every two seconds, in one transaction. Listening
is no use of a session: it ends when the session ends, and does not keep it alive.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from starlette.concurrency import run_in_threadpool

from service.desk.queue_views import claim_words
from service.running import Running
from store import accounts, claims, queue
from store.errors import UnavailableError

log = logging.getLogger("signaal")

LOOK_SECONDS = 2.0
HEARTBEAT_SECONDS = 15.0
"""Proxies close a connection on which nothing is said, usually after a minute."""
LISTENERS_AT_MOST = 200
LISTENERS_PER_LOGIN = 6
_STEP = 0.25


@dataclass(frozen=True, slots=True)
class Asked:
    """Who listens, and the newest text and review that the page shows already. `token` is that of the session."""

    token: str
    login_id: int
    account_id: int
    scope: tuple[str, ...]
    text: int
    review: int


@dataclass(frozen=True, slots=True)
class News:
    """`came_in` counts what the page does not show; at `queue.NEWEST` it may be more. `claims` are of colleagues."""

    queue: int
    pile: int
    urgent: int
    came_in: int
    claims: tuple[tuple[int, str], ...] = ()

    def event(self) -> bytes:
        """As the event stream writes it (HTML standard, section 9.2.6)."""
        body = {
            "rij": self.queue,
            "stapel": self.pile,
            "dringend": self.urgent,
            "nieuw": self.came_in,
            "kijkt": {str(item): words for item, words in self.claims},
        }
        return f"data: {json.dumps(body, ensure_ascii=False)}\n\n".encode()


OVER = b"event: voorbij\ndata: {}\n\n"
Look = Callable[[tuple[Asked, ...]], Mapping[Asked, News | None]]


def look(here: Running, asked: tuple[Asked, ...]) -> dict[Asked, News | None]:
    """What each of them is told now, None for whom the session is over. One transaction."""
    now = here.clock()
    idle = timedelta(minutes=here.settings.desk.session_idle_minutes)
    with here.store.reading() as session:
        open_tokens = {
            token for token in {one.token for one in asked} if accounts.signed_in(session, token, now=now, idle=idle)
        }
        scopes = {one.scope for one in asked}
        counts = {scope: queue.counts(session, scope) for scope in scopes}
        newest = {scope: queue.newest(session, scope) for scope in scopes}
        living = claims.living(session, now=now)
    found: dict[Asked, News | None] = {}
    for one in asked:
        if one.token not in open_tokens:
            found[one] = None
            continue
        count, new = counts[one.scope], newest[one.scope]
        came_in = sum(each > one.text for each in new.texts) + sum(each > one.review for each in new.reviews)
        seen = tuple(
            (each.item_id, claim_words(each, one.account_id)) for each in living if each.account_id != one.account_id
        )
        found[one] = News(count.queue, count.pile, count.urgent, came_in, seen)
    return found


class Listener:
    """One open page. `over` says that its session ended, `ended` that nothing more will be told."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.news: News | None = None
        self.over = self.ended = False
        self._woken = asyncio.Event()

    def tell(self, news: News | None) -> None:
        """Tell what is new to it; None says that its session is over."""
        if news is None:
            self.over = True
            self.end()
        elif news != self.news:
            self.news = news
            self._woken.set()

    def end(self) -> None:
        self.ended = True
        self._woken.set()

    async def wait(self, seconds: float) -> bool:
        """Whether something was told within this time."""
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return False
        self._woken.clear()
        return True


class Hub:
    """The listeners of one process, and the one task that looks for all of them. Lives in one event loop."""

    def __init__(self, looking: Look, *, every: float = LOOK_SECONDS) -> None:
        self._look, self._every = looking, every
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self.looks = 0

    def has_room(self, login_id: int) -> bool:
        mine = sum(each.asked.login_id == login_id for each in self._listeners)
        return len(self._listeners) < LISTENERS_AT_MOST and mine < LISTENERS_PER_LOGIN

    def join(self, asked: Asked) -> Listener:
        listener = Listener(asked)
        self._listeners.add(listener)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run(), name="live")
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    async def _run(self) -> None:
        try:
            while self._listeners and not is_stopping():
                await self._tell_all()
                await self._pause()
        except Exception as error:  # noqa: BLE001 - whatever it is, the pages come again and the next task looks
            # The message of a bug may hold a name, so it is not logged.
            log.error("the live counts stopped: %s", type(error).__name__)  # noqa: TRY400
        finally:
            for listener in list(self._listeners):
                listener.end()

    async def _tell_all(self) -> None:
        asked = tuple({listener.asked for listener in self._listeners})
        self.looks += 1
        try:
            found = await run_in_threadpool(self._look, asked)
        except UnavailableError:
            return
        for listener in list(self._listeners):
            if listener.asked in found:
                listener.tell(found[listener.asked])

    async def _pause(self) -> None:
        left = self._every
        while left > 0 and self._listeners and not is_stopping():
            await asyncio.sleep(min(_STEP, left))
            left -= _STEP


async def stream(hub: Hub, asked: Asked, *, heartbeat: float = HEARTBEAT_SECONDS) -> AsyncIterator[bytes]:
    """The bytes of one event stream, until the page leaves, the session ends or the process stops."""
    listener = hub.join(asked)
    try:
        yield b"retry: 5000\n\n"
        while True:
            if not await listener.wait(heartbeat):
                yield b": hier\n\n"
                continue
            if listener.ended:
                # A process that stops is soon there again; a session that is over is not.
                if listener.over:
                    yield OVER
                return
            if listener.news is not None:
                yield listener.news.event()
    finally:
        hub.leave(listener)


def is_stopping() -> bool:
    """Whether the web server of this process was told to stop: it waits for open answers, and ours never end.

    The server installs its own handler of the signal, which is a method of the server that knows.
    """
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return bool(getattr(server, "should_exit", False))
