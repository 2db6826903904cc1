"""Cases: the line of steps of one criminal case, made and kept by editors. There is no place for a name in it.

A step has one item that tells it, so it is never public before its item is. Every change stands in the history, as a
note about the item of the step. The caller owns the write transaction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import moderation
from store.errors import NotAllowedError, NotFoundError
from store.standing import standing_of
from store.tables import CaseStep, CourtCase, Item, PublicState, Revision, Source
from store.values import NETHERLANDS, PROVINCES, CaseOutcome, Stage

ECLI = re.compile(r"ECLI:NL:[A-Z]{2,7}:\d{4}:[A-Z0-9.]{1,25}")
"""European Case Law Identifier (Council conclusions 2011/C 127/01): country, court, year, number."""
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a case is known by. Every field comes from a list or a pattern: none can hold a name."""

    province: str
    municipality: str = ""
    court: str = ""
    ecli: str = ""


@dataclass(frozen=True, slots=True)
class StepSeen:
    id: int
    item_id: int
    stage: Stage
    day: date
    ecli: str
    title: str
    source_name: str


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """A case as editors see it, its steps in the order of their days. `outcome` is None before a judge decided."""

    id: int
    facts: CaseFacts
    outcome: CaseOutcome | None
    outcome_on: date | None
    steps: tuple[StepSeen, ...]


def fit(facts: CaseFacts, *, municipalities: frozenset[str], courts: frozenset[str]) -> CaseFacts:
    """The facts without spaces around them. Raises NotAllowedError when one is not in its list or pattern."""
    found = CaseFacts(
        facts.province.strip(), facts.municipality.strip(), facts.court.strip(), facts.ecli.strip().upper()
    )
    if found.province not in {*PROVINCES, NETHERLANDS}:
        raise NotAllowedError("Kies de provincie van de zaak uit de lijst.")
    if found.municipality and found.municipality not in municipalities:
        raise NotAllowedError("Deze gemeente kennen we niet. Kies haar uit de lijst, of laat het veld leeg.")
    if found.court and found.court not in courts:
        raise NotAllowedError("Kies de rechtbank of het gerechtshof uit de lijst.")
    _fit_ecli(found.ecli)
    return found


def _fit_ecli(ecli: str) -> str:
    ecli = ecli.strip().upper()
    if ecli and not ECLI.fullmatch(ecli):
        raise NotAllowedError("Dit ECLI-nummer klopt niet. Het ziet eruit als ECLI:NL:RBAMS:2026:1234.")
    return ecli


def make(
    session: Session, facts: CaseFacts, item_id: int, stage: Stage, day: date, *, account_id: int, now: datetime
) -> int:
    """A new case that begins with this item. `facts` must be fit. Raises NotFoundError, NotAllowedError."""
    _must_be_free(session, item_id)
    row = CourtCase(
        province=facts.province,
        municipality=facts.municipality,
        court=facts.court,
        ecli=facts.ecli,
        made_at=now,
        made_by=account_id,
    )
    session.add(row)
    session.flush()
    add_step(session, row.id or 0, item_id, stage, day, account_id=account_id, now=now)
    return row.id or 0


def add_step(
    session: Session,
    case_id: int,
    item_id: int,
    stage: Stage,
    day: date,
    *,
    ecli: str = "",
    account_id: int,
    now: datetime,
) -> None:
    """Let an item tell a step of a case. Raises NotFoundError, NotAllowedError when it tells a step already."""
    _case(session, case_id)
    item = _must_be_free(session, item_id)
    session.add(CaseStep(case_id=case_id, item_id=item_id, stage=stage, day=day, ecli=_fit_ecli(ecli), made_at=now))
    session.flush()
    _noted(session, item, f"zaak {case_id}, {stage}", account_id, now)


def change_step(
    session: Session, item_id: int, stage: Stage, day: date, *, ecli: str = "", account_id: int, now: datetime
) -> None:
    """Another stage or day for a step. Raises NotFoundError."""
    step = _step(session, item_id)
    step.stage, step.day, step.ecli = stage, day, _fit_ecli(ecli)
    session.add(step)
    session.flush()
    _noted(session, _item(session, item_id), f"zaak {step.case_id}, {stage}", account_id, now)


def remove_step(session: Session, item_id: int, *, account_id: int, now: datetime) -> None:
    """Take an item out of its case. A case without steps is over. Raises NotFoundError."""
    step = _step(session, item_id)
    case_id = step.case_id
    session.delete(step)
    session.flush()
    _noted(session, _item(session, item_id), f"uit zaak {case_id}", account_id, now)
    if session.exec(select(CaseStep.id).where(CaseStep.case_id == case_id).limit(1)).first() is None:
        session.delete(_case(session, case_id))
        session.flush()


