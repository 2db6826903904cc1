"""reading: privacy flags and kind of news of every text"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("revision", sa.Column("flags", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    op.add_column("revision", sa.Column("news_kind", sa.String(), nullable=True))
