"""How Alembic reaches our tables: through the connection that `store.database.migrate` hands over."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from store import likeness_tables, tables  # noqa: F401 - the tables register themselves
from store.migrations.known import belongs_to_the_models

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    include_object=belongs_to_the_models,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=True,
    user_module_prefix="tables.",
)
with context.begin_transaction():
    context.run_migrations()
