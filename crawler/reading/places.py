"""Which provinces, municipalities and places a text is about, each with the words that say so.

Namesakes are settled by what stands beside the name, then by the other places of the text, then by the region of the
source, then by size. What stays open gives no region: an editor adds one sooner than they notice a wrong one.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace

from crawler.reading.folding import words_of
from crawler.reading.gazetteer import Place, gazetteer
from crawler.reading.mentions import Mention, mentions_of
from crawler.reading.name_words import is_given
from crawler.reading.signs import ASIDES, Kind
from store.values import PROVINCES, Region

CONFIDENCE = {
    Kind.COURT: 0.5,
    Kind.OFFICE: 0.65,
    Kind.LOCATOR: 0.5,
    Kind.BARE: 0.8,
    Kind.LOOSE: 0.8,
    Kind.ADJECTIVE: 0.8,
    Kind.NEAR: 0.9,
    Kind.DATELINE: 0.95,
}
"""By how the text names the place. `bench.reading_quality.regions` prints what each confidence is worth."""
GOVERNMENT = frozenset({"den haag", "s gravenhage", "the hague", "haagse"})
"""In news these mean the government unless something says that the town is meant."""
ASIDE_REASONS = {
    Kind.COURT: " (rechtbank of instelling: het kan elders gebeurd zijn)",
    Kind.OFFICE: " (politie of dienst: het kan elders gebeurd zijn)",
    Kind.LOCATOR: " (zegt waar een andere plaats ligt)",
}
APPROXIMATE = "kaart: bij benadering, midden van de gemeente"
MOST = 6
"""Regions proposed for one text."""
LOWEST = 0.4
"""Below this confidence a region is not proposed."""
FALLBACK = 0.2
"""Confidence of the source's own province when the text names nothing."""
FAR = 1_500
"""Characters after which a mention tells less about the subject of a report."""
NEIGHBOURS = 12
"""Towns of the text from which a distance is measured."""
NEIGHBOURHOOD = 15.0
CLEARLY = 2.0
"""A namesake is meant within so many kilometres of another town of the text, when the next is so many times as far."""
DOMINANT = 5.0
"""So many times larger must a namesake be to be meant when nothing else tells."""
HAMLET = 1_500
"""From this number of people on, an ordinary word may be the village, for a source from its province."""
BY_NAME = frozenset({Kind.BARE, Kind.OFFICE})
"""How a surname can pass for a place; behind "in" or "uit" it cannot."""
TITLES = frozenset({"mr", "dr", "mevrouw", "meneer", "mw", "dhr"})
PEOPLE_WITHIN = 5_000
PEOPLE_AT_MOST = 10
"""Characters and different places that are looked at for surnames: news introduces people early."""
SEAT = 3.0
"""A name that is a municipality's counts as that many times larger."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A mention with the place it stands for; `place` is None when only the province is certain."""

    mention: Mention
    province: str
    place: Place | None
    confidence: float
    reasons: tuple[str, ...]

    @property
    def depth(self) -> tuple[str, ...]:
        """Province, municipality, place: as far as it is known."""
        if self.place is None:
            return (self.province,)
        town = (self.province, self.place.municipality)
        return town if self.place.kind == "municipality" else (*town, self.place.name)


def find_regions(title: str, text: str, source_region: str) -> tuple[Region, ...]:
    """The regions of a text, most certain first, with reasons in Dutch.

    `source_region` is a province or "Nederland". When nothing is named and it is a province, it is proposed with a
    low confidence.
    """
    in_title = mentions_of(title)
    mentions = [*in_title, *mentions_of(text)]
    people = surnames_among(mentions, title, text)
    if people:
        in_title = [one for one in in_title if not is_surname(one, people)]
        mentions = [one for one in mentions if not is_surname(one, people)]
    context = Context.of(mentions, title, text, source_region)
    settled = []
    for number, mention in enumerate(mentions):
        result = settle(mention, context)
        if result:
            settled.append(weigh(result, in_title=number < len(in_title)))
    regions = gather(foremost(settled))
    if not regions and source_region in PROVINCES:
        return (Region(source_region, confidence=FALLBACK, reasons=(f"bron: nieuws uit {source_region}",)),)
    return regions


