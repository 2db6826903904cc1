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


def index(session: Session, item_id: int, text: str, before: str | None = None) -> None:
    """Make `item_id` findable by `text`, and until its time has come by the text `before`, if there is one.

    The text before stands under the negative number. Whoever searches while a newer text waits for the end of its
    window finds the one that shows, and cannot find out what the newer one says.
    """
    remove(session, item_id)
    connection = session.connection()
    stems = ":stems" if connection.dialect.name == "sqlite" else "to_tsvector('simple', :stems)"
    statement = sa.text(f"INSERT INTO search (rowid, stems) VALUES (:id, {stems})")  # noqa: S608
    connection.execute(statement, {"id": item_id, "stems": " ".join(stems_of(text))})
    if before is not None:
        connection.execute(statement, {"id": -item_id, "stems": " ".join(stems_of(before))})


def remove(session: Session, item_id: int) -> None:
    session.connection().execute(
        sa.text("DELETE FROM search WHERE rowid IN (:id, :before)"), {"id": item_id, "before": -item_id}
    )


def condition(
    dialect: str, query: str, item_id: sa.ColumnElement[int], has_come: sa.ColumnElement[bool]
) -> sa.ColumnElement[bool] | None:
    """A condition on an item: all words of `query` must be in the text that shows. None when `query` holds no word.

    `has_come` says whether the time of the newest approved text has come.
    """
    stems = list(dict.fromkeys(stems_of(query[:QUERY_LIMIT])))
    if not stems:
        return None
    if dialect == "sqlite":
        match = " AND ".join(f'"{stem}"' for stem in stems)
        found = sa.text("SELECT rowid FROM search WHERE search MATCH :stems").bindparams(stems=match)
    else:
        match = " & ".join(f"'{stem}'" for stem in stems)
        found = sa.text("SELECT rowid FROM search WHERE stems @@ to_tsquery('simple', :stems)").bindparams(stems=match)
    numbers = found.columns(sa.column("rowid", sa.Integer))
    return sa.or_(sa.and_(has_come, item_id.in_(numbers)), sa.and_(sa.not_(has_come), (-item_id).in_(numbers)))
