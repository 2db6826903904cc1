"""From what a visitor typed at /tip to an item, over the same cleaning and reading as what a source tells.

Nothing is fetched: a link is looked at, and opened by nobody but an editor.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit

from crawler.extract import extracted
from crawler.reading import read
from crawler.values import DocumentRead, FetchedEntry, RawText
from service.desk.request_forms import TipForm, cleaned
from service.desk.wall_time import day_after, midnight, moment_of
from store import own, rules
from store.errors import NotAllowedError
from store.tips import SOURCE_NAME, Sender
from store.values import NETHERLANDS, DueSource, EventFacts, ExtractedItem, Kind, Reading, Rights, SourceKind

TITLE_LIMIT = 300
TEXT_LIMIT = 4000
SHORT_LIMIT = 300
LATEST = timedelta(days=3 * 366)
ONE_DAY = timedelta(days=1)
OVER = "Deze bijeenkomst is al voorbij. Kies een dag die nog komt."
BAD_LINK = "De link klopt niet. Plak het hele adres van de pagina. Het begint met https://."
NOTHING = "Vul een link in, of schrijf een titel."


def tip_of(form: TipForm, now: datetime) -> tuple[ExtractedItem, Sender]:
    """The item that a tip makes, and who sent it. Raises NotAllowedError with a Dutch sentence."""
    link = _link(cleaned(form.link))
    title = " ".join(_fit(form.titel, "de titel", TITLE_LIMIT).split())
    text = _fit(form.tekst, "de uitleg", TEXT_LIMIT)
    place = " ".join(_fit(form.waar, "de plaats", SHORT_LIMIT).split())
    organisation = " ".join(_fit(form.organisatie, "de organisatie", SHORT_LIMIT).split())
    if not link and not title:
        raise NotAllowedError(NOTHING)
    event = _event(form, place, now)
    entry = FetchedEntry(
        guid=_name(link, title, text, event),
        link=link,
        title=RawText(title or f"Pagina op {urlsplit(link).hostname}"),
        content=RawText(text),
        kind=Kind.EVENT if event else Kind.ARTICLE,
        event=event,
    )
    (item,) = extracted(DocumentRead((entry,)), _source(), now, _read).items
    return item, Sender(organisation, cleaned(form.antwoord))


def _link(typed: str) -> str:
    """The link as typed, with https:// before it when only that was left out."""
    if not typed:
        return ""
    link = typed if "://" in typed else f"https://{typed}"
    if not rules.is_link(link) or urlsplit(link).scheme != "https" or "." not in (urlsplit(link).hostname or ""):
        raise NotAllowedError(BAD_LINK)
    return link


def _event(form: TipForm, place: str, now: datetime) -> EventFacts | None:
    if not form.datum.strip():
        if form.begin.strip() or form.einde.strip():
            raise NotAllowedError("Vul ook de datum van de bijeenkomst in.")
        return None
    try:
        day = date.fromisoformat(form.datum.strip())
    except ValueError:
        raise NotAllowedError("De datum klopt niet. Kies een dag, bijvoorbeeld 2026-12-31.") from None
    ahead = day - now.date()
    if ahead > LATEST:
        raise NotAllowedError("Deze datum ligt te ver weg. Kijk of het jaar klopt.")
    if ahead < -ONE_DAY:
        raise NotAllowedError(OVER)
    begin, end = _clock(form.begin), _clock(form.einde)
    if begin is None and end is not None:
        raise NotAllowedError("Vul ook in hoe laat het begint.")
    starts_at = moment_of(day, begin).at if begin else midnight(day)
    ends_at = day_after(day) if begin is None else moment_of(day, end).at if end else None
    if ends_at is not None and ends_at < starts_at:
        raise NotAllowedError("Het einde ligt voor het begin. Kies een latere eindtijd.")
    if (ends_at or starts_at) < now:
        raise NotAllowedError(OVER)
    return EventFacts(starts_at, ends_at, all_day=begin is None, place=place or None)


def _clock(typed: str) -> time | None:
    if not typed.strip():
        return None
    try:
        return time.fromisoformat(typed.strip().replace(".", ":")).replace(tzinfo=None)
    except ValueError:
        raise NotAllowedError("De tijd klopt niet. Schrijf hem zo: 19:30.") from None


def _fit(typed: str, what: str, limit: int) -> str:
    if len(typed) > limit:
        raise NotAllowedError(f"Je tekst bij {what} is te lang: schrijf hoogstens {limit} tekens.")
    return cleaned(typed)


def _name(link: str, title: str, text: str, event: EventFacts | None) -> str:
    """The same tip has the same name, so that a second press on the button makes no second item."""
    told = [link, title, text, event.starts_at.isoformat() if event else "", (event.place or "") if event else ""]
    return "tip:" + hashlib.sha256("\n".join(told).casefold().encode()).hexdigest()


def _read(title: str, text: str, due: DueSource, _kind: Kind) -> Reading:
    return read(title, text, source_region=due.region, always=True)


def _source() -> DueSource:
    """What the reading must know of where a tip comes from: nothing but that it may be about any place."""
    return DueSource(
        id=0,
        key=own.TIP,
        name=SOURCE_NAME,
        url="",
        kind=SourceKind.OWN,
        region=NETHERLANDS,
        rights=Rights.FULLTEXT_INTERNAL,
        pace_seconds=own.PACE_SECONDS,
        include=(),
        exclude=(),
        options={},
        etag=None,
        last_modified=None,
        body_hash=None,
        failures=0,
        host="",
    )
