"""The views that the public door of the database opens, as tables to ask; migration 0005 says what stands in them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from store.tables import UtcTime

_meta = sa.MetaData()


def _view(name: str, *columns: str, times: Sequence[str] = (), flags: Sequence[str] = ()) -> sa.Table:
    return sa.Table(
        name,
        _meta,
        *(
            sa.Column(column, sa.Integer if column == "id" or column.endswith("_id") else sa.String)
            for column in columns
        ),
        *(sa.Column(column, UtcTime) for column in times),
        *(sa.Column(column, sa.Boolean) for column in flags),
    )


ITEM = _view(
    "public_item",
    *("id", "kind", "approved_revision_id", "previous_revision_id", "source_key", "source_name", "source_kind"),
    *("correction", "story_id"),
    times=("listed_at", "public_at", "shown_from", "corrected_at"),
)
TEXT = _view(
    "public_text",
    *("revision_id", "kind", "title", "excerpt", "url", "body", "news_kind"),
    times=("published_at",),
    flags=("title_adjusted",),
)
REGION = _view("public_region", "revision_id", "province", "municipality", "place")
REGION.append_column(sa.Column("position", sa.Integer))
FORM = _view("public_form", "revision_id", "form")
EVENT = _view(
    "public_event",
    *("revision_id", "place", "signup_url", "status", "risk", "uid"),
    times=("starts_at", "ends_at", "changed_at"),
    flags=("all_day",),
)
EVENT.append_column(sa.Column("sequence", sa.Integer))
GONE = _view("public_gone", "id", "kind", times=("taken_down_at",))
GONE_EVENT = _view(
    "public_gone_event", *("id", "uid"), times=("changed_at", "starts_at", "ends_at"), flags=("all_day",)
)
GONE_EVENT.append_column(sa.Column("sequence", sa.Integer))
CASE = sa.Table(
    "public_case",
    _meta,
    sa.Column("id", sa.Integer),
    *(sa.Column(name, sa.String) for name in ("province", "municipality", "court", "ecli", "outcome")),
    sa.Column("outcome_on", sa.Date),
)
CASE_STEP = sa.Table(
    "public_case_step",
    _meta,
    *(sa.Column(name, sa.Integer) for name in ("case_id", "item_id")),
    *(sa.Column(name, sa.String) for name in ("stage", "ecli")),
    sa.Column("day", sa.Date),
    sa.Column("shown_from", UtcTime),
)
VERSION = sa.Table("public_state", _meta, sa.Column("version", sa.Integer))
