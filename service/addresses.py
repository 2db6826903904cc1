"""Addresses of items: `{number}-{readable tail}`. Only the number counts; a wrong tail is sent to the right one."""

from __future__ import annotations

from store.errors import NotFoundError

DIGITS = 9
"""More would not fit an integer column of PostgreSQL."""


def number_of(name: str) -> int:
    """The number before the readable tail. Raises NotFoundError when there is none."""
    number = name.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) <= DIGITS):
        raise NotFoundError("There is no number in this address.")
    return int(number)
