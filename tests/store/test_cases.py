"""Cases: steps told by items, never a name, never public before their item, an acquittal over everything."""

from datetime import date

import pytest

from store import cases, chain, published_cases
from store.cases import CaseFacts
from store.errors import NotAllowedError, NotFoundError
from store.published import version
from store.values import CaseOutcome, Stage, Verdict
from tests.parts import samples
from tests.parts.newsroom import Newsroom

TILBURG = CaseFacts("Noord-Brabant", "Tilburg", "Rechtbank Zeeland-West-Brabant")
LISTS = {"municipalities": frozenset({"Tilburg"}), "courts": frozenset({"Rechtbank Zeeland-West-Brabant"})}


@pytest.fixture
def newsroom(store, now):
    return Newsroom(store, now)


def add(newsroom, guid, title, stage=Stage.ARREST, day=date(2026, 3, 2), case_id=None, public=True):
    item = samples.article(guid, title)
    item_id = newsroom.publish(item) if public else newsroom.offer(item)
    with newsroom.store.writing() as session:
        keep = {"account_id": newsroom.editor, "now": newsroom.now}
        if case_id is None:
            return item_id, cases.make(session, TILBURG, item_id, stage, day, **keep)
        cases.add_step(session, case_id, item_id, stage, day, **keep)
        return item_id, case_id


def public_case(newsroom, case_id):
    with newsroom.store.public() as connection:
        return published_cases.case(connection, case_id, newsroom.now)


def test_steps_stand_in_the_order_of_their_days(newsroom):
    _, case_id = add(newsroom, "eis", "Eis", Stage.DEMAND, date(2026, 9, 1))
    add(newsroom, "aanhouding", "Aanhouding", Stage.ARREST, date(2026, 3, 2), case_id)
    assert [step.stage for step in public_case(newsroom, case_id).steps] == [Stage.ARREST, Stage.DEMAND]


def test_a_step_is_not_public_before_its_item_is(newsroom):
    _, case_id = add(newsroom, "aanhouding", "Aanhouding")
    add(newsroom, "eis", "Geheime eis", Stage.DEMAND, date(2026, 9, 1), case_id, public=False)
    assert [step.item.title for step in public_case(newsroom, case_id).steps] == ["Aanhouding"]


def test_a_case_of_which_nothing_is_public_is_not_there(newsroom):
    item_id, case_id = add(newsroom, "aanhouding", "Aanhouding", public=False)
    assert public_case(newsroom, case_id) is None
    with newsroom.store.public() as connection:
        assert published_cases.cases(connection, newsroom.now) == ()
        assert published_cases.cases_of(connection, [item_id], newsroom.now) == {}


def test_a_withdrawn_item_takes_its_step_along(newsroom):
    item_id, case_id = add(newsroom, "aanhouding", "Aanhouding")
    newsroom.decide(item_id, Verdict.WITHDRAW)
    assert public_case(newsroom, case_id) is None


def test_an_acquittal_reaches_every_item_of_the_case(newsroom):
    first, case_id = add(newsroom, "aanhouding", "Aanhouding")
    second, _ = add(newsroom, "uitspraak", "Uitspraak", Stage.VERDICT, date(2026, 11, 2), case_id)
    with newsroom.store.writing() as session:
        cases.decide_outcome(
            session,
            case_id,
            CaseOutcome.ACQUITTED,
            date(2026, 11, 2),
            account_id=newsroom.editor,
            now=newsroom.now,
        )
    with newsroom.store.public() as connection:
        found = published_cases.cases_of(connection, [first, second], newsroom.now)
    assert {found[first].outcome, found[second].outcome} == {CaseOutcome.ACQUITTED}


def test_an_outcome_needs_its_day(newsroom):
    _, case_id = add(newsroom, "aanhouding", "Aanhouding")
    with pytest.raises(NotAllowedError, match="datum"), newsroom.store.writing() as session:
        cases.decide_outcome(
            session, case_id, CaseOutcome.CONVICTED, None, account_id=newsroom.editor, now=newsroom.now
        )


def test_one_item_tells_one_step_only(newsroom):
    item_id, case_id = add(newsroom, "aanhouding", "Aanhouding")
    with pytest.raises(NotAllowedError, match="hoort al bij een zaak"), newsroom.store.writing() as session:
        cases.add_step(
            session,
            case_id,
            item_id,
            Stage.DEMAND,
            date(2026, 9, 1),
            account_id=newsroom.editor,
            now=newsroom.now,
        )


def test_a_case_without_steps_is_over(newsroom):
    item_id, case_id = add(newsroom, "aanhouding", "Aanhouding")
    with newsroom.store.writing() as session:
        cases.remove_step(session, item_id, account_id=newsroom.editor, now=newsroom.now)
    with pytest.raises(NotFoundError), newsroom.store.reading() as session:
        cases.read(session, case_id)


def test_every_change_stands_in_the_history_and_makes_pages_new(newsroom):
    with newsroom.store.public() as connection:
        before = version(connection, newsroom.now).version
    item_id, _ = add(newsroom, "aanhouding", "Aanhouding")
    with newsroom.store.writing() as session:
        cases.change_step(
            session, item_id, Stage.PRO_FORMA, date(2026, 3, 9), account_id=newsroom.editor, now=newsroom.now
        )
    with newsroom.store.reading() as session:
        report = chain.verify(session)
    with newsroom.store.public() as connection:
        after = version(connection, newsroom.now).version
    assert report.ok, report.sentence
    assert report.length == 3, "approval, making the case and changing the step are three decisions"
    assert after >= before + 3


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (CaseFacts("Atlantis"), "provincie"),
        (CaseFacts("Utrecht", "Jan de Vries"), "gemeente"),
        (CaseFacts("Utrecht", "", "Rechtbank Jan de Vries"), "rechtbank"),
        (CaseFacts("Utrecht", "", "", "Jan de Vries"), "ECLI"),
        (CaseFacts("Utrecht", "", "", "ECLI:NL:RBAMS:2099:1 Jan"), "ECLI"),
    ],
)
def test_no_field_of_a_case_takes_a_name(facts, sentence):
    with pytest.raises(NotAllowedError, match=sentence):
        cases.fit(facts, **LISTS)


def test_fit_facts_are_taken_without_spaces():
    asked = CaseFacts(" Noord-Brabant ", "Tilburg ", "Rechtbank Zeeland-West-Brabant", " ecli:nl:rbzwb:2099:12 ")
    assert cases.fit(asked, **LISTS).ecli == "ECLI:NL:RBZWB:2099:12"


def test_cases_are_found_by_court_place_and_number(newsroom):
    _, case_id = add(newsroom, "aanhouding", "Aanhouding")
    with newsroom.store.reading() as session:
        assert [each.id for each in cases.recent(session, words="tilburg zeeland")] == [case_id]
        assert cases.recent(session, words="100%") == ()
        assert cases.recent(session, province="Drenthe") == ()
