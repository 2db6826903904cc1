"""The texts that editors decided about, to learn from: what they kept, and what they found off topic. Only reads."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store.tables import Decision, Revision
from store.values import RejectReason, Verdict

MOST = 5000
"""The newest decisions that are looked at: what editors found long ago says less."""
KEPT = (Verdict.APPROVE, Verdict.INTERNAL)


@dataclass(frozen=True, slots=True)
class DecidedText:
    """Title and excerpt as they were judged, and whether the editor found that they belong here."""

    item_id: int
    title: str
    excerpt: str
    about: bool


def decided_texts(session: Session, most: int = MOST) -> list[DecidedText]:
    """The standing decision about each item, newest first, for the texts that are still there.

    Approved and internal texts are about trafficking, texts rejected as off topic are not. Other rejections say nothing
    about the subject, and neither do decisions that were undone, reopened or withdrawn; blanked texts are left out.
    """
    undone = select(Decision.undoes).where(col(Decision.undoes).is_not(None))
    standing = (
        select(sa.func.max(Decision.id))
        .where(col(Decision.id).not_in(undone), col(Decision.undoes).is_(None), Decision.verdict != "edit")
        .group_by(col(Decision.item_id))
    )
    off_topic = sa.and_(col(Decision.verdict) == Verdict.REJECT, col(Decision.reason) == RejectReason.OFF_TOPIC)
    rows = session.exec(
        select(Decision.item_id, Decision.verdict, Revision.title, Revision.excerpt)
        .join(Revision, col(Revision.id) == Decision.revision_id)
        .where(
            col(Decision.id).in_(standing),
            sa.or_(col(Decision.verdict).in_(KEPT), off_topic),
            col(Revision.title) != "",
        )
        .order_by(col(Decision.id).desc())
        .limit(most)
    ).all()
    return [DecidedText(item_id, title, excerpt, verdict in KEPT) for item_id, verdict, title, excerpt in rows]
