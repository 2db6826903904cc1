"""What must hold after every kill (TRUST INV-1, 3, 6, 8, 9, 10), checked from outside: each breach as one sentence."""

from __future__ import annotations

import html
import re
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import httpx2
import sqlalchemy as sa
from sqlmodel import col, select

from store import chain
from store.database import Store, open_store
from store.secrets import Secrets
from store.tables import CalendarEntry, Decision, Item, Notice, Revision, Subscriber
from store.values import Kind
from tests.parts.canaries import CANARY
from tests.parts.clicking import Click

LISTS = ("/", "/nieuws.rss", "/nieuws.atom", "/nieuws.json", "/agenda", "/agenda.ics", "/sitemap.xml")
NEXT_PAGE = re.compile(r'href="(/nieuws\?[^"]*\bna=[^"]+)"')
NEWS_LINE = re.compile(r'<a href="/(?:nieuws|agenda)/\d+')
TOLD = ("sent", "in_doubt")
LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Made:
    """A stored decision, with the canary of the text it is about."""

    id: int
    item_id: int
    revision_id: int
    verdict: str
    reason: str
    undoes: int | None
    canary: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What stands in the database: decisions in order, the newest canary of each item, and which items are events."""

    decisions: tuple[Made, ...]
    newest: dict[int, str]
    events: frozenset[int]
    canaries: frozenset[str]


def stored(store: Store) -> Stored:
    with store.reading() as session:
        decisions = session.exec(select(Decision).order_by(col(Decision.id))).all()
        items = session.exec(select(Item)).all()
        # Last, because a crawl goes on meanwhile: PostgreSQL shows each query what was committed before it.
        texts = {row.id: _canary(row.title) for row in session.exec(select(Revision))}
    return Stored(
        tuple(
            Made(row.id or 0, row.item_id, row.revision_id, row.verdict, row.reason, row.undoes, texts[row.revision_id])
            for row in decisions
        ),
        {row.id or 0: texts[row.current_revision_id] for row in items},
        frozenset(row.id or 0 for row in items if row.kind == Kind.EVENT),
        frozenset(texts.values()),
    )


def _canary(text: str) -> str:
    found = CANARY.search(text)
    return found[0] if found else f"no canary in {text!r}"


def up(decisions: Iterable[Made]) -> dict[int, str]:
    """Per item, the canary that must be public: decisions replayed one by one, without looking at the item."""
    now: dict[int, tuple[str, bool]] = {}
    before: dict[int, tuple[str, bool]] = {}
    nothing = ("", True)
    for made in decisions:
        before[made.id] = now.get(made.item_id, nothing)
        if made.verdict == "approve":
            now[made.item_id] = (made.canary, False)
        elif made.verdict == "withdraw":
            now[made.item_id] = (now.get(made.item_id, nothing)[0], True)
        elif made.verdict == "undo" and made.undoes is not None:
            now[made.item_id] = before[made.undoes]
    return {item: canary for item, (canary, down) in now.items() if not down}


def decisions_kept(decisions: Sequence[Made], clicks: Sequence[Click]) -> Iterator[str]:
    """Every answered click is a decision, every decision was clicked, on the text that stood on the screen."""
    marks = Counter(made.reason for made in decisions)
    for click in clicks:
        if click.verdict == "reject":
            continue
        count = marks.pop(click.mark, 0)
        if click.stored and count != 1:
            yield f"{click.mark} ({click.verdict}, item {click.item_id}) was answered 303 and is stored {count} times"
        if click.status not in {None, 303} and count:
            yield f"{click.mark} was answered {click.status} and is stored all the same"
        if click.status is None and count > 1:
            yield f"{click.mark} was sent once and is stored {count} times"
    by_mark = {click.mark: click for click in clicks}
    for made in decisions:
        click = by_mark.get(made.reason)
        # A withdrawal is about the text that is up, which need not be the newest one on the screen.
        if click is not None and made.canary != click.canary and made.verdict != "withdraw":
            yield f"decision {made.id} is about another text than the one on the screen of {click.mark}"
        if click is None and made.verdict != "reject":
            yield f"decision {made.id} ({made.verdict}) was made by nobody"
    yield from _rejections_kept(decisions, [click for click in clicks if click.verdict == "reject"])


def _rejections_kept(decisions: Sequence[Made], clicks: Sequence[Click]) -> Iterator[str]:
    made = Counter(each.revision_id for each in decisions if each.verdict == "reject")
    answered = Counter(click.revision_id for click in clicks if click.stored)
    open_ones = Counter(click.revision_id for click in clicks if click.status is None)
    for revision in made | answered:
        if not answered[revision] <= made[revision] <= answered[revision] + open_ones[revision]:
            yield (
                f"revision {revision} has {made[revision]} rejections, but {answered[revision]} were answered 303 "
                f"and {open_ones[revision]} never answered"
            )


def database_sound(store: Store) -> Iterator[str]:
    """The chain verifies, the file is whole, nothing is double, no item lost its text."""
    with store.reading() as session:
        report = chain.verify(session)
        if not report.ok:
            yield report.sentence
        connection = session.connection()
        double = sa.select(Item.source_id, Item.guid).group_by(Item.source_id, Item.guid).having(sa.func.count() > 1)
        for source_id, guid in connection.execute(double):
            yield f"item {guid} of source {source_id} is there twice"
        bare = sa.select(Item.id).where(col(Item.current_revision_id).is_(None))
        for (item_id,) in connection.execute(bare):
            yield f"item {item_id} is there without a text"
    if store.dialect == "sqlite":
        yield from _file_sound(store)


def _file_sound(store: Store) -> Iterator[str]:
    """On a connection of its own: one that looked before reports a full text index that others changed as corrupt.

    (Seen with SQLite 3.53.4: the check of FTS5 trusts what its connection remembers of the index. Queries do not.)
    """
    fresh = open_store(store.url)
    with closing(fresh), fresh.reading() as session:
        for pragma in ("integrity_check", "foreign_key_check"):
            said = [tuple(row) for row in session.connection().exec_driver_sql(f"PRAGMA {pragma}")]
            if said not in ([], [("ok",)]):
                yield f"PRAGMA {pragma} says {said[:5]}"


@dataclass
class Surface:
    """Everything a reader can open, as somebody without an account; `pages` holds the canaries found at each path."""

    client: httpx2.Client
    pages: dict[str, set[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def open(self, path: str, *fine: int) -> str:
        """The text of a page; any status but 200 and `fine` is a problem."""
        answer = self.client.get(path, follow_redirects=True)
        if answer.status_code not in {200, *fine}:
            self.problems.append(f"{path} answered {answer.status_code}")
        text = answer.text.replace("\r\n ", "")  # calendars fold their lines
        self.pages[path] = set(CANARY.findall(text)) | set(CANARY.findall(str(answer.url)))
        return text

    def open_lists(self) -> set[str]:
        """All lists and feeds; gives the canaries of `/nieuws`, all its pages together, and of `/agenda`."""
        for path in LISTS:
            self.open(path)
        found, path, seen = set(self.pages["/agenda"]), "/nieuws", set()
        while path and path not in seen:
            seen.add(path)
            text = self.open(path)
            found |= self.pages[path]
            further = NEXT_PAGE.search(text)
            path = html.unescape(further[1]) if further else ""
        return found

    def finds(self, canary: str) -> bool:
        """Whether the search finds something. The word itself stands on the page anyway, in the search field."""
        return NEWS_LINE.search(self.client.get("/nieuws", params={"q": canary}).text) is not None


def only_approved_is_public(url: str, now: Stored, *, whole: bool) -> Iterator[str]:
    """The site shows exactly what the decisions say. `whole` opens every item's page and searches for every canary."""
    expected = up(now.decisions)
    with httpx2.Client(base_url=url, timeout=30) as client:
        surface = Surface(client)
        listed = surface.open_lists()
        if whole:
            for item_id in now.newest:
                for path in (f"/nieuws/{item_id}", f"/agenda/{item_id}", f"/agenda/{item_id}.ics"):
                    surface.open(path, 404, 410)
        yield from surface.problems
        for path, canaries in surface.pages.items():
            for canary in canaries - set(expected.values()):
                yield f"{path} shows {canary}, which is not approved (or not any more)"
        for item_id, canary in expected.items():
            if canary not in listed:
                yield f"item {item_id} is approved with {canary}, and neither /nieuws nor /agenda shows it"
        news = {canary: item_id not in now.events for item_id, canary in expected.items()}
        for canary in sorted(now.canaries)[:: 1 if whole else 20]:
            if surface.finds(canary) != news.get(canary, False):
                yield f"searching for {canary} {'finds nothing' if news.get(canary) else 'finds something'}"


