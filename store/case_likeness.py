"""Whether two texts report steps of one criminal case: from place, court, ECLI, days, kind of news and what was done.

No name is a key: names are left out of what is compared, so that two people of one name are never made into one case,
and nobody can look a person up by their case. Pure, and all from signatures: the texts may be gone by then.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from store.signatures import KINDS, TELLING, Mark, Of, Signature, key_of, matter_keys, overlap

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
STEPS = ("raid", "arrest", "hearing", "demand", "verdict", "appeal")
"""Kinds of news that belong to a case, in the order in which they come."""
STEP_KEYS = {key_of(Of.KIND, step): number for number, step in enumerate(STEPS)}
WORDED = {**{step: number for number, step in enumerate(STEPS)}, "acquittal": STEPS.index("verdict")}
ARREST, HEARING, DEMAND, VERDICT, APPEAL = range(1, 6)
ECLI, DAY, COURT, ABOVE, JUDGED, LIES = 250, 60, 50, 40, 30, 20
"""Weights of marks of a case. They say what a mark is: the number of a judgment, a day that is announced, a court, the
court of appeal above it, a province that it judges, a province where something happened."""
LONGEST = timedelta(days=6 * 365)
"""From an arrest to the last word of the Hoge Raad."""
AHEAD = timedelta(days=330)
"""A day is announced without its year."""
VERDICT_AFTER = timedelta(days=14)
"""A judge says within fourteen days after the last sitting when there is a judgment (art. 345 Sv)."""
LATE = timedelta(days=30)
AGAIN = timedelta(days=10)
"""Reports of the same step lie closer together; a later one is of another case."""
SHOWN_WORDS = 4
LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class CaseLikeness:
    """`score` runs from 0 to 1, from `LIKELY` on it is worth an editor's look; `reasons` are Dutch."""

    score: float
    reasons: tuple[str, ...] = ()

    @property
    def likely(self) -> bool:
        return self.score >= LIKELY


NONE = CaseLikeness(0.0)


def step_of(signature: Signature) -> int | None:
    """Which step of a case a text tells, by its kind of news or else by its words; None when it tells none."""
    kinds = [mark.key for mark in signature.marks if mark.key % KINDS == Of.KIND]
    if kinds:
        return STEP_KEYS.get(kinds[0])
    return WORDED.get(signature.step)


def case_keys(signature: Signature) -> list[int]:
    """The hashes by which to find, and to look for, other steps of a case: none for a text that is no step."""
    eclis = [mark.key for mark in signature.marks if mark.key % KINDS == Of.CASE and mark.weight == ECLI]
    if step_of(signature) is None and not eclis:
        return []
    where = [mark.key for mark in signature.places if mark.weight >= TELLING]
    where += [mark.key for mark in signature.marks if mark.key % KINDS == Of.CASE and mark.weight in {COURT, ABOVE}]
    return eclis + matter_keys(signature, where)


def same_case(
    one: Signature, other: Signature, one_at: datetime | None = None, other_at: datetime | None = None
) -> CaseLikeness:
    """How likely it is that two texts belong to one case. The order of the two does not matter; the words of the
    reasons are those of the first.

    The weights were fitted as those of stories were, on few cases, and rounded towards what the law says of the order
    of steps.
    """
    mine, theirs = (_marks_of_case(each) for each in (one, other))
    both = mine.keys() & theirs.keys()
    if judgments := [mine[key].word for key in both if mine[key].weight == ECLI]:
        return CaseLikeness(1.0, (f"hetzelfde vonnis: {min(judgments)}" if min(judgments) else "hetzelfde vonnis",))
    apart = other_at - one_at if one_at and other_at else None
    order = (one, other) if apart is None or apart >= timedelta() else (other, one)
    follows = _follows(*order, None if apart is None else abs(apart))
    where, reasons = _where(one, other, mine, theirs)
    if math.isinf(follows + where):
        return NONE
    shared = overlap(one, other, Of.NUMBER)
    when, told_when = _when(one, other, one_at, other_at)
    odds = 0.7 * shared.told + follows + where + when + _forms(one, other, shared.of) - 6.4
    words = _words(one, other)
    reasons += [f"in beide staat: {', '.join(words)}"] if words else []
    reasons += told_when + (["dezelfde vorm van uitbuiting"] if Of.FORM in shared.of else [])
    return CaseLikeness(min(1 / (1 + math.exp(-odds)), 0.999), tuple(reasons))


def _marks_of_case(signature: Signature) -> dict[int, Mark]:
    return {mark.key: mark for mark in signature.marks if mark.key % KINDS == Of.CASE}


