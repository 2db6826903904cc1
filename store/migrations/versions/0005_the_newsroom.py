"""the newsroom: checks, claims, stories, cases, requests, second factors, and the views that ask all five facts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

VIEWS = ("public_gone", "public_event", "public_form", "public_region", "public_text", "public_item")
KINDS = "'feed', 'sitemap', 'page', 'calendar', 'events', 'own'"
VERDICTS = (
    "'approve', 'reject', 'internal', 'withdraw', 'undo', 'reopen', 'correct', 'hold', 'release', "
    "'edit', 'approve_first', 'story', 'case', 'blank'"
)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    for view in VIEWS:
        op.execute(f"DROP VIEW {view}")
    _check("source", "kind", f"kind IN ({KINDS})")
    _check("decision", "verdict", f"verdict IN ({VERDICTS})")
    _check("notice", "kind", "kind IN ('confirmation', 'new', 'correction')")
    _accounts()
    _groups()
    _columns()
    _desk()
    # What is up was approved with the tick that nobody is recognisable in it. The row says that from now on.
    op.execute("""
        INSERT INTO privacy_check (revision_id, account_id, made_at, answers)
        SELECT r.id, NULL, MAX(d.made_at), '[]' FROM revision r
        JOIN decision d ON d.revision_id = r.id AND d.verdict = 'approve' AND d.privacy_checked
        GROUP BY r.id""")
    _views()


def _check(table: str, name: str, condition: str) -> None:
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{name}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK ({condition})")


def _key(table: str, column: str, to: str, *, cascade: bool = False) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete="CASCADE" if cascade else None)


def _accounts() -> None:
    for column in (
        sa.Column("scope", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("single_keys", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("totp_sealed", sa.String(), nullable=True),
        sa.Column("totp_used", sa.Integer(), nullable=True),
        sa.Column("factor_due_at", TIME, nullable=True),
        sa.Column("password_changed_at", TIME, nullable=True),
    ):
        op.add_column("account", column)
    op.add_column("login", sa.Column("factor", sa.String(), nullable=False, server_default="password"))
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("credential", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        _key("passkey", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkey_credential")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"])
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        _key("recovery_code", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"])
    kinds = "'passkey_login', 'passkey_new', 'second_factor', 'totp_new', 'reset'"
    op.create_table(
        "challenge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.CheckConstraint(f"kind IN ({kinds})", name=op.f("ck_challenge_kind")),
        _key("challenge", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_challenge_token_hash")),
    )


def _groups() -> None:
    op.create_table(
        "story",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        _key("story", "made_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
    )
    op.create_table(
        "court_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("province", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("court", sa.String(), nullable=False),
        sa.Column("ecli", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("outcome_on", sa.Date(), nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("outcome IN ('', 'convicted', 'acquitted', 'partly')", name=op.f("ck_court_case_outcome")),
        _key("court_case", "made_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_court_case")),
    )
    op.create_table(
        "case_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ecli", sa.String(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.CheckConstraint(
            "stage IN ('arrest', 'pro_forma', 'hearing', 'demand', 'verdict', 'appeal')",
            name=op.f("ck_case_step_stage"),
        ),
        _key("case_step", "case_id", "court_case", cascade=True),
        _key("case_step", "item_id", "item"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_step")),
        sa.UniqueConstraint("item_id", name=op.f("uq_case_step_item_id")),
    )
    op.create_index("ix_case_step_case", "case_step", ["case_id", "day"])


def _columns() -> None:
    for name, to in (
        ("first_approval_by", "account"),
        ("first_approval_revision_id", "revision"),
        ("story_id", "story"),
    ):
        # Written out: both databases take this, but Alembic adds no key to a table of SQLite.
        op.execute(f"ALTER TABLE item ADD COLUMN {name} INTEGER CONSTRAINT fk_item_{name} REFERENCES {to} (id)")
    op.add_column("item", sa.Column("rights_held_at", TIME, nullable=True))
    op.add_column("item", sa.Column("corrected_at", TIME, nullable=True))
    op.add_column("item", sa.Column("correction", sa.String(), nullable=False, server_default=""))
    joined = sa.text("story_id IS NOT NULL")
    op.create_index("ix_item_story", "item", ["story_id"], sqlite_where=joined, postgresql_where=joined)
    op.add_column("source", sa.Column("rights_evidence", sa.String(), nullable=False, server_default=""))
    op.add_column("source", sa.Column("rights_checked_on", sa.Date(), nullable=True))
    op.add_column("source", sa.Column("trust", sa.Float(), nullable=True))
    op.add_column("revision", sa.Column("body", sa.String(), nullable=False, server_default=""))
    op.add_column("revision", sa.Column("link_hidden", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("revision_event", sa.Column("risk", sa.String(), nullable=False, server_default="open"))
    op.execute(
        "ALTER TABLE revision_event ADD CONSTRAINT ck_revision_event_risk "
        "CHECK (risk IN ('open', 'signup', 'afterwards'))"
    )


def _desk() -> None:
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("priority", sa.Float(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False, server_default=""),
        sa.CheckConstraint("kind IN ('story', 'case', 'correction', 'sample')", name=op.f("ck_review_kind")),
        sa.CheckConstraint("state IN ('open', 'done')", name=op.f("ck_review_state")),
        _key("review", "item_id", "item"),
        _key("review", "closed_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("kind", "target", name=op.f("uq_review_kind_target")),
    )
    op.create_index("ix_review_queue", "review", ["state", "priority", "id"])
    op.create_index("ix_review_item", "review", ["item_id"])
    op.create_table(
        "correction_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("contact_sealed", sa.String(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("answered_at", TIME, nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('correction', 'removal')", name=op.f("ck_correction_request_kind")),
        _key("correction_request", "item_id", "item"),
        _key("correction_request", "answered_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_request")),
    )
    op.create_table(
        "claim",
        sa.Column("item_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("login_id", sa.Integer(), nullable=True),
        sa.Column("claimed_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("handed_by", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        _key("claim", "item_id", "item"),
        _key("claim", "account_id", "account"),
        _key("claim", "handed_by", "account"),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_claim")),
    )
    op.create_index(op.f("ix_claim_account_id"), "claim", ["account_id"])
    op.create_table(
        "privacy_check",
        sa.Column("revision_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        _key("privacy_check", "revision_id", "revision"),
        _key("privacy_check", "account_id", "account"),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_privacy_check")),
    )
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        _key("saved_filter", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("account_id", "name", name=op.f("uq_saved_filter_account_id_name")),
    )
    op.create_table(
        "learned_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("model", sa.JSON(), nullable=False),
        sa.Column("comparison", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned_model")),
    )
    op.create_table(
        "desk_setting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        _key("desk_setting", "changed_by", "account"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_desk_setting")),
    )


def _views() -> None:
    """What the public may read. Four of the five facts are asked here: review, rights, takedown, and the privacy check
    of the very text. The fifth, whether its time has come, is the reader's condition, because it needs the time.
    """
    stands = "i.approved_revision_id IS NOT NULL AND i.taken_down_at IS NULL AND i.rights_held_at IS NULL"
    op.execute(f"""
        CREATE VIEW public_item AS
        SELECT i.id, i.kind, i.approved_revision_id, i.previous_revision_id, i.listed_at, i.public_at,
               COALESCE(i.previous_public_at, i.public_at) AS shown_from, i.corrected_at, i.correction, i.story_id,
               s.key AS source_key, s.name AS source_name, s.kind AS source_kind
        FROM item i JOIN source s ON s.id = i.source_id
        WHERE {stands}""")
    approved = f"""JOIN item i ON i.id = r.item_id JOIN privacy_check p ON p.revision_id = r.id
        WHERE {stands} AND (r.id = i.approved_revision_id OR r.id = i.previous_revision_id)"""
    op.execute(f"""
        CREATE VIEW public_text AS
        SELECT r.id AS revision_id, r.kind, r.title, r.excerpt, CASE WHEN r.link_hidden THEN '' ELSE r.url END AS url,
               r.published_at, r.title_adjusted, r.body, r.news_kind
        FROM revision r {approved}""")
    op.execute(f"""
        CREATE VIEW public_region AS
        SELECT g.revision_id, g.position, g.province, g.municipality,
               CASE WHEN e.risk IS NULL OR e.risk = 'open' THEN g.place END AS place,
               CASE WHEN e.risk IS NULL OR e.risk = 'open' THEN g.lat END AS lat,
               CASE WHEN e.risk IS NULL OR e.risk = 'open' THEN g.lon END AS lon
        FROM revision_region g LEFT JOIN revision_event e ON e.revision_id = g.revision_id
        JOIN revision r ON r.id = g.revision_id {approved}""")
    op.execute(f"""
        CREATE VIEW public_form AS
        SELECT f.revision_id, f.form FROM revision_form f JOIN revision r ON r.id = f.revision_id {approved}""")
    op.execute(f"""
        CREATE VIEW public_event AS
        SELECT e.revision_id, e.starts_at, e.ends_at, e.all_day, CASE WHEN e.risk = 'open' THEN e.place END AS place,
               e.signup_url, e.status, e.risk, c.uid, c.sequence, c.changed_at
        FROM revision_event e JOIN revision r ON r.id = e.revision_id
        JOIN calendar_entry c ON c.item_id = r.item_id {approved}""")
    op.execute("""
        CREATE VIEW public_gone AS
        SELECT i.id, i.kind, COALESCE(i.taken_down_at, i.rights_held_at) AS taken_down_at
        FROM item i WHERE i.first_public_at < COALESCE(i.taken_down_at, i.rights_held_at)""")
    op.execute(f"""
        CREATE VIEW public_gone_event AS
        SELECT i.id, c.uid, c.sequence, COALESCE(i.taken_down_at, i.rights_held_at) AS changed_at,
               e.starts_at, e.ends_at, e.all_day
        FROM item i JOIN calendar_entry c ON c.item_id = i.id
        JOIN revision_event e ON e.revision_id = i.approved_revision_id
        WHERE NOT ({stands}) AND i.first_public_at < COALESCE(i.taken_down_at, i.rights_held_at)""")
    op.execute(f"""
        CREATE VIEW public_case_step AS
        SELECT t.case_id, t.item_id, t.stage, t.day, t.ecli, COALESCE(i.previous_public_at, i.public_at) AS shown_from
        FROM case_step t JOIN item i ON i.id = t.item_id WHERE {stands}""")
    op.execute("""
        CREATE VIEW public_case AS
        SELECT k.id, k.province, k.municipality, k.court, k.ecli, k.outcome, k.outcome_on
        FROM court_case k WHERE EXISTS (SELECT 1 FROM public_case_step t WHERE t.case_id = k.id)""")
