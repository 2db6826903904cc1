"""From a notice to the bytes of a mail: what a subscriber reads, in words, in HTML and as a calendar.

Neutral where others can look: sender, subject, preheader, file name and the whole calendar part tell no topic (PRODUCT
section 5). What it is about stands below the first lines. The same notice gives the same bytes at every attempt: the
date is that of the row, and Message-ID and boundaries follow from it (TRUST E2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from email.utils import format_datetime, parseaddr
from typing import Any, Protocol
from urllib.parse import urlsplit

from jinja2 import Environment

from service import wording
from service.calendars import (
    CANCEL,
    NEUTRAL_SUMMARY,
    PUBLISH,
    STATUS,
    CalendarEvent,
    CalendarOwner,
    calendar_bytes,
    clean,
)
from service.letters import Letter, letter_bytes, subject_words
from service.mail_links import CONFIRM, PREFERENCES, UNSUBSCRIBE, link_path
from store.outbox import EventToTell, NoticeToSend
from store.secrets import Secrets
from store.settings import Settings
from store.values import EventFacts

TITLE_LIMIT = 150
SENTENCE_LIMIT = 500


@dataclass(frozen=True)
class Desk:
    """What every mail of this installation is made with; `environment` is that of the pages."""

    settings: Settings
    secrets: Secrets
    environment: Environment

    @property
    def host(self) -> str:
        return urlsplit(self.settings.base_url).hostname or "localhost"

    @property
    def sender(self) -> str:
        """The From of every mail: fixed, so that nobody can put words in it (M4)."""
        return self.settings.mail.sender or f"agenda@{self.host}"

    @property
    def sender_address(self) -> str:
        """The bare address, for the envelope."""
        return parseaddr(self.sender)[1]


@dataclass(frozen=True, slots=True)
class NewContext:
    """`templates/email/new/`. Times in words, with the zone; links lead to our own host only."""

    site_name: str
    organisation: str
    title: str
    date_words: str
    time_words: str
    place: str
    status_words: str
    event_url: str
    agenda_url: str
    preferences_url: str
    unsubscribe_url: str


@dataclass(frozen=True, slots=True)
class ConfirmationContext:
    """`templates/email/confirmation/`. One link, and nothing that somebody typed (M3)."""

    site_name: str
    organisation: str
    confirm_url: str


@dataclass(frozen=True, slots=True)
class CorrectionContext:
    """`templates/email/correction/`. With `withdrawn` there is a date and a time, and nothing of what it was.

    Otherwise `sentence` says what was corrected, and the rest is as it is now.
    """

    site_name: str
    organisation: str
    withdrawn: bool
    sentence: str
    title: str
    date_words: str
    time_words: str
    place: str
    status_words: str
    is_off: bool
    event_url: str
    agenda_url: str
    preferences_url: str
    unsubscribe_url: str


Context = NewContext | ConfirmationContext | CorrectionContext


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar of a mail, and its METHOD."""

    content: bytes
    method: str = PUBLISH


class Told(Protocol):
    """What every mail of ours is about: a notice to a subscriber, or one to the newsroom."""

    @property
    def kind(self) -> str: ...
    @property
    def made_at(self) -> datetime: ...
    @property
    def identity(self) -> str: ...


