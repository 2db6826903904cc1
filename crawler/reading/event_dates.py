"""When something is, in Dutch text: from the words about time to moments. Pure; rather no date than a wrong one.

A day needs no time, a time needs a day. "Donderdag 3 december van 19.30 tot 21.30 uur", "25 t/m 29 mei", "7, 14 en 21
januari, 20.00 uur", "elke eerste zondag van de maand". Times are those of clocks in Amsterdam.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from crawler.reading.clock_times import Clock, clock_of, ending, moment
from crawler.reading.date_glue import AROUND, DOORS, ENDS, WORD, glued, opened, role_of
from crawler.reading.date_words import SHORT, words_in
from crawler.reading.dutch_calendar import Written, settled, settled_range
from crawler.reading.time_words import ClockWords, DayWords, How, Part, PartWords, Words
from store.values import AMSTERDAM

LIMIT = 100_000
"""Characters that are read."""


@dataclass(frozen=True, slots=True)
class DateFound:
    """A date in a text: where it stands (code points), and the moments in UTC.

    A day without a time is `all_day` and runs from midnight to midnight in Amsterdam, its end exclusive. `starts_at` is
    None when only an end is said ("tot 30 november"). `vague` says that a part of the day is all that is said
    ("vrijdagavond"), `recurring` that this is the next of many, `only_time` that the text says no day at all.
    """

    text: str
    start: int
    end: int
    starts_at: datetime | None
    ends_at: datetime | None
    all_day: bool
    vague: bool = False
    recurring: bool = False
    only_time: bool = False

    @property
    def is_one_day(self) -> bool:
        """Whether all that is said is a single day."""
        if not self.all_day or self.starts_at is None or self.ends_at is None:
            return False
        return self.ends_at - self.starts_at < _TWO_DAYS


_UNTIL = re.compile(
    r"\s{0,3}(?:--?|[–—]|t/m|tm|tot\s(?:en\smet\s)?(?:ca\.?|circa|ongeveer|uiterlijk)?|tot|en)\s{0,3}"
    r"(?:op\s)?(?:ca\.?\s|circa\s)?(?:maar\svoor\s)?"
)
_ONLY_UNTIL = re.compile(
    r"\s{0,3}(?:--?|[–—]|t/m|tm|tot\sen\smet|tot)\s{0,3}(?:op\s)?"
    r"|[\s,|;(–-]{0,4}(?:einde?|einddatum|eindigt(?:\sop)?|eind:?)\s?:?\s{0,3}(?:op\s)?"
)
_OPEN_END = re.compile(r"(?:\btot|t/m|[-–—])\s{0,2}$")
_DOOR_BEHIND = re.compile(
    r"[\s,]{0,2}\(?(?:inloop|deuren open|deur open|zaal open|ontvangst|welkom|koffie)"
    r"(?! ?:? {0,2}(?:vanaf\s|om\s)?\d)"
)
_MAAR = re.compile(r"\s{0,3}maar\svoor\s{1,3}")
_ALSO = re.compile(r"\s{0,3}(?:,|en|of|&|\+|/|;|,\s?en)\s{0,3}(?:op\s)?")
_END_BEFORE = re.compile(
    r"[\s,;(|/]{1,4}(?:uur[\s,]{1,2})?(?:einde?|eindtijd|tot)\s?:?\s(?:ca\.?\s|circa\s|rond\s|om\s)?"
)
_GAP, _PRE_GAP = 60, 14
_FROM = re.compile(
    r"\b(?P<word>vanaf|tot(?:\sen\smet|\suiterlijk)?|t/m|tm|voor|vóór|uiterlijk|sinds)\s{1,2}(?:op\s)?(?:uiterlijk\s)?$"
)
_IN_BRACKETS = re.compile(r"\([^()\n]{0,80}\)")
_ONE_SIGN = (*((sign, "'") for sign in "’‘`´"), *((sign, "-") for sign in "‐‑‒−"))
_CONTEXT = 80
_PARTS = {
    Part.MORNING: (time(0), time(12)), Part.AFTERNOON: (time(12), time(18)), Part.EVENING: (time(18), time(0)),
}  # fmt: skip
_TWO_DAYS = timedelta(hours=36)


def find_dates(text: str, now: datetime, words: list[Words] | None = None) -> list[DateFound]:
    """Every date in a text, in the order in which they stand there. `now` is when the text was written.

    "19.30 uur" without a day counts only when it is the whole text; then it is the next such time. `words` are
    the words about time in the text, when somebody has looked for them already.
    """
    text = text[:LIMIT]
    lowered = in_small_letters(text)
    here = now.astimezone(AMSTERDAM)
    words = words_in(lowered, here.date()) if words is None else words
    found: list[DateFound] = []
    place = free = 0
    while place < len(words):
        if isinstance(words[place], DayWords):
            reader = _Reader(text, lowered, words, place, here, free)
            found += reader.read()
            place = free = reader.next
        else:
            place += 1
    if words and len(text) <= SHORT and not any(isinstance(word, DayWords) for word in words):
        found = _time_alone(text, lowered, words, here)
    return found


def in_small_letters(text: str) -> str:
    """The text in small letters, with one kind of apostrophe, as long as it was."""
    lowered = text.lower()
    if len(lowered) != len(text):
        # A few letters become two when they are made small; offsets must hold.
        lowered = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    if lowered.isascii() and "`" not in lowered:
        return lowered
    for sign, plain in _ONE_SIGN:
        lowered = lowered.replace(sign, plain)
    return lowered


class _Reader:
    """Reads one date from the words, starting at a day: what stands before it, and what belongs to it behind it."""

    def __init__(self, text: str, lowered: str, words: list[Words], place: int, here: datetime, free: int = 0) -> None:
        self.text, self.lowered, self.words, self.here = text, lowered, words, here
        self.next = place + 1
        first = words[place]
        assert isinstance(first, DayWords)  # noqa: S101 - the caller looked
        self.first = first
        self.start, self.end = first.start, first.end
        self.groups: list[DayWords] = [first]
        self.clock: Clock | None = None
        self.last_clock: Clock | None = None
        self.all_day = False
        self.role = ""
        self.part = first.part
        self._look_back(place, free)

    def read(self) -> list[DateFound]:
        self._look_ahead()
        before = _FROM.search(self.lowered, max(self.start - 24, 0), self.start)
        days = self._days()
        if not days or not (all(group.sure for group in self.groups) or self._alone()):
            return []
        if self.clock is None and self.part is Part.NIGHT:
            # The night of Friday begins on Friday for some and ends then for others.
            return []
        if self.clock is None and self.part is not None and not self.all_day:
            begin, end = _PARTS[self.part]
            self.clock = Clock(begin, end, vague=True)
        word = before["word"] if before else ""
        found = [self._found(begin, end, word) for begin, end in days]
        return [each for each in found if each is not None]

    def _look_back(self, place: int, free: int) -> None:
        """A time that stands right before the day: "om 19.30 uur op vrijdag 20 september"."""
        start, part = self.start, None
        used: list[ClockWords] = []
        for word in reversed(self.words[max(place - 4, free) : place]):
            gap = self.lowered[word.end : start]
            fits = (_UNTIL.fullmatch(gap) or _END_BEFORE.fullmatch(gap)) if used and part is None else glued(gap)
            if (
                isinstance(word, DayWords)
                or len(gap) > _PRE_GAP
                or "\n" in gap
                or ")" in gap
                or not fits
                or len(used) > 1
            ):
                break
            if isinstance(word, PartWords):
                part = word.part
            else:
                used.insert(0, replace(word, part=part or word.part))
                part = None
            start = word.start
        if not used or used[-1].how is How.BARE or _taken(self.words, place, self.lowered):
            return
        if len(used) == 1 and _OPEN_END.search(self.lowered, max(start - _PRE_GAP, 0), start):
            # An end whose beginning we do not understand.
            return
        self.clock = self.told(used[0], used[1] if len(used) > 1 else None)
        self.start = start

    def _look_ahead(self) -> None:
        while self.next < len(self.words):
            word, gap = self.words[self.next], self.lowered[self.end : self.words[self.next].start]
            if len(gap) > _GAP or not self._takes(word, gap):
                return

    def _takes(self, word: Words, gap: str) -> bool:
        """Add one more word to this date, if it belongs to it."""
        if isinstance(word, DayWords):
            return self._takes_day(word, gap)
        if not glued(gap, DOORS | ENDS):
            return False
        if isinstance(word, PartWords):
            if gap.strip(" ,\n") and word.part is not None:
                return False
            self.all_day = self.all_day or (word.part is None and self.clock is None)
            self.part = self.part or word.part
            self._move(word, 1)
            return True
        return self._takes_clock(gap)

    def _takes_day(self, word: DayWords, gap: str) -> bool:
        if self._names_its_weekday(word, gap):
            # "12 december - zaterdag - 20.00 uur".
            self._move(word, 1)
            return True
        single = len(self.groups) == 1 and self.groups[0].until is None and len(self.groups[0].days) == 1
        named = word.days[0].fixed is not None and gap.strip(" -–—") == ""
        # "4 december - Sinterklaas op school" is no range.
        until = _ONLY_UNTIL.fullmatch(gap) or (gap.strip() == "en" and self._is_between())
        if single and word.until is None and len(word.days) == 1 and not named and until:
            self.groups = [replace(self.groups[0], until=word.days[0], sure=self.groups[0].sure and word.sure)]
            if not (self.groups[0].sure or self.clock):
                self.groups = [replace(self.groups[0], sure=False)]
            self._move(word, 1)
            return True
        if self.clock is None and _ALSO.fullmatch(gap) and word.until is None and self.groups[0].until is None:
            if self._is_the_same(word):
                # "Op Driekoningen, 6 januari": the second says the first again.
                self.groups = [replace(self.groups[0], sure=self.groups[0].sure or word.sure)]
            else:
                self.groups.append(word)
            self._move(word, 1)
            return True
        return False

    def _names_its_weekday(self, word: DayWords, gap: str) -> bool:
        day = word.days[0].fixed
        if day is None or len(word.days) > 1 or word.sure or gap.strip(" ,(|–-") or len(self.groups) > 1:
            return False
        if self.first.until is not None or len(self.first.days) > 1 or self.first.days[0].fixed is not None:
            return False
        mine = settled(self.first.days[0], self.here.date())
        return mine is not None and mine.weekday() == day.weekday()

    def _is_between(self) -> bool:
        """Whether "en" ends a span: "tussen 1 maart en 15 juni"."""
        return self.lowered[max(self.start - 12, 0) : self.start].rstrip().endswith("tussen")

    def _is_the_same(self, word: DayWords) -> bool:
        if len(self.groups) > 1 or len(self.first.days) > 1 or len(word.days) > 1:
            return False
        today = self.here.date()
        day = settled(word.days[0], today)
        named = self.first.days[0].fixed is not None or word.days[0].fixed is not None
        return named and day is not None and day == settled(self.first.days[0], today)

    def _takes_clock(self, gap: str) -> bool:
        word, following = self._clock_at(self.next)
        second = None
        if following < len(self.words) and isinstance(self.words[following], ClockWords):
            between = self.lowered[self.words[following - 1].end : self.words[following].start]
            # "14.00 en 16.30 uur" are two beginnings, but for "tussen 14.00 en 16.30 uur".
            two = between.strip() == "en" and "tussen" not in gap
            if (_UNTIL.fullmatch(between) and not two) or _MAAR.fullmatch(between):
                second, following = self._clock_at(following)
        if word.how is How.BARE and (second is None or (second.how is How.BARE and not opened(gap))):
            return False
        role = "" if self.role == "door behind" else role_of(gap)
        if self.clock is None:
            self.clock = self.told(word, second)
            self.role = "door behind" if second is None and _DOOR_BEHIND.match(self.lowered, word.end) else role
        elif self.groups[0].until is not None and self.last_clock is None and not ("\n" in gap or role or second):
            # "Van donderdag 20.00 uur tot en met zondag 21.30 uur": this one belongs to the last day.
            self.last_clock = self.told(word, None)
        elif role == "end" and self.clock.end is None and not second:
            self.clock = replace(self.clock, end=self.told(word, None).begin)
        elif self.role.startswith("door") and role != "door":
            self.clock, self.role = self.told(word, second), role
        else:
            return False
        self.end, self.next = self.words[following - 1].end, following
        return True

    def _clock_at(self, place: int) -> tuple[ClockWords, int]:
        """The time at this place, with the part of the day that stands right behind it, and what comes after both."""
        word = self.words[place]
        assert isinstance(word, ClockWords)  # noqa: S101 - the caller looked
        after = self.words[place + 1] if place + 1 < len(self.words) else None
        behind = isinstance(after, PartWords) and not self.lowered[word.end : after.start].strip()
        if isinstance(after, PartWords) and behind and after.part is not None:
            return replace(word, part=after.part), place + 2
        return word, place + 1

    def _move(self, word: Words, count: int) -> None:
        self.end = word.end
        self.next += count

    def told(self, first: ClockWords, second: ClockWords | None) -> Clock:
        """The time that these words mean here."""
        near = self.lowered[max(self.start - _CONTEXT, 0) : self.end + _CONTEXT]
        return clock_of(first, second, self.part, near)

    def _days(self) -> list[tuple[date, date]]:
        """The days, each with its last day."""
        today = self.here.date()
        group = self.groups[0]
        if group.until is not None:
            both = settled_range(group.days[0], group.until, today)
            return [both] if both else []
        written = [day for each in self.groups for day in each.days]
        year = next((day.year for day in reversed(written) if day.year), None)
        if year and len(written) > 1:
            written = [replace(day, year=day.year or year) if day.fixed is None else day for day in written]
        days = [settled(day, today) for day in written]
        # One that does not fit makes the others doubtful as well.
        return [] if None in days else [(day, day) for day in days if day is not None]

    def _alone(self) -> bool:
        """Whether the date is all there is on its line, but for words that announce it."""
        begin = self.lowered.rfind("\n", 0, self.start) + 1
        stop = self.lowered.find("\n", self.end)
        stop = len(self.lowered) if stop < 0 else stop
        if self.start - begin > _GAP or stop - self.end > 2 * _GAP:
            return False
        rest = _IN_BRACKETS.sub(" ", self.lowered[begin : self.start] + " " + self.lowered[self.end : stop])
        return not re.search(r"\d", rest) and all(word in AROUND for word in WORD.findall(rest))

    def _found(self, first: date, last: date, word: str) -> DateFound | None:
        text = self.text[self.start : self.end]
        recurring = self.groups[0].recurring
        clock = None if self.all_day else self.clock
        if clock is None:
            begins: datetime | None = moment(first, time(0))
            ends: datetime | None = moment(last + timedelta(days=1), time(0))
            if word == "vanaf" and first == last:
                ends = None
            elif word and word != "sinds" and first == last:
                begins = None
            return DateFound(text, self.start, self.end, begins, ends, all_day=True, recurring=recurring)
        begin = moment(first, clock.begin)
        end = ending(first, last, clock, self.last_clock)
        return DateFound(text, self.start, self.end, begin, end, False, clock.vague, recurring)


def _taken(words: list[Words], place: int, lowered: str) -> bool:
    """Whether a time follows the day as well; then the one before it belongs to something else."""
    after = words[place + 1] if place + 1 < len(words) else None
    if not isinstance(after, ClockWords) or after.how is How.BARE:
        return False
    gap = lowered[words[place].end : after.start]
    return len(gap) <= _PRE_GAP and glued(gap)


def _time_alone(text: str, lowered: str, words: list[Words], here: datetime) -> list[DateFound]:
    """A text that is nothing but a time: "om half vier"."""
    clocks = [word for word in words if isinstance(word, ClockWords)]
    parts = [word for word in words if isinstance(word, PartWords)]
    if not clocks or len(clocks) > 2 or len(parts) > 1 or (len(clocks) == 1 and clocks[0].how is How.BARE):  # noqa: PLR2004
        return []
    rest = lowered[: words[0].start] + " " + lowered[words[-1].end :]
    inner = [lowered[one.end : other.start] for one, other in pairwise(words)]
    if not glued(rest) or not all(glued(gap) or _UNTIL.fullmatch(gap) for gap in inner):
        return []
    if re.search(r"\btot\b|\bvoor\b", lowered[: words[0].start]):
        return []
    today = here.date()
    stand_in = DayWords(0, 0, (Written(fixed=today),))
    reader = _Reader(text, lowered, [stand_in, *words], 0, here)
    part = parts[0].part if parts else None
    # Said once, it holds for both.
    clocks = [replace(clock, part=clock.part or part) for clock in clocks]
    clock = reader.told(clocks[0], clocks[1] if len(clocks) > 1 else None)
    begin = moment(today, clock.begin)
    if part is not None and begin <= here:
        return []
    day = today if begin > here else today + timedelta(days=1)
    begin = moment(day, clock.begin)
    end = ending(day, day, clock)
    first, last = words[0].start, words[-1].end
    return [DateFound(text[first:last], first, last, begin, end, all_day=False, only_time=True)]
