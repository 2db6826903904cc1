"""The tables of likeness: what is remembered of each text to recognise it by, and what that suggests to editors."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from store.tables import UtcTime


class LikenessMark(SQLModel, table=True):
    """The signature of an item's newest text (`store/signatures.py`), hashes only.

    `told_at` is when it was published, or found when that is not known. `duplicate_of` is an earlier item with the same
    or nearly the same text. `words` are those of the marks, none of them a name, while the item waits to be compared.
    """

    __tablename__ = "likeness"
    __table_args__ = (
        sa.Index(
            "ix_likeness_waiting",
            "item_id",
            sqlite_where=sa.text("words IS NOT NULL"),
            postgresql_where=sa.text("words IS NOT NULL"),
        ),
    )

    item_id: int = Field(foreign_key="item.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    told_at: datetime = Field(sa_type=UtcTime)
    found_at: datetime = Field(sa_type=UtcTime, index=True)
    exact: str
    count: int
    sketch: bytes
    opening: bytes
    marks: bytes
    places: bytes
    step: str = ""
    duplicate_of: int | None = Field(default=None, foreign_key="item.id")
    words: list[str] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))


class LikenessKey(SQLModel, table=True):
    """By which hashes an item is found. The newest items of a key lie together, so a look-up reads few pages."""

    __tablename__ = "likeness_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: int = Field(sa_type=sa.BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    item_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


class Suggestion(SQLModel, table=True):
    """That two items belong together, with the reasons in Dutch. An editor decides; nothing is merged by itself."""

    __table_args__ = (
        sa.UniqueConstraint("item_id", "other_item_id", "kind"),
        sa.CheckConstraint("kind IN ('near', 'same_story', 'case')", name="kind"),
        sa.CheckConstraint("state IN ('open', 'accepted', 'dismissed')", name="state"),
        sa.Index("ix_suggestion_state", "state", "made_at"),
        sa.Index("ix_suggestion_other", "other_item_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    item_id: int = Field(foreign_key="item.id")
    other_item_id: int = Field(foreign_key="item.id")
    score: float
    reasons: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    state: str = "open"
    made_at: datetime = Field(sa_type=UtcTime)
