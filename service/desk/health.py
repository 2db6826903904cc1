"""How sources fare, in the words of the newsroom: problems, habits, pace, yield and delay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service import wording
from service.desk import plots
from service.desk.plots import Column, Span
from service.desk.sources import duration_words
from service.desk.views import outgoing
from service.desk.wording import PROBLEM_ADVICE, PROBLEM_TITLES
from store import health
from store.collected import HourOfVisits, SourceDelay, SourceYield
from store.health import ProblemKind, SourceFacts
from store.problems import ProblemView
from store.sources import SourceView

LABEL_HOURS = 6
_MOVES = frozenset({ProblemKind.GONE, ProblemKind.FAILING, ProblemKind.DRIFT, ProblemKind.SILENT})
FIELDS = (("dated", "een datum"), ("linked", "een link"), ("worded", "een tekst"))


@dataclass(frozen=True, slots=True)
class ProblemCard:
    """`may_accept` says that somebody who looked can say that it is right as it is; `may_move`, that another address of
    the source may help.
    """

    path: str
    name: str
    title: str
    since_words: str
    sentence: str
    advice: str
    may_accept: bool
    may_move: bool


def problem_card(problem: ProblemView) -> ProblemCard:
    return ProblemCard(
        path=f"/redactie/bronnen/{problem.source_key}",
        name=problem.source_name,
        title=PROBLEM_TITLES[problem.kind],
        since_words=wording.moment_words(problem.opened_at),
        sentence=problem.sentence,
        advice=PROBLEM_ADVICE[problem.kind],
        may_accept=problem.kind is ProblemKind.VANISHED,
        may_move=problem.kind in _MOVES,
    )


@dataclass(frozen=True, slots=True)
class FillLine:
    words: str
    share_words: str
    length: float


@dataclass(frozen=True, slots=True)
class Habit:
    """What a source usually does, and where that comes from. Empty words: too little is known."""

    pace_words: str
    usual_words: str
    patience_words: str
    reserved: bool
    moved_words: str
    moved_url: str
    fills: tuple[FillLine, ...]


def habit(facts: SourceFacts, now: datetime) -> Habit:
    source = facts.source
    reads = (*facts.reads, *facts.before)
    known = now - source.created_at >= health.KNOWN_FOR
    week = round(health.usual_week(facts.days))
    usual = f"{wording.count_words(week, 'bericht', 'berichten')} per week" if week else "minder dan 1 bericht per week"
    patience = duration_words(health.patience(facts.days))
    moved = source.moved_to or ""
    return Habit(
        pace_words=pace_words(source),
        usual_words=usual if known else "",
        patience_words=f"We waarschuwen als er {patience} niets nieuws komt." if known else "",
        reserved=any(visit.reserved for visit in facts.reads[:1]),
        moved_words=moved,
        moved_url=outgoing(moved) if moved else "",
        fills=tuple(_fill_line(words, health.fill(reads, name)) for name, words in FIELDS) if reads else (),
    )


def _fill_line(words: str, share: float) -> FillLine:
    return FillLine(words, f"{round(share * 100)} %", plots.length(share, 1))


def pace_words(source: SourceView) -> str:
    """`elke 30 minuten, nu elke 2 uur omdat bijna alles al bekend is`."""
    asked, now = source.pace_seconds, source.interval_seconds or source.pace_seconds
    said = _every(asked)
    if source.failures:
        return f"{said}, nu minder vaak omdat het ophalen mislukt"
    if now == asked:
        return said
    why = "bijna alles al bekend is" if now > asked else "er steeds veel nieuws is"
    return f"{said}, nu {_every(now)} omdat {why}"


def _every(seconds: int) -> str:
    """Rounded as a person would, and not to whole hours before it is three of them."""
    minutes = round(seconds / 60)
    if seconds < 90:  # noqa: PLR2004 - one minute and a half
        return f"elke {wording.count_words(seconds, 'seconde', 'seconden')}"
    if minutes < 180 and minutes % 60:  # noqa: PLR2004 - three hours
        return f"elke {wording.count_words(minutes, 'minuut', 'minuten')}"
    every = {"1 uur": "elk uur", "1 dag": "elke dag"}
    said = duration_words(timedelta(minutes=minutes))
    return every.get(said, f"elke {said}")


@dataclass(frozen=True, slots=True)
class YieldLine:
    """Of ninety days. The lengths of the bars are parts of a hundred, on one scale for all sources."""

    path: str
    name: str
    collected: int
    relevant: int
    approved: int
    collected_length: float
    relevant_length: float
    approved_length: float


def yield_lines(found: Sequence[SourceYield]) -> tuple[YieldLine, ...]:
    most = max((each.collected for each in found), default=0)
    return tuple(
        YieldLine(
            f"/redactie/bronnen/{each.key}",
            each.name,
            each.collected,
            each.relevant,
            each.approved,
            plots.length(each.collected, most),
            plots.length(each.relevant, most),
            plots.length(each.approved, most),
        )
        for each in found
    )


@dataclass(frozen=True, slots=True)
class DelayLine:
    path: str
    name: str
    items: int
    median_words: str
    slowest_words: str
    span: Span


def delay_lines(found: Sequence[SourceDelay]) -> tuple[DelayLine, ...]:
    return tuple(
        DelayLine(
            f"/redactie/bronnen/{each.key}",
            each.name,
            each.items,
            _wait_words(each.median),
            _wait_words(each.slowest_tenth),
            plots.span(each.median, each.slowest_tenth),
        )
        for each in found
    )


def _wait_words(wait: timedelta) -> str:
    return duration_words(wait) if wait >= timedelta(minutes=1) else "minder dan een minuut"


@dataclass(frozen=True, slots=True)
class HourLine:
    when: str
    good: int
    failed: int


@dataclass(frozen=True, slots=True)
class HoursPlot:
    """`labels` are the hours below the columns, six hours apart; `most` is the number at the highest column."""

    columns: tuple[Column, ...]
    labels: tuple[str, ...]
    lines: tuple[HourLine, ...]
    most: int
    good: int
    failed: int


def hours_plot(hours: Sequence[HourOfVisits]) -> HoursPlot:
    """The visits of the last hours, and the same as a table, newest first, of the hours in which there were any."""
    return HoursPlot(
        columns=plots.columns(hours),
        labels=tuple(_hour_label(hour.at) for hour in hours[::LABEL_HOURS]),
        lines=tuple(
            HourLine(wording.moment_words(hour.at), hour.good, hour.failed)
            for hour in reversed(hours)
            if hour.good or hour.failed
        ),
        most=max((max(hour.good, hour.failed) for hour in hours), default=0),
        good=sum(hour.good for hour in hours),
        failed=sum(hour.failed for hour in hours),
    )


def _hour_label(at: datetime) -> str:
    clock = wording.local(at)
    return f"{wording.weekday_word(at)[:2]} {clock.hour}.00"
