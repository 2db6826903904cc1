"""Which forms of exploitation a text speaks of: sexual, labour, criminal, other, each with its words.

A form is found by its own words ("arbeidsuitbuiting"), by a rule of the lexicon that means one (papers that were taken
from workers), or by its subject: a brothel, a nursery, stolen goods. A brothel alone is no form of exploitation, so
only a text that is about exploitation has forms. A subject tells which one it is about; beside another form that is
said more clearly it tells nothing. Begging and stealing for another are criminal (article 273f Sr, paragraph 2).
"""

from __future__ import annotations

from crawler.reading.hits import Hit, near
from crawler.reading.lexicon import FormWords, Scan, lexicon, scan
from crawler.reading.relevance import SHOWN, at_start, elsewhere, score_of, weight_of, words_of
from store.values import Form, FormFound

WITHIN = 160
"""Characters between the subject and the word of exploitation: two short sentences."""
EXPLOITED = ("core", "exploit", "slavery")
OWN = 0.9
NEAR = 0.4
SUBJECT = 0.3
"""What a different word of the subject weighs, at most `MOST_SUBJECTS` of them."""
MOST_SUBJECTS = 3
WHOSE = 0.25
"""What the victims alone say: of women and girls it is nearly always sexual."""
LEAST = 0.2
"""Strength from which a form is proposed, as independent chances."""
BESIDE = 0.9
"""The share of the strongest form that another one needs when no word of its own says it."""
STEM = 6
"""Letters by which two words of a subject are told apart."""
MOST_WORDS = 4


def find_forms(title: str, text: str) -> tuple[FormFound, ...]:
    """The forms in the order of `Form`, with reasons in Dutch; none when the text names no form."""
    return forms_from(scan(title, text))


def forms_from(found: Scan) -> tuple[FormFound, ...]:
    """The same for a text that is scanned already; a text that is not about exploitation has no form,
    nor has one that seems to be about something else.
    """
    if score_of(found)[0] < SHOWN or not any(found.hits[sign] for sign in lexicon().control):
        return ()
    if elsewhere(found):
        return ()
    known = lexicon().forms
    signs = {form: strength_of(found, form, known[form]) for form in Form}
    strongest = max(strength for strength, _ in signs.values())
    return tuple(
        FormFound(form, (f"gevonden: {', '.join(words[:MOST_WORDS])}",))
        for form, (strength, words) in signs.items()
        if strength >= max(LEAST, BESIDE * strongest) or strength >= OWN
    )


def strength_of(found: Scan, form: Form, words: FormWords) -> tuple[float, list[str]]:
    """How strongly a form is there, from 0 to 1, and the different words that say so."""
    rest = 1.0
    said: list[str] = []
    if direct := found.hits.of(words.direct):
        rest *= 1.0 - OWN
        said += [hit.word for hit in direct]
    for sign, weight in found.weights:
        if sign in words.signs and (strength := weight_of(found, sign, weight)):
            rest *= 1.0 - strength
            said += found.words(sign)
    for rule in found.rules:
        if rule.form == form:
            at, pair = words_of(found, rule)
            if pair:
                rest *= 1.0 - (rule.weight if at_start(found, at) else rule.weight / 2)
                said += pair
    return subjects_of(found, words, rest, said)


def subjects_of(found: Scan, words: FormWords, rest: float, said: list[str]) -> tuple[float, list[str]]:
    """The same with the subjects of a form, and with whom it nearly always happens to."""
    hits = found.hits[words.theme]
    different = list({hit.word[:STEM]: hit for hit in hits if at_start(found, hit.at)}.values())
    for hit in different[:MOST_SUBJECTS]:
        rest *= 1.0 - SUBJECT
        said.append(hit.word)
    if pair := subject_with_force(found, hits):
        rest *= 1.0 - NEAR
        said += pair
    if words.whose and (hits := found.hits[words.whose]):
        rest *= 1.0 - WHOSE
        said.append(hits[0].word)
    return 1.0 - rest, list(dict.fromkeys(said))


def subject_with_force(found: Scan, subjects: tuple[Hit, ...]) -> list[str]:
    """The first subject that stands near a word of exploitation, with that word; [] when there is none."""
    for sign in EXPLOITED:
        if pairs := near(subjects, found.hits[sign], WITHIN):
            return [pairs[0][0].word, pairs[0][1].word]
    return []
