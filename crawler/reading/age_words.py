"""Words that say that somebody is under eighteen, for `ages.py`."""

from __future__ import annotations

import re

ONE = r"(?:\d{1,3}|[a-zëï]{3,18})"
"""A number in digits or in letters."""
CHILD = (
    r"(?: (?:slachtoffers?|meisjes?|jongens?|kind(?:eren)?|dochters?|zoons?|zus|zusje|broertje|verdachten?"
    r"|asielzoekers?))?"
)
YOUNG_OF = (
    rf"van (?:(?:nog geen|nog maar|net|pas|amper|ruim|bijna) )?"
    rf"(?:(?:{ONE}|een paar|enkele|anderhalve) (?:weken|week|maanden|maand|dagen)|anderhalf(?: jaar)?)(?: oud)?(?!\w)"
)
MINORS = {
    "minderjarig": re.compile(rf"minderjarige?n?{CHILD}(?!\w)"),
    "kleuter": re.compile(r"kleuters?(?!\w)"),
    "peuter": re.compile(r"peuters?(?!\w)"),
    "tiener": re.compile(r"tiener(?:s|meisjes?|jongens?|dochters?|zoon|zoons|slachtoffers?|meiden)?(?!\w)"),
    "puber": re.compile(r"puber(?:s|meisjes?|dochters?|zoon)?(?!\w)"),
    "schoolmeisje": re.compile(r"schoolmeisjes?(?!\w)"),
    "schoolkind": re.compile(r"schoolkind(?:eren)?(?!\w)"),
    "basisscholier": re.compile(r"basisscholier(?:en|e)?(?!\w)"),
    "basisschoolleerling": re.compile(r"basisschoolleerling(?:en|e)?(?!\w)"),
    "brugklasser": re.compile(r"brugklassers?(?!\w)"),
    "kindslachtoffer": re.compile(r"kindslachtoffers?(?!\w)"),
    "scholier": re.compile(r"scholiere?(?!\w)(?: uit (?:groep|klas) \w{1,6})?"),
    "leerling": re.compile(
        r"leerlinge? (?:uit|van|in) (?:groep \w{1,6}|klas \w{1,6}|de (?:brugklas|eerste|tweede|derde|onderbouw))(?!\w)"
    ),
    "vmbo": re.compile(r"vmbo[-']?(?:er|ers|leerlinge?|scholiere?)(?!\w)"),
    "havist": re.compile(r"havist(?:e|en)?(?!\w)"),
    "vwo'er": re.compile(r"vwo'ers?(?!\w)"),
    "gymnasiast": re.compile(r"gymnasiaste?n?(?!\w)"),
    "eersteklasser": re.compile(r"eersteklassers?(?!\w)"),
    "tweedeklasser": re.compile(r"tweedeklassers?(?!\w)"),
    "derdeklasser": re.compile(r"derdeklassers?(?!\w)"),
    "vierdeklasser": re.compile(r"vierdeklassers?(?!\w)"),
    "vijfdeklasser": re.compile(r"vijfdeklassers?(?!\w)"),
    "in de brugklas": re.compile(r"in de brugklas(?!\w)"),
    "leerplichtig": re.compile(rf"leerplichtige?n?{CHILD}(?!\w)"),
    "onder achttien": re.compile(r"onder achttien(?!\w)"),
    "beneden de": re.compile(r"beneden de (?:18|achttien)(?!\w)"),
    "amv": re.compile(r"amv(?:['’]?er)?['’]?s?(?!\w)"),
    "kindhuwelijk": re.compile(r"kindhuwelijk(?!\w)"),
    "baby": re.compile(rf"baby(?:'tje)? {YOUNG_OF}"),
    "kind": re.compile(rf"kind(?:je)? {YOUNG_OF}"),
    "zoon": re.compile(rf"zoon(?:tje)? {YOUNG_OF}"),
    "dochter": re.compile(rf"dochter(?:tje)? {YOUNG_OF}"),
    "jongetje": re.compile(rf"jongetje {YOUNG_OF}"),
    "peuter van": re.compile(rf"peuter {YOUNG_OF}"),
    "jonger dan": re.compile(r"jonger dan (?:18|achttien)(?!\w)"),
    "onder de": re.compile(r"onder de (?:18|achttien)(?!\w)"),
    "schooljongen": re.compile(r"schooljongens?(?!\w)"),
    "kindbruid": re.compile(r"kindbruid(?:en)?(?!\w)"),
    "meisje": re.compile(rf"meisje (?:uit (?:groep|klas) \w{{1,6}}|{YOUNG_OF})(?!\w)"),
    "jongen": re.compile(r"jongen uit (?:groep|klas) \w{1,6}(?!\w)"),
}
"""What says so by itself, by how it begins."""
