"""How well sets of labelled pages are read: `python -m tests.crawler.first_sight text-twelve-`.

Right is an event of which every field equals its label. Wrong is an event that no label has, or one with a field that
says something else; missing is an event, or a field, of which nothing is said. Run it once on a new set, before
anything is mended for it: only that figure says something about pages that nobody has seen.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

from tests.crawler.test_events import CASES, label, parsed, shown


@dataclass
class Figures:
    """What came out of some pages."""

    pages: int = 0
    right_pages: int = 0
    events: int = 0
    right: int = 0
    missing: int = 0
    wrong: int = 0
    said: list[str] = field(default_factory=list)


def partner(want: dict[str, Any], left: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The event that is most likely meant: of the same moment, best with the same title."""
    same = [each for each in left if each["starts_at"] == want["starts_at"]]
    return next((each for each in same if each["title"] == want["title"]), same[0] if same else None)


def compare(wanted: list[dict[str, Any]], got: list[dict[str, Any]], figures: Figures, name: str) -> None:
    """Count the events of one page."""
    left = [each for each in got if each not in wanted]
    before = figures.missing + figures.wrong
    figures.events += len(wanted)
    for want in wanted:
        if want in got:
            figures.right += 1
            continue
        found = partner(want, left)
        if found is None:
            figures.missing += 1
            figures.said.append(f"{name}: missing {want['title']} {want['starts_at']}")
            continue
        left.remove(found)
        unlike = {key: (found[key], want[key]) for key in want if found[key] != want[key]}
        gaps = all(ours is None for ours, _ in unlike.values())
        figures.missing += gaps
        figures.wrong += not gaps
        figures.said.append(f"{name}: {'missing' if gaps else 'wrong'} {want['title']}: {unlike}")
    figures.wrong += len(left)
    figures.said += [f"{name}: nobody asked for {each['title']} {each['starts_at']}" for each in left]
    figures.pages += 1
    figures.right_pages += figures.missing + figures.wrong == before


def main(prefixes: list[str]) -> None:
    figures = Figures()
    for folder in CASES:
        if folder.name.startswith(tuple(prefixes)):
            want = label(folder)
            compare(want["events"], shown(parsed(folder), want["url"]), figures, folder.name)
    print("\n".join(figures.said))
    print(
        f"pages {figures.right_pages} of {figures.pages}; events {figures.right} of {figures.events},"
        f" missing {figures.missing}, wrong {figures.wrong}"
    )


if __name__ == "__main__":
    main(sys.argv[1:] or [""])
