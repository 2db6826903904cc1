"""collecting: more kinds, causes, pace that adapts, problems, pages of items"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KINDS = "'feed', 'sitemap', 'page', 'calendar', 'events'"
STATES = "'waiting', 'claimed', 'handed', 'sent', 'refused', 'in_doubt', 'expired', 'dropped'"


def upgrade() -> None:
    # Both databases can exchange a check in place. Making the table anew would drop it for a moment, and with it,
    # by the foreign keys, everything that belongs to it.
    op.execute("ALTER TABLE source DROP CONSTRAINT ck_source_kind")
    op.execute(f"ALTER TABLE source ADD CONSTRAINT ck_source_kind CHECK (kind IN ({KINDS}))")
    whole, number = sa.Integer(), sa.text("0")
    for column in (
        sa.Column("checked", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("pace_min", whole, nullable=True),
        sa.Column("pace_max", whole, nullable=True),
        sa.Column("interval_seconds", whole, nullable=True),
        sa.Column("on_time", whole, nullable=False, server_default=number),
        sa.Column("trouble", sa.Float(), nullable=False, server_default=number),
        sa.Column("moved_to", sa.String(), nullable=True),
        sa.Column("moved_times", whole, nullable=False, server_default=number),
        sa.Column("vanish_accepted_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("source", column)
    op.add_column("host", sa.Column("tdm_text", sa.String(), nullable=True))
    op.add_column("host", sa.Column("ai_text", sa.String(), nullable=True))
    op.add_column("host", sa.Column("rights_fetched_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("visit", sa.Column("cause", sa.String(), nullable=True))
    for name in ("dated", "linked", "worded", "filtered", "left", "vanished"):
        op.add_column("visit", sa.Column(name, whole, nullable=False, server_default=number))
    op.add_column("visit", sa.Column("reserved", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_visit_started", "visit", ["started_at"])
    op.add_column("item", sa.Column("page", sa.String(), nullable=True))
    op.add_column("item", sa.Column("page_tries", whole, nullable=False, server_default=number))
    op.create_index("ix_item_found", "item", ["source_id", "found_at"])
    wanted = sa.text("page = 'wanted'")
    op.create_index("ix_item_page", "item", ["source_id"], sqlite_where=wanted, postgresql_where=wanted)
    op.add_column("revision", sa.Column("author", sa.String(), nullable=True))
    op.add_column("revision", sa.Column("section", sa.String(), nullable=True))
    op.add_column("revision", sa.Column("note", sa.String(), nullable=False, server_default=""))
    kept = sa.text("text <> ''")
    op.create_index("ix_revision_text", "revision", ["made_at"], sqlite_where=kept, postgresql_where=kept)
    op.add_column("revision_event", sa.Column("organiser", sa.String(), nullable=True))
    _problems()


def _problems() -> None:
    op.create_table(
        "problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_problem_source_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem")),
    )
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_problem_open",
        "problem",
        ["source_id", "kind"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "staff_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_staff_notice_state")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_staff_notice_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_notice")),
        sa.UniqueConstraint("account_id", "kind", "about", name=op.f("uq_staff_notice_account_id_kind_about")),
    )
    op.create_index("ix_staff_notice_due", "staff_notice", ["state", "due_at"])
