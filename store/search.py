"""Full text search over what is approved: Dutch stems that we make ourselves, so both databases find the same.

SQLite keeps them in FTS5, PostgreSQL in a tsvector of the `simple` configuration. Newest first, never ranked: ranking
a common word costs 0.2 to 1 s at a million rows, and news is read by date anyway.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

import snowballstemmer
import sqlalchemy as sa
from sqlmodel import Session

QUERY_LIMIT = 100
_WORD = re.compile(r"[^\W_]+")


@cache
def _stemmer() -> Any:
    return snowballstemmer.stemmer("dutch")


def stems_of(text: str) -> list[str]:
    """Lower-case Dutch stems without accents, in order."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return [str(stem) for stem in _stemmer().stemWords(_WORD.findall(plain))]


def index(session: Session, item_id: int, text: str) -> None:
    """Make `item_id` findable by `text`, replacing what it was findable by."""
    remove(session, item_id)
    stems = " ".join(stems_of(text))
    if session.connection().dialect.name == "sqlite":
        session.connection().execute(
            sa.text("INSERT INTO search (rowid, stems) VALUES (:id, :stems)"), {"id": item_id, "stems": stems}
        )
    else:
        session.connection().execute(
            sa.text("INSERT INTO search (rowid, stems) VALUES (:id, to_tsvector('simple', :stems))"),
            {"id": item_id, "stems": stems},
        )


def remove(session: Session, item_id: int) -> None:
    session.connection().execute(sa.text("DELETE FROM search WHERE rowid = :id"), {"id": item_id})


def condition(dialect: str, query: str, column: sa.ColumnElement[int]) -> sa.ColumnElement[bool] | None:
    """A condition on an item's id: all words of `query` must be there. None when the query holds no word."""
    stems = list(dict.fromkeys(stems_of(query[:QUERY_LIMIT])))
    if not stems:
        return None
    if dialect == "sqlite":
        match = " AND ".join(f'"{stem}"' for stem in stems)
        found = sa.text("SELECT rowid FROM search WHERE search MATCH :stems").bindparams(stems=match)
    else:
        match = " & ".join(f"'{stem}'" for stem in stems)
        found = sa.text("SELECT rowid FROM search WHERE stems @@ to_tsquery('simple', :stems)").bindparams(stems=match)
    return column.in_(found.columns(sa.column("rowid", sa.Integer)))
