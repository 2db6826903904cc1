"""The tables. Constraints stand in the schema too: the database is the last reviewer.

Times are UTC (`UtcTime`). Strings that come from a fixed list are checked by the database. Texts live in `revision`
and are never edited; what an item *is* follows from three pointers and two times on `item`
(docs/decisions/2026-11-24-the-whole-road.md).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from store.values import (
    CaseOutcome,
    EventRisk,
    EventStatus,
    Form,
    Kind,
    Outcome,
    ReviewKind,
    Rights,
    Role,
    SourceKind,
    Stage,
    State,
    Verdict,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC. A naive time is a bug and is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"the time {value} has no zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def _one_of(column: str, values: type[StrEnum] | tuple[str, ...]) -> sa.CheckConstraint:
    names = [str(value) for value in values]
    listed = ", ".join(f"'{name}'" for name in names)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


class Source(SQLModel, table=True):
    __table_args__ = (
        _one_of("kind", SourceKind),
        _one_of("rights", Rights),
        sa.CheckConstraint("pace_seconds >= 1", name="pace"),
    )
    # `interval_seconds` is the pace as it adapted itself; None before it did. `trouble` is the sum of the weights of
    # the failures in a row. `moved_to` is where permanent redirects led the last `moved_times` visits.

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    url: str
    kind: str
    region: str
    rights: str
    pace_seconds: int
    paused: bool = False
    include: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    exclude: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    options: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    host: str = Field(index=True)
    created_at: datetime = Field(sa_type=UtcTime)
    next_due_at: datetime = Field(sa_type=UtcTime, index=True)
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    failures: int = 0
    last_visit_at: datetime | None = Field(default=None, sa_type=UtcTime)
    last_success_at: datetime | None = Field(default=None, sa_type=UtcTime)
    last_new_at: datetime | None = Field(default=None, sa_type=UtcTime)
    checked: bool = Field(default=True, sa_column_kwargs={"server_default": sa.true()})
    pace_min: int | None = None
    pace_max: int | None = None
    interval_seconds: int | None = None
    on_time: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    trouble: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})
    moved_to: str | None = None
    moved_times: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    vanish_accepted_at: datetime | None = Field(default=None, sa_type=UtcTime)
    # On what the rights class rests, and when somebody looked at it. `trust` is the share of its decided items that
    # editors kept, 0 to 1; None before there are enough.
    rights_evidence: str = Field(default="", sa_column_kwargs={"server_default": ""})
    rights_checked_on: date | None = None
    trust: float | None = None


class Host(SQLModel, table=True):
    """One row per name and port: who may talk to it now, and what its robots.txt said."""

    key: str = Field(primary_key=True)
    claimed_by: str | None = None
    claimed_until: datetime | None = Field(default=None, sa_type=UtcTime)
    not_before: datetime | None = Field(default=None, sa_type=UtcTime)
    last_request_at: datetime | None = Field(default=None, sa_type=UtcTime)
    robots_status: int | None = None
    robots_text: str | None = None
    robots_fetched_at: datetime | None = Field(default=None, sa_type=UtcTime)
    tdm_text: str | None = None
    ai_text: str | None = None
    rights_fetched_at: datetime | None = Field(default=None, sa_type=UtcTime)


class Visit(SQLModel, table=True):
    __table_args__ = (
        _one_of("outcome", Outcome),
        sa.Index("ix_visit_source_started", "source_id", "started_at"),
        sa.Index("ix_visit_started", "started_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id", ondelete="CASCADE")
    started_at: datetime = Field(sa_type=UtcTime)
    finished_at: datetime = Field(sa_type=UtcTime)
    outcome: str
    sentence: str
    status: int | None = None
    bytes: int = 0
    entries: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    piled: int = 0
    url: str = ""
    cause: str | None = None
    dated: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    linked: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    worded: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    filtered: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    left: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    vanished: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    reserved: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})


class Problem(SQLModel, table=True):
    """Something about a source that a person should look at. One open row per source and kind, however long it lasts.

    `told_at` is when the administrators' mails about it were written down; `closed_at` when it was over by itself.
    """

    __table_args__ = (
        sa.Index(
            "uq_problem_open",
            "source_id",
            "kind",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id", ondelete="CASCADE")
    kind: str
    sentence: str
    opened_at: datetime = Field(sa_type=UtcTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)


class StaffNotice(SQLModel, table=True):
    """What one account of the newsroom must be told by mail; the same road and states as a `Notice`."""

    __tablename__ = "staff_notice"
    __table_args__ = (
        sa.UniqueConstraint("account_id", "kind", "about"),
        _one_of("state", ("waiting", "claimed", "handed", "sent", "refused", "in_doubt", "expired", "dropped")),
        sa.Index("ix_staff_notice_due", "state", "due_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE")
    kind: str
    about: str
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    state: str
    made_at: datetime = Field(sa_type=UtcTime)
    due_at: datetime = Field(sa_type=UtcTime)
    expires_at: datetime = Field(sa_type=UtcTime)
    tries: int = 0
    fence: int = 0
    claimed_until: datetime | None = Field(default=None, sa_type=UtcTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcTime)
    answer: str = ""


class Item(SQLModel, table=True):
    """One thing a source told us. `listed_at` orders the public list: publication, else approval.

    `previous_revision_id` is the approved text that stays up while a newer approval waits for its undo window.
    `first_approval_by` is the first of two editors, of the text `first_approval_revision_id`. `correction` is the
    public sentence about what was corrected, from `corrected_at` on. `rights_held_at` keeps it off the site for its
    rights, whatever else is true of it.
    """

    __table_args__ = (
        _one_of("kind", Kind),
        _one_of("state", State),
        sa.UniqueConstraint("source_id", "guid"),
        sa.CheckConstraint(
            "(state IN ('pending', 'pile')) = (waiting_revision_id IS NOT NULL)", name="waits_while_undecided"
        ),
        sa.CheckConstraint("approved_revision_id IS NULL OR public_at IS NOT NULL", name="approved_has_a_time"),
        sa.Index("ix_item_queue", "state", "priority", "id"),
        sa.Index("ix_item_public", "public_at", "id"),
        sa.Index("ix_item_listed", "kind", "listed_at", "id"),
        sa.Index("ix_item_found", "source_id", "found_at"),
        sa.Index(
            "ix_item_story",
            "story_id",
            sqlite_where=sa.text("story_id IS NOT NULL"),
            postgresql_where=sa.text("story_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_item_page",
            "source_id",
            sqlite_where=sa.text("page = 'wanted'"),
            postgresql_where=sa.text("page = 'wanted'"),
        ),
    )
    # `page` is how far we are with the item's own page: None (not needed), wanted, read, reserved, failed.

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id")
    guid: str
    kind: str
    state: str
    priority: float = 0.0
    found_at: datetime = Field(sa_type=UtcTime)
    seen_at: datetime = Field(sa_type=UtcTime)
    source_hash: str
    current_revision_id: int | None = Field(
        default=None,
        sa_column=sa.Column(sa.ForeignKey("revision.id", use_alter=True, name="fk_item_current_revision_id")),
    )
    waiting_revision_id: int | None = Field(
        default=None,
        sa_column=sa.Column(sa.ForeignKey("revision.id", use_alter=True, name="fk_item_waiting_revision_id")),
    )
    approved_revision_id: int | None = Field(
        default=None,
        sa_column=sa.Column(sa.ForeignKey("revision.id", use_alter=True, name="fk_item_approved_revision_id")),
    )
    previous_revision_id: int | None = Field(
        default=None,
        sa_column=sa.Column(sa.ForeignKey("revision.id", use_alter=True, name="fk_item_previous_revision_id")),
    )
    previous_public_at: datetime | None = Field(default=None, sa_type=UtcTime)
    public_at: datetime | None = Field(default=None, sa_type=UtcTime)
    listed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    first_public_at: datetime | None = Field(default=None, sa_type=UtcTime)
    taken_down_at: datetime | None = Field(default=None, sa_type=UtcTime)
    page: str | None = None
    page_tries: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    rights_held_at: datetime | None = Field(default=None, sa_type=UtcTime)
    first_approval_by: int | None = Field(default=None, foreign_key="account.id")
    first_approval_revision_id: int | None = Field(
        default=None,
        sa_column=sa.Column(sa.ForeignKey("revision.id", use_alter=True, name="fk_item_first_approval_revision_id")),
    )
    corrected_at: datetime | None = Field(default=None, sa_type=UtcTime)
    correction: str = Field(default="", sa_column_kwargs={"server_default": ""})
    story_id: int | None = Field(default=None, foreign_key="story.id")


class Story(SQLModel, table=True):
    """The items of several sources about the same happening (`item.story_id`), as an editor confirmed it."""

    id: int | None = Field(default=None, primary_key=True)
    made_at: datetime = Field(sa_type=UtcTime)
    made_by: int | None = Field(default=None, foreign_key="account.id")


class CourtCase(SQLModel, table=True):
    """A criminal case, known by its place, its court and its ECLI numbers. There is no field for a name."""

    __tablename__ = "court_case"
    __table_args__ = (_one_of("outcome", ("", *CaseOutcome)),)

    id: int | None = Field(default=None, primary_key=True)
    province: str
    municipality: str = ""
    court: str = ""
    ecli: str = ""
    outcome: str = ""
    outcome_on: date | None = None
    made_at: datetime = Field(sa_type=UtcTime)
    made_by: int | None = Field(default=None, foreign_key="account.id")


class CaseStep(SQLModel, table=True):
    """One step of a case, told by one item: each step has its item, so a step is never public before its item is."""

    __tablename__ = "case_step"
    __table_args__ = (_one_of("stage", Stage), sa.Index("ix_case_step_case", "case_id", "day"))

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="court_case.id", ondelete="CASCADE")
    item_id: int = Field(foreign_key="item.id", unique=True)
    stage: str
    day: date
    ecli: str = ""
    made_at: datetime = Field(sa_type=UtcTime)


class Review(SQLModel, table=True):
    """What waits in the queue besides items: one row per target, opened again instead of doubled.

    `target` is a number in the table of its kind: a suggestion, a request for correction, an item that is sampled.
    `item_id` is the item to show with it. `reasons` say in Dutch why it is here.
    """

    __table_args__ = (
        _one_of("kind", ReviewKind),
        _one_of("state", ("open", "done")),
        sa.UniqueConstraint("kind", "target"),
        sa.Index("ix_review_queue", "state", "priority", "id"),
        sa.Index("ix_review_item", "item_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    target: int
    item_id: int | None = Field(default=None, foreign_key="item.id")
    priority: float = 0.0
    reasons: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    state: str = "open"
    opened_at: datetime = Field(sa_type=UtcTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    closed_by: int | None = Field(default=None, foreign_key="account.id")
    outcome: str = Field(default="", sa_column_kwargs={"server_default": ""})


class CorrectionRequest(SQLModel, table=True):
    """What somebody asked over /correctie. `contact_sealed` is an address to answer to, if one was given."""

    __tablename__ = "correction_request"
    __table_args__ = (_one_of("kind", ("correction", "removal")),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    urgent: bool = False
    item_id: int | None = Field(default=None, foreign_key="item.id")
    url: str = ""
    words: str = ""
    contact_sealed: str = ""
    made_at: datetime = Field(sa_type=UtcTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcTime)
    answered_by: int | None = Field(default=None, foreign_key="account.id")
    answer: str = ""


class Tip(SQLModel, table=True):
    """Who sent a tip, if they wrote it: never public, and erased after a while. The tip itself is the item."""

    item_id: int = Field(foreign_key="item.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    organisation: str = ""
    contact_sealed: str = ""
    made_at: datetime = Field(sa_type=UtcTime)


class Claim(SQLModel, table=True):
    """Who is looking at an item, with expiry. A row of its own, so that claiming never touches the item.

    `handed_by` is the colleague who handed it over, with a `note` for who has it now.
    """

    item_id: int = Field(foreign_key="item.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    account_id: int = Field(foreign_key="account.id", index=True)
    login_id: int | None = None
    claimed_at: datetime = Field(sa_type=UtcTime)
    expires_at: datetime = Field(sa_type=UtcTime)
    handed_by: int | None = Field(default=None, foreign_key="account.id")
    note: str = ""


class PrivacyCheck(SQLModel, table=True):
    """That the public part of one text was looked at, and what was said about each of its marks."""

    __tablename__ = "privacy_check"

    revision_id: int = Field(foreign_key="revision.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    account_id: int | None = Field(default=None, foreign_key="account.id")
    made_at: datetime = Field(sa_type=UtcTime)
    answers: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)


class SavedFilter(SQLModel, table=True):
    """A filter of the queue that an editor gave a name. `query` is the query string of its address."""

    __tablename__ = "saved_filter"
    __table_args__ = (sa.UniqueConstraint("account_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    name: str
    query: str


class LearnedModel(SQLModel, table=True):
    """What was learned from the decisions at one moment, and how it does beside the lexicon on held-out ones."""

    __tablename__ = "learned_model"

    id: int | None = Field(default=None, primary_key=True)
    made_at: datetime = Field(sa_type=UtcTime)
    model: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    comparison: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class DeskSetting(SQLModel, table=True):
    """A choice that an administrator made in the newsroom and not in the configuration file."""

    __tablename__ = "desk_setting"

    key: str = Field(primary_key=True)
    value: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    changed_at: datetime = Field(sa_type=UtcTime)
    changed_by: int | None = Field(default=None, foreign_key="account.id")


class Revision(SQLModel, table=True):
    """One text of an item. Never edited; blanking (a decision of its own) empties the text and keeps the digest.

    `note` says to an editor, in Dutch, why the program made this revision, when the source itself said nothing.
    """

    __table_args__ = (
        sa.UniqueConstraint("item_id", "number"),
        _one_of("origin", ("source", "editor")),
        sa.Index(
            "ix_revision_text",
            "made_at",
            sqlite_where=sa.text("text <> ''"),
            postgresql_where=sa.text("text <> ''"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id", index=True)
    number: int
    origin: str
    made_by: int | None = Field(default=None, foreign_key="account.id")
    made_at: datetime = Field(sa_type=UtcTime)
    kind: str
    url: str
    title: str
    excerpt: str
    text: str = ""
    title_adjusted: bool = False
    published_at: datetime | None = Field(default=None, sa_type=UtcTime)
    language: str | None = None
    relevance: float = 0.0
    relevance_reasons: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    source_hash: str
    salt: str
    digest: str
    author: str | None = None
    section: str | None = None
    note: str = Field(default="", sa_column_kwargs={"server_default": ""})
    flags: list[dict[str, Any]] = Field(
        default_factory=list, sa_type=sa.JSON, sa_column_kwargs={"server_default": sa.text("'[]'")}
    )
    news_kind: str | None = None
    # `body` is the whole text of an own article in Markdown, and public; `text` never is. With `link_hidden` the
    # address of the source is not shown, because the address itself tells who somebody is.
    body: str = Field(default="", sa_column_kwargs={"server_default": ""})
    link_hidden: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})


class RevisionRegion(SQLModel, table=True):
    __tablename__ = "revision_region"
    __table_args__ = (sa.Index("ix_revision_region_province", "province", "revision_id"),)

    revision_id: int = Field(foreign_key="revision.id", primary_key=True)
    position: int = Field(primary_key=True)
    province: str
    municipality: str | None = None
    place: str | None = None
    lat: float | None = None
    lon: float | None = None
    confidence: float = 1.0
    reasons: list[str] = Field(default_factory=list, sa_type=sa.JSON)


class RevisionForm(SQLModel, table=True):
    __tablename__ = "revision_form"
    __table_args__ = (_one_of("form", Form), sa.Index("ix_revision_form_form", "form", "revision_id"))

    revision_id: int = Field(foreign_key="revision.id", primary_key=True)
    form: str = Field(primary_key=True)
    reasons: list[str] = Field(default_factory=list, sa_type=sa.JSON)


class RevisionEvent(SQLModel, table=True):
    """When and where. `local_start` is the wall time in Amsterdam, kept because zone rules can change (INV-14)."""

    __tablename__ = "revision_event"
    __table_args__ = (
        _one_of("status", EventStatus),
        _one_of("risk", EventRisk),
        sa.CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="ends_after_start"),
        sa.Index("ix_revision_event_starts", "starts_at", "revision_id"),
    )

    revision_id: int = Field(foreign_key="revision.id", primary_key=True)
    starts_at: datetime = Field(sa_type=UtcTime)
    ends_at: datetime | None = Field(default=None, sa_type=UtcTime)
    local_start: str
    all_day: bool = False
    place: str | None = None
    signup_url: str | None = None
    status: str = EventStatus.CONFIRMED
    organiser: str | None = None
    risk: str = Field(default=EventRisk.OPEN, sa_column_kwargs={"server_default": "open"})


NOTED = ("edit", "approve_first", "story", "case", "blank")
"""What stands in the history besides verdicts: a new text, the first of two approvals, joining, blanking a text."""


class Decision(SQLModel, table=True):
    """What an editor did. Append-only by trigger; `previous_hash` is unique, so the chain cannot fork."""

    __table_args__ = (
        _one_of("verdict", (*(str(v) for v in Verdict), *NOTED)),
        sa.Index("ix_decision_item", "item_id", "id"),
        sa.Index("ix_decision_account", "account_id", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id")
    revision_id: int = Field(foreign_key="revision.id")
    account_id: int = Field(foreign_key="account.id")
    verdict: str
    reason: str = ""
    privacy_checked: bool = False
    made_at: datetime = Field(sa_type=UtcTime)
    undoes: int | None = Field(default=None, foreign_key="decision.id", unique=True)
    before: dict[str, Any] = Field(sa_type=sa.JSON)
    after: dict[str, Any] = Field(sa_type=sa.JSON)
    revision_digest: str
    salt: str
    reason_digest: str
    previous_hash: str = Field(unique=True)
    hash: str = Field(unique=True)


class ChainHead(SQLModel, table=True):
    """One row: the end of the decision chain. Writers on PostgreSQL lock it; SQLite has one writer anyway."""

    __tablename__ = "chain_head"
    __table_args__ = (sa.CheckConstraint("id = 1", name="single"),)

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    length: int
    hash: str


class PublicState(SQLModel, table=True):
    """One row: the version of what is public. Raised in the transaction that changes it; page caches watch it."""

    __tablename__ = "public_state"
    __table_args__ = (sa.CheckConstraint("id = 1", name="single"),)

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    version: int


class CalendarEntry(SQLModel, table=True):
    """The outgoing identity of an event: `uid` fixed for ever, `sequence` raised when time, place or status change."""

    __tablename__ = "calendar_entry"

    item_id: int = Field(foreign_key="item.id", primary_key=True)
    uid: str = Field(unique=True)
    sequence: int = 0
    changed_at: datetime = Field(sa_type=UtcTime)


class Account(SQLModel, table=True):
    __table_args__ = (_one_of("role", Role),)

    id: int | None = Field(default=None, primary_key=True)
    address: str
    address_key: str = Field(unique=True)
    role: str
    password_hash: str
    created_at: datetime = Field(sa_type=UtcTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcTime)
    # `scope` are the provinces the account may decide about, none for all. `totp_sealed` is the secret of the codes,
    # `totp_used` the last time step that was used, so that no code works twice (RFC 6238 section 5.2). `failures` is
    # how many passwords in a row were wrong. `password_hash` is empty when there is no password (any more).
    scope: list[str] = Field(default_factory=list, sa_type=sa.JSON, sa_column_kwargs={"server_default": "[]"})
    single_keys: bool = Field(default=True, sa_column_kwargs={"server_default": sa.true()})
    totp_sealed: str | None = None
    totp_used: int | None = None
    factor_due_at: datetime | None = Field(default=None, sa_type=UtcTime)
    password_changed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class Invitation(SQLModel, table=True):
    __table_args__ = (_one_of("role", Role),)

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    address: str = ""
    role: str
    scope: list[str] = Field(default_factory=list, sa_type=sa.JSON, sa_column_kwargs={"server_default": "[]"})
    created_at: datetime = Field(sa_type=UtcTime)
    expires_at: datetime = Field(sa_type=UtcTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcTime)


class Login(SQLModel, table=True):
    """A server-side session. Only the SHA-256 of its id is here (ASVS 7.2)."""

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    created_at: datetime = Field(sa_type=UtcTime)
    last_seen_at: datetime = Field(sa_type=UtcTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    factor: str = Field(default="password", sa_column_kwargs={"server_default": "password"})


class Passkey(SQLModel, table=True):
    """A credential of WebAuthn level 3. `credential` and `public_key` are base64url without padding."""

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    credential: str = Field(unique=True)
    public_key: str
    sign_count: int = 0
    name: str
    made_at: datetime = Field(sa_type=UtcTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcTime)


class RecoveryCode(SQLModel, table=True):
    """One code for a lost factor, as a keyed hash; it works once."""

    __tablename__ = "recovery_code"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    code_hash: str = Field(unique=True)
    made_at: datetime = Field(sa_type=UtcTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcTime)


class Challenge(SQLModel, table=True):
    """What we asked of a browser that is not logged in all the way yet: a passkey, or a code after the password."""

    __table_args__ = (_one_of("kind", ("passkey_login", "passkey_new", "second_factor", "totp_new", "reset")),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    token_hash: str = Field(unique=True)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    secret: str = ""
    made_at: datetime = Field(sa_type=UtcTime)
    expires_at: datetime = Field(sa_type=UtcTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcTime)


class Attempt(SQLModel, table=True):
    """One counted attempt (failed login, confirmation mail). `key` is a keyed hash, never an address."""

    __table_args__ = (sa.Index("ix_attempt_bucket", "bucket", "key", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    bucket: str
    key: str
    at: datetime = Field(sa_type=UtcTime)


class Subscriber(SQLModel, table=True):
    """The address is sealed; `address_key` is a keyed hash, so that one address has one row."""

    __table_args__ = (_one_of("state", ("unconfirmed", "confirmed")),)

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True)
    address_sealed: str
    address_key: str = Field(unique=True)
    state: str
    consent_text: str
    requested_at: datetime = Field(sa_type=UtcTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcTime)


class SubscriberRegion(SQLModel, table=True):
    """The provinces a subscriber chose. None chosen means the whole of the Netherlands."""

    __tablename__ = "subscriber_region"

    subscriber_id: int = Field(foreign_key="subscriber.id", primary_key=True, ondelete="CASCADE")
    province: str = Field(primary_key=True)


class Suppression(SQLModel, table=True):
    """Addresses that get nothing more, as keyed hashes that survive erasure."""

    address_key: str = Field(primary_key=True)
    reason: str
    since: datetime = Field(sa_type=UtcTime)


class Notice(SQLModel, table=True):
    """What one subscriber must be told, written in the transaction that is the reason for telling."""

    __table_args__ = (
        sa.UniqueConstraint("subscriber_id", "about", "version", "kind"),
        _one_of("kind", ("confirmation", "new", "correction")),
        _one_of("state", ("waiting", "claimed", "handed", "sent", "refused", "in_doubt", "expired", "dropped")),
        sa.Index("ix_notice_due", "state", "due_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = Field(foreign_key="subscriber.id", ondelete="CASCADE")
    about: str
    item_id: int | None = Field(default=None, foreign_key="item.id", index=True)
    revision_id: int | None = Field(default=None, foreign_key="revision.id")
    version: int
    kind: str
    state: str
    made_at: datetime = Field(sa_type=UtcTime)
    due_at: datetime = Field(sa_type=UtcTime)
    expires_at: datetime = Field(sa_type=UtcTime)
    tries: int = 0
    fence: int = 0
    claimed_until: datetime | None = Field(default=None, sa_type=UtcTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcTime)


class Delivery(SQLModel, table=True):
    """One attempt to tell a notice, with the server's answer."""

    __table_args__ = (_one_of("outcome", ("sent", "refused", "retry", "in_doubt")),)

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", index=True, ondelete="CASCADE")
    attempt: int
    started_at: datetime = Field(sa_type=UtcTime)
    finished_at: datetime = Field(sa_type=UtcTime)
    outcome: str
    code: int | None = None
    answer: str = ""
