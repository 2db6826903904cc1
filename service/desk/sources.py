"""A source and its health in the words of the newsroom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from service import wording
from service.desk.candidates import choice_of
from service.desk.forms import SourceForm
from service.desk.views import outgoing
from service.desk.wording import RIGHTS_NAMES, SOURCE_KIND_NAMES
from store import rules
from store.errors import NotAllowedError, NotFoundError
from store.settings import SourceSettings
from store.source_editing import Change
from store.sources import SourceView
from store.values import NETHERLANDS, PROVINCES, SourceKind
from store.visits import VisitView

NAME_LIMIT, URL_LIMIT, KEY_LIMIT = 200, 2000, 50
TRIES = 200
OWN_ADDRESSES = frozenset({"toevoegen", "gezondheid", "opml"})


FIELD_NAMES = {
    "name": "naam",
    "url": "adres",
    "kind": "soort",
    "region": "regio",
    "rights": "rechten",
    "rights_evidence": "waar de toestemming staat",
    "rights_checked_on": "dag van de controle",
    "pace_seconds": "tempo",
    "pace_min": "tempo",
    "pace_max": "tempo",
    "include": "trefwoorden voor de rij",
    "exclude": "trefwoorden voor de stapel",
    "options": "hoe we het lezen",
}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """`ill` says that the last visits failed; `problem` is what an administrator should look at, empty if nothing."""

    key: str
    path: str
    name: str
    region: str
    kind_words: str
    health_words: str
    last_sentence: str
    due_words: str
    paused: bool
    ill: bool
    unchecked: bool
    problem: str


@dataclass(frozen=True, slots=True)
class SourceDetails:
    line: SourceLine
    url: str
    shown_url: str
    rights_words: str
    last_success_words: str
    last_new_words: str
    created_words: str
    evidence_words: str
    evidence_url: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    trust_words: str


@dataclass(frozen=True, slots=True)
class VisitLine:
    when: str
    good: bool
    sentence: str
    numbers: str
    took: str


def source_line(source: SourceView, now: datetime, problem: str = "") -> SourceLine:
    return SourceLine(
        key=source.key,
        path=f"/redactie/bronnen/{source.key}",
        name=source.name,
        region=source.region,
        kind_words=SOURCE_KIND_NAMES[source.kind],
        health_words=_health(source, now),
        last_sentence=source.last.sentence if source.last else "Nog niet bezocht.",
        due_words=due_words(source, now),
        paused=source.paused,
        ill=source.failures > 0,
        unchecked=not source.checked,
        problem=problem,
    )


def _health(source: SourceView, now: datetime) -> str:
    if source.failures:
        times = "1 keer" if source.failures == 1 else f"{wording.number_words(source.failures)} keer achter elkaar"
        since = f", laatst goed {ago(source.last_success_at, now)}" if source.last_success_at else ", nog nooit goed"
        return f"{times} mislukt{since}"
    if source.last_success_at is None:
        return "nog niet bezocht"
    return f"goed, {ago(source.last_success_at, now)}"


def due_words(source: SourceView, now: datetime) -> str:
    if not source.checked:
        return "nog niet gecontroleerd"
    if source.paused:
        return "op pauze"
    if source.next_due_at <= now:
        return "nu aan de beurt"
    return f"over {duration_words(source.next_due_at - now)}"


def ago(moment: datetime | None, now: datetime) -> str:
    """`5 minuten geleden`."""
    if moment is None:
        return "nog nooit"
    passed = now - moment
    return "zojuist" if passed < timedelta(minutes=1) else f"{duration_words(passed)} geleden"


def duration_words(duration: timedelta) -> str:
    """The largest unit that fits: `40 seconden`, `5 minuten`, `3 uur`, `2 dagen`."""
    seconds = max(0, int(duration.total_seconds()))
    for size, one, more in ((86400, "dag", "dagen"), (3600, "uur", "uur"), (60, "minuut", "minuten")):
        if seconds >= size:
            return wording.count_words(seconds // size, one, more)
    return wording.count_words(seconds, "seconde", "seconden")


def source_details(source: SourceView, now: datetime) -> SourceDetails:
    return SourceDetails(
        line=source_line(source, now),
        url=outgoing(source.url),
        shown_url=source.url,
        rights_words=RIGHTS_NAMES[source.rights],
        last_success_words=ago(source.last_success_at, now),
        last_new_words=ago(source.last_new_at, now),
        created_words=wording.date_words(source.created_at),
        evidence_words=_evidence_words(source),
        evidence_url=outgoing(source.rights_evidence),
        include=source.include,
        exclude=source.exclude,
        trust_words="" if source.trust is None else f"{round(source.trust * 100)} van de 100 berichten hielden we",
    )


def _evidence_words(source: SourceView) -> str:
    checked = f"nagekeken op {wording.date_words(source.rights_checked_on)}" if source.rights_checked_on else ""
    return ", ".join(filter(None, (source.rights_evidence, checked)))


def change_line(change: Change) -> str:
    """`Gewijzigd door anna@voorbeeld.nl op ...: naam en trefwoorden. 3 berichten gingen naar de stapel.`"""
    what = wording.list_words(list(dict.fromkeys(FIELD_NAMES.get(name, name) for name in change.what)))
    told = change.effect
    numbers = [
        (told.piled, "naar de stapel"),
        (told.queued, "in de rij"),
        (told.blanked, "met minder tekst"),
        (told.still_up, "nog op de site met een fragment: kijk die na"),
    ]
    counted = ", ".join(f"{wording.count_words(n, 'bericht', 'berichten')} {words}" for n, words in numbers if n)
    by = change.by or "iemand die hier niet meer werkt"
    return f"Gewijzigd door {by} op {wording.moment_words(change.at)}: {what}." + (f" {counted}." if counted else "")


def visit_line(visit: VisitView) -> VisitLine:
    counted = [
        (visit.new, "nieuw"),
        (visit.changed, "veranderd"),
        (visit.same, "bekend"),
        (visit.piled, "op de stapel"),
        (visit.left, "voor de volgende keer"),
    ]
    took = [_took_words(visit.finished_at - visit.started_at), _size_words(visit.bytes)]
    return VisitLine(
        when=wording.moment_words(visit.started_at),
        good=visit.outcome.good,
        sentence=visit.sentence,
        numbers=", ".join(f"{wording.number_words(number)} {word}" for number, word in counted if number),
        took=", ".join(filter(None, took)),
    )


def _took_words(took: timedelta) -> str:
    return duration_words(took) if took >= timedelta(seconds=1) else "minder dan een seconde"


def _size_words(size: int) -> str:
    return f"{wording.number_words(max(1, round(size / 1024)))} kB" if size else ""


def new_source(form: SourceForm, taken: set[str]) -> SourceSettings:
    """What the form describes, with a key made from the name. Raises NotAllowedError with a Dutch sentence."""
    choice = choice_of(form.keuze) if form.keuze else None
    url, kind = (choice.url, choice.kind) if choice is not None else (form.url.strip(), form.kind)
    name = " ".join(form.name.split())
    must_be_address(url)
    if kind == "":
        raise NotAllowedError("Zoek de bron eerst op, of kies zelf het soort bron.")
    if choice is None:
        _needs_no_rules(kind)
    if not name:
        raise NotAllowedError("Geef de bron een naam. Die staat op de site bij elk bericht.")
    if len(name) > NAME_LIMIT or rules.unfit_character(name):
        raise NotAllowedError("Deze naam klopt niet. Schrijf een kortere naam zonder bijzondere tekens.")
    if form.region != NETHERLANDS and form.region not in PROVINCES:
        raise NotAllowedError("Deze regio kennen we niet. Kies uit de lijst.")
    return SourceSettings(
        key=free_key(name, taken),
        name=name,
        url=url,
        kind=kind,
        region=form.region,
        rights=form.rights,
        options=choice.options if choice is not None else {},
    )


def _needs_no_rules(kind: SourceKind) -> None:
    if kind is SourceKind.PAGE:
        raise NotAllowedError(
            "Voor een pagina met een lijst zijn regels nodig. Zoek de bron eerst op; dan stellen wij ze voor."
        )


def must_be_ready(source: SourceView, *, ticked: bool, contact: str) -> None:
    """A source that nobody checked yet starts only with a tick, and where the site can reach us (NotAllowedError)."""
    if source.checked:
        return
    if not ticked:
        raise NotAllowedError("Deze bron is nog niet gecontroleerd. Bekijk hem eerst en zet dan het vinkje.")
    if not contact:
        raise NotAllowedError(
            "Websites moeten ons kunnen bereiken voordat we ze bezoeken. Vraag de beheerder om een contactadres in te "
            "stellen: [crawl] contact in config.toml."
        )


def must_be_key(key: str) -> None:
    """Refuse what can be no key in an address (NotFoundError)."""
    if not (key.isascii() and key.replace("-", "").isalnum()):
        raise NotFoundError("There is no source with this key.")


def must_be_address(url: str) -> None:
    """Refuse what is no web address before anyone visits it (NotAllowedError)."""
    if not url or len(url) > URL_LIMIT or not outgoing(url):
        raise NotAllowedError("Dit is geen webadres. Plak het hele adres, dat begint met https://.")


def free_key(name: str, taken: set[str]) -> str:
    """A key made of a name, that no source has yet. Raises NotAllowedError when too many have this name."""
    start = re.sub(r"[^a-z0-9-]", "", wording.slug(name))[:KEY_LIMIT].strip("-") or "bron"
    for number in range(1, TRIES):
        key = start if number == 1 else f"{start}-{number}"
        # The pages beside those of the sources have addresses of their own.
        if key not in taken and key not in OWN_ADDRESSES:
            return key
    raise NotAllowedError("Er zijn al veel bronnen met deze naam. Kies een andere naam.")
