"""Logs as JSON lines on standard error: time, level, what happened. Never a reader's address, query or agent.

There is no access log. Values in a line are encoded as JSON, so a line break or an escape code in them stays text.
"""

from __future__ import annotations

import json
import logging
import logging.config
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
            line["where"] = [part.strip() for part in self.formatException(record.exc_info).splitlines()]
        return json.dumps(line, ensure_ascii=False)


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
