"""The form that changes a source: what it may send, and from the stored source to its fields and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import crawler
from crawler.reading.relevance import keys_of
from service.desk.forms import FormModel
from service.desk.sources import NAME_LIMIT, must_be_address
from store import rules
from store.errors import NotAllowedError
from store.source_editing import Changed
from store.sources import SourceView
from store.values import NETHERLANDS, PROVINCES, Rights, SourceKind

TERMS_AT_MOST, TERM_LENGTH, EVIDENCE_LIMIT, RULE_LENGTH = 100, 100, 1000, 1000
MINUTES_AT_MOST = 31 * 24 * 60
DIGITS = 6

OPTION_FIELDS: Mapping[SourceKind, tuple[tuple[str, str, str], ...]] = {
    SourceKind.FEED: (),
    SourceKind.SITEMAP: (
        ("include", "Alleen adressen waar dit in staat, één op elke regel", "lines"),
        ("exclude", "Geen adressen waar dit in staat, één op elke regel", "lines"),
        ("days", "Zo veel dagen terug kijken we", "number"),
    ),
    SourceKind.PAGE: (
        ("item", "Eén bericht in de lijst (CSS-regel)", "rule"),
        ("link", "Daarin de link", "rule"),
        ("title", "Daarin de titel", "rule"),
        ("date", "Daarin de datum", "rule"),
        ("summary", "Daarin de samenvatting", "rule"),
        ("next", "De link naar de volgende pagina", "rule"),
    ),
    SourceKind.CALENDAR: (("days", "Zo veel dagen vooruit kijken we", "number"),),
    SourceKind.EVENTS: (
        ("links", "De links naar pagina's van afspraken (CSS-regel)", "rule"),
        ("whole", "Staan alle afspraken op deze pagina?", "choice"),
    ),
}
"""What can be set of each kind: the name of the option, what a person calls it, and how it is typed."""

WHOLE = {"": "dat blijkt uit de pagina", "ja": "ja, allemaal", "nee": "nee, een deel"}


class SourceEditForm(FormModel):
    """Paces are in minutes. `gelezen` is the digest of the source that the form was made from, `gezien` that of the
    terms and rights whose effect was shown. Options have the name of `OPTION_FIELDS` behind `optie_`.
    """

    action: str = ""
    gelezen: str = ""
    gezien: str = ""
    name: str = ""
    url: str = ""
    kind: SourceKind = SourceKind.FEED
    region: str = ""
    rights: Rights = Rights.EXCERPT
    rights_evidence: str = ""
    rights_checked_on: str = ""
    pace: str = ""
    pace_min: str = ""
    pace_max: str = ""
    include: str = ""
    exclude: str = ""
    optie_include: str = ""
    optie_exclude: str = ""
    optie_days: str = ""
    optie_item: str = ""
    optie_link: str = ""
    optie_title: str = ""
    optie_date: str = ""
    optie_summary: str = ""
    optie_next: str = ""
    optie_links: str = ""
    optie_whole: str = ""


def form_of(source: SourceView) -> SourceEditForm:
    """The form with the source as it is stored."""
    return SourceEditForm(
        gelezen=digest_of(source),
        name=source.name,
        url=source.url,
        kind=source.kind,
        region=source.region,
        rights=source.rights,
        rights_evidence=source.rights_evidence,
        rights_checked_on=source.rights_checked_on.isoformat() if source.rights_checked_on else "",
        pace=_minutes(source.pace_seconds),
        pace_min=_minutes(source.pace_min),
        pace_max=_minutes(source.pace_max),
        include="\n".join(source.include),
        exclude="\n".join(source.exclude),
        **{f"optie_{name}": _typed(value) for name, value in source.options.items()},
    )


def digest_of(source: SourceView | Changed) -> str:
    """What tells whether somebody else changed the source meanwhile."""
    told = [
        source.name, source.url, source.kind, source.region, source.rights, source.rights_evidence,
        str(source.rights_checked_on), source.pace_seconds, source.pace_min, source.pace_max,
    ]  # fmt: skip
    return _digest([*told, source.options, effect_digest(source)])


def effect_digest(source: SourceView | Changed) -> str:
    """What tells whether the effect that was shown is that of these terms and this rights class."""
    return _digest([source.include, source.exclude, source.rights])


def _digest(told: object) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def changed_source(form: SourceEditForm, old: SourceView, today: date) -> Changed:
    """What the form describes. Raises NotAllowedError with a Dutch sentence about the first thing that is wrong."""
    url = form.url.strip()
    must_be_address(url)
    name = " ".join(form.name.split())
    if not name or len(name) > NAME_LIMIT or rules.unfit_character(name):
        raise NotAllowedError("Deze naam klopt niet. Schrijf een korte naam zonder bijzondere tekens.")
    if form.region != NETHERLANDS and form.region not in PROVINCES:
        raise NotAllowedError("Deze regio kennen we niet. Kies uit de lijst.")
    if form.kind not in OPTION_FIELDS:
        raise NotAllowedError("Dit soort bron kennen we niet. Kies uit de lijst.")
    evidence, checked_on = _evidence(form, today)
    pace = _seconds(form.pace, old.pace_seconds, "Het tempo") or old.pace_seconds
    least = _seconds(form.pace_min, old.pace_min, "Het snelste tempo")
    most = _seconds(form.pace_max, old.pace_max, "Het traagste tempo")
    if (least and least > pace) or (most and most < pace):
        raise NotAllowedError("Het tempo ligt niet tussen het snelste en het traagste tempo. Pas een van de drie aan.")
    return Changed(
        name=name,
        url=url,
        kind=form.kind,
        region=form.region,
        rights=form.rights,
        rights_evidence=evidence,
        rights_checked_on=checked_on,
        pace_seconds=pace,
        pace_min=least,
        pace_max=most,
        include=_terms(form.include),
        exclude=_terms(form.exclude),
        options=_options(form),
    )


def _evidence(form: SourceEditForm, today: date) -> tuple[str, date | None]:
    evidence = form.rights_evidence.strip()
    if len(evidence) > EVIDENCE_LIMIT or rules.unfit_character(evidence):
        raise NotAllowedError(f"Schrijf hoogstens {EVIDENCE_LIMIT} gewone tekens over waar de toestemming staat.")
    checked_on = None
    if form.rights_checked_on.strip():
        try:
            checked_on = date.fromisoformat(form.rights_checked_on.strip())
        except ValueError:
            raise NotAllowedError("De dag van de controle klopt niet. Schrijf hem als 2026-11-03.") from None
        if checked_on > today or checked_on.year < 2000:  # noqa: PLR2004 - before this there was no site to check
            raise NotAllowedError("De dag van de controle kan niet in de toekomst of ver in het verleden liggen.")
    if form.rights is Rights.FULLTEXT_INTERNAL and not (evidence and checked_on):
        raise NotAllowedError(
            "De hele tekst bewaren mag alleen met toestemming. Schrijf waar die staat en wanneer je dat hebt nagekeken."
        )
    return evidence, checked_on


def _terms(typed: str) -> tuple[str, ...]:
    terms = tuple(dict.fromkeys(filter(None, (" ".join(line.split()) for line in typed.split("\n")))))
    if len(terms) > TERMS_AT_MOST or any(len(term) > TERM_LENGTH for term in terms):
        raise NotAllowedError(
            f"Schrijf hoogstens {TERMS_AT_MOST} trefwoorden van hoogstens {TERM_LENGTH} tekens, één op elke regel."
        )
    for term in terms:
        if rules.unfit_character(term) or not keys_of((term,)):
            raise NotAllowedError("Een trefwoord heeft letters of cijfers nodig, en geen onzichtbare tekens.")
    return terms


def _options(form: SourceEditForm) -> dict[str, Any]:
    typed = {name: str(getattr(form, f"optie_{name}")).strip() for name, _, _ in OPTION_FIELDS[form.kind]}
    found = {name: _option(typed[name], how) for name, _, how in OPTION_FIELDS[form.kind] if typed[name]}
    if form.kind is SourceKind.PAGE and "item" not in found:
        raise NotAllowedError("Voor een pagina met een lijst is een regel voor één bericht nodig. Vul die in.")
    try:
        crawler.check_options(form.kind, found)
    except crawler.BadOptionsError:
        raise NotAllowedError("Een van de regels voor het lezen klopt niet. Controleer de CSS-regels.") from None
    return found


def _option(typed: str, how: str) -> object:
    if len(typed) > RULE_LENGTH * (10 if how == "lines" else 1) or rules.unfit_character(typed):
        raise NotAllowedError("Een van de regels voor het lezen is te lang of heeft een onzichtbaar teken.")
    if how == "number":
        if not (typed.isascii() and typed.isdigit() and len(typed) <= DIGITS):
            raise NotAllowedError("Schrijf het aantal dagen als een getal, bijvoorbeeld 14.")
        return int(typed)
    if how == "choice":
        if typed not in WHOLE:
            raise NotAllowedError("Deze keuze kennen we niet. Kies uit de lijst.")
        return typed == "ja"
    return [line.strip() for line in typed.split("\n") if line.strip()] if how == "lines" else typed


def _minutes(seconds: int | None) -> str:
    return str(max(1, round(seconds / 60))) if seconds else ""


def _seconds(typed: str, old: int | None, what: str) -> int | None:
    typed = typed.strip()
    if typed == _minutes(old):
        return old
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= DIGITS) or not 1 <= int(typed) <= MINUTES_AT_MOST:
        raise NotAllowedError(f"{what} klopt niet. Schrijf een heel aantal minuten, hoogstens een maand.")
    return int(typed) * 60


def _typed(value: object) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, list | tuple):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)
