"""The command line as the scripts of administrators rely on it (PRODUCT.md section 7).

One clear sentence and the right exit code for every mistake, JSON wherever a table is printed, and names that stay.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.cli import main
from service.demo.server import Answer, Listener
from store.settings import load
from tests.parts import processes, service, sqlite
from tests.parts.config import write_config
from tests.parts.corpus import REPOSITORY

DONE, FINDING, WRONG = 0, 1, 2
ITEM_NAMES = [
    "id",
    "source",
    "guid",
    "url",
    "kind",
    "language",
    "title",
    "excerpt",
    "published_at",
    "found_at",
    "state",
    "public",
    "revision",
    "regions",
    "forms",
    "news_kind",
    "relevance",
    "story",
    "case",
    "duplicate_of",
    "flags",
    "event",
    "dates",
]
REGION_NAMES = ["province", "municipality", "place", "lat", "lon", "confidence"]
EVENT_NAMES = ["starts_at", "ends_at", "all_day", "place", "signup_url", "status"]


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """What a person reads when it went wrong: one line, a whole sentence, and no trace of the program."""
        assert "Traceback" not in self.err, self.err
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, f"one sentence is enough:\n{self.err}"
        assert lines[0].endswith("."), lines[0]
        assert self.out == "", f"a mistake prints nothing else:\n{self.out}"
        return lines[0]

    @property
    def json(self) -> object:
        return json.loads(self.out)

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def config(tmp_path: Path, sqlite_template: Path) -> Path:
    return write_config(tmp_path, store={"url": sqlite.fresh_copy(sqlite_template, tmp_path)})


@pytest.fixture
def signaal(config: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run `signaal --config FILE ...` in this process."""

    def run(*arguments: str, file: Path = config) -> Said:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--config", str(file), *arguments])
        out, err = capfd.readouterr()
        return Said(int(ended.value.code or 0), out, err)

    return run


def in_a_process(*arguments: str, folder: Path, **environment: str) -> Said:
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(REPOSITORY), "PATH": ""} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def wrong(said: Said, *words: str) -> None:
    """Exit code 2, and a sentence with these words."""
    assert said.code == WRONG, said
    for word in words:
        assert word in said.sentence, f'"{word}" is missing in: {said.sentence}'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[desk]\nundo_secondz = 3", ["[desk] undo_secondz", "not a known key", "undo_seconds"]),
        ("[deskk]\nundo_seconds = 3", ["deskk", "not a known key", "desk"]),
        ("[desk\nundo_seconds = 3", ["not valid TOML", "line 1"]),
        ('[desk]\nundo_seconds = "veel"', ["[desk] undo_seconds", "integer"]),
        ("[desk]\nundo_seconds = 0", ["[desk] undo_seconds", "greater than or equal to 1"]),
        ('[site]\nbase_url = "http://signaal.example.nl"', ["[site] base_url", "https"]),
        ('[store]\nurl = "mysql://signaal"', ["[store] url", "sqlite:///", "postgresql"]),
        ('[[source]]\nkey = "een"\nname = "Een"\nurl = "https://een.example"\nregion = "Holland"', ["Holland"]),
    ],
    ids=["key", "section", "toml", "type", "range", "http", "database", "region"],
)
def test_a_mistake_in_the_configuration_is_named(signaal, tmp_path, text, words):
    file = tmp_path / "mistake.toml"
    file.write_text(text, encoding="utf-8")
    wrong(signaal("doctor", file=file), "mistake.toml", *words)


def test_a_configuration_that_is_not_there_or_no_text_is_named(signaal, tmp_path):
    wrong(signaal("doctor", file=tmp_path / "weg.toml"), "weg.toml", "does not exist")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    wrong(signaal("doctor", file=tmp_path / "bytes.toml"), "bytes.toml", "cannot be read")


def test_a_folder_that_cannot_be_made_for_the_database_is_named(signaal, tmp_path):
    (tmp_path / "bestand").write_text("geen map")
    file = write_config(tmp_path, store={"url": f"sqlite:///{tmp_path}/bestand/signaal.db"})
    wrong(signaal("doctor", file=file), "bestand", "cannot be made")


