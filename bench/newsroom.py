"""How long an editor waits: the queue, a verdict, a search, with 50,000 items stored of which 5,000 wait, on SQLite.

`python -m bench.newsroom [--items 50000] [--pending 5000] [--rounds 60] [--write]`. The service runs in a process of
its own; one browser asks one thing after the other, as one editor does. Each figure stands beside a bare answer of as
many bytes by the same kind of server, and the bare query for fifty lines. Ends with 1 when a limit of issue 5 is
passed. `--write` writes the table into docs/measured.md.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pysqlite3
import sqlalchemy as sa

from store import accounts, items, passwords, reviews
from store.database import Store, migrate, open_store
from store.settings import load
from store.tables import Source
from store.values import (
    PROVINCES,
    EventFacts,
    ExtractedItem,
    Form,
    FormFound,
    Kind,
    Reading,
    Region,
    Relevance,
    ReviewKind,
    Rights,
    Role,
)
from tests.parts import service
from tests.parts.config import write_config

SEED = 20261124
QUEUE_LIMIT, VERDICT_LIMIT = 150.0, 100.0
"""Milliseconds at the 95th percentile (issue 5)."""
HEAD = "## The newsroom"
CHUNK = 1000
TICKS = os.sysconf("SC_CLK_TCK")
SOURCES = 60
MADE_OF = """
inval loods uitzendbureau onderzoek gemeente inspectie verdachte rechtbank zitting signalen uitbuiting jongeren hotel
haven kwekerij slachterij chauffeurs opvang meldpunt cijfers aangifte officier eis vonnis avond bijeenkomst
"""
WORDS = MADE_OF.split()
RARE = 20_000
"""Other words, of which few stand in many texts and many in few, as in any language."""
BARE = """
import sys
from pathlib import Path
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
body = Path(sys.argv[1]).read_bytes()
async def answer(request):
    return Response(body, media_type="text/html")
