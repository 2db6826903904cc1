"""Small values that several pages show: the frame around every page, a line of news, a line of the agenda.

The functions below them turn what the store says is public into the words of a page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service import wording
from service.content import HelpNumber, OwnHtml, StaticPage
from store.published import PublicItem
from store.values import EventFacts, EventRisk, EventStatus, Form


@dataclass(frozen=True, slots=True)
class Frame:
    """What every public page shows around its text. `nav` names the part of the site that is marked as current.

    It is one of `nieuws`, `agenda`, `uitleg`, `signalen`, `vragen`, `hulp`, or empty.
    """

    site_name: str
    exit_url: str
    organisation: str
    base_url: str
    path: str
    help_numbers: tuple[HelpNumber, ...]
    year: int
    nav: str = ""


@dataclass(frozen=True, slots=True)
class FormMark:
    """A form of trafficking on a page. `key` names its glyph; `path` is where it is explained, empty for `other`."""

    key: str
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class FormCard:
    """A form with its explanation or its signals, from the static pages. `anchor` is its address on the page."""

    key: str
    title: str
    anchor: str
    html: OwnHtml


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a form field."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class NewsLine:
    """One line of the news list, all in the words of the page. `path` is the page of the item."""

    id: int
    path: str
    title: str
    date_words: str
    iso_date: str
    source_name: str
    regions: tuple[str, ...]
    forms: tuple[FormMark, ...]
    excerpt: str
    also_reported: tuple[str, ...] = ()
    title_adjusted: bool = False
    corrected_words: str = ""


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line of the agenda. `status` is a value of `EventStatus`; `status_words` is empty when it goes on as planned.

    `iso_date` is the start as ISO 8601 with offset, or the date alone for a whole day. `place_words` stand where the
    place may not.
    """

    id: int
    path: str
    ics_path: str
    day: str
    month_word: str
    weekday: str
    date_words: str
    iso_date: str
    time_words: str
    title: str
    place: str
    region: str
    signup_url: str
    status: str
    status_words: str
    place_words: str = ""


def form_marks(forms: Iterable[Form]) -> tuple[FormMark, ...]:
    """The forms with their Dutch names, in the fixed order of `Form`."""
    chosen = set(forms)
    return tuple(
        FormMark(
            form.value,
            wording.FORM_NAMES[form],
            f"/wat-is-mensenhandel#{wording.FORM_ANCHORS[form]}" if form in wording.FORM_ANCHORS else "",
        )
        for form in Form
        if form in chosen
    )


def news_line(item: PublicItem) -> NewsLine:
    """A public item as a line of news; its date is the one the list is sorted by."""
    return NewsLine(
        id=item.id,
        path=f"/nieuws/{item.id}-{wording.slug(item.title)}",
        title=item.title,
        date_words=wording.date_words(item.listed_at),
        iso_date=wording.local_date(item.listed_at).isoformat(),
        source_name=item.source_name,
        regions=tuple(dict.fromkeys(region.words for region in item.regions)),
        forms=form_marks(item.forms),
        excerpt=item.excerpt,
        title_adjusted=item.title_adjusted,
        also_reported=tuple(dict.fromkeys(other.source_name for other in item.also_reported)),
        corrected_words=wording.date_words(item.corrected_at) if item.corrected_at else "",
    )


def event_line(item: PublicItem) -> EventLine:
    """A public event as a line of the agenda. Raises ValueError for an item that is no event."""
    event = item.event
    if event is None:
        raise ValueError(f"item {item.id} is no event; ask for a news line instead")
    starts = wording.local(event.starts_at)
    return EventLine(
        id=item.id,
        path=f"/agenda/{item.id}-{wording.slug(item.title)}",
        ics_path=f"/agenda/{item.id}.ics",
        day=str(starts.day),
        month_word=wording.month_word(starts),
        weekday=wording.weekday_word(starts),
        date_words=wording.date_words(starts),
        iso_date=starts.date().isoformat() if event.all_day else starts.isoformat(),
        time_words=wording.event_time_words(
            EventFacts(event.starts_at, event.ends_at, event.all_day, event.place, event.signup_url, event.status)
        ),
        title=item.title,
        place=event.place or "",
        region=wording.list_words(list(dict.fromkeys(region.words for region in item.regions))),
        signup_url=event.signup_url or "",
        status=event.status.value,
        status_words="" if event.status is EventStatus.CONFIRMED else wording.STATUS_NAMES[event.status],
        place_words="Je krijgt het adres na aanmelding." if event.risk is EventRisk.SIGNUP else "",
    )


def form_cards(page: StaticPage) -> tuple[FormCard, ...]:
    """The three forms with the first paragraph of their part of `wat-is-mensenhandel`."""
    sections = {anchor: page.section(anchor) for anchor in wording.FORM_ANCHORS.values()}
    return tuple(
        FormCard(form.value, sections[anchor].title, anchor, sections[anchor].intro)
        for form, anchor in wording.FORM_ANCHORS.items()
    )
