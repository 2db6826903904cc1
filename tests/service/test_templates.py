"""A template gets the fields of its context and nothing else; and every field is there because a template shows it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from jinja2 import meta, nodes

from service.pages import errors
from service.pages.public import (
    agenda,
    case,
    cases,
    correction,
    event,
    faq,
    figures,
    help,  # noqa: A004 - the name of the page
    home,
    item,
    news,
    partners,
    preferences,
    safe_visit,
    signals,
    static,
    subscribe,
    tip,
    unsubscribe,
)
from service.render import TEMPLATES, environment

CONTEXTS = {
    "agenda": agenda.Context,
    "case": case.Context,
    "cases": cases.Context,
    "correction": correction.Context,
    "correction_done": correction.Done,
    "error": errors.Context,
    "event": event.Context,
    "faq": faq.Context,
    "figures": figures.Context,
    "help": help.Context,
    "home": home.Context,
    "item": item.Context,
    "news": news.Context,
    "partners": partners.Context,
    "preferences": preferences.Context,
    "safe_visit": safe_visit.Context,
    "signals": signals.Context,
    "static": static.Context,
    "subscribe": subscribe.Context,
    "subscribe_confirm": subscribe.Confirm,
    "subscribe_done": subscribe.Done,
    "tip": tip.Context,
    "tip_done": tip.Done,
    "unsubscribe": unsubscribe.Context,
}
PAGES = sorted(path.stem for path in (TEMPLATES / "pages").glob("*.html"))


def variables(name: str) -> set[str]:
    made = environment()
    source, _, _ = made.loader.get_source(made, name)
    tree = made.parse(source)
    # In a page that extends the layout, Jinja counts imported macros as variables; the layout's own reach it too.
    macros = {str(found) for node in tree.find_all(nodes.FromImport) for found in node.names} | {"help_block"}
    return meta.find_undeclared_variables(tree) - macros - {"super"}


def test_every_template_has_its_context():
    assert set(PAGES) == set(CONTEXTS), "name the context of each page template here"


@pytest.mark.parametrize("name", PAGES)
def test_a_template_uses_exactly_the_fields_of_its_context(name):
    given = {field.name for field in fields(CONTEXTS[name])}
    used = variables(f"pages/{name}.html")
    assert used <= given, f"pages/{name}.html uses {used - given}, which its context does not hold"
    assert given - {"frame"} <= used, f"no line of pages/{name}.html shows {given - {'frame'} - used}; drop the field"


def test_the_layout_needs_the_frame_and_nothing_else():
    assert variables("parts/layout.html") == {"frame"}


def test_identifiers_of_the_frame_are_not_taken_by_a_heading():
    taken = ("snel-weg", "inhoud", "hulp-titel")
    for path in sorted((TEMPLATES / "content").glob("*.md")):
        for anchor in taken:
            assert f"{{#{anchor}}}" not in path.read_text(encoding="utf-8"), f"{path.name}: #{anchor} is the frame's"


def test_pictures_and_sheets_load_nothing_from_elsewhere():
    for path in sorted((TEMPLATES / "static").iterdir()):
        text = Path(path).read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
        for forbidden in ("http://", "https://", "@import", "url(", "data:", "<script"):
            assert forbidden not in text, f"{path.name} holds {forbidden}"
