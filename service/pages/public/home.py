"""`/`: what trafficking is and its three forms, figures, latest news, agenda, first questions, partners, help."""

from __future__ import annotations

from dataclasses import dataclass

from service.content import OwnHtml, Section
from service.pages.views import EventLine, FormCard, Frame, NewsLine
from store.settings import Partner


@dataclass(frozen=True, slots=True)
class Context:
    """`definition` is the lead of `wat-is-mensenhandel`, `figure` the part `schatting` of `cijfers`.

    `questions` are the first parts of `veelgestelde-vragen`; the cards carry the first paragraph of each form.
    """

    frame: Frame
    definition: OwnHtml
    forms: tuple[FormCard, ...]
    news: tuple[NewsLine, ...]
    events: tuple[EventLine, ...]
    figure: OwnHtml
    questions: tuple[Section, ...]
    partners: tuple[Partner, ...]
