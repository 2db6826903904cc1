"""likeness: signatures of texts, the keys they are found by, suggestions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "likeness",
        sa.Column("item_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exact", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("opening", sa.LargeBinary(), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.Column("places", sa.LargeBinary(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("duplicate_of", sa.Integer(), nullable=True),
        sa.Column("words", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["duplicate_of"], ["item.id"], name=op.f("fk_likeness_duplicate_of")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_likeness_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_likeness")),
    )
    op.create_index(op.f("ix_likeness_found_at"), "likeness", ["found_at"])
    op.create_index(
        "ix_likeness_waiting",
        "likeness",
        ["item_id"],
        sqlite_where=sa.text("words IS NOT NULL"),
        postgresql_where=sa.text("words IS NOT NULL"),
    )
    op.create_table(
        "likeness_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "item_id", name=op.f("pk_likeness_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("other_item_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('near', 'same_story', 'case')", name=op.f("ck_suggestion_kind")),
        sa.CheckConstraint("state IN ('open', 'accepted', 'dismissed')", name=op.f("ck_suggestion_state")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_suggestion_item_id")),
        sa.ForeignKeyConstraint(["other_item_id"], ["item.id"], name=op.f("fk_suggestion_other_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint("item_id", "other_item_id", "kind", name=op.f("uq_suggestion_item_id_other_item_id_kind")),
    )
    op.create_index("ix_suggestion_state", "suggestion", ["state", "made_at"])
    op.create_index("ix_suggestion_other", "suggestion", ["other_item_id"])
