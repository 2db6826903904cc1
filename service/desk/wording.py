"""The fixed words of the newsroom: states, verdicts, roles, reasons with their keys."""

from __future__ import annotations

from store.values import Form, RejectReason, Rights, Role, SourceKind, State, Verdict

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
}
EDIT_NAME = "tekst aangepast"

ROLE_NAMES = {Role.ADMINISTRATOR: "beheerder", Role.EDITOR: "redacteur", Role.READER: "lezer"}

SHORT_FORMS = {
    Form.SEXUAL: "seksueel",
    Form.LABOUR: "arbeid",
    Form.CRIMINAL: "crimineel",
    Form.OTHER: "anders",
}
"""One word, for the lines of the queue; on the site the whole name stands (`service.wording.FORM_NAMES`)."""

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
}

REASON_KEYS = {reason: str(number) for number, reason in enumerate(RejectReason, start=1)}
"""The key that rejects with this reason, after `r`. Digits, so that they are the same on every keyboard."""


def verdict_words(verdict: str) -> str:
    """A stored verdict in words; "edit" is one too."""
    return EDIT_NAME if verdict == "edit" else VERDICT_NAMES[Verdict(verdict)]
