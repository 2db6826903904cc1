"""Rows of capitalised words in a text, cut into words and into what can be one name each.

Every pattern is bounded, so that the cost is linear whatever stands in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from crawler.reading.name_words import Facts, bare, facts_of, name_words

UPPER = "".join(chr(code) for code in (*range(0x41, 0x530), *range(0x1E00, 0x1F00)) if chr(code).isupper())
TAIL = r"\w'’\-\u00ad\u200b-\u200d\u2060\ufeff\u0300-\u036f"
DIGRAPH = "Sz|Cs|Gy|Zs|Dz|Kh|Sh|Ch|Chr|Th|Sch|Tj|Sj|IJ|Ij|Ph|Zh|Ly|Ny|Dj|Gh|Joh|Jac|Wm|Jos|Fr|Ed|Alb|Herm|Nic"
DIGRAPH_TAIL = "z|s|y|h|hr|ch|j|J|oh|ac|m|os|r|d|lb|erm|ic"
CAPITAL = rf"(?>(?:(?:d|l|al|el|ad|ar|as|an|ould|'t)['’-]|['’]s-)?[{UPPER}](?:[{TAIL}]{{0,40}}\w)?)(?!\w)"
INITIALS = rf"(?>(?:(?:{DIGRAPH}|[{UPPER}])\.-?){{1,6}})"
# It begins with the capital itself, so that the search passes over everything else at once.
HEAD = (
    rf"[{UPPER}](?<!\w.)(?<!\w['’-].)(?>(?:{DIGRAPH_TAIL})?\.-?(?:(?:{DIGRAPH}|[{UPPER}])\.-?){{0,5}}"
    rf"|(?:[{TAIL}]{{0,40}}\w)?(?!\w))"
)
PARTICLES = (
    r"(?:v\.[ \xa0]?d\.|v\."
    r"|van|de|der|den|ter|ten|te|['’]t|['’]n|['’]s|vande|vanden|vander|el|al|ben|bin|ibn|abu|abou|ould|ait|la|le|du|da|das"
    r"|dos|do|di|del|della|von|vom|zu|zur|af|tot|baron|barones|jonkheer|jonkvrouw|graaf|gravin|ridder|markies|prins|prinses"
    r"|van[ \xa0]het|(?:in|op|aan|uit|voor|onder|bij|over)[ \xa0](?:['’]t|den))"
)
NICKNAME = r"(?:[\"'‘“„«](?! )[^\"'’”»\n]{1,25}(?<! )[\"'’”»][ \xa0])?"
GAP = r"(?:[ \xa0]|(?<=\.))"
ROW = re.compile(
    rf"{HEAD}(?:{GAP}{NICKNAME}(?:{PARTICLES}[ \xa0]){{0,3}}(?:{INITIALS}(?!\w)|{CAPITAL}|{INITIALS})){{1,9}}"
)
TOKEN = re.compile(rf"{INITIALS}|[^ \xa0]+")
GOING_ON = ("-van", "-de", "-ter", "-ten", "-te", "-op", "-aan", "-in", "-uit", "-bij", "-onder", "-over", "-voor")
"""The end of the first of two surnames, when the second goes on behind it."""
QUOTES, CLOSING = "\"'‘“„«", "\"'’”»"


class Token(NamedTuple):
    """One word of a row, where it stands, it folded, and what it is."""

    text: str
    start: int
    end: int
    key: str
    facts: Facts


Row = list[Token]


def rows_in(whole: str) -> Iterator[Row]:
    """Every row of two words or more that may be a name, or hold one."""
    for row in ROW.finditer(whole):
        yield from _parts(_tokens(row))


def _tokens(row: re.Match[str]) -> Row:
    """The words of a row; a nickname in quotes between them is left out."""
    tokens: Row = []
    nickname, begin = False, row.start()
    for piece in TOKEN.finditer(row[0]):
        text = piece[0]
        if tokens and not nickname and text[0] in QUOTES and text[1:3] != "s-":
            nickname = bare(text) not in name_words().particles
        if nickname:
            nickname = text[-1] not in CLOSING
        else:
            facts = facts_of(text)
            tokens.append(Token(text, begin + piece.start(), begin + piece.end(), facts.key, facts))
    return tokens


def _parts(tokens: Row) -> Iterator[Row]:
    """A row cut where one sentence ends with an initial and the next begins, "Sorin A. De rechter", where something
    else begins behind a surname, "Jan Jansen van Ajax", "Piet Jansen de Tweede Kamer", and at "EN" among capitals.
    """
    start = 0
    for at in range(1, len(tokens)):
        before, after = tokens[at - 1], tokens[at]
        surname = at - 1 > start + tokens[start].facts.role and _ends_with_surname(before, after)
        shouted = after.facts.capitals and after.facts.plain and after.facts.name and not _surname_too(after)
        if surname or shouted or (at - 1 > start and _ends_sentence(tokens[at - 2], before, after)):
            yield tokens[start:at]
            start = at
            while surname and start < len(tokens) - 1 and tokens[start].facts.lower:
                start += 1
    yield tokens[start:]


def _ends_with_surname(before: Token, after: Token) -> bool:
    """Whether something else begins behind a word. "Ter Horst-op de Hoek" goes on, and so does a first name."""
    goes_on = before.facts.given or before.key.endswith(GOING_ON)
    return before.facts.name and not goes_on and after.text in name_words().cuts


def _surname_too(token: Token) -> bool:
    return token.facts.given or token.key in name_words().surnames


def _ends_sentence(first: Token, initial: Token, after: Token) -> bool:
    if not initial.facts.initials or initial.text.count(".") > 1 or first.facts.role or after.facts.lower:
        return False
    new = after.facts.plain or after.facts.role or after.key in name_words().articles
    return new and not after.facts.given
