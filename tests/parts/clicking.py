"""An editor who works over HTTP with the plain forms, and writes down every answer outside the service."""

from __future__ import annotations

import html
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import httpx2

from store.values import RejectReason
from tests.parts.canaries import CANARY

ADDRESS, PASSWORD = "redactie@voorbeeld.nl", "fiets lamp wolk dromedaris"
LOGIN = "/redactie/inloggen"
QUEUE_LINE = re.compile(r'href="(/redactie\?[^"]*\bitem=\d+[^"]*)"')
ITEM_LINK = re.compile(r'href="/redactie/items/(\d+)')
HEADING = re.compile(r'id="bericht"[^>]*>(.*?)</h\d>', re.DOTALL)
FORM = re.compile(r'<form[^>]*action="/redactie/items/(\d+)/decision"[^>]*>(.*?)</form>', re.DOTALL)
REVISION = re.compile(r'name="revision" value="(\d+)"')
VERDICTS = re.compile(r'name="verdict" value="(\w+)"')
MISTAKE = 500


@dataclass(slots=True)
class Click:
    """One verdict that was sent. `canary` is that of the text on the screen; `status` None: never answered."""

    number: int
    item_id: int
    revision_id: int
    verdict: str
    canary: str
    status: int | None = None

    @property
    def mark(self) -> str:
        """What is sent as the reason, and makes its decision known again. A rejection has a fixed reason."""
        return f"click {self.number}"

    @property
    def stored(self) -> bool:
        """Whether the service said that it was stored."""
        return self.status == httpx2.codes.SEE_OTHER


@dataclass(frozen=True, slots=True)
class Screen:
    """An item as it stands on the screen: which verdicts its forms offer, each with its item and revision."""

    canary: str
    forms: dict[str, tuple[int, int]]


class Editor:
    """Works in a thread. `sending` is set the moment a verdict leaves; `problems` is what no editor should meet."""

    def __init__(self, url: str, chance: Random, ledger: Path) -> None:
        self.clicks: list[Click] = []
        self.problems: list[str] = []
        self.sending = threading.Event()
        self._chance = chance
        self._ledger = ledger
        self._turn = threading.Lock()
        self._client = httpx2.Client(base_url=url, headers={"sec-fetch-site": "same-origin"}, timeout=30)

    def join(self, invitation: str) -> None:
        """Make the account and log in, once; the session must last through every restart."""
        path = invitation.partition("/redactie")[2]
        told = {"address": ADDRESS, "password": PASSWORD}
        for where in (f"/redactie{path}", LOGIN):
            answer = self._client.post(where, data=told)
            assert answer.status_code == httpx2.codes.SEE_OTHER, f"{where} answered {answer.status_code}"

    def read(self, path: str) -> str:
        """A page of the newsroom; "" when it could not be had."""
        answer = self._client.get(path)
        self._judge(path, answer)
        return answer.text if answer.status_code == httpx2.codes.OK else ""

    def go_on(self, stopping: threading.Event) -> None:
        """Empty the queue, take back, withdraw, reopen; whatever breaks is tried again a moment later."""
        acts = (self._judge_next, self._withdraw, self._reopen, self._judge_pile)
        while not stopping.wait(self._chance.uniform(0.0, 0.25)):
            with self._turn:
                try:
                    self._chance.choices(acts, (80, 8, 8, 4))[0]()
                except httpx2.TransportError:
                    stopping.wait(0.1)

    @contextmanager
    def pausing(self) -> Iterator[None]:
        """Wait until the editor has finished a click, and keep the next one off."""
        with self._turn:
            yield

    def close(self) -> None:
        self._client.close()

    def _judge_next(self) -> None:
        events_only = self._chance.random() < 0.4
        self._judge_one(self.read("/redactie?soort=event" if events_only else "/redactie"))

    def _judge_pile(self) -> None:
        self._judge_one(self.read("/redactie?stapel=1"))

    def _judge_one(self, queue: str) -> None:
        paths = QUEUE_LINE.findall(queue)
        if not paths:
            return
        screen = self._open(html.unescape(self._chance.choice(paths)).partition("#")[0])
        verdict = self._chance.choices(("approve", "reject", "internal"), (70, 20, 10))[0]
        click = self._post(screen, verdict)
        if click is not None and click.stored and self._chance.random() < 0.2:
            self._send(Screen(click.canary, {"undo": (click.item_id, click.revision_id)}), "undo")

    def _withdraw(self) -> None:
        up = ITEM_LINK.findall(self.read("/redactie/openbaar"))
        approved = [click.item_id for click in self.clicks if click.verdict == "approve" and click.stored]
        if up or approved:
            self._post(self._open(f"/redactie/items/{self._chance.choice(up or approved)}"), "withdraw")

    def _reopen(self) -> None:
        decided = [click.item_id for click in self.clicks if click.verdict != "approve" and click.stored]
        if decided:
            self._post(self._open(f"/redactie/items/{self._chance.choice(decided)}"), "reopen")

    def _open(self, path: str) -> Screen | None:
        page = self.read(path)
        heading = HEADING.search(page)
        forms: dict[str, tuple[int, int]] = {}
        for item, form in FORM.findall(page):
            revision = REVISION.search(form)
            for verdict in VERDICTS.findall(form) if revision else ():
                forms[verdict] = (int(item), int(revision[1]))
        canary = CANARY.search(heading[1]) if heading else None
        # The bar above the page offers to undo the last click, which may be about another item.
        forms.pop("undo", None)
        return Screen(canary[0], forms) if canary is not None else None

    def _post(self, screen: Screen | None, verdict: str) -> Click | None:
        return self._send(screen, verdict) if screen is not None and verdict in screen.forms else None

    def _send(self, screen: Screen, verdict: str) -> Click:
        click = Click(len(self.clicks), *screen.forms[verdict], verdict, screen.canary)
        self.clicks.append(click)
        self._write(click)
        reason = self._chance.choice(tuple(RejectReason)) if verdict == "reject" else click.mark
        fields = {"verdict": verdict, "revision": str(click.revision_id), "reason": str(reason)}
        path = f"/redactie/items/{click.item_id}/decision"
        self.sending.set()
        answer = self._client.post(path, data=fields)
        click.status = answer.status_code
        self._write(click)
        self._judge(path, answer)
        return click

    def _judge(self, path: str, answer: httpx2.Response) -> None:
        if answer.headers.get("location", "").startswith(LOGIN):
            self.problems.append(f"{path} sent the editor to the login page: the session did not last")
        if answer.status_code == MISTAKE:
            self.problems.append(f"{path} answered 500: look for its number in service.log")

    def _write(self, click: Click) -> None:
        with self._ledger.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(click)) + "\n")
