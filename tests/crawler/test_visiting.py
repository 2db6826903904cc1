"""What a visit makes of what it gets: causes, leads, vanished events, reserved texts, pages, and one fetch for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

import crawler
from crawler import limits
from crawler.fetch import Fetcher
from crawler.leases import Leases
from crawler.parsers import Parsers
from crawler.visit import Visitor
from crawler.writer import Writer
from service.demo.server import Answer, Asked, Listener
from store import sources, vanishing
from store.hosts import LeaseLostError
from store.tables import Item, Revision, RevisionEvent
from store.values import Cause, EventStatus, Outcome, Rights, SourceKind, State
from tests.crawler.crawling import add, items_of, last_visit, with_fetcher
from tests.world.answers import RSS, good_feed

LOGIN = "<!doctype html><title>Inloggen</title><form><input name=naam><input type='password' name=woord></form>"
FREE = {"/robots.txt": "User-agent: *\nAllow: /\n"}
TDM = Answer(body=b'[{"location": "/", "tdm-reservation": 1}]', type="application/json")
NEVER = Answer(status=404)
RSS_OF = '<?xml version="1.0"?><rss version="2.0"><channel><title>Krant</title>{}</channel></rss>'


@contextmanager
def serving(pages: dict[str, Any]) -> Iterator[Listener]:
    """A site of these pages: text, an answer, or a function that makes one; anything else is 404."""

    def answer(asked: Asked) -> Answer:
        told = pages.get(asked.path, FREE.get(asked.path, NEVER))
        told = told(asked) if isinstance(told, Callable) else told
        return told if isinstance(told, Answer) else Answer(body=told if isinstance(told, bytes) else told.encode())

    listener = Listener(answer)
    try:
        yield listener
    finally:
        listener.stop()


def feed(body: bytes | None = None, *headers: tuple[str, str]) -> Answer:
    return Answer(body=good_feed() if body is None else body, type=RSS, headers=headers)


def asked_for(site: Listener, path: str) -> int:
    return sum(seen.path == path for seen in site.requests)


def newest(store: Any) -> list[Revision]:
    with store.reading() as session:
        joined = select(Revision).join(Item, col(Item.current_revision_id) == col(Revision.id)).order_by(col(Item.id))
        return list(session.exec(joined))


# --- one address, several sources ---


def test_sources_that_share_an_address_are_fetched_once_and_visited_each(sqlite_settings, sqlite_store, now):
    with serving({"/feed": feed()}) as site:
        add(sqlite_store, now, site.url("/feed"), "utrecht", region="Utrecht")
        add(sqlite_store, now, site.url("/feed") + "?utm_source=x#top", "zeeland", region="Zeeland")
        done = crawler.run_due(sqlite_settings, sqlite_store, now=now)
        again = crawler.run_due(sqlite_settings, sqlite_store, now=now + timedelta(hours=2))
        assert asked_for(site, "/feed") == 2, "one fetch per crawl, whatever number of sources share the address"
    assert {visit.key: visit.new for visit in done.visits} == {"utrecht": 3, "zeeland": 3}
    assert {visit.outcome for visit in again.visits} == {Outcome.UNCHANGED}
    assert len(items_of(sqlite_store)) == 6


def test_a_server_that_goes_on_saying_that_nothing_changed_is_not_believed_longer_than_a_day(
    sqlite_settings, sqlite_store, now
):
    """Some servers answer 304 to whoever asks with an ETag, whatever is new there: their news would never come in."""

    def stuck(asked: Asked) -> Answer:
        if "if-none-match" in asked.headers:
            return Answer(status=304)
        body = RSS_OF.format("".join(f"<item><title>Bericht {each}</title></item>" for each in range(len(told) + 1)))
        told.append(body)
        return feed(body.encode(), ("ETag", '"altijd-dezelfde"'))

    told: list[str] = []
    with serving({"/feed": stuck}) as site:
        add(sqlite_store, now, site.url("/feed"))
        for hours in (0, 1, 24, 25, 26):
            crawler.run_due(sqlite_settings, sqlite_store, now=now + timedelta(hours=hours), keys=("bron",))
        assert len(told) == 2, f"asked for the whole document {len(told)} times in a day and some hours, not twice"
    assert len(items_of(sqlite_store)) == 2, "what the server kept from us did not come in the next day"


def test_sources_that_know_different_versions_ask_for_the_whole_document(sqlite_settings, sqlite_store, now):
    with serving({"/feed": feed()}) as site:
        add(sqlite_store, now, site.url("/feed"), "oud")
        crawler.run_due(sqlite_settings, sqlite_store, now=now)
        later = now + timedelta(hours=2)
        add(sqlite_store, later, site.url("/feed"), "nieuw")
        done = crawler.run_due(sqlite_settings, sqlite_store, now=later)
        assert asked_for(site, "/feed") == 2
    found = {visit.key: visit.outcome for visit in done.visits}
    assert found == {"oud": Outcome.UNCHANGED, "nieuw": Outcome.OK}, "the hash says for each what is new to it"


# --- what kept a visit from bringing what it should ---


@pytest.mark.parametrize(
    ("told", "values", "outcome", "cause"),
    [
        (LOGIN, {}, Outcome.NOT_A_FEED, Cause.LOGIN),
        ("<!doctype html><title>Welkom</title><p>Nieuws</p>", {}, Outcome.NOT_A_FEED, Cause.NOT_OURS),
        ("", {}, Outcome.NOT_A_FEED, Cause.NOT_OURS),
        (good_feed()[:-300], {}, Outcome.BROKEN, Cause.CUT),
        (good_feed(), {"exclude": ["politie"]}, Outcome.OK, Cause.FILTERED),
        (good_feed(), {"exclude": ["nummer 2"]}, Outcome.OK, None),
        (good_feed(), {"options": {"onzin": 1}}, Outcome.BROKEN, Cause.OPTIONS),
        ("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", {"kind": SourceKind.CALENDAR}, Outcome.EMPTY, None),
        ("<!doctype html><p>Verbouwd", {"kind": SourceKind.EVENTS}, Outcome.EMPTY, Cause.DRIFT),
    ],
    ids=["login", "page", "empty", "cut", "filtered", "one-filtered", "options", "calm-calendar", "rebuilt"],
)
def test_a_visit_says_why_it_did_not_bring_what_it_should(
    sqlite_settings, sqlite_store, now, told, values, outcome, cause
):
    with serving({"/bron": told}) as site:
        add(sqlite_store, now, site.url("/bron"), **values)
        crawler.run_due(sqlite_settings, sqlite_store, now=now)
    visit = last_visit(sqlite_store)
    assert (visit.outcome, visit.cause) == (outcome, cause), visit.sentence


def test_a_visit_counts_what_its_entries_had(sqlite_settings, sqlite_store, now):
    body = good_feed().replace(b"<link>http://bron.example.nl/nieuws/2</link>", b"")
    with serving({"/feed": feed(body)}) as site:
        add(sqlite_store, now, site.url("/feed"), exclude=["nummer 3"])
        crawler.run_due(sqlite_settings, sqlite_store, now=now)
    visit = last_visit(sqlite_store)
    assert (visit.entries, visit.dated, visit.linked, visit.worded, visit.filtered) == (3, 3, 2, 3, 1)


def test_a_document_that_ends_its_parser_costs_its_own_source_a_visit(sqlite_settings, sqlite_store, now):
    """The parsers get so little time that every document is too much for them."""

    async def work(fetcher: Fetcher) -> Any:
        leases = Leases(sqlite_store, "toets", lambda: now)
        parsers = Parsers(count=1, seconds=0.000_1)
        try:
            [due] = leases.claim_due(None, 1)
            fetcher.turns.took([due.host])
            return await Visitor(fetcher, leases, parsers, Writer(sqlite_store)).visit([due])
        finally:
            await parsers.close()

    with serving({"/feed": feed()}) as site:
        add(sqlite_store, now, site.url("/feed"))
        [line] = with_fetcher(sqlite_settings, sqlite_store, now, work)
    visit = last_visit(sqlite_store)
    assert (line.outcome, visit.cause) == (Outcome.REFUSED, Cause.BOMB)
    assert "vastlopen" in visit.sentence
    assert "opnieuw" in visit.sentence


# --- reserved texts ---


@pytest.mark.parametrize(
    "pages",
    [
        {"/feed": feed(None, ("tdm-reservation", "1"))},
        {"/feed": feed(), "/.well-known/tdmrep.json": TDM},
    ],
    ids=["header", "well-known"],
)
def test_of_a_reserved_source_title_and_link_are_all_that_is_kept(sqlite_settings, sqlite_store, now, pages):
    with serving(pages) as site:
        add(sqlite_store, now, site.url("/feed"), rights=Rights.FULLTEXT_INTERNAL)
        crawler.run_due(sqlite_settings, sqlite_store, now=now)
    rows = newest(sqlite_store)
    assert [row.title for row in rows] == [f"Bericht {n} over mensenhandel" for n in (1, 2, 3)]
    assert all(row.url for row in rows)
    assert {(row.text, row.excerpt) for row in rows} == {("", "")}
    with sqlite_store.engine.connect() as connection:
        raw = b"".join(
            str(row).encode()
            for table in ("revision", "item", "visit")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
        )
    assert b"verdachte nummer" not in raw, "a reserved text stands in the database"
    visit = last_visit(sqlite_store)
    assert visit.reserved
    assert "alleen titel en link" in visit.sentence
    with sqlite_store.reading() as session:
        assert {item.page for item in session.exec(select(Item))} == {None}, "a reserved source's pages are left alone"


# --- leads ---


def sitemap(site: str, count: int, changed: str = "2026-11-24T08:00:00Z") -> str:
    rows = "".join(
        f"<url><loc>{site}/nieuws/{number}</loc><lastmod>{changed}</lastmod></url>" for number in range(count)
    )
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


def article(number: int) -> str:
    return (
        f"<!doctype html><title>Bericht {number}</title><article><h1>Bericht {number} over uitbuiting</h1>"
        f"<p>{'De politie onderzoekt arbeidsuitbuiting in de regio. ' * 12}</p></article>"
    )


def test_what_a_sitemap_leads_to_is_read_in_turns_and_the_rest_is_counted(sqlite_settings, sqlite_store, now):
    count = limits.LEADS + 5
    pages: dict[str, Any] = {f"/nieuws/{number}": article(number) for number in range(count)}
    del pages["/nieuws/3"]
    with serving(pages) as site:
        pages["/sitemap.xml"] = sitemap(site.url("").rstrip("/"), count)
        add(sqlite_store, now, site.url("/sitemap.xml"), kind=SourceKind.SITEMAP)
        crawler.run_due(sqlite_settings, sqlite_store, now=now)
        first = last_visit(sqlite_store)
        assert (first.outcome, first.entries, first.new, first.left) == (Outcome.OK, limits.LEADS - 1, 19, 5)
        assert "5 pagina's lezen we de volgende keer." in first.sentence
        assert "1 pagina konden we niet lezen." in first.sentence
        crawler.run_due(sqlite_settings, sqlite_store, now=now + timedelta(hours=2))
        second = last_visit(sqlite_store)
        assert (second.entries, second.new, second.left) == (5, 5, 0), (
            "what we know and did not change is not asked again"
        )
        assert asked_for(site, "/nieuws/0") == 1
        assert asked_for(site, "/sitemap.xml") == 2
    assert len(items_of(sqlite_store)) == count - 1


def test_the_pages_behind_a_sitemap_are_asked_one_by_one(sqlite_store, now, sqlite_settings):
    pages: dict[str, Any] = {
        f"/nieuws/{number}": Answer(body=article(number).encode(), after=0.02) for number in range(6)
    }
    with serving(pages) as site:
        pages["/sitemap.xml"] = sitemap(site.url("").rstrip("/"), 6)
        add(sqlite_store, now, site.url("/sitemap.xml"), kind=SourceKind.SITEMAP)
        crawler.run_due(sqlite_settings, sqlite_store, now=now)
        for earlier, later in zip(site.requests, site.requests[1:], strict=False):
            assert earlier.ended is not None
            assert later.started >= earlier.ended, f"{later.path} was asked while {earlier.path} was not done"
    assert len(items_of(sqlite_store)) == 6


# --- events that vanish ---


def calendar(*numbers: int) -> str:
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{number}\r\nDTSTAMP:20261101T100000Z\r\nDTSTART:20261201T1{number}0000Z\r\n"
        f"SUMMARY:Bijeenkomst {number} over mensenhandel\r\nEND:VEVENT\r\n"
        for number in numbers
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//toets//NL\r\n{events}END:VCALENDAR\r\n"


def states(store: Any) -> list[tuple[str, EventStatus]]:
    with store.reading() as session:
        joined = (
            select(Item.guid, RevisionEvent.status)
            .join(RevisionEvent, col(RevisionEvent.revision_id) == col(Item.current_revision_id))
            .order_by(col(Item.guid))
        )
        return [(guid, EventStatus(status)) for guid, status in session.exec(joined)]


def test_an_event_that_a_calendar_shows_no_longer_waits_for_an_editor_as_cancelled(settings, store, now):
    pages: dict[str, Any] = {"/agenda.ics": calendar(1, 2, 3, 4)}
    with serving(pages) as site:
        add(store, now, site.url("/agenda.ics"), kind=SourceKind.CALENDAR)
        crawler.run_due(settings, store, now=now)
        pages["/agenda.ics"] = calendar(1, 2, 3)
        crawler.run_due(settings, store, now=now + timedelta(hours=2))
    visit = last_visit(store)
    assert (visit.outcome, visit.cause, visit.vanished) == (Outcome.OK, None, 1)
    assert "1 afspraak staat niet meer in de agenda; een redacteur beslist." in visit.sentence
    assert [status for _, status in states(store)] == [EventStatus.CONFIRMED] * 3 + [EventStatus.CANCELLED]
    with store.reading() as session:
        assert {item.state for item in session.exec(select(Item))} == {State.PENDING}


def test_when_most_events_vanish_at_once_nothing_is_believed_until_somebody_looked(settings, store, now):
    pages: dict[str, Any] = {"/agenda.ics": calendar(1, 2, 3, 4)}
    with serving(pages) as site:
        add(store, now, site.url("/agenda.ics"), kind=SourceKind.CALENDAR)
        crawler.run_due(settings, store, now=now)
        # What is changed is not believed either; what is new comes in.
        pages["/agenda.ics"] = calendar(1, 9).replace("Bijeenkomst 1", "Iets anders")
        for hours in (2, 4):
            crawler.run_due(settings, store, now=now + timedelta(hours=hours))
            visit = last_visit(store)
            assert (visit.outcome, visit.cause, visit.vanished) == (Outcome.OK, Cause.VANISHED, 3)
            assert "3 van de 4" in visit.sentence or "3 van de 5" in visit.sentence
            assert "niets veranderd" in visit.sentence
        assert [status for _, status in states(store)] == [EventStatus.CONFIRMED] * 5
        assert "Iets anders" not in {row.title.replace(" over mensenhandel", "") for row in newest(store)}
        with store.writing() as session:
            vanishing.accept(session, sources.get(session, "bron").id, now)
        crawler.run_due(settings, store, now=now + timedelta(hours=12))
    visit = last_visit(store)
    assert (visit.cause, visit.changed) == (None, 1)
    assert [status for _, status in states(store)].count(EventStatus.CANCELLED) == 3


# --- pages ---


def test_the_page_of_an_item_is_read_after_its_entry_came_in(settings, store, now):
    pages: dict[str, Any] = {"/nieuws/1": article(1), "/nieuws/2": article(2)}
    with serving(pages) as site:
        home = site.url("").rstrip("/").encode()
        pages["/feed"] = feed(good_feed().replace(b"http://bron.example.nl", home))
        add(store, now, site.url("/feed"), rights=Rights.FULLTEXT_INTERNAL)
        done = crawler.run_due(settings, store, now=now)
        paths = [seen.path for seen in site.requests]
        assert paths.index("/feed") < min(paths.index(f"/nieuws/{n}") for n in (1, 2, 3))
        with store.reading() as session:
            assert {item.guid: item.page for item in session.exec(select(Item))} == {
                "bericht-1": "read",
                "bericht-2": "read",
                "bericht-3": "wanted",
            }, "the page that is not there is asked for again next time"
        crawler.run_due(settings, store, now=now + timedelta(hours=2))
        assert asked_for(site, "/nieuws/3") == 2
        assert asked_for(site, "/nieuws/1") == 1
    assert done.new == 3
    texts = {row.title: len(row.text) for row in newest(store)}
    assert min(texts[f"Bericht {n} over mensenhandel"] for n in (1, 2)) > 500, texts


def test_of_a_page_that_reserves_its_rights_nothing_is_kept(sqlite_settings, sqlite_store, now):
    page = article(1).replace("<title>", '<meta name="robots" content="noarchive"><title>')
    pages: dict[str, Any] = {"/nieuws/1": page}
    with serving(pages) as site:
        home = site.url("").rstrip("/").encode()
        pages["/feed"] = feed(good_feed(1).replace(b"http://bron.example.nl", home))
        add(sqlite_store, now, site.url("/feed"), rights=Rights.FULLTEXT_INTERNAL)
        crawler.run_due(sqlite_settings, sqlite_store, now=now)
    with sqlite_store.reading() as session:
        assert [item.page for item in session.exec(select(Item))] == ["reserved"]
        assert len(session.exec(select(Revision)).all()) == 1


# --- the writer ---


def test_a_job_that_fails_spoils_no_other_in_its_batch(store, now):
    """Whatever is ready at one moment is one transaction; a lost lease or a bad row is forgotten alone."""
    add(store, now, "http://bron.example.nl/feed", "een")
    writer = Writer(store)

    def due_later(session: Any) -> str:
        sources.set_paused(session, "een", paused=True, now=now)
        return "gedaan"

    def lost(session: Any) -> str:
        sources.set_paused(session, "een", paused=False, now=now)
        raise LeaseLostError("verloren")

    def bad(session: Any) -> str:
        session.connection().exec_driver_sql("INSERT INTO source (id) VALUES (1)")
        return "nooit"

    jobs = [writer.write(f"{number}", work) for number, work in enumerate((lost, due_later, bad, due_later, lost))]
    ended = [job.exception(timeout=20) for job in jobs]
    assert [type(error).__name__ for error in ended] == [
        "LeaseLostError", "NoneType", "IntegrityError", "NoneType", "LeaseLostError",
    ]  # fmt: skip
    with store.reading() as session:
        assert sources.get(session, "een").paused, "what a lost job did was kept"
