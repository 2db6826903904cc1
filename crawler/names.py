"""Names to addresses: by the system, or by the name server of the configuration. Remembered for the life of a crawl."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from ipaddress import ip_address
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from twisted.names import dns

_TIMEOUT_SECONDS = 3.0
_ALIASES = 8


class Names(AbstractResolver):
    """What aiohttp asks for addresses. One answer per name and crawl, so that pace and guard see the same one.

    That one answer is no permission: the guard looks at the address of every single connection.
    """

    def __init__(self, nameserver: str = "") -> None:
        self._nameserver = nameserver
        self._system: ThreadedResolver | None = None
        self._known: dict[tuple[str, int], asyncio.Future[list[ResolveResult]]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Addresses of a name. Raises OSError when there are none."""
        key = (host, family)
        if key not in self._known or _failed(self._known[key]):
            self._known[key] = asyncio.ensure_future(self._ask(host, family))
        found = await asyncio.shield(self._known[key])
        return [ResolveResult(**{**result, "port": port}) for result in found]

    async def close(self) -> None:
        if self._system is not None:
            await self._system.close()

    async def _ask(self, host: str, family: socket.AddressFamily) -> list[ResolveResult]:
        if not self._nameserver:
            # Made here because it wants a running loop.
            self._system = self._system or ThreadedResolver()
            return await self._system.resolve(host, 0, family)
        kinds = {socket.AF_INET: (dns.A,), socket.AF_INET6: (dns.AAAA,)}.get(family, (dns.A, dns.AAAA))
        answers = await asyncio.gather(
            *(lookup(self._nameserver, host, kind) for kind in kinds), return_exceptions=True
        )
        found = [address for answer in answers if not isinstance(answer, BaseException) for address in answer]
        if not found:
            raise OSError(socket.EAI_NONAME, f"the name server knows no address of {host}")
        return [_result(host, address) for address in found]


def _failed(future: asyncio.Future[list[ResolveResult]]) -> bool:
    return future.done() and (future.cancelled() or future.exception() is not None)


def _result(host: str, address: str) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(
        hostname=host, host=address, port=0, family=family, proto=socket.IPPROTO_TCP, flags=socket.AI_NUMERICHOST
    )


async def lookup(nameserver: str, host: str, kind: int) -> list[str]:
    """Ask one name server ("address" or "address:port") for the A or AAAA records of a name, over UDP or else TCP.

    Raises OSError when it does not answer or knows nothing.
    """
    place = _place(nameserver)
    query = dns.Message(id=secrets.randbelow(1 << 16), recDes=True)
    query.addQuery(host, kind)
    try:
        answer = _message(await asyncio.wait_for(_udp(place, query), _TIMEOUT_SECONDS), query.id)
        if answer.trunc:
            answer = _message(await asyncio.wait_for(_tcp(place, query), _TIMEOUT_SECONDS), query.id)
    except TimeoutError:
        raise OSError(socket.EAI_AGAIN, "the name server does not answer") from None
    return _addresses(answer, host, kind)


def _place(nameserver: str) -> tuple[str, int]:
    host, colon, port = nameserver.rpartition(":")
    if colon and port.isdigit() and (":" not in host or host.startswith("[")):
        return host.strip("[]"), int(port)
    return nameserver.strip("[]"), 53


def _message(data: bytes, number: int) -> dns.Message:
    message = dns.Message()
    try:
        message.fromStr(data)
    except Exception as error:
        # The decoder raises whatever hostile bytes make it raise.
        raise OSError(socket.EAI_FAIL, "the name server's answer cannot be read") from error
    if message.id != number or not message.answer or message.rCode:
        raise OSError(socket.EAI_NONAME, "the name server knows no such name")
    return message


def _addresses(message: dns.Message, host: str, kind: int) -> list[str]:
    """The addresses of the name or of what it is an alias for; records about other names do not count."""
    names = {host.lower().rstrip(".").encode()}
    for _ in range(_ALIASES):
        for record in message.answers:
            if isinstance(record.payload, dns.Record_CNAME) and record.name.name.lower() in names:
                names.add(record.payload.name.name.lower())
    wanted = dns.Record_AAAA if kind == dns.AAAA else dns.Record_A
    found = [
        str(ip_address(record.payload.address))
        for record in message.answers
        if isinstance(record.payload, wanted) and record.name.name.lower() in names
    ]
    if not found:
        raise OSError(socket.EAI_NONAME, "the name server knows no address of this kind")
    return found


class _Datagram(asyncio.DatagramProtocol):
    def __init__(self, got: asyncio.Future[bytes]) -> None:
        self._got = got

    def datagram_received(self, data: bytes, _addr: tuple[str | Any, int]) -> None:
        if not self._got.done():
            self._got.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self._got.done():
            self._got.set_exception(exc)


async def _udp(place: tuple[str, int], query: dns.Message) -> bytes:
    loop = asyncio.get_running_loop()
    got: asyncio.Future[bytes] = loop.create_future()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Datagram(got), remote_addr=place)
    try:
        transport.sendto(query.toStr())
        return await got
    finally:
        transport.close()


async def _tcp(place: tuple[str, int], query: dns.Message) -> bytes:
    reader, writer = await asyncio.open_connection(*place)
    try:
        data = query.toStr()
        writer.write(len(data).to_bytes(2, "big") + data)
        size = int.from_bytes(await reader.readexactly(2), "big")
        return await reader.readexactly(size)
    except asyncio.IncompleteReadError:
        raise OSError(socket.EAI_AGAIN, "the name server hung up") from None
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
