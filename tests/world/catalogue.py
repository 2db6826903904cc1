"""The catalogue of misbehaviour: every fault that a source showed us or others, with its name and why it is here.

Each fault lives at `/feed` of a server of its own, started when it is first asked for, so that its robots.txt and its
access log are its own too.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.demo.server import Answer, Asked, Listener, Raw, Seen
from tests.world import answers
from tests.world.answers import Say, body, good_feed, item_without, redirect, status

FEED = "/feed"
ALLOW = body("User-agent: *\nAllow: /\n", "text/plain")
GOOD = body(good_feed())
LOGIN = '<!doctype html><html lang="nl"><title>Inloggen</title><form><input type="password"></form></html>'
ACCENTS = good_feed().replace(b"Bericht 1", "Café ‘De Eén’ in Genève".encode())


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """What is said to everything but robots.txt, and what to robots.txt."""

    name: str
    why: str
    say: Say
    robots: Say = ALLOW


CATALOGUE = (
    Misbehaviour("missing", "404: feeds move, and one bad day is no reason to give up", status(404)),
    Misbehaviour("gone", "410: the source says it will not come back; the administrator must decide", status(410)),
    Misbehaviour("busy", "429 with seconds: who asks again too soon gets blocked", status(429, ("Retry-After", "120"))),
    Misbehaviour(
        "busy_until",
        "503 with a date in Retry-After, the other spelling of RFC 9110",
        status(503, ("Retry-After", "Tue, 24 Nov 2026 12:00:00 GMT")),
    ),
    Misbehaviour("server_error", "500: the fault is theirs, the next visit is ours", status(500)),
    Misbehaviour("silent", "the connection opens and nothing comes: only a clock helps", answers.never),
    Misbehaviour("drip", "a byte a second outlives every time-out between bytes", answers.drip),
    Misbehaviour("cut", "fewer bytes than promised: half a feed is not a feed", answers.cut),
    Misbehaviour("reset", "the connection breaks in the header", answers.reset),
    Misbehaviour("cut_gzip", "a packed body that ends half-way", answers.cut_gzip),
    Misbehaviour("large", "ten megabytes: a feed of a whole archive, or an attack", answers.large),
    Misbehaviour("gzip_bomb", "small on the wire, a hundred megabytes in memory", answers.gzip_bomb),
    Misbehaviour(
        "unclosed", "XML cut off by a template that failed; what came before can be read", body(good_feed(5)[:-300])
    ),
    Misbehaviour(
        "undefined_entities",
        "&nbsp; and &eacute; without a DTD: an everyday fault of home-made feeds",
        body(good_feed().replace(b"Bericht 1", b"Caf&eacute;&nbsp;De Vriendschap")),
    ),
    Misbehaviour(
        "wrong_charset",
        "the header says one charset, the document another; the document is right here",
        body(ACCENTS, "application/rss+xml; charset=iso-8859-1"),
    ),
    Misbehaviour(
        "windows_1252",
        "bytes of windows-1252 that call themselves utf-8: curly quotes become rubbish",
        body(ACCENTS.decode().encode("windows-1252")),
    ),
    Misbehaviour("false_304", "304 to a visitor who never was here, so there is nothing to keep", answers.false_304),
    Misbehaviour("never_304", "a new validator each time over the same body: only a hash notices", answers.never_304()),
    Misbehaviour("redirect_loop", "two addresses that point at each other", answers.circle),
    Misbehaviour(
        "redirect_chain", "a redirect that goes on for ever without repeating itself", answers.longer_and_longer
    ),
    Misbehaviour("redirect_private", "a redirect into the network of the visitor", redirect("http://10.0.0.1/feed")),
    Misbehaviour(
        "redirect_metadata",
        "a redirect to where cloud machines keep their keys",
        redirect("http://169.254.169.254/latest/meta-data/"),
    ),
    Misbehaviour("redirect_file", "a redirect to a file of the visitor", redirect("file:///etc/passwd")),
    Misbehaviour("login_page", "200 with a login page where the feed was", body(LOGIN, "text/html; charset=utf-8")),
    Misbehaviour("empty_feed", "a feed without entries is quiet, not broken", body(good_feed(0))),
    Misbehaviour("empty_body", "200 with nothing", body(b"")),
    Misbehaviour("no_guid", "an entry without guid must stay one item over two visits", body(item_without("guid"))),
    Misbehaviour("no_link", "an entry without link has no page to send a reader to", body(item_without("link"))),
    Misbehaviour("no_title", "an entry without title is news too", body(item_without("title"))),
    Misbehaviour("bare", "an entry without guid, link and title", body(item_without("guid", "link", "title"))),
    Misbehaviour("many", "two thousand entries: a whole archive in one feed", body(good_feed(answers.MANY))),
    Misbehaviour("same_guid", "two entries with one guid", body(good_feed(2).replace(b"bericht-2", b"bericht-1"))),
    Misbehaviour(
        "entity_bomb", "entities that unfold to thousands of millions of letters", body(answers.entity_bomb())
    ),
    Misbehaviour("external_entity", "a DTD that asks for a file of the visitor", body(answers.external_entity())),
    Misbehaviour("nested", "elements twenty thousand deep: a stack overflow", body(b"<rss>" + b"<a>" * answers.NESTED)),
    Misbehaviour("as_html", "a good feed that calls itself text/html, as many do", body(good_feed(), "text/html")),
    Misbehaviour(
        "robots_disallow",
        "robots.txt forbids it, so the rest is not ours to see",
        GOOD,
        body("User-agent: *\nDisallow: /\n"),
    ),
    Misbehaviour("robots_503", "RFC 9309 section 2.3.1.4: robots.txt that fails means no", GOOD, status(503)),
    Misbehaviour("robots_404", "no robots.txt means yes (RFC 9309 section 2.3.1.3)", GOOD, status(404)),
    Misbehaviour("robots_silent", "robots.txt never answers", GOOD, answers.never),
    Misbehaviour(
        "crawl_delay", "asks for more patience than our own two seconds", GOOD, body("User-agent: *\nCrawl-delay: 3\n")
    ),
)
BY_NAME = {fault.name: fault for fault in CATALOGUE}


class Catalogue:
    """The servers of the faults that were asked for. A context manager."""

    def __init__(self) -> None:
        self._listeners: dict[str, Listener] = {}

    def __enter__(self) -> Catalogue:  # noqa: PYI034
        return self

    def __exit__(self, *_: object) -> None:
        for listener in self._listeners.values():
            listener.stop()

    def url(self, name: str) -> str:
        """Where this fault is to be met."""
        if name not in self._listeners:
            fault = BY_NAME[name]
            self._listeners[name] = Listener(lambda asked: answer(fault, asked))
        return self._listeners[name].url(FEED)

    def requests(self, name: str) -> tuple[Seen, ...]:
        """Who asked what of this fault."""
        return self._listeners[name].requests


def answer(fault: Misbehaviour, asked: Asked) -> Answer | Raw:
    """What the server of a fault says."""
    return fault.robots(asked) if asked.path == "/robots.txt" else fault.say(asked)
