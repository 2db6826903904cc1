"""Times as Dutch sources write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.dates import moment, plausible


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("Tue, 24 Nov 2026 09:00:00 +0100", "2026-11-24T08:00"),
        ("Tue, 24 Nov 2026 09:00:00 GMT", "2026-11-24T09:00"),
        ("Tue, 24 Nov 2026 09:00:00 CET", "2026-11-24T08:00"),
        ("24 mei 2026 09:00:00 CEST", "2026-05-24T07:00"),
        ("Tue, 24 Nov 2026 09:00:00", "2026-11-24T08:00"),
        ("Fri, 24 Jul 2026 09:00:00", "2026-07-24T07:00"),
        ("Tue, 24 Nov 26 09:00:00 GMT", "2026-11-24T09:00"),
        ("Tue, 24 Nov 2026 09:00:00 EST", "2026-11-24T14:00"),
        ("di, 24 nov 2026 09:00:00 +0100", "2026-11-24T08:00"),
        ("dinsdag 24 november 2026 09:00:00 +0100", "2026-11-24T08:00"),
        ("dinsdag 24 maart 2026", "2026-03-23T23:00"),
        ("24 juli 2026 om 19.30 uur", "2026-07-24T17:30"),
        ("1 mrt. 2026 8:05", "2026-03-01T07:05"),
        ("2026-11-24T09:00:00+01:00", "2026-11-24T08:00"),
        ("2026-11-24T09:00:00Z", "2026-11-24T09:00"),
        ("2026-11-24T09:00:00.123456Z", "2026-11-24T09:00"),
        ("2026-11-24 09:00:00", "2026-11-24T08:00"),
        ("2026-07-24T09:00", "2026-07-24T07:00"),
        ("2026-11-24", "2026-11-23T23:00"),
        ("03-04-2026 09:00", "2026-04-03T07:00"),
        ("3/4/2026", "2026-04-02T22:00"),
    ],
)
def test_a_time_is_read_as_its_writer_meant_it(text, utc):
    assert moment(text) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "gisteren", "32 november 2026", "2026-13-01", "99:99", "x" * 1000, "24 foo 2026"])
def test_what_is_no_time_is_none(text):
    assert moment(text) is None


def test_nothing_is_published_in_the_future_or_before_the_web():
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert plausible(datetime(2027, 1, 1, tzinfo=UTC), now) == now
    assert plausible(datetime(1, 1, 1, tzinfo=UTC), now) is None
    assert plausible(datetime(2026, 1, 1, tzinfo=UTC), now) == datetime(2026, 1, 1, tzinfo=UTC)
    assert plausible(None, now) is None
