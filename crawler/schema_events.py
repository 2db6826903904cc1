"""The events among the things of a page (`crawler/schema_org.py`), with everything an agenda needs of them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.event_words import status_of
from crawler.organisations import named_organisation, not_a_person
from crawler.schema_org import Thing, Value
from crawler.schema_times import Span, length, same_day_clock, scheduled, span, when
from crawler.urls import canonical
from crawler.values import RawText
from store.values import EventStatus

EVENTS = frozenset(
    {
        "event", "businessevent", "childrensevent", "comedyevent", "conferenceevent", "courseinstance", "danceevent",
        "educationevent", "eventseries", "exhibitionevent", "festival", "foodevent", "hackathon", "literaryevent",
        "musicevent", "onlineevent", "performingartsevent", "publicationevent", "broadcastevent", "ondemandevent",
        "saleevent", "screeningevent", "socialevent", "sportsevent", "theaterevent", "theatreevent", "visualartsevent",
    }
)  # fmt: skip
"""Event and its subtypes (schema.org/Event), and a few that people believe to be among them. Not UserInteraction (a
comment is no event of an agenda) and not DeliveryEvent (a parcel)."""
_COURSES = frozenset({"course"})
_PERSON = frozenset({"person"})
_SERIES = "eventseries"
_ASIDE = frozenset(
    {
        "superEvent", "previousEvent", "recordedAt", "recordedIn", "itemReviewed", "review", "reviews", "comment",
        "interactionStatistic", "isBasedOn", "citation", "releasedEvent", "performer", "performers", "actor",
        "attendee", "attendees", "author", "creator",
    }
)  # fmt: skip
"""Where a thing may name an event that is not one of this page, or people."""
_SUBS = ("subEvent", "subEvents", "subevent")
_HANDED_DOWN = ("name", "location", "organizer", "organiser", "offers", "description", "url", "eventAttendanceMode")
_STATUSES = {
    "eventcancelled": EventStatus.CANCELLED,
    "eventcanceled": EventStatus.CANCELLED,
    "eventpostponed": EventStatus.POSTPONED,
    "eventrescheduled": EventStatus.CHANGED,
    "eventmovedonline": EventStatus.CHANGED,
}
_WEIGHT = (EventStatus.CANCELLED, EventStatus.POSTPONED, EventStatus.CHANGED)
_SIGN_UP = frozenset({"registeraction", "reserveaction", "buyaction", "joinaction", "orderaction", "rsvpaction"})
_TAGS = re.compile(
    r"</?(?:p|br|b|i|em|strong|span|div|ul|ol|li|a|h[1-6]|sup|sub|small|img|table|tr|td|u)\b[^<>]{0,500}/?>",
    re.IGNORECASE,
)
_PIECES = re.compile(r",|\b\d{4} ?[A-Z]{2}\b")
"""What stands between the parts of an address: commas, and the postal code before the town."""
_ONLINE = "Online"
_DEPTH = 20
_PLACES = 3


@dataclass(frozen=True, slots=True)
class EventTold:
    """One event as a page tells it, once. `id` is what the page calls it, "" when it gives it no name of its own.

    `link` is absolute, "" when the event has no page of its own. `again` marks one of several occurrences that have
    one name.
    """

    id: str
    link: str
    title: str
    description: RawText
    span: Span
    place: str | None
    signup_url: str | None
    organiser: str | None
    status: EventStatus
    again: bool = False


def events_in(things: list[Thing], base: str, now: datetime) -> list[EventTold]:
    """Every event with a date, in the order of the page; what is told twice is one event."""
    found = [told for thing in things for told in _walk(thing, base, now, set(), 0)]
    return _without_doubles(found)


def addresses_in(things: list[Thing], base: str) -> list[tuple[str, str]]:
    """The addresses and names in lists of pages (ItemList) that carry no event themselves."""
    found: dict[str, str] = {}
    for thing in _every(things):
        if "itemlist" not in thing.kinds:
            continue
        for item in thing.all("itemListElement"):
            entry = item.things("item")[0] if isinstance(item, Thing) and item.things("item") else item
            if isinstance(entry, Thing) and entry.text("startDate"):
                continue
            url = entry if isinstance(entry, str) else entry.text("url", "item") or entry.id
            if address := canonical(url, base):
                found.setdefault(address, _plain(entry.text("name")) if isinstance(entry, Thing) else "")
    return list(found.items())


def _every(things: list[Thing]) -> Iterator[Thing]:
    waiting, seen = list(reversed(things)), set[int]()
    while waiting:
        thing = waiting.pop()
        if id(thing) not in seen:
            seen.add(id(thing))
            yield thing
            waiting += [value for values in thing.said.values() for value in values if isinstance(value, Thing)]


def _walk(thing: Thing, base: str, now: datetime, seen: set[int], depth: int) -> Iterator[EventTold]:
    if id(thing) in seen or depth > _DEPTH:
        return
    seen.add(id(thing))
    kinds = set(thing.kinds)
    if kinds & EVENTS:
        yield from _told(thing, base, now, seen, depth)
        return
    instances = thing.things("hasCourseInstance") if kinds & _COURSES else []
    for instance in instances:
        _hand_down(thing, instance)
    for name, values in thing.said.items():
        if name not in _ASIDE:
            for value in values:
                if isinstance(value, Thing):
                    yield from _walk(value, base, now, seen, depth + 1)


def _told(thing: Thing, base: str, now: datetime, seen: set[int], depth: int) -> Iterator[EventTold]:
    """An event and the events inside it. Those that are only its repetitions stand in its place."""
    parents = thing.things("superEvent")
    if parents and not thing.all("location"):
        thing.said["location"] = list(parents[0].all("location"))
    name = _plain(thing.text("name"))
    parts: list[EventTold] = []
    repeats = True
    for part in [sub for key in _SUBS for sub in thing.things(key)]:
        if not set(part.kinds) & EVENTS:
            part.kinds = (*part.kinds, "event")
        own = _plain(part.text("name"))
        _hand_down(thing, part)
        dated = list(_walk(part, base, now, seen, depth + 1))
        parts += dated
        repeats = repeats and (not dated or own in {"", name})
    if not parts or not (repeats or _SERIES in thing.kinds):
        yield from _occurrences(thing, base, now)
    yield from (replace(part, again=True) if repeats and len(parts) > 1 else part for part in parts)


def _hand_down(thing: Thing, part: Thing) -> None:
    """What is said of the whole holds for the part, as far as the part says nothing else."""
    for name in _HANDED_DOWN:
        if thing.said.get(name) and not part.said.get(name):
            part.said[name] = list(thing.said[name])


def _occurrences(thing: Thing, base: str, now: datetime) -> Iterator[EventTold]:
    spans, again = _spans(thing, now)
    if not spans:
        return
    title = _plain(thing.text("name", "headline"))
    description = _description(thing.text("description", "abstract", "disambiguatingDescription"))
    link = _link(thing, base)
    own = EventTold(
        id=canonical(thing.id, base) and _absolute(thing.id, base) if not thing.id.startswith("_:") else "",
        link=link,
        title=title,
        description=description,
        span=spans[0],
        place=_place(thing),
        signup_url=_signup(thing, base),
        organiser=_organiser(thing),
        status=_status(thing, title, description),
        again=again,
    )
    for each in spans:
        yield replace(own, span=each)


def _spans(thing: Thing, now: datetime) -> tuple[list[Span], bool]:
    """When an event is: its schedule, or its dates. The second value says that there may be more than one."""
    starts = [
        found for text in thing.all("startDate") if isinstance(text, str) and (found := when(text, now)) is not None
    ]
    planned: set[Span] = set()
    for schedule in thing.things("eventSchedule", "courseSchedule"):
        planned.update(scheduled(schedule, starts[0] if starts else None, now) or ())
    if planned:
        return sorted(planned, key=lambda each: each.starts_at), True
    ends = [text for text in thing.all("endDate") if isinstance(text, str)]
    lasts = length(thing.text("duration"))
    spans = []
    for place, start in enumerate(starts):
        text = ends[place] if place < len(ends) else ""
        end = when(text, now) or same_day_clock(text, start)
        if not isinstance(start, datetime) and (opens := same_day_clock(thing.text("startTime"), start)):
            # Not in the vocabulary, but in some templates: the day and the time apart.
            end = same_day_clock(thing.text("endTime"), end or start) or end
            start = opens  # noqa: PLW2901
        spans.append(span(start, end, lasts))
    return spans, len(spans) > 1


def _status(thing: Thing, title: str, description: RawText) -> EventStatus:
    """What the markup says; where that is nothing special, what the words say: many plugins always say "scheduled"."""
    names = [value if isinstance(value, str) else value.id for value in thing.all("eventStatus")]
    said = {_STATUSES.get(re.split(r"[/#:]", name.strip().rstrip("/"))[-1].lower()) for name in names}
    marked = next((status for status in _WEIGHT if status in said), None)
    words = _TAGS.sub("\n", description.value) if description.html else description.value
    return marked or status_of(title, words) or EventStatus.CONFIRMED


def _link(thing: Thing, base: str) -> str:
    for value in (*thing.all("url"), *thing.all("mainEntityOfPage")):
        found = canonical(value if isinstance(value, str) else value.id or value.text("url"), base)
        if found:
            return found
    return ""


def _absolute(name: str, base: str) -> str:
    """An `@id` with its fragment, which is what tells two things on one page apart."""
    _, mark, fragment = name.partition("#")
    return canonical(name, base) + mark + fragment


def _place(thing: Thing) -> str | None:
    """Name, street and town, each once. A room that can be walked into counts before a link to a video call."""
    real: list[str] = []
    virtual: list[str] = []
    for value in thing.all("location")[: 2 * _PLACES]:
        if isinstance(value, Thing) and "virtuallocation" in value.kinds:
            virtual.append(_plain(value.text("name")) or _ONLINE)
        elif place := _address(value):
            real.append(place)
    if not real and not virtual and "online" in thing.text("eventAttendanceMode").lower():
        virtual.append(_ONLINE)
    return "; ".join(dict.fromkeys((real or virtual[:1])[:_PLACES])) or None


def _address(value: Value) -> str:
    if isinstance(value, str):
        text = _plain(value)
        return "" if re.match(r"https?://", text) else text
    parts = [value.text("name")]
    if not set(value.kinds) & {"postaladdress"}:
        for address in value.all("address"):
            parts += [address] if isinstance(address, str) else _parts(address)
    parts += _parts(value)[1:]
    kept: list[str] = []
    for part in (_plain(each).strip(" ,") for each in parts):
        pieces = {piece.strip().lower() for each in kept for piece in _PIECES.split(each)}
        if part and part.lower() not in pieces:
            kept.append(part)
    return ", ".join(kept)


def _parts(address: Thing) -> list[str]:
    town = address.text("addressLocality") or address.text("addressRegion")
    return [address.text("name"), address.text("streetAddress"), town]


def _signup(thing: Thing, base: str) -> str | None:
    for offer in thing.all("offers"):
        inner = [offer, *offer.all("offers")] if isinstance(offer, Thing) else [offer]
        for each in inner:
            url = each if isinstance(each, str) else each.text("url")
            if re.match(r"https?://|/|\?", url.strip()) and (found := canonical(url, base)):
                return found
    for action in thing.things("potentialAction"):
        if set(action.kinds) & _SIGN_UP:
            target = next(iter(action.all("target", "url")), "")
            url = target if isinstance(target, str) else target.text("urlTemplate", "url")
            if found := canonical(url, base):
                return found
    return None


def _organiser(thing: Thing) -> str | None:
    """The first organiser that is an organisation. Plugins call every organiser a person; then its name must tell."""
    for value in thing.all("organizer", "organiser"):
        name = _plain(value if isinstance(value, str) else value.text("name", "legalName"))
        kinds = set() if isinstance(value, str) else set(value.kinds)
        found = not_a_person(name) if kinds - _PERSON else named_organisation(name)
        if found:
            return found
    return None


def _plain(text: str) -> str:
    """One line of text; entities decoded once, and the few tags that some systems leave in a name taken out."""
    return " ".join(_TAGS.sub(" ", html.unescape(text)).split())


def _description(text: str) -> RawText:
    if _TAGS.search(text):
        return RawText(text, html=True)
    decoded = html.unescape(text)
    return RawText(decoded, html=_TAGS.search(decoded) is not None)


def _without_doubles(found: list[EventTold]) -> list[EventTold]:
    """One event for each that is told by two plugins, or in JSON-LD and in microdata; each fills the other's gaps."""
    kept: list[EventTold] = []
    at: dict[tuple[str, datetime], int] = {}
    for told in found:
        names = [told.title.lower(), *([told.link] if told.link else [])]
        place = next((at[name, told.span.starts_at] for name in names if (name, told.span.starts_at) in at), None)
        if place is None or not _alike(kept[place], told):
            place = len(kept)
            kept.append(told)
        else:
            kept[place] = _merged(kept[place], told)
        for name in names:
            at.setdefault((name, told.span.starts_at), place)
    return kept


def _alike(one: EventTold, other: EventTold) -> bool:
    """Two with one start: the same when names agree, or when the addresses do and one has no name."""
    if one.title.lower() == other.title.lower():
        return not one.link or not other.link or one.link == other.link
    return one.link == other.link and not (one.title and other.title)


def _merged(one: EventTold, other: EventTold) -> EventTold:
    end = one.span if one.span.ends_at or one.span.all_day else other.span
    worse = next((status for status in _WEIGHT if status in {one.status, other.status}), one.status)
    return replace(
        one,
        id=one.id or other.id,
        link=one.link or other.link,
        title=one.title or other.title,
        description=one.description if one.description.value else other.description,
        span=end,
        place=one.place or other.place,
        signup_url=one.signup_url or other.signup_url,
        organiser=one.organiser or other.organiser,
        status=worse,
    )
