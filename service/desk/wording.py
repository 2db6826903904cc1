"""The fixed words of the newsroom: states, verdicts, roles, reasons with their keys."""

from __future__ import annotations

from store.health import ProblemKind
from store.values import EventRisk, Form, RejectReason, Rights, Role, SourceKind, State, Verdict

STATE_NAMES = {
    State.PENDING: "wacht op een besluit",
    State.PILE: "ligt op de stapel",
    State.APPROVED: "goedgekeurd",
    State.SCHEDULED: "goedgekeurd voor later",
    State.REJECTED: "afgewezen",
    State.INTERNAL: "alleen intern",
    State.WITHDRAWN: "ingetrokken",
}

VERDICT_NAMES = {
    Verdict.APPROVE: "goedgekeurd",
    Verdict.REJECT: "afgewezen",
    Verdict.INTERNAL: "alleen intern",
    Verdict.WITHDRAW: "ingetrokken",
    Verdict.UNDO: "teruggezet",
    Verdict.REOPEN: "heropend",
    Verdict.CORRECT: "gecorrigeerd",
    Verdict.HOLD: "vastgehouden om de rechten",
    Verdict.RELEASE: "rechten vrijgegeven",
}
NOTED_NAMES = {
    "edit": "tekst aangepast",
    "approve_first": "eerste goedkeuring",
    "story": "bij een verhaal gezet",
    "case": "bij een zaak gezet",
    "blank": "tekst gewist",
}
"""What stands in the history besides verdicts: the names of `store.tables.NOTED`."""

ROLE_NAMES = {Role.ADMINISTRATOR: "beheerder", Role.EDITOR: "redacteur", Role.READER: "lezer"}

SHORT_FORMS = {
    Form.SEXUAL: "seksueel",
    Form.LABOUR: "arbeid",
    Form.CRIMINAL: "crimineel",
    Form.OTHER: "anders",
}
"""One word, for the lines of the queue; on the site the whole name stands (`service.wording.FORM_NAMES`)."""

RISK_NAMES = {
    EventRisk.OPEN: "iedereen mag de plaats zien",
    EventRisk.SIGNUP: "de plaats alleen na aanmelding",
    EventRisk.AFTERWARDS: "pas op de site als het voorbij is",
}

RIGHTS_NAMES = {
    Rights.TITLE: "alleen de titel",
    Rights.EXCERPT: "titel en kort fragment",
    Rights.FULLTEXT_INTERNAL: "hele tekst, alleen voor de redactie",
}

SOURCE_KIND_NAMES = {
    SourceKind.FEED: "feed (RSS, Atom of JSON)",
    SourceKind.SITEMAP: "sitemap",
    SourceKind.PAGE: "pagina met een lijst",
    SourceKind.CALENDAR: "agenda (iCalendar)",
    SourceKind.EVENTS: "pagina met afspraken",
    SourceKind.OWN: "van onszelf, geen website",
}

PROBLEM_TITLES = {
    ProblemKind.SILENT: "De bron is stil",
    ProblemKind.FAILING: "Het ophalen mislukt steeds",
    ProblemKind.BLOCKED: "De bron laat ons er niet in",
    ProblemKind.GONE: "De bron is voorgoed weg",
    ProblemKind.DRIFT: "De website is waarschijnlijk veranderd",
    ProblemKind.FILTERED: "Alles gaat naar de stapel",
    ProblemKind.VANISHED: "Veel afspraken verdwenen tegelijk",
}
PROBLEM_ADVICE = {
    ProblemKind.SILENT: "Open de website. Staat daar wel nieuws? Zoek dan een nieuw adres voor deze bron. Is het er "
    "ook stil, dan hoef je niets te doen.",
    ProblemKind.FAILING: "Open het adres van de bron. Werkt het daar ook niet, wacht dan een dag. Is het adres "
    "veranderd, voeg de bron dan opnieuw toe met het nieuwe adres en zet deze op pauze.",
    ProblemKind.BLOCKED: "Vraag de website of wij de bron mogen ophalen. Mag dat niet, zet de bron dan op pauze.",
    ProblemKind.GONE: "Kies wat we doen. Zoek een nieuw adres en voeg dat toe, of zet de bron op pauze. Doe je niets, "
    "dan proberen we het een keer per week.",
    ProblemKind.DRIFT: "Bekijk de website. Ziet die er anders uit dan eerst? Voeg de bron dan opnieuw toe en zet deze "
    "op pauze.",
    ProblemKind.FILTERED: "Bekijk de stapel van deze bron. Staat daar nieuws dat in de rij hoort? Pas dan de eigen "
    "woorden van de bron aan.",
    ProblemKind.VANISHED: "Open de agenda van de bron. Staan de afspraken er echt niet meer? Druk dan op de pagina "
    'van de bron op de knop "De agenda klopt zo". Tot dan blijft alles staan zoals het was.',
}
"""What an administrator can do about it. A source is silent, gone or changed; nobody is to blame."""

REASON_KEYS = {reason: str(number) for number, reason in enumerate(RejectReason, start=1)}
"""The key that rejects with this reason, after `r`. Digits, so that they are the same on every keyboard."""


def verdict_words(verdict: str) -> str:
    """A stored verdict in words, also of what was only noted."""
    return NOTED_NAMES.get(verdict) or VERDICT_NAMES[Verdict(verdict)]
