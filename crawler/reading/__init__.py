"""Reading Dutch: text in, proposals with their reasons out.

Everything here is a pure function: no network, no clock, no database. Tables are loaded at the first question, so that
importing stays cheap. What comes out is a proposal for an editor, never a decision.
"""

from __future__ import annotations

from crawler.reading.first_look import look_at
from crawler.reading.forms import forms_from
from crawler.reading.language import language_from
from crawler.reading.lexicon import scan
from crawler.reading.likeness import signature_of
from crawler.reading.news_kind import news_kind_of
from crawler.reading.people import flags_of
from crawler.reading.places import find_regions
from crawler.reading.relevance import relevance_from
from store.values import NETHERLANDS, Reading

__all__ = ["read"]


def read(
    title: str,
    text: str,
    *,
    source_region: str = NETHERLANDS,
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    always: bool = False,
) -> Reading:
    """Read one text: its regions, forms, relevance, kind of news, language and privacy flags.

    `source_region` is a province or "Nederland"; `include` and `exclude` are the terms of the source. What a first look
    finds to be ordinary news gets its relevance and language, but no regions, forms, kind and privacy flags, unless
    `always`: an agenda needs a region for every event.
    """
    found = scan(title, text)
    whole = always or look_at(found, include).worth
    regions = find_regions(title, text, source_region) if whole else ()
    kind = news_kind_of(title, text) if whole else None
    forms = forms_from(found) if whole else ()
    return Reading(
        regions=regions,
        forms=forms,
        relevance=relevance_from(found, include, exclude),
        language=language_from(found.folded),
        news_kind=kind.kind if kind else None,
        news_kind_reasons=kind.reasons if kind else (),
        flags=flags_of(title, text) if whole else (),
        signature=signature_of(title, text, regions, [each.form for each in forms], kind.kind if kind else None)
        if whole
        else None,
    )
