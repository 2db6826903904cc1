"""Kept pages: same bytes, 304 when known, gone within a moment when something is withdrawn."""

import asyncio
import gzip
import time

import pytest

from service.page_cache import CHECK_EVERY, KEPT_WITHOUT_DATABASE, PageCache
from store.errors import UnavailableError
from store.values import Verdict
from tests.parts import samples
from tests.parts.desk import Desk
from tests.parts.newsroom import UNDO, Newsroom


@pytest.fixture
def newsroom(store, now):
    return Newsroom(store, now)


def after_the_next_look(client, path="/nieuws"):
    """The page as it is once the cache has asked for the version again."""
    time.sleep(CHECK_EVERY + 0.05)
    return client.get(path)


def test_a_page_that_a_browser_has_already_is_not_sent_again(client):
    first = client.get("/nieuws")
    again = client.get("/nieuws", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


def test_packed_and_plain_pages_have_the_same_text_and_their_own_etag(client):
    plain = client.get("/nieuws")
    with client.stream("GET", "/nieuws", headers={"Accept-Encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
    assert gzip.decompress(raw) == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in packed.headers["vary"]


def test_head_gives_the_headers_of_get_without_a_body(client):
    get, head = client.get("/nieuws"), client.head("/nieuws")
    assert head.content == b""
    assert head.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize(
    "odd",
    [
        {"Cookie": "sid=1; a=<script>"},
        {"User-Agent": "<x>"},
        {"Accept-Language": "en"},
        {"Referer": "https://x.example/"},
    ],
)
def test_nothing_a_reader_sends_changes_a_public_page(client, odd):
    clean = client.get("/nieuws").content
    assert client.get("/nieuws", headers=odd).content == clean


def test_an_item_appears_by_itself_when_its_window_ends_and_goes_at_once_when_withdrawn(client, newsroom, clock):
    title = samples.article().title
    assert title not in client.get("/nieuws").text
    made = newsroom.decide(newsroom.offer(samples.article()), Verdict.APPROVE)
    assert title not in after_the_next_look(client).text
    clock.advance(seconds=UNDO)
    assert title in after_the_next_look(client).text
    newsroom.decide(made.item_id, Verdict.WITHDRAW, revision=made.revision_id, later=UNDO + 1)
    clock.advance(seconds=1)
    for path in ("/nieuws", "/", "/nieuws.rss", "/nieuws.atom", "/nieuws.json", "/sitemap.xml"):
        assert title not in after_the_next_look(client, path).text, f"{path} still shows a withdrawn item"
    gone = client.get(f"/nieuws/{made.item_id}-inval-bij-een-bedrijf-in-tilburg")
    assert gone.status_code == 410
    assert title not in gone.text


def test_what_an_editor_takes_away_is_gone_when_the_editor_has_the_answer(store, settings, clock):
    desk = Desk(store, settings, clock)
    desk.sign_in()
    (item,) = desk.offer(samples.article())
    assert desk.decide(item, "approve").status_code == 303
    clock.advance(seconds=settings.desk.undo_seconds + 1)
    path = f"/nieuws/{item}-inval-bij-een-bedrijf-in-tilburg"
    paths = (path, "/nieuws", "/nieuws.rss")
    kept = {each: after_the_next_look(desk.client, each) for each in paths}
    assert all(samples.article().title in page.text for page in kept.values())
    time.sleep(CHECK_EVERY + 0.05)
    desk.client.get("/nieuws")  # The cache looks now, and would not look again for a moment.
    assert desk.decide(item, "withdraw").status_code == 303
    for each in paths:
        again = desk.client.get(each, headers={"If-None-Match": kept[each].headers["etag"]})
        assert again.status_code == (410 if each == path else 200), f"{each} still answers from the kept pages"
        assert samples.article().title not in again.text, f"{each} still shows a withdrawn item"


def test_error_pages_are_not_kept(client, newsroom, clock):
    path = "/nieuws/1-inval-bij-een-bedrijf-in-tilburg"
    assert client.get(path).status_code == 404
    newsroom.publish(samples.article())
    assert after_the_next_look(client, path).status_code == 200


@pytest.fixture
def lose_database(store, request):
    """A function that takes the database away, as a failing disk or a server that stops does."""
    name = store.url.rpartition("/")[2]

    def lose():
        if store.file is not None:
            store.close()
            store.file.rename(store.file.with_suffix(".away"))
            store.file.mkdir()
            return
        cluster = request.getfixturevalue("cluster")
        cluster.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        cluster.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    yield lose
    if store.file is None:
        request.getfixturevalue("cluster").run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def test_kept_pages_stay_up_and_the_others_say_try_again_while_the_database_is_away(client, lose_database):
    """INV-18: no error on a public page that we still have."""
    kept = client.get("/nieuws")
    assert kept.status_code == 200
    lose_database()
    again = after_the_next_look(client)
    assert (again.status_code, again.content) == (200, kept.content), "a page that is kept needs no database"
    other = client.get("/agenda")
    assert other.status_code == 503
    assert "Probeer het over een minuut opnieuw" in other.text, "an error page is in Dutch and in our own form"
    assert "default-src 'none'" in other.headers["content-security-policy"]


def test_without_a_database_a_page_is_kept_less_than_a_minute():
    """INV-7: somebody may have withdrawn it elsewhere, and we cannot know."""
    seconds, there = 0.0, True

    def version():
        if not there:
            raise UnavailableError("The database does not answer.")
        return "1"

    async def site(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200 if there else 503, "headers": []})
        await send({"type": "http.response.body", "body": b"nieuws"})

    cache = PageCache(site, version=version, seconds=lambda: seconds)

    def status():
        answers = []

        async def send(message):
            answers.append(message)

        scope = {"type": "http", "method": "GET", "path": "/nieuws", "query_string": b"", "headers": []}
        asyncio.run(cache(scope, None, send))
        return answers[0]["status"]

    assert status() == 200
    there = False
    for seconds, expected in [(1.0, 200), (KEPT_WITHOUT_DATABASE - 1, 200), (KEPT_WITHOUT_DATABASE + 1, 503)]:
        assert status() == expected, f"after {seconds} seconds without a database"
    assert KEPT_WITHOUT_DATABASE < 60
