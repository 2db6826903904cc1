"""The second factor of an account: codes of an app (TOTP), and recovery codes for when the app or the key is lost.

Passkeys stand in `store/passkeys.py`. Adding or taking away a factor ends every other session (TRUST C6) and is told to
the account by mail, in the same transaction.
"""

from __future__ import annotations

import base64
import re
import secrets as random
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col

from store import account_mail, accounts, challenges, totp
from store.account_mail import Change
from store.accounts import SignedIn
from store.challenges import Kind
from store.errors import NotAllowedError
from store.secrets import Secrets
from store.tables import Account, Passkey, RecoveryCode

CODES = 10
CODE_BYTES = 16
"""128 bits: nobody guesses one, so a keyed hash is enough (ASVS 6.5.1)."""

ONLY_ONE = "Dit is je enige tweede stap. Stel eerst een andere in, dan kan deze weg."
NO_FACTOR = "Stel eerst een passkey of een app in. Herstelcodes zijn voor als die kwijt is."
ONLY_WAY_IN = "Zonder wachtwoord is dit je enige manier om in te loggen. Kies eerst een wachtwoord."


class Used(StrEnum):
    """With what somebody came in after the password; the word is kept with the session."""

    APP = "totp"
    CODE = "recovery"


@dataclass(frozen=True, slots=True)
class Factors:
    """What an account can log in with. `codes_left` counts unused recovery codes.

    `due_at` is until when a password alone will do for this account.
    """

    has_password: bool
    app: bool
    passkeys: int
    codes_left: int
    password_changed_at: datetime | None
    due_at: datetime | None

    @property
    def any(self) -> bool:
        return self.app or self.passkeys > 0


def of(session: Session, account_id: int) -> Factors:
    account = session.get_one(Account, account_id)
    keys = sa.select(sa.func.count()).select_from(Passkey).where(col(Passkey.account_id) == account_id)
    codes = sa.select(sa.func.count()).select_from(RecoveryCode).where(*_unused(account_id))
    connection = session.connection()
    return Factors(
        has_password=bool(account.password_hash),
        app=account.totp_sealed is not None,
        passkeys=connection.execute(keys).scalar_one(),
        codes_left=connection.execute(codes).scalar_one(),
        password_changed_at=account.password_changed_at,
        due_at=account.factor_due_at,
    )


