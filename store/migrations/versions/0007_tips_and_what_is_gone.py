"""who sent a tip; what a calendar says of a withdrawn event is what the public saw of it last"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tip",
        sa.Column("item_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("contact_sealed", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_tip_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_tip")),
    )
    op.execute("DROP VIEW public_gone_event")
    gone = "COALESCE(i.taken_down_at, i.rights_held_at)"
    # A text that was approved and withdrawn before its time came was never public, and neither is its date.
    op.execute(f"""
        CREATE VIEW public_gone_event AS
        SELECT i.id, c.uid, c.sequence, {gone} AS changed_at, e.starts_at, e.ends_at, e.all_day
        FROM item i JOIN calendar_entry c ON c.item_id = i.id
        JOIN revision_event e ON e.revision_id =
             CASE WHEN i.public_at <= {gone} THEN i.approved_revision_id ELSE i.previous_revision_id END
        WHERE {gone} IS NOT NULL AND i.first_public_at < {gone}""")
