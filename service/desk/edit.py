"""From what an editor typed to an `EditedText`, and from a stored text to the fields of the form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from typing import Any

from crawler.reading.likeness import signature_of
from crawler.reading.people import flags_of
from service import wording
from service.desk.forms import EditForm
from service.desk.places import region_of
from service.desk.wall_time import Moment, day_after, midnight, moment_of
from service.desk.wording import RISK_NAMES
from service.pages.views import Option
from store.drafts import EditedText
from store.errors import NotAllowedError
from store.revisions import RevisionText
from store.values import PROVINCES, EventFacts, EventRisk, EventStatus, Form, NewsKind, Region

ROWS = 3
LATEST = timedelta(days=366)
"""So far ahead an approval may be planned."""


@dataclass(frozen=True, slots=True)
class Edited:
    """`twice` says that the clock shows the start or the end twice that night, and that the first one is meant."""

    text: EditedText
    twice: bool


def edited_text(form: EditForm, old: RevisionText) -> Edited:
    """What the form says. Raises NotAllowedError with a Dutch sentence."""
    event, twice = _event(form, old) if form.event else (None, False)
    text = EditedText(
        title=form.title,
        excerpt=form.excerpt,
        regions=_regions(form, old),
        forms=tuple(form.forms),
        event=event,
        flags=flags_of(form.title.strip(), old.text),
        link_hidden=form.link_hidden,
    )
    return Edited(_signed(text, old), twice)


def as_edit(old: RevisionText, **changes: Any) -> EditedText:
    """An edit of a stored text that changes nothing but what `changes` says, by the names of `EditedText`."""
    same = EditedText(
        title=old.title,
        excerpt=old.excerpt,
        regions=old.regions,
        forms=tuple(found.form for found in old.forms),
        event=old.event,
    )
    changed = replace(same, **changes)
    return _signed(replace(changed, flags=flags_of(changed.title.strip(), old.text)), old)


def _signed(text: EditedText, old: RevisionText) -> EditedText:
    """With what the item is recognised by from now on: an editor may have given it its place and other words."""
    words = f"{text.excerpt}\n{old.text}"
    news_kind = NewsKind(old.news_kind) if old.news_kind else None
    return replace(text, signature=signature_of(text.title, words, text.regions, text.forms, news_kind))


def _regions(form: EditForm, old: RevisionText) -> tuple[Region, ...]:
    chosen: list[Region] = []
    for number in range(1, ROWS + 1):
        typed = tuple(str(getattr(form, f"{name}_{number}")).strip() for name in ("province", "municipality", "place"))
        # A row that was not touched keeps its coordinates and its reasons.
        same = next((each for each in old.regions if _typed(each) == typed), None)
        region = same or region_of(*typed)
        if region is not None and _typed(region) not in [_typed(each) for each in chosen]:
            chosen.append(region)
    # The form has three rows; what a source named beyond them is kept.
    return (*chosen, *old.regions[ROWS:])


def _typed(region: Region) -> tuple[str, str, str]:
    return region.province, region.municipality or "", region.place or ""


def _event(form: EditForm, old: RevisionText) -> tuple[EventFacts, bool]:
    day = _day(form.event_date, "De datum")
    if day is None:
        raise NotAllowedError("Kies de datum van de bijeenkomst.")
    last = _day(form.event_last_date, "De laatste dag") or day
    if last < day:
        raise NotAllowedError("De laatste dag ligt voor de eerste. Kies een latere dag.")
    twice = False
    if old.event is not None and _same_wall_time(form, old.event):
        # Nothing was changed about the time: keep the moment, also in the hour that comes twice.
        starts_at, ends_at = old.event.starts_at, old.event.ends_at
    elif form.event_all_day:
        starts_at, ends_at = midnight(day), day_after(last)
    else:
        starts_at, ends_at, twice = _hours(form, day, last)
    facts = EventFacts(
        starts_at=starts_at,
        ends_at=ends_at,
        all_day=form.event_all_day,
        place=" ".join(form.event_place.split()) or None,
        signup_url=form.event_signup.strip() or None,
        status=form.event_status,
        # The form does not ask for it; what the source said stays.
        organiser=old.event.organiser if old.event is not None else None,
        risk=form.event_risk,
    )
    return facts, twice


def _hours(form: EditForm, day: date, last: date) -> tuple[datetime, datetime | None, bool]:
    begin, end = _clock(form.event_start, "De begintijd"), _clock(form.event_end, "De eindtijd")
    if begin is None:
        raise NotAllowedError("Kies een begintijd, of vink aan dat het de hele dag duurt.")
    if end is None and last != day:
        raise NotAllowedError("Kies ook een eindtijd voor de laatste dag.")
    starts = moment_of(day, begin)
    ends = moment_of(last, end) if end is not None else None
    if ends is not None and ends.at < starts.at:
        raise NotAllowedError("Het einde ligt voor het begin. Kies een latere eindtijd.")
    return starts.at, ends.at if ends else None, starts.twice or (ends is not None and ends.twice)


def moment_typed(text: str, *, now: datetime) -> Moment | None:
    """The moment in a `datetime-local` field, None when it is empty. Raises NotAllowedError: unreadable, in the past,
    more than a year away, or in the hour that does not exist.
    """
    day, _, clock = text.strip().replace(" ", "T").partition("T")
    on, at = _day(day, "De datum"), _clock(clock, "De tijd")
    if on is None and at is None:
        return None
    if on is None or at is None:
        raise NotAllowedError("Kies een datum en een tijd waarop het op de site komt.")
    moment = moment_of(on, at)
    if moment.at <= now:
        raise NotAllowedError("Dat tijdstip is al voorbij. Kies een later tijdstip, of keur nu goed.")
    if moment.at > now + LATEST:
        raise NotAllowedError("Dat tijdstip ligt meer dan een jaar weg. Kijk naar het jaar.")
    return moment


def _day(text: str, name: str) -> date | None:
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise NotAllowedError(f"{name} klopt niet. Schrijf hem als 2026-11-03 of kies hem in de kalender.") from None
    if not 2000 <= day.year <= 2100:  # noqa: PLR2004 - a typing mistake, not an event
        raise NotAllowedError(f"{name} ligt te ver weg. Kijk naar het jaar.")
    return day


def _clock(text: str, name: str) -> time | None:
    if not text.strip():
        return None
    try:
        return time.fromisoformat(text.strip().replace(".", ":")).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise NotAllowedError(f"{name} klopt niet. Schrijf hem als 19:30.") from None


@dataclass(frozen=True, slots=True)
class RegionRow:
    number: int
    provinces: tuple[Option, ...]
    municipality: str
    place: str


@dataclass(frozen=True, slots=True)
class EventFields:
    """Dates and times as a form field writes them: 2026-11-03 and 19:30."""

    on: bool
    locked: bool
    date: str = ""
    start: str = ""
    last_date: str = ""
    end: str = ""
    all_day: bool = False
    place: str = ""
    signup: str = ""


@dataclass(frozen=True, slots=True)
class EditFields:
    """The edit form as it is shown: from the stored text, or as it was typed when that could not be stored."""

    revision: int
    title: str
    excerpt: str
    forms: tuple[Option, ...]
    regions: tuple[RegionRow, ...]
    more_regions: tuple[str, ...]
    event: EventFields
    statuses: tuple[Option, ...]
    risks: tuple[Option, ...]
    link: str
    link_hidden: bool


def fields_of(revision_id: int, text: RevisionText) -> EditFields:
    event = text.event
    return _fields(
        revision_id,
        text.title,
        text.excerpt,
        {found.form for found in text.forms},
        [_typed(region) for region in text.regions],
        _event_fields(event) if event else EventFields(on=False, locked=False),
        (event.status, event.risk) if event else (EventStatus.CONFIRMED, EventRisk.OPEN),
        (text.url, text.link_hidden),
    )


def fields_as_typed(form: EditForm, old: RevisionText) -> EditFields:
    rows = [
        (
            str(getattr(form, f"province_{number}")),
            str(getattr(form, f"municipality_{number}")),
            str(getattr(form, f"place_{number}")),
        )
        for number in range(1, ROWS + 1)
    ]
    event = EventFields(
        on=form.event,
        locked=old.event is not None,
        date=form.event_date,
        start=form.event_start,
        last_date=form.event_last_date,
        end=form.event_end,
        all_day=form.event_all_day,
        place=form.event_place,
        signup=form.event_signup,
    )
    rows += [_typed(region) for region in old.regions[ROWS:]]
    chosen = (form.event_status, form.event_risk)
    link = (old.url, form.link_hidden)
    return _fields(form.revision, form.title, form.excerpt, set(form.forms), rows, event, chosen, link)


def _fields(
    revision_id: int,
    title: str,
    excerpt: str,
    forms: set[Form],
    regions: list[tuple[str, str, str]],
    event: EventFields,
    chosen: tuple[EventStatus, EventRisk],
    link: tuple[str, bool],
) -> EditFields:
    rows = [row for _, row in zip_longest(range(ROWS), regions[:ROWS], fillvalue=("", "", ""))]
    return EditFields(
        revision=revision_id,
        title=title,
        excerpt=excerpt,
        forms=tuple(Option(form.value, wording.FORM_NAMES[form], form in forms) for form in Form),
        regions=tuple(
            RegionRow(
                number,
                tuple(Option(name, name, name == province) for name in PROVINCES),
                municipality,
                place,
            )
            for number, (province, municipality, place) in enumerate(rows, start=1)
        ),
        more_regions=tuple(", ".join(part for part in reversed(row) if part) for row in regions[ROWS:]),
        event=event,
        statuses=tuple(Option(each.value, wording.STATUS_NAMES[each], each is chosen[0]) for each in EventStatus),
        risks=tuple(Option(each.value, RISK_NAMES[each], each is chosen[1]) for each in EventRisk),
        link=link[0],
        link_hidden=link[1],
    )


def _event_fields(event: EventFacts) -> EventFields:
    starts, ends = wording.local(event.starts_at), event.ends_at and wording.local(event.ends_at)
    last = None
    if ends is not None:
        last = (ends - timedelta(days=1)).date() if event.all_day else ends.date()
    return EventFields(
        on=True,
        locked=True,
        date=starts.date().isoformat(),
        start="" if event.all_day else f"{starts:%H:%M}",
        last_date=last.isoformat() if last and last > starts.date() else "",
        end=f"{ends:%H:%M}" if ends and not event.all_day else "",
        all_day=event.all_day,
        place=event.place or "",
        signup=event.signup_url or "",
    )


def _same_wall_time(form: EditForm, event: EventFacts) -> bool:
    stored = _event_fields(event)
    typed = (form.event_date, form.event_start, form.event_last_date, form.event_end)
    return (*typed, form.event_all_day) == (stored.date, stored.start, stored.last_date, stored.end, stored.all_day)
