"""How a case is spoken of: its title made of place, court and year, its stages, and what an outcome means."""

from __future__ import annotations

from service import wording
from store.values import CaseOutcome, Stage

STAGE_NAMES = {
    Stage.ARREST: "aanhouding",
    Stage.PRO_FORMA: "pro-formazitting",
    Stage.HEARING: "inhoudelijke behandeling",
    Stage.DEMAND: "strafeis",
    Stage.VERDICT: "uitspraak",
    Stage.APPEAL: "hoger beroep",
}
STAGE_WORDS = {
    Stage.ARREST: "De politie houdt iemand aan. Dat iemand vastzit, zegt nog niet dat diegene schuldig is.",
    Stage.PRO_FORMA: "Een korte zitting. De rechters kijken hoe ver het onderzoek is. Er komt nog geen uitspraak.",
    Stage.HEARING: "De rechters bespreken de zaak helemaal, met de verdachte en vaak ook met het slachtoffer.",
    Stage.DEMAND: "De officier van justitie zegt welke straf passend is. De rechter beslist later.",
    Stage.VERDICT: "De rechter zegt of de verdachte schuldig is en welke straf daarbij hoort.",
    Stage.APPEAL: "Een hogere rechter bekijkt de zaak opnieuw. Tot die beslist staat de uitkomst niet vast.",
}
OUTCOME_NAMES = {
    CaseOutcome.CONVICTED: "veroordeeld",
    CaseOutcome.ACQUITTED: "vrijgesproken",
    CaseOutcome.PARTLY: "deels veroordeeld, deels vrijgesproken",
}


def case_title(province: str, municipality: str, court: str, year: int) -> str:
    """What a case is called. Place, court and year only, so that no title can name anybody."""
    place = (municipality or province).partition(" (")[0]
    return f"Zaak in {place}, {year}" + (f" ({court})" if court else "")


def outcome_sentence(outcome: CaseOutcome, day_words: str, *, appeal_follows: bool) -> str:
    """The sentence of the banner above a case and above everything that was told of it."""
    what = {
        CaseOutcome.CONVICTED: "heeft de rechter de verdachte veroordeeld",
        CaseOutcome.ACQUITTED: "heeft de rechter de verdachte vrijgesproken. Het is niet bewezen dat die dit deed",
        CaseOutcome.PARTLY: "heeft de rechter de verdachte voor een deel veroordeeld en voor een deel vrijgesproken",
    }[outcome]
    later = " Er loopt hoger beroep: een hogere rechter bekijkt de zaak opnieuw." if appeal_follows else ""
    return f"Op {day_words} {what}.{later}"


def case_path(case_id: int, title: str) -> str:
    return f"/zaken/{case_id}-{wording.slug(title)}"
