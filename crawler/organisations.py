"""Whether a name is an organisation's. People who did not ask to be known to us never come in (TRUST K-11)."""

from __future__ import annotations

import re

_BODIES = re.compile(
    r"\b(?:gemeente\w*|provincie|waterschap|ministerie|rijks\w*|dienst\w*|inspectie|politie|ggd|ggz|gga|rav|om|stichting"
    r"|vereniging\w*|\w*vereniging|bond|\w*bond|vakbond|\w*raad|raad|fonds|\w*fonds|instituut|\w*instituut|bureau|\w*bureau"
    r"|b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|co[oö]peratie|maatschap|\w*maatschappij|bibliotheek|\w*bibliotheek|theater\w*|\w*theater"
    r"|schouwburg|museum|\w*museum|filmhuis|bioscoop|podium|\w*podium|festival\w*|\w*festival|koor|orkest|toneel\w*"
    r"|universiteit|hogeschool|\w*school|school|college|\w*college|academie|\w*academie|opleiding\w*|\w*centrum|centrum"
    r"|\w*centra|center|\w*huis|huis|\w*kerk|kerk|parochie|moskee|tempel|klooster|\w*netwerk|netwerk|platform|\w*platform"
    r"|\w*team|team|\w*zorg|zorg\w*|welzijn\w*|\w*werk|\w*hulp|hulp\w*|steunpunt|\w*punt|loket|\w*loket|\w*kring|kring"
    r"|kenniscentrum|expertise\w*|veilig\w*|buurt\w*|wijk\w*|dorps\w*|jongeren\w*|ouderen\w*|vrouwen\w*|comit[eé]"
    r"|organisatie|\w*organisatie|groep|\w*groep|partij|beweging|alliantie|coalitie|federatie|unie|club|\w*club|lab|\w*lab"
    r"|hub|omroep|\w*omroep|radio|uitgeverij|boekhandel|caf[eé]|hotel|restaurant|hoeve|boerderij|kasteel|foundation"
    r"|association|university|institute|company|society|council|ngo|fnv|cnv|vng|rijk|coa|ind|rode kruis|leger des heils"
    r"|ziekenhuis|\w*kliniek|praktijk|\w*praktijk|kantoor|\w*kantoor|scouting|redactie)\b",
    re.IGNORECASE,
)
"""Words in the names of bodies."""
_FIRST_NAMES = frozenset(
    {
        "aad", "adam", "ahmed", "albert", "alex", "ali", "amber", "andre", "andré", "anja", "anna", "anne",
        "annemarie", "annemiek", "anneke", "anouk", "anton", "arie", "arjan", "astrid", "bart", "bas", "ben", "bert",
        "bianca", "bob", "bram", "carla", "carolien", "caroline", "chantal", "chris", "christiaan", "cor", "daan",
        "daniel", "danielle", "david", "debbie", "dennis", "diana", "dick", "dirk", "edith", "edwin", "ellen", "els",
        "emma", "eric", "erik", "esther", "eva", "evelien", "evert", "fatima", "femke", "ferry", "floor", "frank",
        "frans", "fred", "gerard", "gerda", "gert", "guus", "hannah", "hans", "harm", "harry", "heleen", "henk",
        "herman", "hugo", "ilse", "inge", "ingrid", "irene", "iris", "jaap", "jacob", "jacqueline", "jan", "janneke",
        "jasper", "jeroen", "jessica", "joep", "johan", "johanna", "john", "joke", "joost", "jos", "joris", "judith",
        "julia", "karin", "karel", "kees", "kim", "klaas", "koen", "laura", "lars", "lieke", "linda", "lisa",
        "liesbeth", "lotte", "lucas", "luuk", "maaike", "maarten", "marc", "marco", "margriet", "maria", "marianne",
        "marieke", "marijke", "marjan", "mark", "marleen", "martijn", "martin", "mathijs", "maurits", "max", "meike",
        "menno", "mia", "michael", "michel", "michiel", "mieke", "mirjam", "mohamed", "monique", "nadia", "natasja",
        "niels", "nico", "nienke", "nina", "noor", "olga", "onno", "patricia", "patrick", "paul", "peter", "petra",
        "piet", "pieter", "ralph", "remco", "renate", "rené", "richard", "rik", "rob", "robert", "robin", "roel",
        "roland", "ron", "roos", "rosa", "ruben", "rudi", "ruud", "saar", "sander", "sandra", "sanne", "sara",
        "sarah", "saskia", "sem", "sjoerd", "sofie", "sophie", "stefan", "sten", "suzanne", "sven", "sylvia", "tessa",
        "theo", "thijs", "thomas", "tim", "tom", "ton", "truus", "vera", "victor", "vincent", "wendy", "wietske",
        "willem", "wilma", "wim", "wouter", "yvonne",
    }
)  # fmt: skip
_INITIALS = re.compile(r"(?:[A-Z]\.\s?){1,4}(?:\([A-Za-z]+\)\s)?(?:(?:van|de|der|den|ter|ten|te|'t|el|al)\s){0,3}[A-Z]")
_TITLE = re.compile(r"(?:dhr|heer|mevr?|mevrouw|de heer|drs?|ir|prof|mr|ing|ds)\b\.?\s", re.IGNORECASE)
_FEW = 4
_LIMIT = 150


def named_organisation(name: str) -> str | None:
    """The name when its words say that it is a body's; None when it may be a person's."""
    name = " ".join(name.split())
    if not name or len(name) > _LIMIT or "@" in name or "://" in name:
        return None
    return name if _BODIES.search(name) and not _INITIALS.match(name) and not _TITLE.match(name) else None


def not_a_person(name: str) -> str | None:
    """The name of what is said to be an organisation, unless it is plainly a person's name."""
    name = " ".join(name.split())
    if named_organisation(name):
        return name
    words = name.split()
    if not words or len(name) > _LIMIT or "@" in name or "://" in name:
        return None
    person = len(words) <= _FEW and len(words) > 1 and words[0].lower() in _FIRST_NAMES
    return None if person or _INITIALS.match(name) or _TITLE.match(name) else name
