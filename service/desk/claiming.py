"""Opening an item says that you look at it: the one thing besides last-seen that a GET may write."""

from __future__ import annotations

from datetime import datetime, timedelta

from service.pages.views import Option
from service.running import Running
from store import claims, queue
from store.accounts import SignedIn
from store.claims import Colleague


def opened_by(here: Running, who: SignedIn, item_id: int, now: datetime) -> None:
    """Claim an item for who opened it, unless a colleague has it or the claim is fresh. A reader claims nothing."""
    if who.role not in queue.MAY_DECIDE:
        return
    seconds = here.settings.desk.claim_seconds
    with here.store.reading() as session:
        known = claims.of_item(session, item_id, now=now)
    if known is not None and (
        known.account_id != who.account_id or known.expires_at > now + timedelta(seconds=seconds / 2)
    ):
        return
    with here.store.writing() as session:
        claims.claim(session, item_id, account_id=who.account_id, login_id=who.login_id, seconds=seconds, now=now)


def colleague_options(found: tuple[Colleague, ...]) -> tuple[Option, ...]:
    """To whom an item can be handed over, as the choices of a form."""
    return tuple(Option(str(each.id), each.address, False) for each in found)
