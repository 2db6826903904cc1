"""Before every handler: our host, our own forms, a body of a sensible size."""

import pytest

from tests.service.conftest import OURS

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_both_names_of_loopback_are_ours(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "kwaad.example",
        "localhost:8001",
        "localhost",
        "127.0.0.1:8000@kwaad.example",
        "",
        "localhost:8000.kwaad.example",
    ],
)
def test_another_host_is_misdirected(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 421


def test_a_forwarded_host_changes_nothing(client):
    page = client.get("/nieuws", headers={"X-Forwarded-Host": "kwaad.example", "Forwarded": "host=kwaad.example"})
    assert page.status_code == 200
    assert "kwaad" not in page.text


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://kwaad.example"},
        {"Origin": "http://localhost:8000.kwaad.example"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "https://localhost:8000"},
        {"Sec-Fetch-Site": "cross-site", **OURS},
        {"Sec-Fetch-Site": "same-site", **OURS},
    ],
)
@pytest.mark.parametrize("path", ["/aanmelden", "/redactie/inloggen", "/redactie/items/1/decision", "/bestaat-niet"])
def test_a_form_from_elsewhere_is_refused(client, sent, path):
    assert client.post(path, content=b"a=b", headers={**FORM, **sent}).status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "application/xml", ""])
def test_only_forms_are_taken(client, kind):
    assert client.post("/aanmelden", content=b"{}", headers={**OURS, "Content-Type": kind}).status_code == 415


@pytest.mark.parametrize("sent", [OURS, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}])
def test_our_own_form_comes_through(client, sent):
    assert client.post("/bestaat-niet", content=b"a=b", headers={**FORM, **sent}).status_code == 404


def test_a_large_body_is_refused(client):
    assert client.post("/aanmelden", content=b"a=" + b"x" * 600_000, headers={**FORM, **OURS}).status_code == 413


def test_a_large_body_without_a_length_is_refused(client):
    def pieces():
        for _ in range(700):
            yield b"x" * 1000

    assert client.post("/redactie/inloggen", content=pieces(), headers={**FORM, **OURS}).status_code == 413


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND"])
def test_other_methods_are_refused(client, method):
    assert client.request(method, "/", headers=OURS).status_code == 405


@pytest.mark.parametrize("charset", ["unicode_escape", "utf-7", "utf-16", "hex", "onzin"])
@pytest.mark.parametrize("path", ["/aanmelden", "/redactie/inloggen"])
def test_a_form_is_utf_8_or_it_is_no_form_of_ours(client, path, charset):
    """Some charsets can spell half a letter, which no page and no database can hold."""
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    body = b'--x\r\nContent-Disposition: form-data; name="address"\r\n\r\n\\ud800@a.example\r\n--x--\r\n'
    answer = client.post(path, content=body, headers={**OURS, "Content-Type": kind})
    assert answer.status_code == 415
    assert "formulier" in answer.text


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", '; charset="UTF-8"'])
def test_a_form_that_says_it_is_utf_8_comes_through(client, charset):
    kind = f"multipart/form-data; boundary=x{charset}"
    body = '--x\r\nContent-Disposition: form-data; name="address"\r\n\r\nlezer@café.example\r\n--x--\r\n'.encode()
    assert client.post("/aanmelden", content=body, headers={**OURS, "Content-Type": kind}).status_code == 200


@pytest.mark.parametrize("body", [b"geen formulier", b"--y\r\n\r\n--y--"])
def test_a_form_that_cannot_be_read_is_said_in_dutch(client, body):
    kind = "multipart/form-data; boundary=x"
    answer = client.post("/aanmelden", content=body, headers={**OURS, "Content-Type": kind})
    assert 400 <= answer.status_code < 500
    assert "boundary" not in answer.text
    assert "parsing" not in answer.text
    assert "formulier" in answer.text
