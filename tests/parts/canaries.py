"""The loopback world with a word of its own in every text, telling and changing news for as long as it is asked.

Such a word (a canary) stands in one version of one entry and nowhere else. Where it turns up, that version is.
"""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta
from random import Random

from service.demo.agenda import Gathering, on_day
from service.demo.content import Article
from service.demo.world import World
from store.values import SourceKind

CANARY = re.compile(r"zzq[bcdfghjklmnpqrtvwxz]{12}")
LETTERS = "bcdfghjklmnpqrtvwxz"
EVENTS_AT_MOST = 60
"""The agenda lists a hundred."""
RELEVANT = (
    "Inval bij een kas in Tilburg om mensenhandel",
    "Vier aanhoudingen in Zwolle voor seksuele uitbuiting",
    "Arbeidsuitbuiting in een slachterij in Boxtel",
    "Rechtbank in Groningen eist straf voor mensenhandel",
)
DULL = ("Nieuw fietspad in Breda is open", "Markt in Assen verhuist naar het plein")
MEETINGS = ("Bijeenkomst over signalen van mensenhandel", "Themadag over arbeidsuitbuiting")


class CanaryWorld:
    """`latest` holds, per entry that ever was (source and slug or uid), the canary of its newest text."""

    def __init__(self, world: World, chance: Random) -> None:
        self.world = world
        self.latest: dict[tuple[str, str], str] = {}
        self._chance = chance
        self._events = next(source.key for source in world.sources if source.kind is SourceKind.CALENDAR)
        self._papers = [source.key for source in world.sources if source.key != self._events]
        for paper in self._papers:
            for article in world.articles(paper):
                world.change(paper, article.slug, title=self._marked((paper, article.slug), article.title))
        for event in world.gatherings():
            world.change_event(event.uid, summary=self._marked((self._events, event.uid), event.summary))

    def go_on(self, stopping: threading.Event) -> None:
        """Something new every half second or so, until told to stop."""
        acts = (self._change, self._add, self._change_event, self._add_event)
        while not stopping.wait(self._chance.uniform(0.1, 0.9)):
            self._chance.choices(acts, (50, 25, 10, 15))[0]()

    def _marked(self, entry: tuple[str, str], title: str) -> str:
        canary = "zzq" + "".join(self._chance.choices(LETTERS, k=12))
        self.latest[entry] = canary
        return f"{CANARY.sub('', title).strip()} {canary}"

    def _change(self) -> None:
        paper = self._chance.choice(self._papers)
        article = self._chance.choice(self.world.articles(paper))
        self.world.change(paper, article.slug, title=self._marked((paper, article.slug), article.title))

    def _add(self) -> None:
        paper, slug = self._chance.choice(self._papers), f"bericht-{len(self.latest)}"
        headline = self._chance.choice(RELEVANT if self._chance.random() < 0.8 else DULL)
        title = self._marked((paper, slug), headline)
        text = f"{headline}. Meer nieuws volgt later vandaag."
        self.world.add(paper, Article(slug, title, text, "none", datetime.now(UTC) - timedelta(minutes=5)))

    def _change_event(self) -> None:
        event = self._chance.choice(self.world.gatherings())
        self.world.change_event(event.uid, summary=self._marked((self._events, event.uid), event.summary))

    def _add_event(self) -> None:
        if len(self.world.gatherings()) >= EVENTS_AT_MOST:
            return
        uid = f"bijeenkomst-{len(self.latest)}"
        starts_at = on_day(datetime.now(UTC), self._chance.randint(5, 40), 19, 30)
        self.world.add_event(
            Gathering(
                uid=uid,
                summary=self._marked((self._events, uid), self._chance.choice(MEETINGS)),
                description="Voor wie met mensen werkt. Meedoen is gratis.",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=2),
                place="Bibliotheek, Utrecht",
                url=f"/agenda/{uid}",
            )
        )
