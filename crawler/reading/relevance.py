"""How likely a text is about trafficking, and the words that say so.

Recall comes first: what may be about trafficking is shown to an editor, ordinary news goes to the pile, where it stays
searchable and is sampled. A score orders the queue; it never drops anything.
"""

from __future__ import annotations

from functools import lru_cache

from crawler.reading.folding import fold
from crawler.reading.hits import Hit, apart, near
from crawler.reading.lexicon import Scan, Together, flatten, lexicon, scan
from store.values import Relevance

SHOWN = 0.26
"""From this score on an item stands in the queue."""
INCLUDED = 0.5
"""The score that a term of the source gives at least."""
FICTION = 0.25
"""What is left of a score when the text reads as news about a film or a book."""
ELSEWHERE = 0.4
"""The same when several words say that it is about something else, and none names exploitation."""
TELLING = (
    "awareness",
    "pimp",
    "made",
    "marriage",
    "held",
    "against",
    "purse",
    "unpaid",
    "their_papers",
    "offered",
    "bought",
    "handover",
    "threatened",
    "docked",
    "many_men",
    "collected",
    "tongue",
    "lodged",
    "possess",
)
"""Signs that tell of exploitation without its words: beside them a text is about nothing else."""
SMUGGLED = 0.5
"""The same when it is about smuggling and names no exploitation: passports and locked lorries are there too."""
NO_WORDS = "geen woorden over mensenhandel gevonden"
TERM = "trefwoord van de bron: "
PILED = "op de stapel door de bron: "
"""How a reason begins that a term of the source gave."""
FEW = 2
MANY = 3
OFTEN = 0.1
"""What the words of trafficking themselves weigh more in a title, or when there are many."""
SECOND_SUBJECT = 0.45
"""What they weigh when the text speaks as often of abuse of children and the like."""
ASIDE = 0.2
"""What they weigh when the title names such a subject and not trafficking."""
IN_PASSING = 0.25
"""What one word of trafficking weighs far into a text that says it nowhere else."""
FIRST = 400
"""Characters after the title in which words count that only hint at something: two or three sentences."""
BESIDE_RULES = 0.7
"""What hints weigh beside signs that stand together, of which they may be a part."""
ROUNDING = 1e-9
"""The same factors in another order may differ in their last digit."""
NAME_LENGTH = 45
"""Characters from the first to the second subject in the title of the Nationaal Rapporteur."""
EXPLOITING = ("exploit", "exploited", "exploitation")
SLAVERY = ("slavery", "forced_work", "trade")
BARELY = 0.05
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
    score, said = score_of(found)
    return _with_terms(score, said, found.flat, include, exclude)


def with_other_terms(
    known: Relevance, title: str, text: str, include: tuple[str, ...], exclude: tuple[str, ...]
) -> Relevance:
    """What the crawl would say of a text that it read before, were these the terms of its source.

    `known` is what it said then. Of a stored text less may be left than was read, so what no term had a hand in is
    believed and only the terms are looked for in what is left.
    """
    found = scan(title, text)
    if any(reason.startswith((TERM, PILED)) for reason in known.reasons):
        score, said = score_of(found)
    else:
        score, said = known.score, tuple(reason for reason in known.reasons if reason != NO_WORDS)
    return _with_terms(score, said, found.flat, include, exclude)


def _with_terms(
    score: float, said: tuple[str, ...], flat: str, include: tuple[str, ...], exclude: tuple[str, ...]
) -> Relevance:
    reasons = list(said)
    shown = score >= SHOWN
    included = terms_in(flat, include)
    excluded = terms_in(flat, exclude)
    if included:
        shown, score = True, max(score, INCLUDED)
        reasons.append(f"{TERM}{', '.join(included)}")
    if excluded:
        shown, score = False, min(score, SHOWN / 2)
        reasons.insert(0, f"{PILED}{', '.join(excluded)}")
    if not reasons:
        reasons.append(NO_WORDS)
    return Relevance(round(score, 3), shown, tuple(reasons))


