"""Accessibility rules on the page that is open, by axe-core."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What can differ between light and dark."""


def axe_problems(page: Page, *, colours_only: bool = False) -> list[str]:
    """What axe finds, one line for each rule that is broken, with the first place."""
    found = Axe().run(page, options=COLOURS if colours_only else RULES).response
    assert found["passes"], f"axe looked at nothing on {page.url}; is the page empty?"
    return [f"{rule['id']}: {rule['help']}: {rule['nodes'][0]['html'][:160]}" for rule in found["violations"]]
