"""Full text search: over what is approved for the public, and over the newest text of every item for the newsroom.

SQLite keeps the words in FTS5, PostgreSQL in a tsvector of the `simple` configuration. The public searches Dutch stems
that we make ourselves, so both databases find the same; the newsroom the beginnings of words, which costs nothing when
items come in. Never ranked: ranking a common word costs 0.2 to 1 s at a million rows, and the lists have an order.

The two have tables of their own, so that nobody can find out over the public search what waits. Names and numbers that
are marked in a text are in neither (PRODUCT.md, section 4).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import snowballstemmer
import sqlalchemy as sa
from sqlmodel import Session

from store.values import FlagKind, PrivacyFlag

QUERY_LIMIT = 100
_WORD = re.compile(r"[^\W_]+")
_NOT_FOUND_BY = frozenset(
    {FlagKind.PERSON, FlagKind.SHORT_NAME, FlagKind.PHONE, FlagKind.EMAIL, FlagKind.BSN, FlagKind.PLATE}
)


@cache
def _stemmer() -> Any:
    return snowballstemmer.stemmer("dutch")


def stems_of(text: str) -> list[str]:
    """Lower-case Dutch stems without accents, in order."""
    return [str(stem) for stem in _stemmer().stemWords(_WORD.findall(_plain(text)))]


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character))


def without_marked(text: str, flags: Iterable[PrivacyFlag]) -> str:
    """The words of a text without those that a mark of a name, a number or an address is made of.

    The words between the parts of a name ("van der") stay: they name nobody, and are looked for with others.
    """
    left_out = {
        word
        for flag in flags
        if flag.kind in _NOT_FOUND_BY
        for told in _WORD.findall(flag.text)
        if flag.kind is not FlagKind.PERSON or not told.islower()
        for word in _WORD.findall(_plain(told))
    }
    found = _WORD.findall(_plain(text))
    return " ".join(word for word in found if word not in left_out) if left_out else " ".join(found)


def words_of(texts: Iterable[str], flags: Iterable[PrivacyFlag], places: Iterable[str]) -> str:
    """What an item is found by in the newsroom: its texts without marked names, and its places."""
    return f"{without_marked(' '.join(texts), flags)} {' '.join(_WORD.findall(_plain(' '.join(places))))}"


def index_waiting(connection: sa.Connection, told: Sequence[tuple[int, str]]) -> None:
    """Make items findable in the newsroom by the `words_of` their newest texts: (item, words)."""
    if not told:
        return
    if connection.dialect.name == "sqlite":
        statement = "INSERT OR REPLACE INTO desk_search (rowid, words) VALUES (:id, :words)"
    else:
        statement = (
            "INSERT INTO desk_search (rowid, words) VALUES (:id, to_tsvector('simple', :words)) "
            "ON CONFLICT (rowid) DO UPDATE SET words = excluded.words"
        )
    last = dict(told)
    connection.execute(sa.text(statement), [{"id": item_id, "words": words} for item_id, words in last.items()])


def waiting_condition(dialect: str, query: str, item_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool] | None:
    """A condition on an item: each word of `query` begins a word of its newest text. None when it holds no word."""
    words = list(dict.fromkeys(_WORD.findall(_plain(query[:QUERY_LIMIT]))))
    if not words:
        return None
    if dialect == "sqlite":
        match = " AND ".join(f'"{word}"*' for word in words)
        found = sa.text("SELECT rowid FROM desk_search WHERE desk_search MATCH :begins").bindparams(begins=match)
    else:
        match = " & ".join(f"'{word}':*" for word in words)
        found = sa.text("SELECT rowid FROM desk_search WHERE words @@ to_tsquery('simple', :begins)").bindparams(
            begins=match
        )
    return item_id.in_(found.columns(sa.column("rowid", sa.Integer)))


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


def is_found(session: Session, item_id: int) -> bool:
    """Whether the search of the site has words of this item."""
    statement = sa.text("SELECT count(*) FROM search WHERE rowid IN (:id, :before)")
    return bool(session.connection().execute(statement, {"id": item_id, "before": -item_id}).scalar_one())


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
