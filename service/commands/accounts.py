"""`signaal accounts`: who may come in, as what, and for which provinces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from service.app import utc_now
from service.commands.output import print_json, print_table
from service.running import Running
from service.wording import local
from store import accounts, staff
from store.addresses import normal_address
from store.errors import ConfigurationError, NotAllowedError
from store.values import PROVINCES, Role


def invite(running: Running, address: str, role: str, regions: Sequence[str] = (), *, as_json: bool) -> None:
    """Print a one-time link for `address`. Raises ConfigurationError for an unknown role, region or address."""
    if role not in set(Role):
        raise ConfigurationError(f"{role} is not a role; choose administrator, editor or reader.")
    if normal_address(address) is None:
        raise ConfigurationError(f"{address} is not an e-mail address; write it as name@example.nl.")
    for region in regions:
        if region not in PROVINCES:
            raise ConfigurationError(f"{region} is not a province; choose from {', '.join(PROVINCES)}.")
    with running.store.writing() as session:
        token = accounts.invite(session, Role(role), address=address, now=utc_now(), scope=regions)
    _print_link(running, token, f"Give this link to {address}; it works once, for 24 hours:", as_json=as_json)


def _print_link(running: Running, token: str, sentence: str, *, as_json: bool) -> None:
    url = f"{running.settings.base_url}/redactie/uitnodiging/{token}"
    if as_json:
        print_json({"url": url})
    else:
        print(f"{sentence}\n{url}")


def show(running: Running, *, as_json: bool) -> None:
    idle = timedelta(minutes=running.settings.desk.session_idle_minutes)
    with running.store.reading() as session:
        seen = staff.list_all(session, now=utc_now(), idle=idle)
    if as_json:
        print_json(
            [
                {
                    "address": one.address,
                    "role": str(one.role),
                    "regions": list(one.scope),
                    "factors": ["passkey"] * bool(one.passkeys) + ["totp"] * one.app,
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
            ", ".join(one.scope) or "all",
            ", ".join(["passkey"] * bool(one.passkeys) + ["app"] * one.app) or "none",
            f"{local(one.last_seen_at):%Y-%m-%d %H:%M}" if one.last_seen_at else "never",
            "disabled" if one.disabled_at else "",
        )
        for one in seen
    ]
    empty = "There is no account yet; `signaal serve` prints a link for the first administrator."
    print_table(("address", "role", "regions", "second factor", "last seen", ""), rows, empty=empty)


def disable(running: Running, address: str) -> None:
    """Raises ConfigurationError when nobody has this address, NotAllowedError for the last administrator."""
    with running.store.writing() as session:
        staff.disable(session, _known(accounts.find(session, address), address), now=utc_now())
    print(f"{address} is disabled and logged out everywhere.")


def reset(running: Running, address: str, *, as_json: bool) -> None:
    """Take away password and factors, and print a one-time link to set new ones.

    Raises ConfigurationError when nobody has this address or the account is closed.
    """
    try:
        with running.store.writing() as session:
            token = staff.reset(session, _known(accounts.find(session, address), address), now=utc_now())
    except NotAllowedError:
        raise ConfigurationError(f"{address} is disabled; invite the address again instead.") from None
    sentence = (
        f"The password and all factors of {address} are gone, and it is logged out everywhere. "
        "Give this link to the person; it works once, for 24 hours:"
    )
    _print_link(running, token, sentence, as_json=as_json)


def _known(account_id: int | None, address: str) -> int:
    if account_id is None:
        raise ConfigurationError(f"There is no account {address}; `signaal accounts list` shows them.")
    return account_id
