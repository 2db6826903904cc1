"""List pages by CSS rules, and the dates that people write on them."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from crawler import kinds
from crawler.limits import ENTRIES
from crawler.shown_dates import shown
from crawler.values import DocumentRead, FetchedDocument
from store.values import Cause

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LIST = "<html><body><ul>{}</ul></body></html>"


def read(body: str | bytes, **options: object) -> DocumentRead:
    data = body.encode() if isinstance(body, str) else body
    return kinds.parse("page", FetchedDocument("https://bron.example/nieuws", data, "", NOW), options)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"item": ""},
        {"item": "li["},
        {"item": "li:nth-child(zes)"},
        {"item": "li", "title": "::::"},
        {"item": "a " * 11},
        {"item": "a" * 201},
        {"item": "li:before-anything-else"},
        {"item": "li ~ li"},
        {"item": "li:nth-last-child(2n+1)"},
        {"item": "//li"},
        {"item": 3},
        {"item": "li", "kleur": "rood"},
        {"item": "li:has(" * 40 + "a" + ")" * 40},
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_a_sentence(options):
    with pytest.raises(kinds.BadOptionsError) as refused:
        read(LIST.format("<li><a href=/1>Een</a></li>"), **options)
    assert str(refused.value).strip()


def test_a_redesign_is_told_apart_from_a_login_page():
    old = read("<html><body><div class=nieuw><a href=/1>Een bericht</a></div></body></html>", item="article.teaser")
    assert old.recognised
    assert old.cause is Cause.DRIFT
    assert old.broken
    login = read("<html><body><form><input type=password></form></body></html>", item="article.teaser")
    assert login.cause is Cause.LOGIN
    assert not read('{"json": true}', item="li").recognised
    assert not read("<rss><channel><item><title>x</title></item></channel></rss>", item="li").recognised
    assert not read("BEGIN:VCALENDAR", item="li").recognised


def test_rules_point_inside_the_item_and_an_item_may_be_the_link_itself():
    body = LIST.format(
        '<li><a href="/label">Regio</a><h3><a href="/1">Eerste</a></h3><b class=t>Andere titel</b></li>'
        '<li><h3><a href="/2">Tweede</a></h3></li>'
    )
    found = read(body, item="li", link="h3 a", title=".t")
    assert [(entry.link, entry.title.value) for entry in found.entries] == [
        ("https://bron.example/1", "Andere titel"),
        ("https://bron.example/2", ""),
    ]
    cards = read('<body><a class="c" href="/1"><h2>Een</h2></a><a class="c" href="/2"><h2>Twee</h2></a>', item="a.c")
    assert [entry.title.value for entry in cards.entries] == ["Een", "Twee"]


def test_a_list_of_thousands_is_bounded():
    body = LIST.format("".join(f"<li><a href=/{number}>Bericht {number}</a></li>" for number in range(ENTRIES + 3)))
    found = read(body, item="li")
    assert len(found.entries) == ENTRIES
    assert found.cut == 3


@pytest.mark.parametrize(
    "body",
    [
        LIST.format("<li><a href=/x>x</a></li>" * 60_000),
        LIST.format("".join(f"<li><a href=/{number}>{number}</a></li>" for number in range(60_000))),
        LIST.format(("<div class='a b'>" * 240 + "<a href=/x>x</a>" + "</div>" * 240) * 120),
        LIST.format("<li><time>12 van</time><p>" + "x " * 20_000 + "</p>") * 50,
    ],
    ids=["one link", "many links", "deep", "long"],
)
def test_a_hostile_page_meets_a_clumsy_rule_in_bounded_time(body):
    start = time.perf_counter()
    read(body, item="body ul li, ul div div div div", link="a[href]:not(.b), a", date="time, div div span")
    assert time.perf_counter() - start < 9, "the parser process would be ended before this is done"


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("dinsdag 24 november 2026 om 10.15 uur", "2026-11-24T09:15"),
        ("Gepubliceerd op 3 mrt. 2026", "2026-03-02T23:00"),
        ("1 juli 2026, 14:30", "2026-07-01T12:30"),
        ("24-11-2026 | 15:45", "2026-11-24T14:45"),
        ("24/11/26", "2026-11-23T23:00"),
        ("24.11.2026 09.05", "2026-11-24T08:05"),
        ("2026-11-24T08:00:00Z", "2026-11-24T08:00"),
        ("2026-11-24 08:00", "2026-11-24T07:00"),
        ("20 november", "2026-11-19T23:00"),
        ("28 december", "2025-12-27T23:00"),
        ("vandaag 07:45", "2026-11-24T06:45"),
        ("Gisteren om 21.10 uur", "2026-11-23T20:10"),
        ("eergisteren", "2026-11-21T23:00"),
        ("3 uur geleden", "2026-11-24T09:00"),
        ("een minuut geleden", "2026-11-24T11:59"),
        ("2 dagen geleden", "2026-11-22T12:00"),
        ("07:45", "2026-11-24T06:45"),
        ("Laatst gewijzigd: 12 nov '26", "2026-11-11T23:00"),
        ("12 maanden cel geëist", None),
        ("31 februari 2026", None),
        ("Zaak 2026-99-99", None),
        ("kaart 4.5 van 10", None),
        ("25:99", None),
        ("", None),
    ],
)
def test_a_date_is_read_the_way_people_write_it(text, when):
    expected = None if when is None else datetime.fromisoformat(when).replace(tzinfo=UTC)
    assert shown(text, NOW) == expected
