"""The headers of TRUST.md 4.1, exactly, on every answer."""

import re

import pytest
from starlette.testclient import TestClient

from service.app import create_app, create_running
from tests.parts.config import settings_in
from tests.service.conftest import OURS

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src {connect}; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
FIXED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "microphone=(), midi=(), payment=(), usb=(), browsing-topics=()",
}
DOWNLOADS = (
    "text/calendar",
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/json",
)
NO_STORE = (
    "/hulp-en-melden",
    "/veilig-bezoek",
    "/aanmelden",
    "/correctie",
    "/tip",
    "/afmelden",
    "/voorkeuren",
    "/redactie",
    "/healthz",
    "/readyz",
)


def addresses(app):
    """Every route of the application with its parameters filled in, in every method, and some that do not exist."""
    routers = [included.original_router for included in app.routes if hasattr(included, "original_router")]
    routes = [route for router in routers for route in router.routes]
    assert len(routes) > 50, "this test must see every route; look how the framework keeps included routers now"
    for route in routes:
        path = re.sub(r"\{\w+\}", "1", route.path)
        yield from ((method, path) for method in sorted(route.methods))
    yield from [
        ("GET", "/bestaat-niet"), ("GET", "/static/style.css"), ("GET", "/static/bestaat-niet.css"), ("PUT", "/nieuws"),
        ("POST", "/nieuws"), ("DELETE", "/"), ("TRACE", "/"), ("GET", "/nieuws/1-x"), ("GET", "/static/..%2fpages"),
    ]  # fmt: skip


def check(response, path, *, https=False):
    where = f"{response.request.method} {path} -> {response.status_code}"
    headers = response.headers
    for name, value in FIXED.items():
        assert headers.get(name) == value, f"{where}: header {name}"
    kind = headers.get("content-type", "").partition(";")[0]
    if kind in DOWNLOADS:
        assert headers["content-security-policy"] == "default-src 'none'; form-action 'none'; sandbox", where
    else:
        connect = "'self'" if path.startswith("/redactie") else "'none'"
        end = "; upgrade-insecure-requests" if https else ""
        assert headers["content-security-policy"] == POLICY.format(connect=connect) + end, where
    assert ("strict-transport-security" in headers) is https, where
    if path.startswith(NO_STORE):
        assert headers["cache-control"] == "no-store", where
    else:
        assert headers["cache-control"] in {"public, max-age=60", "no-store"}, where
    if path.startswith("/redactie"):
        assert headers.get("x-robots-tag") == "noindex, nofollow", where
    else:
        assert "set-cookie" not in headers, f"{where}: the public site sets no cookie"
    assert "server" not in headers, where
    assert not [name for name in headers if name.startswith("access-control-")], where
    if kind.startswith("text/"):
        assert "charset=utf-8" in headers["content-type"].lower(), where


def test_every_route_and_every_error_has_the_headers(client):
    for method, path in addresses(client.app):
        check(client.request(method, path, headers=OURS), path)


def test_refused_requests_have_the_headers_too(client):
    check(client.get("/", headers={"Host": "kwaad.example"}), "/")
    check(
        client.post("/aanmelden", data={"address": "a@b.nl"}, headers={"Origin": "https://kwaad.example"}), "/aanmelden"
    )
    check(client.post("/aanmelden", content=b"x" * 600_000, headers=OURS), "/aanmelden")


def test_https_adds_transport_security(tmp_path, store, store_url, clock):
    settings = settings_in(tmp_path, store={"url": store_url}, site={"base_url": "https://signaal.example.nl"})
    app = create_app(create_running(settings, store, clock))
    with TestClient(app, base_url="https://signaal.example.nl", headers={"Accept-Encoding": "identity"}) as client:
        for path in ("/", "/redactie/inloggen", "/bestaat-niet"):
            response = client.get(path, follow_redirects=False)
            check(response, path, https=True)
            assert response.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"


def test_a_bug_gives_an_error_page_with_a_number_and_the_headers(running):
    app = create_app(running)

    @app.get("/kapot")
    def broken():
        raise ZeroDivisionError

    with TestClient(app, base_url="http://localhost:8000", raise_server_exceptions=False) as client:
        response = client.get("/kapot")
    check(response, "/kapot")
    assert response.status_code == 500
    assert "noem dan nummer" in response.text
    assert "ZeroDivision" not in response.text


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_the_frameworks_own_pages_are_off(client, path):
    assert client.get(path).status_code == 404
