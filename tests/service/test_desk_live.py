"""The event stream: counts that follow, one look for all who listen, an end when the session ends."""

import asyncio
import json
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from service.desk import live
from service.desk.live import Asked, Hub, News
from store import accounts, claims
from store.values import Role
from tests.parts import samples
from tests.parts.desk import Desk, password_hash

PATIENCE = 10.0


@pytest.fixture
def desk(store, settings, clock):
    made = Desk(store, settings, clock)
    made.me = made.sign_in()
    return made


class Stream:
    """One open event stream against the whole application, with all that stands before its routes."""

    def __init__(self, desk, path="/redactie/live", **headers):
        self.status, self.headers, self.body = 0, {}, ""
        self._gone = asyncio.Event()
        cookie = f"sid={desk.client.cookies.get('sid')}"
        wanted = {"host": "localhost:8000", "accept": "text/event-stream", "cookie": cookie, **headers}
        path, _, query = path.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in wanted.items()],
            "client": ("127.0.0.1", 1), "server": ("localhost", 8000),
        }  # fmt: skip
        self.task = asyncio.create_task(desk.app(scope, self._receive, self._send))

    async def _receive(self):
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.body += message.get("body", b"").decode()

    @property
    def told(self):
        return [json.loads(line[6:]) for line in self.body.splitlines() if line.startswith('data: {"')]

    async def until(self, ready, what):
        end = time.monotonic() + PATIENCE
        while not ready():
            assert time.monotonic() < end, f"{what} did not come within {PATIENCE:.0f} s; told was:\n{self.body}"
            await asyncio.sleep(0.02)

    async def leave(self):
        self._gone.set()
        await asyncio.wait_for(self.task, PATIENCE)


@asynccontextmanager
async def listening(desk, *paths):
    streams = [Stream(desk, path) for path in paths or ("/redactie/live",)]
    try:
        yield streams if len(streams) > 1 else streams[0]
    finally:
        for stream in streams:
            await stream.leave()


def test_who_listens_is_told_the_counts_and_what_came_in(desk):
    (item,) = desk.offer(samples.article())
    seen = f"{desk.waiting(item)}.0"

    async def listen():
        async with listening(desk, f"/redactie/live?gezien={seen}") as stream:
            await stream.until(lambda: stream.told, "the first count")
            desk.offer(samples.article("twee"), samples.article("drie", reading=samples.reading(shown=False)))
            await stream.until(lambda: len(stream.told) > 1, "the second count")
            return stream

    stream = asyncio.run(listen())
    assert stream.status == 200
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.headers["cache-control"] == "no-store"
    assert "content-security-policy" in stream.headers
    first, second = stream.told
    assert (first["rij"], first["stapel"], first["nieuw"]) == (1, 0, 0)
    assert (second["rij"], second["stapel"], second["nieuw"]) == (2, 1, 1)
    assert "Inval" not in stream.body, "no title goes over the wire"


def test_colleagues_are_seen_to_look(desk):
    (item,) = desk.offer(samples.article())
    noor = desk.account(address="noor@voorbeeld.nl")

    async def listen():
        async with listening(desk) as stream:
            await stream.until(lambda: stream.told, "the first count")
            with desk.store.writing() as session:
                claims.claim(session, item, account_id=noor, login_id=None, seconds=60, now=desk.clock())
            await stream.until(lambda: len(stream.told) > 1, "the claim")
            return stream.told

    first, second = asyncio.run(listen())
    assert (first["kijkt"], second["kijkt"]) == ({}, {str(item): "Noor kijkt hiernaar"})


def test_one_look_for_all_who_listen_and_none_when_nobody_does(desk):
    async def listen():
        async with listening(desk, *["/redactie/live"] * 5) as streams:
            for stream in streams:
                await stream.until(lambda stream=stream: stream.told, "the first count")
            _, hub = desk.app.state.live
            before, began = hub.looks, time.monotonic()
            await asyncio.sleep(2.5)
            looks = hub.looks - before
            assert 1 <= looks <= 2, f"{looks} looks in {time.monotonic() - began:.1f} s"
        await asyncio.sleep(0.5)
        after = hub.looks
        await asyncio.sleep(2.5)
        return hub.looks - after

    assert asyncio.run(listen()) == 0


