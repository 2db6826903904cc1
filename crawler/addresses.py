"""The address rule: which network addresses the crawler may connect to. Pure; `crawler/guard.py` applies it.

`ipaddress.is_global` alone is not enough: it calls several addresses global that lead back inside, such as the NAT64
and 6to4 forms of 127.0.0.1 (TRUST section 0, fact 4). So wrapped addresses are unwrapped, and both the outer and the
inner one must be public.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

PORTS = frozenset({80, 443})

_NEVER: tuple[Network, ...] = (
    IPv4Network("192.0.0.0/24"),  # IETF protocol assignments (RFC 6890)
    IPv4Network("192.88.99.0/24"),  # 6to4 relays (RFC 7526)
    IPv6Network("2001::/23"),  # IETF protocol assignments, Teredo among them: no website lives there (RFC 2928)
    IPv6Network("fec0::/10"),  # site-local, deprecated but routed in places (RFC 3879)
    IPv6Network("fc00::/7"),
    IPv6Network("fe80::/10"),
    IPv6Network("100::/64"),  # discard only (RFC 6666)
    IPv6Network("2001:db8::/32"),
    IPv6Network("3fff::/20"),  # documentation (RFC 9637)
    IPv6Network("5f00::/16"),  # segment routing (RFC 9602)
)
_GIVEN_OUT = IPv6Network("2000::/3")
"""The only IPv6 addresses that are given out to networks (IANA: Global Unicast Address Assignments)."""
_NAT64_PUBLIC = IPv6Network("64:ff9b::/96")
_NAT64 = (_NAT64_PUBLIC, IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE = IPv6Network("::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)
"""The interface identifiers of ISATAP (RFC 5214): an IPv4 address follows in the last 32 bits."""


def parsed(text: str) -> Address:
    """A socket's address, without its scope. Raises ValueError."""
    return ip_address(text.partition("%")[0])


def allowed(text: str, port: int, exempt: Sequence[Network] = ()) -> bool:
    """Whether the crawler may connect. `exempt` networks are trusted by the administrator, at every port."""
    try:
        address = parsed(text)
    except ValueError:
        return False
    if is_exempt(address, exempt):
        return True
    return port in PORTS and all(_is_public(form) for form in _forms(address))


def is_exempt(address: Address, exempt: Sequence[Network]) -> bool:
    """Whether the administrator trusts this address. A mapped address counts as the address inside it."""
    inner = getattr(address, "ipv4_mapped", None) or address
    return any(inner in network for network in exempt if network.version == inner.version)


def _forms(address: Address) -> Iterator[Address]:
    """The address and every IPv4 address that is wrapped in it."""
    yield address
    if isinstance(address, IPv4Address):
        return
    last = IPv4Address(int(address) & 0xFFFFFFFF)
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if address in _COMPATIBLE or any(address in network for network in _NAT64):
        yield last
    if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        yield last


def _is_public(address: Address) -> bool:
    if address.is_multicast or address.is_unspecified or address.is_loopback or address.is_link_local:
        return False
    if any(address in network for network in _NEVER if network.version == address.version):
        return False
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped or address in _NAT64_PUBLIC:
            return True  # The address inside it is looked at by itself.
        return address in _GIVEN_OUT and address.is_global
    return address.is_global
