"""The Dutch lexicon of trafficking, and one scan of a text that relevance and form both read.

The words stand in `lexicon.toml`. A scan says which of them a text holds; where they stand is searched when first asked
for, linear in the length of the text and without regular expressions that a hostile text could slow down.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, cached_property, reduce
from itertools import chain
from operator import or_
from pathlib import Path
from typing import Any

from crawler.reading.folding import words_of
from crawler.reading.hits import Hit, find, stretches
from crawler.reading.sieve import BETWEEN, Sieve

START = 640
"""Characters of a text that say what it is about; further on only the words of trafficking themselves count."""
MOST = 20_000
"""Characters that are looked at: no news is longer, and what a text is about stands in its first pages."""


@dataclass(frozen=True, slots=True)
class Together:
    """Signs that say more near each other: every one within `within` characters of the first, which must occur with
    so many `different` words.
    """

    signs: tuple[str, ...]
    weight: float
    within: int
    different: int
    needs: int
    """The bits of its signs, see `Lexicon.bits`."""
    form: str = ""
    """The form of exploitation that it speaks of, "" when it could be any."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A sign made of others near each other in one sentence: "mocht", "niet" and "vertrekken" are one thing, whatever
    stands between them. It is a stretch of text, and stands in rules as every sign does.
    """

    signs: tuple[str, ...]
    within: int
    needs: int
    bit: int


@dataclass(frozen=True, slots=True)
class FormWords:
    """The words of a form itself, the signs that mean it, the sign that is its subject, and the sign of those to whom
    it nearly always happens ("" when it has none).
    """

    direct: tuple[str, ...]
    signs: tuple[str, ...]
    theme: str
    whose: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The content of `lexicon.toml`."""

    ignore: tuple[str, ...]
    at_start: frozenset[str]
    """Signs that only hint: they weigh by themselves in the first sentences."""
    anywhere: int
    """The bits of the signs that count in the whole text, and those of their parts."""
    anywhere_parts: int
    stems: tuple[str, ...]
    """A text that has none of these further on is not read further on."""
    anchors: int
    """The bits of the parts of the signs that are rare in ordinary news: a text with none is not about trafficking."""
    rarest: int
    """The bits of the parts of the rarest sign of each rule that is enough by itself and has no anchor."""
    gates: dict[int, tuple[tuple[int, ...], ...]]
    """For each of these parts, by its number, the bits of the parts of the other signs of its rules."""
    telling: int
    """The bits of all these parts and of what is ignored."""
    control: tuple[str, ...]
    """Signs of which one must be there before a text speaks of a form of exploitation."""
    signs: dict[str, tuple[str, ...]]
    bits: dict[str, int]
    """For each sign its bit; first those with parts, then those composed of others."""
    composed: dict[str, Composed]
    weights: tuple[tuple[tuple[str, float], ...], ...]
    """For each bit of a sign its weight, if it has one by itself."""
    by_first: tuple[tuple[Together, ...], ...]
    """For each bit of a sign the rules that begin with it: most signs are not in a text."""
    forms: dict[str, FormWords]
    sieve: Sieve
    masks: dict[str, int]
    """For each sign, and for `ignore`, the bits of its parts in the sieve."""
    signs_of: tuple[int, ...]
    """For each part of the sieve the bits of the signs that it belongs to."""

    def present(self, held: int) -> int:
        """The bits of the signs of which a part is held: few parts are, and few small numbers are quickly compared."""
        present = 0
        while held:
            part = held & -held
            present |= self.signs_of[part.bit_length() - 1]
            held ^= part
        return present

    def anchored(self, held: int) -> bool:
        """Whether a part that is rare in ordinary news is held, or one of each sign of a rule."""
        if held & self.anchors:
            return True
        rest = held & self.rarest
        while rest:
            part = rest & -rest
            rest ^= part
            for masks in self.gates[part.bit_length() - 1]:
                for mask in masks:
                    if not held & mask:
                        break
                else:
                    return True
        return False

    def possible(self, present: int) -> tuple[tuple[tuple[str, float], ...], tuple[Together, ...]]:
        """The weights and rules of which all signs are present."""
        weights: list[tuple[str, float]] = []
        rules: list[Together] = []
        rest = present
        while rest:
            bit = rest & -rest
            rest ^= bit
            number = bit.bit_length() - 1
            weights += self.weights[number]
            rules += [rule for rule in self.by_first[number] if present & rule.needs == rule.needs]
        return tuple(weights), tuple(rules)


