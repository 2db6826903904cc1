"""What an event is called, what a page is called, and which pages and titles are none of an event."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.event_labels import LABEL, SIGN_UP
from crawler.htmltree import attribute
from crawler.page_lines import Line, hits, text_of
from crawler.reading.date_glue import AROUND, DOORS, ENDS, STARTS, WORD
from crawler.reading.event_dates import DateFound

_TITLE_END = re.compile(r"\s[|•·–—-]\s|\s::\s|\s[«»]\s")
_NO_EVENT = re.compile(
    r"\b(?:vacatures?|stagevacature\w*|werken bij|aanbesteding\w*|bekendmaking\w*|verordening\w*|subsidies?"
    r"|subsidieregeling\w*"
    r"|omgevings\w*vergunning\w*|aanvraag\w*|besluit\w*|beschikking\w*|\w*vergunning\w*|aanvraag\w*|besluit\w*"
    r"|beschikking\w*|wegafsluiting\w*|wegwerkzaamheden|werkzaamheden|privacyverklaring\w*"
    r"|privacybeleid"
    r"|cookies|openingstijden|openingsuren|terugblik\w*|contact|contactgegevens|bereikbaarheid|over ons"
    r"|veelgestelde vragen"
    r"|tarieven|\w*feestdagen|dienstregeling|\w*rooster|gewijzigde \w+tijden|oproep\w*|\w*oproep|huisregels|webshop"
    r"|winkelmand\w*"
    r"|afval\w*|paspoort\w*|rijbewijs|aanvragen|inzameling\w*|afvalwijzer|inzameldagen|jaarverslag\w*|notulen|verslag"
    r"|\w*menu|menukaart"
    r"|besluitenlijst\w*|collegebesluit\w*|nieuwsoverzicht|archief|verkoopvoorwaarden|algemene voorwaarden"
    r"|vakanties en vrije dagen|vakantierooster|schoolvakanties|colofon|disclaimer|route)\b",
    re.IGNORECASE,
)
"""Titles of pages that are full of dates and are no event."""
_NEVER = re.compile(
    r"\b(?:vacatures?|stagevacature\w*|werken bij|openingstijden|openingsuren|contact|privacyverklaring\w*|cookies"
    r"|terugblik\w*"
    r"|\w*vergunning\w*|verordening\w*|besluitenlijst\w*|notulen)\b",
    re.IGNORECASE,
)
"""Titles that are of no event, also in an agenda."""
_NO_EVENT_URL = re.compile(
    r"/(?:vacatures?|werken-?bij|contact|openingstijden|winkel|shop|webshop|product(?:en)?|boek(?:en)?|bekendmakingen"
    r"|over-ons"
    r"|privacy\w*|veelgestelde-vragen|faq|afval|tarieven|medewerkers|team|archief|vergunning\w*|besluit\w*)(?:[/.?-]"
    r"|$)",
    re.IGNORECASE,
)
_AGENDA_URL = re.compile(
    r"/(?:agenda|evenement(?:en)?|activiteit(?:en)?|events?|kalender|programma|voorstelling(?:en)?|cursus(?:sen)?"
    r"|training(?:en)?"
    r"|bijeenkomst(?:en)?|workshops?|lezing(?:en)?|uitagenda|uit|concert(?:en)?|expo\w*"
    r"|tentoonstelling(?:en)?)(?:[/.?-]|$)",
    re.IGNORECASE,
)
_SIGNS_OF_OTHERS = (
    re.compile(
        r"\b(?:sollicit\w+|vacature\w*|salaris\w*|\d+\s?(?:-\s?\d+\s?)?uur per week|fte|motivatiebrief"
        r"|arbeidsvoorwaarden"
        r"|arbeidsovereenkomst|schaal \d+|functieschaal|dienstverband)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:isbn|op voorraad|in winkelwagen|winkelwagen|winkelmand\w*|verschijningsdatum|levertijd|verzendkosten"
        r"|in huis|artikelnummer|auteur|hardcover|paperback|bindwijze)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:ter inzage|zienswijze\w*|bezwaar(?:schrift\w*)?|bekendgemaakt|beroep instellen|besluit treedt"
        r"|officielebekendmakingen"
        r"|omleiding\w*|afgesloten voor|doorgaand verkeer|gestremd|stremming|wegwerkers|asfalteer\w*)\b",
        re.IGNORECASE,
    ),
)
_ENOUGH_SIGNS = 2
_CLOSED = re.compile(
    r"[^.]{0,30}\d{1,2} \w{3,9}\.?(?: 20\d\d)?\s?[:–-]?\s?(?:zijn we |hele dag |de hele dag )?gesloten\.?",
    re.IGNORECASE,
)
_AGENDA = re.compile(
    r"\b(?:\w*agenda|activiteiten\w*|\w*activiteiten|\w*programma|\w*kalender|evenementen\w*|\w*evenementen|te doen"
    r"|bijeenkomsten|voorstellingen|\w*concerten|films|\w*avonden|\w*cursussen|trainingen|workshops|lezingen|data"
    r"|planning"
    r"|uitjes|uittips|events|deze (?:week|maand)|komende \w+|vergaderingen|vergaderschema|jaarplanning|binnenkort)\b",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"(?:avond|middag|ochtend|bijeenkomst|training|workshop|cursus|concert|feest|festival|voorstelling|expositie|bingo"
    r"|disco"
    r"|tentoonstelling|symposium|congres|conferentie|webinar|caf[eé]|inloop|spreekuur|wandeling|wandeltocht|fietstocht"
    r"|quiz"
    r"|(?<!maan)(?<!dins)(?<!woens)(?<!donder)(?<!vrij)(?<!zater)(?<!zon)(?<!alle)(?<!feest)(?<!werk)(?<!\b)dag"
    r"|(?<!mid)(?<!\b)nacht|(?:film|buurt|wijk|tafel|na|keuken|tafel|straat)gesprek"
    r"|debat|receptie|vergadering|excursie|rondleiding|film|diner|lunch|ontbijt|brunch|borrel|optocht|intocht"
    r"|herdenking"
    r"|viering|lezing|toernooi|wedstrijd|proeverij|maaltijd|masterclass|leergang|talkshow|uitreiking|beurs|kermis"
    r"|braderie"
    r"|seminar|fair|ijsbaan|bespreking|spreekbeurt|gala|repair|soos|clinic|route|dictee|demonstratie|premi[eè]re|vigil"
    r"|college ?tour|schouw|meezing\w*|kerstzang|ruilbeurs"
    r"|kledingruil|fakkel\w*|raadpleging|hackathon|marathon|sponsorloop|hardloop|nachtloop|nieuwjaarsduik"
    r"|kampvuur|spelletjes\w*|jamsessie|open podium|open mic|open huis|open dag|deurendag|studiedag|themadag|familiedag"
    r"|sportdag|doedag|actiedag|kerkdienst|kerstdienst|nachtdienst|dialoogtafel|rondetafel\w*|buurtgesprek|tafelgesprek"
    r"|kerstmarkt|rommelmarkt|boekenmarkt|vrijmarkt|jaarmarkt|informatiemarkt|banenmarkt|vlooienmarkt|wintermarkt)"
    r"(?:en|s|'s|n|je|jes|tje|es)?\b|\b(?:kick-off|dag van|week van|week tegen|nacht van|maand van|ronde tafel"
    r"|stille tocht"
    r"|in gesprek|markt|show|theater|les|mars|tocht|protest|meeting|overleg|event|evenement|uitnodiging)\b",
    re.IGNORECASE,
)
SESSION = re.compile(
    r"^(?:de\s)?(?:(?:bijeenkomst|sessie|les|dag|deel|module|avond|middag|ochtend|blok|ronde|groep|training|workshop"
    r"|college"
    r"|cursusdag|trainingsdag|dagdeel|week|voorstelling|datum|optie|editie)\s{0,2}"
    r"(?:\d{1,2}|[ivx]{1,4}|[a-f]|een|één|twee|drie|vier|vijf|zes)"
    r"|(?:eerste|tweede|derde|vierde|vijfde|zesde|laatste|\d{1,2}e)\s(?:bijeenkomst|sessie|les|dag|deel|avond|middag"
    r"|ochtend"
    r"|cursusdag|trainingsdag|dagdeel|training|workshop))\s{0,2}[:.–-]?\s{0,2}$",
    re.IGNORECASE,
)
"""Titles of the parts of one event: "Bijeenkomst 2", "Eerste avond"."""
NO_TITLE = re.compile(
    r"^(?:lees (?:meer|verder)\b.{0,40}|meer (?:info|informatie|lezen|weten)\b.{0,40}|bekijk\b.{0,40}|details?|info"
    r"|verder lezen|naar .{0,40}|klik hier.{0,20}|hier|toon .{0,30}"
    r"|uitverkocht|vol(?:geboekt)?|bijna vol|nog \d+ (?:plekken|plaatsen|kaarten).{0,20}|laatste (?:kaarten|plaatsen)"
    r"|beschikbaar|gratis(?: toegang)?|entree\b.{0,20}|vrij entree|toegang\b.{0,20}"
    r"|vrije inloop|wachtlijst|extra voorstelling|premi[eè]re|nieuw|tip|online|live|afgelast|geannuleerd|verplaatst"
    r"|uitgesteld|gaat niet door"
    r"|zet in (?:mijn |je )?agenda|toevoegen aan agenda|deel\b.{0,30}|terug\b.{0,40}|vorige|volgende"
    r"|geen dienst)[.!]?$",
    re.IGNORECASE,
)
"""What stands in the box of an event and is not its name."""
_MONTH = re.compile(
    r"(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)(?:\s20\d\d)?",
    re.IGNORECASE,
)
_CARDS = "kaarten"
"""What people do in a community centre, and what they buy at a box office."""
_LEAST, _MOST = 2, 140
_FEW_WORDS = 4
_WEEKDAY = r"(?:maan|dins|woens|donder|vrij|zater|zon)dag(?:ochtend|middag|avond)?|ma|di|wo|do|vr|za|zo"
_STRONG_CUT = re.compile(
    r"\s{0,2}[|•·]\s{0,2}|\s{1,2}[–—-]{1,2}\s{1,2}|\s{0,2}\t\s{0,2}|\s{2,}|\s?[()]\s?|\n|:\s|;\s|^\s*[-–—:,|•·.]+\s*"
)
_PRICE = re.compile(r"^(?:€|eur\b|kosten|prijs|entree|toegang|gratis|vanaf €)", re.IGNORECASE)
_SMALL = AROUND | DOORS | ENDS | STARTS | {"dagelijks", "elke", "iedere", "en", "aanvang"}


def page_title(tree: HtmlElement, lines: list[Line]) -> str:
    """What a page is called: its first great heading, unless that names the site and another heading the page."""
    names = [" ".join(text_of(hit).split()) for hit in hits(tree, "//title")[:1]]
    segments = [part.strip().lower() for name in names for part in _TITLE_END.split(name) if part.strip()]
    own = next((line.text for line in lines if line.level == 1), "")
    others = [line.text for line in lines if line.level > 1 and segments and line.text.lower() == segments[0]]
    if own and not (others and own.lower() in segments[1:]):
        return own
    if others:
        return others[0]
    outside = [" ".join(text_of(hit).split()) for hit in hits(tree, "//h1")[:3]]
    outside = [text for text in outside if text and text.lower() not in segments[1:]]
    if outside:
        return outside[0]
    heading = next((line.text for line in lines if line.level and not LABEL.match(line.text)), "")
    if heading:
        return heading
    for hit in hits(tree, "//meta[@property='og:title']")[:1]:
        if text := attribute(hit, "content"):
            return text
    return _TITLE_END.split(names[0])[0].strip() if names else ""


def is_named_as_no_event(title: str, url: str) -> bool:
    """Whether the title or the address of a page says that it is about something else that has dates: a job, a desk."""
    if _NEVER.search(title):
        return True
    return (_NO_EVENT.search(title) or _NO_EVENT_URL.search(url)) is not None and not stands_in_agenda(url)


def is_of_no_event(lines: list[Line]) -> bool:
    """Whether the words of a page are those of a vacancy, a shop, a notice of the council, or days of being closed."""
    if any(_CLOSED.fullmatch(line.text) for line in lines):
        return True
    text = "\n".join(line.text for line in lines)[:20_000]
    return any(len({hit.lower() for hit in signs.findall(text)}) >= _ENOUGH_SIGNS for signs in _SIGNS_OF_OTHERS)


def is_agenda(title: str) -> bool:
    """Whether a title is one of a list of events."""
    return _AGENDA.search(title) is not None


def sounds_like_event(title: str) -> bool:
    """Whether a title names a kind of event: "informatieavond", "kerstmarkt"."""
    return _EVENT.search(title) is not None


def is_name_of_agenda(title: str) -> bool:
    """Whether a title is nothing but the name of a list: "Agenda regio", "Activiteiten"."""
    found = _AGENDA.match(title)
    return found is not None and not re.search(r":|\d", title) and len(title.split()) <= _FEW_WORDS


def stands_in_agenda(url: str) -> bool:
    """Whether the address of a page says that it is one of an agenda."""
    return _AGENDA_URL.search(url) is not None


def can_be_title(text: str) -> bool:
    """Whether a text may be the name of an event."""
    if not _LEAST <= len(text) <= _MOST or NO_TITLE.match(text) or (LABEL.match(text) and text.lower() != _CARDS):
        return False
    if _PRICE.match(text) or SESSION.match(text) or _MONTH.fullmatch(text):
        return False
    if SIGN_UP.match(text) and text.lower() != _CARDS:
        return False
    words = [word for word in WORD.findall(text.lower()) if word not in _SMALL and not re.fullmatch(_WEEKDAY, word)]
    return bool(words) and sum(map(len, words)) >= _LEAST


def title_beside(line: str, dates: list[DateFound], times: list[tuple[int, int]]) -> str:
    """What is left of a line when its dates and times are taken out: "do 3 dec, 20.00 uur - Pubquiz" is a pub quiz."""
    text = ""
    reached = 0
    for start, end in sorted([*((each.start, each.end) for each in dates), *times]):
        text += line[reached:start] + " | "
        reached = max(end, reached)
    text += line[reached:]
    pieces = [piece.strip(" ,.;:|–—-•·") for piece in _STRONG_CUT.split(text) if piece]
    return next((piece for piece in pieces if can_be_title(piece)), "")