def change(session: Session, case_id: int, facts: CaseFacts, *, account_id: int, now: datetime) -> None:
    """Other facts for a case. `facts` must be fit. Raises NotFoundError."""
    row = _case(session, case_id)
    row.province, row.municipality, row.court, row.ecli = facts.province, facts.municipality, facts.court, facts.ecli
    session.add(row)
    session.flush()
    _noted(session, _first_item(session, case_id), f"zaak {case_id}, gegevens", account_id, now)


def decide_outcome(
    session: Session, case_id: int, outcome: CaseOutcome | None, day: date | None, *, account_id: int, now: datetime
) -> None:
    """What the court decided, None when that is open (again). An acquittal shows at once on everything of the case.

    Raises NotFoundError, NotAllowedError for an outcome without its day.
    """
    row = _case(session, case_id)
    if outcome is not None and day is None:
        raise NotAllowedError("Vul de datum van de uitspraak in.")
    row.outcome, row.outcome_on = outcome or "", day if outcome is not None else None
    session.add(row)
    session.flush()
    words = f"zaak {case_id}, uitkomst {outcome}" if outcome else f"zaak {case_id}, uitkomst open"
    _noted(session, _first_item(session, case_id), words, account_id, now)


def case_of(session: Session, item_id: int) -> CaseSeen | None:
    """The case that an item tells a step of."""
    found = session.exec(select(CaseStep.case_id).where(CaseStep.item_id == item_id)).first()
    return read(session, found) if found is not None else None


def read(session: Session, case_id: int) -> CaseSeen:
    """One case with its steps. Raises NotFoundError."""
    return _seen(session, [_case(session, case_id)])[0]


def recent(
    session: Session, *, province: str = "", words: str = "", after: int | None = None, size: int = PAGE_SIZE
) -> tuple[CaseSeen, ...]:
    """Cases, newest first; `words` looks in court, municipality and ECLI, `after` is the number of the last seen."""
    statement = select(CourtCase).order_by(col(CourtCase.id).desc()).limit(size)
    if province:
        statement = statement.where(CourtCase.province == province)
    for word in words.split()[:5]:
        pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        fields = (col(CourtCase.court), col(CourtCase.municipality), col(CourtCase.ecli))
        statement = statement.where(sa.or_(*(field.ilike(pattern, escape="\\") for field in fields)))
    if after is not None:
        statement = statement.where(col(CourtCase.id) < after)
    return _seen(session, list(session.exec(statement)))


def _seen(session: Session, rows: list[CourtCase]) -> tuple[CaseSeen, ...]:
    steps: dict[int, list[StepSeen]] = {}
    query = (
        select(CaseStep, Revision.title, Source.name)
        .join(Item, col(Item.id) == col(CaseStep.item_id))
        .join(Revision, col(Revision.id) == col(Item.current_revision_id))
        .join(Source, col(Source.id) == col(Item.source_id))
        .where(col(CaseStep.case_id).in_([row.id for row in rows]))
        .order_by(col(CaseStep.day), col(CaseStep.id))
    )
    for step, title, name in session.exec(query):
        steps.setdefault(step.case_id, []).append(
            StepSeen(step.id or 0, step.item_id, Stage(step.stage), step.day, step.ecli, title, name)
        )
    return tuple(
        CaseSeen(
            id=row.id or 0,
            facts=CaseFacts(row.province, row.municipality, row.court, row.ecli),
            outcome=CaseOutcome(row.outcome) if row.outcome else None,
            outcome_on=row.outcome_on,
            steps=tuple(steps.get(row.id or 0, ())),
        )
        for row in rows
    )


def _case(session: Session, case_id: int) -> CourtCase:
    row = session.exec(select(CourtCase).where(CourtCase.id == case_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no case {case_id}.")
    return row


def _step(session: Session, item_id: int) -> CaseStep:
    row = session.exec(select(CaseStep).where(CaseStep.item_id == item_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFoundError(f"Item {item_id} tells no step of a case.")
    return row


def _item(session: Session, item_id: int) -> Item:
    row = session.exec(select(Item).where(Item.id == item_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no item {item_id}.")
    return row


def _first_item(session: Session, case_id: int) -> Item:
    order = (col(CaseStep.day), col(CaseStep.id))
    return _item(
        session, session.exec(select(CaseStep.item_id).where(CaseStep.case_id == case_id).order_by(*order)).first() or 0
    )


def _must_be_free(session: Session, item_id: int) -> Item:
    item = _item(session, item_id)
    if session.exec(select(CaseStep.id).where(CaseStep.item_id == item_id)).first() is not None:
        raise NotAllowedError("Dit bericht hoort al bij een zaak. Haal het daar eerst uit.")
    return item


def _noted(session: Session, item: Item, words: str, account_id: int, now: datetime) -> None:
    """Into the history, and a new version of what is public: case pages and banners are kept by it."""
    before = standing_of(item)
    moderation.note(session, item.id or 0, "case", words, account_id=account_id, now=now, before=before)
    session.connection().execute(
        sa.update(PublicState).where(col(PublicState.id) == 1).values(version=col(PublicState.version) + 1)
    )
