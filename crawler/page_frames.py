"""What the parts of a page are, by the names their makers gave them: its frame, a place, a picture of a pin."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.html import HtmlElement

from crawler.htmltree import attribute

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_FRAMES = frozenset(
    {
        "cookie", "cookies", "cookiebar", "cookiebanner", "cookieconsent", "breadcrumb", "breadcrumbs", "kruimelpad",
        "navbar", "navigation", "mainnav", "topbar", "newsletter", "nieuwsbrief", "related", "gerelateerd", "comments",
        "reacties", "share", "sharing", "social", "socials", "footer", "colophon", "menu", "nav", "pagination",
        "paginering", "skiplink", "skiplinks", "voet", "voettekst", "hoofdmenu", "paginavoet", "masthead",
        "banner", "subfooter",
    }
)  # fmt: skip
"""Words in the class or id of what stands around the contents of every page of a site."""
_BOXES = frozenset({"li", "article"})
_CARD = re.compile(
    r"\b(?:card|item|event|teaser|tile|box|entry|post|panel|article|list|row)[\w-]*(?:footer|menu|nav|share|social)",
    re.IGNORECASE,
)
_PLACE = frozenset(
    {"location", "locatie", "venue", "place", "adres", "address", "plaats", "where", "waar", "zaal", "podium"}
)
_NOT_A_PLACE = frozenset(
    {
        "date", "datum", "time", "tijd", "map", "kaart", "link", "icon", "list", "lijst", "filter", "email", "button",
        "btn", "page", "content", "container", "header", "footer", "elementor", "url", "web", "image", "site", "nav",
        "menu", "label", "and", "en", "section", "block", "search", "zoek",
    }
)  # fmt: skip
_TITLE = frozenset({"title", "titel", "headline", "naam", "kop"})
_NOT_A_TITLE = frozenset(
    {
        "sub", "subtitle", "subtitel", "section", "page", "widget", "site", "group", "list", "meta", "block", "icon",
        "wrap", "wrapper", "container", "date", "time", "location", "venue", "modal", "menu", "label",
    }
)  # fmt: skip
_PIN = frozenset({"marker", "pin", "location", "locatie", "place", "venue", "plaats", "pointer", "geo"})
_ICON_FONTS = frozenset({"icon", "icoon", "fa", "fas", "far", "glyphicon", "dashicons", "mdi", "bi", "material"})
_ICONS = frozenset({"i", "svg", "img", "use"})
_NAMED = 300
"""Characters of a name that are looked at."""


def words_of(element: HtmlElement) -> frozenset[str]:
    """The words in the class and the id of an element, in small letters."""
    return _words(f"{attribute(element, 'class')} {attribute(element, 'id')}"[:_NAMED])


@lru_cache(maxsize=4096)
def _words(name: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORDS.findall(name))


def is_frame(element: HtmlElement) -> bool:
    """Whether this part stands around the contents: menus, foot, cookies, what else is on the site."""
    tag = element.tag
    if tag == "form":
        # Some systems put the whole page into one form.
        return element.find(".//h1") is None and element.find(".//h2") is None
    if tag == "footer":
        return next(element.iterancestors(*_BOXES), None) is None or "entry-footer" in attribute(element, "class")
    if tag in {"body", "main", "html", "article", "h1"} or not _FRAMES & words_of(element):
        return False
    return not _CARD.search(attribute(element, "class")) and element.find(".//h1") is None


def sort_of_part(element: HtmlElement) -> str:
    """What a part is: "place" or "title" when it is named so, "pin" or "icon" for a picture, "" for anything else."""
    if element.tag == "address":
        return "place"
    words = words_of(element)
    empty = element.tag == "span" and not len(element) and not (element.text or "").strip()
    if element.tag in _ICONS or (empty and words & _ICON_FONTS):
        return "pin" if words & _PIN else "icon"
    if words & _PLACE and not words & _NOT_A_PLACE:
        return "place"
    return "title" if words & _TITLE and not words & _NOT_A_TITLE else ""