def _unused(account_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return col(RecoveryCode.account_id) == account_id, col(RecoveryCode.used_at).is_(None)


def begin_app(session: Session, who: SignedIn, *, now: datetime, secrets: Secrets) -> None:
    """Draw a secret for an app. It counts for nothing until a code of it was typed in this session."""
    secret = secrets.seal(totp.new_secret())
    challenges.ask(session, Kind.APP_NEW, _session_token(who), now=now, account_id=who.account_id, secret=secret)


def _session_token(who: SignedIn) -> str:
    return f"login {who.login_id}"


def app_in_setup(session: Session, who: SignedIn, *, now: datetime, secrets: Secrets) -> str | None:
    """The secret that waits for its first code, in Base32; None when none does or it waited too long."""
    asked = challenges.find(session, Kind.APP_NEW, _session_token(who), now=now)
    return secrets.unseal(asked.secret) if asked is not None and asked.account_id == who.account_id else None


def confirm_app(session: Session, who: SignedIn, typed: str, *, now: datetime, secrets: Secrets) -> bool:
    """Take the app in use when the code is right. False when it is not, or nothing waits for one."""
    secret = app_in_setup(session, who, now=now, secrets=secrets)
    step = totp.matching_step(secret, typed, now) if secret else None
    if secret is None or step is None or challenges.take(session, Kind.APP_NEW, _session_token(who), now=now) is None:
        return False
    account = session.get_one(Account, who.account_id)
    account.totp_sealed, account.totp_used = secrets.seal(secret), step
    session.add(account)
    changed(session, who, Change.APP_NEW, now=now)
    return True


def remove_app(session: Session, who: SignedIn, *, now: datetime, must_keep_one: bool) -> None:
    """Ask no codes of the app any more. Raises NotAllowedError when it is the last factor and one is needed."""
    account = session.get_one(Account, who.account_id, with_for_update=True)
    if account.totp_sealed is None:
        return
    keep_one(of(session, who.account_id), app=True, must_keep_one=must_keep_one)
    account.totp_sealed, account.totp_used = None, None
    session.add(account)
    changed(session, who, Change.APP_GONE, now=now)


def keep_one(have: Factors, *, app: bool, must_keep_one: bool) -> None:
    """Refuse to take away the last factor (the app, else one passkey), when one is needed or nothing else is left."""
    left = have.passkeys if app else have.passkeys - 1 + have.app
    if not app and not have.has_password and have.passkeys == 1:
        raise NotAllowedError(ONLY_WAY_IN)
    if left == 0 and must_keep_one:
        raise NotAllowedError(ONLY_ONE)


def changed(session: Session, who: SignedIn, change: Change, *, now: datetime) -> None:
    """What follows a change of a factor: other sessions end, codes without a factor go, the account is told."""
    session.flush()
    accounts.end_logins(session, who.account_id, now=now, but=who.login_id)
    if not of(session, who.account_id).any:
        _forget_codes(session, who.account_id)
    account_mail.write(session, who.account_id, change, now=now, by=who.account_id)


def first_codes(session: Session, who: SignedIn, *, now: datetime, secrets: Secrets) -> list[str]:
    """Recovery codes for who just set up a factor and has none; they belong to the change that was told already."""
    session.flush()
    return [] if of(session, who.account_id).codes_left else _make_codes(session, who, now, secrets)


def new_codes(session: Session, who: SignedIn, *, now: datetime, secrets: Secrets) -> list[str]:
    """Ten new recovery codes, as a person reads them; the older ones work no more. Nobody can read these again.

    Raises NotAllowedError when there is no factor that they could stand in for.
    """
    if not of(session, who.account_id).any:
        raise NotAllowedError(NO_FACTOR)
    account_mail.write(session, who.account_id, Change.CODES_NEW, now=now, by=who.account_id)
    return _make_codes(session, who, now, secrets)


def _make_codes(session: Session, who: SignedIn, now: datetime, secrets: Secrets) -> list[str]:
    _forget_codes(session, who.account_id)
    codes = [base64.b32encode(random.token_bytes(CODE_BYTES)).decode().rstrip("=").lower() for _ in range(CODES)]
    for code in codes:
        hashed = _code_hash(secrets, who.account_id, code)
        session.add(RecoveryCode(account_id=who.account_id, code_hash=hashed, made_at=now))
    session.flush()
    return ["-".join(re.findall(".{1,4}", code)) for code in codes]


def _forget_codes(session: Session, account_id: int) -> None:
    session.connection().execute(sa.delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))


def _code_hash(secrets: Secrets, account_id: int, typed: str) -> str:
    letters = re.sub(r"[\s-]", "", typed).lower()
    return secrets.keyed_hash("recovery code", f"{account_id}\n{letters}")


def check(session: Session, account_id: int, typed: str, *, now: datetime, secrets: Secrets) -> Used | None:
    """Use a code of the app, or a recovery code. None when it is neither, or was used before."""
    if _use_app_code(session, account_id, typed, now, secrets):
        return Used.APP
    used = session.connection().execute(
        sa.update(RecoveryCode)
        .where(*_unused(account_id), col(RecoveryCode.code_hash) == _code_hash(secrets, account_id, typed))
        .values(used_at=now)
    )
    if used.rowcount != 1:
        return None
    account_mail.write(session, account_id, Change.CODE_USED, now=now)
    return Used.CODE


def _use_app_code(session: Session, account_id: int, typed: str, now: datetime, secrets: Secrets) -> bool:
    sealed = session.get_one(Account, account_id).totp_sealed
    secret = secrets.unseal(sealed) if sealed else None
    step = totp.matching_step(secret, typed, now) if secret else None
    if step is None:
        return False
    # A step that was used, and every one before it, is over: of two who type the same code the second comes too late.
    later = sa.or_(col(Account.totp_used).is_(None), col(Account.totp_used) < step)
    used = session.connection().execute(
        sa.update(Account).where(col(Account.id) == account_id, later).values(totp_used=step)
    )
    return used.rowcount == 1
