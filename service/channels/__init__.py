"""Ways to bring a mail to somebody, one file per way.

A channel calls `before_dot` right before the point of no return and goes no further when the answer is no. What comes
back is a value (`DeliveryResult`): a server that refuses is expected.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from store.sending import DeliveryResult


@dataclass(frozen=True, slots=True)
class Parcel:
    """A finished mail and where it goes. `name` is the same for the same mail at every attempt; fit for a file."""

    name: str
    message: bytes = field(repr=False)
    sender: str
    recipient: str = field(repr=False)


class Channel(Protocol):
    """One batch of mails over one connection."""

    async def send(self, parcel: Parcel, before_dot: Callable[[], bool]) -> DeliveryResult: ...

    async def close(self) -> None: ...
