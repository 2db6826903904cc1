"""Writes a `config.toml` for a test and reads it back the way the program does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from store.settings import Settings, load

LOOPBACK: dict[str, Any] = {"allow_addresses": ["127.0.0.0/8", "::1/128"], "delay_seconds": 0}


def write_config(folder: Path, **sections: Any) -> Path:
    """Write `config.toml` in `folder`: a table per keyword, and `source=[{...}]` for sources.

    The crawler may visit loopback and need not wait between requests, unless `crawl={...}` says otherwise.
    """
    sections["crawl"] = LOOPBACK | sections.get("crawl", {})
    lines: list[str] = []
    for name, value in sections.items():
        tables = value if isinstance(value, list) else [value]
        for table in tables:
            lines.append(f"[[{name}]]" if isinstance(value, list) else f"[{name}]")
            lines += [f"{key} = {_toml(told)}" for key, told in table.items()]
    path = folder / "config.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def settings_in(folder: Path, **sections: Any) -> Settings:
    """The settings that `write_config` with the same keywords gives."""
    return load(write_config(folder, **sections))


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(told)}" for key, told in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(told) for told in value) + "]"
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=False)
