"""A name server on loopback that knows a few names and remembers what it was asked."""

from __future__ import annotations

import socketserver
import threading
from ipaddress import ip_address
from typing import Self

from twisted.names import dns


class NameServer:
    """Answers A and AAAA over UDP from `names`. A context manager; `place` is what `[crawl] nameserver` takes."""

    def __init__(self, names: dict[str, list[str]]) -> None:
        self.names = names
        self.asked: list[str] = []
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                data, wire = self.request
                wire.sendto(outer.answer(data), self.client_address)

        self._server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self._server.server_address[1]}"

    def answer(self, data: bytes) -> bytes:
        message = dns.Message()
        message.fromStr(data)
        query = message.queries[0]
        name = query.name.name.decode()
        self.asked.append(name)
        known = self.known(name, query.type)
        answer = dns.Message(message.id, answer=1, rCode=dns.ENAME if known is None else dns.OK)
        answer.queries = [query]
        for address in known or ():
            kind, record = (dns.A, dns.Record_A) if ip_address(address).version == 4 else (dns.AAAA, dns.Record_AAAA)
            if query.type == kind:
                answer.answers.append(dns.RRHeader(name, kind, ttl=1, payload=record(address, 1)))
        return answer.toStr()

    def known(self, name: str, _kind: int) -> list[str] | None:
        """The addresses of a name, None when there is no such name."""
        return self.names.get(name)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class Rebinding(NameServer):
    """Gives every name a public address the first time it is asked, and one inside ever after."""

    def __init__(self, public: list[str], inside: list[str]) -> None:
        super().__init__({})
        self.public, self.inside = public, inside
        self._seen: set[tuple[str, int]] = set()

    def known(self, name: str, kind: int) -> list[str] | None:
        first = (name, kind) not in self._seen
        self._seen.add((name, kind))
        return self.public if first else self.inside
