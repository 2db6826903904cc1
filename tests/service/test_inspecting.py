"""`signaal inspect`: everything that is read in one document, from a file, a pipe or an address."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from service.cli import main
from service.demo.server import Answer, Listener
from tests.parts import service, sqlite
from tests.parts.config import write_config
from tests.parts.corpus import REPOSITORY

DONE, FINDING, WRONG = 0, 1, 2
NAMES = {
    "source", "guid", "url", "kind", "language", "title", "excerpt", "published_at", "found_at", "regions", "forms",
    "news_kind", "relevance", "duplicate_of", "flags", "event", "dates", "text",
}  # fmt: skip
LEFT_OUT = {"id", "state", "public", "revision", "story", "case"}
ARTICLE = (
    "<!doctype html><html><head><title>Man vast | Proef</title><script type='application/ld+json'>"
    '{"@type":"NewsArticle","headline":"Man vast voor mensenhandel","datePublished":"2026-11-20T10:00:00+01:00"}'
    "</script></head><body><nav>Home</nav><article><h1>Man vast voor mensenhandel</h1>"
    "<p>BREDA - De politie heeft een man aangehouden op verdenking van mensenhandel. Hij zou vrouwen hebben gedwongen "
    "tot prostitutie.</p><p>De zaak komt op donderdag 3 december om 9.30 uur voor de rechter.</p></article></body>"
)
AGENDA = (
    "<!doctype html><html><head><title>Lezing | Proef</title></head><body><main><h1>Lezing over mensenhandel</h1>"
    "<p>Datum: donderdag 3 december 2026, 19.30 - 21.30 uur</p><p>Locatie: Bibliotheek, Stadhuisplein 1, Tilburg</p>"
    "<p>Een avond over signalen van mensenhandel. <a href='/aanmelden'>Aanmelden</a></p></main></body></html>"
)
MARKED = (
    '<!doctype html><html><body><script type="application/ld+json">{"@context":"https://schema.org","@type":"Event",'
    '"name":"Avond over uitbuiting","startDate":"2026-12-10T20:00:00+01:00","endDate":"2026-12-10T22:00:00+01:00",'
    '"eventStatus":"https://schema.org/EventCancelled","location":{"@type":"Place","name":"De Lantaarn",'
    '"address":{"addressLocality":"Breda"}}}</script><h1>Avond over uitbuiting</h1><p>Kom langs.</p></body></html>'
)
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Avond over mensenhandel\r\n"
    "DTSTART;VALUE=DATE:20261212\r\nLOCATION:Buurthuis, Zwolle\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Omroep</title><item><title>Inval in Breda</title>'
    "<link>https://omroep.example/1</link><guid>1</guid><pubDate>Mon, 23 Nov 2026 10:00:00 +0100</pubDate>"
    "<description>Vermoeden van mensenhandel.</description></item></channel></rss>"
)
AT = "2026-11-24T10:00:00+01:00"


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.split("\n") if line]


@pytest.fixture
def config(tmp_path: Path, sqlite_template: Path) -> Path:
    return write_config(tmp_path, store={"url": sqlite.fresh_copy(sqlite_template, tmp_path)})


@pytest.fixture
def inspect(config: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def run(*arguments: str) -> Said:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--config", str(config), "inspect", *arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in err, err
        return Said(int(ended.value.code or 0), out, err)

    return run


def piped(body: bytes, *arguments: str) -> Said:
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "inspect", "-", *arguments],
        input=body, cwd=REPOSITORY, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr, done.stderr
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


def line(**fields: object) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode()


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8", newline="")
    return str(folder / name)


@pytest.fixture
def site() -> Iterator[Callable[..., Listener]]:
    """A server that answers everything with one document, and robots.txt with rules."""
    running: list[Listener] = []

    def start(
        body: str | bytes, kind: str = "text/html; charset=utf-8", rules: str = "", status: int = 200
    ) -> Listener:
        whole = body.encode() if isinstance(body, str) else body

        def answer(asked: object) -> Answer:
            path = str(getattr(asked, "path", ""))
            if path == "/robots.txt":
                return Answer(body=rules.encode(), type="text/plain")
            if path.startswith("/.well-known/") or path == "/ai.txt":
                return Answer(status=404)
            return Answer(status=status, body=whole, type=kind)

        running.append(Listener(answer))
        return running[-1]

    yield start
    for listener in running:
        listener.stop()


def check_names(row: dict) -> None:
    assert set(row) >= NAMES, f"missing: {NAMES - set(row)}"
    assert LEFT_OUT.isdisjoint(row)
    assert {"score", "reasons", "shown"} <= set(row["relevance"])
    for region in row["regions"]:
        assert {"province", "municipality", "place", "lat", "lon", "confidence"} <= set(region)
    whole = f"{row['title']}\n{row['text']}"
    for marked in [*row["flags"], *row["dates"]]:
        assert whole[marked["start"] : marked["end"]] == marked["text"], f"offsets count code points: {marked}"
    for moment in [row["published_at"], *(row["event"] or {}).values(), *(date["starts_at"] for date in row["dates"])]:
        if isinstance(moment, str) and moment[:2] == "20" and "T" in moment:
            assert datetime.fromisoformat(moment).tzinfo is not None, f"a time without an offset: {moment}"


@pytest.mark.parametrize(
    ("name", "text", "kind", "published", "url"),
    [
        ("bericht.html", ARTICLE, "article", "2026-11-20T09:00:00+00:00", None),
        ("feed.xml", FEED, "article", "2026-11-23T09:00:00+00:00", "https://omroep.example/1"),
        ("lezing.html", AGENDA, "event", None, None),
        ("gemerkt.html", MARKED, "event", None, None),
        ("agenda.ics", CALENDAR, "event", None, None),
        ("bericht.txt", "Inval in Breda\nVermoeden van mensenhandel.", "article", None, None),
    ],
)
def test_every_kind_of_document_is_recognised_and_read(inspect, tmp_path, name, text, kind, published, url):
    said = inspect(written(tmp_path, name, text), "--json")
    assert (said.code, said.err) == (DONE, "")
    (row,) = said.rows
    check_names(row)
    assert (row["kind"], row["published_at"], row["url"]) == (kind, published, url)
    assert row["relevance"]["shown"] is True
    assert row["regions"][0]["province"] in {"Noord-Brabant", "Overijssel"}
    assert (row["event"] is not None) == (kind == "event")


def test_an_event_page_gives_when_and_where(inspect, tmp_path):
    (row,) = inspect(written(tmp_path, "lezing.html", AGENDA), "--json").rows
    assert row["event"]["starts_at"] == "2026-12-03T19:30:00+01:00"
    assert row["event"]["ends_at"] == "2026-12-03T21:30:00+01:00"
    assert row["event"]["place"] == "Bibliotheek, Stadhuisplein 1, Tilburg"
    (row,) = inspect(written(tmp_path, "gemerkt.html", MARKED), "--json").rows
    assert (row["event"]["status"], row["event"]["place"]) == ("cancelled", "De Lantaarn, Breda")
    (row,) = inspect(written(tmp_path, "agenda.ics", CALENDAR), "--json").rows
    assert row["event"] == {
        "starts_at": "2026-12-12T00:00:00+01:00", "ends_at": "2026-12-13T00:00:00+01:00", "all_day": True,
        "place": "Buurthuis, Zwolle", "signup_url": None, "status": "confirmed",
    }  # fmt: skip


def test_news_that_names_a_day_is_no_event_but_has_its_dates(inspect, tmp_path):
    (row,) = inspect(written(tmp_path, "bericht.html", ARTICLE), "--json").rows
    (date,) = row["dates"]
    assert date["starts_at"] == "2026-12-03T09:30:00+01:00"
    assert not row["text"].startswith(row["title"]), "the heading is the title and not text as well"


def test_what_is_over_is_said_and_read_as_of_another_day(inspect, tmp_path):
    old = written(tmp_path, "oud.ics", CALENDAR.replace("20261212", "20191212"))
    said = inspect(old, "--json")
    assert (said.code, said.out) == (FINDING, "")
    assert "1 event in it is over" in said.err
    (row,) = inspect(old, "--json", "--published", "2019-12-01").rows
    assert row["event"]["starts_at"] == "2019-12-12T00:00:00+01:00"


def test_a_file_without_a_title_and_a_long_line_are_read_whole(inspect, tmp_path):
    (row,) = inspect(written(tmp_path, "lang.txt", "woord " * 200 + "mensenhandel in Zwolle"), "--json").rows
    assert row["text"].endswith("mensenhandel in Zwolle"), "the end of a long first line counts as well"
    assert row["regions"][0]["municipality"] == "Zwolle"
    assert len(row["title"]) <= 300


def test_a_person_reads_every_proposal_with_its_reasons_in_80_columns(inspect, tmp_path):
    text = (
        "Twee mannen uit Tilburg aangehouden voor mensenhandel\nZij zouden een meisje van 16 jaar hebben gedwongen tot "
        "prostitutie. De zaak dient op vrijdag 18 december 2026 om 10.00 uur. Bel Jan de Boer, 06-01234567. "
        "ECLI:NL:RBZWB:2099:1234, artikel 273f Sr."
    )
    said = inspect(written(tmp_path, "bericht.txt", text))
    assert max(map(len, said.out.splitlines())) <= 80
    flat = " ".join(said.out.split())
    for words in (
        "so it goes to the queue – gevonden: mensenhandel", "Tilburg, Noord-Brabant (", "sexual –", "arrest –",
        "ECLI:NL:RBZWB:2099:1234", 'Fri 18 Dec 2026, 10:00 – "vrijdag 18 december 2026 om 10.00 uur"',
        "Jan de Boer (person)", "meisje van 16 jaar (minor)", "language Dutch",
    ):  # fmt: skip
        assert words in flat, f"{words!r} is not shown:\n{said.out}"


def test_a_hostile_text_cannot_talk_to_the_terminal(inspect, tmp_path):
    said = inspect(
        written(tmp_path, "bericht.txt", "Kop \x1b[31mrood\x07 \u202e\nTekst [bold]mensenhandel[/bold] \x9b2J")
    )
    assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(said.out)


@pytest.mark.parametrize(
    ("fields", "score", "flags"),
    [
        ({"title": "Man vast voor mensenhandel in Zwolle"}, True, []),
        ({"title": "Man vast voor mensenhandel", "text": None, "published_at": None, "source_region": None}, True, []),
        ({"text": "Celstraf voor loverboy uit Assen", "published_at": "", "source_region": ""}, True, []),
        ({"title": "Kaasmarkt weer open", "onbekend": {"a": 1}, "published_at": "2026-11-24"}, False, []),
        ({"text": "Bel Jan de Boer.", "published_at": AT, "source_region": "Nederland"}, False, ["person"]),
        ({}, False, []),
    ],
)  # fmt: skip
def test_a_line_needs_no_field_and_may_have_more(fields, score, flags):
    said = piped(line(**fields) + b"\n", "--as", "jsonl", "--json")
    assert (said.code, said.err) == (DONE, "")
    (row,) = said.rows
    check_names(row)
    assert row["relevance"]["shown"] is score
    assert [flag["kind"] for flag in row["flags"]] == flags
    assert (row["url"], row["guid"], row["source"], row["found_at"], row["event"]) == (None,) * 5


def test_dates_count_from_the_publication_of_their_line_else_from_the_option():
    lines = b"\n".join(
        [
            line(title="Avond", text="Kom vrijdag 4 december om 20.00 uur.", published_at="2026-11-30"),
            line(title="Avond", text="Kom morgen om 20.00 uur.", published_at="2026-03-28T10:00:00"),
            line(title="Avond", text="Kom morgen om 20.00 uur."),
            line(title="Reis", text="Van 25 t/m 29 mei 2027 is er niemand."),
        ]
    )
    rows = piped(lines, "--as", "jsonl", "--json", "--published", "2025-01-01T08:00:00+01:00").rows
    assert [row["dates"][0]["starts_at"] for row in rows] == [
        "2026-12-04T20:00:00+01:00", "2026-03-29T20:00:00+02:00", "2025-01-02T20:00:00+01:00",
        "2027-05-25T00:00:00+02:00",
    ]  # fmt: skip
    assert [row["dates"][0]["ends_at"] for row in rows] == [None, None, None, "2027-05-30T00:00:00+02:00"]
    assert [row["published_at"] for row in rows[:3]] == [
        "2026-11-30T00:00:00+01:00", "2026-03-28T10:00:00+01:00", "2025-01-01T08:00:00+01:00",
    ]  # fmt: skip


def test_lines_that_cannot_be_read_are_named_and_cost_only_themselves():
    good = [line(title=f"Bericht {number}", text="Tekst.") for number in range(3)]
    body = b"\n".join(
        [
            b"\xef\xbb\xbf" + good[0] + b"\r", b"", b"{fout", b"[1]", line(title=5),
            line(title="a", published_at="gisteren"), line(title="a", source_region="Holland"),
            b'"\xff"', b"[" * 100_000, good[1], line(title="b", published_at="0001-01-01"), good[2],
        ]
    )  # fmt: skip
    said = piped(body, "--as", "jsonl", "--json")
    assert said.code == FINDING
    assert [row["title"] for row in said.rows] == ["Bericht 0", "Bericht 1", "Bericht 2"]
    assert [row["line"] for row in said.rows] == [1, 10, 12]
    sentences = said.err.strip().splitlines()
    assert [sentence.split()[1] for sentence in sentences] == ["3", "4", "5", "6", "7", "8", "9", "11"]
    assert all(sentence.startswith("Line ") and sentence.endswith(".") for sentence in sentences), said.err


def test_letters_that_deceive_are_taken_out_before_offsets_are_counted():
    hidden = "Jan\u200b de Boer \u202ebelt\u202c 06-01234567\u00ad op 3 december 2026, 19.30 uur, Piet Jansen."
    said = piped(line(title="Kop\u2028twee", text=hidden) + b"\n", "--as", "jsonl", "--json")
    (row,) = said.rows
    check_names(row)
    assert [flag["text"] for flag in row["flags"]] == ["Jan de Boer", "06-01234567", "Piet Jansen"]
    assert not {"\u200b", "\u202e", "\u202c", "\u00ad"} & set(row["text"])
    spaced = "Twee  spaties\n\n\n en een tab\t: Piet Jansen "
    (row,) = piped(line(title="Kop", text=spaced), "--as", "jsonl", "--json").rows
    assert row["text"] == spaced.replace("\t", " "), "a text without such letters keeps its length"


def test_half_a_letter_and_a_long_text_come_through():
    body = b'{"title": "half \\ud800 letter", "text": ""}\n' + line(title="Lang", text="mensenhandel en " * 6500)
    rows = piped(body, "--as", "jsonl", "--json").rows
    assert [row["title"] for row in rows] == ["half ? letter", "Lang"]
    assert len(rows[1]["text"]) == 16 * 6500


def test_each_line_is_answered_before_the_next_one_comes():
    command = [sys.executable, "-m", "service.cli", "inspect", "-", "--as", "jsonl", "--json"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for number in range(3):
            running.stdin.write(line(title=f"Bericht {number}") + b"\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["title"] == f"Bericht {number}"
        running.stdin.close()
    assert running.returncode == DONE


def test_lines_are_recognised_without_being_named_and_none_is_no_mistake():
    (row,) = piped(line(title="Inval in Tilburg") + b"\n").rows
    assert row["title"] == "Inval in Tilburg"
    assert piped(b"", "--as", "jsonl", "--json") == Said(DONE, "", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["weg.html"], ["weg.html", "cannot be read"]),
        (["{folder}"], ["cannot be read"]),
        (["{pdf}"], ["no text", "jsonl"]),
        (["{text}", "--as", "pdf"], ["pdf", "html, feed, ics, text, jsonl"]),
        (["{text}", "--published", "gisteren"], ["--published", "gisteren", "2026-11-24"]),
        (["{text}", "--source-region", "Holland"], ["--source-region", "Holland", "Nederland"]),
        (["http://192.168.1.1/nieuws"], ["192.168.1.1", "We do not fetch this address"]),
        (["ftp://omroep.example/nieuws"], ["ftp://omroep.example/nieuws", "We do not fetch this address"]),
        (["file:///etc/passwd"], ["We do not fetch this address"]),
    ],
)
def test_wrong_use_is_one_sentence(inspect, tmp_path, arguments, words):
    (tmp_path / "stuk.pdf").write_bytes(b"%PDF-1.7\n\x00\x01")
    text = written(tmp_path, "bericht.txt", "Kop\nTekst")
    places = {"folder": tmp_path, "pdf": tmp_path / "stuk.pdf", "text": text}
    said = inspect(*(each.format(**places) for each in arguments), "--json")
    assert (said.code, said.out) == (WRONG, "")
    assert len(said.err.strip().splitlines()) == 1, said.err
    assert all(word in said.err for word in words), said.err


def test_a_document_with_nothing_in_it_is_a_finding(inspect, tmp_path):
    said = inspect(written(tmp_path, "leeg.txt", "  \n"), "--json")
    assert (said.code, said.out) == (FINDING, "")
    assert "There is nothing to read" in said.err


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (ARTICLE, "text/html; charset=utf-8", "article"),
        (FEED, "application/rss+xml", "article"),
        (FEED, "text/html", "article"),
        (AGENDA, "text/html; charset=utf-8", "event"),
        (CALENDAR, "text/calendar", "event"),
        ("Inval in Breda\nVermoeden van mensenhandel.", "text/plain", "article"),
    ],
    ids=["article", "feed", "feed as html", "agenda", "calendar", "text"],
)
def test_an_address_is_fetched_once_and_read(inspect, site, body, kind, expected):
    running = site(body, kind)
    said = inspect(running.url("/nieuws"), "--json")
    assert (said.code, said.err) == (DONE, "")
    (row,) = said.rows
    check_names(row)
    assert row["kind"] == expected
    asked = [seen.path for seen in running.requests]
    assert asked.count("/nieuws") == 1
    assert asked[0] == "/robots.txt", "the rules are asked for first"
    if expected == "event" and "Aanmelden" in body:
        assert row["event"]["signup_url"] == running.url("/aanmelden")


def test_an_address_of_lines_gives_lines(inspect, site):
    running = site(line(title="Een") + b"\n" + line(title="Twee") + b"\n", "application/x-ndjson")
    assert [row["title"] for row in inspect(running.url("/regels.jsonl"), "--json").rows] == ["Een", "Twee"]


def test_an_address_that_cannot_be_read_is_a_finding_with_a_sentence(inspect, site):
    forbidden = site(ARTICLE, rules="User-agent: *\nDisallow: /\n")
    said = inspect(forbidden.url("/nieuws"), "--json")
    assert (said.code, said.out) == (FINDING, "")
    assert "robots.txt does not allow it." in said.err
    assert [seen.path for seen in forbidden.requests] == ["/robots.txt"]
    said = inspect(site("weg", status=404).url("/nieuws"))
    assert (said.code, said.out) == (FINDING, "")
    assert "The server answers with an error (code 404)." in said.err
    said = inspect(f"http://127.0.0.1:{service.free_port()}/nieuws", "--json")
    assert (said.code, said.out) == (FINDING, "")
    assert "cannot be reached" in said.err


def test_a_page_that_reserves_its_rights_gives_its_title_alone(inspect, site):
    said = inspect(
        site(ARTICLE.replace("<head>", '<head><meta name="tdm-reservation" content="1">')).url("/"), "--json"
    )
    (row,) = said.rows
    assert (said.code, row["text"], row["excerpt"]) == (DONE, "", "")
    assert "reserves the rights" in said.err