def _follows(first: Signature, then: Signature, apart: timedelta | None) -> float:
    """What the kinds of news say, the earlier text first; minus infinity when they exclude one case."""
    steps = step_of(first), step_of(then)
    if steps == (None, None) or (apart and apart > LONGEST):
        return -math.inf
    odds = 0.0
    for signature, step in zip((first, then), steps, strict=True):
        if step is None:
            # News of another kind, a plan or a campaign, is hardly a step; a portrait or a reaction may go with one.
            odds -= 1.0 if any(mark.key % KINDS == Of.KIND for mark in signature.marks) else 0.1
    if steps[0] is None or steps[1] is None:
        return odds
    if max(steps[0], steps[1]) <= ARREST:
        # Two raids or arrests are two cases, or one story.
        odds -= 1.2
    if steps[1] > steps[0]:
        return odds + 2.6
    if apart is None or apart <= timedelta(days=1):
        return odds
    if steps[1] < steps[0]:
        # Nothing goes back. Within some weeks it may be said late, or the kind of news be misread.
        return odds - 1.5 if apart < LATE else -math.inf
    # Sittings can follow each other, but a demand and a judgment do not come twice.
    return odds - (1.5 if steps[0] in {DEMAND, VERDICT} and apart > AGAIN else 0.0)


def _where(one: Signature, other: Signature, mine: dict[int, Mark], theirs: dict[int, Mark]) -> tuple[float, list[str]]:
    """What place and court say; minus infinity when they exclude one case."""
    odds, reasons = 0.0, []
    there = {mark.key for mark in other.places}
    towns = [[mark for mark in each.places if mark.weight >= TELLING] for each in (one, other)]
    same_town = [mark.word for mark in towns[0] if mark.key in there]
    same_province = any(mark.key in there for mark in one.places)
    courts = [{key for key, mark in each.items() if mark.weight in {COURT, ABOVE}} for each in (mine, theirs)]
    own = [{key for key, mark in each.items() if mark.weight == COURT} for each in (mine, theirs)]
    fits = bool(own[0] & courts[1] or courts[0] & own[1])
    if own[0] and own[1] and not fits:
        return -math.inf, []
    judged = [_judges(mine, theirs), _judges(theirs, mine)]
    if False in judged and not fits:
        return -math.inf, []
    if same_town:
        odds += 1.3
        reasons.append(f"beide gaan over {', '.join(filter(None, same_town)) or 'dezelfde plaats'}")
    elif same_province:
        # The second town may be where the court sits.
        odds -= 2.0 if towns[0] and towns[1] else 0.0
        reasons.append("beide gaan over dezelfde provincie")
    elif one.places and other.places and not fits and True not in judged:
        return -math.inf, []
    if fits:
        odds += 0.6
        reasons.append("bij dezelfde rechtbank, of het hof erboven")
    elif True in judged:
        odds += 0.8
        reasons.append("de rechtbank oordeelt over deze streek")
    return odds, reasons


def _judges(mine: dict[int, Mark], theirs: dict[int, Mark]) -> bool | None:
    """Whether the court of one text judges where the other happened; None when one of the two is not said."""
    judged = {key for key, mark in mine.items() if mark.weight == JUDGED}
    # The same province has one key as a place that is judged and another as a place where something happened.
    lies = {key_of(Of.CASE, f"judged:{key}") for key, mark in theirs.items() if mark.weight == LIES}
    return bool(judged & lies) if judged and lies else None


def _when(
    one: Signature, other: Signature, one_at: datetime | None, other_at: datetime | None
) -> tuple[float, list[str]]:
    """A day that the earlier text announces, or a judgment or a demand that comes when it should."""
    if one_at is None or other_at is None:
        return 0.0, []
    first, then, apart = (one, other, other_at - one_at) if one_at <= other_at else (other, one, one_at - other_at)
    if timedelta(hours=12) < apart < AHEAD and _announces(first, max(one_at, other_at)):
        return 1.5, ["de datum van de ene tekst staat aangekondigd in de andere"]
    steps = step_of(first), step_of(then)
    if steps[1] == VERDICT and steps[0] in {HEARING, DEMAND} and abs(apart - VERDICT_AFTER) <= timedelta(days=2):
        return 2.0, ["het vonnis komt twee weken na de zitting"]
    if set(steps) == {HEARING, DEMAND} and apart <= timedelta(days=3):
        return 0.8, ["de eis volgt op de zitting"]
    return (-0.5 if apart > timedelta(days=2 * 365) else 0.0), []


def _announces(first: Signature, at: datetime) -> bool:
    """Whether a text names the day of another one, or the day before: newspapers tell it in the morning."""
    day = at.astimezone(AMSTERDAM).date()
    named = {mark.key for mark in first.marks if mark.key % KINDS == Of.CASE and mark.weight == DAY}
    return bool(named) and any(day_key(each.day, each.month) in named for each in (day, day - timedelta(days=1)))


def day_key(day: int, month: int) -> int:
    """The key of a day that a text names, without its year: texts hardly ever say it."""
    return key_of(Of.CASE, f"day:{day}-{month}")


def _forms(one: Signature, other: Signature, shared: frozenset[int]) -> float:
    if Of.FORM in shared:
        return 0.5
    both_said = all(any(mark.key % KINDS == Of.FORM for mark in each.marks) for each in (one, other))
    return -1.4 if both_said else 0.0


def _words(one: Signature, other: Signature) -> list[str]:
    theirs = {mark.key: mark.weight for mark in other.marks if mark.key % KINDS == Of.WORD}
    shared = (mark for mark in one.marks if min(mark.weight, theirs.get(mark.key, 0)) >= TELLING)
    return [mark.word for mark in shared if mark.word][:SHOWN_WORDS]
