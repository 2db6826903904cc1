"""Requests per second of `/nieuws` against a bare Starlette answer of the same bytes, in the same run.

`python -m bench.pages [--seconds 3] [--rounds 5]`. Both run under uvicorn in a process of their own; one asyncio
client with eight kept connections asks as fast as answers come. The server's CPU seconds per request are the
steadier figure.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from store import items, moderation
from store.database import migrate, open_store
from store.tables import Account, Item, Source
from store.values import (
    ExtractedItem,
    Form,
    FormFound,
    Kind,
    Reading,
    Region,
    Relevance,
    Rights,
    Verdict,
)
from tests.parts.service import free_port

ITEMS = 200
CONNECTIONS = 8
TICKS = os.sysconf("SC_CLK_TCK")
BARE = """
import sys
from pathlib import Path
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
body = Path(sys.argv[1]).read_bytes()
async def answer(request):
    return Response(body, media_type="text/html", headers={"content-encoding": "gzip"})
uvicorn.run(Starlette(routes=[Route("/nieuws", answer)]), port=int(sys.argv[2]), log_level="error", access_log=False)
"""


def fill(url: str) -> None:
    store = open_store(url)
    migrate(store)
    then = datetime.now(UTC) - timedelta(hours=1)
    with store.writing() as session:
        source = Source(
            key="proef",
            name="Omroep Proef",
            url="https://bron.example/",
            kind="feed",
            region="Limburg",
            rights="excerpt",
            pace_seconds=1800,
            host="bron.example:443",
            created_at=then,
            next_due_at=then,
            paused=True,
        )
        editor = Account(address="a@b.nl", address_key="a", role="editor", password_hash="!", created_at=then)
        session.add_all([source, editor])
        session.flush()
        for number in range(ITEMS):
            publish(session, source.id or 0, editor.id or 0, number, then)
    store.close()


def publish(session: Session, source: int, editor: int, number: int, then: datetime) -> None:
    reading = Reading(
        (Region("Limburg", "Venlo", "Venlo"),), (FormFound(Form.LABOUR),), Relevance(0.9, True, ("uitbuiting",))
    )
    item = ExtractedItem(
        f"n{number}", Kind.ARTICLE, f"https://bron.example/{number}", f"Inval bij bedrijf nummer {number} in Venlo",
        "De inspectie vond mensen die lange dagen werkten en op het terrein sliepen.", "De inspectie.", then, reading,
    )  # fmt: skip
    made = items.offer(session, source, item, Rights.EXCERPT, then)
    row = session.get_one(Item, made.item_id)
    moderation.decide(
        session, made.item_id, row.waiting_revision_id or 0, Verdict.APPROVE,
        account_id=editor, now=then, undo_seconds=1, privacy_checked=True,
    )  # fmt: skip


async def hammer(port: int, seconds: float) -> int:
    """How many answers arrive in that time."""
    ask = f"GET /nieuws HTTP/1.1\r\nHost: localhost:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    ends = time.perf_counter() + seconds
    done = 0

    async def one() -> None:
        nonlocal done
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < ends:
            writer.write(ask)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head[:200]
            length = re.search(rb"content-length: (\d+)", head)
            await reader.readexactly(int(length[1]) if length else 0)
            done += 1
        writer.close()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return done


def cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/nieuws", timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"Nothing answers on port {port}.")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=float, default=3)
    arguments.add_argument("--rounds", type=int, default=5)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        port, bare_port = free_port(), free_port()
        config = Path(folder) / "config.toml"
        config.write_text(f'[server]\nport = {port}\n[store]\nurl = "sqlite:///bench.db"\n')
        fill(f"sqlite:///{folder}/bench.db")
        site = subprocess.Popen([sys.executable, "-m", "service.cli", "web", "--config", str(config)])
        wait_for(port)
        request = urllib.request.Request(f"http://127.0.0.1:{port}/nieuws", headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request) as page:
            body = page.read()
        (Path(folder) / "page").write_bytes(body)
        bare = subprocess.Popen([sys.executable, "-c", BARE, f"{folder}/page", str(bare_port)])
        wait_for(bare_port)
        rows: dict[str, list[tuple[float, float]]] = {"bare": [], "signaal": []}
        for _ in range(chosen.rounds):
            for name, process, number in (("bare", bare, bare_port), ("signaal", site, port)):
                before = cpu(process.pid)
                answers = asyncio.run(hammer(number, chosen.seconds))
                rows[name].append((answers / chosen.seconds, (cpu(process.pid) - before) / answers * 1e6))
        for process in (site, bare):
            process.terminate()
            process.wait()
    print(f"/nieuws of {len(body)} bytes packed, {CONNECTIONS} connections, median of {chosen.rounds} rounds")
    print(f"{'':24}{'req/s':>8}{'x bare':>8}{'CPU us/request':>16}{'x bare':>8}")
    speed = {name: statistics.median(row[0] for row in found) for name, found in rows.items()}
    spent = {name: statistics.median(row[1] for row in found) for name, found in rows.items()}
    for name in rows:
        print(
            f"{name:24}{speed[name]:8.0f}{speed[name] / speed['bare']:8.2f}"
            f"{spent[name]:16.0f}{spent[name] / spent['bare']:8.2f}"
        )


if __name__ == "__main__":
    main()
