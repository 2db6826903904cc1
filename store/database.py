"""Opening the database, and the three ways in: `reading`, `writing`, `public`.

SQLite runs in WAL mode through `pysqlite3`, because the library inside Python 3.11 can lose a committed transaction
when two processes write and checkpoint (sqlite.org/wal.html, the WAL-reset bug; fixed in 3.51.3). Writers begin
IMMEDIATE: a read transaction that wants to write later fails at once with "database is locked".

The public connection can read the `public_*` views and nothing else: on SQLite an authorizer refuses the rest, so that
a page that forgets a condition shows an error instead of a text that nobody approved.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pysqlite3
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool
from sqlmodel import Session, SQLModel

from store.errors import ConfigurationError, UnavailableError

SQLITE_FLOOR = (3, 51, 3)
BUSY_MILLISECONDS = 10_000
MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Store:
    """An open database. `dialect` is "sqlite" or "postgresql"."""

    url: str
    engine: sa.Engine = field(repr=False)
    public_engine: sa.Engine = field(repr=False)

    @property
    def dialect(self) -> str:
        return self.engine.dialect.name

    @property
    def file(self) -> Path | None:
        """The SQLite file, None on PostgreSQL."""
        return Path(make_url(self.url).database or "") if self.dialect == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A read transaction; whatever was changed in it is forgotten at its end."""
        with _available(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A write transaction: committed at its end, rolled back whole when anything is raised."""
        engine = self.engine.execution_options(write=True)
        with _available(), Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def public(self) -> Iterator[sa.Connection]:
        """A connection that can read what is approved and nothing else."""
        with _available(), self.public_engine.connect() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()
        self.public_engine.dispose()


@contextmanager
def _available() -> Iterator[None]:
    """A database that is locked, full or gone is an expected trouble, not a bug."""
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
        raise UnavailableError(f"The database does not answer: {first_line(error)}.") from error


def open_store(url: str) -> Store:
    """Open the database at `url` without changing it, other than making SQLite's folder and file.

    Raises ConfigurationError with one sentence when it cannot be reached or its SQLite is too old.
    """
    if url.startswith("sqlite"):
        if pysqlite3.sqlite_version_info < SQLITE_FLOOR:
            raise ConfigurationError(
                f"SQLite {pysqlite3.sqlite_version} can lose committed data; install pysqlite3 0.6.1 or newer."
            )
        path = Path(make_url(url).database or "")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"The folder {path.parent} of the database cannot be made: {error.strerror}."
            ) from None
        with contextlib.suppress(OSError):
            # For its owner only; SQLite gives the files beside it the same mode. What fails here, SQLite says better.
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
        store = Store(url, _sqlite_engine(url, public=False), _sqlite_engine(url, public=True))
    else:
        store = Store(url, _postgres_engine(url, public=False), _postgres_engine(url, public=True))
    try:
        with store.engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except (sa.exc.SQLAlchemyError, pysqlite3.Error) as error:
        store.close()
        raise ConfigurationError(f"The database {shown(url)} cannot be opened: {first_line(error)}.") from None
    return store


def shown(url: str) -> str:
    """The database address without its password."""
    return make_url(url).render_as_string(hide_password=True)


def first_line(error: BaseException) -> str:
    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines()
    return (lines[0] if lines else type(cause).__name__).rstrip(".")


def _sqlite_engine(url: str, *, public: bool) -> sa.Engine:
    engine = sa.create_engine(
        url, module=pysqlite3, poolclass=QueuePool, pool_size=8, max_overflow=32, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # SQLAlchemy sends BEGIN itself (below), because the driver would begin deferred.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        if public:
            cursor.execute("PRAGMA query_only=ON")
            connection.set_authorizer(_only_public)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


_FREE_ACTIONS = frozenset({pysqlite3.SQLITE_SELECT, pysqlite3.SQLITE_FUNCTION, pysqlite3.SQLITE_TRANSACTION, 33})
"""33 is SQLITE_RECURSIVE, which the driver does not name."""


def _only_public(action: int, table: str | None, column: str | None, _database: str | None, via: str | None) -> int:
    """Allow reading a column only through a view whose name starts with `public_`, or in the full text index.

    `via` is the innermost view or trigger that asks, as SQLite tells an authorizer. An empty column name means that
    a table is visited without reading from it, which happens inside the views' joins and can only count rows.
    """
    name = table or ""
    allowed = (
        action in _FREE_ACTIONS
        # The full text index asks this by itself before every search.
        or (action == pysqlite3.SQLITE_PRAGMA and name == "data_version")
        or (
            action == pysqlite3.SQLITE_READ
            and (not column or name.startswith(("public_", "search")) or (via or "").startswith("public_"))
        )
    )
    return int(pysqlite3.SQLITE_OK if allowed else pysqlite3.SQLITE_DENY)


def _postgres_engine(url: str, *, public: bool) -> sa.Engine:
    options = "-c timezone=UTC" + (" -c default_transaction_read_only=on" if public else "")
    return sa.create_engine(
        url,
        pool_size=8,
        max_overflow=32,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 10, "options": options},
    )


def migrate(store: Store) -> None:
    """Bring the schema to the newest version. Does nothing when it is there already.

    Raises UnavailableError when the database is locked or does not answer.
    """
    # Imported here, because the crawl child opens the store and never migrates: it would pay 0.3 s for nothing.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with _available(), store.engine.execution_options(write=True).connect() as connection:
        config.attributes["connection"] = connection
        if store.dialect == "postgresql":
            # Two commands that start together must not migrate together.
            connection.execute(sa.text("SELECT pg_advisory_lock(727431)"))
            connection.commit()
        try:
            command.upgrade(config, "head")
            connection.commit()
        finally:
            if store.dialect == "postgresql":
                connection.rollback()
                connection.execute(sa.text("SELECT pg_advisory_unlock(727431)"))
                connection.commit()


def insert_or_ignore(
    session: Session, table: type[SQLModel], values: dict[str, Any], unique: tuple[str, ...]
) -> int | None:
    """Insert one row and return its id, or None when a row with the same `unique` columns stands already."""
    connection = session.connection()
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert
    target: sa.Table = table.__table__  # type: ignore[attr-defined]
    statement = insert(target).values(**values).on_conflict_do_nothing(index_elements=list(unique))
    made: int | None = connection.execute(statement.returning(target.c.id)).scalar_one_or_none()
    return made


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check looked at. `sentence` is English, for the command line."""

    name: str
    ok: bool
    sentence: str


def check(store: Store) -> list[Finding]:
    """Look at what the store stands on: version, journal mode, full text search, integrity."""
    with store.reading() as session:
        if store.dialect == "postgresql":
            version = session.connection().exec_driver_sql("SHOW server_version").scalar_one()
            return [Finding("database", True, f"PostgreSQL {version} answers.")]
        connection = session.connection()
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        options = {row[0] for row in connection.exec_driver_sql("PRAGMA compile_options")}
        # FTS5 checks against what its connection remembers of the index, and would call what another process wrote
        # since then corrupt. A search makes it look anew (seen with SQLite 3.53.4).
        connection.exec_driver_sql("SELECT rowid FROM search WHERE search MATCH 'anew' LIMIT 1").all()
        quick = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    return [
        Finding(
            "sqlite",
            pysqlite3.sqlite_version_info >= SQLITE_FLOOR,
            f"SQLite {pysqlite3.sqlite_version} (needs {'.'.join(map(str, SQLITE_FLOOR))}).",
        ),
        Finding("journal", mode == "wal", f"Journal mode is {mode} (needs wal)."),
        Finding(
            "full text", "ENABLE_FTS5" in options, "FTS5 is there." if "ENABLE_FTS5" in options else "FTS5 is missing."
        ),
        Finding("integrity", quick == "ok", f"Quick integrity check: {quick}."),
    ]
