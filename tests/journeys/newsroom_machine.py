"""A newsroom that does everything an editor can do, in any order, while every public page is read after each step.

    python -m tests.journeys.newsroom_machine --steps 100000 [--seed N] [--from BATCH] [--store sqlite|postgres]

Every stretch of every text carries a word that stands nowhere else (a canary). A model of a few lines, which shares
nothing with the store, says which canaries may be seen now; whatever else turns up was never approved. Batches of
steps have seeds of their own, so a long run that ended goes on with `--from`, and a batch that failed is run alone.
"""

from __future__ import annotations

import argparse
import itertools
import re
import secrets
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from sqlmodel import Session
from starlette.testclient import TestClient

from service.app import create_app, create_running
from store import claims, items, moderation, revisions, stories
from store.database import Store, open_store
from store.drafts import EditedText
from store.errors import ChangedError, NotAllowedError
from store.tables import Item, Revision
from store.values import EventFacts, EventRisk, ExtractedItem, Form, Kind, Rights, Verdict
from tests.parts import postgres, samples, sqlite
from tests.parts.clock import Clock
from tests.parts.config import settings_in

CANARY = re.compile(r"zzq[bcdfghjklmnpqrtvwxz]{12}")
LETTERS = "bcdfghjklmnpqrtvwxz"
UNDO = 30
WHOLE_EVERY = 100
STEPS_OF_AN_EXAMPLE = 50
LISTS = (
    "/", "/nieuws", "/agenda", "/nieuws.rss", "/nieuws.atom", "/nieuws.json", "/agenda.ics", "/zaken",
)  # fmt: skip
NUMBERS = st.integers(0, 10**6)


@dataclass
class Text:
    """The canaries of one revision: `open` may be seen once it shows, `closed` never."""

    revision: int
    open: frozenset[str]
    closed: frozenset[str]
    risk: EventRisk = EventRisk.OPEN
    ends_at: datetime | None = None


@dataclass
class Known:
    """What the model knows of one item. `up` are the approved texts with the time from which each shows."""

    kind: Kind
    guid: str
    texts: dict[int, Text] = field(default_factory=dict)
    up: list[tuple[datetime, int]] = field(default_factory=list)
    down: bool = False
    held: bool = False
    sentences: list[tuple[datetime, str]] = field(default_factory=list)
    before: list[tuple[int, datetime, list[tuple[datetime, int]], bool, bool, list[tuple[datetime, str]]]] = field(
        default_factory=list
    )

    def shown(self, now: datetime) -> int | None:
        """Which revision may be seen now."""
        if self.down or self.held:
            return None
        come = [revision for at, revision in self.up if at <= now]
        return come[-1] if come else None

    def may_be_seen(self, now: datetime) -> frozenset[str]:
        shown = self.shown(now)
        if shown is None:
            return frozenset()
        told = [word for at, word in self.sentences if at <= now]
        return self.texts[shown].open | frozenset(told[-1:])

    def remember(self, revision: int, at: datetime) -> None:
        self.before.append((revision, at, list(self.up), self.down, self.held, list(self.sentences)))


class Place:
    """Where a machine lives: how to get a fresh, migrated database, and how to give it back."""

    def __init__(self, fresh: Callable[[], str], give_back: Callable[[str], None], folder: Path) -> None:
        self.fresh, self.give_back, self.folder = fresh, give_back, folder
        self.steps = 0
        self.pages = 0
        self.whole = 0
        self.seen = 0
        self.done: Counter[str] = Counter()


