"""What people ask over /correctie: that something is not right, or must go. Each waits in the queue until it is closed.

Kept for as long as it is worked on, and blanked thirty days after it is closed. The address for an answer is sealed, as
those of subscribers are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import priority, reviews, rules, staff_notices
from store.addresses import normal_form
from store.errors import NotAllowedError, NotFoundError
from store.reviews import ReviewSeen
from store.secrets import Secrets
from store.tables import CorrectionRequest, Item, Review
from store.values import ReviewKind

WORDS_LIMIT = 4000
PAGE_LIMIT = 500
ANSWER_LIMIT = 2000
KEPT_FOR = timedelta(days=30)
SAME_AGAIN = timedelta(hours=1)
"""The same words about the same page within this time are one request: people press a button twice."""


class RequestKind(StrEnum):
    CORRECTION = "correction"
    REMOVAL = "removal"


class Closed(StrEnum):
    """How a request ended; `outcome` of its review."""

    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"
    KEPT = "kept"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed. `item_id` is the item they mean, None when it could not be found from `page`."""

    kind: RequestKind
    urgent: bool
    page: str
    words: str
    contact: str = field(default="", repr=False)
    item_id: int | None = None


@dataclass(frozen=True, slots=True)
class RequestSeen:
    """A request as an editor sees it. `contact` is None when it cannot be read any more, "" when none was given.

    `blanked` says that it was closed longer ago than it is kept.
    """

    review: ReviewSeen
    kind: RequestKind
    urgent: bool
    item_id: int | None
    page: str
    words: str
    contact: str | None = field(repr=False)
    made_at: datetime
    answer: str
    blanked: bool


def take_in(session: Session, secrets: Secrets, asked: Asked, now: datetime) -> int:
    """Keep a request, let it wait in the queue, and mail the editors when it hurries. Returns its number.

    Raises NotAllowedError with a Dutch sentence; then nothing is kept.
    """
    must_be_fit(asked)
    words, page = asked.words.strip(), asked.page.strip()
    contact = normal_form(asked.contact) if asked.contact.strip() else ""
    known = _same(session, asked, page, words, now)
    if known is not None:
        return known
    found = session.get(Item, asked.item_id) if asked.item_id else None
    row = CorrectionRequest(
        kind=asked.kind,
        urgent=asked.urgent,
        item_id=found.id if found else None,
        url=page,
        words=words,
        contact_sealed=secrets.seal(contact) if contact else "",
        made_at=now,
    )
    session.add(row)
    session.flush()
    number = row.id or 0
    review_id = reviews.open_review(
        session,
        ReviewKind.CORRECTION,
        number,
        item_id=found.id if found else None,
        priority=_priority(asked),
        reasons=_reasons(asked),
        now=now,
    )
    if asked.urgent:
        staff_notices.write_urgent(session, review_id, now)
    return number


def must_be_fit(asked: Asked) -> None:
    """Raises NotAllowedError with a Dutch sentence about the first thing that is not right."""
    page = asked.page.strip()
    if not _fit(asked.words, "wat er niet klopt", WORDS_LIMIT):
        raise NotAllowedError("Schrijf wat er niet klopt. Een paar woorden zijn genoeg.")
    if len(page) > PAGE_LIMIT or rules.unfit_character(page) or "\n" in page:
        raise NotAllowedError("Het adres van de pagina klopt niet. Plak het opnieuw, of laat het veld leeg.")
    if asked.contact.strip():
        normal_form(asked.contact)


def read(session: Session, secrets: Secrets, review_id: int) -> RequestSeen:
    """The request behind a row of the queue. Raises NotFoundError."""
    review, row = _found(session, review_id)
    return RequestSeen(
        review=review,
        kind=RequestKind(row.kind),
        urgent=row.urgent,
        item_id=row.item_id,
        page=row.url,
        words=row.words,
        contact=secrets.unseal(row.contact_sealed) if row.contact_sealed else "",
        made_at=row.made_at,
        answer=row.answer,
        blanked=not row.words,
    )


def note(session: Session, review_id: int, answer: str, *, account_id: int, now: datetime) -> None:
    """Keep what an editor answered or thought of it; for the newsroom only. Raises NotFoundError or NotAllowedError."""
    _, row = _found(session, review_id)
    row.answer = _fit(answer, "de notitie", ANSWER_LIMIT)
    row.answered_at, row.answered_by = now, account_id
    session.add(row)
    session.flush()


def close(session: Session, review_id: int, outcome: Closed, answer: str, *, account_id: int, now: datetime) -> None:
    """Close a request, with the note. Raises NotFoundError, NotAllowedError, or ChangedError when it was closed."""
    reviews.close(session, review_id, account_id=account_id, outcome=Closed(outcome), now=now)
    note(session, review_id, answer, account_id=account_id, now=now)


def blank(session: Session, now: datetime) -> int:
    """Blank the words, the address and the note of what was closed thirty days ago. Returns how many."""
    table: sa.Table = CorrectionRequest.__table__  # type: ignore[attr-defined]
    closed = sa.select(col(Review.target)).where(
        col(Review.kind) == ReviewKind.CORRECTION,
        col(Review.state) == reviews.DONE,
        col(Review.closed_at) <= now - KEPT_FOR,
    )
    done = session.connection().execute(
        sa.update(table)
        .where(table.c.id.in_(closed), table.c.words != "")
        .values(words="", url="", contact_sealed="", answer="")
    )
    return int(done.rowcount)


def _found(session: Session, review_id: int) -> tuple[ReviewSeen, CorrectionRequest]:
    review = reviews.get(session, review_id)
    row = session.get(CorrectionRequest, review.target) if review.kind is ReviewKind.CORRECTION else None
    if row is None:
        raise NotFoundError(f"There is no request behind review {review_id}.")
    return review, row


def _same(session: Session, asked: Asked, page: str, words: str, now: datetime) -> int | None:
    """The same request of a moment ago, if it still waits."""
    return session.exec(
        select(CorrectionRequest.id)
        .join(Review, sa.and_(col(Review.target) == col(CorrectionRequest.id), col(Review.state) == reviews.OPEN))
        .where(Review.kind == ReviewKind.CORRECTION, CorrectionRequest.kind == asked.kind)
        .where(CorrectionRequest.urgent == asked.urgent, CorrectionRequest.url == page)
        .where(CorrectionRequest.words == words, CorrectionRequest.made_at > now - SAME_AGAIN)
        .limit(1)
    ).first()


def _priority(asked: Asked) -> float:
    if asked.urgent:
        return priority.URGENT_REMOVAL
    return priority.REMOVAL if asked.kind is RequestKind.REMOVAL else priority.CORRECTION


def _reasons(asked: Asked) -> list[str]:
    wish = {
        RequestKind.REMOVAL: "iemand vraagt om dit weg te halen",
        RequestKind.CORRECTION: "iemand schrijft dat er iets niet klopt",
    }
    hurry = ["dringend: iemand loopt gevaar of is herkenbaar"] if asked.urgent else []
    return [*hurry, wish[asked.kind]]


def _fit(text: str, what: str, limit: int) -> str:
    text = text.strip()
    if len(text) > limit:
        raise NotAllowedError(f"Je tekst bij {what} is te lang: schrijf hoogstens {limit} tekens.")
    if rules.unfit_character(text):
        raise NotAllowedError(f"In je tekst bij {what} staat een onzichtbaar teken. Typ die regel opnieuw.")
    return text
