"""Markdown of our own articles to HTML, cleaned as everything else: raw HTML stays text, links lead only where they
may, pictures are left out.

No heading stands above the second level, because the title of the page is the first.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from service.content import OwnHtml, plain
from store import rules
from store.errors import NotAllowedError

HIGHEST_HEADING = 2
_SCHEMES = frozenset({"tel", "mailto"})
UNSEEN = "In het artikel staat een teken dat je niet ziet en dat tekst verandert. Typ die regel opnieuw."


def to_html(markdown: str) -> OwnHtml:
    """The article as it stands on the site."""
    reader = _reader()
    tokens = reader.parse(markdown)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{max(int(token.tag[1:]), HIGHEST_HEADING)}"
        for child in token.children or ():
            _guard(child)
    return OwnHtml(reader.renderer.render(tokens, reader.options, {}))


def to_text(markdown: str) -> str:
    """The words of the article without its marks, for reading it. Raises NotAllowedError for what turns text around.

    Markdown knows characters by number (`&#8238;`), so the rendered text is looked at, and not what was typed.
    """
    words = plain(to_html(markdown))
    if rules.unfit_character(words):
        raise NotAllowedError(UNSEEN)
    return words


def may_lead(url: str) -> bool:
    """Whether a link may go there: the web, a phone number or a mail address."""
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return False
    if scheme in _SCHEMES:
        return len(url) <= rules.LINK_LIMIT and not rules.unfit_character(url)
    return rules.is_link(url)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])
    reader.validateLink = may_lead  # type: ignore[method-assign]
    return reader


def _guard(token: Token) -> None:
    if token.type == "link_open":
        token.attrSet("rel", "noreferrer noopener")