def surnames_among(mentions: list[Mention], title: str, text: str) -> frozenset[str]:
    """The keys of places that somewhere in the text are somebody's surname: "Ilona Zevenbergen", "mr. Best".

    Whoever is introduced that way is called by the surname alone in the rest of the text, and in its title.
    """
    asked = {one.said: one.key for one in mentions if one.kind in BY_NAME and " " not in one.said}
    whole = f"{title}\n{text[:PEOPLE_WITHIN]}"
    found: set[str] = set()
    for said, key in list(asked.items())[:PEOPLE_AT_MOST]:
        for match in re.finditer(rf"(\w+)\.? {re.escape(said)}\b", whole):
            before = match[1]
            if before.casefold() in TITLES or (before[0].isupper() and is_given(before.casefold())):
                found.add(key)
                break
    return frozenset(found)


def is_surname(mention: Mention, people: frozenset[str]) -> bool:
    return mention.key in people and mention.kind in BY_NAME


def foremost(settled: list[Settled]) -> list[Settled]:
    """A court, an office or a town that only says where another lies counts when the text names nothing else."""
    direct = [one for one in settled if one.mention.kind not in ASIDES]
    return direct or settled


@dataclass(frozen=True, slots=True)
class Context:
    """What the rest of the text and the source say, to settle namesakes with."""

    municipalities: frozenset[str]
    provinces: Counter[str]
    points: tuple[tuple[float, float], ...]
    source: str
    abroad: bool
    government: bool

    @classmethod
    def of(cls, mentions: list[Mention], title: str, text: str, source_region: str) -> Context:
        """Gather what the mentions that can mean only one thing say."""
        municipalities: set[str] = set()
        provinces: Counter[str] = Counter()
        points: set[tuple[float, float]] = set()
        for mention in mentions:
            certain = options(mention)
            name = mention.name
            foreign = name.abroad and any(place.kind != "province" for place in name.places)
            if mention.kind is Kind.COURT or name.elsewhere or foreign or name.quarter:
                continue
            if len({p.province for p in certain}) == 1:
                provinces[certain[0].province] += 1
                towns = {p.municipality for p in certain if p.municipality}
                if len(towns) == 1:
                    municipalities |= towns
                    points |= places_at(certain)
        abroad = any(m.name.abroad for m in mentions) and (speaks_of_abroad(title) or speaks_of_abroad(text))
        hague = any(m.key in GOVERNMENT for m in mentions) and speaks_of_government(
            mentions, title, text, source_region
        )
        return cls(frozenset(municipalities), provinces, tuple(points)[:NEIGHBOURS], source_region, abroad, hague)

    def supports(self, mention: Mention, province: str) -> bool:
        """The source or another mention lies in the province. A mention does not support itself."""
        own = {p.province for p in options(mention)} == {province} and not mention.name.elsewhere
        return self.source == province or self.provinces[province] > own or mention.hint == province


def speaks_of_abroad(text: str) -> bool:
    """The text names a country or town just over the border."""
    signs = gazetteer().words.abroad_signs
    return not signs.isdisjoint(words_of(text))


def speaks_of_government(mentions: list[Mention], title: str, text: str, source_region: str) -> bool:
    """Whether Den Haag is the government here: beside a minister or the like, or where it "wants" or "promises"
    something and no word of local news stands near.
    """
    words = gazetteer().words
    said = {*words_of(title), *words_of(text)}
    local = not words.local.isdisjoint(said)
    near = source_region == "Zuid-Holland" or any(
        place.province == "Zuid-Holland" and mention.key not in GOVERNMENT
        for mention in mentions
        for place in mention.name.places
    )
    if not words.national.isdisjoint(said):
        return not local or "kabinet" in said
    rules = any(m.kind is Kind.BARE and m.next in words.ruling for m in mentions if m.key in GOVERNMENT)
    return rules and not local and not near and len(mentions) == 1


def options(mention: Mention) -> list[Place]:
    """What the name may stand for, with a province or adjective beside it taken into account."""
    places = mention.name.places
    if mention.province:
        return [p for p in places if p.kind == "province"] or places
    if mention.hint:
        return [p for p in places if p.province == mention.hint and p.kind != "province"] or places
    return places


