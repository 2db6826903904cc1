"""Logs as JSON lines on standard error: time, level, what happened. Never a reader's address, query or agent.

There is no access log. Values in a line are encoded as JSON, so a line break or an escape code in them stays text.
Of an exception we write what it is and where it was raised, not its words: they may hold what a reader typed (INV-16).
"""

from __future__ import annotations

import json
import logging
import logging.config
import traceback
from datetime import UTC, datetime
from typing import Any


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["where"] = where(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def where(error: BaseException | None) -> list[str]:
    """The kinds of a chain of exceptions, the last one first, each followed by the places it came through."""
    found: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        found.append(type(error).__name__)
        frames = traceback.extract_tb(error.__traceback__)
        found += [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        error = error.__cause__ or error.__context__
    return found


LOG_CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JsonLines}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"signaal": {"level": "INFO"}, "uvicorn.error": {"level": "WARNING"}},
}


def log_to_stderr() -> None:
    logging.config.dictConfig(LOG_CONFIG)
