"""How we say what somebody logs in with, and what changed about it."""

from __future__ import annotations

from store.account_mail import Change

FACTOR_WORDS = {
    "password": "met een wachtwoord",
    "passkey": "met een passkey",
    "totp": "met een wachtwoord en een code van de app",
    "recovery": "met een wachtwoord en een herstelcode",
}

CHANGED = {
    Change.PASSWORD: "Het wachtwoord is veranderd.",
    Change.PASSWORD_OFF: "Het wachtwoord werkt niet meer: er is honderd keer achter elkaar een verkeerd getypt.",
    Change.PASSKEY_NEW: "Er is een passkey bij gekomen.",
    Change.PASSKEY_GONE: "Er is een passkey weggehaald.",
    Change.APP_NEW: "Er is een app met codes ingesteld.",
    Change.APP_GONE: "De app met codes is weggehaald.",
    Change.CODES_NEW: "Er zijn nieuwe herstelcodes gemaakt. De oude werken niet meer.",
    Change.CODE_USED: "Er is ingelogd met een herstelcode.",
    Change.RESET: "Het wachtwoord en alle tweede stappen zijn weg. Er is een link gemaakt om opnieuw te beginnen.",
    Change.ROLE: "De rol of de regio is veranderd.",
    Change.OPENED: "Het account is opnieuw geopend met een uitnodiging.",
    Change.MANY_FAILURES: "Er wordt heel vaak geprobeerd in te loggen. Dat kan nu een tijd alleen met een passkey.",
}

ADVICE = {
    Change.PASSWORD_OFF: "Vraag een beheerder om een nieuwe link. Met een passkey kun je gewoon inloggen.",
    Change.RESET: "De beheerder geeft je de link zelf.",
    Change.ROLE: "Log opnieuw in om verder te gaan.",
    Change.CODE_USED: "Kijk bij je account hoeveel codes je nog hebt.",
    Change.MANY_FAILURES: "Je hoeft nu niets te doen. Duurt het lang, vraag dan wie de server beheert om te kijken.",
}
"""What to do next, for the changes where that is not plain."""
