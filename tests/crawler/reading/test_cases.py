"""Which texts may be steps of one criminal case, and that nobody's name makes them so."""

import time
from datetime import UTC, datetime, timedelta

from crawler.reading import cases
from crawler.reading.courts import courts_in, eclis_in
from crawler.reading.likeness import signature_of
from store.case_likeness import case_keys
from store.signatures import KINDS, Of
from store.values import Form, NewsKind, Region

DAY = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
TIEL = (Region("Gelderland", "Tiel", "Tiel"),)
ARREST = ("Teler opgepakt na vondst in koelcel", "Bij een teler in Tiel sliepen plukkers in een koelcel.")
VERDICT = (
    "Vier jaar cel voor teler",
    "De rechtbank in Arnhem veroordeelt een teler. Zijn plukkers sliepen in een koelcel.",
)


def facts(told, kind, days=0, regions=TIEL, forms=()):
    return signature_of(*told, regions, forms, NewsKind(kind)), DAY + timedelta(days=days)


def same_case(one, other):
    return cases.same_case(one[0], other[0], one[1], other[1])


def test_an_arrest_and_the_judgment_on_it_are_one_case_with_reasons():
    found = same_case(facts(ARREST, "arrest"), facts(VERDICT, "verdict", 200))
    assert found.likely
    assert "beide gaan over Tiel" in found.reasons
    assert any("koelcel" in reason for reason in found.reasons), found.reasons


def test_the_order_in_which_two_texts_are_given_does_not_matter():
    one, other = facts(ARREST, "arrest"), facts(VERDICT, "verdict", 200)
    assert same_case(one, other) == same_case(other, one)


def test_the_same_ecli_is_the_same_case():
    text = "Lees de uitspraak ECLI:NL:RBGEL:2099:1234."
    found = same_case(facts(("Vonnis", text), "verdict"), facts(("Nog eens", text), "verdict", 2, regions=()))
    assert found.score == 1.0
    assert found.reasons == ("hetzelfde vonnis: ECLI:NL:RBGEL:2099:1234",)


def test_a_judgment_does_not_come_before_the_arrest():
    assert not same_case(facts(VERDICT, "verdict"), facts(ARREST, "arrest", 200)).likely


def test_a_court_elsewhere_makes_it_another_case():
    other = (VERDICT[0], VERDICT[1].replace("Arnhem", "Rotterdam"))
    assert not same_case(facts(ARREST, "arrest"), facts(other, "verdict", 200)).likely


def test_the_same_place_and_court_alone_are_no_case():
    other = ("Vonnis over roeiboten", "De rechtbank in Arnhem oordeelt over gestolen roeiboten in Tiel.")
    assert not same_case(facts(ARREST, "arrest"), facts(other, "verdict", 200)).likely


def test_a_name_that_two_texts_share_counts_for_nothing():
    one = ("Zitting maandag", "Op een zitting in Tiel zag men {}.")
    other = ("Vonnis dinsdag", "Bij het vonnis in Tiel was {} weg.")
    named, unnamed = (
        same_case(*(facts((title, text.format(who)), kind, days) for (title, text), kind, days, who in told))
        for told in (
            [(one, "hearing", 0, "Dirkje Voorbeeldsma"), (other, "verdict", 40, "Dirkje Voorbeeldsma")],
            [(one, "hearing", 0, "Dirkje Voorbeeldsma"), (other, "verdict", 40, "Klaasje Anderssema")],
        )
    )
    assert named.score == unnamed.score, "a name is never the key of a case"
    assert "voorbeeldsma" not in " ".join(named.reasons).lower()


def test_no_case_is_looked_for_by_a_name():
    (plain, _), (named, _) = (
        facts((ARREST[0], f"{ARREST[1]} {who}"), "arrest") for who in ("Hij zwijgt.", "Hij heet Dirkje Voorbeeldsma.")
    )
    names = {mark.key for mark in named.marks if mark.key % KINDS == Of.NAME}
    assert names, "this text names somebody"
    assert set(case_keys(named)) == set(case_keys(plain))


def test_another_form_of_exploitation_speaks_against_one_case():
    one, other = facts(ARREST, "arrest", forms=[Form.LABOUR]), facts(VERDICT, "verdict", 200, forms=[Form.SEXUAL])
    assert same_case(one, other).score < same_case(facts(ARREST, "arrest"), facts(VERDICT, "verdict", 200)).score


def test_a_day_that_was_announced_speaks_for_one_case():
    told = facts((ARREST[0], f"{ARREST[1]} De rechter beslist op 2 april."), "hearing")
    reason = "de datum van de ene tekst staat aangekondigd in de andere"
    assert reason in same_case(told, facts(VERDICT, "verdict", 30)).reasons
    assert reason in same_case(told, facts(VERDICT, "verdict", 31)).reasons, "a newspaper tells it the next morning"
    assert reason not in same_case(told, facts(VERDICT, "verdict", 34)).reasons


def test_a_plan_is_no_step_of_a_case():
    plan = ("Gemeente maakt plan", "De gemeente Tiel maakt een plan tegen slapen in een koelcel door plukkers.")
    assert not same_case(facts(plan, "policy"), facts(plan, "research", 3)).likely


def test_a_hostile_text_costs_no_more_than_its_length():
    for text in ("1 mei " * 17_000, "ECLI:NL:RBGEL:2099:" * 5_000, "rechtbank " * 10_000, "31" * 50_000):
        start = time.process_time()
        cases.case_marks("Een kop", text, TIEL, "verdict")
        assert time.process_time() - start < 0.1, f"{text[:20]} costs too much"


def test_courts_are_known_by_name_town_and_number():
    assert [court.name for court in courts_in("De rechtbank in Leeuwarden deed uitspraak")] == ["noord nederland"]
    assert [court.name for court in courts_in("het gerechtshof Arnhem-Leeuwarden")] == ["hof arnhem leeuwarden"]
    assert [court.name for court in courts_in("ECLI:NL:RBOVE:2099:1")] == ["overijssel"]
    assert eclis_in("zie ECLI:NL:HR:2099:77.") == {"ECLI:NL:HR:2099:77"}