def most_possible(found: Scan) -> float:
    """What the score can be at most, by the signs that the text holds: no sign weighs less, and all stand together.

    Never below `score_of`: the same factors, and none larger than there.
    """
    alone = lexicon().at_start
    rest = hints = 1.0
    for sign, weight in found.weights:
        if sign in alone:
            hints *= 1.0 - weight
        else:
            rest *= 1.0 - (weight + OFTEN if sign == "core" else weight)
    for rule in found.rules:
        rest *= 1.0 - rule.weight
    hinted = 1.0 - hints
    return max(hinted, 1.0 - rest * (1.0 - BESIDE_RULES * hinted)) + ROUNDING


@lru_cache(maxsize=2)
def score_of(found: Scan) -> tuple[float, tuple[str, ...]]:
    """The chance by all signs together, each an independent hint, with reasons in Dutch; 0 when all words are those of
    ordinary news. The last answers are kept: the first look, relevance and form ask for the same text.
    """
    if not found.anchored:
        return 0.0, ()
    reasons: list[str] = []
    rest = 1.0
    alone = lexicon().at_start
    for sign, weight in found.weights:
        if sign not in alone and (strength := weight_of(found, sign, weight)):
            rest *= 1.0 - strength
            reasons.append(f"gevonden: {', '.join(found.words(sign))}")
    for rule in found.rules:
        at, words = words_of(found, rule)
        if words and at_start(found, at):
            rest *= 1.0 - rule.weight
            reasons.append(f"samen: {' + '.join(words)}")
    score = 1.0 - rest
    hinted, hints = hints_of(found)
    if hinted:
        score = max(hinted, 1.0 - (1.0 - score) * (1.0 - BESIDE_RULES * hinted))
        reasons.append(f"aanwijzingen: {', '.join(hints)}")
    score = discounted(found, score, reasons)
    return score, tuple(dict.fromkeys(reasons))


def discounted(found: Scan, score: float, reasons: list[str]) -> float:
    """What is left of a score when the text is about fiction, something else or smuggling; says so in `reasons`."""
    if score and reads_as_fiction(found):
        score *= FICTION
        reasons.append(f"lijkt over een film, boek of serie te gaan: {', '.join(found.words('fiction'))}")
    if score >= SHOWN and (others := elsewhere(found)):
        score *= ELSEWHERE
        reasons.append(f"lijkt over iets anders te gaan: {', '.join(others)}")
    if found.hits["smuggling"] and not (found.hits["exploit"] or unnamed(found)):
        score *= SMUGGLED
    if found.hits["smuggling"] and score < SHOWN:
        reasons.append(f"mensensmokkel is geen mensenhandel: {', '.join(found.words('smuggling'))}")
    return score


def hints_of(found: Scan) -> tuple[float, list[str]]:
    """What the first sentences hint at without saying it, and the words that do: worth a look when several agree. The
    heavier hints come first, and a word that hints at two things counts once.
    """
    alone = lexicon().at_start
    hints = sorted(((sign, weight) for sign, weight in found.weights if sign in alone), key=lambda hint: -hint[1])
    taken: list[Hit] = []
    rest = 1.0
    for sign, weight in hints:
        free = (hit for hit in found.hits[sign] if all(apart(hit, other) for other in taken))
        hit = next(free, None)
        if hit and hit.at < found.title_ends + FIRST:
            rest *= 1.0 - weight
            taken.append(hit)
    return 1.0 - rest, list(dict.fromkeys(hit.word for hit in taken))


def weight_of(found: Scan, sign: str, weight: float) -> float:
    """What one sign adds. The same words mean something else in sport and business, in history, or in a job title."""
    if sign in EXPLOITING and other_meaning(found):
        return 0.0
    if sign in SLAVERY and found.hits["history"]:
        return BARELY
    if sign == "rapporteur" and (others := besides(found)):
        return weight / 4 if others[0].at < found.title_ends else weight / 2
    return weight_of_core(found, weight) if sign == "core" else weight


