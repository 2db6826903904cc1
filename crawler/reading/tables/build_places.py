"""Makes `places.csv` from the gazetteer of the shared corpus. Run by hand; its output is committed.

Where the tables come from and under which licence stands in `CREDITS.md`. The folder is read from `SIGNAAL_CORPUS`,
with `../shared/corpus` beside the repository as fallback: `python -m crawler.reading.tables.build_places`.
"""

from __future__ import annotations

import csv
import math
import os
import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crawler.reading.folding import key_of

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
COLUMNS = ("name", "kind", "municipality", "province", "lat", "lon", "exact", "population", "others")
ADMIN1 = {
    "01": "Drenthe",
    "02": "Friesland",
    "03": "Gelderland",
    "04": "Groningen",
    "05": "Limburg",
    "06": "Noord-Brabant",
    "07": "Noord-Holland",
    "09": "Utrecht",
    "10": "Zeeland",
    "11": "Zuid-Holland",
    "15": "Overijssel",
    "16": "Flevoland",
}
"""GeoNames' first-order divisions of the Netherlands."""
NEAR_KM = 15.0
"""A place of the same name and province farther from its municipality than this is another place."""
PART_KM = 2.5
SUFFIX = re.compile(
    r"\s*(?:\(.*\)|gem\.? .*|(?<=\s)(?:AC|ca|Gld|Gn|L|NB|NH|Ut|Rotterdam|Coevorden|Oldebroek|Texel))$", re.IGNORECASE
)
"""What the official tables add to tell namesakes apart."""


@dataclass(frozen=True)
class Row:
    """One row of `places.csv`. `exact` is false where the coordinates are those of the municipality."""

    name: str
    kind: str
    municipality: str
    province: str
    lat: float | None = None
    lon: float | None = None
    exact: bool = False
    population: int = 0
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spot:
    """One populated place of GeoNames."""

    name: str
    alternates: frozenset[str]
    province: str
    lat: float
    lon: float
    population: int


@dataclass
class Corpus:
    """The tables of the gazetteer, read."""

    current: dict[str, tuple[str, str]] = field(default_factory=dict)
    places: list[dict[str, str]] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    ended: dict[str, str] = field(default_factory=dict)


Centres = dict[tuple[str, str], list[tuple[float, float]]]
"""By municipality and province, the places in it that are found for certain."""


def bare(name: str) -> str:
    """The name as people write it."""
    name = SUFFIX.sub("", name).strip().replace("St.-", "Sint ")
    return f"'{name}" if name.startswith("t ") else name


def read_corpus(folder: Path) -> Corpus:
    """Read the gazetteer of the shared corpus."""
    corpus = Corpus()
    for row in rows_of(folder / "gemeente-provincie-current.derived.csv"):
        corpus.current[row["gemeentecode"]] = (row["gemeente"], row["provincie"])
    corpus.places = rows_of(folder / "woonplaats-gemeente-provincie-2012.derived.csv")
    for row in rows_of(folder / "gemeentelijke-indeling.csv", ";"):
        corpus.ended[row["gemeentecode"]] = row["einddatum"]  # by code: names are not spelled alike everywhere
    for row in rows_of(folder / "nl_cities500.csv"):
        others = frozenset(key_of(name) for name in row["alternatenames"].split("|") if name.isascii())
        corpus.spots.append(
            Spot(
                row["name"],
                others,
                ADMIN1[row["admin1code"]],
                float(row["latitude"]),
                float(row["longitude"]),
                int(row["population"]),
            )
        )
    return corpus


def aliases_of(table: str) -> dict[str, Any]:
    """One table of `aliases.toml`."""
    tables: dict[str, dict[str, Any]] = tomllib.loads((HERE / "aliases.toml").read_text(encoding="utf-8"))
    return tables[table]


