"""A public case in the words of a page: its line of steps, and the banner of its outcome."""

from __future__ import annotations

from dataclasses import dataclass

from service import wording
from service.case_words import STAGE_NAMES, STAGE_WORDS, case_path, case_title, outcome_sentence
from service.pages.views import event_line, news_line
from store.published_cases import PublicCase, PublicStep
from store.values import CaseOutcome, Kind, Stage


@dataclass(frozen=True, slots=True)
class StepLine:
    """`explained` says what the stage is, where it comes first on the page."""

    stage_words: str
    explained: str
    date_words: str
    iso_date: str
    title: str
    path: str
    source_name: str
    ecli: str


@dataclass(frozen=True, slots=True)
class CaseLine:
    """`banner` is the sentence about the outcome, empty while the case is open; `acquitted` makes it stand out."""

    path: str
    title: str
    region: str
    ecli: str
    newest_words: str
    newest_date: str
    newest_stage: str
    banner: str
    acquitted: bool
    steps: tuple[StepLine, ...]


def case_line(case: PublicCase) -> CaseLine:
    title = case_title(case.province, case.municipality, case.court, case.year)
    told: set[Stage] = set()
    steps = []
    for step in case.steps:
        steps.append(_step(step, explain=step.stage not in told))
        told.add(step.stage)
    return CaseLine(
        path=case_path(case.id, title),
        title=title,
        region=case.province,
        ecli=case.ecli,
        newest_words=wording.date_words(case.newest),
        newest_date=case.newest.isoformat(),
        newest_stage=STAGE_NAMES[case.steps[-1].stage],
        banner=_banner(case),
        acquitted=case.outcome is CaseOutcome.ACQUITTED,
        steps=tuple(steps),
    )


def _banner(case: PublicCase) -> str:
    if case.outcome is None or case.outcome_on is None:
        return ""
    later = any(step.stage is Stage.APPEAL and step.day >= case.outcome_on for step in case.steps)
    return outcome_sentence(case.outcome, wording.date_words(case.outcome_on), appeal_follows=later)


def _step(step: PublicStep, *, explain: bool) -> StepLine:
    item = step.item
    return StepLine(
        stage_words=STAGE_NAMES[step.stage],
        explained=STAGE_WORDS[step.stage] if explain else "",
        date_words=wording.date_words(step.day),
        iso_date=step.day.isoformat(),
        title=item.title,
        path=event_line(item).path if item.kind is Kind.EVENT else news_line(item).path,
        source_name=item.source_name,
        ecli=step.ecli,
    )