def weight_of_core(found: Scan, weight: float) -> float:
    """What the words of trafficking themselves weigh: more in a title or often, less in passing, nothing in the name
    of an office.
    """
    hits = unnamed(found)
    if not hits:
        return 0.0
    if hits[0].at < found.title_ends or len(hits) >= MANY:
        return weight + OFTEN
    if others := besides(found):
        if others[0].at < found.title_ends:
            return ASIDE
        if len(others) >= len(hits):
            return SECOND_SUBJECT
    return weight if len(hits) >= FEW or at_start(found, hits[0].at) else IN_PASSING


def unnamed(found: Scan) -> list[Hit]:
    """The words of trafficking that are no part of the name of an office or team."""
    hits = found.hits["core"]
    named = {next((hit.at for hit in hits if hit.at >= office.at), -1) for office in found.hits["office"]}
    return [hit for hit in hits if hit.at not in named]


def besides(found: Scan) -> list[Hit]:
    """Where the text speaks of the other subjects of the same offices, their names left out."""
    names = [name.at for name in found.hits["rapporteur"]]
    return [hit for hit in found.hits["beside"] if not any(0 <= hit.at - at <= NAME_LENGTH for at in names)]


def other_meaning(found: Scan) -> bool:
    """A weakness or a chance is exploited, and no person."""
    hits = found.hits["exploit"]
    games = near(hits, found.hits["game"], 90)
    return len(games) == len(hits) and not found.hits["core"]


def at_start(found: Scan, at: int) -> bool:
    """Whether a place lies in the title or the first sentences, which say what a text is about."""
    return at < found.start_ends


def words_of(found: Scan, rule: Together) -> tuple[int, list[str]]:
    """Where the signs of a rule first stand together, with one word of each; no words when they do not."""
    if (rule.signs[0] in EXPLOITING and other_meaning(found)) or (rule.signs[0] in SLAVERY and found.hits["history"]):
        return 0, []
    first = found.hits[rule.signs[0]]
    if len({hit.word for hit in first}) < rule.different:
        return 0, []
    pairs = [near(first, found.hits[sign], rule.within) for sign in rule.signs[1:]]
    kept = set.intersection(*({hit.at for hit, _ in some} for some in pairs))
    if not kept:
        return 0, []
    at = min(kept)
    anchor = next(hit for hit in first if hit.at == at)
    return at, [anchor.word, *(next(other.word for hit, other in some if hit.at == at) for some in pairs)]


def reads_as_fiction(found: Scan) -> bool:
    """Several words of film and book, in the title or more than of police and government, and none of a case or of
    learning to recognise signals.
    """
    words = {hit.word for hit in found.hits["fiction"]}
    if len(words) < FEW or found.hits["proof"]:
        return False
    return found.hits["fiction"][0].at < found.title_ends or len(words) > len({hit.word for hit in found.hits["fact"]})


def elsewhere(found: Scan) -> list[str]:
    """The words that say what a text is about instead; none when there are few, or when it tells of exploitation."""
    words = list(dict.fromkeys(hit.word for hit in found.hits["elsewhere"] if at_start(found, hit.at)))
    told = found.hits["exploit"] or unnamed(found) or any(found.hits[sign] for sign in TELLING)
    return words if len(words) >= FEW and not told else []


def terms_in(flat: str, terms: tuple[str, ...]) -> list[str]:
    """The terms of a source that stand in the text, as the administrator wrote them."""
    return [said for key, said in keys_of(terms) if key in flat] if terms else []


@lru_cache(maxsize=64)
def keys_of(terms: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """For each term with words: what is searched for in a flattened text, and how a reason shows it."""
    keys = ((flatten(term), fold(term).strip()) for term in terms)
    return tuple((key if len(key) >= LONG_TERM else f" {key} ", said) for key, said in keys if key)
