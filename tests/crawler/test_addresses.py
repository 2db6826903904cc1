"""The address rule (TRUST 2.1 S1 to S6): what leads back inside is refused, in whatever form."""

from __future__ import annotations

import random
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
