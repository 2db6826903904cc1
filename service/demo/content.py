"""Reads our own made-up news and events from `texts/` and lays them on the calendar, counted back from `now`.

The same seed and the same `now` always give the same world.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from service.demo.agenda import Gathering, on_day

TEXTS = Path(__file__).parent / "texts"
CALENDAR = "agenda"
FIRST_HOURS = 2.0
STEP_HOURS = (3.0, 16.0)
"""How far apart the items of one source lie: some twice a day, some a day without news."""


@dataclass(frozen=True, slots=True)
class Article:
    """A made-up news item. `form` is what it is about, the truth that a reading can be held against.

    `none` means ordinary news, `other` trafficking without one form.
    """

    slug: str
    title: str
    text: str
    form: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Publisher:
    """A made-up source with its news, newest first. `dialect` is a key of `service.demo.feeds.WRITERS`."""

    key: str
    name: str
    region: str
    rights: str
    dialect: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Organiser:
    """A made-up calendar with its events, soonest first."""

    key: str
    name: str
    region: str
    rights: str
    gatherings: tuple[Gathering, ...]


def publishers(now: datetime, seed: int) -> tuple[Publisher, ...]:
    """All made-up news sources, in the order of their names; the newest item is a few hours older than `now`."""
    paths = sorted(path for path in TEXTS.glob("*.toml") if path.stem != CALENDAR)
    return tuple(_publisher(path, now, seed) for path in paths)


def _publisher(path: Path, now: datetime, seed: int) -> Publisher:
    told = _load(path)
    chance = Random(f"{seed} {told['key']}")  # noqa: S311 (it must repeat, not surprise)
    age = timedelta(hours=FIRST_HOURS)
    articles = []
    for news in told["news"]:
        age += timedelta(hours=chance.uniform(*STEP_HOURS))
        moment = (now - age).replace(second=0, microsecond=0)
        text = news["text"].strip()
        articles.append(Article(news["slug"], news["title"], text, news["form"], moment))
    return Publisher(told["key"], told["name"], told["region"], told["rights"], told["dialect"], tuple(articles))


def organiser(now: datetime) -> Organiser:
    """The made-up calendar, all of it in the future of `now`."""
    told = _load(TEXTS / f"{CALENDAR}.toml")
    gatherings = tuple(_gathering(event, now) for event in told["event"])
    return Organiser(told["key"], told["name"], told["region"], told["rights"], gatherings)


def _gathering(event: dict[str, Any], now: datetime) -> Gathering:
    all_day = bool(event.get("all_day", False))
    if all_day:
        starts_at = on_day(now, event["days"])
        ends_at = on_day(now, event["days"] + int(event.get("lasts_days", 1)))
    else:
        first, last = time.fromisoformat(event["starts"]), time.fromisoformat(event["ends"])
        starts_at = on_day(now, event["days"], first.hour, first.minute)
        ends_at = on_day(now, event["days"], last.hour, last.minute)
    return Gathering(
        uid=event["uid"],
        summary=event["summary"],
        description=event["description"],
        starts_at=starts_at,
        ends_at=ends_at,
        place=event["place"],
        url=f"/agenda/{event['uid']}",
        all_day=all_day,
    )


def _load(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