app = Starlette(routes=[Route("/redactie", answer)])
uvicorn.run(app, port=int(sys.argv[2]), log_level="error", access_log=False)
"""
BARE_QUERY = """
SELECT i.id, r.title, s.name FROM item i
JOIN revision r ON r.id = i.waiting_revision_id JOIN source s ON s.id = i.source_id
WHERE i.state = 'pending' ORDER BY i.priority DESC, i.id LIMIT 50"""


@dataclass(frozen=True)
class Figure:
    """Milliseconds. `cpu` is what the server worked on one answer: the steadier figure on a machine that is busy."""

    name: str
    median: float
    p95: float
    cpu: float
    limit: float | None = None

    @property
    def passed(self) -> bool:
        return self.limit is None or self.p95 < self.limit


def made(number: int, chance: random.Random, *, shown: bool, now: datetime) -> ExtractedItem:
    title = " ".join(chance.choices(WORDS, k=7)).capitalize()
    rare = (f"woord{int(RARE ** chance.random())}" for _ in range(120))
    text = " ".join([*chance.choices(WORDS, k=60), *rare])
    regions = (Region(chance.choice(PROVINCES), f"Plaats {chance.randrange(340)}"),) if chance.random() < 0.9 else ()
    score = chance.uniform(0.4, 1.0) if shown else chance.uniform(0.0, 0.3)
    reading = Reading(
        regions, (FormFound(chance.choice(list(Form))),), Relevance(score, shown, ("uitbuiting",)), language="nl"
    )
    then = now - timedelta(minutes=chance.randrange(1, 500_000))
    url = f"https://bron.example/{number}"
    item = ExtractedItem(f"n{number}", Kind.ARTICLE, url, title, text[:140], text, then, reading)
    if number % 20:
        return item
    return replace(item, kind=Kind.EVENT, event=EventFacts(now + timedelta(days=chance.randrange(1, 90)), place="Zaal"))


def fill(store: Store, count: int, pending: int, now: datetime) -> str:
    """Items, decisions and reviews; returns the token of an editor who is signed in."""
    chance = random.Random(SEED)
    with store.writing() as session:
        sources = [
            Source(
                key=f"bron-{number}", name=f"Omroep {number}", url=f"https://bron.example/{number}", kind="feed",
                region="Limburg", rights="fulltext-internal", pace_seconds=1800, host=f"bron{number}.example:443",
                created_at=now, next_due_at=now, paused=True, trust=chance.random(),
            )
            for number in range(SOURCES)
        ]  # fmt: skip
        session.add_all(sources)
        session.flush()
        ids = [source.id or 0 for source in sources]
        token = accounts.invite(session, Role.EDITOR, now=now)
        editor = accounts.accept(
            session, token, "anna@voorbeeld.nl", passwords.hashed("fiets lamp wolk dromedaris"), now=now
        )
        cookie = accounts.open_login(session, editor, now=now)
    waits = set(random.Random(SEED + 1).sample(range(count), pending))
    piled = count - pending - count // 4
    number = 0
    for start in range(0, count, CHUNK):
        with store.writing() as session:
            offered = [
                made(number, chance, shown=number in waits, now=now)
                for number in range(start, min(count, start + CHUNK))
            ]
            items.offer_all(session, ids[(start // CHUNK) % SOURCES], offered, Rights.FULLTEXT_INTERNAL, now)
    with store.writing() as session:
        connection = session.connection()
        decided = "SELECT id FROM item WHERE state = 'pile' ORDER BY id LIMIT :many"
        connection.execute(
            sa.text(f"UPDATE item SET state = 'rejected', waiting_revision_id = NULL WHERE id IN ({decided})"),
            {"many": max(0, count - pending - piled)},
        )
        connection.execute(
            sa.text(
                "INSERT INTO decision (item_id, revision_id, account_id, verdict, reason, privacy_checked, made_at,"
                " before, after, revision_digest, salt, reason_digest, previous_hash, hash) SELECT id,"
                " current_revision_id, :who, 'reject', 'off_topic', 0, :at, '{}', '{}', '', '', '', 'p' || id,"
                " 'h' || id FROM item WHERE state = 'rejected'"
            ),
            {"who": editor, "at": (now - timedelta(days=2)).replace(tzinfo=None)},
        )
        for number in range(40):
            reviews.open_review(
                session,
                ReviewKind.STORY,
                number,
                item_id=number + 1,
                priority=0.6,
                reasons=["dezelfde plaats"],
                now=now,
            )
        connection.execute(sa.text("ANALYZE"))
    return cookie


class Browser:
    """One kept connection with a session."""

    def __init__(self, port: int, cookie: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {"Host": f"localhost:{port}", "Cookie": f"sid={cookie}", "Sec-Fetch-Site": "same-origin"}

    def get(self, path: str) -> bytes:
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, f"{path} answered {answer.status}"
        return body

    def post(self, path: str, fields: dict[str, object]) -> str:
        form = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", path, urllib.parse.urlencode(fields), form)
        answer = self.connection.getresponse()
        answer.read()
        assert answer.status == 303, f"{path} answered {answer.status}"
        return (answer.getheader("location") or "").partition("#")[0]


def worked(pid: int) -> float:
    """Milliseconds of CPU that a process used so far."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) * 1000 / TICKS


def timed(name: str, act: Callable[[], object], rounds: int, limit: float | None = None, pid: int = 0) -> Figure:
    found = []
    act()
    before = worked(pid or os.getpid())
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        found.append((time.perf_counter() - began) * 1000)
    cpu = (worked(pid or os.getpid()) - before) / rounds
    return Figure(name, statistics.median(found), sorted(found)[max(0, int(len(found) * 0.95) - 1)], cpu, limit)


def verdicts(browser: Browser, file: Path, rounds: int, pid: int) -> list[Figure]:
    """Verdicts from the top of the queue down: the post alone, and with the page that follows it."""
    reading = pysqlite3.connect(file)
    alone, whole = [], []
    found = reading.execute("SELECT id FROM item WHERE state = 'pending' ORDER BY priority DESC, id LIMIT 1").fetchone()
    item, work, all_work = int(found[0]), 0.0, 0.0
    for number in range(rounds):
        waits = reading.execute("SELECT waiting_revision_id FROM item WHERE id = ?", (item,)).fetchone()[0]
        sent = ({"verdict": "approve"}, {"verdict": "reject", "reason": "off_topic"}, {"verdict": "internal"})[
            number % 3
        ]
        before, began = worked(pid), time.perf_counter()
        path = browser.post(f"/redactie/items/{item}/decision", {**sent, "revision": waits})
        alone.append((time.perf_counter() - began) * 1000)
        work += worked(pid) - before
        browser.get(path)
        whole.append((time.perf_counter() - began) * 1000)
        all_work += worked(pid) - before
        item = int(urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)["item"][0])
    reading.close()
    last = max(0, int(rounds * 0.95) - 1)
    return [
        Figure("a verdict", statistics.median(alone), sorted(alone)[last], work / rounds, VERDICT_LIMIT),
        Figure(
            "a verdict and the page with the next item",
            statistics.median(whole),
            sorted(whole)[last],
            all_work / rounds,
        ),
    ]


