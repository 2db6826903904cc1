"""A second reading of schema.org markup: extruct finds it, and this small mapping says what it means. For tests alone.

It shares nothing with `crawler/schema_*.py`: another JSON-LD reader, another microdata reader, another date library.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import extruct
from dateutil import parser as dates
from dateutil import rrule

HERE = ZoneInfo("Europe/Amsterdam")
ASIDE = {"superEvent"}
STATUS = {"cancelled": "cancelled", "postponed": "postponed", "rescheduled": "changed", "movedonline": "changed"}


@dataclass(frozen=True)
class Read:
    title: str
    starts_at: datetime
    ends_at: datetime | None
    place: str
    url: str
    status: str


def read(page: str, url: str, now: datetime) -> list[Read]:
    """The coming events of a page. Raises whatever extruct raises on markup that it cannot read."""
    found = extruct.extract(page, base_url=url, syntaxes=["json-ld", "microdata"], uniform=True, errors="strict")
    things = [*found["json-ld"], *found["microdata"]]
    known = {thing["@id"]: thing for each in things for thing in inside(each) if "@id" in thing and len(thing) > 1}
    events = [event for thing in things for event in events_of(thing, {}, known)]
    reads: dict[tuple[str, datetime], Read] = {}
    for event in events:
        for start, end in times(event, now):
            if (end or start) > now:
                one = reading(event, start, end, url, known)
                # What is told twice is one event; the first that has an end, a place or an address counts.
                other = reads.get((one.title, one.starts_at))
                reads[one.title, one.starts_at] = merged(other, one) if other else one
    return list(reads.values())


def merged(one: Read, other: Read) -> Read:
    place, url = one.place or other.place, one.url or other.url
    return Read(one.title, one.starts_at, one.ends_at or other.ends_at, place, url, one.status)


def inside(thing: Any) -> list[dict[str, Any]]:
    if isinstance(thing, list):
        return [each for item in thing for each in inside(item)]
    if not isinstance(thing, dict):
        return []
    return [thing, *(each for value in thing.values() for each in inside(value))]


def kinds(thing: dict[str, Any]) -> list[str]:
    told = thing.get("@type", [])
    names = told if isinstance(told, list) else told.split()
    return [re.split("[/:]", name)[-1] for name in names]


def is_event(thing: dict[str, Any]) -> bool:
    return any(name.endswith("Event") or name in {"CourseInstance", "EventSeries", "Festival"} for name in kinds(thing))


def get(thing: dict[str, Any], name: str) -> Any:
    value = next((thing[key] for key in (name, f"schema:{name}") if key in thing), None)
    if isinstance(value, list) and value and all(isinstance(each, dict) and "@language" in each for each in value):
        value = next((each for each in value if each["@language"] == "nl"), value[0])
    if isinstance(value, dict) and "@value" in value:
        return value["@value"]
    return value


def events_of(thing: Any, above: dict[str, Any], known: dict[str, Any]) -> list[dict[str, Any]]:
    if isinstance(thing, list):
        return [event for each in thing for event in events_of(each, above, known)]
    if not isinstance(thing, dict):
        return []
    if not is_event(thing):
        down = {} if "hasCourseInstance" not in thing else {"name": thing.get("name")}
        parts = [value for key, value in thing.items() if key not in ASIDE]
        return [event for value in parts for event in events_of(value, down, known)]
    whole = {**{key: value for key, value in above.items() if value}, **thing}
    handed = {key: whole.get(key) for key in ("name", "location", "url")}
    subs = [each for each in listed(thing.get("subEvent")) if isinstance(each, dict)]
    repeats = subs and (
        "EventSeries" in kinds(thing) or all(each.get("name") in {None, whole.get("name")} for each in subs)
    )
    return [*([] if repeats else [whole]), *events_of(subs, handed, known)]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def times(event: dict[str, Any], now: datetime) -> list[tuple[datetime, datetime | None]]:
    for schedule in listed(get(event, "eventSchedule")):
        return repeated(schedule)
    starts, ends = listed(get(event, "startDate")), listed(get(event, "endDate"))
    found = []
    for place, start in enumerate(starts):
        begin, whole = moment(start, now)
        if begin is None:
            continue
        end = None
        if place < len(ends) and ends[place]:
            end, day = moment(ends[place], now)
            if end is not None and day:
                end = midnight(end.astimezone(HERE).date() + timedelta(days=1))
                end = None if not whole and end.astimezone(HERE).date() - timedelta(days=1) == local(begin) else end
        elif event.get("duration"):
            hours, minutes = re.fullmatch(r"PT(\d+)H(?:(\d+)M)?", event["duration"]).groups()
            end = begin + timedelta(hours=int(hours), minutes=int(minutes or 0))
        if whole:
            end = max(end or begin, midnight(local(begin) + timedelta(days=1)))
        if end is not None and end.astimezone(HERE).strftime("%H:%M:%S") == "23:59:59":
            end += timedelta(seconds=1)
        found.append((begin, end if end and end > begin else None))
    return found


def local(moment: datetime) -> date:
    return moment.astimezone(HERE).date()


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=HERE).astimezone(UTC)


MONTHS = {"januari": 1}


def moment(text: str, now: datetime) -> tuple[datetime | None, bool]:
    """The moment, and whether it is only a day."""
    text = re.sub(r"([+-])(\d):", r"\g<1>0\2:", text)
    in_words = re.search(r"(\d+) (\w+) (\d{4}) (\d+:\d+)", text)
    if in_words:
        day, month, year, clock = in_words.groups()
        text = f"{year}-{int(MONTHS[month]):02d}-{int(day):02d}T{clock}"
    try:
        found = dates.parse(text, default=datetime(2000, 1, 1))  # noqa: DTZ001 - the zone follows
    except ValueError:
        return None, False
    zoned = found if found.tzinfo else found.replace(tzinfo=HERE)
    return zoned.astimezone(UTC), re.fullmatch(r"\d{4}-\d+-\d+", text) is not None


def repeated(schedule: dict[str, Any]) -> list[tuple[datetime, datetime | None]]:
    days = {"Tuesday": rrule.TU, "Wednesday": rrule.WE, "Thursday": rrule.TH}
    weekdays = [days[each.split("/")[-1]] for each in listed(schedule["byDay"])]
    begin = dates.parse(f"{schedule['startDate']} {schedule['startTime']}")
    if schedule["repeatFrequency"] == "P1M":
        rule = rrule.rrule(
            rrule.MONTHLY, begin, count=schedule["repeatCount"], byweekday=weekdays[0](schedule["byMonthWeek"])
        )
        length = timedelta(hours=2)
    else:
        rule = rrule.rrule(rrule.WEEKLY, begin, until=dates.parse(schedule["endDate"] + " 23:59"), byweekday=weekdays)
        length = dates.parse(schedule["endTime"]) - dates.parse(schedule["startTime"])
    kept = [each for each in rule if f"{each:%Y-%m-%d}" != schedule.get("exceptDate")]
    return [
        (each.replace(tzinfo=HERE).astimezone(UTC), (each + length).replace(tzinfo=HERE).astimezone(UTC))
        for each in kept
    ]


def reading(event: dict[str, Any], start: datetime, end: datetime | None, url: str, known: dict[str, Any]) -> Read:
    name = get(event, "name")
    name = name[0] if isinstance(name, list) else name
    own = get(event, "url")
    own = own[0] if isinstance(own, list) else own
    return Read(
        title=" ".join(re.sub(r"</?em>", " ", html.unescape(name)).split()),
        starts_at=start,
        ends_at=end,
        place=place(event, known),
        url=re.sub(r"[?&]utm_\w+=[^&#]*|#.*", "", urljoin(url, own)) if own else "",
        status=status(event),
    )


def place(event: dict[str, Any], known: dict[str, Any]) -> str:
    """All words of the first place that can be walked into, else of the first that cannot."""
    places = [
        known.get(each.get("@id"), each) if isinstance(each, dict) else each for each in listed(get(event, "location"))
    ]
    virtual = [each for each in places if isinstance(each, dict) and "VirtualLocation" in kinds(each)]
    real = [each for each in places if each not in virtual]
    if not real:
        name = next((each.get("name") for each in virtual if each.get("name")), "Online")
        online = virtual or "OnlineEvent" in str(event.get("eventAttendanceMode"))
        return name if online else ""
    words = []
    for each in spread(real[0], known):
        if each.strip() and each.strip() not in words:
            words.append(each.strip())
    return " ".join(html.unescape(", ".join(words)).split()) if not words or not words[0].startswith("http") else ""


def spread(value: Any, known: dict[str, Any]) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [each for item in value for each in spread(item, known)]
    value = known.get(value.get("@id"), value)
    names = ("name", "address", "streetAddress", "addressLocality")
    return [each for name in names if get(value, name) for each in spread(get(value, name), known)]


def status(event: dict[str, Any]) -> str:
    told = [each.get("@id", "") if isinstance(each, dict) else each for each in listed(get(event, "eventStatus"))]
    words = [re.sub(".*event", "", each.lower().rstrip("/")) for each in told]
    found = {STATUS[word] for word in words if word in STATUS}
    title = str(get(event, "name")).lower()
    for word, said in (("afgelast", "cancelled"), ("uitgesteld", "postponed")):
        if word in title:
            found.add(said)
    return next((each for each in ("cancelled", "postponed", "changed") if each in found), "confirmed")
