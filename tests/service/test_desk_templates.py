"""The newsroom's templates get the fields of their context and nothing else; what is nested in it exists too."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import fields

import pytest
from jinja2 import meta, nodes

from service.desk import session as desk_session
from service.pages import desk
from service.render import TEMPLATES, environment

CONTEXTS = {
    found.name: importlib.import_module(f"{desk.__name__}.{found.name}").Context
    for found in pkgutil.iter_modules(desk.__path__)
} | {"error": desk_session.ErrorContext}
FRAMES = {"parts/desk_layout.html": {"desk"}, "parts/desk_door.html": {"site_name"}}


def variables(name: str) -> set[str]:
    made = environment()
    source, _, _ = made.loader.get_source(made, name)
    tree = made.parse(source)
    macros = {str(found) for node in tree.find_all(nodes.FromImport) for found in node.names}
    local = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    return meta.find_undeclared_variables(tree) - macros - local - {"super"}


def test_every_desk_page_has_its_template():
    assert {path.stem for path in (TEMPLATES / "pages" / "desk").glob("*.html")} == set(CONTEXTS)


@pytest.mark.parametrize("name", sorted(CONTEXTS))
def test_a_desk_template_uses_exactly_the_fields_of_its_context(name):
    given = {field.name for field in fields(CONTEXTS[name])}
    used = variables(f"pages/desk/{name}.html")
    around = {"desk"} if "desk" in given else {"site_name"}
    assert used <= given, f"pages/desk/{name}.html uses {used - given}, which its context does not hold"
    assert given - around <= used, f"no line of pages/desk/{name}.html shows {given - around - used}; drop the field"


@pytest.mark.parametrize(("name", "needed"), FRAMES.items())
def test_the_frames_of_the_desk_need_one_thing(name, needed):
    assert variables(name) == needed