def test_the_stream_ends_when_the_session_ends(desk):
    async def listen():
        async with listening(desk) as stream:
            await stream.until(lambda: stream.told, "the first count")
            desk.clock.advance(minutes=desk.settings.desk.session_idle_minutes + 1)
            await asyncio.wait_for(stream.task, PATIENCE)
            return stream.body

    assert asyncio.run(listen()).endswith("event: voorbij\ndata: {}\n\n")


def test_listening_keeps_no_session_alive(desk):
    token = desk.client.cookies.get("sid")
    idle = desk.settings.desk.session_idle_minutes

    async def listen():
        async with listening(desk) as stream:
            await stream.until(lambda: stream.told, "the first count")
            desk.clock.advance(minutes=idle - 1)
            desk.offer(samples.article("nog een"))
            await stream.until(lambda: len(stream.told) > 1, "the next count")
            desk.clock.advance(minutes=2)
            await asyncio.wait_for(stream.task, PATIENCE)

    asyncio.run(listen())
    with desk.store.reading() as session:
        assert accounts.signed_in(session, token, now=desk.clock(), idle=timedelta(minutes=idle)) is None


def test_without_a_session_there_is_no_stream(desk):
    desk.client.cookies.clear()
    answer = desk.client.get("/redactie/live", headers={"accept": "text/event-stream"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/redactie/inloggen")


def test_who_asks_for_no_stream_gets_one_look(desk):
    desk.offer(samples.article())
    answer = desk.client.get("/redactie/live")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert json.loads(answer.text.removeprefix("data: "))["rij"] == 1


@pytest.mark.parametrize("seen", ["", "abc", "1", ".", "9" * 30, "-1.-1", "1.2.3"])
def test_a_mark_that_is_not_ours_does_no_harm(desk, seen):
    desk.offer(samples.article())
    assert desk.client.get(f"/redactie/live?gezien={seen}").status_code == 200


def test_too_many_listeners_are_sent_away_kindly(desk):
    async def listen():
        async with listening(desk, *["/redactie/live"] * live.LISTENERS_PER_LOGIN) as streams:
            for stream in streams:
                await stream.until(lambda stream=stream: stream.told, "the first count")
            extra = Stream(desk)
            await asyncio.wait_for(extra.task, PATIENCE)
            return extra.status, extra.body

    assert asyncio.run(listen()) == (200, "retry: 60000\n\n")


def test_a_silent_stream_says_that_it_is_there_and_nothing_is_told_twice():
    asked = Asked("t", 1, 1, (), 0, 0)
    told = iter([News(1, 0, 0, 0), News(1, 0, 0, 0), News(2, 0, 0, 0)])

    async def listen():
        last = News(2, 0, 0, 0)
        hub = Hub(lambda asked: {one: next(told, last) for one in asked}, every=0.05)
        found = []
        async for part in live.stream(hub, asked, heartbeat=0.2):
            found.append(part)
            if part.startswith(b":"):
                break
        return found

    parts = asyncio.run(listen())
    assert parts[0].startswith(b"retry:")
    assert [json.loads(part[6:])["rij"] for part in parts[1:-1]] == [1, 2]


def test_a_bug_in_looking_ends_the_streams_and_not_the_process(caplog):
    asked = Asked("t", 1, 1, (), 0, 0)

    def broken(_asked):
        raise RuntimeError("with a name in it")

    async def listen():
        hub = Hub(broken, every=0.05)
        return [part async for part in live.stream(hub, asked)]

    assert asyncio.run(asyncio.wait_for(listen(), PATIENCE)) == [b"retry: 5000\n\n"]
    assert "with a name" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_a_service_that_stops_does_not_wait_for_who_listens(start_service, store_url, store, clock):
    service = start_service()
    with store.writing() as session:
        now = datetime.now(UTC)
        made = accounts.accept(
            session, accounts.invite(session, Role.EDITOR, now=now), "anna@voorbeeld.nl", password_hash(), now=now
        )
        token = accounts.open_login(session, made, now=now)
    headers = {"accept": "text/event-stream", "cookie": f"sid={token}"}
    with httpx2.stream("GET", f"{service.url}/redactie/live", headers=headers, timeout=PATIENCE) as answer:
        lines = answer.iter_lines()
        while not next(lines).startswith("data:"):
            pass
        began = time.monotonic()
        assert service.stop() == 0
        assert time.monotonic() - began < 5
