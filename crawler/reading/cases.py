"""Whether two texts report steps of one criminal case: from place, court, ECLI, dates and kind of news.

No name is a key. Words with a capital inside a sentence are left out of what is compared, so that two people of one
name are never made into one case, and nobody can look a person up by their case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.reading.courts import Court, courts_in, eclis_in, fits, judges
from crawler.reading.likeness import signature_of
from store.signatures import Mark
from store.values import AMSTERDAM, Form, Region

STEPS = {"raid": 0, "arrest": 1, "hearing": 2, "demand": 3, "verdict": 4, "appeal": 5}
"""Kinds of news that belong to a case, in the order in which they come. Others have no place in one."""
LONGEST = timedelta(days=6 * 365)
"""From an arrest to the last word of the Hoge Raad."""
LIKELY = 0.5
SURE = 0.4
TELLING = 80
VERDICT_AFTER = timedelta(days=14)
"""A judge says within fourteen days after the last sitting when there is a judgment (art. 345 Sv)."""
SAME_STEP_DAYS = timedelta(days=10)
"""Reports of the same step lie closer together; a later one is of another case, or a second sitting."""
FAINT_ENOUGH = 2
"""So many words of every report in both texts are worth one that tells something."""
SHOWN_WORDS = 4


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What of a text can tell its case. `published_at` is aware; `dates` are moments that the text announces.

    `news_kind` is one of PRODUCT.md's, None when it was not recognised. `words` holds no name.
    """

    published_at: datetime | None
    news_kind: str | None
    municipalities: frozenset[str] = frozenset()
    provinces: frozenset[str] = frozenset()
    courts: tuple[Court, ...] = ()
    eclis: frozenset[str] = frozenset()
    dates: tuple[datetime, ...] = ()
    forms: frozenset[Form] = frozenset()
    words: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseLikeness:
    """`score` runs from 0 to 1, from `LIKELY` on it is worth an editor's look; `reasons` are Dutch."""

    score: float
    reasons: tuple[str, ...] = ()

    @property
    def likely(self) -> bool:
        return self.score >= LIKELY


NONE = CaseLikeness(0.0)


def facts_of(
    title: str,
    text: str,
    published_at: datetime | None,
    news_kind: str | None,
    *,
    regions: Iterable[Region] = (),
    forms: Iterable[Form] = (),
    dates: Iterable[datetime] = (),
) -> CaseFacts:
    """The facts of one text that was read already."""
    known = [region for region in regions if region.confidence >= SURE]
    signed = signature_of(title, text, known)
    whole = f"{title}\n{text}"
    return CaseFacts(
        published_at=published_at,
        news_kind=news_kind,
        municipalities=frozenset(region.municipality for region in known if region.municipality),
        provinces=frozenset(region.province for region in known),
        courts=courts_in(whole),
        eclis=eclis_in(whole),
        dates=tuple(dates),
        forms=frozenset(forms),
        # Parts of words say the same thing twice.
        words=tuple(mark for mark in signed.marks if mark.word and "…" not in mark.word),
    )


def same_case(one: CaseFacts, other: CaseFacts) -> CaseLikeness:
    """How likely it is that two texts belong to one case. The order of the two does not matter."""
    if shared := one.eclis & other.eclis:
        return CaseLikeness(1.0, (f"hetzelfde vonnis: {min(shared)}",))
    if other.published_at and one.published_at and other.published_at < one.published_at:
        one, other = other, one
    if not _can_follow(one, other):
        return NONE
    where, reasons = _where(one, other)
    if where < 0:
        return NONE
    theirs = {mark.key for mark in other.words}
    both = [mark for mark in one.words if mark.key in theirs]
    words = [mark.word for mark in both if mark.weight >= TELLING]
    faint = len(both) - len(words)
    score = where + min(0.16 * len(words), 0.64) + min(0.05 * faint, 0.2)
    if words:
        reasons.append(f"in beide staat: {', '.join(words[:SHOWN_WORDS])}")
    for found, gain, reason in (_when(one, other), _forms(one, other)):
        score += gain
        reasons += [reason] if found else []
    # A place, a court and the calendar are shared by every case of that court: something of the case must be too.
    if not words and faint < FAINT_ENOUGH:
        score = min(score, LIKELY - 0.1)
    return CaseLikeness(min(max(score, 0.0), 0.99), tuple(reasons))


