"""Texts of a hundred kilobytes that are made to keep a reader busy."""

import random
import string

SIZE = 100_000
UNITS = {
    "one long word": "a",
    "one long word in capitals": "A",
    "digits": "1",
    "single digits": "1 1 1 ",
    "numbers": "111222333 ",
    "telephone numbers": "+31600123456 ",
    "single letters": "A B C D ",
    "initials": "A. ",
    "initials glued": "A.B.",
    "abbreviations": "Mr. X. V. ",
    "one first name": "Jan ",
    "names": "Jan Jansen. ",
    "names with particles": "Jan van de ",
    "particles": "van de ",
    "particles with capitals": "Van De ",
    "surnames again": "Jan Van Dijk. Van Dijk. ",
    "quoted names": "'Jan Jansen' \"Piet de Vries\" “Anna Bakker” ",
    "rows of capitals": "Aaaa Bbbb Cccc Dddd Eeee Ffff Gggg ",
    "capitals and particles": "Jan 'x ",
    "nested quotes": "\"'“‘(«",
    "brackets": "([{",
    "ages in brackets": "man (15) ",
    "ages": "12 jaar oud ",
    "ages in lists": "vrouw van 23, 24, 25 en ",
    "years": "jaar ",
    "years of age": "34-jarige man ",
    "mail addresses": "a@b.",
    "number plates": "XX-99-99 TT 01 TS ",
    "victims": "slachtoffer aan de Astraat 1. ",
    "victims at school": "slachtoffer op school De Aaaa Bbbb. ",
    "girls": "Het meisje woonde aan de Kerkstraat 1 bij haar oma. ",
    "short sentences": "Zij woonde. ",
    "countries": "uit Polen en Roemenië ",
    "nations": "Bulgaarse ",
    "everything at once": "Slachtoffer Jan Jansen (15), Bulgaarse, 06-00123456 a@b.nl, TT-01-TS, BSN 111222333. ",
    "one place": "Best ",
    "places": "in Best, Utrecht/Tilburg (Goor) ",
    "datelines": "DEN HAAG/",
    "dates": "op 1 mei 2026 om 12.00 uur ",
    "ranges of dates": "van 1 t/m 2 mei en ",
    "weekdays": "maandag dinsdag ",
    "hours": "12.00 13.00 ",
    "case numbers": "ECLI:NL:RBOVE:2099:1 artikel 273f ",
    "courts": "rechtbank in ",
    "the core word": "mensenhandel",
    "signs": "gedwongen seks geen loon paspoort ingenomen ",
    "addresses": "jan-de-vries-",
    "escaped addresses": "%6a%61%6e-%20",
    "bidi": "\u202e\u202dJan Jansen\u202c ",
    "zero width": "J\u200ba\u200bn Ja\u200bnsen ",
    "homographs": "Jаn Jаnsen Мensenhandel ",
    "combining marks": "A\u0301" + "\u0301" * 20 + "a",
    "ligatures": "ﷺ",
    "emoji": "Jan 🙂 👨‍👩‍👧 ",
    "lines": "\n",
    "short lines": "a\n",
    "spaces": " ",
    "no-break spaces": "\xa0",
    "full stops": ". ",
    "longer in small letters": "İ",
}


def texts() -> dict[str, str]:
    """Every hostile text, the last ones of words that stand there once: no cache helps with those. Always the same."""
    found = {name: (unit * (SIZE // len(unit) + 1))[:SIZE] for name, unit in UNITS.items()}
    chance = random.Random(4)

    def word(length: int) -> str:
        return "".join(chance.choice(string.ascii_lowercase) for _ in range(length))

    found["unknown words"] = " ".join(word(6) for _ in range(SIZE // 7))
    found["unknown words with capitals"] = " ".join(word(6).title() for _ in range(SIZE // 7))
    found["unknown names"] = ". ".join(f"{word(5).title()} {word(6).title()}" for _ in range(SIZE // 14))
    found["unknown numbers"] = " ".join(str(chance.randrange(10**9)) for _ in range(SIZE // 10))
    return found