def settle(mention: Mention, context: Context) -> Settled | None:
    """What a mention stands for, or None when it must stay open."""
    places = options(mention)
    name = mention.name
    if context.government and mention.key in GOVERNMENT:
        return None
    if name.noun and mention.kind is Kind.BARE:
        places = [p for p in places if p.province == context.source and p.population >= HAMLET]
    if name.elsewhere:
        places = [p for p in places if context.supports(mention, p.province)]
    if name.abroad and context.abroad:
        places = [p for p in places if p.province == context.source or p.municipality in context.municipalities]
    places = without_quarters(places, context)
    if not places:
        return None
    label = f"plaatsregel: {mention.said}" if mention.kind is Kind.DATELINE else f"genoemd: {mention.said}"
    confidence = CONFIDENCE[mention.kind]
    if mention.kind in ASIDES:
        label += ASIDE_REASONS[mention.kind]
    towns = [p for p in places if p.kind != "province"]
    provinces = [p for p in places if p.kind == "province"]
    if provinces and (not towns or means_province(mention, context, towns)):
        return Settled(mention, provinces[0].province, None, confidence, (label,))
    return choose(mention, towns, context, label, confidence)


def without_quarters(places: list[Place], context: Context) -> list[Place]:
    """A quarter steps back for a town of the same name, unless only the quarter lies where the source is."""
    towns = [p for p in places if p.kind != "quarter"]
    if not towns or any(p.province == context.source for p in towns):
        return towns or places
    return [p for p in places if p.province == context.source] or towns


def means_province(mention: Mention, context: Context, towns: list[Place]) -> bool:
    """Utrecht and Groningen are towns unless "provincie" is said. Zeeland is a province, but for a source from Brabant
    the village, unless the text names more of the province.
    """
    if mention.province:
        return True
    if any(p.kind == "municipality" for p in towns) or any(p.municipality in context.municipalities for p in towns):
        return False
    return context.provinces["Zeeland"] > 0 or not any(p.province == context.source for p in towns)


def choose(mention: Mention, towns: list[Place], context: Context, label: str, confidence: float) -> Settled | None:
    """One of the namesakes, by the rest of the text, the source, or size."""
    reasons = [label]
    groups = {(p.province, p.municipality) for p in towns}
    if len(groups) > 1:
        towns, why, factor = narrow(mention, towns, context)
        if not towns:
            return None
        confidence *= factor
        if why:
            reasons.append(f"{len(groups)} plaatsen heten zo; gekozen door {why}")
    groups = {(p.province, p.municipality) for p in towns}
    province = towns[0].province
    if len(groups) == 1:
        return Settled(mention, province, best_row(towns), confidence, tuple(reasons))
    reasons.append(f"meer plaatsen in {province} heten zo")
    return Settled(mention, province, None, confidence * 0.8, tuple(reasons))


def best_row(towns: list[Place]) -> Place:
    """A place and its municipality often share a name: the row with the place says more."""
    return max(towns, key=lambda p: (p.kind == "place", p.lat is not None))


def narrow(mention: Mention, towns: list[Place], context: Context) -> tuple[list[Place], str, float]:
    """The namesakes that remain, what settled it, and how much that takes from the confidence."""
    if mention.near:
        closest = nearest(towns, tuple(places_at(mention.near.places)))
        if closest:
            return closest, "wat er dichtbij ligt", 1.0
    near = [p for p in towns if p.municipality in context.municipalities]
    if near and len({p.municipality for p in near}) == 1:
        return near, "de rest van de tekst", 1.0
    named = {p.province for p in towns if context.provinces[p.province]}
    sourced = [p for p in towns if p.province == context.source]
    if len(named) == 1 and {p.province for p in towns} != named:
        rest = [p for p in towns if p.province in named]
        return nearest(rest, context.points) or largest(rest) or rest, "de rest van de tekst", 0.95
    if sourced and len(sourced) < len(towns):
        return nearest(sourced, context.points) or largest(sourced) or sourced, f"de bron uit {context.source}", 0.9
    big = largest(towns)
    if big and (sourced or not mention.name.abroad or context.source not in PROVINCES):
        return big, "het aantal inwoners", 0.75
    return (towns, "", 0.8) if len({p.province for p in towns}) == 1 else ([], "", 0.0)


