"""Reads the page of one article: its text for the newsroom, and what it says of itself. Whether a page is read at all.

trafilatura finds the text (measured best, F1 0.96 on the article extraction benchmark). It is heavy, so it is imported
by whoever needs a text for the first time, and nowhere else.
"""

from __future__ import annotations

import logging
import re

from lxml import etree
from lxml.html import HtmlElement

from crawler.article_facts import facts_of
from crawler.extract import tidy
from crawler.htmltree import html_text, looks_like_html, said, tree_of
from crawler.marks import reserved_in_html
from crawler.urls import canonical
from crawler.values import ArticleRead, FetchedDocument
from store.values import FIELD_LIMIT, DueSource, ExtractedItem, Kind, Rights

SHORT = 200
"""Characters below which an entry says too little to tell whether it is about our subject."""

_WALL = re.compile(
    r"\b(?:log in om|inloggen om|om (?:dit|verder)[\w ]{0,30} te lezen|verder lezen\?|word (?:nu )?(?:abonnee|lid)"
    r"|neem (?:nu )?een abonnement|al abonnee\?|(?:alleen|exclusief) voor (?:abonnees|leden)|kies een abonnement"
    r"|je hebt geen toegang|maak (?:gratis )?een account|registreer (?:je )?(?:gratis )?om)",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"\b(?:cookies? (?:accepteren|toestaan|instellen|weigeren)|accepteer(?:t)? (?:alle )?cookies|cookiewall"
    r"|toestemming (?:voor|geven)[\w ]{0,40}cookies|voordat je verder\s?gaat)",
    re.IGNORECASE,
)
_WALL_TEXT = 2500
"""What is longer is an article that talks about subscriptions, or has a line about them at its end."""
_CONSENT_TEXT = 1200
_PASSWORD = etree.XPath("boolean((//main|//article|//body)[1]//input[@type='password'])")
_PASSWORD_TEXT = 700
_INTRO = etree.XPath(
    "(//main|//article|//*[@role='main']|//body)//*[self::p or self::div]"
    "[contains(@class,'intro') or contains(@class,'inleiding')"
    " or contains(@class,'lead') and not(contains(@class,'leader'))]"
)
_INTRO_LENGTH = (40, 1000)


def read_article(document: FetchedDocument) -> ArticleRead:
    """What the page says. Of a document that is no page for people only the address is left."""
    html = html_text(document)
    tree = tree_of(html) if looks_like_html(html) else None
    if tree is None:
        return ArticleRead(url=canonical(document.url))
    facts = facts_of(tree, document.url, document.fetched_at)
    reserved = reserved_in_html(document.body)
    closed = reserved or not facts.free
    return ArticleRead(
        url=facts.url,
        title=tidy(facts.title),
        text="" if closed else _free_text(html, tree),
        published_at=facts.published_at,
        author=tidy(facts.author),
        section=tidy(facts.section),
        reserved=reserved,
    )


def text_of(html: str) -> str:
    """The text of the article on a page, as plain paragraphs; no menus, comments or footers. At most FIELD_LIMIT."""
    import trafilatura  # 25 MB and a fifth of a second, which a crawl without pages need not pay

    # It reports every page without a text as an error; here that is an answer.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = trafilatura.extract(
            html, fast=True, include_comments=False, include_tables=True, include_images=False, with_metadata=False
        )
    except (RecursionError, ValueError, TypeError, AttributeError, IndexError, KeyError, etree.LxmlError):
        # A page that breaks its reader has no text that we can use; the rest of what it says still counts.
        return ""
    return tidy(found or "")[:FIELD_LIMIT]


def _free_text(html: str, tree: HtmlElement) -> str:
    """The text, or nothing when what stands there is a wall: its words are not the article's."""
    text = text_of(html)
    short = len(text)
    text = _with_intro(tree, text) if text else ""
    wall = short < _WALL_TEXT and _WALL.search(text)
    consent = short < _CONSENT_TEXT and _CONSENT.search(text)
    login = short < _PASSWORD_TEXT and _PASSWORD(tree)
    return "" if wall or consent or login else text


def _with_intro(tree: HtmlElement, text: str) -> str:
    """Many municipalities put the first paragraph in a box of its own, where no extractor looks."""
    least, most = _INTRO_LENGTH
    hits = _INTRO(tree)
    for box in (hits if isinstance(hits, list) else [])[:3]:
        words = tidy(said(box, most + 1)) if isinstance(box, HtmlElement) else ""
        if least <= len(words) <= most and words[:least] not in " ".join(text.split()):
            return f"{words}\n{text}"[:FIELD_LIMIT]
    return text


def wants_page(item: ExtractedItem, due: DueSource) -> bool:
    """Whether the item's own page should be read as well: what the rights class allows, where the entry is not enough.

    With `excerpt` a page is read only for an entry without any text, and no more than the excerpt is kept of it.
    """
    if item.kind is not Kind.ARTICLE or not item.url or item.url == canonical(due.url):
        return False
    if due.rights is Rights.FULLTEXT_INTERNAL:
        return item.reading.relevance.shown or len(item.text) < SHORT
    return due.rights is Rights.EXCERPT and not item.text.strip()
