"""The dates in a text that people wrote for people: what `find_dates` reads, and what the rest of a sentence adds.

"Op donderdag 3 december vertelt een oud-rechercheur vanaf 19.30 uur over zijn werk." Pure;
rather none than a wrong one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import groupby, pairwise

from crawler.reading.clock_times import Clock, ending, moment
from crawler.reading.event_dates import LIMIT, DateFound, find_dates, in_small_letters
from crawler.reading.meant_days import day_words_in
from crawler.reading.said_days import SENTENCES
from crawler.reading.tenses import is_over, sentence_around
from crawler.reading.time_words import Part
from crawler.reading.told_times import (
    FARTHEST,
    chosen_of,
    clock_in,
    end_after,
    following_times,
    labelled_before,
    opening_time,
    opens_a_door,
    times_in,
)
from store.values import AMSTERDAM

_NIGHT = re.compile(
    r"nacht van (?:(?:maan|dins|woens|donder|vrij|zater|zon)dag\s)?(?P<day>\d{1,2})(?:\s\w{3,9})?\sop\s(?:de\s)?$"
)
_NO_END = re.compile(r"\b(?:aanmeld|inschrij|meld|bel|bereik|open|reserv|opgeven)")
_NAMES = re.compile(
    r"\b(?:comité|comite|stichting|band|café|cafe|plein|restaurant|hotel|boek|film|roman|lied|straat|groep|week van)"
    r"\s(?:de\s)?(?:\d{1,2}\s(?:en|&)\s)?$|\b(?:dag|dagen|week|weken|maand|maanden|jaar)\s(?:na|voor)\s$"
)
_ELSEWHERE = re.compile(r"\s?(?:gmt|utc|[ec]e?st|cet|pst|edt)\b")
"""Behind a time: the clock of another place."""
_YEAR = re.compile(r"(?:19|20)\d\d|'\d\d|\d[-/.]\d{1,2}[-/.]\d\d")
_WEEKDAY = re.compile(r"(?:ma|di|wo|do|vr|za|zo|zat|zon|woe|maand|dinsd|woensd|donderd|vrijd|zaterd|zond)\b")
_LONG_DAY = re.compile(r"\b(?:maan|dins|woens|donder|vrij|zater|zon)dag")
_PUT_OFF = re.compile(r"\b(?:uitgesteld|verplaatst|verschoven|verzet|opgeschort|aangehouden)\b")
_DEADLINE = re.compile(
    r"\b(?:\w{0,4}meld\w*|\w*schrijv\w*|reageer"
    r"|reageren|\w*geven|geef je|inlever\w*|betaal\w*|stem|stemmen|bestel\w*)\b"
)
_FROM = re.compile(r"\b(?:vanaf|met ingang van|te beginnen(?:\sop)?|beginnend(?:\sop)?|start op|begint op)\s(?:op\s)?$")
_NTH = re.compile(r"eerste|tweede|derde|vierde|laatste|\d(?:e|de|ste)\b", re.IGNORECASE)
_ONE_DAY = timedelta(days=1)
_DOUBTFUL = timedelta(days=270)
"""A day without its year that lies so far ahead is as likely to be one of the past."""
_PARTS = {0: Part.MORNING, 12: Part.AFTERNOON, 18: Part.EVENING}
"""By the hour at which `find_dates` lets them begin."""


def dates_told(text: str, at: datetime) -> list[DateFound]:
    """Every date in a text, in order. `at` is when it was written; times are those of clocks in Amsterdam.

    Days that follow one another without a time are one stretch; "vrijdagavond" inside a sentence is that whole Friday.
    """
    text = text[:LIMIT]
    lowered = in_small_letters(text)
    words = day_words_in(lowered, at.astimezone(AMSTERDAM).date())
    found = find_dates(text, at, words)
    groups = [list(group) for _, group in groupby(found, key=lambda each: (each.start, each.end))]
    told: list[DateFound] = []
    for place, group in enumerate(groups[:SENTENCES]):
        before = groups[place - 1][0].end if place else 0
        after = groups[place + 1][0].start if place + 1 < len(groups) else len(text)
        if not _is_no_day(group[0], lowered, at):
            told += _finished(group, text, lowered, before, after)
    return _begun(told, lowered) + [each for group in groups[SENTENCES:] for each in group]


def _begun(found: list[DateFound], lowered: str) -> list[DateFound]:
    """What comes back every week from a day on has its first time then: "vanaf 4 januari elke dinsdag"."""
    told = []
    for place, each in enumerate(found):
        near = [other for other in found[max(place - 1, 0) : place + 2] if other.all_day and not other.recurring]
        begin = next((other for other in near if _FROM.search(lowered, max(other.start - 24, 0), other.start)), None)
        if each.recurring and begin is not None and _LONG_DAY.search(each.text.lower()) and not _NTH.search(each.text):
            told.append(_shifted(each, begin))
        else:
            told.append(each)
    return told


def _shifted(found: DateFound, begin: DateFound) -> DateFound:
    if found.starts_at is None or begin.starts_at is None or found.starts_at >= begin.starts_at:
        return found
    here, first = found.starts_at.astimezone(AMSTERDAM), begin.starts_at.astimezone(AMSTERDAM).date()
    day = first + timedelta(days=(here.weekday() - first.weekday()) % 7)
    starts = moment(day, here.time())
    ends = (
        moment(
            day + (found.ends_at.astimezone(AMSTERDAM).date() - here.date()), found.ends_at.astimezone(AMSTERDAM).time()
        )
        if found.ends_at
        else None
    )
    return replace(found, starts_at=starts, ends_at=ends)


def _is_no_day(found: DateFound, lowered: str, at: datetime) -> bool:
    """A name that looks like a day ("comité 4 en 5 mei"), or a day of the past that lacks its year."""
    if found.only_time or found.end - found.start == len(lowered.strip()):
        return False
    if _ELSEWHERE.match(lowered, found.end):
        return True
    if _NAMES.search(lowered, max(found.start - 20, 0), found.start):
        return True
    said = lowered[found.start : found.end]
    if _YEAR.search(said) or not re.search(r"\d", said) or _WEEKDAY.match(said) or _LONG_DAY.search(said):
        return False
    too_far = found.starts_at is not None and found.starts_at - at > _DOUBTFUL
    return too_far or is_over(lowered, found.start, found.end)


def _finished(group: list[DateFound], text: str, lowered: str, before: int, after: int) -> list[DateFound]:
    first = group[0]
    if first.only_time:
        return group
    if first.starts_at is None:
        return _joined([_not_until(each, lowered) for each in group])
    if night := _NIGHT.search(lowered, max(first.start - 60, before), first.start):
        return _first_of_two(first, night, text)
    whole_text = first.end - first.start == len(text.strip())
    if all(each.all_day or each.vague for each in group) and all(_is_single(each) for each in group):
        whole = group if whole_text and first.vague else _joined([_whole_day(each) for each in group])
        return _with_time(group, text, lowered, before, after) or whole
    if len(group) == 1 and not first.all_day and first.ends_at is None:
        return [_with_end(first, text, lowered, after)]
    return group


def _not_until(found: DateFound, lowered: str) -> DateFound:
    """Words that look like a deadline and are none: "uitgesteld tot 18 januari", "gepland voor 10 december"."""
    begin, stop = _around(found, lowered)
    word = lowered[begin : found.start].split()[-1:]
    put_off = word == ["tot"] and _PUT_OFF.search(lowered, begin, found.start)
    for_a_day = word == ["voor"] and not _DEADLINE.search(lowered, begin, stop)
    if found.ends_at is None or not (put_off or for_a_day):
        return found
    return replace(found, starts_at=moment((found.ends_at - _ONE_DAY / 2).astimezone(AMSTERDAM).date(), time(0)))


def _is_single(found: DateFound) -> bool:
    """One day and no stretch of days; also one that something begins on."""
    return found.vague or found.is_one_day or (found.all_day and found.ends_at is None)


def _first_of_two(found: DateFound, night: re.Match[str], text: str) -> list[DateFound]:
    """The night of the 12th to the 13th begins on the 12th."""
    assert found.starts_at is not None  # noqa: S101 - the caller looked
    day = found.starts_at.astimezone(AMSTERDAM).date() - _ONE_DAY
    if day.day != int(night["day"]) or not found.is_one_day:
        return []
    start = night.start("day")
    return [
        replace(
            found, text=text[start : found.end], start=start,
            starts_at=moment(day, time(0)), ends_at=moment(day + _ONE_DAY, time(0)),
        )
    ]  # fmt: skip


def _whole_day(found: DateFound) -> DateFound:
    if not found.vague or found.starts_at is None:
        return found
    day = found.starts_at.astimezone(AMSTERDAM).date()
    return replace(
        found, starts_at=moment(day, time(0)), ends_at=moment(day + _ONE_DAY, time(0)), all_day=True, vague=False
    )


def _joined(group: list[DateFound]) -> list[DateFound]:
    """Days that follow one another are one stretch."""
    following = all(one.ends_at is not None and one.ends_at == other.starts_at for one, other in pairwise(group))
    if len(group) < 2 or not following or group[0].recurring:  # noqa: PLR2004
        return group
    return [replace(group[0], ends_at=group[-1].ends_at)]


def _part_of(found: DateFound) -> Part | None:
    """Which part of the day is said, when it is all that was understood so far."""
    if not found.vague or found.starts_at is None:
        return None
    return _PARTS.get(found.starts_at.astimezone(AMSTERDAM).hour)


def _with_time(group: list[DateFound], text: str, lowered: str, before: int, after: int) -> list[DateFound]:
    """The days with the time that the rest of their sentence says, or the next sentences; [] when none says one."""
    first = group[0]
    begin, stop = _around(first, lowered)
    begin, stop = max(begin, before), min(stop, after, first.end + 2 * FARTHEST)
    times = chosen_of(times_in(lowered, first.end, stop)) or opening_time(lowered, begin, first.start)
    if not times:
        times, stop = following_times(lowered, stop, after)
    if not times:
        times = labelled_before(lowered, begin, before)
    if not times or abs(times[0].start - first.end) > FARTHEST:
        return []
    clock = clock_in(times, _part_of(first), lowered[begin:stop])
    end = max(first.end, *(each.end for each in times)) if times[0].start > first.end else first.end
    return [_timed(each, clock, text, min(first.start, times[0].start), end) for each in group]


def _with_end(found: DateFound, text: str, lowered: str, after: int) -> DateFound:
    """When the rest of the sentence says until when: "...; het duurt tot 16.00 uur"."""
    assert found.starts_at is not None  # noqa: S101 - the caller looked
    _, stop = _around(found, lowered)
    near = lowered[found.start : stop]
    times = times_in(lowered, found.end, min(stop, after))
    starts = [each for each in times if each.role == "start"]
    if len(starts) == 1 and opens_a_door(lowered[found.start : found.end]):
        # "Op 3 december is de zaal vanaf 19.00 uur open en begint het gesprek om 19.30 uur."
        return _timed(found, clock_in(starts, None, near), text, found.start, starts[0].end)
    if len(times) != 1 or times[0].role != "end" or _NO_END.search(lowered, found.end, times[0].start):
        return found
    begins = found.starts_at.astimezone(AMSTERDAM)
    end = end_after(begins.time(), times[0], near)
    ends = ending(begins.date(), begins.date(), Clock(begins.time(), end))
    return replace(found, text=text[found.start : times[0].end], end=times[0].end, ends_at=ends) if ends else found


def _around(found: DateFound, lowered: str) -> tuple[int, int]:
    """The sentence of a date. The full stop behind it may end the sentence or a short form."""
    return sentence_around(lowered, found.start, found.end - (lowered[found.end - 1] == "."))


def _timed(found: DateFound, clock: Clock, text: str, start: int, end: int) -> DateFound:
    assert found.starts_at is not None  # noqa: S101 - the caller looked
    day = found.starts_at.astimezone(AMSTERDAM).date()
    return replace(
        found, text=text[start:end], start=start, end=end, starts_at=moment(day, clock.begin),
        ends_at=ending(day, day, clock), all_day=False, vague=False,
    )  # fmt: skip
