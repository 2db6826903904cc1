"""How commands print: JSON for scripts, tables that fit a terminal of 80 columns for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text


def console() -> Console:
    """Standard output. Without a terminal the width is 80 columns, so that a log reads as the screen did."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 80)


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def complain(sentence: str) -> None:
    """Say what went wrong on standard error, so that standard output holds nothing but what was asked for."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(sentence, markup=False)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str) -> None:
    """One table; long cells fold. `empty` is what to say when there is nothing."""
    out = console()
    if not rows:
        out.print(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        numeric = all(isinstance(row[columns.index(column)], int) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    out.print(table)
