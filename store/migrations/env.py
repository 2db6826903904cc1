"""How Alembic reaches our tables: through the connection that `store.database.migrate` hands over."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlmodel import SQLModel

from store import tables  # noqa: F401 - the tables register themselves

OUTSIDE_THE_MODELS = ("search",)
"""The full text index is made by hand: FTS5 on SQLite, tsvector on PostgreSQL."""


def include(_thing: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
    return not (kind == "table" and reflected and (name or "").startswith(OUTSIDE_THE_MODELS))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    include_object=include,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=True,
    user_module_prefix="tables.",
)
with context.begin_transaction():
    context.run_migrations()
