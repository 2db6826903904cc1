"""How likely a text is about trafficking, and the words that say so.

Recall comes first: what may be about trafficking is shown to an editor, ordinary news goes to the pile, where it stays
searchable and is sampled. A score orders the queue; it never drops anything.
"""

from __future__ import annotations

from functools import lru_cache

from crawler.reading.folding import fold
from crawler.reading.lexicon import Scan, Together, flatten, near, scan
from store.values import Relevance

SHOWN = 0.4
"""From this score on an item stands in the queue."""
INCLUDED = 0.5
"""The score that a term of the source gives at least."""
FICTION = 0.4
"""What is left of a score when the text reads as news about a film or a book."""
NO_WORDS = "geen woorden over mensenhandel gevonden"
FEW = 2
MANY = 3
OFTEN = 0.1
"""What the words of trafficking themselves weigh more in a title, or when there are many."""
LONG_TERM = 5
"""A term from this length on is also found inside words; a shorter one only as a whole word."""


def relevance_of(title: str, text: str, include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> Relevance:
    """The relevance of a text with reasons in Dutch.

    `include` and `exclude` are the terms of its source: the first lift it into the queue, the second put it on the
    pile, and win when both are there.
    """
    return relevance_from(scan(title, text), include, exclude)


def relevance_from(found: Scan, include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> Relevance:
    """The same for a text that is scanned already."""
    score, reasons = score_of(found)
    shown = score >= SHOWN
    included = terms_in(found.flat, include)
    excluded = terms_in(found.flat, exclude)
    if included:
        shown, score = True, max(score, INCLUDED)
        reasons.append(f"trefwoord van de bron: {', '.join(included)}")
    if excluded:
        shown, score = False, min(score, SHOWN / 2)
        reasons.insert(0, f"op de stapel door de bron: {', '.join(excluded)}")
    if not reasons:
        reasons.append(NO_WORDS)
    return Relevance(round(score, 3), shown, tuple(reasons))


def most_possible(found: Scan) -> float:
    """What the score can be at most, by the signs that the text holds: no sign weighs less, and all stand together.

    Never below `score_of`, to the last digit: the same factors in the same order, and none larger than there.
    """
    rest = 1.0
    for sign, weight in found.weights:
        rest *= 1.0 - (weight + OFTEN if sign == "core" else weight)
    for rule in found.rules:
        rest *= 1.0 - rule.weight
    return 1.0 - rest


def score_of(found: Scan) -> tuple[float, list[str]]:
    """The chance by all signs together, each an independent hint."""
    reasons: list[str] = []
    rest = 1.0
    for sign, weight in found.weights:
        strength = weight_of(found, sign, weight)
        if strength:
            rest *= 1.0 - strength
            reasons.append(f"gevonden: {', '.join(found.words(sign))}")
    for rule in found.rules:
        words = words_of(found, rule)
        if words:
            rest *= 1.0 - rule.weight
            reasons.append(f"samen: {' + '.join(words)}")
    score = 1.0 - rest
    if score and reads_as_fiction(found):
        score *= FICTION
        reasons.append(f"lijkt over een film, boek of serie te gaan: {', '.join(found.words('fiction'))}")
    if found.hits["smuggling"] and score < SHOWN:
        reasons.append(f"mensensmokkel is geen mensenhandel: {', '.join(found.words('smuggling'))}")
    return score, list(dict.fromkeys(reasons))


def weight_of(found: Scan, sign: str, weight: float) -> float:
    """What one sign adds. The same words mean something else in sport and business, in history, or in a job title."""
    hits = found.hits[sign]
    if sign == "exploit" and other_meaning(found):
        return 0.0
    if sign == "slavery" and found.hits["history"]:
        return 0.05
    if sign == "core":  # the office's name holds the word as well
        named = len(found.hits["rapporteur"])
        if len(hits) <= named:
            return 0.0
        if hits[0].at < found.title_ends or len(hits) - named >= MANY:
            return weight + OFTEN
    return weight


def other_meaning(found: Scan) -> bool:
    """A weakness or a chance is exploited, and no person."""
    hits = found.hits["exploit"]
    games = near(hits, found.hits["game"], 90)
    return len(games) == len(hits) and not found.hits["core"]


def words_of(found: Scan, rule: Together) -> list[str]:
    """One word per sign of a rule whose signs are all in the text; [] when they do not stand together."""
    if rule.signs[0] == "exploit" and other_meaning(found):
        return []
    first = found.hits[rule.signs[0]]
    if len({hit.word for hit in first}) < rule.different:
        return []
    pairs = [near(first, found.hits[sign], rule.within) for sign in rule.signs[1:]]
    kept = set.intersection(*({hit.at for hit, _ in some} for some in pairs))
    if not kept:
        return []
    at = min(kept)
    anchor = next(hit for hit in first if hit.at == at)
    return [anchor.word, *(next(other.word for hit, other in some if hit.at == at) for some in pairs)]


def reads_as_fiction(found: Scan) -> bool:
    """Several words of film and book, and none of police, court or help."""
    return len(set(found.words("fiction"))) >= FEW and not found.hits["fact"]


def terms_in(flat: str, terms: tuple[str, ...]) -> list[str]:
    """The terms of a source that stand in the text, as the administrator wrote them."""
    return [said for key, said in keys_of(terms) if key in flat] if terms else []


@lru_cache(maxsize=64)
def keys_of(terms: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """For each term with words: what is searched for in a flattened text, and how a reason shows it."""
    keys = ((flatten(term), fold(term).strip()) for term in terms)
    return tuple((key if len(key) >= LONG_TERM else f" {key} ", said) for key, said in keys if key)
