"""The labels with which Dutch pages tell of an event: "Datum:", "Waar?", "Aanmelden"."""

from __future__ import annotations

import re

_LABELS = {
    "date": r"datum(?: en tijd|(?: en|/) tijdstip|/tijd|\(s\))?|data|datums|wanneer|dag|dagen|periode"
    r"|datum ?[&+] ?tijd|dag en tijd"
    r"|speeldata|speeldatum|cursusdata|lesdata|trainingsdata|bijeenkomsten|data en tijden|wanneer en hoe laat"
    r"|startdatum|looptijd"
    r"|nieuwe datum|date|when",
    "time": r"tijd(?:en|stip|\(en\))?|hoe laat|uur|time",
    "start": r"aanvang(?:stijd)?|begin(?:t|tijd|tijden)?|start(?:tijd|tijden|t)?|aanvangstijden|aanvang voorstelling"
    r"|aanvang programma"
    r"|start programma",
    "end": r"einde?|eind ?tijd|eindigt|afgelopen|einde programma|afloop",
    "last": r"einddatum|t/m|tot en met",
    "doors": r"inloop|(?:zaal|deur(?:en)?) ?open|ontvangst|open|welkom|koffie",
    "place": r"locatie(?: en adres|/adres)?|plaats|waar|adres|zaal|plek|locatie & adres|podium|theater|trefpunt"
    r"|verzamelpunt|startpunt"
    r"|vertrekpunt|plaats van samenkomst|ruimte|where|venue|location",
    "signup": r"aanmelden|aanmelding|inschrijven|inschrijving|registreren|registratie|reserveren|tickets|kaarten"
    r"|meld je aan|opgave|opgeven|kaartverkoop|reserveer|deelname",
    "organiser": r"organisatie|organisator|georganiseerd door|initiatiefnemer|organisatie door|aangeboden door"
    r"|een initiatief van",
    "both": r"waar en wanneer|wanneer en waar|(?:datum, )?tijd en (?:plaats|locatie)|plaats en tijd|datum en (?:plaats"
    r"|locatie)"
    r"|datum, tijd en plaats|plaats, datum en tijd|locatie en tijd",
    "other": r"kosten|prijs|prijzen|toegang|entree|doelgroep|voor wie|contact|meer informatie|meer info|informatie"
    r"|info|spreker|sprekers"
    r"|programma|thema|duur|taal|categorie|soort|telefoon|e-mail|website|bijlage|download|delen|route|docent|trainer"
    r"|leeftijd"
    r"|genre|verzamelen|voertaal|bijzonderheden|omschrijving|beschrijving|gezelschap|met medewerking van|zaalverhuur"
    r"|parkeren"
    r"|bereikbaarheid|aantal deelnemers|maximum|minimum|aanmelden voor|inschrijven voor|uiterlijk|sluitingsdatum"
    r"|deadline|gepubliceerd"
    r"|geplaatst|publicatiedatum|laatst gewijzigd|auteur|trefwoorden|tags",
}
_NAMED = "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
LABEL = re.compile(rf"^(?:{_NAMED})(?:\s{{0,2}}(?:[?:]+|$)|\s[–—-](?=\s))\s*", re.IGNORECASE)
"""A label at the beginning of a line, up to where its value begins; the group says which one it is."""
INNER_LABEL = re.compile(
    r"(?<=\S)[\s|•·,;.]{1,4}(?=(?:Datum|Wanneer|Tijd|Tijdstip|Aanvang|Locatie|Plaats|Waar|Adres|Zaal|Kosten|Prijs"
    r"|Toegang|Entree"
    r"|Inloop|Zaal open|Einde|Aanmelden|Organisatie|Voor wie|Doelgroep)\s?: )"
)
"""Where another label begins inside a line."""
SIGN_UP = re.compile(
    r"^(?:ja,? )?(?:(?:ik )?meld (?:je|u|me|mij)(?: \w+){0,3} aan\b.{0,40}|(?:hier |nu |direct |online )?aanmelden"
    r"|aanmelden .{0,60}"
    r"|schrijf (?:je|u|me|mij)(?: \w+){0,3} in\b.{0,40}|(?:hier |nu |direct )?inschrijven.{0,40}"
    r"|(?:naar het )?(?:inschrijf|aanmeld)formulier.{0,30}"
    r"|(?:direct )?registreren.{0,30}|registreer.{0,30}|(?:koop |bestel |naar (?:de )?)?tickets?(?: \w+){0,2}"
    r"|(?:bestel|koop|reserveer)(?: (?:je|uw|jouw|een|direct|nu|hier|online|gratis)){0,2}"
    r"(?: ?(?:kaarten|kaartjes?|tickets?|hier|nu|plek|plaats|plaatsen|toegangsbewijs))?"
    r"|(?:naar de )?(?:kaarten|kaartjes)(?: bestellen| kopen)?|(?:naar de )?kaartverkoop|(?:gratis |direct "
    r"|plaats )?reserveren|(?:bestellen|toegangskaarten)"
    r"|ik (?:doe mee|kom|wil meedoen|ben erbij)\b.{0,20}|opgeven|geef (?:je|u) (?:\w+ ){0,2}op\b.{0,30}|deelnemen"
    r"|aanmeldlink|kies (?:je )?(?:plaatsen|stoelen))[!.]?$",
    re.IGNORECASE,
)
"""The text of a link by which people sign up."""
SIGN_UP_WORDS = re.compile(
    r"\b(?:aanmeld\w*|meld (?:je|u)|inschrij\w*|schrijf (?:je|u)|reserve(?:er|ren)|tickets?|kaart(?:en|jes)|opgeven"
    r"|opgave"
    r"|geef (?:je|u)|registre\w+)\b",
    re.IGNORECASE,
)
"""Words of a sentence whose only link is the one by which people sign up."""
