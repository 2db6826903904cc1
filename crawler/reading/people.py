"""Privacy flags: names, ages and details of people in a text, each with its place and a reason in Dutch.

What is found is a question to an editor, never a decision. Names are proposed to be shortened to a first name and an
initial, as Dutch newsrooms do with suspects and victims (Leidraad of the Raad voor de Journalistiek).
"""

from __future__ import annotations

from collections.abc import Iterable

from crawler.reading.ages import find_ages
from crawler.reading.full_names import find_names
from crawler.reading.identifiers import TOO_MANY, Found, find_identifiers
from crawler.reading.name_words import bare, name_words
from crawler.reading.victim_details import find_details
from store.values import FlagKind, PrivacyFlag

ORDER = {
    kind: rank
    for rank, kind in enumerate(
        ("email", "phone", "bsn", "plate", "person", "short_name", "minor", "age", "victim_detail")
    )
}
"""Of two flags that overlap, the one that comes first here stays."""
QUOTES = "'’\"‘“„"


def flags_of(title: str, text: str) -> tuple[PrivacyFlag, ...]:
    """Everything in a text that can tell who somebody is, in order and without overlap.

    Offsets count code points in the title, a line break and the text.
    """
    whole = f"{title}\n{text}"
    names = find_names(whole)
    found = [
        Found(FlagKind.SHORT_NAME if name.short else FlagKind.PERSON, name.start, name.end, name.why) for name in names
    ]
    low = whole.replace("İ", "I").lower()
    found += find_identifiers(whole, low)
    found += find_ages(whole, low, frozenset(name.end for name in names))
    found += find_details(whole, low)
    return tuple(
        PrivacyFlag(one.kind, one.start, one.end, whole[one.start : one.end], one.reason) for one in _apart(found)
    )


def _apart(found: Iterable[Found]) -> list[Found]:
    """Without overlap: what says that not all was read stays, then the more telling kind, then the longer one."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda flag: (flag.start, -flag.end)):
        rival = kept[-1] if kept and kept[-1].end > one.start else None
        if rival is None:
            kept.append(one)
        elif rival.reason != TOO_MANY and (one.reason == TOO_MANY or ORDER[one.kind] < ORDER[rival.kind]):
            kept[-1] = one
    return kept


def shortened(text: str, flag: PrivacyFlag) -> str:
    """The proposal for a full name: the first name and the initial of the surname, "Sorin Adriaansen" to "Sorin A.".

    `text` is the title, a line break and the text that the flag was found in. What is no full name comes back as it is.
    """
    name = text[flag.start : flag.end]
    if flag.kind is not FlagKind.PERSON:
        return name
    surname, _, given = name.partition(", ")
    words = f"{given} {surname}".split()
    particles = name_words().particles
    hyphened = (at for at, word in enumerate(words[:-1]) if at and bare(word).rpartition("-")[2] in particles)
    family = next(
        (at for at, word in enumerate(words) if bare(word) in particles and at < len(words) - 1), len(words) - 1
    )
    family = next(hyphened, family) if "-" in name else family
    last = next(at for at in range(family, len(words)) if bare(words[at]) not in particles or at == len(words) - 1)
    between = words[family:last]
    if given:
        between = [word.lower() for word in between]
    first = [_cased(words[0])] if family else []
    return " ".join([*first, *between, f"{words[last].lstrip(QUOTES)[:1].upper()}."])


def _cased(word: str) -> str:
    """A first name from a line of capitals as it is usually written."""
    return word.title() if len(word) > 1 and word.isupper() and "." not in word else word
