"""How often one network may try something. In memory only, under keys that die every day (TRUST 4.4, INV-16).

No address of a reader is kept: what is counted is a keyed hash of its network (IPv4 /24, IPv6 /64), and nobody can turn
yesterday's hashes back, because yesterday's key is gone. A restart forgets the counts; the limits in the database
(`store/subscribers.py`, `store/accounts.py`) do not depend on it.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import ip_address, ip_network

from starlette.requests import Request

KEYS_AT_MOST = 50_000


@dataclass(frozen=True, slots=True)
class Limit:
    name: str
    count: int
    window: timedelta


SUBSCRIBE = Limit("subscribe", 5, timedelta(hours=1))
TOKEN_PAGES = Limit("token pages", 60, timedelta(hours=1))
CORRECTION = Limit("correction", 5, timedelta(hours=1))
TIP = Limit("tip", 5, timedelta(hours=1))
PASSKEY_QUESTIONS = Limit("passkey questions", 120, timedelta(hours=1))
"""A question costs a row for ten minutes; its answer cannot be guessed, so an office of many may ask often."""


class Throttle:
    """Counts for one process. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[bytes, list[datetime]] = OrderedDict()
        self._day: date | None = None
        self._key = b""

    def allow(self, limit: Limit, address: str, now: datetime) -> bool:
        """Count one try from this address. False, and not counted, when its network had enough already."""
        with self._lock:
            if self._day != now.date():
                self._day, self._key = now.date(), secrets.token_bytes(32)
                self._seen.clear()
            name = hmac.digest(self._key, f"{limit.name} {network(address)}".encode(), "sha256")[:16]
            tries = [moment for moment in self._seen.pop(name, []) if moment > now - limit.window]
            allowed = len(tries) < limit.count
            if allowed:
                tries.append(now)
            self._seen[name] = tries
            if len(self._seen) > KEYS_AT_MOST:
                self._seen.popitem(last=False)
            return allowed


def network(address: str) -> str:
    """The network of an address: what one household or one office looks like from here."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = getattr(parsed, "ipv4_mapped", None)
    found = mapped or parsed
    return str(ip_network(f"{found}/{24 if found.version == 4 else 64}", strict=False))  # noqa: PLR2004


def network_of(request: Request) -> str:
    """The network that asks: that of the last hop, or what a trusted proxy says."""
    return network(request.client.host if request.client else "")


def allowed(request: Request, limit: Limit, now: datetime) -> bool:
    """Count this request. The address is that of the last hop, or what a trusted proxy says."""
    throttle: Throttle = request.app.state.throttle
    return throttle.allow(limit, request.client.host if request.client else "", now)
