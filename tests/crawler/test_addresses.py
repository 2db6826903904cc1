"""The address rule (TRUST 2.1 S1 to S6): what leads back inside is refused, in whatever form."""

from __future__ import annotations

import random
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_network

import pytest

from crawler.addresses import allowed

INSIDE = """
0.0.0.0 127.0.0.1 127.255.255.254 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.1.1 192.0.0.8
192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 192.88.99.1
:: ::1 fe80::1 fe80::1%eth0 fc00::1 fd12:3456::1 fec0::1 ff02::1 2001:db8::1 100::1 3fff::1
::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::127.0.0.1 ::10.0.0.1
64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::7f00:1 2002:7f00:1:: 2002:a00:1:: 2002:a9fe:a9fe::
2001:0:7f00:1::f5ff:fffe 2001:0:808:808::80ff:fffe fe80::5efe:127.0.0.1 2a00::5efe:10.0.0.1 2a00::200:5efe:7f00:1
"""
OUTSIDE = "8.8.8.8 1.1.1.1 145.97.0.1 2001:4860:4860::8888 2a02:898::1 ::ffff:8.8.8.8 64:ff9b::808:808"


@pytest.mark.parametrize("address", INSIDE.split())
def test_an_address_that_leads_inside_is_refused(address):
    assert not allowed(address, 443), f"{address} leads back inside; crawler/addresses.py must refuse it"


@pytest.mark.parametrize("address", OUTSIDE.split())
def test_a_public_address_is_allowed(address):
    assert allowed(address, 80)
    assert allowed(address, 443)


@pytest.mark.parametrize("port", [0, 22, 25, 53, 81, 3306, 5432, 6379, 8000, 8080, 8443])
def test_other_ports_than_those_of_the_web_are_refused(port):
    assert not allowed("8.8.8.8", port)


def test_what_is_no_address_is_refused():
    for text in ("", "localhost", "0177.0.0.1", "127.1", "0x7f000001", "2130706433", "1.2.3.4.5", "::g"):
        assert not allowed(text, 443), text


def test_an_exempt_network_is_free_of_both_checks_and_nothing_else_is():
    exempt = (ip_network("127.0.0.0/8"),)
    assert allowed("127.0.0.1", 8931, exempt)
    assert allowed("::ffff:127.0.0.1", 8931, exempt)
    assert not allowed("10.0.0.1", 80, exempt)
    assert not allowed("8.8.8.8", 8931, exempt)
    assert not allowed("::1", 80, exempt)


REGISTRIES = """
0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24
192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 2001::/23 2001:db8::/32 3fff::/20
"""
# IANA's Special-Purpose Address Registries, its list of IPv4 space (multicast, future use) and RFC 7526. Of IPv6 only
# what lies within 2000::/3, because nothing else is given out.
NOT_FOR_THE_PUBLIC = [ip_network(block) for block in REGISTRIES.split()]
GIVEN_OUT = ip_network("2000::/3")
NAT64, COMPATIBLE, MAPPED = ip_network("64:ff9b::/96"), ip_network("::/96"), ip_network("::ffff:0:0/96")
SIX_TO_FOUR = ip_network("2002::/16")


def public(address: IPv4Address | IPv6Address) -> bool:
    """The rule once more, from the registries and by hand; nothing of `ipaddress` but its arithmetic."""
    if any(address in block for block in NOT_FOR_THE_PUBLIC if block.version == address.version):
        return False
    if isinstance(address, IPv4Address):
        return True
    number = int(address)
    last = IPv4Address(number & 0xFFFFFFFF)
    if (number >> 32) & 0xFFFFFFFF in {0x00005EFE, 0x02005EFE} and not public(last):
        return False
    if address in MAPPED or address in NAT64:
        return public(last)
    if address in SIX_TO_FOUR:
        return public(IPv4Address((number >> 80) & 0xFFFFFFFF))
    return address in GIVEN_OUT


def addresses(chance: random.Random, count: int) -> Iterator[IPv4Address | IPv6Address]:
    """From every block, from just outside it, from everywhere, and each IPv4 one also in every wrapping."""
    blocks = [*NOT_FOR_THE_PUBLIC, GIVEN_OUT, NAT64, COMPATIBLE, MAPPED, SIX_TO_FOUR]
    blocks += [
        ip_network(block) for block in ("64:ff9b:1::/48", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "100::/64")
    ]
    blocks += [
        ip_network(block) for block in ("5f00::/16", "2001:20::/28", "2620:4f:8000::/48", "2000::/4", "8000::/1")
    ]
    blocks += [
        ip_network(block) for block in ("0.0.0.0/0", "192.31.196.0/24", "8.0.0.0/8", "145.0.0.0/8", "192.0.0.0/16")
    ]
    for _ in range(count):
        block = chance.choice(blocks)
        size = block.num_addresses
        first = int(block.network_address)
        edges = (0, size - 1, -1, size, chance.randrange(size), chance.randrange(size), chance.randrange(size))
        number = (first + chance.choice(edges)) % (1 << block.max_prefixlen)
        if block.version == 6:
            yield IPv6Address(number)
            continue
        yield IPv4Address(number)
        yield IPv6Address((0xFFFF << 32) | number)
        yield IPv6Address((0x64FF9B << 96) | number)
        yield IPv6Address((0x2002 << 112) | (number << 80) | chance.getrandbits(80))
        yield IPv6Address((0x2A00 << 112) | (chance.choice((0x00005EFE, 0x02005EFE)) << 32) | number)


def test_a_hundred_thousand_addresses_are_judged_as_the_registries_say():
    """S6."""
    seed = 20261124
    print(f"seed {seed}")
    counted = {True: 0, False: 0}
    for address in addresses(random.Random(seed), 34_000):
        expected = public(address)
        counted[expected] += 1
        assert allowed(str(address), 443) is expected, f"{address}: the registries say public={expected}"
    print(counted)
    assert sum(counted.values()) > 100_000
    assert min(counted.values()) > 20_000, "one of the answers hardly ever came up"


def test_no_inner_address_is_reached_through_any_wrapping():
    seed = 20261124
    print(f"seed {seed}")
    chance = random.Random(seed)
    reserved = [IPv4Network(net) for net in ("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
    reserved += [IPv4Network(net) for net in ("169.254.0.0/16", "100.64.0.0/10", "0.0.0.0/8", "224.0.0.0/4")]
    for _ in range(5000):
        network = chance.choice(reserved)
        inner = IPv4Address(int(network.network_address) + chance.randrange(network.num_addresses))
        number = int(inner)
        forms = [
            f"::ffff:{inner}",
            f"::{inner}",
            f"64:ff9b::{inner}",
            str(IPv6Address((0x2002 << 112) | (number << 80) | chance.getrandbits(80))),
            str(IPv6Address((0x20010000 << 96) | (0x08080808 << 64) | (number ^ 0xFFFFFFFF))),
        ]
        for form in (str(inner), *forms):
            assert not allowed(form, 443), f"{form} wraps {inner} and was allowed"
