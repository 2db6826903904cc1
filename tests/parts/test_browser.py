"""The browser sees pages as a reader does, and what a page complains about comes out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.demo.server import Answer, Asked, Listener

POLICY = (("Content-Security-Policy", "default-src 'self'; base-uri 'none'"),)
PAGES = {
    "/": "<!doctype html><title>Goed</title><h1>Goed</h1>",
    "/script": "<!doctype html><title>Fout</title><script>document.title = 'gehackt'</script>",
    "/elders": '<!doctype html><title>Elders</title><img alt="" src="http://127.0.0.2:9/x.png">',
    "/weg": "<!doctype html><title>Weg</title><img alt='' src='/ontbreekt.png'>",
    "/zonder": "<!doctype html><title>Zonder</title><noscript><p>zonder script</p></noscript>",
}


def tell(asked: Asked) -> Answer:
    if asked.path == "/favicon.ico":
        return Answer(body=b"", type="image/x-icon")
    page = PAGES.get(asked.path)
    if page is None:
        return Answer(status=410, body=b"<!doctype html><title>Weg</title>", headers=POLICY)
    return Answer(body=page.encode(), headers=POLICY)


@pytest.fixture
def site() -> Iterator[str]:
    listener = Listener(tell)
    yield listener.url("")
    listener.stop()


def complaints_of(new_visitor, site: str, path: str) -> str:
    visitor = new_visitor(site)
    visitor.open(path)
    visitor.page.wait_for_load_state("networkidle")
    with pytest.raises(AssertionError) as failed:
        visitor.check()
    visitor.complaints.clear()
    visitor._failed.clear()
    return str(failed.value)


def test_a_good_page_gives_no_complaint(site, new_visitor):
    visitor = new_visitor(site)
    assert visitor.open("/").status == 200
    assert visitor.page.title() == "Goed"
    visitor.check()


def test_a_page_that_rightly_says_410_is_no_complaint(site, new_visitor):
    visitor = new_visitor(site)
    assert visitor.open("/niets").status == 410
    visitor.check()


def test_an_inline_script_is_stopped_by_the_policy_and_reported(site, new_visitor):
    assert "Content Security Policy" in complaints_of(new_visitor, site, "/script")


def test_a_request_to_another_host_is_reported(site, new_visitor):
    # The policy stops this picture; that it was asked for is enough.
    assert "127.0.0.2:9" in complaints_of(new_visitor, site, "/elders")


def test_a_missing_picture_is_reported(site, new_visitor):
    assert "ontbreekt.png" in complaints_of(new_visitor, site, "/weg")


def test_a_visitor_can_come_without_javascript_and_from_a_phone(site, new_visitor):
    visitor = new_visitor(site, javascript=False, viewport={"width": 320, "height": 640})
    visitor.open("/zonder")
    assert visitor.page.get_by_text("zonder script").is_visible()
    assert visitor.page.viewport_size == {"width": 320, "height": 640}
