"""The crawl process with parsers that read nothing: entries become items, and no text is looked at.

What a crawl costs beside the reading. `bench/cascade.py` runs it beside the real one.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from crawler import child


def parsers_instead(module: str, folder: Path) -> None:
    """From now on `crawler/parsers.py` starts this module: it asks `sys.executable` for the interpreter."""
    script = folder / "python"
    script.write_text(f'#!/bin/sh\nshift 2\nexec "{sys.executable}" -m {module} "$@"\n')
    script.chmod(0o700)
    sys.executable = str(script)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        parsers_instead("bench.children.unread_parsing", Path(folder))
        code = child.main()
    sys.stdout.flush()
    os._exit(code)