def test_a_file_that_is_no_database_is_named_and_left_alone(signaal, tmp_path):
    other = tmp_path / "brief.db"
    other.write_bytes(b"Geachte heer of mevrouw, " * 100)
    file = write_config(tmp_path, store={"url": f"sqlite:///{other}"})
    wrong(signaal("doctor", file=file), "brief.db", "not a database")
    assert other.read_bytes().startswith(b"Geachte"), "a file that is not ours must not be touched"


def test_an_unreachable_postgresql_is_named_without_its_password(signaal, tmp_path):
    address = f"postgresql+psycopg://signaal:geheim@127.0.0.1:{service.free_port()}/signaal"
    said = signaal("doctor", file=write_config(tmp_path, store={"url": address}))
    wrong(said, "cannot be opened", "127.0.0.1")
    assert "geheim" not in said.err


def test_a_port_in_use_is_named_and_the_other_program_goes_on(config, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        url = load(config).store_url
        write_config(tmp_path, store={"url": url}, server={"host": "127.0.0.1", "port": port})
        said = in_a_process("serve", folder=tmp_path)
        wrong(said, f"port {port}", "already in use")
        socket.create_connection(("127.0.0.1", port), timeout=2).close()


def test_an_unknown_source_or_account_or_role_is_named(signaal):
    wrong(signaal("crawl", "nergens"), "nergens", "source")
    wrong(signaal("sources", "check", "nergens"), "nergens")
    wrong(signaal("accounts", "disable", "niemand@voorbeeld.nl"), "niemand@voorbeeld.nl")
    wrong(signaal("accounts", "invite", "anna@voorbeeld.nl", "--role", "baas"), "baas", "editor")
    wrong(signaal("accounts", "invite", "geen-adres"), "geen-adres", "e-mail address")


def test_an_unknown_format_or_kind_or_file_is_named(signaal, tmp_path):
    wrong(signaal("export", "dingen"), "dingen", "items, decisions or sources")
    wrong(signaal("export", "items", "--format", "xml"), "xml", "jsonl or csv")
    wrong(signaal("sources", "export", "--format", "yaml"), "yaml", "toml or opml")
    wrong(signaal("sources", "import", str(tmp_path / "weg.opml")), "weg.opml", "cannot be read")
    wrong(signaal("inspect", str(tmp_path / "weg.html")), "weg.html", "cannot be read")
    (tmp_path / "brief.opml").write_text("Beste lezer")
    wrong(signaal("sources", "import", str(tmp_path / "brief.opml")), "brief.opml", "no OPML")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(["crawll"], "crawll"), (["crawl", "--jsonn"], "--jsonn"), (["sources", "add"], "url")],
    ids=["command", "option", "argument"],
)
def test_a_wrong_command_is_explained(signaal, arguments, word):
    said = signaal(*arguments)
    assert (said.code, said.out) == (WRONG, "")
    assert word in said.err
    assert "Traceback" not in said.err


def test_a_site_without_anything_to_follow_is_not_added(signaal):
    empty = Listener(lambda _asked: Answer(body=b"<!doctype html><html><body><p>Welkom.</p></body></html>"))
    wrong(signaal("sources", "add", empty.url("/")), empty.url("/"), "was not added", "not a feed")
    empty.stop()
    wrong(signaal("sources", "add", "geen-adres"), "geen-adres", "was not added")
    wrong(signaal("sources", "add", "http://192.168.1.1/rss"), "192.168.1.1", "was not added")
    assert signaal("sources", "list", "--json").json == []


