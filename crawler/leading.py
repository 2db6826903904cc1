"""Following the leads of a visit: the sitemaps of an index, the pages of single events.

Each is fetched by all the rules, read in a parser, and may have leads of its own; all share one budget. What we do not
know yet comes first, then what we saw longest ago, so that a long list is read in turns.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from crawler.fetch import Fetcher
from crawler.judged import Led
from crawler.leases import Leases
from crawler.limits import ENTRIES, LEADS
from crawler.parsers import ParserEndedError, ParserFaultError, Parsers
from crawler.urls import canonical, led_away
from crawler.values import DocumentRead, FetchedEntry, FetchFailed, Lead
from store.values import AMSTERDAM, DueSource, Outcome, Rights

MIDNIGHT = time(0)
_AROUND = timedelta(minutes=15)


@dataclass
class Following:
    """The leads of one visit. `budget` is how many of them it may still fetch."""

    fetcher: Fetcher
    parsers: Parsers
    leases: Leases
    due: DueSource
    budget: int = LEADS
    failed: int = 0
    waiting: list[Lead] = field(default_factory=list)
    unread: list[Lead] = field(default_factory=list)
    entries: list[FetchedEntry] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    seen: dict[str, datetime] = field(default_factory=dict)

    async def all(self, told: DocumentRead) -> Led:
        """Follow what the budget allows. A host that asks us to wait ends it; the rest is for the next visit."""
        self.entries += told.entries
        cut, past = told.cut, told.past
        await self._found(told.leads)
        while self.waiting and self.budget:
            self.budget -= 1
            lead = self.waiting.pop(0)
            read = await self._one(lead)
            if read is None:
                break
            self.entries += read.entries
            cut, past = cut + read.cut, past + read.past
            await self._found(read.leads)
        unread = [lead.known for lead in (*self.unread, *self.waiting)]
        return Led(
            told=replace(
                told,
                leads=(),
                entries=tuple(self.entries[:ENTRIES]),
                cut=cut + max(len(self.entries) - ENTRIES, 0),
                past=past,
            ),
            failed=self.failed,
            left=len(self.waiting),
            shown=tuple(filter(None, unread)),
            certain=all(unread),
        )

    async def _found(self, leads: tuple[Lead, ...]) -> None:
        """Put new leads in their places, without those that say themselves that nothing changed since we saw them."""
        new = []
        for lead in leads:
            address = canonical(lead.url, self.due.url)
            if address and address not in self.asked:
                self.asked.add(address)
                new.append(replace(lead, url=address))
        known = [lead.known for lead in new if lead.known]
        if known:
            self.seen |= await asyncio.to_thread(self.leases.known_guids, self.due.id, known)
        for lead in new:
            (self.unread if self._same(lead) else self.waiting).append(lead)
        # Sorting keeps the order of equals, and kinds tell their leads in order of urgency.
        self.waiting.sort(key=self._urgency)

    def _same(self, lead: Lead) -> bool:
        seen_at = self.seen.get(lead.known)
        if seen_at is None or lead.modified_at is None:
            return False
        changed = lead.modified_at
        if changed.astimezone(AMSTERDAM).time() == MIDNIGHT:
            # Only a day was written: it may have changed until that day's end.
            changed += timedelta(days=1)
        # A page that changed while we were there was read before it changed, and clocks differ.
        return changed < seen_at - _AROUND

    def _urgency(self, lead: Lead) -> float:
        seen_at = self.seen.get(lead.known)
        return seen_at.timestamp() if seen_at is not None else 0.0

    async def _one(self, lead: Lead) -> DocumentRead | None:
        """What one lead led to; None when the visit should stop following."""
        got = await self.fetcher.get(lead.url, keeps_text=self.due.rights is not Rights.TITLE)
        if isinstance(got, FetchFailed):
            if got.outcome is Outcome.RETRY_LATER:
                self.waiting.insert(0, lead)
                return None
            if got.outcome in {Outcome.ROBOTS, Outcome.REFUSED}:
                # Nobody was asked anything.
                self.budget += 1
            return self._nothing(lead)
        if led_away(lead.url, got.url):
            return self._nothing(lead)
        try:
            read: DocumentRead = await self.parsers.call("follow", self.due, lead, got, self.leases.clock())
        except (ParserEndedError, ParserFaultError):
            return self._nothing(lead)
        return read if read.recognised and not read.refused else self._nothing(lead)

    def _nothing(self, lead: Lead) -> DocumentRead:
        self.failed += 1
        # It stands on the list, so what it stands for has not vanished.
        self.unread.append(lead)
        return DocumentRead()
