"""Servers on addresses that must never be reached: they count who connects, and say nothing."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

PROTECTED = ("127.0.0.2", "127.0.0.3", "127.1.2.3", "::1")


class Tripwire:
    """Listens at one port on every protected address of this machine. A context manager; `hits` must stay 0."""

    def __init__(self, port: int = 0) -> None:
        self.hits = 0
        self._sockets: list[socket.socket] = []
        self.port = port
        for address in PROTECTED:
            made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                # A machine without IPv6 has no ::1 to protect.
                made.bind((address, self.port))
                made.listen()
                self.port = made.getsockname()[1]
                self._sockets.append(made)
                continue
            made.close()

    def __enter__(self) -> Tripwire:  # noqa: PYI034
        for made in self._sockets:
            threading.Thread(target=self._count, args=(made,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for made in self._sockets:
            made.shutdown(socket.SHUT_RDWR)
            made.close()

    def _count(self, made: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = made.accept()
                self.hits += 1
                connection.close()
