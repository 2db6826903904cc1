"""How often a source is visited: one pure function of how its pace stands and how the visit went.

The share of known entries decides: a source that told us little that was new is asked less often, one that told us
mostly new things is asked sooner, because entries that came and went between two visits are lost to us. (The rule of
mediacloud's rss-fetcher; a count of entries a day would not notice what we missed.)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from store.values import Cause, Outcome, SourcePace, VisitDone

ON_TIME_VISITS = 2
"""Only then does the share of known entries speak of one whole interval, begun and ended on time."""
LATE_AFTER = 1.5
"""A visit that comes later than this many intervals after it was due says nothing about the interval."""
KNOWN_ENOUGH, GROW = 0.9, 1.5
KNOWN_LITTLE, SHRINK = 0.5, 0.5
FASTEST, SLOWEST = 1 / 4, 4
"""The limits of a source that names none of its own, as parts of its pace."""

RETRY_CEILING = timedelta(hours=24)
"""A source that fails is tried at least this often (or at its own pace, when that is slower): never given up."""
RETRY_AFTER_CEILING = timedelta(hours=24)
GONE_PAUSE = timedelta(days=7)
"""After 410 Gone. The administrator is asked; until then we look once a week."""
JITTER_SHARE = 0.2
"""How much of a retry's waiting time chance may take off, so that sources that fell together do not return together."""
FIRST_STEP = 0.5
"""Half a doubling for the failing itself: with all of chance's share taken off, one failure still waits longer than a
good visit."""
_DOUBLINGS = 20

MOVED_TIMES = 3
"""So many good visits in a row must be led to one address by permanent redirects before it becomes the source's own."""

_HARD, _SOFT, _TEMPORARY = 1.0, 0.5, 0.25
WEIGHTS = {
    Cause.NOT_OURS: _HARD,
    Cause.LOGIN: _HARD,
    Cause.BLOCKED: _HARD,
    Cause.ROBOTS: _HARD,
    Cause.REFUSED: _HARD,
    Cause.OPTIONS: _HARD,
    Cause.GONE: _HARD,
    Cause.MISSING: _SOFT,
    Cause.MALFORMED: _SOFT,
    Cause.TOO_LARGE: _SOFT,
    Cause.BOMB: _SOFT,
    Cause.REDIRECTS: _SOFT,
    Cause.FALSE_304: _SOFT,
    Cause.CERTIFICATE: _SOFT,
    Cause.NO_NAME: _SOFT,
    Cause.CUT: _SOFT,
    Cause.LETTERS: _SOFT,
    Cause.DRIFT: _SOFT,
    Cause.BUSY: _TEMPORARY,
    Cause.SERVER: _TEMPORARY,
    Cause.SLOW: _TEMPORARY,
    Cause.NO_CONNECTION: _TEMPORARY,
    Cause.INTERRUPTED: _TEMPORARY,
    Cause.OURS: _TEMPORARY,
}
"""How much one failure weighs: hard ones do not mend themselves, temporary ones nearly always do. A cause that is not
named (filtered, vanished) is about what came, and no failure."""


@dataclass(frozen=True, slots=True)
class PaceDecision:
    """What follows from a visit. `adopt` is the address that the source has from now on, when it moved for good."""

    next_due_at: datetime
    interval_seconds: int | None
    on_time: int
    failures: int
    trouble: float
    moved_to: str | None
    moved_times: int
    adopt: str | None = None