def test_any_address_of_a_site_adds_its_best_way_in_and_lists_the_others(signaal, world):
    front, feed = world.url("/", "omroep-maasland"), world.source("omroep-maasland")
    wrong(signaal("sources", "add", front, "--kind", "calendar"), "no calendar was found", "feed")
    said = signaal("sources", "add", front, "--json")
    assert said.code == DONE
    assert (said.json["url"], said.json["kind"]) == (feed.url, "feed")
    assert said.json["entries"] == len(world.articles("omroep-maasland"))
    assert [other["kind"] for other in said.json["others"]] == ["page"]
    shown = signaal("sources", "add", front, "--kind", "page", "--key", "lijst")
    assert shown.code == DONE
    assert "Also found" in shown.out
    assert max(map(len, shown.out.splitlines())) <= 80
    page = next(row for row in tomllib.loads(signaal("sources", "export").out)["source"] if row["key"] == "lijst")
    assert page["kind"] == "page"
    assert page["options"]["item"]
    crawled = signaal("crawl", "lijst", "--json").json[0]
    assert crawled["new"] > 0, "the rules that were proposed must bring in what was shown"


def test_a_bad_source_is_explained_and_the_right_address_proposed(signaal, world, config):
    feed = world.source("omroep-maasland")
    wrong_url = world.url("/oude-feed.xml", "omroep-maasland")
    with config.open("a", encoding="utf-8") as file:
        for key, url in (("goed", feed.url), ("verhuisd", wrong_url)):
            file.write(f'[[source]]\nkey = "{key}"\nname = "{key}"\nurl = "{url}"\nchecked = false\npaused = true\n')
    said = signaal("sources", "check", "--json")
    assert said.code == FINDING
    rows = {row["key"]: row for row in said.json}
    assert rows["goed"]["ok"] is True
    assert rows["goed"]["proposals"] == []
    assert rows["verhuisd"]["ok"] is False
    assert "404" in rows["verhuisd"]["sentence"]
    best = rows["verhuisd"]["proposals"][0]
    assert (best["url"], best["kind"], best["options"]) == (feed.url, "feed", {})
    shown = signaal("sources", "check", "verhuisd")
    assert "try: " in shown.out
    assert "(feed, " in " ".join(shown.out.split())
    assert max(map(len, shown.out.splitlines())) <= 80
    assert signaal("sources", "check", "goed").code == DONE


def test_a_source_nobody_checked_is_only_visited_by_somebody_who_can_be_reached(signaal, world, config):
    url = world.source("omroep-maasland").url
    with config.open("a", encoding="utf-8") as file:
        file.write(f'[[source]]\nkey = "nieuw"\nname = "Nieuw"\nurl = "{url}"\nchecked = false\n')
    assert signaal("crawl", "--json").json == [], "it is not due for anybody"
    wrong(signaal("crawl", "nieuw"), "nieuw", "not yet checked", "[crawl] contact")
    config.write_text(config.read_text().replace("[crawl]\n", '[crawl]\ncontact = "https://proef.example/over"\n'))
    assert signaal("crawl", "nieuw").code == DONE


def test_a_source_that_does_not_answer_is_a_finding_and_not_added(signaal):
    said = signaal("sources", "add", f"http://127.0.0.1:{service.free_port()}/rss", "--json")
    assert said.code == FINDING
    assert said.json["ok"] is False
    assert signaal("sources", "list", "--json").json == []


def test_a_feed_is_added_crawled_and_written_out_again(signaal, world, tmp_path):
    feed = world.source("omroep-maasland")
    added = signaal("sources", "add", feed.url, "--key", "maasland", "--region", "Limburg", "--json")
    assert (added.code, added.json["key"], added.json["kind"]) == (DONE, "maasland", "feed")
    wrong(signaal("sources", "add", feed.url, "--key", "maasland"), "maasland", "already")
    first, second = signaal("crawl", "--json"), signaal("crawl", "maasland", "--json")
    assert (first.code, second.code) == (DONE, DONE)
    assert first.json[0]["new"] == len(world.articles("omroep-maasland"))
    assert second.json[0]["new"] == 0
    assert signaal("crawl", "--json").json == [], "nothing is due now"
    assert signaal("sources", "list", "--json").json[0]["last_outcome"] in {"ok", "unchanged"}
    (written,) = tomllib.loads(signaal("sources", "export").out)["source"]
    assert (written["key"], written["name"], written["url"]) == ("maasland", feed.name, feed.url)
    opml = tmp_path / "bronnen.opml"
    opml.write_text(signaal("sources", "export", "--format", "opml").out, encoding="utf-8")
    assert "0 sources" in signaal("sources", "import", str(opml)).out, "a source that is there is not added twice"


