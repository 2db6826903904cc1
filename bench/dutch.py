"""Regional news that never happened, for the benches: entries of feeds, deterministic by seed.

About three entries in a hundred are about trafficking, as on a broad regional site; the rest is what such a site
writes on other days. All sentences are our own, and nobody in them has a name.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

SEED = 20261124
ENTRIES = 20
TRAFFICKING_SHARE = 0.03
TENTH = 10
"""In the state "a tenth changed", the feeds whose number this divides have changed."""
CHANGED_ENTRIES = 3
CHANGED_MARK = "Bijgewerkt"

_PLACES = [
    "Almelo", "Almere", "Alkmaar", "Apeldoorn", "Arnhem", "Assen", "Barneveld", "Borne", "Breda", "Coevorden",
    "Culemborg", "Delfzijl", "Deventer", "Doetinchem", "Dokkum", "Dronten", "Ede", "Eindhoven", "Emmen",
    "Enschede", "Franeker", "Geldrop", "Goes", "Gorinchem", "Gouda", "Groningen", "Haarlem", "Hardenberg",
    "Harlingen", "Heerenveen", "Heerlen", "Helmond", "Hengelo", "Hoogeveen", "Hoorn", "Houten", "Hulst", "Kampen",
    "Leeuwarden", "Leiden", "Lelystad", "Maastricht", "Meppel", "Middelburg", "Nijmegen", "Oldenzaal", "Oss",
    "Purmerend", "Raalte", "Roermond", "Roosendaal", "Schiedam", "Sittard", "Sneek", "Stadskanaal", "Terneuzen",
    "Tiel", "Tilburg", "Urk", "Utrecht", "Veendam", "Venlo", "Venray", "Vlissingen", "Waalwijk", "Wageningen",
    "Weert", "Winterswijk", "Woerden", "Zaanstad", "Zeist", "Zierikzee", "Zutphen", "Zwolle",
]  # fmt: skip
_STREETS = [
    "Dorpsstraat", "Kerkstraat", "Molenweg", "Stationsweg", "Havenkade", "Beukenlaan", "Marktplein",
    "Industrieweg", "Nieuwstraat", "Parallelweg", "Schoolstraat", "Veenkade", "Lindelaan", "Singel", "Zuiderdijk",
    "Ambachtsweg",
]  # fmt: skip
_WHO = [
    "de gemeente", "het waterschap", "de provincie", "de brandweer", "de politie", "de woningcorporatie",
    "de ondernemersvereniging", "het ziekenhuis", "de basisschool", "de vervoerder", "de wijkraad", "de sportclub",
]  # fmt: skip
_WHEN = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag", "vanochtend", "vannacht"]
_ORDINARY_TITLES = [
    "Weg tussen {place} en {other} {n} weken dicht", "Brand in schuur aan de {street} in {place}",
    "{place} krijgt {n} nieuwe woningen bij het station", "Markt in {place} verhuist naar het {street}",
    "Voetballers van {place} winnen met {m} doelpunten", "Zwembad in {place} {when} weer open",
    "Raad van {place} praat over het plan voor de {street}", "Storm: {n} bomen om in {place}",
    "Museum in {place} trekt {n}00 bezoekers", "Lezers kiezen mooiste tuin van {place}",
    "Bus naar {other} rijdt {when} een andere route", "Bibliotheek van {place} viert verjaardag",
]  # fmt: skip
_ORDINARY = [
    "Volgens {who} duurt het werk aan de {street} zeker {n} weken.",
    "Het verkeer tussen {place} en {other} wordt {when} omgeleid.",
    "Bewoners van de {street} kregen {when} een brief met uitleg.",
    "De kosten komen uit op {n} miljoen euro, meer dan vooraf gedacht.",
    "In {place} is nog plaats voor {n} kinderen op de nieuwe school.",
    "De brandweer had het vuur na {n} minuten onder controle en niemand raakte gewond.",
    "Op het plein stonden {when} ruim {n}00 bezoekers in de zon.",
    "De trainer was na afloop tevreden: zijn ploeg maakte {m} doelpunten in de tweede helft.",
    "De wethouder wil dat {who} voor de zomer met een voorstel komt.",
    "Het meldpunt kreeg {n} klachten over geluid in de buurt van de {street}.",
    "Wie wil meepraten, kan {when} naar het gemeentehuis van {place} komen.",
    "De temperatuur daalt in de nacht naar {m} graden en het kan glad worden.",
    "Vrijwilligers haalden langs het water {n} zakken afval op.",
    "De winkel aan de {street} sluit na {n} jaar de deuren.",
    "Er komen laadpalen, bankjes en {n} fietsenrekken bij het station van {place}.",
    "De rechter besliste dat de vergunning voor het feest in {place} mag blijven.",
    "Op de veiling bracht het schilderij {n}00 euro op.",
    "De trein naar {other} reed {when} niet door een storing aan het spoor.",
    "Boeren in de buurt van {place} hopen op regen voor de aardappels.",
    "De politie zoekt getuigen van een aanrijding op de {street}.",
    "Het koor zingt {when} in de kerk van {place} en de toegang is gratis.",
    "Volgens de onderzoekers is het water in de plas schoon genoeg om in te zwemmen.",
    "De oude fabriek in {other} wordt verbouwd tot {n} appartementen.",
    "Een woordvoerder zegt dat {who} de plannen nog bekijkt.",
]  # fmt: skip
_TRAFFICKING_TITLES = [
    "Inval bij bedrijf in {place}: vermoeden van arbeidsuitbuiting", "Eis van {n} maanden in zaak over mensenhandel",
    "Avond over mensenhandel in {place}", "{n} mogelijke slachtoffers van uitbuiting gevonden in {place}",
    "Verdachte van seksuele uitbuiting in {place} voor de rechter", "Jongeren in {place} gedwongen tot drugs dealen",
]  # fmt: skip
_TRAFFICKING = [
    "De Arbeidsinspectie deed {when} een inval bij een bedrijf aan de {street} in {place}, na een melding.",
    "{n} mensen werkten er lange dagen voor weinig loon en sliepen op het terrein.",
    "Zij zijn mogelijk slachtoffer van mensenhandel en krijgen opvang.",
    "Het Openbaar Ministerie eist {n} maanden cel voor mensenhandel en arbeidsuitbuiting.",
    "Volgens de officier van justitie moesten de slachtoffers hun paspoort afgeven.",
    "De rechtbank doet over {m} weken uitspraak in deze zaak over seksuele uitbuiting.",
    "De gemeente {place} houdt {when} een avond over het herkennen van signalen van mensenhandel.",
    "Een minderjarige werd volgens de politie gedwongen tot strafbare feiten: criminele uitbuiting.",
    "Hulpverleners zien in {place} meer jongeren die worden geronseld.",
    "De verdachte zit vast; er is hulp voor de mensen die zijn uitgebuit.",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as a site writes it. `day` and `minute` place it in November 2026, Dutch winter time."""

    guid: str
    title: str
    lead: str
    paragraphs: tuple[str, ...]
    day: int
    minute: int