def next_pace(state: SourcePace, pace_seconds: int, done: VisitDone, now: datetime, jitter: float) -> PaceDecision:
    """When a source is due again after a visit, and how its pace stands then.

    `pace_seconds` is the pace the administrator asked for; `jitter` runs from 0 to 1. Retry-After (of a visit that did
    not succeed) and the source's own hints (of one that did) are floors; nothing makes us stay away for good.
    """
    low, high = limits(state, pace_seconds)
    interval = min(max(state.interval_seconds or pace_seconds, low), high)
    if not_asked(done):
        wait = max(_backed_off(interval, state.trouble, jitter), _asked(done))
        return _decision(state, now + wait, state.on_time, state.failures, state.trouble)
    if failed(done):
        trouble = state.trouble + (WEIGHTS.get(done.cause, _SOFT) if done.cause else _SOFT)
        wait = max(_backed_off(interval, trouble, jitter), _asked(done))
        if done.outcome is Outcome.GONE or done.cause is Cause.GONE:
            wait = max(GONE_PAUSE, wait)
        return _decision(state, now + wait, 0, state.failures + 1, trouble, moved=(None, 0))
    on_time, counts = _on_time(state, interval, done)
    adapted = _adapted(interval, done, low, high) if counts and on_time >= ON_TIME_VISITS else interval
    if adapted != interval:
        on_time = 0
    wait = timedelta(seconds=max(adapted, min(done.hint_seconds or 0, high)))
    kept = adapted if adapted != pace_seconds or state.interval_seconds is not None else None
    moved = _moved(state, done)
    adopt = moved[0] if moved[1] >= MOVED_TIMES else None
    return PaceDecision(now + wait, kept, on_time, 0, 0.0, *((None, 0) if adopt else moved), adopt)


def limits(state: SourcePace, pace_seconds: int) -> tuple[int, int]:
    """The shortest and the longest interval of a source, in seconds."""
    low = max(state.pace_min or int(pace_seconds * FASTEST), 1)
    return low, max(state.pace_max or pace_seconds * SLOWEST, low)


class Visited(Protocol):
    """A visit that is over: one that was just made, or one that was stored."""

    @property
    def outcome(self) -> Outcome: ...
    @property
    def status(self) -> int | None: ...
    @property
    def entries(self) -> int: ...
    @property
    def cause(self) -> Cause | None: ...


def not_asked(done: Visited) -> bool:
    """Whether the source was not asked at all, because its host rests or another crawl holds it: no failure."""
    return done.outcome is Outcome.RETRY_LATER and done.status is None


def failed(done: Visited) -> bool:
    """Whether a visit brought nothing where it should have. A broken document that gave entries is a good visit."""
    if not_asked(done):
        return False
    return not done.outcome.good or (not done.entries and done.cause in WEIGHTS)


def _decision(
    state: SourcePace,
    due: datetime,
    on_time: int,
    failures: int,
    trouble: float,
    moved: tuple[str | None, int] | None = None,
) -> PaceDecision:
    moved_to, moved_times = moved or (state.moved_to, state.moved_times)
    return PaceDecision(due, state.interval_seconds, on_time, failures, trouble, moved_to, moved_times)


def _backed_off(interval: int, trouble: float, jitter: float) -> timedelta:
    """How long to wait after failures that weigh `trouble` together; never shorter than the interval itself."""
    usual = timedelta(seconds=interval)
    if not trouble:
        return usual
    doubled = usual * 2 ** min(trouble + FIRST_STEP, _DOUBLINGS)
    return max(min(doubled, max(RETRY_CEILING, usual)) * (1 - JITTER_SHARE * jitter), usual)


def _asked(done: VisitDone) -> timedelta:
    return min(timedelta(seconds=done.retry_after or 0), RETRY_AFTER_CEILING)


def _on_time(state: SourcePace, interval: int, done: VisitDone) -> tuple[int, bool]:
    """How many visits in a row were on time, and whether this is one of them. One before its time changes nothing."""
    late = done.started_at - (state.next_due_at or done.started_at)
    if late < timedelta(0):
        return state.on_time, False
    if late > timedelta(seconds=interval * LATE_AFTER):
        return 0, False
    return min(state.on_time + 1, ON_TIME_VISITS), True


def _adapted(interval: int, done: VisitDone, low: int, high: int) -> int:
    """The interval that fits the share of entries we knew already. An empty document tells nothing about it."""
    if done.outcome is Outcome.UNCHANGED:
        known = 1.0
    elif done.entries:
        known = 1 - min(done.new / done.entries, 1)
    else:
        return interval
    factor = GROW if known >= KNOWN_ENOUGH else SHRINK if known < KNOWN_LITTLE else 1
    return min(max(round(interval * factor), low), high)


def _moved(state: SourcePace, done: VisitDone) -> tuple[str | None, int]:
    if not done.moved_to:
        return None, 0
    return done.moved_to, state.moved_times + 1 if done.moved_to == state.moved_to else 1
