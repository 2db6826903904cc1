"""Without a mail server: every mail as an `.eml` file in a folder, for the administrator to read.

A mail holds an address and links that work, so folder and files are for their owner only.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from service.channels import Parcel
from store.sending import DeliveryOutcome, DeliveryResult


class FolderChannel:
    """Writes each mail whole or not at all. The same mail written again is the same file again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def send(self, parcel: Parcel, before_dot: Callable[[], bool]) -> DeliveryResult:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            half = self.folder / f".{parcel.name}.new"
            _write(half, parcel.message)
            if not before_dot():
                half.unlink()
                return DeliveryResult(DeliveryOutcome.UNWANTED)
            half.replace(self.folder / f"{parcel.name}.eml")
            _sync(self.folder)
        except OSError as error:
            said = f"The folder cannot be written: {(error.strerror or type(error).__name__).lower()}."
            return DeliveryResult(DeliveryOutcome.RETRY, answer=said, trouble=True)
        return DeliveryResult(DeliveryOutcome.SENT, answer="written to the folder")

    async def close(self) -> None:
        """Nothing stays open."""


def _write(file: Path, message: bytes) -> None:
    with open(file, "wb", opener=_private) as out:
        out.write(message)
        out.flush()
        os.fsync(out.fileno())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync(folder: Path) -> None:
    """A new name in a folder is only safe when the folder itself is on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
