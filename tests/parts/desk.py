"""The newsroom with its real application, on the database of the test: who sits there, and what lies in the queue."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import sqlalchemy as sa
from httpx2 import Response
from starlette.testclient import TestClient

from service.app import create_app, create_running
from store import accounts, items, passwords
from store.database import Store
from store.settings import Settings
from store.tables import Decision, Item
from store.values import ExtractedItem, Rights, Role
from tests.parts import samples
from tests.parts.clock import Clock

PASSWORD = "fiets lamp wolk dromedaris"


@cache
def password_hash() -> str:
    return passwords.hashed(PASSWORD)


class Desk:
    """One application and one browser in front of it; `sign_in` decides who sits there."""

    def __init__(self, store: Store, settings: Settings, clock: Clock) -> None:
        self.store, self.settings, self.clock = store, settings, clock
        self.app = create_app(create_running(settings, store, clock))
        self.client = self.browser()
        with store.writing() as session:
            self.source = samples.add_source(session, clock())

    def browser(self) -> TestClient:
        """Another browser: no cookies, posts like a page of our own would."""
        headers = {"sec-fetch-site": "same-origin"}
        return TestClient(self.app, base_url=self.settings.base_url, headers=headers, follow_redirects=False)

    def account(self, role: Role = Role.EDITOR, address: str = "anna@voorbeeld.nl") -> int:
        with self.store.writing() as session:
            token = accounts.invite(session, role, now=self.clock())
            return accounts.accept(session, token, address, password_hash(), now=self.clock())

    def sign_in(self, role: Role = Role.EDITOR, address: str = "") -> int:
        """Make an account and let the browser be signed in to it, without the cost of checking a password."""
        made = self.account(role, address or f"{role}@voorbeeld.nl")
        with self.store.writing() as session:
            self.client.cookies.set("sid", accounts.open_login(session, made, now=self.clock()))
        return made

    def offer(self, *given: ExtractedItem) -> list[int]:
        with self.store.writing() as session:
            found = items.offer_all(session, self.source, given, Rights.EXCERPT, self.clock())
        return [each.item_id for each in found]

    def row(self, item_id: int) -> Item:
        with self.store.reading() as session:
            return session.get_one(Item, item_id)

    def waiting(self, item_id: int) -> int:
        found = self.row(item_id).waiting_revision_id
        assert found, f"item {item_id} waits for nothing"
        return found

    def decide(self, item_id: int, verdict: str, /, **fields: Any) -> Response:
        """Post a verdict about the text that waits, unless `fields` say otherwise."""
        row = self.row(item_id)
        sent = {"verdict": verdict, "revision": row.waiting_revision_id or row.current_revision_id}
        sent = {name: value for name, value in {**sent, **fields}.items() if value is not None}
        return self.client.post(f"/redactie/items/{item_id}/decision", data=sent)

    def decisions(self) -> int:
        with self.store.reading() as session:
            return session.scalars(sa.select(sa.func.count(Decision.id))).one()

    @contextmanager
    def nothing_changes(self, item_id: int) -> Iterator[None]:
        """The item and the decisions must be the same afterwards."""
        before = (self.row(item_id).model_dump(), self.decisions())
        yield
        assert (self.row(item_id).model_dump(), self.decisions()) == before, "a refused request changed something"


def words(answer: Response) -> str:
    """What a person reads in an answer, without markup and with single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def problem(answer: Response) -> str:
    """The sentence that a page shows about what went wrong."""
    found = re.search(r'<p class="problem"[^>]*>(.*?)</p>', answer.text, re.DOTALL)
    assert found, f"the page says nothing about what went wrong:\n{words(answer)[:500]}"
    return html.unescape(found.group(1))
