"""The faults of the world of two hundred: what each site says while it is broken, and what a visit must call it.

Most come from the catalogue. The others spoil a site's own good document, so that after its recovery the same stories
are there, whole.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass, replace

from service.demo.server import Answer, Asked, Raw, Wire
from store.health import ProblemKind
from store.values import Cause
from tests.world import answers
from tests.world.catalogue import BY_NAME, LOGIN

Spoil = Callable[[Asked, Answer], Answer | Raw]
"""What a broken site says to a request, given its good answer."""
DRIP_SECONDS = 600
FAILING, BLOCKED = ProblemKind.FAILING, ProblemKind.BLOCKED


@dataclass(frozen=True, slots=True)
class Fault:
    """`many` sites have it; `cause` is what their visits must say, None when nothing is wrong with the visit itself.

    `problem` is what the administrator must be told once it lasts, None when the visit's own sentence is enough.
    `form` is what the sites are when they are well. `past` says that a good visit must come before. `slow` faults hold
    a visit until our clock ends it. `robots` is said to robots.txt. A site that is `absent` does not listen, or its
    name is not known. The fault shows at the source's own address, or `everywhere` on the site.
    """

    name: str
    cause: Cause | None
    problem: ProblemKind | None
    spoil: Spoil
    many: int = 1
    form: str = "rss"
    past: bool = False
    slow: bool = False
    robots: answers.Say | None = None
    absent: bool = False
    everywhere: bool = False
    small: bool = False


def good(_asked: Asked, whole: Answer) -> Answer:
    return whole


def known(name: str) -> Spoil:
    """What the fault of this name says in the catalogue."""
    return lambda asked, _whole: BY_NAME[name].say(asked)


def says(code: int, *headers: tuple[str, str]) -> Spoil:
    return lambda asked, _whole: answers.status(code, *headers)(asked)


def half(_asked: Asked, whole: Answer) -> Raw:
    """More bytes promised than sent."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {whole.type}\r\nContent-Length: {len(whole.body)}\r\n\r\n".encode()
    return Raw(lambda wire: wire.send(head + whole.body[: len(whole.body) // 2]))


def half_packed(_asked: Asked, whole: Answer) -> Answer:
    packed = gzip.compress(whole.body, mtime=0)
    return replace(whole, body=packed[: len(packed) // 2], headers=(("Content-Encoding", "gzip"),), packed=False)


def slow_header(_asked: Asked, _whole: Answer) -> Raw:
    """A slow loris: a header of ten minutes, a byte a second."""

    def write(wire: Wire) -> None:
        wire.send(b"HTTP/1.1 200 OK\r\nX-Wacht: ")
        for _ in range(DRIP_SECONDS):
            wire.send(b"a")
            if not wire.wait(1.0):
                return

    return Raw(write)


def unclosed(_asked: Asked, whole: Answer) -> Answer:
    """The template failed in the middle of the last entry but one."""
    return replace(whole, body=whole.body[: whole.body.rindex(b"<pubDate>", 0, whole.body.rindex(b"<item>"))])


def mixed_up(_asked: Asked, whole: Answer) -> Answer:
    """Tags that close what they did not open."""
    return replace(whole, body=whole.body.replace(b"</title><link>", b"</b></title><link>").replace(b"</guid>", b"", 1))


def wrong_letters(_asked: Asked, whole: Answer) -> Answer:
    """The western encoding that calls itself UTF-8: everybody can tell, so it is read rightly."""
    return replace(whole, body=whole.body.decode().encode("windows-1252", "replace"))


def damaged_letters(_asked: Asked, whole: Answer) -> Answer:
    """UTF-8 in which a database cut some letters in half."""
    return replace(whole, body=whole.body.replace(b"\xc3\xa9", b"\xc3", 3))


def login_page(_asked: Asked, _whole: Answer) -> Answer:
    return Answer(body=LOGIN.encode())


def to_login(asked: Asked, _whole: Answer) -> Answer:
    if asked.path == "/inloggen":
        return Answer(body=LOGIN.encode())
    return Answer(status=302, headers=(("Location", "/inloggen"),))


def rebuilt(_asked: Asked, _whole: Answer) -> Answer:
    """The same address in new clothes: nothing of the old markup is left, and nothing of the news."""
    return Answer(body=b'<!doctype html><html lang="nl"><title>Nieuw</title><div id=app></div><p>Welkom.</p></html>')


def emptied(_asked: Asked, _whole: Answer) -> Answer:
    return Answer(
        body=b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Verzonnen//NL\r\nEND:VCALENDAR\r\n", type="text/calendar"
    )


def reserved(_asked: Asked, whole: Answer) -> Answer:
    return replace(whole, headers=(("tdm-reservation", "1"),))


NOTHING = b"User-agent: *\nDisallow: /\n"
FAULTS = (
    Fault("missing", Cause.MISSING, FAILING, known("missing"), 2, small=True),
    Fault("gone", Cause.GONE, ProblemKind.GONE, known("gone"), 2, small=True),
    Fault("busy", Cause.BUSY, FAILING, known("busy"), small=True),
    Fault("busy_until", Cause.BUSY, FAILING, known("busy_until")),
    Fault("server_error", Cause.SERVER, FAILING, known("server_error"), 2, small=True),
    Fault("silent", Cause.SLOW, FAILING, known("silent"), 2, slow=True, small=True),
    Fault("drip_body", Cause.SLOW, FAILING, known("drip"), 2, slow=True, small=True),
    Fault("drip_header", Cause.SLOW, FAILING, slow_header, 2, slow=True),
    Fault("robots_silent", Cause.SLOW, FAILING, good, slow=True, robots=answers.never),
    Fault("cut", Cause.CUT, None, half, 2, small=True),
    Fault("cut_gzip", Cause.CUT, None, half_packed),
    Fault("reset", Cause.NO_CONNECTION, FAILING, known("reset")),
    Fault("large", Cause.TOO_LARGE, FAILING, known("large"), small=True),
    Fault("gzip_bomb", Cause.BOMB, FAILING, known("gzip_bomb"), 2, small=True),
    Fault("unclosed", Cause.CUT, None, unclosed),
    Fault("mixed_up", Cause.MALFORMED, None, mixed_up),
    Fault("wrong_letters", None, None, wrong_letters),
    Fault("damaged_letters", Cause.LETTERS, None, damaged_letters, small=True),
    Fault("false_304", Cause.FALSE_304, FAILING, known("false_304"), 2, small=True),
    Fault("redirect_loop", Cause.REDIRECTS, FAILING, known("redirect_loop"), everywhere=True, small=True),
    Fault("redirect_chain", Cause.REDIRECTS, FAILING, known("redirect_chain"), everywhere=True),
    Fault("redirect_private", Cause.REFUSED, FAILING, known("redirect_private")),
    Fault("login_page", Cause.LOGIN, BLOCKED, login_page, small=True),
    Fault("login_401", Cause.LOGIN, BLOCKED, says(401)),
    Fault("login_302", Cause.LOGIN, BLOCKED, to_login, everywhere=True),
    Fault("rebuilt", Cause.DRIFT, ProblemKind.DRIFT, rebuilt, 2, form="page", past=True, small=True),
    Fault("rebuilt_agenda", Cause.DRIFT, ProblemKind.DRIFT, rebuilt, form="events", past=True),
    Fault("emptied", Cause.VANISHED, ProblemKind.VANISHED, emptied, form="calendar", past=True, small=True),
    Fault("robots_disallow", Cause.ROBOTS, BLOCKED, good, robots=answers.body(NOTHING, "text/plain"), small=True),
    Fault("robots_500", Cause.ROBOTS, BLOCKED, good, robots=answers.status(500)),
    Fault("forbidden", Cause.BLOCKED, BLOCKED, says(403)),
    Fault("no_name", Cause.NO_NAME, FAILING, good, absent=True),
    Fault("refused", Cause.NO_CONNECTION, FAILING, good, absent=True),
    Fault("reserved", None, None, reserved, small=True),
    # A document that hangs its reader is ended in tests/crawler/test_visiting.py, by a parser with little time.
    Fault("entity_bomb", Cause.BOMB, FAILING, known("entity_bomb"), 2),
    Fault("a_page", Cause.NOT_OURS, FAILING, rebuilt),
)
"""47 sites; those that are `small` count 16 together."""
BY_FAULT = {fault.name: fault for fault in FAULTS}
