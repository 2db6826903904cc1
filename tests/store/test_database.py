"""The database itself: migrations equal the models, writers wait for each other, the public door opens nothing else."""

import threading
from contextlib import closing
from datetime import datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from store import database, search
from store.database import check, migrate, open_store
from store.errors import ConfigurationError, UnavailableError
from store.migrations.known import belongs_to_the_models
from store.tables import PublicState
from tests.parts import sqlite


def test_the_migrated_schema_equals_the_models(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": belongs_to_the_models}
        )
        differences = compare_metadata(context, SQLModel.metadata)
    assert differences == [], "write a migration in store/migrations/versions for this difference"


def test_migrating_again_changes_nothing(store):
    migrate(store)
    assert all(found.ok for found in check(store))


def test_the_start_up_check_looks_at_version_journal_and_full_text(store):
    names = {found.name for found in check(store)}
    expected = {"sqlite", "journal", "full text", "integrity"} if store.dialect == "sqlite" else {"database"}
    assert names == expected


def test_an_older_sqlite_is_named_with_its_danger():
    assert database.SQLITE_FLOOR == (3, 51, 3)


def test_read_then_write_by_eight_writers_loses_nothing(store):
    """Deferred transactions lost 173 of 400 here; BEGIN IMMEDIATE and row locks lose none (STACK.md 5)."""
    errors: list[BaseException] = []

    def add_twenty():
        for _ in range(20):
            try:
                with store.writing() as session:
                    row = session.exec(sa.select(PublicState).with_for_update()).scalar_one()
                    row.version += 1
            except BaseException as error:
                errors.append(error)

    threads = [threading.Thread(target=add_twenty) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with store.reading() as session:
        assert session.get_one(PublicState, 1).version == 1 + 8 * 20


def test_a_check_finds_no_fault_in_an_index_that_another_process_changed(store, store_url):
    """FTS5 checks against what its connection remembers, and calls what others wrote since then corrupt."""
    other = open_store(store_url)
    for number in range(1, 60):
        with other.writing() as session:
            search.index(session, number, f"bericht {number} over mensenhandel")
        if number % 5 == 0:
            assert [finding.sentence for finding in check(store) if not finding.ok] == []
    other.close()


def test_what_a_reader_changes_is_forgotten(store):
    with store.reading() as session:
        session.get_one(PublicState, 1).version = 99
        session.flush()
    with store.reading() as session:
        assert session.get_one(PublicState, 1).version == 1


@pytest.mark.parametrize(
    "table", ["item", "revision", "decision", "subscriber", "account", "login", "notice", "source"]
)
def test_the_public_connection_cannot_read_a_table_on_sqlite(store, table):
    if store.dialect != "sqlite":
        with store.public() as connection, pytest.raises(sa.exc.DBAPIError, match="read-only"):
            connection.execute(sa.text("UPDATE public_state SET version = 9"))
        return
    column = next(iter(SQLModel.metadata.tables[table].columns)).name
    with pytest.raises(sa.exc.DatabaseError), store.public() as connection:
        connection.execute(sa.text(f"SELECT {column} FROM {table}")).all()


def test_a_time_without_a_zone_is_refused(store):
    with pytest.raises(sa.exc.StatementError, match="no zone"), store.engine.connect() as connection:
        connection.execute(
            sa.select(SQLModel.metadata.tables["item"]).where(
                SQLModel.metadata.tables["item"].c.found_at < datetime(2026, 1, 1)  # noqa: DTZ001
            )
        )


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////proc/nowhere/signaal.db",
        "postgresql+psycopg://nobody@127.0.0.1:9/nowhere",
    ],
)
def test_an_unreachable_database_gives_one_sentence(url):
    with pytest.raises(ConfigurationError) as raised:
        open_store(url)
    assert str(raised.value).endswith(".")
    assert "\n" not in str(raised.value)


def test_a_lost_database_is_an_expected_trouble(store):
    with pytest.raises(UnavailableError), store.writing():
        raise sa.exc.OperationalError("SELECT 1", {}, Exception("disk is full"))


def test_a_database_that_another_program_holds_is_an_expected_trouble_for_a_migration_too(sqlite_template, tmp_path):
    """Every command begins with one, so the sentence must come and no traceback."""
    url = sqlite.fresh_copy(sqlite_template, tmp_path)
    with closing(open_store(url)) as holder, closing(open_store(url)) as waiting:
        waiting.engine.dispose()
        sa.event.listen(waiting.engine, "connect", lambda made, _: made.execute("PRAGMA busy_timeout=50"))
        with holder.writing() as session:
            session.connection().exec_driver_sql("SELECT 1")
            with pytest.raises(UnavailableError, match="locked"):
                migrate(waiting)
        migrate(waiting)


def test_a_new_database_is_for_its_owner_only(tmp_path):
    """It holds addresses of editors and hashes of passwords; the mails and the secret beside it are private too."""
    made = open_store(f"sqlite:///{tmp_path / 'var' / 'nieuw.db'}")
    migrate(made)
    with made.reading() as session:
        session.connection().exec_driver_sql("SELECT 1")
        modes = {file.name: oct(file.stat().st_mode & 0o777) for file in (tmp_path / "var").iterdir()}
    made.close()
    assert set(modes.values()) == {"0o600"}, modes
