"""Filters of the queue that an editor gave a name. What is kept is the query string of the filter's own fields."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import rules
from store.errors import NotAllowedError, NotFoundError
from store.tables import Account, SavedFilter

AT_MOST = 20
NAME_LIMIT = 60
QUERY_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Saved:
    id: int
    name: str
    query: str


def of_account(session: Session, account_id: int) -> tuple[Saved, ...]:
    """The filters of an account, by name."""
    rows = session.exec(
        select(SavedFilter).where(SavedFilter.account_id == account_id).order_by(sa.func.lower(SavedFilter.name))
    )
    return tuple(Saved(row.id or 0, row.name, row.query) for row in rows)


def save(session: Session, account_id: int, name: str, query: str) -> int:
    """Keep a filter under a name; the same name again replaces it. Raises NotAllowedError with a Dutch sentence."""
    name = " ".join(name.split())
    if not name:
        raise NotAllowedError("Geef het filter een naam, bijvoorbeeld: Zeeland, arbeid.")
    if len(name) > NAME_LIMIT:
        raise NotAllowedError(f"De naam is te lang: schrijf hoogstens {NAME_LIMIT} tekens.")
    if rules.unfit_character(name):
        raise NotAllowedError("In de naam staat een onzichtbaar teken. Typ de naam opnieuw.")
    if not query:
        raise NotAllowedError("Er is geen filter aan. Kies eerst een filter en bewaar het dan.")
    if len(query) > QUERY_LIMIT:
        raise NotAllowedError("Dit filter is te lang om te bewaren. Gebruik minder zoekwoorden.")
    # Two clicks at once must not make a twenty-first filter, or one name twice.
    session.exec(select(Account.id).where(Account.id == account_id).with_for_update()).one()
    known = session.exec(select(SavedFilter).where(SavedFilter.account_id == account_id)).all()
    row = next((each for each in known if each.name == name), None)
    if row is None:
        if len(known) >= AT_MOST:
            raise NotAllowedError(f"Je hebt al {AT_MOST} filters bewaard. Haal er eerst een weg.")
        row = SavedFilter(account_id=account_id, name=name, query=query)
    row.query = query
    session.add(row)
    session.flush()
    return row.id or 0


def remove(session: Session, account_id: int, filter_id: int) -> str:
    """Remove a filter of this account and return its name. Raises NotFoundError, also when it is another's."""
    row = session.exec(
        select(SavedFilter).where(SavedFilter.id == filter_id, col(SavedFilter.account_id) == account_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no filter {filter_id} of this account.")
    session.delete(row)
    session.flush()
    return row.name
