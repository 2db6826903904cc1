"""accounts: the regions of an invitation, and how many passwords in a row were wrong"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invitation", sa.Column("scope", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("account", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