@cache
def lexicon() -> Lexicon:
    """The lexicon, read at the first call and kept."""
    raw: dict[str, Any] = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))
    ignore = tuple(raw["ignore"])
    signs: dict[str, tuple[str, ...]] = {name: tuple(dict.fromkeys(parts)) for name, parts in raw["signs"].items()}
    forms = {
        name: FormWords(tuple(form["direct"]), tuple(form["signs"]), form["theme"], form["whose"])
        for name, form in raw["forms"].items()
    }
    sieve = Sieve(chain(ignore, *signs.values(), *(form.direct for form in forms.values())), frozenset(raw["common"]))
    masks = {"ignore": sieve.mask(ignore), **{name: sieve.mask(parts) for name, parts in signs.items()}}
    bits = {name: 1 << number for number, name in enumerate([*signs, *raw["composed"]])}
    rules = [_rule(rule, bits) for rule in raw["together"]]
    composed = {
        name: Composed(tuple(made["signs"]), made["within"], _needs(made["signs"], bits), bits[name])
        for name, made in raw["composed"].items()
    }
    anchors = sieve.mask(chain(*(signs[name] for name in raw["anchors"])))
    signs_with: dict[str, list[str]] = {}
    for name, parts in signs.items():
        for part in parts:
            signs_with.setdefault(part, []).append(name)
    gates = _gates(rules, raw, composed)
    gated = {*gates, *chain(*chain(*gates.values()))}
    return Lexicon(
        ignore=ignore,
        at_start=frozenset(raw["at_start"]),
        anywhere=_needs(raw["anywhere"], bits),
        anywhere_parts=masks["ignore"] | sieve.mask(chain(*(signs[name] for name in raw["anywhere"]))),
        stems=tuple(raw["stems"]),
        anchors=anchors,
        rarest=reduce(or_, (masks[sign] for sign in gates)),
        gates={
            number: tuple(
                tuple(masks[sign] for sign in rest)
                for first in signs_with.get(part, ())
                for rest in gates.get(first, ())
            )
            for number, part in enumerate(sieve.parts)
        },
        telling=reduce(or_, (masks[sign] for sign in gated), anchors | masks["ignore"]),
        control=tuple(raw["control"]),
        signs=signs,
        bits=bits,
        composed=composed,
        weights=tuple(((name, raw["weights"][name]),) if name in raw["weights"] else () for name in bits),
        by_first=tuple(tuple(rule for rule in rules if rule.signs[0] == name) for name in bits),
        forms=forms,
        sieve=sieve,
        masks=masks,
        signs_of=tuple(sum(bits[name] for name in signs_with.get(part, ())) for part in sieve.parts),
    )


def _needs(signs: list[str], bits: dict[str, int]) -> int:
    return sum(bits[sign] for sign in set(signs))


def _gates(
    rules: list[Together], raw: dict[str, Any], composed: dict[str, Composed]
) -> dict[str, list[tuple[str, ...]]]:
    """For the rarest sign of each rule, and of each composed sign that is enough by itself, the other signs."""
    often = {sign: number for number, sign in enumerate(raw["often"])}
    found: dict[str, list[tuple[str, ...]]] = {}
    enough = [rule.signs for rule in rules if rule.weight >= raw["gate"]]
    enough += [made.signs for name, made in composed.items() if raw["weights"].get(name, 0.0) >= raw["gate"]]
    for together in enough:
        signs = set(chain(*(composed[sign].signs if sign in composed else (sign,) for sign in together)))
        if signs.isdisjoint(raw["anchors"]):
            first, *rest = sorted(signs, key=lambda sign: (often.get(sign, -1), sign))
            found.setdefault(first, []).append(tuple(rest))
    return found


def _rule(rule: dict[str, Any], bits: dict[str, int]) -> Together:
    signs = tuple(rule["signs"])
    different, form = rule.get("different", 1), rule.get("form", "")
    return Together(signs, rule["weight"], rule["within"], different, _needs(rule["signs"], bits), form)


