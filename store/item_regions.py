"""In which provinces an item lies, for accounts that decide about some of them only."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, col

from store.tables import Item, RevisionRegion


def provinces_of(session: Session, item_id: int) -> tuple[str, ...]:
    """The provinces of the newest text of an item, none when it names none or there is no such item."""
    query = (
        sa.select(col(RevisionRegion.province))
        .join(Item, col(Item.current_revision_id) == col(RevisionRegion.revision_id))
        .where(col(Item.id) == item_id)
        .order_by(col(RevisionRegion.province))
        .distinct()
    )
    return tuple(session.connection().execute(query).scalars())
