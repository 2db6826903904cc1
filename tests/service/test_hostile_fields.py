"""Whatever stands in a field of a form or in an address, the answer is never an error of ours, on either database."""

from urllib.parse import quote

import pytest

from store.values import Role
from tests.parts import samples
from tests.parts.desk import Desk

VALUES = {
    "nul": "a\x00b",
    "controls": "\x01\x1b[31m\x7f\x85",
    "reversed": "\u202eabc\u2066",
    "long": "x" * 20_000,
    "half": b"\xed\xa0\x80\xff",
    "number": "9" * 400,
    "digits": "²٣",
    "date": "0001-01-01",
    "template": "{{7*7}}{% raw %}",
    "lines": "a\r\nSet-Cookie: b=c\r\n\r\n",
}
FORMS = {
    "/aanmelden": {"address": "lezer@post.example", "province": "Limburg"},
    "/redactie/inloggen": {"address": "a@b.example", "password": "een wachtwoord van niemand"},
    "/redactie/items/{item}/decision": {
        "verdict": "reject", "revision": "1", "reason": "off_topic", "privacy_checked": "1", "terug": "", "regio": "",
        "vorm": "", "bron": "", "soort": "", "q": "", "stapel": "", "na": "",
    },
    "/redactie/items/{item}/edit": {
        "revision": "1", "title": "Titel", "excerpt": "Tekst", "forms": "labour", "province_1": "Zeeland",
        "municipality_1": "", "place_1": "", "event": "1", "event_date": "2026-12-01", "event_start": "10:00",
        "event_last_date": "", "event_end": "", "event_all_day": "", "event_place": "", "event_signup": "",
        "event_status": "confirmed",
    },
    "/redactie/bronnen/toevoegen": {
        "url": "https://a.example/", "kind": "feed", "name": "Naam", "region": "Zeeland", "rights": "title",
        "action": "bewaar",
    },
    "/redactie/bronnen/omroep-proef": {"action": "pauze"},
    "/redactie/bronnen/omroep-proef/wijzig": {
        "action": "proef", "gelezen": "", "gezien": "", "name": "Naam", "url": "https://a.example/", "kind": "sitemap",
        "region": "Zeeland", "rights": "excerpt", "rights_evidence": "mail", "rights_checked_on": "2026-11-02",
        "pace": "30", "pace_min": "5", "pace_max": "600", "include": "een", "exclude": "twee", "optie_days": "14",
        "optie_include": "/nieuws/",
    },
    "/redactie/accounts": {"address": "c@d.example", "role": "editor", "scope": "Zeeland"},
    "/redactie/accounts/1/rol": {"role": "administrator", "scope": "Zeeland"},
    "/redactie/uitnodiging/onzin": {"address": "c@d.example", "password": "een wachtwoord van niemand"},
    "/redactie/inloggen/passkey": {"credential": "{}", "naar": ""},
    "/redactie/inloggen/code": {"code": "000000"},
    "/redactie/mijn-account/bevestig": {"password": "een wachtwoord van niemand", "naar": "accounts"},
    "/redactie/mijn-account/bevestig/passkey": {"credential": "{}", "naar": "accounts"},
    "/redactie/mijn-account/passkeys": {"name": "laptop", "credential": "{}"},
    "/redactie/mijn-account/passkeys/1/naam": {"name": "laptop"},
    "/redactie/mijn-account/app/bevestig": {"code": "000000"},
    "/redactie/mijn-account/wachtwoord": {"password": "kort"},
    "/redactie/mijn-account/sessies": {"sessie": "1"},
    "/redactie/mijn-account/toetsen": {"single_keys": "1"},
}  # fmt: skip
ADDRESSES = {
    "/nieuws": ("regio", "vorm", "bron", "van", "tot", "q", "na"),
    "/nieuws.rss": ("regio", "bron", "van", "tot", "q"),
    "/agenda": ("regio", "van", "tot", "q"),
    "/agenda.ics": ("bron", "van", "tot", "neutraal"),
    "/redactie": ("regio", "vorm", "bron", "soort", "q", "stapel", "na", "item", "melding"),
    "/redactie/openbaar": ("na",),
    "/redactie/geschiedenis": ("voor", "controle"),
    "/redactie/inloggen": ("melding",),
    "/redactie/mijn-account": ("melding",),
    "/redactie/mijn-account/bevestig": ("naar",),
}
PATHS = (
    "/nieuws/{}", "/agenda/{}", "/agenda/{}.ics", "/afmelden/{}", "/voorkeuren/{}", "/aanmelden/bevestigen/{}",
    "/redactie/items/{}", "/redactie/bronnen/{}", "/redactie/post/{}", "/redactie/uitnodiging/{}", "/static/{}", "/{}",
)  # fmt: skip


@pytest.fixture
def desk(store, settings, clock):
    made = Desk(store, settings, clock)
    made.sign_in(Role.ADMINISTRATOR)
    return made


@pytest.mark.parametrize("path", FORMS)
def test_no_value_in_a_form_makes_an_error_of_ours(desk, path):
    (item,) = desk.offer(samples.article())
    fields = FORMS[path]
    for name in fields:
        for kind, value in VALUES.items():
            answer = desk.client.post(path.format(item=item), data={**fields, name: value})
            assert answer.status_code < 500, f"{kind} in {name}"
            assert "set-cookie" not in answer.headers or "b=c" not in answer.headers["set-cookie"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_no_value_in_a_query_makes_an_error_of_ours(desk, path):
    for name in ADDRESSES[path]:
        for kind, value in VALUES.items():
            answer = desk.client.get(f"{path}?{name}={quote(value)[:1500]}")
            assert answer.status_code < 500, f"{kind} in {name}"


@pytest.mark.parametrize("path", PATHS)
def test_no_value_in_a_path_makes_an_error_of_ours(desk, path):
    for kind, value in VALUES.items():
        answer = desk.client.get(path.format(quote(value, safe="")[:1500]))
        assert answer.status_code < 500, kind
