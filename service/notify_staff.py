"""From a notice to the newsroom to the bytes of a mail: about a source, what waits, what hurries, or an account.

A mail can be read by somebody else: there is no title and no word of an item or of a request in any of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from service import wording
from service.calendars import clean
from service.desk.factor_words import ADVICE, CHANGED
from service.desk.wording import PROBLEM_ADVICE, PROBLEM_TITLES
from service.letters import letter_bytes
from service.notify import Desk, headers_of, letter_of
from store import account_mail
from store.health import ProblemKind
from store.staff_notices import StaffNoticeToSend


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One problem of a source: what is wrong, since when, what the last visit said, and what to do."""

    name: str
    title: str
    since_words: str
    sentence: str
    advice: str
    url: str


@dataclass(frozen=True, slots=True)
class ProblemContext:
    """`templates/email/problem/`. No title or text of an item: only what we ourselves say about the source."""

    site_name: str
    organisation: str
    problems: tuple[ProblemLine, ...]
    health_url: str


@dataclass(frozen=True, slots=True)
class WaitingContext:
    """`templates/email/waiting/`. How much waits and since when; `soon` counts events that begin within three days."""

    site_name: str
    organisation: str
    count: int
    count_words: str
    since_words: str
    soon: int
    soon_words: str
    queue_url: str


@dataclass(frozen=True, slots=True)
class UrgentContext:
    """`templates/email/urgent/`."""

    site_name: str
    organisation: str
    url: str


@dataclass(frozen=True, slots=True)
class FactorContext:
    """`templates/email/factor/`. What changed about the account that gets the mail, and never a secret."""

    site_name: str
    organisation: str
    changed: str
    when: str
    advice: str
    url: str


Context = ProblemContext | WaitingContext | UrgentContext | FactorContext


def compose_for_staff(notice: StaffNoticeToSend, recipient: str, desk: Desk) -> bytes:
    """The mail for one notice. Raises `UnfitMailError` when it must not leave."""
    template, make = _CONTEXTS[notice.kind]
    letter, subject = letter_of(template, make(notice, desk), desk)
    return letter_bytes(headers_of(notice, recipient, subject, desk), letter)


def _problems(notice: StaffNoticeToSend, desk: Desk) -> ProblemContext:
    site, base = desk.settings.site, desk.settings.base_url
    lines = tuple(
        ProblemLine(
            name=clean(told.source_name),
            title=PROBLEM_TITLES[ProblemKind(told.kind)],
            since_words=wording.moment_words(told.opened_at),
            sentence=clean(told.sentence),
            advice=PROBLEM_ADVICE[ProblemKind(told.kind)],
            url=f"{base}/redactie/bronnen/{told.source_key}",
        )
        for told in notice.problems
    )
    return ProblemContext(site.name, site.organisation, lines, f"{base}/redactie/bronnen/gezondheid")


def _waiting(notice: StaffNoticeToSend, desk: Desk) -> WaitingContext:
    waiting = notice.waiting
    if waiting is None or waiting.since is None:
        raise ValueError(f"notice {notice.id} tells of nothing that waits")
    site = desk.settings.site
    return WaitingContext(
        site_name=site.name,
        organisation=site.organisation,
        count=waiting.count,
        count_words=wording.count_words(waiting.count, "bericht", "berichten"),
        since_words=wording.moment_words(waiting.since),
        soon=waiting.soon,
        soon_words=wording.count_words(waiting.soon, "bijeenkomst", "bijeenkomsten"),
        queue_url=f"{desk.settings.base_url}/redactie",
    )


def _urgent(notice: StaffNoticeToSend, desk: Desk) -> UrgentContext:
    site = desk.settings.site
    url = f"{desk.settings.base_url}/redactie/verzoeken/{notice.review_id}"
    return UrgentContext(site.name, site.organisation, url)


def _factor(notice: StaffNoticeToSend, desk: Desk) -> FactorContext:
    if notice.change is None:
        raise ValueError(f"notice {notice.id} tells of no change")
    site = desk.settings.site
    return FactorContext(
        site_name=site.name,
        organisation=site.organisation,
        changed=CHANGED[notice.change],
        when=wording.moment_words(notice.made_at),
        advice=ADVICE.get(notice.change, ""),
        url=f"{desk.settings.base_url}/redactie/mijn-account",
    )


_CONTEXTS: dict[str, tuple[str, Callable[[StaffNoticeToSend, Desk], Context]]] = {
    "problem": ("problem", _problems),
    "problems": ("problem", _problems),
    "waiting": ("waiting", _waiting),
    "urgent": ("urgent", _urgent),
    account_mail.KIND: ("factor", _factor),
}
