"""Passkeys: credentials of WebAuthn level 3 that say by themselves whose they are (TRUST 4.3).

Only discoverable credentials, always with verification of the person, always for one relying party: nobody types an
address before, so nobody learns which addresses there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
import webauthn
from sqlmodel import Session, col, select
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers import parse_authentication_credential_json as parsed
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from store import challenges, factors
from store.account_mail import Change
from store.accounts import SignedIn
from store.challenges import Kind
from store.database import insert_or_ignore
from store.errors import NotAllowedError, NotFoundError
from store.secrets import Secrets
from store.tables import Account, Passkey

NAME_LIMIT = 60
AT_MOST = 20
CREDENTIAL_LIMIT = 1023
"""Bytes of a credential's name, as the standard allows (WebAuthn section 4, credential id)."""

NO_GOOD = "Deze passkey konden we niet aannemen. Probeer het opnieuw, of neem een ander apparaat."
KNOWN = "Deze passkey staat er al."
ENOUGH = f"Je hebt al {AT_MOST} passkeys. Haal er eerst een weg."


@dataclass(frozen=True, slots=True)
class Site:
    """The relying party: its id is the host of the site and never changes; `origins` are the addresses pages have."""

    id: str
    name: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PasskeySeen:
    id: int
    name: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose passkey answered."""

    account_id: int
    address: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A credential whose making was checked; not stored yet. Base64url without padding."""

    credential: str
    public_key: str
    sign_count: int


def ask_login(session: Session, token: str, site: Site, *, now: datetime, account_id: int | None = None) -> str:
    """The question for a login under this token, as JSON for the browser. With an account only its passkeys answer."""
    options = webauthn.generate_authentication_options(
        rp_id=site.id,
        allow_credentials=_of(session, account_id) if account_id else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    secret = bytes_to_base64url(options.challenge)
    challenges.ask(session, Kind.PASSKEY_LOGIN, token, now=now, account_id=account_id, secret=secret)
    return options_to_json(options)


def answer_login(
    session: Session, token: str, answer: str, site: Site, *, now: datetime, secrets: Secrets
) -> Owner | None:
    """The account whose passkey answered, None when the answer is not right. The question is over either way."""
    asked = challenges.take(session, Kind.PASSKEY_LOGIN, token, now=now)
    if asked is None:
        return None
    try:
        credential = parsed(answer)
    except Exception:  # noqa: BLE001 - whatever a stranger's bytes do to the parser, it is no passkey
        return None
    found = session.exec(
        select(Passkey, Account)
        .where(col(Passkey.account_id) == col(Account.id), col(Account.disabled_at).is_(None))
        .where(Passkey.credential == bytes_to_base64url(credential.raw_id))
        .with_for_update()
    ).one_or_none()
    if found is None:
        return None
    passkey, account = found
    if asked.account_id not in {None, account.id} or credential.response.user_handle not in {
        None,
        _handle(account.address_key, secrets),
    }:
        return None
    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(asked.secret),
            expected_rp_id=site.id,
            expected_origin=list(site.origins),
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - the same
        return None
    passkey.sign_count, passkey.used_at = verified.new_sign_count, now
    session.add(passkey)
    session.flush()
    return Owner(account.id or 0, account.address)


def _of(session: Session, account_id: int) -> list[PublicKeyCredentialDescriptor]:
    names = session.exec(select(Passkey.credential).where(Passkey.account_id == account_id)).all()
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in names]


def _handle(address: str, secrets: Secrets) -> bytes:
    """What an authenticator keeps as the owner: the same for one account, and no address."""
    return bytes.fromhex(secrets.keyed_hash("passkey owner", address))