def rows_of(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a table by the names in its first line."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


class Successors:
    """Which municipality of today a place of 2012 lies in."""

    def __init__(self, corpus: Corpus) -> None:
        table = tomllib.loads((HERE / "successors.toml").read_text(encoding="utf-8"))
        self.current = corpus.current
        self.provinces = dict(corpus.current.values())
        self.gone: dict[str, str] = table["successor"]
        self.divided: dict[str, dict[str, str]] = table["divided"]
        codes = {row["gemeente_2012"]: row["gemeentecode"] for row in corpus.places}
        for old, new in self.gone.items():
            if not corpus.ended.get(codes[old]) or new not in self.provinces:
                raise SystemExit(f"successors.toml: {old} has not ended or {new} does not exist")

    def today(self, row: dict[str, str]) -> tuple[str, str]:
        """The municipality, or "" when it is not known, and the province."""
        if row["gemeentecode"] in self.current:
            return self.current[row["gemeentecode"]]
        old = row["gemeente_2012"]
        new = self.divided.get(old, {}).get(row["woonplaats"]) or self.gone.get(old, "")
        return new, self.provinces.get(new, row["provincie"])


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Flat-earth distance, good to a percent within the Netherlands."""
    east = (a[1] - b[1]) * 111.3 * math.cos(math.radians(52.2))
    return math.hypot(east, (a[0] - b[0]) * 111.3)


def mean(points: list[tuple[float, float]]) -> tuple[float, float]:
    """The middle of some points."""
    return sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)


def place_rows(corpus: Corpus) -> list[Row]:
    """The official places, one row per name and municipality, without coordinates yet."""
    successors = Successors(corpus)
    aliases = aliases_of("place")
    main = aliases_of("main")
    rows: dict[tuple[str, str, str], Row] = {}
    for entry in corpus.places:
        name = bare(entry["woonplaats"])
        municipality, province = successors.today(entry)
        if municipality != main.get(name, municipality) and province == successors.provinces[main[name]]:
            continue
        others = list(aliases.pop(entry["woonplaats"], []))
        if entry["woonplaats"] != name:
            others.append(entry["woonplaats"])
        if name.startswith("Winterswijk "):
            others.append(name.removeprefix("Winterswijk "))
        rows.setdefault(
            (name, municipality, province),
            Row(name, "place", municipality, province, others=tuple(others)),
        )
    if aliases:
        raise SystemExit(f"aliases.toml: no such place: {', '.join(aliases)}")
    return list(rows.values())


class Spots:
    """GeoNames by folded name and province."""

    def __init__(self, spots: list[Spot]) -> None:
        self.by_name: dict[tuple[str, str], list[Spot]] = defaultdict(list)
        for spot in spots:
            for key in {key_of(spot.name), key_of(bare(spot.name))} | spot.alternates:
                self.by_name[key, spot.province].append(spot)

    def named(self, name: str, province: str) -> list[Spot]:
        """Those with this very name, else those that carry it among their other names."""
        key = key_of(name)
        every = self.by_name[key, province]
        return [spot for spot in every if key_of(bare(spot.name)) == key] or every


def locate(rows: list[Row], spots: list[Spot]) -> tuple[list[Row], set[Spot]]:
    """Coordinates from GeoNames: first the names that are alone in their province, then the namesakes nearest to
    their municipality, and the mean of the municipality for what is left.
    """
    table = Spots(spots)
    namesakes = Counter((key_of(row.name), row.province) for row in rows)
    found: dict[Row, Spot] = {}
    centres: Centres = defaultdict(list)
    for row in rows:
        own = table.named(row.name, row.province)
        if namesakes[key_of(row.name), row.province] == 1 and len(own) == 1:
            found[row] = own[0]
            centres[row.municipality, row.province].append((own[0].lat, own[0].lon))
    for row in rows:
        spot = found.get(row) or nearest(row, table, centres)
        if spot:
            found[row] = spot
    rough = {name: [(lat, lon)] for name, (lat, lon) in aliases_of("rough").items()}
    return [placed(row, found.get(row), centres, rough) for row in rows], set(found.values())


def nearest(row: Row, table: Spots, centres: Centres) -> Spot | None:
    """The namesake near the row's municipality; the largest for the seat of a municipality of one place."""
    candidates = table.named(aliases_of("seat").get(row.name, row.name), row.province)
    points = centres[row.municipality, row.province] if row.municipality else []
    if not candidates or not points:
        seat = bool(candidates) and row.name == row.municipality
        return max(candidates, key=lambda spot: spot.population) if seat else None
    middle = mean(points)
    best = min(candidates, key=lambda spot: distance_km(middle, (spot.lat, spot.lon)))
    return best if distance_km(middle, (best.lat, best.lon)) <= NEAR_KM else None


def placed(row: Row, spot: Spot | None, centres: Centres, rough: dict[str, list[tuple[float, float]]]) -> Row:
    """The row with the coordinates of its spot, else those of its municipality, else none."""
    if spot:
        return replace(row, lat=spot.lat, lon=spot.lon, exact=True, population=spot.population)
    points = centres.get((row.municipality, row.province)) or rough.get(row.municipality, [])
    if not row.municipality or not points:
        return row
    lat, lon = mean(points)
    return replace(row, lat=lat, lon=lon)


def former_names(places: list[Row]) -> dict[str, list[str]]:
    """By municipality of today, the municipalities it took in whose names are no places: Beemster is in Purmerend."""
    known = {key_of(name) for row in places for name in (row.name, *row.others)}
    former: dict[str, list[str]] = defaultdict(list)
    for old, new in tomllib.loads((HERE / "successors.toml").read_text(encoding="utf-8"))["successor"].items():
        if key_of(old) not in known:
            former[new].append(old)
    return former


def municipality_rows(corpus: Corpus, places: list[Row]) -> list[Row]:
    """The municipalities of today; a municipality without a place of its name has the mean of its places."""
    aliases = aliases_of("municipality")
    former = former_names(places)
    rows = []
    for name, province in corpus.current.values():
        inside = [p for p in places if p.municipality == name and p.exact]
        seat = next((p for p in inside if p.name == bare(name)), None)
        others = [*aliases.pop(name, []), *former[name]]
        if bare(name) != name:
            others.append(bare(name))
        row = Row(name, "municipality", name, province, others=tuple(others))
        row = replace(row, population=sum(p.population for p in inside))
        if seat:
            row = replace(row, lat=seat.lat, lon=seat.lon, exact=True)
        elif points := [(p.lat, p.lon) for p in inside or places if p.municipality == name and p.lat and p.lon]:
            lat, lon = mean(points)
            row = replace(row, lat=lat, lon=lon)
        rows.append(row)
    if aliases:
        raise SystemExit(f"aliases.toml: no such municipality: {', '.join(aliases)}")
    return rows


def province_rows(municipalities: list[Row]) -> list[Row]:
    """The provinces, with the names of regions that lie wholly in one."""
    aliases = aliases_of("region")
    rows = []
    for province in sorted({m.province for m in municipalities}):
        points = [(m.lat, m.lon) for m in municipalities if m.province == province and m.lat and m.lon]
        lat, lon = mean(points)
        rows.append(Row(province, "province", "", province, lat, lon, others=tuple(aliases.get(province, ()))))
    return rows


def part_rows(corpus: Corpus, places: list[Row], municipalities: list[Row], used: set[Spot]) -> list[Row]:
    """Quarters and hamlets that only GeoNames knows. The municipality is that of the nearest official place, when it
    is near; kind `quarter`, because these names prove less than those of villages. Those under [part] in `aliases.toml`
    are known well enough to stand alone, and have the coordinates of their municipality when GeoNames lacks them.
    """
    known = aliases_of("part")
    corrected = aliases_of("quarter")
    towns = {row.name: row for row in municipalities}
    names = {(key_of(name), p.province) for p in places for name in (p.name, *p.others)}
    rows = []
    for spot in corpus.spots:
        name = bare(spot.name)
        if spot in used or (key_of(name), spot.province) in names or name in known:
            continue
        near = min(
            (p for p in places if p.exact and p.municipality and p.province == spot.province),
            key=lambda p: distance_km((p.lat or 0.0, p.lon or 0.0), (spot.lat, spot.lon)),
        )
        close = distance_km((near.lat or 0.0, near.lon or 0.0), (spot.lat, spot.lon)) <= PART_KM
        municipality = near.municipality if close else ""
        right = corrected.get(name, "")
        if right and towns[right].province == spot.province:
            municipality = right
        rows.append(Row(name, "quarter", municipality, spot.province, spot.lat, spot.lon, True, spot.population))
    for name, municipality in known.items():
        town = towns[municipality]
        at = next((s for s in corpus.spots if s.name == name and s.province == town.province), None)
        if (key_of(name), town.province) not in names:
            row = Row(name, "place", municipality, town.province, town.lat, town.lon)
            rows.append(placed(row, at, {}, {}))
    return rows


def write(rows: list[Row], path: Path) -> None:
    """Write the rows; "=" stands for a municipality of the same name."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(COLUMNS)
        for row in rows:
            lat, lon = ("", "") if row.lat is None or row.lon is None else (f"{row.lat:.4f}", f"{row.lon:.4f}")
            municipality = "=" if row.municipality == row.name else row.municipality
            out.writerow(
                (
                    row.name,
                    row.kind,
                    municipality,
                    row.province,
                    lat,
                    lon,
                    int(row.exact),
                    row.population or "",
                    "|".join(dict.fromkeys(row.others)),
                )
            )


def all_rows(corpus: Corpus) -> list[Row]:
    """Provinces, municipalities, places and quarters, each kind in a fixed order."""
    places, used = locate(place_rows(corpus), corpus.spots)
    municipalities = municipality_rows(corpus, places)
    return [
        *province_rows(municipalities),
        *municipalities,
        *sorted(places, key=lambda row: (row.name, row.province, row.municipality)),
        *sorted(part_rows(corpus, places, municipalities, used), key=lambda row: (row.name, row.province)),
    ]


def main() -> None:
    """Write `places.csv` beside this file."""
    folder = Path(os.environ.get("SIGNAAL_CORPUS", ROOT.parent / "shared" / "corpus")) / "gazetteer"
    rows = all_rows(read_corpus(folder))
    write(rows, HERE / "places.csv")
    places = [row for row in rows if row.kind == "place"]
    exact = sum(row.exact for row in places)
    print(f"{len(rows)} rows; {len(places)} places, {exact} with coordinates of their own")  # noqa: T201


if __name__ == "__main__":
    main()