def bare(body: bytes, folder: Path, rounds: int) -> Figure:
    page = folder / "page.html"
    page.write_bytes(body)
    port = service.free_port()
    process = subprocess.Popen([sys.executable, "-c", BARE, str(page), str(port)])
    try:
        for _ in range(200):
            try:
                http.client.HTTPConnection("127.0.0.1", port, timeout=1).request("GET", "/redactie")
                break
            except OSError:
                time.sleep(0.05)
        browser = Browser(port, "")
        browser.get("/redactie")
        return timed("a bare answer of the same bytes", lambda: browser.get("/redactie"), rounds, pid=process.pid)
    finally:
        process.terminate()
        process.wait()


def measure(folder: Path, count: int, pending: int, rounds: int) -> list[Figure]:
    port = service.free_port()
    write_config(folder, server={"host": "127.0.0.1", "port": port}, store={"url": "sqlite:///queue.db"})
    settings = load(folder / "config.toml")
    store = open_store(settings.store_url)
    migrate(store)
    began = time.perf_counter()
    cookie = fill(store, count, pending, datetime.now(UTC))
    store.close()
    print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)
    running = service.start_at(folder, port, "web")
    try:
        pid = running.child.process.pid
        browser = Browser(port, cookie)
        first = browser.get("/redactie")
        pages = [
            ("the queue", "/redactie", QUEUE_LIMIT),
            ("the queue with an item open", "/redactie?item=1", QUEUE_LIMIT),
            ("the queue of one province", "/redactie?regio=Limburg", QUEUE_LIMIT),
            ("a word in the queue", "/redactie?q=woord4711", QUEUE_LIMIT),
            ("a word and filters", "/redactie?q=woord47&vorm=labour&kans=high", QUEUE_LIMIT),
            ("a word that stands in nearly every text", "/redactie?q=kwekerij", None),
            ("a word on the pile", "/redactie?q=woord47&stapel=1", QUEUE_LIMIT),
            ("one live look", "/redactie/live", None),
        ]
        found = [timed(name, lambda path=path: browser.get(path), rounds, limit, pid) for name, path, limit in pages]
        file = folder / "queue.db"
        found += verdicts(browser, file, rounds, pid)
        found.append(bare(first, folder, rounds))
        reading = pysqlite3.connect(file)
        found.append(timed("the bare query for fifty lines", lambda: reading.execute(BARE_QUERY).fetchall(), rounds))
        reading.close()
    finally:
        running.stop()
    print(f"the page of the queue has {len(first):,} bytes, {len(gzip.compress(first)):,} packed")
    return found


def table(found: list[Figure], count: int, pending: int) -> str:
    answer, query = found[-2].median, found[-1].median
    lines = [
        HEAD,
        "",
        f"`make bench-newsroom`: {count:,} items stored, {pending:,} wait, SQLite, one editor, milliseconds.",
        "",
        "| what | median | 95th percentile | limit | CPU of the server | times a bare answer | times the bare query |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for each in found:
        limit = f"{each.limit:.0f}" if each.limit else ""
        times = f"{each.median / answer:.1f} | {each.median / query:.1f}"
        lines.append(f"| {each.name} | {each.median:.1f} | {each.p95:.1f} | {limit} | {each.cpu:.1f} | {times} |")
    return "\n".join(lines) + "\n"


def write(text: str, path: Path) -> None:
    """Put the table in the place of the one before."""
    told = path.read_text(encoding="utf-8") if path.exists() else ""
    before, _, rest = told.partition(HEAD + "\n")
    _, mark, after = rest.partition("\n## ")
    path.write_text(before.rstrip() + "\n\n" + text + (mark + after if mark else ""), encoding="utf-8")


def main() -> int:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--items", type=int, default=50_000)
    wanted.add_argument("--pending", type=int, default=5_000)
    wanted.add_argument("--rounds", type=int, default=60)
    wanted.add_argument("--write", action="store_true")
    told = wanted.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), told.items, told.pending, told.rounds)
    text = table(found, told.items, told.pending)
    print(text)
    if told.write:
        write(text, Path(__file__).parents[1] / "docs" / "measured.md")
    return 0 if all(each.passed for each in found) else 1


if __name__ == "__main__":
    sys.exit(main())
