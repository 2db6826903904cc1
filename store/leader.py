"""The lock that lets one metronome act at a time (TRUST INV-12), held by the operating system or the database.

Neither needs a clock: when the holder dies, in whatever way, its lock is gone in the same moment. On SQLite it is a
lock on a file beside the database, on PostgreSQL an advisory lock of a session of its own.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable
from dataclasses import dataclass, field

import sqlalchemy as sa

from store.database import Store
from store.errors import UnavailableError

_KEY = 727_432
_NOTICE_DEATH = (
    # The server looks after a silent holder: with these, a cut link gives the lock free within half a minute.
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
)


@dataclass(frozen=True)
class Leadership:
    """Held until `release`, or until `holds` says that it was lost."""

    _holds: Callable[[], bool] = field(repr=False)
    _release: Callable[[], None] = field(repr=False)

    def holds(self) -> bool:
        return self._holds()

    def release(self) -> None:
        self._release()


def try_to_lead(store: Store) -> Leadership | None:
    """The lock, or None when another process has it. Raises UnavailableError when the database does not answer."""
    return _by_file(store) if store.file is not None else _by_session(store)


def _by_file(store: Store) -> Leadership | None:
    handle = os.open(f"{store.file}.metronome", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return Leadership(lambda: True, lambda: os.close(handle))


def _by_session(store: Store) -> Leadership | None:
    try:
        connection = store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        # Not one of the pool: it must neither be lent to anybody else nor be closed for being idle.
        connection.detach()
        for setting in _NOTICE_DEATH:
            connection.exec_driver_sql(setting)
        held = connection.execute(sa.select(sa.func.pg_try_advisory_lock(_KEY))).scalar_one()
    except sa.exc.SQLAlchemyError as error:
        raise UnavailableError("The database does not answer, so no process can lead.") from error
    if not held:
        connection.close()
        return None

    def holds() -> bool:
        try:
            connection.exec_driver_sql("SELECT 1")
        except sa.exc.SQLAlchemyError:
            return False
        return True

    def release() -> None:
        with contextlib.suppress(sa.exc.SQLAlchemyError):
            connection.close()

    return Leadership(holds, release)
