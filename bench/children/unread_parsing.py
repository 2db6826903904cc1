"""The parser processes with the reading switched off, started by `bench/children/unread.py`: for `bench/cascade.py`."""

from __future__ import annotations

from crawler import judging, parsing
from store.values import Reading, Relevance

UNREAD = Reading((), (), Relevance(0.0, shown=False))


def _unread(*_told: object, **_named: object) -> Reading:
    return UNREAD


if __name__ == "__main__":
    # Both names: the one that every item goes through, and the one that loads the tables beforehand.
    vars(judging).update(_read=_unread, read=_unread)
    raise SystemExit(parsing.main())