def _can_follow(one: CaseFacts, other: CaseFacts) -> bool:
    """Whether the later text can be a later step, or the same one."""
    steps = [STEPS.get(facts.news_kind or "") for facts in (one, other)]
    if any(facts.news_kind and facts.news_kind not in STEPS for facts in (one, other)):
        return False
    # Two arrests, or two texts without a step, are at most one story: a case begins where a court comes in.
    if all(step is None or step <= STEPS["arrest"] for step in steps) and not (one.courts or other.courts):
        return False
    if one.published_at is None or other.published_at is None:
        return True
    apart = other.published_at - one.published_at
    if apart > LONGEST:
        return False
    if steps[0] is not None and steps[1] is not None and apart > timedelta(days=1):
        # Sittings and arrests can follow each other; a judgment does not come twice, and nothing goes back.
        again = steps[0] == steps[1] and one.news_kind in {"verdict", "demand"} and apart > SAME_STEP_DAYS
        return steps[1] >= steps[0] and not again
    return True


def _where(one: CaseFacts, other: CaseFacts) -> tuple[float, list[str]]:
    """What place and court say, below zero when they exclude one case."""
    if towns := one.municipalities & other.municipalities:
        score, reasons = 0.26, [f"beide gaan over {', '.join(sorted(towns))}"]
    elif (
        one.municipalities
        and other.municipalities
        and not (one.courts or other.courts or one.provinces & other.provinces)
    ):
        return -1.0, []
    elif provinces := one.provinces & other.provinces:
        # The second town may be where the court sits.
        score, reasons = 0.1, [f"beide gaan over {', '.join(sorted(provinces))}"]
    else:
        score, reasons = 0.0, []
    if one.courts and other.courts:
        if not any(fits(first, second) for first in one.courts for second in other.courts):
            return -1.0, []
        return score + 0.12, [*reasons, "bij dezelfde rechtbank, of het hof erboven"]
    for facts, elsewhere in ((one, other), (other, one)):
        if facts.courts and elsewhere.provinces:
            if not any(judges(court, elsewhere.provinces) for court in facts.courts):
                return -1.0, []
            return score + 0.06, [*reasons, "de rechtbank oordeelt over deze streek"]
    return score, reasons


def _when(one: CaseFacts, other: CaseFacts) -> tuple[bool, float, str]:
    """A date that the earlier text announces, or the fourteen days between demand and judgment."""
    if one.published_at is None or other.published_at is None:
        return False, 0.0, ""
    day = other.published_at.astimezone(AMSTERDAM).date()
    if any(date.astimezone(AMSTERDAM).date() == day for date in one.dates):
        return True, 0.3, "de datum van de ene tekst staat aangekondigd in de andere"
    apart = other.published_at - one.published_at
    if one.news_kind in {"demand", "hearing"} and other.news_kind == "verdict":
        if abs(apart - VERDICT_AFTER) <= timedelta(days=2):
            return True, 0.2, "het vonnis komt twee weken na de zitting"
        return False, 0.0, ""
    if {one.news_kind, other.news_kind} == {"hearing", "demand"} and apart <= timedelta(days=3):
        return True, 0.15, "de eis volgt op de zitting"
    return False, -0.1 if apart > timedelta(days=2 * 365) else 0.0, ""


def _forms(one: CaseFacts, other: CaseFacts) -> tuple[bool, float, str]:
    if not one.forms or not other.forms:
        return False, 0.0, ""
    return (True, 0.06, "dezelfde vorm van uitbuiting") if one.forms & other.forms else (False, -0.2, "")
