"""One folder per case under `samples/<kind>/`: a document as a source sends it, and the items that must come of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler import kinds
from crawler.extract import extracted
from crawler.values import FetchedDocument
from store.values import DueSource, ExtractedItem, Reading, Relevance, Rights, SourceKind

SAMPLES = Path(__file__).parent / "samples"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CASES = sorted({document.parent for document in SAMPLES.glob("*/*/document.*")})
"""Kinds whose samples are read with options of their own (`page.html`) have a test of their own."""


def items_of(kind: str, document: Path) -> tuple[ExtractedItem, ...]:
    url = "https://bron.example/feed"
    chosen = document.with_name("options.json")
    options = json.loads(chosen.read_text(encoding="utf-8")) if chosen.is_file() else {}
    read = kinds.parse(kind, FetchedDocument(url, document.read_bytes(), "", NOW), options)
    source = SourceKind(kind)
    due = DueSource(
        1,
        "bron",
        "Bron",
        url,
        source,
        "Utrecht",
        Rights.EXCERPT,
        60,
        (),
        (),
        {},
        None,
        None,
        None,
        0,
        "bron.example:443",
    )
    return extracted(read, due, NOW, lambda *_: Reading((), (), Relevance(0.5, True))).items


def shown(item: ExtractedItem) -> dict[str, Any]:
    found: dict[str, Any] = {
        "guid": item.guid,
        "url": item.url,
        "title": item.title,
        "excerpt": item.excerpt,
        "published_at": item.published_at.isoformat() if item.published_at else None,
    }
    if item.event is not None:
        found["event"] = {
            "starts_at": item.event.starts_at.isoformat(),
            "ends_at": item.event.ends_at.isoformat() if item.event.ends_at else None,
            "all_day": item.event.all_day,
            "place": item.event.place,
            "status": item.event.status,
        }
    return found


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_a_sample_gives_exactly_the_items_beside_it(folder):
    [document] = folder.glob("document.*")
    found = [shown(item) for item in items_of(folder.parent.name, document)]
    expected = folder / "expected.json"
    assert expected.is_file(), (
        f"write {expected.name} beside the document:\n{json.dumps(found, indent=2, ensure_ascii=False)}"
    )
    assert found == json.loads(expected.read_text(encoding="utf-8"))


def test_every_kind_has_samples():
    without = set(kinds.kinds()) - {folder.name for folder in SAMPLES.iterdir() if any(folder.iterdir())}
    assert not without, f"put a sample into {sorted(without)} under {SAMPLES.name}/"