def test_a_wrong_address_in_an_opml_file_is_counted_and_the_others_come_in(signaal, tmp_path):
    opml = tmp_path / "bronnen.opml"
    addresses = ["http://a.example:99999/feed", "http://[b.example/feed", "ftp://c.example/", "https://d.example/feed"]
    outlines = "".join(f'<outline text="Bron {number}" xmlUrl="{url}"/>' for number, url in enumerate(addresses))
    opml.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>', encoding="utf-8")
    said = signaal("sources", "import", str(opml))
    assert said.code == 0, said
    assert "Added 1 sources" in said.out
    assert "3 have no usable address" in said.out
    opml.write_text('<opml><body><outline text="Om&#x202e;roep&#10; Proef" xmlUrl="https://e.example/"/></body></opml>')
    assert signaal("sources", "import", str(opml)).code == 0
    assert "Omroep Proef" in {row["name"] for row in signaal("sources", "list", "--json").json}


def test_a_source_that_fails_makes_the_crawl_a_finding_and_says_why(signaal, catalogue, config):
    with config.open("a", encoding="utf-8") as file:
        url = catalogue.url("server_error")
        file.write(f'[[source]]\nkey = "stuk"\nname = "Stuk"\nurl = "{url}"\n')
    said = signaal("crawl")
    assert said.code == FINDING
    assert "server error (5xx)" in said.out
    assert "stuk:" in said.out, "under the visits stands a sentence about what failed"
    assert max(map(len, said.out.splitlines())) <= 80
    assert signaal("sources", "check", "--json").code == FINDING


def test_an_invitation_is_one_link_that_works(signaal):
    said = signaal("accounts", "invite", "anna@voorbeeld.nl", "--role", "administrator", "--json")
    assert said.code == DONE
    assert list(said.json) == ["url"]
    assert said.json["url"].startswith("http://localhost:8000/redactie/uitnodiging/")
    assert signaal("accounts", "list", "--json").json == []


def test_items_are_exported_with_exactly_the_promised_names(signaal, world):
    for key in ("omroep-maasland", "agenda-tegen-uitbuiting"):
        source = world.source(key)
        assert signaal("sources", "add", source.url, "--key", key, "--region", source.region).code == DONE
    assert signaal("crawl", "--json").code == DONE
    rows = signaal("export", "items").lines
    assert len(rows) == len(world.articles("omroep-maasland")) + len(world.gatherings())
    for row in rows:
        assert sorted(row) == sorted(ITEM_NAMES)
        assert {"score", "reasons"} <= set(row["relevance"])
        assert all(sorted(region) == sorted(REGION_NAMES) for region in row["regions"])
        assert row["state"] in {"pending", "pile"}
        assert row["public"] is False
    events = [row for row in rows if row["kind"] == "event"]
    assert all(sorted(row["event"]) == sorted(EVENT_NAMES) for row in events)
    assert len(events) == len(world.gatherings())
    sheet = signaal("export", "items", "--format", "csv").out
    assert sheet.splitlines()[0].split(",") == list(rows[0])
    assert signaal("export", "decisions").out == ""


def test_what_is_looked_at_comes_as_json_too(signaal):
    assert signaal("verify", "--json").json == {"ok": True, "length": 0, "broken_at": None}
    assert signaal("deliver", "--json").json["sent"] == 0
    said = signaal("doctor", "--json")
    findings = {row["check"]: row["ok"] for row in said.json}
    assert said.code == FINDING, "nobody has checked the phone numbers yet"
    assert findings["phone number"] is False
    assert all(ok for name, ok in findings.items() if name != "phone number"), findings


