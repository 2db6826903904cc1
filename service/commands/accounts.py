"""`signaal accounts`: who may come in."""

from __future__ import annotations

from datetime import timedelta

from service.app import utc_now
from service.commands.output import print_json, print_table
from service.running import Running
from service.wording import local
from store import accounts
from store.errors import ConfigurationError
from store.values import Role


def invite(running: Running, address: str, role: str, *, as_json: bool) -> None:
    """Print a one-time link for `address`. Raises ConfigurationError for an unknown role or a bad address."""
    if role not in set(Role):
        raise ConfigurationError(f"{role} is not a role; choose administrator, editor or reader.")
    if accounts.normal_address(address) is None:
        raise ConfigurationError(f"{address} is not an e-mail address; write it as name@example.nl.")
    with running.store.writing() as session:
        token = accounts.invite(session, Role(role), address=address, now=utc_now())
    url = f"{running.settings.base_url}/redactie/uitnodiging/{token}"
    if as_json:
        print_json({"url": url})
    else:
        print(f"Give this link to {address}; it works once, for 24 hours:\n{url}")


def show(running: Running, *, as_json: bool) -> None:
    idle = timedelta(minutes=running.settings.desk.session_idle_minutes)
    with running.store.reading() as session:
        seen = accounts.list_all(session, now=utc_now(), idle=idle)
    if as_json:
        print_json(
            [
                {
                    "address": one.address,
                    "role": str(one.role),
                    "created_at": one.created_at.isoformat(),
                    "disabled_at": one.disabled_at.isoformat() if one.disabled_at else None,
                    "last_seen_at": one.last_seen_at.isoformat() if one.last_seen_at else None,
                }
                for one in seen
            ]
        )
        return
    rows = [
        (
            one.address,
            one.role,
            f"{local(one.last_seen_at):%Y-%m-%d %H:%M}" if one.last_seen_at else "never",
            "disabled" if one.disabled_at else "",
        )
        for one in seen
    ]
    empty = "There is no account yet; `signaal serve` prints a link for the first administrator."
    print_table(("address", "role", "last seen", ""), rows, empty=empty)


def disable(running: Running, address: str) -> None:
    """Raises ConfigurationError when nobody has this address."""
    with running.store.writing() as session:
        account_id = accounts.find(session, address)
        if account_id is None:
            raise ConfigurationError(f"There is no account {address}; `signaal accounts list` shows them.")
        accounts.disable(session, account_id, now=utc_now())
    print(f"{address} is disabled and logged out everywhere.")
