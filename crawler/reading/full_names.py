"""Names of people in a Dutch text: first name with surname, initials with surname, first name with an initial.

What stands around a row of capitalised words and in it speaks for or against a person. A row of which nothing is known
is taken for one: an editor rather answers once too often than publishes a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from crawler.reading.gazetteer import gazetteer
from crawler.reading.identifiers import TOO_MANY
from crawler.reading.name_rows import CAPITAL, CLOSING, QUOTES, UPPER, Row, Token, rows_in
from crawler.reading.name_words import bare, facts_of, is_given, is_role, name_words

OPENING = "([\"'‘“„«-–"
ENDING = re.compile(r"['’]s?$")
HYPHENED = re.compile(r"-([a-z]+)$")
LISTED = re.compile(rf", ({CAPITAL})(?![ \xa0][{UPPER}])")
OFFICE = re.compile(
    r"(?:minister|secretaris|officier|wethouder|schepen|gedeputeerde|hoogleraar|directeur|commissaris)[a-z]*"
    r" (?:van|voor) (?:\w+ en )?$"
)
ACTS = re.compile(
    r" ?(?:\([A-Z\d]|:"
    r"| (?:zegt|zei|vindt|vond|vertelt|verklaart|denkt|wil|is|was|had|heeft|werd|wordt|kreeg|ziet|geeft)\b)"
)
NAMED_THINGS = (
    "kotter", "schip", "boot", "tanker", "jacht", "orkaan", "storm", "cafe", "koor", "school", "huis", "hotel",
    "restaurant", "manege", "club", "stal", "boerderij", "molen", "hof", "park", "zaal", "prijs", "beker", "monument",
)  # fmt: skip
"""Words before a name that say that a ship, a storm, a pub or the like is called so."""
SENTENCE_BEGINS = ".!?:\"'“‘„"
LEAD = 48
"""How many characters before a name are looked at; a role and a comma fit in."""
DOUBT, SURE = 1, 3
"""What speaks for a row of which nothing is known, and for one that begins with a first name or initials."""
MOST_WORDS = 3_000
"""So many words of rows are looked at; a hundred thousand characters of ordinary news hold a thousand of them."""
SMALL, CLEAR, STRONG = 2, 3, 4
SHORTENED = "voornaam met een letter: dat is al ingekort"
LONG_ENDING = 7
"""A name is longer than this before its ending says that it is a street or an institution."""


class NameFound(NamedTuple):
    """`short` is a first name with an initial; `why` is a Dutch phrase."""

    start: int
    end: int
    short: bool
    why: str


class Alone(NamedTuple):
    """A surname without a first name. `sure` says that it can be nothing else."""

    start: int
    end: int
    key: str
    sure: bool


def find_names(whole: str) -> list[NameFound]:
    """Every name in a text, in order, without overlap."""
    found: list[NameFound] = []
    alone: list[Alone] = []
    words = 0
    for row in rows_in(whole):
        words += len(row)
        if words > MOST_WORDS:
            found.append(NameFound(row[0].start, row[-1].end, short=False, why=TOO_MANY))
            break
        name = _short_name(row) or _full_name(whole, row)
        if name is not None:
            found.append(name)
        elif surname := _surname(whole, row):
            alone.append(surname)
    return sorted([*found, *_surnames(whole, found, alone)], key=lambda name: name.start)


def _short_name(row: Row) -> NameFound | None:
    """First name and initial, "Sorin A.", "Kim de V."; what stands before the first name is left out."""
    last = row[-1]
    most = 2 if row[0].facts.given or "-" in last.text else 1
    if not last.facts.initials or len(row) == 1 or last.text.count(".") > most:
        return None
    at = len(row) - 2
    while at > 0 and row[at].facts.particle:
        at -= 1
    while at > 0 and row[at - 1].facts.given:
        at -= 1
    first = row[at]
    facts = first.facts
    if facts.initials and row[at + 1].facts.particle:
        return NameFound(first.start, last.end, short=True, why=SHORTENED)
    unfit = not facts.given and (facts.plain or facts.thing or facts.role)
    if not facts.name or unfit or facts.capitals or facts.key in name_words().lettered:
        return None
    return NameFound(first.start, last.end, short=True, why=SHORTENED)


def _full_name(whole: str, row: Row) -> NameFound | None:
    start = row[0].start
    before, comma = _word_before(whole, start)
    key = bare(before)
    if (row[0].facts.capitals or row[-1].facts.capitals) and sum(token.facts.capitals for token in row) > 1:
        row = _in_capitals(row)
    row, told = _without_lead(_behind_role(row))
    if row and row[0].key in name_words().portfolios and OFFICE.search(whole, max(0, start - LEAD), start):
        row, told = _behind_office(row), True
    row = _without_tail(row)
    if not any(token.facts.name for token in row) or len(row) == 1:
        return None
    head, last = row[0], row[-1]
    if (head.facts.particle and (head.facts.lower or not head.facts.given)) or head.key in name_words().lettered:
        return None
    led = head.start > start
    if led and head.facts.given:
        key = _behind_what(whole, start, head.start)
        led = key not in name_words().sure_articles
    if key.endswith(NAMED_THINGS) and not is_role(key):
        return None
    role = told or (not comma and not led and is_role(key.removesuffix(".")))
    score, why = _for(row, key, role=role, led=led)
    if score - _against(whole, row) < DOUBT:
        return None
    cut = ENDING.search(last.text)
    return NameFound(head.start, last.end - (len(cut[0]) if cut else 0), short=False, why=why)


def _behind_what(whole: str, start: int, end: int) -> str:
    """The last word of what was left out before a name, folded."""
    return bare(whole[start:end].rstrip(" \xa0").rpartition(" ")[2])


def _word_before(whole: str, start: int) -> tuple[str, bool]:
    """The word before a place in the same line, and whether a comma follows it."""
    line = whole[max(0, start - LEAD) : start]
    words = line[line.rfind("\n") + 1 :].rstrip(" \xa0")
    word = words.rstrip(",").rpartition(" ")[2].lstrip(OPENING)
    if not word or not (word[-1].isalnum() or word[-1] == "."):
        return "", False
    return word, words[-1] == ","


def _in_capitals(row: Row) -> Row:
    """In a row that is all capitals nothing tells where a name ends: a first name, particles, and one word."""
    for at, token in enumerate(row):
        if token.facts.given:
            end = at + 1
            while end < len(row) - 1 and (row[end].facts.particle or row[end].facts.given):
                end += 1
            return row[at : end + 1]
    return []


def _behind_role(row: Row) -> Row:
    """As in "Van Gogh-kenner A. Jansen", "Nationaal Rapporteur Anna Jansen": what stands before belongs to the role."""
    roles = [
        at
        for at, token in enumerate(row[:-2])
        if token.facts.role and not token.facts.given and (row[at + 1].facts.given or row[at + 1].facts.initials)
    ]
    return row[roles[-1] :] if roles else row


def _behind_office(row: Row) -> Row:
    """As in "minister van Sociale Zaken Jan Jansen"."""
    while len(row) > 1 and row[0].key in name_words().portfolios:
        row = row[1:]
    return row


def _without_lead(row: Row) -> tuple[Row, bool]:
    """Leave out what stands before the name: "Volgens", "Burgemeester", "Britse". Says whether it was a role."""
    words, told = name_words(), False
    while len(row) > 1 and not row[0].facts.initials:
        first, rest = row[0].facts, row[1:]
        if first.role and not (first.given and not any(token.facts.given for token in rest)):
            told = True
        elif first.key in words.articles and (rest[0].facts.origin or any(token.facts.given for token in rest)):
            told = False
        elif not (first.origin or _leads(row[0], rest)):
            break
        row = rest
        while len(row) > 1 and row[0].facts.lower:
            row = row[1:]
    return row, told


def _leads(first: Token, rest: Row) -> bool:
    """Whether this word only stands before a name: "Volgens", or any word with a full name behind it."""
    facts = first.facts
    if not facts.name:
        return False
    if facts.plain and not (facts.given and not rest[0].facts.given):
        return True
    if facts.given:
        return False
    behind = [token.facts for token in rest if not token.facts.lower]
    if facts.key in name_words().portfolios:
        return any(token.given for token in behind[:-1])
    of = rest[0].text == "van"
    if len(behind) == 1 or not behind or (facts.thing and not of):
        return False
    origin = behind[0].origin and len(behind) > 2  # noqa: PLR2004
    return behind[0].given or origin or (of and behind[1].name and not behind[1].thing)


def _without_tail(row: Row) -> Row:
    while len(row) > 2 and (row[-1].facts.particle or (_plainly(row[-1]) and not row[-2].facts.particle)):  # noqa: PLR2004
        row = row[:-1]
    return row


def _plainly(token: Token) -> bool:
    """Whether a word is no surname: "Gisteren" is, "Klein" and "Groot" are surnames as well."""
    return token.facts.plain and not token.facts.given and token.key not in name_words().surnames


def _for(row: Row, before: str, *, role: bool, led: bool) -> tuple[int, str]:
    """How much speaks for a person, and the strongest reason in Dutch.

    `led` says that words before the name were left out.
    """
    words, first = name_words(), row[0].facts
    score, why = DOUBT, "woorden met hoofdletters als in een naam"
    if first.initials:
        score, why = SURE, "voorletters met een achternaam"
    elif first.given:
        score, why = SURE, "voornaam met een achternaam"
    if role:
        score, why = score + SMALL, "naam achter een functie of rol"
    if score == DOUBT and row[1].facts.lower:
        score -= SMALL
    if not led and before in (words.sure_articles if first.given else words.articles):
        score -= CLEAR if first.given else SMALL
    if not first.given and before in words.where:
        score -= SMALL
    return score, why


def _against(whole: str, row: Row) -> int:
    """What speaks against a person in the words of the row themselves."""
    words, first, last = name_words(), row[0], row[-1]
    names = [token.facts for token in row if token.facts.name]
    score = 0
    if things := sum(token.thing for token in names[1:]) + (first.facts.thing and not first.facts.given):
        score += (
            SMALL
            if first.facts.given and things == 1 and names[-1].key.rpartition("-")[2] in words.surnames
            else STRONG
        )
    if last.key.endswith(words.sure_ends) and not last.key.startswith("ver") and len(last.key) > LONG_ENDING:
        score += STRONG
    if (hyphened := HYPHENED.search(last.text)) and hyphened[1] not in words.particles:
        score += STRONG
    # "Gerrit Op de Beek": a preposition may begin a surname, and a single capital counts kings.
    later = row[2:] if first.facts.given and len(row) > 2 and row[2].facts.particle else row[1:]  # noqa: PLR2004
    # Behind a particle a plain word is a surname as well: "ter Haar", "van Elk".
    small = [token for token in later if token is row[1] or not later[later.index(token) - 1].facts.lower]
    if any(_plainly(token) for token in small if token.facts.name and len(token.text) > 1):
        score += CLEAR
    if any(map(str.isdigit, last.text + first.text)):
        score += CLEAR
    return score if first.facts.given else score + _against_unknown(whole, row)


def _against_unknown(whole: str, row: Row) -> int:
    """What speaks against a person when the row does not begin with a first name."""
    words, first, last = name_words(), row[0], row[-1]
    capitals = [token.facts.capitals for token in row if token.facts.name]
    around = whole[first.start - 1 : first.start], whole[last.end : last.end + 1]
    signs = (
        (first.key in words.first_things, CLEAR),
        (len(first.key) > LONG_ENDING - 1 and first.key.endswith(NAMED_THINGS), CLEAR),
        (last.key.endswith(words.thing_ends), SMALL),
        (not first.facts.initials and _is_place(row), CLEAR),
        (first.key.endswith("ische") or first.facts.origin, SMALL),
        (last.facts.origin and last.key in words.nations, CLEAR),
        (any(capitals) and not all(capitals), SMALL),
        (all(around) and around[0] in QUOTES and around[1] in CLOSING, SMALL),
    )
    return sum(weight for holds, weight in signs if holds)


def _is_place(row: Row) -> bool:
    names = gazetteer().names
    if " ".join(token.key.replace("-", " ") for token in row) in names:
        return True
    last = names.get(row[-1].key.replace("-", " "))
    return last is not None and not last.common


def _surname(whole: str, row: Row) -> Alone | None:
    """A particle with a capital and a surname, "Van Hove", which may be somebody who was named in full elsewhere."""
    words = name_words()
    while row and row[0].facts.name:
        if row[0].facts.thing or row[0].key in words.first_things:
            return None
        row = row[1:]
    at = next((at for at, token in enumerate(row) if token.facts.name), 0)
    if not at or not row[0].facts.particle or row[0].facts.lower or row[0].facts.capitals:
        return None
    if len(row) > at + 1 and row[at + 1].facts.thing:
        return None  # "Van Rijn Logistiek"
    row = row[: at + 1]
    first, last = row[0], row[-1]
    before, _ = _word_before(whole, first.start)
    key = bare(before)
    if (
        key in words.addressed
        or key in words.sure_articles
        or last.facts.thing
        or facts_of(before).thing
        or last.key.endswith(words.sure_ends)
    ):
        return None
    line = whole[max(0, first.start - LEAD) : first.start].rpartition("\n")[2].rstrip(" \xa0")
    # In the middle of a sentence "Van" has a capital in surnames only.
    told = (line != "" and line[-1] not in SENTENCE_BEGINS) or ACTS.match(whole, last.end) is not None
    other = first.key in words.articles or key in words.where or (last.facts.given and first.key == "van")
    # "Minister Van Doorn": the office says who is meant, and a surname alone is what newspapers write then.
    sure = told and not other and not is_role(key) and not _is_place(row)
    return Alone(first.start, last.end, " ".join(token.key for token in row), sure)


def _surnames(whole: str, found: Iterable[NameFound], alone: Iterable[Alone]) -> Iterator[NameFound]:
    """Surnames alone that say who is meant: of somebody who is named in full in this text, or who else can be."""
    ends: set[str] = set()
    for name in found:
        parts = bare(whole[name.start : name.end]).split()
        ends.update(" ".join(parts[at:]) for at in range(1, len(parts) - 1))
    for one in alone:
        if one.key in ends:
            yield NameFound(one.start, one.end, short=False, why="achternaam van iemand die hier voluit genoemd is")
        elif (listed := LISTED.match(whole, one.end)) and is_given(bare(listed[1])):
            yield NameFound(one.start, listed.end(1), short=False, why="achternaam met daarna een voornaam")
        elif one.sure:
            yield NameFound(one.start, one.end, short=False, why="achternaam met een voorvoegsel")
