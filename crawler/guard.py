"""The only way out to the network.

The guard looks at the address at the moment of connecting, in the socket factory of the HTTP handler. Names,
literal addresses in any spelling, redirects, robots.txt and names whose address changes between two questions all
pass there, because nothing can be sent before a socket exists (TRUST 2.1; a check of names or of resolved addresses
beforehand was open to each of these somewhere).
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

from aiohttp import ClientTimeout, TCPConnector
from aiohttp.connector import Connection

from crawler.addresses import Network, allowed, is_exempt, parsed
from crawler.limits import CONNECT_SECONDS
from crawler.names import Names

REFUSED = "address refused by the guard"
"""In the message of every refusal, so that it can be told from a network that is down: it is never tried again."""


class Guard:
    """`exempt` are the networks of `[crawl] allow_addresses`; `names` turns names into addresses."""

    def __init__(self, exempt: Sequence[Network] = (), nameserver: str = "") -> None:
        self.exempt = tuple(exempt)
        self.names = Names(nameserver)

    def socket(self, address: tuple[Any, ...]) -> socket.socket:
        """A socket for one resolved address, or PermissionError with `REFUSED` in its message."""
        family, kind, protocol, _, place = address
        if not allowed(str(place[0]), int(place[1]), self.exempt):
            # A plain errno and text: aiohttp loses the message of other errors when it wraps them.
            raise OSError(errno.EACCES, f"{REFUSED}: {place[0]} port {place[1]}")
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made

    def connector(self, *, total: int, per_host: int) -> TCPConnector:
        """The connector that every request of the crawler goes through."""
        return _Connector(
            socket_factory=self.socket, resolver=self.names, use_dns_cache=False, limit=total, limit_per_host=per_host
        )

    async def is_exempt(self, host: str) -> bool:
        """Whether a host lies in the administrator's own networks, so that it need not be spared as strangers are."""
        if not self.exempt:
            return False
        try:
            addresses = [str(ip_address(host.strip("[]")))]
        except ValueError:
            try:
                addresses = [found["host"] for found in await self.names.resolve(host)]
            except OSError:
                return False
        return bool(addresses) and all(is_exempt(parsed(address), self.exempt) for address in addresses)


class _Connector(TCPConnector):
    """Gives connecting a limit of its own: scrapy's handler sets only the total."""

    async def connect(self, req: Any, traces: Any, timeout: ClientTimeout) -> Connection:  # noqa: ASYNC109 - aiohttp's
        limited = ClientTimeout(total=timeout.total, sock_connect=CONNECT_SECONDS, sock_read=timeout.sock_read)
        return await super().connect(req, traces, limited)
