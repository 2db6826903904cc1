"""The page for everything that goes wrong: what, where, what now. In the same frame, with help and quick exit."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from service.pages.views import Frame
from service.render import frame, page
from service.running import running

TITLES = {
    403: "Dat mag niet",
    404: "Niet gevonden",
    409: "Intussen veranderd",
    410: "Niet meer beschikbaar",
    429: "Even wachten",
}


@dataclass(frozen=True, slots=True)
class Context:
    frame: Frame
    status: int
    title: str
    sentence: str


def error_page(request: Request, status: int, sentence: str) -> Response:
    """The answer with `status` and one Dutch sentence that says what now."""
    context = Context(frame(request), status, TITLES.get(status, "Dat lukte niet"), sentence)
    return page(request, "error", context, status)


def too_many(request: Request) -> Response:
    """429 for somebody who wrote too often, with another way to reach the people of the site if there is one."""
    contact = running(request).settings.site.contact
    otherwise = f", of schrijf naar {contact}" if contact else " en probeer het opnieuw"
    return error_page(request, 429, f"Je stuurde net al een paar berichten. Wacht een uur{otherwise}.")
