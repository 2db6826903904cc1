"""The labels with which Dutch pages tell of an event: "Datum:", "Waar?", "Aanmelden"."""

from __future__ import annotations

import re

_LABELS = {
    "date": r"datum(?: en tijd|/tijd|\(s\))?|data|datums|wanneer|dag|periode|datum & tijd",
    "time": r"tijd(?:en|stip|\(en\))?|aanvang|aanvangstijd|hoe laat|begintijd|starttijd",
    "place": r"locatie|plaats|waar|adres|zaal|plek",
    "signup": r"aanmelden|aanmelding|inschrijven|inschrijving|registreren|registratie|reserveren|tickets|kaarten"
    r"|meld je aan",
    "organiser": r"organisatie|organisator|georganiseerd door|initiatiefnemer",
    "other": r"kosten|prijs|toegang|doelgroep|voor wie|contact|meer informatie|informatie|spreker|sprekers|programma"
    r"|thema|duur|taal|categorie|soort|telefoon|e-mail|website|bijlage|download|delen|route",
}
_NAMED = "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
LABEL = re.compile(rf"^(?:{_NAMED})\s{{0,2}}(?:[?:]+|$)\s*", re.IGNORECASE)
"""A label at the beginning of a line, up to where its value begins; the group says which one it is."""
SIGN_UP = re.compile(
    r"^(?:meld (?:je|u)(?: hier| nu| direct)? aan|(?:hier |nu |direct )?aanmelden|aanmelden .{0,40}"
    r"|schrijf (?:je|u)(?: hier| nu)? in|inschrijven.{0,30}|inschrijfformulier|aanmeldformulier|registreren|registreer"
    r"|tickets?|(?:bestel|koop|reserveer)(?: je| uw)? ?(?:kaarten|tickets|hier|nu|plek)?|kaarten(?: bestellen)?"
    r"|kaartverkoop|reserveren|ik (?:doe mee|kom)\b.{0,20})$",
    re.IGNORECASE,
)
"""The text of a link by which people sign up."""
