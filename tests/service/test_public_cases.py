"""Case pages: the line of steps, its banner, nothing of what is not public, and no page for a case without steps."""

from datetime import date

import pytest

from store import cases
from store.cases import CaseFacts
from store.values import CaseOutcome, Stage
from tests.parts import samples
from tests.parts.newsroom import Newsroom

TILBURG = CaseFacts("Noord-Brabant", "Tilburg", "Rechtbank Zeeland-West-Brabant")


@pytest.fixture
def newsroom(store, now):
    return Newsroom(store, now)


def make(newsroom, item_id, stage=Stage.ARREST, day=date(2026, 3, 2)):
    with newsroom.store.writing() as session:
        return cases.make(session, TILBURG, item_id, stage, day, account_id=newsroom.editor, now=newsroom.now)


def test_a_case_shows_its_public_steps_and_links_to_them(client, newsroom):
    shown = newsroom.publish(samples.article("een", "Aanhouding in Tilburg"))
    hidden = newsroom.offer(samples.article("twee", "Zzq geheime stap"))
    case_id = make(newsroom, shown)
    with newsroom.store.writing() as session:
        cases.add_step(
            session, case_id, hidden, Stage.DEMAND, date(2026, 9, 1), account_id=newsroom.editor, now=newsroom.now
        )
    path = f"/zaken/{case_id}-zaak-in-tilburg-2026-rechtbank-zeeland-west-brabant"
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Aanhouding in Tilburg" in answer.text
    assert "Zzq" not in answer.text
    assert "strafeis" not in answer.text.lower()
    assert client.get(f"/zaken/{case_id}").headers["location"] == path
    assert path in client.get("/zaken").text
    assert path in client.get(f"/nieuws/{shown}-aanhouding-in-tilburg").text


def test_an_acquittal_stands_above_the_case_and_above_its_items(client, newsroom):
    shown = newsroom.publish(samples.article("een", "Aanhouding in Tilburg"))
    case_id = make(newsroom, shown)
    with newsroom.store.writing() as session:
        cases.decide_outcome(
            session,
            case_id,
            CaseOutcome.ACQUITTED,
            date(2026, 11, 2),
            account_id=newsroom.editor,
            now=newsroom.now,
        )
    for path in (f"/zaken/{case_id}", f"/nieuws/{shown}"):
        text = client.get(path, follow_redirects=True).text
        assert "Vrijgesproken." in text, path
        assert "2 november 2026" in text, path


@pytest.mark.parametrize("name", ["1", "999-zaak", "abc", "9" * 40])
def test_a_case_that_is_not_public_is_not_found(client, newsroom, name):
    make(newsroom, newsroom.offer(samples.article("een", "Nog niet goedgekeurd")))
    assert client.get(f"/zaken/{name}").status_code == 404


def test_the_list_says_what_will_come_when_there_is_nothing_yet(client):
    answer = client.get("/zaken")
    assert answer.status_code == 200
    assert "Er staat nog geen zaak" in answer.text
    assert client.get("/zaken?regio=Atlantis").status_code == 400
