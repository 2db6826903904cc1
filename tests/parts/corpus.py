"""Where the shared corpus of real input stands: `SIGNAAL_CORPUS`, or `../shared/corpus` beside the repository."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SIGN = "rapporteur/items-2002-2014.json"
"""A folder without this file is not the corpus."""


def corpus(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the corpus. Raises AssertionError with what to do when it is not there."""
    named = environment.get("SIGNAAL_CORPUS")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "corpus"
    if not (folder / SIGN).is_file():
        raise AssertionError(
            f"The shared corpus is not at {folder} ({SIGN} is missing there). "
            "Set SIGNAAL_CORPUS to the folder that holds it."
        )
    return folder