@dataclass
class PasserBy:
    """Looks at the site all the time, also while it is killed and started; `seen` says where each canary stood."""

    url: str
    seen: dict[str, str] = field(default_factory=dict)

    def go_on(self, stopping: threading.Event) -> None:
        with httpx2.Client(base_url=self.url, timeout=30) as client:
            while not stopping.wait(LOOK_SECONDS):
                for path in ("/nieuws.json", "/agenda"):
                    try:
                        answer = client.get(path)
                    except httpx2.TransportError:
                        continue
                    for canary in CANARY.findall(answer.text):
                        self.seen.setdefault(canary, path)


def only_approved_was_ever_seen(seen: Mapping[str, str], clicks: Sequence[Click]) -> Iterator[str]:
    """Not even for a moment does a text show that nobody sent an approval for."""
    approved = {click.canary for click in clicks if click.verdict == "approve"}
    for canary, path in seen.items():
        if canary not in approved:
            yield f"{path} showed {canary} for a while, and nobody ever approved it"


def no_mail_twice(mails: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Nobody gets the mail about one event twice, whether its first copy was answered or is in doubt.

    Who was told that it was withdrawn is told anew when it is back, under a higher number. A withdrawal alone may come
    once more when its first copy is in doubt (INV-10).
    """
    seen: dict[tuple[str, str, str, int], bool] = {}
    for mail in mails:
        if mail["event"] is None:
            continue
        key = (mail["to"][0], mail["event"], mail["method"], mail["version"])
        if key in seen and (seen[key] or mail["method"] != "CANCEL"):
            said = "" if seen[key] else "not "
            yield f"{key[0]} got the mail about {key[1]} again ({key[2]}); the first was {said}answered"
        seen[key] = mail["answered"] or key in seen


def everybody_is_told(
    store: Store, secrets: Secrets, now: Stored, mails: Sequence[Mapping[str, Any]], readers: Sequence[str]
) -> Iterator[str]:
    """When all is quiet: each reader was told of each event that is up, or the doubt is on record; never neither.

    And who was told of an event that is not up any more was told that it is withdrawn.
    """
    with store.reading() as session:
        uids = {row.item_id: row.uid for row in session.exec(select(CalendarEntry))}
        query = select(Notice, Subscriber).where(Notice.subscriber_id == Subscriber.id, Notice.kind != "confirmation")
        all_rows = [(secrets.unseal(who.address_sealed), notice) for notice, who in session.exec(query)]
        gone = {row.id for row in session.exec(select(Item)) if row.taken_down_at or row.rights_held_at}
    yield from _withdrawals_are_told(all_rows, uids, gone, mails)
    # What a withdrawal stopped is on record as dropped, and was told to nobody.
    rows = [(address, notice) for address, notice in all_rows if notice.kind == "new" and notice.state != "dropped"]
    states: dict[tuple[str, str], str] = {}
    for address, notice in sorted(rows, key=lambda row: row[1].version):
        key = (address, uids[notice.item_id])
        states[key] = states[key] if states.get(key) in TOLD and notice.state not in TOLD else notice.state
    taken = {(mail["to"][0], mail["event"]) for mail in mails if mail["method"] == "PUBLISH"}
    for address, uid in taken:
        if states.get((address, uid)) not in TOLD:
            yield f"{address} got the mail about {uid}, and its notice is {states.get((address, uid), 'not there')}"
    for (address, uid), state in states.items():
        if state == "sent" and (address, uid) not in taken:
            yield f"the notice to {address} about {uid} is sent, and the mail server never took it"
        if state not in TOLD:
            yield f"the notice to {address} about {uid} is still {state}"
    for item_id in up(now.decisions):
        for address in readers if item_id in now.events else ():
            if (address, uids.get(item_id, "")) not in states:
                yield f"event {item_id} is up, and nothing was ever written to tell {address}"


def _withdrawals_are_told(
    rows: Sequence[tuple[str | None, Notice]],
    uids: Mapping[int, str],
    gone: Iterable[int | None],
    mails: Sequence[Mapping[str, Any]],
) -> Iterator[str]:
    """Exactly who has a mail about an event that is gone was told so, by the notices and by what the server took."""
    newest: dict[tuple[str | None, int | None, str], int] = {}
    for address, notice in rows:
        if notice.state in TOLD:
            key = (address, notice.item_id, notice.kind)
            newest[key] = max(newest.get(key, -1), notice.version)
        elif notice.kind == "correction" and notice.state != "dropped":
            yield f"the withdrawal of item {notice.item_id} to {address} is still {notice.state}"
    for (address, item_id, kind), version in newest.items():
        if kind == "new" and item_id in gone and newest.get((address, item_id, "correction"), -1) < version:
            yield f"{address} was told of item {item_id}, which is withdrawn, and was never told that"
    cancelled = {(mail["to"][0], mail["event"]) for mail in mails if mail["method"] == "CANCEL"}
    # Also who may have had one: the doubt counts as told.
    had_one = {(address, uids[item_id]) for address, item_id, kind in newest if kind == "new" and item_id in uids}
    for address, uid in cancelled - had_one:
        yield f"{address} was told that {uid} is withdrawn, and never heard of it before"
