"""Counting tries without keeping who tried."""

from datetime import UTC, datetime, timedelta

import pytest

from service.throttle import KEYS_AT_MOST, SUBSCRIBE, TOKEN_PAGES, Throttle, network

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def tries(throttle, address, number, now=NOON, limit=SUBSCRIBE):
    return [throttle.allow(limit, address, now) for _ in range(number)]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_what_one_household_looks_like_is_one_network(address, expected):
    assert network(address) == expected


def test_the_limit_holds_per_network_and_per_thing():
    throttle = Throttle()
    assert tries(throttle, "192.0.2.1", 6) == [True] * 5 + [False]
    assert not throttle.allow(SUBSCRIBE, "192.0.2.200", NOON), "a neighbour in the same /24 shares the count"
    assert throttle.allow(SUBSCRIBE, "198.51.100.1", NOON)
    assert throttle.allow(TOKEN_PAGES, "192.0.2.1", NOON)


def test_after_the_window_it_is_allowed_again():
    throttle = Throttle()
    tries(throttle, "192.0.2.1", 5)
    assert not throttle.allow(SUBSCRIBE, "192.0.2.1", NOON + timedelta(minutes=59))
    assert throttle.allow(SUBSCRIBE, "192.0.2.1", NOON + timedelta(hours=1))


def test_no_address_is_kept_and_the_key_dies_at_midnight():
    throttle = Throttle()
    tries(throttle, "192.0.2.1", 1)
    kept, key = list(throttle._seen), throttle._key
    assert b"192.0.2" not in b"".join(kept)
    tries(throttle, "192.0.2.1", 1, NOON + timedelta(days=1))
    assert throttle._key != key
    assert set(throttle._seen).isdisjoint(kept)


def test_a_flood_of_networks_does_not_fill_the_memory():
    throttle = Throttle()
    for number in range(KEYS_AT_MOST + 100):
        throttle.allow(SUBSCRIBE, f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::1", NOON)
    assert len(throttle._seen) == KEYS_AT_MOST
