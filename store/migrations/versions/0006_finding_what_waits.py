"""the newsroom finds what waits by its words, without the names in it; who decided how much is counted by an index"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store import flags, search
from store.values import FlagKind, PrivacyFlag

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AT_ONCE = 500


def upgrade() -> None:
    op.create_index("ix_decision_account", "decision", ["account_id", "id"])
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("CREATE TABLE desk_search (rowid integer PRIMARY KEY, words tsvector NOT NULL)")
        op.execute("CREATE INDEX desk_search_words ON desk_search USING gin (words)")
    else:
        op.execute(
            "CREATE VIRTUAL TABLE desk_search USING fts5(words, content='', contentless_delete=1, tokenize='unicode61')"
        )
    _fill(connection)


def _fill(connection: sa.Connection) -> None:
    """Index the newest text of every item."""
    places = sa.table("revision_region", *map(sa.column, ("revision_id", "place", "municipality", "province")))
    columns = sa.text(
        "SELECT i.id, r.id AS text_id, r.title, r.excerpt, r.text, r.flags FROM item i "
        "JOIN revision r ON r.id = i.current_revision_id WHERE i.id > :last ORDER BY i.id LIMIT :size"
    ).columns(
        sa.column("id"),
        sa.column("text_id"),
        *map(sa.column, ("title", "excerpt", "text")),
        sa.column("flags", sa.JSON),
    )
    last = 0
    while rows := connection.execute(columns, {"last": last, "size": AT_ONCE}).all():
        last = rows[-1].id
        found: dict[int, list[str]] = {}
        named = sa.select(places).where(places.c.revision_id.in_([row.text_id for row in rows]))
        for place in connection.execute(named):
            found.setdefault(place.revision_id, []).extend(word for word in place[1:] if word)
        told = [
            (row.id, search.words_of([row.title, row.excerpt, row.text], _flags(row.flags), found.get(row.text_id, [])))
            for row in rows
        ]
        search.index_waiting(connection, told)


def _flags(stored: list[dict[str, object]] | None) -> tuple[PrivacyFlag, ...]:
    known = {str(kind) for kind in FlagKind}
    return flags.from_rows(row for row in stored or [] if row["kind"] in known)
