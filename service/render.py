"""From a frozen context to an answer. A template gets the fields of its context and nothing else.

Autoescape is on for every file and an unknown variable is an error, so that a page cannot quietly drift from what its
context says. `OwnHtml` (service/content.py) is the only text that is shown unescaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from service import wording
from service.content import HelpNumber, StaticPage, load_help, load_pages, placeholders
from service.pages.views import Frame
from service.running import running
from store.settings import SiteSettings

TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True)
class Theme:
    """What is read from `templates/` once, at the start."""

    environment: Environment
    pages: Mapping[str, StaticPage]
    help: tuple[HelpNumber, ...]


def load_theme(site: SiteSettings) -> Theme:
    """Read templates and static texts. Raises ConfigurationError when one of them has a mistake."""
    numbers = load_help(TEMPLATES / "content")
    pages = load_pages(TEMPLATES / "content", placeholders(site, numbers))
    return Theme(environment(), pages, numbers)


def environment() -> Environment:
    """The Jinja2 environment of pages and mails."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["number_words"] = wording.number_words
    return made


def theme(request: Request) -> Theme:
    loaded: Theme = request.app.state.theme
    return loaded


def frame(request: Request, nav: str = "") -> Frame:
    """What every public page shows around its text; `nav` is the part of the site it belongs to."""
    here = running(request)
    return Frame(
        site_name=here.settings.site.name,
        exit_url=here.settings.site.exit_url,
        organisation=here.settings.site.organisation,
        base_url=here.settings.base_url,
        path=request.url.path,
        help_numbers=theme(request).help,
        year=wording.local(here.clock()).year,
        nav=nav,
    )


def markup(request: Request, name: str, context: Any) -> str:
    """`templates/pages/<name>.html` with the fields of the dataclass `context`."""
    values = {field.name: getattr(context, field.name) for field in fields(context)}
    return theme(request).environment.get_template(f"pages/{name}.html").render(values)


def page(
    request: Request, name: str, context: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """One page as an answer, UTF-8."""
    return HTMLResponse(markup(request, name, context), status_code=status, headers=dict(headers or {}))