def ask_new(
    session: Session,
    token: str,
    address: str,
    site: Site,
    *,
    now: datetime,
    secrets: Secrets,
    account_id: int | None = None,
) -> str:
    """The question that makes a passkey for this (normal) address, as JSON for the browser.

    With an account it names the passkeys that are there already, so that no device makes a second one.
    """
    options = webauthn.generate_registration_options(
        rp_id=site.id,
        rp_name=site.name,
        user_id=_handle(address, secrets),
        user_name=address,
        user_display_name=address,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_of(session, account_id) if account_id else None,
    )
    # The owner stands in the question, so that a passkey made for one address is not taken for another.
    secret = f"{bytes_to_base64url(options.challenge)} {address}"
    challenges.ask(session, Kind.PASSKEY_NEW, token, now=now, secret=secret)
    return options_to_json(options)


def answer_new(session: Session, token: str, address: str, answer: str, site: Site, *, now: datetime) -> NewPasskey:
    """The passkey that was made for this address. Raises NotAllowedError with a sentence when it is not right."""
    asked = challenges.take(session, Kind.PASSKEY_NEW, token, now=now)
    challenge, _, owner = asked.secret.partition(" ") if asked else ("", "", "")
    if not challenge or owner != address:
        raise NotAllowedError(NO_GOOD)
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.id,
            expected_origin=list(site.origins),
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - whatever a stranger's bytes do to the parser, it is no passkey
        raise NotAllowedError(NO_GOOD) from None
    if len(made.credential_id) > CREDENTIAL_LIMIT:
        raise NotAllowedError(NO_GOOD)
    return NewPasskey(
        bytes_to_base64url(made.credential_id), bytes_to_base64url(made.credential_public_key), made.sign_count
    )


def keep(session: Session, account_id: int, new: NewPasskey, name: str, *, now: datetime) -> None:
    """Store a passkey. Raises NotAllowedError when it is there already, or there are too many."""
    if len(_of(session, account_id)) >= AT_MOST:
        raise NotAllowedError(ENOUGH)
    values = {
        "account_id": account_id,
        "credential": new.credential,
        "public_key": new.public_key,
        "sign_count": new.sign_count,
        "name": _name(name),
        "made_at": now,
    }
    if insert_or_ignore(session, Passkey, values, ("credential",)) is None:
        raise NotAllowedError(KNOWN)


def add(session: Session, who: SignedIn, new: NewPasskey, name: str, *, now: datetime) -> None:
    """The same for somebody who is signed in; the account is told."""
    keep(session, who.account_id, new, name, now=now)
    factors.changed(session, who, Change.PASSKEY_NEW, now=now)


def _name(typed: str) -> str:
    words = " ".join("".join(each if each.isprintable() else " " for each in typed).split())
    return words[:NAME_LIMIT] or "Passkey"


def list_of(session: Session, account_id: int) -> list[PasskeySeen]:
    rows = session.exec(select(Passkey).where(Passkey.account_id == account_id).order_by(col(Passkey.id))).all()
    return [PasskeySeen(row.id or 0, row.name, row.made_at, row.used_at) for row in rows]


def rename(session: Session, who: SignedIn, passkey_id: int, name: str) -> None:
    """Raises NotFoundError when it is not a passkey of this account."""
    _own(session, who, passkey_id).name = _name(name)


def remove(session: Session, who: SignedIn, passkey_id: int, *, now: datetime, must_keep_one: bool) -> None:
    """Let a passkey open nothing any more. Raises NotFoundError, or NotAllowedError when it is the last factor."""
    session.get_one(Account, who.account_id, with_for_update=True)
    passkey = _own(session, who, passkey_id)
    factors.keep_one(factors.of(session, who.account_id), app=False, must_keep_one=must_keep_one)
    session.connection().execute(sa.delete(Passkey).where(col(Passkey.id) == passkey.id))
    factors.changed(session, who, Change.PASSKEY_GONE, now=now)


def _own(session: Session, who: SignedIn, passkey_id: int) -> Passkey:
    row = session.get(Passkey, passkey_id)
    if row is None or row.account_id != who.account_id:
        raise NotFoundError(f"There is no passkey {passkey_id} of this account.")
    return row
