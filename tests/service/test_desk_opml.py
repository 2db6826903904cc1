"""A list of sources in and out of the newsroom: seen first, kept when somebody says so, and visited by nobody yet."""

import html
import json
import re

import pytest

from store import sources
from store.values import Role
from tests.parts.desk import Desk, problem, words

PATH = "/redactie/bronnen/opml"
LIST = (
    '<?xml version="1.0" encoding="ISO-8859-1"?><opml version="2.0"><body>'
    '<outline text="Map"><outline text="Krant Één" xmlUrl="https://krant.example/rss"/></outline>'
    '<outline text="Krant nog eens" xmlUrl="https://krant.example/rss"/>'
    '<outline text="Kapot" xmlUrl="ftp://kapot.example/"/>'
    '<outline text="Bekend" xmlUrl="https://bron.example/omroep-proef.rss"/></body></opml>'
)


@pytest.fixture
def desk(store, settings, clock):
    made = Desk(store, settings, clock)
    made.sign_in(Role.EDITOR)
    return made


def kept(desk):
    with desk.store.reading() as session:
        return {each.key: each for each in sources.list_all(session)}


def choices(answer):
    return [html.unescape(each) for each in re.findall(r'name="kies" value="([^"]*)"', answer.text)]


@pytest.mark.parametrize("as_file", [True, False], ids=["file", "pasted"])
def test_a_list_is_shown_first_and_then_waits_to_be_checked(desk, as_file):
    given = (
        {"files": {"bestand": ("x.opml", LIST.encode(), "text/xml")}, "data": {"action": "bekijk", "tekst": ""}}
        if as_file
        else {"data": {"action": "bekijk", "tekst": LIST}}
    )
    answer = desk.client.post(PATH, **given)
    text = words(answer)
    assert answer.status_code == 200
    assert "1 nieuw, 3 niet mee te nemen." in text
    for why in ("staat twee keer in de lijst", "adres of naam klopt niet", "hebben we al"):
        assert why in text
    assert list(kept(desk)) == ["omroep-proef"], "looking at a list keeps nothing"
    (value,) = choices(answer)
    for _ in range(2):
        again = desk.client.post(PATH, data={"action": "bewaar", "kies": value})
        assert again.headers["location"] == "/redactie/bronnen?melding=bronnen-lijst"
    found = kept(desk)
    assert sorted(found) == ["krant-een", "omroep-proef"]
    new = found["krant-een"]
    assert (new.name, new.paused, new.checked) == ("Krant Één", True, False)


def test_our_own_list_brings_in_nothing_new(desk):
    answer = desk.client.get(f"{PATH}/uit")
    assert answer.headers["content-disposition"] == 'attachment; filename="bronnen.opml"'
    seen = desk.client.post(PATH, data={"action": "bekijk", "tekst": answer.text})
    assert "0 nieuw, 1 niet mee te nemen." in words(seen)


@pytest.mark.parametrize(
    "fields",
    [
        {"tekst": ""},
        {"tekst": "Beste lezer"},
        {"tekst": "<html><body/></html>"},
        {"tekst": '<!DOCTYPE opml [<!ENTITY a "b">]><opml><outline xmlUrl="https://a.example/&a;"/></opml>'},
        {"tekst": "<opml>\x00\ud7ff"},
        {"action": "bewaar"},
        {"action": "bewaar", "kies": "onzin"},
        {"action": "bewaar", "kies": json.dumps(["Naam", "javascript:alert(1)"])},
        {"action": "bewaar", "kies": json.dumps(["om\u202egekeerd", "https://a.example/"])},
        {"action": "bewaar", "kies": json.dumps(["Naam", {}])},
        {"action": "bewaar", "kies": [json.dumps(["Goed", "https://goed.example/"]), "5"]},
        {"action": "bekijk", "sleutel": "x"},
    ],
)
def test_what_is_no_list_is_explained_and_keeps_nothing(desk, fields):
    answer = desk.client.post(PATH, data={"action": "bekijk"} | fields)
    if "tekst" in fields and "\x00" in fields["tekst"] and answer.status_code == 200:
        assert "0 nieuw" in words(answer)
    else:
        assert answer.status_code == 422, words(answer)
        assert problem(answer)
    assert list(kept(desk)) == ["omroep-proef"]


def test_another_file_field_is_refused(desk):
    answer = desk.client.post(PATH, data={"action": "bekijk"}, files={"anders": ("x", b"<opml/>", "text/xml")})
    assert answer.status_code == 422
    assert list(kept(desk)) == ["omroep-proef"]
