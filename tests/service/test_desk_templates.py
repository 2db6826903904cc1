"""The newsroom's templates get the fields of their context and nothing else; what is nested in it exists too."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from dataclasses import fields

import pytest
from jinja2 import meta, nodes

import service.desk
from service.desk import session as desk_session
from service.pages import desk
from service.render import TEMPLATES, environment

RENDERED = re.compile(r'page\(\s*request, "desk/(\w+)"')


def contexts() -> dict[str, type | None]:
    """The context of each template: the `Context` of the module that renders it."""
    found: dict[str, type | None] = {"error": desk_session.ErrorContext}
    for package in (desk, service.desk):
        for module in pkgutil.iter_modules(package.__path__):
            loaded = importlib.import_module(f"{package.__name__}.{module.name}")
            for template in RENDERED.findall(inspect.getsource(loaded)):
                found.setdefault(template, getattr(loaded, "Context", None))
    return found


CONTEXTS = contexts()
FRAMES = {"parts/desk_layout.html": {"desk"}, "parts/desk_door.html": {"site_name"}}


def variables(name: str) -> set[str]:
    """What a template uses from outside. A word that is also an argument of one of its macros counts too."""
    made = environment()
    source, _, _ = made.loader.get_source(made, name)
    tree = made.parse(source)
    macros = {str(found) for node in tree.find_all(nodes.FromImport) for found in node.names}
    macros |= {macro.name for macro in tree.find_all(nodes.Macro)}
    local = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    return meta.find_undeclared_variables(tree) - macros - local - {"super"}


def test_every_desk_page_has_its_template():
    assert {path.stem for path in (TEMPLATES / "pages" / "desk").glob("*.html")} == set(CONTEXTS)


def arguments(name: str) -> set[str]:
    made = environment()
    source, _, _ = made.loader.get_source(made, name)
    return {node.name for node in made.parse(source).find_all(nodes.Name) if node.ctx == "param"}


@pytest.mark.parametrize("name", sorted(CONTEXTS))
def test_a_desk_template_uses_exactly_the_fields_of_its_context(name):
    given = {field.name for field in fields(CONTEXTS[name])}
    used = variables(f"pages/desk/{name}.html")
    around = {"desk"} if "desk" in given else {"site_name"}
    unknown = used - given - arguments(f"pages/desk/{name}.html")
    assert unknown == set(), f"pages/desk/{name}.html uses {unknown}, which its context does not hold"
    assert given - around <= used, f"no line of pages/desk/{name}.html shows {given - around - used}; drop the field"


@pytest.mark.parametrize(("name", "needed"), FRAMES.items())
def test_the_frames_of_the_desk_need_one_thing(name, needed):
    assert variables(name) == needed
