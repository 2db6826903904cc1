"""A name server on loopback that knows a few names and remembers what it was asked."""

from __future__ import annotations

import socketserver
import threading
from ipaddress import ip_address

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
        answer = dns.Message(message.id, answer=1, rCode=dns.OK if name in self.names else dns.ENAME)
        answer.queries = [query]
        for address in self.names.get(name, []):
            kind, record = (dns.A, dns.Record_A) if ip_address(address).version == 4 else (dns.AAAA, dns.Record_AAAA)
            if query.type == kind:
                answer.answers.append(dns.RRHeader(name, kind, ttl=1, payload=record(address, 1)))
        return answer.toStr()

    def __enter__(self) -> NameServer:  # noqa: PYI034
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