@cache
def _sentences(kind: str) -> list[str]:
    """A few thousand sentences, filled in once: filling in each one anew would take longer than the bench."""
    templates, count = {
        "ordinary": (_ORDINARY, 6000),
        "ordinary titles": (_ORDINARY_TITLES, 3000),
        "trafficking": (_TRAFFICKING, 600),
        "trafficking titles": (_TRAFFICKING_TITLES, 400),
    }[kind]
    draw = random.Random(f"{SEED} {kind}")
    return [_filled(draw, draw.choice(templates)) for _ in range(count)]


def _filled(draw: random.Random, template: str) -> str:
    place, other = draw.sample(_PLACES, 2)
    text = template.format(
        place=place, other=other, street=draw.choice(_STREETS), who=draw.choice(_WHO), when=draw.choice(_WHEN),
        n=draw.randint(2, 90), m=draw.randint(1, 9),
    )  # fmt: skip
    return text[0].upper() + text[1:]


def entries(number: int, *, changed: bool = False) -> list[Entry]:
    """The twenty entries of one feed, newest first.

    `changed` gives them as they are later: one is new, three have another text, the oldest is no longer listed.
    """
    draw = random.Random(f"{SEED} feed {number}")
    made = [_entry(draw, number, position) for position in range(ENTRIES)]
    if not changed:
        return made
    again = [_updated(entry) if place < CHANGED_ENTRIES else entry for place, entry in enumerate(made)]
    return [_entry(draw, number, ENTRIES), *again[:-1]]


def _entry(draw: random.Random, number: int, position: int) -> Entry:
    kind = "trafficking" if draw.random() < TRAFFICKING_SHARE else "ordinary"
    told = draw.choices(_sentences(kind), k=10)
    paragraphs = tuple(" ".join(told[start:end]) for start, end in pairwise((1, 4, 6, 8, 10)))
    title = draw.choice(_sentences(f"{kind} titles"))
    day = 24 if position == ENTRIES else 23 - position // 4
    return Entry(guid(number, position), title, told[0], paragraphs, day, 60 * (20 - position % 4 * 3))


def _updated(entry: Entry) -> Entry:
    title = f"{CHANGED_MARK}: {entry.title}"
    return Entry(entry.guid, title, f"{CHANGED_MARK}. {entry.lead}", entry.paragraphs, entry.day, entry.minute)


def guid(number: int, position: int) -> str:
    """As WordPress makes them: an address that says nothing."""
    return f"https://omroep.example/?p={number * 100 + position}"


def changes(number: int) -> bool:
    """Whether this feed is one of the tenth that changes."""
    return number % TENTH == 0


def guids(count: int, *, changed: bool) -> set[tuple[int, str]]:
    """Feed number and guid of every entry that whoever watched the farm must hold."""
    held = {(number, guid(number, place)) for number in range(count) for place in range(ENTRIES)}
    if changed:
        held |= {(number, guid(number, ENTRIES)) for number in range(count) if changes(number)}
    return held