def compose(notice: NoticeToSend, recipient: str, desk: Desk) -> bytes:
    """The mail for one notice. Raises `UnfitMailError` when it must not leave."""
    context, calendar = _CONTEXTS[notice.kind](notice, desk)
    headers: dict[str, str] = {}
    if notice.kind != "confirmation":
        leave = desk.settings.base_url + link_path(desk.secrets, UNSUBSCRIBE, notice.subscriber_token)
        headers = {
            "List-Id": f"<agenda.{desk.host}>",
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    letter, subject = letter_of(notice.kind, context, desk, calendar)
    return letter_bytes(headers_of(notice, recipient, subject, desk) | headers, letter)


def letter_of(template: str, context: Any, desk: Desk, calendar: Calendar | None = None) -> tuple[Letter, str]:
    """The letter from `templates/email/<template>/` with the fields of the dataclass `context`, and its subject."""
    text = desk.environment.overlay(autoescape=False)
    subject = subject_words(_rendered(text, f"email/{template}/subject.txt", context))
    letter = Letter(
        text=_rendered(text, f"email/{template}/body.txt", context),
        html=_rendered(desk.environment, f"email/{template}/body.html", context),
        calendar=calendar.content if calendar else None,
        method=calendar.method if calendar else PUBLISH,
    )
    return letter, subject


def message_id(notice: Told, desk: Desk) -> str:
    """The Message-ID of every attempt for this notice, without the angle brackets."""
    return f"{desk.secrets.keyed_hash('message id', notice.identity)[:40]}@{desk.host}"


def headers_of(notice: Told, recipient: str, subject: str, desk: Desk) -> dict[str, str]:
    """The headers of every mail. Those of a mailing list are added for subscribers only."""
    return {
        "From": desk.sender,
        "To": recipient,
        "Subject": subject,
        "Date": format_datetime(notice.made_at.replace(microsecond=0)),
        "Message-ID": f"<{message_id(notice, desk)}>",
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
    }


def _new(notice: NoticeToSend, desk: Desk) -> tuple[Context, Calendar | None]:
    event = notice.event
    if event is None:
        raise ValueError(f"notice {notice.id} tells of no event")
    base, token = desk.settings.base_url, notice.subscriber_token
    # Without the words of the title: the address stands in calendars, on screens that others see too.
    event_url = f"{base}/agenda/{event.item_id}"
    facts = EventFacts(event.starts_at, event.ends_at, event.all_day, event.place or None, status=event.status)
    context = NewContext(
        site_name=desk.settings.site.name,
        organisation=desk.settings.site.organisation,
        title=_title(event.title),
        date_words=wording.date_words(event.starts_at),
        time_words=_time_words(facts),
        place=_place(event),
        status_words="" if event.status == "confirmed" else wording.STATUS_NAMES[event.status],
        event_url=event_url,
        agenda_url=f"{base}/agenda",
        preferences_url=base + link_path(desk.secrets, PREFERENCES, token),
        unsubscribe_url=base + link_path(desk.secrets, UNSUBSCRIBE, token),
    )
    told = neutral_event(event, notice.version, event_url)
    return context, Calendar(calendar_bytes([told], CalendarOwner(desk.sender_address)))


def _confirmation(notice: NoticeToSend, desk: Desk) -> tuple[Context, Calendar | None]:
    site = desk.settings.site
    url = desk.settings.base_url + link_path(desk.secrets, CONFIRM, notice.subscriber_token)
    return ConfirmationContext(site.name, site.organisation, url), None


def _correction(notice: NoticeToSend, desk: Desk) -> tuple[Context, Calendar]:
    """A withdrawal, or what was corrected. What is off leaves a calendar by CANCEL (RFC 5546 section 3.2.5)."""
    event = notice.event
    if event is None:
        raise ValueError(f"notice {notice.id} tells of no event")
    base, token = desk.settings.base_url, notice.subscriber_token
    event_url = f"{base}/agenda/{event.item_id}"
    is_off = STATUS[event.status] == "CANCELLED"
    facts = EventFacts(event.starts_at, event.ends_at, event.all_day, event.place or None, status=event.status)
    context = CorrectionContext(
        site_name=desk.settings.site.name,
        organisation=desk.settings.site.organisation,
        withdrawn=event.withdrawn,
        sentence=clean(event.correction, SENTENCE_LIMIT),
        title=_title(event.title),
        date_words=wording.date_words(event.starts_at),
        time_words=_time_words(facts),
        place=_place(event),
        status_words="" if event.status == "confirmed" else wording.STATUS_NAMES[event.status],
        is_off=is_off,
        event_url=event_url,
        agenda_url=f"{base}/agenda",
        preferences_url=base + link_path(desk.secrets, PREFERENCES, token),
        unsubscribe_url=base + link_path(desk.secrets, UNSUBSCRIBE, token),
    )
    method = CANCEL if is_off else PUBLISH
    told = neutral_event(event, notice.version, "" if event.withdrawn else event_url)
    return context, Calendar(calendar_bytes([told], CalendarOwner(desk.sender_address), method), method)


_CONTEXTS: dict[str, Callable[[NoticeToSend, Desk], tuple[Context, Calendar | None]]] = {
    "new": _new,
    "correction": _correction,
    "confirmation": _confirmation,
}


def neutral_event(event: EventToTell, sequence: int, url: str) -> CalendarEvent:
    """The event for a calendar that others may see: when, and in which town. Neither what nor in which building."""
    return CalendarEvent(
        uid=event.uid,
        sequence=sequence,
        changed_at=event.changed_at,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        all_day=event.all_day,
        summary=NEUTRAL_SUMMARY,
        location=event.area,
        url=url,
        status=event.status,
    )


def _title(title: str) -> str:
    words = clean(title)
    return words if len(words) <= TITLE_LIMIT else words[: TITLE_LIMIT - 1].rstrip() + "…"


def _time_words(facts: EventFacts) -> str:
    words = wording.event_time_words(facts)
    return words if facts.all_day else f"{words} (Nederlandse tijd)"


def _place(event: EventToTell) -> str:
    place = clean(event.place)
    return place if event.area.casefold() in place.casefold() else ", ".join(filter(None, (place, event.area)))


def _rendered(environment: Environment, name: str, context: Any) -> str:
    values: dict[str, Any] = {field.name: getattr(context, field.name) for field in fields(context)}
    return environment.get_template(name).render(values)
