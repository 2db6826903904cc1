"""One migrated SQLite file a session, copied for every test: a copy costs milliseconds, migrations cost more."""

from __future__ import annotations

import shutil
from pathlib import Path

from store.database import migrate, open_store


def migrated_file(folder: Path) -> Path:
    """Make the file that the tests copy. Closing it folds the write-ahead log back in, so one file is all of it."""
    path = folder / "template.db"
    store = open_store(f"sqlite:///{path}")
    migrate(store)
    store.close()
    return path


def fresh_copy(template: Path, folder: Path) -> str:
    """Copy the migrated file into `folder` and give the address of the copy."""
    path = folder / "signaal.db"
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"
