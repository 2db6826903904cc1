"""What the comparison of schema and models looks at."""

from __future__ import annotations

from typing import Any

OUTSIDE_THE_MODELS = ("search", "desk_search", "alembic_version")
"""The full text indexes are made by hand: FTS5 on SQLite, tsvector on PostgreSQL."""


def belongs_to_the_models(_thing: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
    return not (kind == "table" and reflected and (name or "").startswith(OUTSIDE_THE_MODELS))