def test_the_doctor_names_open_problems_and_counts_unchecked_sources(signaal, catalogue, config):
    with config.open("a", encoding="utf-8") as file:
        file.write(f'[[source]]\nkey = "weg"\nname = "Weg"\nurl = "{catalogue.url("gone")}"\n')
        file.write('[[source]]\nkey = "lijst"\nname = "Lijst"\nurl = "https://a.example/"\nchecked = false\n')
    signaal("crawl")
    said = {row["check"]: row for row in signaal("doctor", "--json").json}
    assert (said["sources"]["ok"], "weg (gone)" in said["sources"]["says"]) == (False, True)
    assert (said["unchecked sources"]["ok"], ": 1." in said["unchecked sources"]["says"]) == (True, True)
    assert "1 sources are watched" in said["crawl"]["says"]


def test_a_document_is_inspected_from_a_file_and_from_the_pipe(signaal, tmp_path):
    (tmp_path / "bericht.txt").write_text(
        "Inval in Tilburg\nEen man is aangehouden voor mensenhandel.", encoding="utf-8"
    )
    (row,) = signaal("inspect", str(tmp_path / "bericht.txt"), "--json").lines
    left_out = {"id", "state", "public", "revision", "story", "case"}
    assert set(ITEM_NAMES) - left_out <= set(row)
    assert left_out.isdisjoint(row)
    assert row["title"] == "Inval in Tilburg"
    assert row["regions"][0]["province"] == "Noord-Brabant"
    assert row["relevance"]["shown"] is True


def test_the_configuration_is_found_before_and_behind_the_command_and_by_the_environment(config, tmp_path):
    elsewhere = tmp_path / "elders"
    elsewhere.mkdir()
    told = {"ok": True, "length": 0, "broken_at": None}
    for arguments, environment in (
        (["--config", str(config), "verify", "--json"], {}),
        (["verify", "--json", "--config", str(config)], {}),
        (["verify", "--json"], {"SIGNAAL_CONFIG": str(config)}),
        (["verify", "--config", str(config), "--json"], {"SIGNAAL_CONFIG": str(tmp_path / "weg.toml")}),
    ):
        said = in_a_process(*arguments, folder=elsewhere, **environment)
        assert (said.code, said.out and said.json) == (DONE, told), f"{arguments} {environment}: {said}"
    assert list(elsewhere.iterdir()) == [], "relative paths start at the folder of the configuration"
    wrong(in_a_process("verify", folder=elsewhere, SIGNAAL_CONFIG=str(tmp_path / "weg.toml")), "weg.toml")


def test_the_environment_wins_over_the_file_and_its_mistakes_are_named(config, tmp_path):
    named = {"SIGNAAL_CONFIG": str(config)}
    said = in_a_process(
        "accounts", "invite", "a@voorbeeld.nl", "--json", folder=tmp_path, SIGNAAL_SERVER__PORT="8123", **named
    )
    assert said.json["url"].startswith("http://localhost:8123/")
    mistake = in_a_process("verify", folder=tmp_path, SIGNAAL_DESK__UNDO_SECONDS="veel", **named)
    wrong(mistake, "SIGNAAL_DESK__UNDO_SECONDS", "integer")
    wrong(
        in_a_process("verify", folder=tmp_path, SIGNAAL_DESK__UNDO="3", **named),
        "SIGNAAL_DESK__UNDO",
        "not a known key",
    )


def test_the_reader_of_the_output_may_stop_early(config):
    """As in `signaal export items | head -1`."""
    command = f"{sys.executable} -m service.cli --config {config} --help | head -1"
    done = subprocess.run(["/bin/sh", "-c", command], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


def test_the_service_ends_quietly_when_told_to(config, tmp_path):
    port = service.free_port()
    write_config(tmp_path, store={"url": load(config).store_url}, server={"host": "127.0.0.1", "port": port})
    running = service.start_at(tmp_path, port)
    assert running.stop() == DONE
    assert "Traceback" not in running.child.output
    worker = processes.start(["-m", "service.cli", "--config", str(config), "worker"], tmp_path / "worker.log")
    worker.wait_until(lambda: "metronome" in worker.output, "the worker said that it runs")
    assert worker.stop() == DONE
    assert "Traceback" not in worker.output