class Hits(dict[str, tuple[Hit, ...]]):
    """The hits of each sign, searched when first asked for: most texts need few of them. `start` is the part of `flat`
    that is looked at for signs that do not count anywhere.
    """

    def __init__(self, flat: str, start: str, held: int) -> None:
        self.flat = flat
        self.start = start
        self.held = held

    def __missing__(self, sign: str) -> tuple[Hit, ...]:
        known = lexicon()
        if made := known.composed.get(sign):
            found = stretches(self.start, [self[one] for one in made.signs], made.within, BETWEEN)
        elif self.held & known.masks[sign]:
            found = self.of(known.signs[sign], self.flat if known.bits[sign] & known.anywhere else self.start)
        else:
            found = ()
        self[sign] = found
        return found

    def of(self, parts: tuple[str, ...], flat: str = "") -> tuple[Hit, ...]:
        """The hits of parts of the lexicon in the order of the text."""
        bit = lexicon().sieve.bit
        return find(flat or self.flat, tuple(part for part in parts if bit[part] & self.held))


class Scan:
    """A text flattened to folded words with one space around each, and the parts of the lexicon found in it. The title
    and the start end at `title_ends` and `start_ends`. A text that is not `anchored` has only words of ordinary news;
    where they stand is searched when first asked for.
    """

    def __init__(self, titled: list[str], flat: str, start_ends: int, possible: int, anchored: bool) -> None:
        self.flat = flat
        self.start_ends = start_ends
        self.anchored = anchored
        self._titled = titled
        self._possible = possible

    @cached_property
    def title_ends(self) -> int:
        """Where the title ends in `flat`."""
        return len(lexicon().sieve.flat(self._titled)) + 1

    @cached_property
    def held(self) -> int:
        """The bit of each part that stands in the start of `flat`, and of those that count anywhere."""
        known = lexicon()
        held = known.sieve.certain(self._possible, self.flat[: self.start_ends])
        rest = self.flat[self.start_ends :]
        return held | known.sieve.held(rest) & known.anywhere_parts if rest else held

    @cached_property
    def hits(self) -> Hits:
        """The hits of each sign."""
        return Hits(self.flat, self.flat[: self.start_ends], self.held)

    @cached_property
    def _found(self) -> tuple[tuple[tuple[str, float], ...], tuple[Together, ...]]:
        """The weights and rules of which all signs stand in the text somewhere."""
        known = lexicon()
        present = known.present(self.held)
        for made in known.composed.values():
            if present & made.needs == made.needs:
                present |= made.bit
        return known.possible(present)

    @property
    def weights(self) -> tuple[tuple[str, float], ...]:
        """The signs in the text that weigh by themselves."""
        return self._found[0]

    @property
    def rules(self) -> tuple[Together, ...]:
        """The rules of which all signs stand in the text somewhere."""
        return self._found[1]

    @property
    def folded(self) -> tuple[str, ...]:
        """The folded words of the title and the start of the text."""
        return tuple(self.flat[: self.start_ends].replace(BETWEEN, "").split())

    def words(self, sign: str, most: int = 3) -> list[str]:
        """The different words found for a sign, in the order of the text."""
        return list(dict.fromkeys(hit.word for hit in self.hits[sign]))[:most]


def flatten(text: str) -> str:
    """The folded words with one space between."""
    return " ".join(words_of(text))


def scan(title: str, text: str) -> Scan:
    """Flatten a text and see what stands in it."""
    known = lexicon()
    head, start = cut(title), cut(text)
    titled = title[:head].split()
    pieces = [*titled, BETWEEN, *text[:start].split()]
    flat, possible = known.sieve.sifted(pieces)
    telling = known.sieve.certain(possible & known.telling, flat)
    rest = further(f"{title[head:MOST]} {text[start:MOST]}") if len(text) > start or len(title) > head else ""
    if telling & known.masks["ignore"]:
        flat = blanked(flat)
        possible = known.sieve.sifted(flat.split())[1]
        telling = known.sieve.certain(possible & known.telling, flat)
    anchored = known.anchored(telling)
    if rest:
        rest = blanked(rest)
        anchored = anchored or bool(known.sieve.held(rest) & known.anchors)
    return Scan(titled, flat + rest, len(flat), possible, anchored)


def further(text: str) -> str:
    """The rest of a text flattened, "" when no word of trafficking stands there: looking for a few of them costs a
    tenth of flattening.
    """
    known = lexicon()
    lower = text.lower()
    return f"{known.sieve.flat(text.split())} " if any(stem in lower for stem in known.stems) else ""


def cut(text: str) -> int:
    """Where the start of a text ends: before a word, if there is one."""
    if len(text) <= START:
        return len(text)
    return max(text.rfind(" ", 0, START), 0) or START


def blanked(flat: str) -> str:
    """A flattened text without the phrases to ignore. What is left of the words around one are words that were not
    there before.
    """
    for phrase in lexicon().ignore:
        flat = flat.replace(phrase, " ~ ")
    return flat
