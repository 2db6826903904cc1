"""During tests nothing connects further than this machine. A test that tries it fails, whoever made the socket."""

from __future__ import annotations

import socket
import sys
from ipaddress import ip_address


class OutsideConnectionError(RuntimeError):
    """Not an OSError, so that no code under test can take it for a source that is down."""


def close_the_doors() -> None:
    """From now on, in this process, refuse every connection to anything but loopback. It cannot be undone."""
    sys.addaudithook(_watch)


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event not in {"socket.connect", "socket.sendto"}:
        return
    made, address = arguments
    if not isinstance(made, socket.socket) or made.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    host = str(address[0]) if isinstance(address, tuple) and address else ""
    if not is_loopback(host):
        raise OutsideConnectionError(
            f"A test wanted to connect to {address!r}; tests use loopback only. Serve what it needs from tests/parts."
        )


def is_loopback(host: str) -> bool:
    """Whether a socket address stays on this machine."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
