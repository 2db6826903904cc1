"""Which forms of exploitation a text speaks of: sexual, labour, criminal, other, each with its words.

A form is found by its own words ("arbeidsuitbuiting"), or by a subject (a brothel, a nursery, stolen goods) that stands
near a word of force or exploitation. A brothel alone is no form of exploitation.
"""

from __future__ import annotations

from crawler.reading.lexicon import FormWords, Hit, Scan, lexicon, near, scan
from store.values import Form, FormFound

WITHIN = 160
"""Characters between the subject and the word of exploitation: two short sentences."""
EXPLOITED = {
    Form.SEXUAL: ("core", "exploit", "pressed", "captive", "money", "slavery"),
    Form.LABOUR: ("core", "exploit", "abuse", "papers", "slavery"),
    Form.CRIMINAL: ("exploit", "pressed", "captive", "must", "money"),
}
FRAUD = ("young", "exploit", "papers")
"""Stolen goods and drugs stand near force in ordinary crime too: a criminal form also asks for one of these."""


def find_forms(title: str, text: str) -> tuple[FormFound, ...]:
    """The forms in the order of `Form`, with reasons in Dutch; none when the text names no form."""
    return forms_from(scan(title, text))


def forms_from(found: Scan) -> tuple[FormFound, ...]:
    """The same for a text that is scanned already."""
    forms = []
    for form in Form:
        words = words_for(found, form, lexicon().forms[form])
        if words:
            forms.append(FormFound(form, (f"gevonden: {', '.join(words[:4])}",)))
    return tuple(forms)


def words_for(found: Scan, form: Form, words: FormWords) -> list[str]:
    """The words that show one form, [] when it is not there."""
    direct = found.hits.of(words.direct)
    if direct:
        return list(dict.fromkeys(hit.word for hit in direct))
    if not words.theme:
        return []
    if form is Form.SEXUAL and (pairs := near(found.hits["paid"], found.hits["minor"], WITHIN)):
        return [pairs[0][0].word, pairs[0][1].word]
    pair = subject_with_force(found, form, found.hits[words.theme])
    return [] if pair is None else [pair[0].word, pair[1].word]


def subject_with_force(found: Scan, form: Form, subject: tuple[Hit, ...]) -> tuple[Hit, Hit] | None:
    """The first subject that stands near a word of exploitation, with that word."""
    if form is Form.CRIMINAL:
        subject = tuple(hit for sign in FRAUD for hit, _ in near(subject, found.hits[sign], WITHIN))
        subject = tuple(sorted(set(subject), key=lambda hit: hit.at))
    for sign in EXPLOITED[form]:
        pairs = near(subject, found.hits[sign], WITHIN)
        if pairs:
            return pairs[0]
    return None
