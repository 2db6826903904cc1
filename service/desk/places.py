"""From the region that an editor types to a `Region` with coordinates, through the table of Dutch places."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from crawler.reading.gazetteer import Place, read_places
from store import rules
from store.errors import NotAllowedError
from store.values import PROVINCES, Region

PLACE_LIMIT = 100
CHOSEN = ("gekozen door de redactie",)


@dataclass(frozen=True, slots=True)
class Tables:
    """By folded name. A name may stand for several places."""

    municipalities: dict[str, list[Place]]
    places: dict[str, list[Place]]


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in plain if each.isalnum())


@cache
def _tables() -> Tables:
    municipalities: dict[str, list[Place]] = {}
    places: dict[str, list[Place]] = {}
    for place, others in read_places():
        if place.kind == "province":
            continue
        target = municipalities if place.kind == "municipality" else places
        for name in {_folded(place.name), *map(_folded, others)}:
            target.setdefault(name, []).append(place)
    return Tables(municipalities, places)


def region_of(province: str, municipality: str, place: str) -> Region | None:
    """The region that was typed, None when nothing was. What is missing is filled in where only one answer fits.

    Raises NotAllowedError with a Dutch sentence when the parts do not belong together.
    """
    province, municipality, place = (" ".join(text.split()) for text in (province, municipality, place))
    if not (province or municipality or place):
        return None
    if province and province not in PROVINCES:
        raise NotAllowedError("Deze provincie kennen we niet. Kies uit de lijst.")
    if len(place) > PLACE_LIMIT or rules.unfit_character(place):
        raise NotAllowedError("De plaatsnaam klopt niet. Typ hem opnieuw.")
    town = _town(province, municipality) if municipality else None
    if town is not None:
        province = town.province
    found = _place(province, town, place) if place else None
    if found is not None:
        province = found.province
        town = town or next(iter(_municipalities(found.municipality, found.province)), None)
    if not province:
        raise NotAllowedError(f"We weten niet in welke provincie {place} ligt. Kies een provincie.")
    where = found or town
    return Region(
        province=province,
        municipality=town.name if town else None,
        place=(found.name if found else place) or None,
        lat=where.lat if where else None,
        lon=where.lon if where else None,
        reasons=CHOSEN,
    )


def _municipalities(name: str, province: str) -> list[Place]:
    known = _tables().municipalities.get(_folded(name), [])
    return [each for each in known if not province or each.province == province]


def _town(province: str, name: str) -> Place:
    found = _municipalities(name, province)
    if not found:
        where = f" in {province}" if province else ""
        raise NotAllowedError(f"Deze gemeente kennen we niet{where}. Kijk hoe je de naam schrijft, of laat hem leeg.")
    if len({each.province for each in found}) > 1:
        raise NotAllowedError(f"Er zijn meer gemeenten die {found[0].name} heten. Kies ook een provincie.")
    return found[0]


def _place(province: str, town: Place | None, name: str) -> Place | None:
    """The place in the table, None when it is not there or could be several: what was typed then stands as typed."""
    known = [
        each
        for each in _tables().places.get(_folded(name), [])
        if (not province or each.province == province) and (town is None or each.municipality == town.name)
    ]
    return known[0] if len({(each.municipality, each.province) for each in known}) == 1 else None


@cache
def municipality_names() -> tuple[str, ...]:
    """All municipalities by name, for the list of suggestions."""
    return tuple(sorted({each.name for found in _tables().municipalities.values() for each in found}))