def machine_at(place: Place) -> type[RuleBasedStateMachine]:
    """The state machine on one database. Hypothesis makes one object of it for every example."""

    class Newsroom(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.url = place.fresh()
            self.store: Store = open_store(self.url)
            self.clock = Clock()
            self.known: dict[int, Known] = {}
            self.of_canary: dict[str, int] = {}
            self.chance = secrets.SystemRandom()
            with self.store.writing() as session:
                self.source = samples.add_source(session, self.clock.now)
                self.editors = [
                    samples.add_account(session, self.clock.now, f"redactie{number}@example.nl") for number in (1, 2)
                ]
            config = settings_in(place.folder, store={"url": self.url})
            running = create_running(config, self.store, self.clock)
            # Kept pages are looked after every quarter of a second; here a second passes between two looks at a page.
            self.app = create_app(running, seconds=itertools.count().__next__)
            self.client = TestClient(
                self.app, base_url="http://localhost:8000", follow_redirects=False, raise_server_exceptions=True
            )

        def teardown(self) -> None:
            self.client.close()
            self.store.close()
            place.give_back(self.url)

        # What happens

        @initialize()
        def begin(self) -> None:
            """Some things are up and some wait, so that there is something to see from the first step on."""
            for kind in (Kind.ARTICLE, Kind.EVENT, Kind.ARTICLE, Kind.EVENT, Kind.ARTICLE):
                self._offer(f"stuk-{len(self.known)}", kind, shown=True)
            for item_id in sorted(self.known)[:3]:
                self.approve_item(item_id, None, 0)
            self.clock.advance(seconds=UNDO + 1)
            self._look(*self.known)

        @rule(kind=st.sampled_from(Kind), shown=st.booleans())
        def ingest(self, kind: Kind, shown: bool) -> None:
            self._offer(f"stuk-{len(self.known)}", kind, shown=shown)

        @precondition(lambda self: self.known)
        @rule(which=NUMBERS, shown=st.booleans())
        def change(self, which: int, shown: bool) -> None:
            item_id = self._pick(which)
            self._offer(self.known[item_id].guid, self.known[item_id].kind, shown=shown)

        @precondition(lambda self: self.known)
        @rule(which=NUMBERS, who=st.integers(0, 1))
        def claim(self, which: int, who: int) -> None:
            item_id = self._pick(which)
            with self.store.writing() as session:
                claims.claim(
                    session, item_id, account_id=self.editors[who], login_id=None, now=self.clock.now, seconds=120
                )
            self._look(item_id)

        @precondition(lambda self: self.known)
        @rule(which=NUMBERS, later=st.sampled_from([None, None, None, 45, 120]), who=st.integers(0, 1))
        def approve(self, which: int, later: int | None, who: int) -> None:
            self.approve_item(self._pick(which), later, who)

        def approve_item(self, item_id: int, later: int | None, who: int) -> None:
            with self.store.reading() as session:
                row = session.get_one(Item, item_id)
            at = None if later is None else self.clock.now + timedelta(seconds=later)
            revision = row.waiting_revision_id
            if revision is None or not self._decide(item_id, revision, Verdict.APPROVE, at=at, who=who):
                return self._look(item_id)
            known = self.known[item_id]
            known.remember(revision, self.clock.now)
            self._put_up(known, revision, at)
            known.down = False
            return self._look(item_id)

        @precondition(lambda self: self.known)
        @rule(which=NUMBERS, also_wait=st.booleans())
        def approve_and_wait(self, which: int, also_wait: bool) -> None:
            """Most of what editors do, and without it little would ever be public here."""
            item_id = next((each for each in sorted(self.known) if self._waits(each)), self._pick(which))
            self.approve_item(item_id, None, 0)
            if also_wait:
                self.clock.advance(seconds=UNDO + 1)
                self._look(item_id)

        @precondition(lambda self: self.known)
        @rule(which=NUMBERS, who=st.integers(0, 1))
        def approve_as_first_of_two(self, which: int, who: int) -> None:
            item_id, row = self._row(which)
            revision = row.waiting_revision_id
            first = row.first_approval_revision_id == revision and row.first_approval_by not in {
                None,
                self.editors[who],
            }
            if revision is None or not self._decide(item_id, revision, Verdict.APPROVE, who=who, four_eyes=True):
                return self._look(item_id)
            known = self.known[item_id]
            known.remember(revision, self.clock.now)
            if first:
                self._put_up(known, revision, None)
                known.down = False
            return self._look(item_id)

        @precondition(lambda self: self.known)
        @rule(which=NUMBERS, verdict=st.sampled_from([Verdict.REJECT, Verdict.INTERNAL]))
        def decide_against(self, which: int, verdict: Verdict) -> None:
            item_id, row = self._row(which)
            revision = row.waiting_revision_id
            if revision is not None and self._decide(item_id, revision, verdict):
                self.known[item_id].remember(revision, self.clock.now)
            self._look(item_id)

        @precondition(lambda self: self.known)
        @rule(which=NUMBERS)
        def withdraw(self, which: int) -> None:
            item_id, row = self._row(which)
            revision = row.approved_revision_id
            if revision is not None and self._decide(item_id, revision, Verdict.WITHDRAW):
                self.known[item_id].remember(revision, self.clock.now)
                self.known[item_id].down = True
            self._look(item_id)

        @precondition(lambda self: self.known)
        @rule(which=NUMBERS, verdict=st.sampled_from([Verdict.HOLD, Verdict.RELEASE]))
        def keep_back_for_rights(self, which: int, verdict: Verdict) -> None:
            item_id, row = self._row(which)
            revision = row.current_revision_id or 0
            if self._decide(item_id, revision, verdict):
                self.known[item_id].remember(revision, self.clock.now)
                self.known[item_id].held = verdict is Verdict.HOLD
            self._look(item_id)

        @precondition(lambda self: self.known)
        @rule(which=NUMBERS)
        def reopen(self, which: int) -> None:
            item_id, row = self._row(which)
            revision = row.current_revision_id or 0
            if self._decide(item_id, revision, Verdict.REOPEN):
                self.known[item_id].remember(revision, self.clock.now)
            self._look(item_id)

        @precondition(lambda self: self.known)
        @rule(which=NUMBERS)
        def undo(self, which: int) -> None:
            item_id = self._pick(which)
            known = self.known[item_id]
            if known.before and self._decide(item_id, known.before[-1][0], Verdict.UNDO):
                assert self.clock.now < known.before[-1][1] + timedelta(seconds=UNDO), "this undo came too late"
                _, _, known.up, known.down, known.held, known.sentences = known.before.pop()
            self._look(item_id)

        @precondition(lambda self: self.known)
        @rule(which=NUMBERS, risk=st.sampled_from(EventRisk), hide=st.booleans())
        def edit(self, which: int, risk: EventRisk, hide: bool) -> None:
            item_id, row = self._row(which)
            with self.store.writing() as session:
                text, canaries = self._edited(self.known[item_id].kind, risk, hide=hide)
                made = moderation.edit(
                    session,
                    item_id,
                    row.current_revision_id or 0,
                    text,
                    account_id=self.editors[0],
                    now=self.clock.now,
                )
            self._note(item_id, made, canaries, text.event)
            self._look(item_id)

        @precondition(lambda self: self.known)
        @rule(which=NUMBERS)
        def correct(self, which: int) -> None:
            item_id, row = self._row(which)
            known = self.known[item_id]
            text, canaries = self._edited(known.kind, EventRisk.OPEN, hide=False)
            sentence = self._canary(item_id)
            try:
                with self.store.writing() as session:
                    made = moderation.correct(
                        session,
                        item_id,
                        row.current_revision_id or 0,
                        text,
                        f"De datum klopte niet {sentence}",
                        account_id=self.editors[0],
                        now=self.clock.now,
                        undo_seconds=UNDO,
                    )
            except (ChangedError, NotAllowedError):
                return self._look(item_id)
            known.remember(made.revision_id, self.clock.now)
            self._note(item_id, made.revision_id, canaries, text.event)
            self._put_up(known, made.revision_id, None)
            known.sentences = [*known.sentences, (known.up[-1][0], sentence)]
            return self._look(item_id)

        @precondition(lambda self: len(self.known) > 1)
        @rule(one=NUMBERS, other=NUMBERS)
        def merge(self, one: int, other: int) -> None:
            pair = self._pick(one), self._pick(other)
            try:
                with self.store.writing() as session:
                    stories.join(session, *pair, account_id=self.editors[0], now=self.clock.now)
            except NotAllowedError:
                pass
            self._look(*pair)

        @precondition(lambda self: self.known)
        @rule(which=NUMBERS)
        def split(self, which: int) -> None:
            item_id = self._pick(which)
            try:
                with self.store.writing() as session:
                    stories.split(session, item_id, account_id=self.editors[0], now=self.clock.now)
            except NotAllowedError:
                pass
            self._look(item_id)

        @rule(seconds=st.sampled_from([1, 5, 29, 30, 31, 60, 600]))
        def time_passes(self, seconds: int) -> None:
            self.clock.advance(seconds=seconds)
            self._look()

        # How it is done and what is seen

        def _pick(self, which: int) -> int:
            # One item in four is the newest: so that much happens to the same ones.
            numbers = sorted(self.known)
            return numbers[-1] if which % 4 == 0 else numbers[which % len(numbers)]

        def _waits(self, item_id: int) -> bool:
            with self.store.reading() as session:
                return session.get_one(Item, item_id).waiting_revision_id is not None

        def _row(self, which: int) -> tuple[int, Item]:
            item_id = self._pick(which)
            with self.store.reading() as session:
                return item_id, session.get_one(Item, item_id)

        def _decide(
            self,
            item_id: int,
            revision: int,
            verdict: Verdict,
            *,
            at: datetime | None = None,
            who: int = 0,
            four_eyes: bool = False,
        ) -> bool:
            try:
                with self.store.writing() as session:
                    moderation.decide(
                        session,
                        item_id,
                        revision,
                        verdict,
                        account_id=self.editors[who],
                        now=self.clock.now,
                        undo_seconds=UNDO,
                        reason="off_topic" if verdict is Verdict.REJECT else f"reden {self._canary(item_id)}",
                        privacy_checked=True,
                        at=at,
                        four_eyes=four_eyes,
                    )
            except (ChangedError, NotAllowedError):
                place.done[f"no {verdict}"] += 1
                return False
            place.done[str(verdict)] += 1
            return True

        def _put_up(self, known: Known, revision: int, at: datetime | None) -> None:
            """An approval takes the place of one that nobody saw yet; what shows stays until its time has come."""
            from_now = self.clock.now + timedelta(seconds=UNDO)
            text = known.texts[revision]
            if text.risk is EventRisk.AFTERWARDS and text.ends_at is not None:
                from_now = max(from_now, text.ends_at)
            if at is not None:
                from_now = max(from_now, at)
            hidden = known.down or known.held
            come = [] if hidden else [each for each in known.up if each[0] <= self.clock.now][-1:]
            known.up = [*come, (from_now, revision)]

        def _canary(self, item_id: int) -> str:
            word = "zzq" + "".join(self.chance.choices(LETTERS, k=12))
            self.of_canary[word] = item_id
            return word

        def _offer(self, guid: str, kind: Kind, *, shown: bool) -> None:
            title, excerpt, text, place, link = (self._canary(0) for _ in range(5))
            made: ExtractedItem = samples.article(
                guid,
                f"Inval om uitbuiting {title}",
                excerpt=f"De inspectie vond mensen {excerpt}",
                text=f"De inspectie vond mensen. Meer staat hier {text}",
                url=f"https://bron.example/{link}",
                reading=samples.reading(shown=shown),
                kind=kind,
                event=self._facts(place, EventRisk.OPEN) if kind is Kind.EVENT else None,
            )
            with self.store.writing() as session:
                told = items.offer(session, self.source, made, Rights.FULLTEXT_INTERNAL, self.clock.now)
            known = self.known.setdefault(told.item_id, Known(kind, guid))
            with self.store.reading() as session:
                row = session.get_one(Item, told.item_id)
                is_event = kind is Kind.EVENT or known.kind is Kind.EVENT
                risk = self._risk(session, row.current_revision_id or 0)
            seen = {title, excerpt, link} | ({place} if is_event and risk is EventRisk.OPEN else set())
            if self._link_hidden(row.current_revision_id or 0):
                seen.discard(link)
            closed = {title, excerpt, text, place, link} - seen
            for word in seen | closed:
                self.of_canary[word] = told.item_id
            ends = made.event.ends_at if made.event else None
            known.texts[row.current_revision_id or 0] = Text(
                row.current_revision_id or 0, frozenset(seen), frozenset(closed), risk, ends
            )
            self._look(told.item_id)

        def _facts(self, place: str, risk: EventRisk) -> EventFacts:
            starts_at = self.clock.now + timedelta(days=3)
            return EventFacts(starts_at, starts_at + timedelta(hours=2), place=f"Zaal {place}", risk=risk)

        def _edited(self, kind: Kind, risk: EventRisk, *, hide: bool) -> tuple[EditedText, Text]:
            title, excerpt, place = (self._canary(0) for _ in range(3))
            event = self._facts(place, risk) if kind is Kind.EVENT else None
            text = EditedText(
                f"Aangepaste titel {title}",
                f"Eigen samenvatting {excerpt}",
                (samples.BRABANT,),
                (Form.LABOUR,),
                event,
                link_hidden=hide,
            )
            seen = {title, excerpt} | ({place} if event is not None and risk is EventRisk.OPEN else set())
            ends = event.ends_at if event else None
            return text, Text(0, frozenset(seen), frozenset({title, excerpt, place} - seen), risk, ends)

        def _note(self, item_id: int, revision: int, canaries: Text, event: EventFacts | None) -> None:
            """The link of the source belongs to the text too, unless an editor hides it."""
            known = self.known[item_id]
            links = self._words_of_link(revision)
            hidden = self._link_hidden(revision)
            seen = canaries.open | (frozenset() if hidden else frozenset(links))
            known.texts[revision] = Text(
                revision, seen, canaries.closed, canaries.risk, event.ends_at if event else None
            )
            for word in seen | canaries.closed:
                self.of_canary[word] = item_id

        def _words_of_link(self, revision: int) -> list[str]:
            with self.store.reading() as session:
                return CANARY.findall(revisions.revision_text(session, _revision(session, revision)).url)

        def _link_hidden(self, revision: int) -> bool:
            with self.store.reading() as session:
                return _revision(session, revision).link_hidden

        def _risk(self, session: Session, revision: int) -> EventRisk:
            text = revisions.revision_text(session, _revision(session, revision))
            return text.event.risk if text.event else EventRisk.OPEN

        def _look(self, *touched: int) -> None:
            place.steps += 1
            self._read([*LISTS, *(path for item_id in touched for path in _pages_of(item_id))])
            for item_id in touched:
                self._shows_what_it_should(item_id)
            if place.steps % WHOLE_EVERY == 0:
                place.whole += 1
                self._read(self._whole_table())

        def _read(self, paths: list[str]) -> None:
            now = self.clock.now
            allowed = frozenset().union(*(known.may_be_seen(now) for known in self.known.values()))
            for path in paths:
                answer = self.client.get(path)
                place.pages += 1
                assert answer.status_code in {200, 301, 404, 410}, f"{path} answers {answer.status_code}"
                whole = answer.text + " ".join(f"{name}: {value}" for name, value in answer.headers.items())
                found = set(CANARY.findall(whole))
                place.seen += len(found)
                leaked = found - allowed
                assert not leaked, (
                    f"{path} shows what nobody approved at {now}: {leaked}, of the items "
                    f"{sorted({self.of_canary[word] for word in leaked})}"
                )

        def _shows_what_it_should(self, item_id: int) -> None:
            """Silence must not pass for safety: what is up is on its page, what was taken down is gone."""
            known, now = self.known[item_id], self.clock.now
            shown = known.shown(now)
            path = _pages_of(item_id)[0 if known.kind is Kind.ARTICLE else 1]
            answer = self.client.get(path, follow_redirects=True)
            if shown is None:
                assert answer.status_code in {404, 410}, f"{path} answers {answer.status_code} for what is not public"
            else:
                # While a second correction waits for its window, the sentence about the first one is not required.
                must = known.texts[shown].open | {word for at, word in known.sentences[-1:] if at <= now}
                missing = must - set(CANARY.findall(answer.text))
                assert not missing, f"{path} does not show {missing} of the approved text {shown}"

        def _whole_table(self) -> list[str]:
            numbers = sorted(self.known)[-20:]
            paths = [f"/nieuws?q={word}" for word in self._hidden_words()]
            for path in public_paths(self.app):
                if "{" not in path:
                    paths.append(path)
                else:
                    paths += [re.sub(r"\{[^}]+\}", str(number), path) for number in numbers]
            return [path for path in paths if not path.startswith("/nieuws?q=") or self._finds_nothing(path)]

        def _hidden_words(self) -> list[str]:
            now = self.clock.now
            allowed = frozenset().union(*(known.may_be_seen(now) for known in self.known.values()))
            return [word for word in self.of_canary if word not in allowed][-20:]

        def _finds_nothing(self, path: str) -> bool:
            """The page repeats the words that were asked for, so a find is a link to an item."""
            links = re.findall(r'href="(/(?:nieuws|agenda)/\d+[^"]*)"', self.client.get(path).text)
            assert not links, f"{path} finds {links} by a word that nobody approved"
            return False

    return Newsroom


def _revision(session: Session, revision: int) -> Revision:
    return session.get_one(Revision, revision)


def _pages_of(item_id: int) -> tuple[str, ...]:
    return f"/nieuws/{item_id}-x", f"/agenda/{item_id}-x", f"/agenda/{item_id}.ics"


def public_paths(app: FastAPI) -> list[str]:
    """Every public address that can be read, from the routes themselves."""
    routers = [included.original_router for included in app.routes if hasattr(included, "original_router")]
    routes = [route for router in routers for route in router.routes]
    return sorted({route.path for route in routes if "GET" in route.methods and not route.path.startswith("/redactie")})


def run_batch(place: Place, number: int, first_seed: int, steps: int) -> None:
    """One batch with a seed of its own. AssertionError when something unapproved was public."""
    machine = machine_at(place)
    examples = max(1, steps // STEPS_OF_AN_EXAMPLE)
    seed(first_seed + number)(machine)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS_OF_AN_EXAMPLE,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        ),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--from", dest="first", type=int, default=0, help="the batch to go on with")
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    asked = parser.parse_args()
    print(f"seed {asked.seed}, {asked.store}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cluster = postgres.start_cluster() if asked.store == "postgres" else None
        try:
            if cluster is not None:
                place = Place(cluster.fresh_database, cluster.give_back, folder)
            else:
                template = sqlite.migrated_file(folder)
                place = Place(lambda: sqlite.fresh_copy(template, folder), lambda _: None, folder)
            number, began = asked.first, time.monotonic()
            while place.steps < asked.steps:
                run_batch(place, number, asked.seed, 500)
                number += 1
                rate = place.steps / (time.monotonic() - began)
                print(
                    f"batch {number}: {place.steps:,} steps, {place.pages:,} pages read, {place.whole} times all of "
                    f"them, {place.seen:,} approved words seen, {rate:.0f} steps/s; go on with "
                    f"--seed {asked.seed} --from {number}",
                    flush=True,
                )
        finally:
            if cluster is not None:
                cluster.stop()
    print(", ".join(f"{count:,} {name}" for name, count in place.done.most_common()))
    print(f"{place.steps:,} steps: nothing unapproved was public")


if __name__ == "__main__":
    main()