def places_at(places: list[Place]) -> set[tuple[float, float]]:
    """The coordinates of those that have their own."""
    return {(p.lat, p.lon) for p in places if p.exact and p.lat is not None and p.lon is not None}


def nearest(towns: list[Place], points: tuple[tuple[float, float], ...]) -> list[Place]:
    """The namesake that lies much nearer to what else is named than the others, [] when none does."""
    if len({p.municipality for p in towns}) < 2:  # noqa: PLR2004
        return []
    away: dict[tuple[str, str], float] = {}
    for place in towns:
        if place.lat is None or place.lon is None:
            continue
        key = (place.province, place.municipality)
        for lat, lon in points:
            km = math.hypot((place.lat - lat) * 111.3, (place.lon - lon) * 68.2)  # at 52 degrees north
            away[key] = min(km, away.get(key, math.inf))
    ranked = sorted(away.items(), key=lambda item: item[1])
    if not ranked or ranked[0][1] > NEIGHBOURHOOD or (len(ranked) > 1 and ranked[1][1] < CLEARLY * ranked[0][1]):
        return []
    return [p for p in towns if (p.province, p.municipality) == ranked[0][0]]


def largest(towns: list[Place]) -> list[Place]:
    """The namesake that outweighs the others, [] when none does."""
    sizes: dict[tuple[str, str], float] = {}
    for place in towns:
        size = place.population * (SEAT if place.kind == "municipality" else 1.0)
        key = (place.province, place.municipality)
        sizes[key] = max(sizes.get(key, 0.0), size)
    ranked = sorted(sizes.items(), key=lambda item: -item[1])
    if len(ranked) > 1 and ranked[0][1] < DOMINANT * max(ranked[1][1], 300.0):
        return []
    return [p for p in towns if (p.province, p.municipality) == ranked[0][0]]


def weigh(settled: Settled, *, in_title: bool) -> Settled:
    """A title says what a report is about; what comes far down says less."""
    confidence = settled.confidence
    if in_title:
        confidence += 0.05
    elif settled.mention.start > FAR:
        confidence *= 0.8
    return settled if confidence == settled.confidence else replace(settled, confidence=confidence)


def gather(settled: list[Settled]) -> tuple[Region, ...]:
    """One region per municipality or place, most certain first. A province that is only the province of a named
    municipality is not proposed beside it.
    """
    finest = sorted(settled, key=lambda one: -len(one.depth))
    groups: dict[tuple[str, ...], list[Settled]] = {}
    inside: dict[tuple[str, ...], tuple[str, ...]] = {}
    for one in finest:
        if one.depth not in inside:
            for length in range(1, len(one.depth) + 1):
                inside.setdefault(one.depth[:length], one.depth)
        groups.setdefault(inside[one.depth], []).append(one)
    regions = []
    for key, members in groups.items():
        detailed = [one for one in members if one.depth == key]
        top = max(members, key=lambda one: one.confidence)
        confidence = min(0.97, top.confidence + 0.03 * min(len(members) - 1, 4))
        reasons = dict.fromkeys(reason for one in members for reason in one.reasons)
        if confidence >= LOWEST:
            regions.append(region_of(detailed[0], confidence, tuple(reasons)[:3]))
    return tuple(sorted(regions, key=lambda region: -region.confidence)[:MOST])


def region_of(one: Settled, confidence: float, reasons: tuple[str, ...]) -> Region:
    """The value for the store; a municipality without a place, or a province alone, when no more is certain."""
    place = one.place
    if place is None:
        return Region(one.province, confidence=round(confidence, 2), reasons=reasons)
    if place.lat is not None and not place.exact:
        reasons = (*reasons, APPROXIMATE)
    return Region(
        one.province,
        place.municipality or None,
        None if place.kind == "municipality" else place.name,
        place.lat,
        place.lon,
        round(confidence, 2),
        reasons,
    )
