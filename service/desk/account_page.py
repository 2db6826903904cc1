"""`/redactie/mijn-account` as a page: what somebody logs in with, which sessions are open, and how to change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from service import wording
from service.desk.factor_words import FACTOR_WORDS
from service.desk.frame import DeskFrame, desk_frame
from service.desk.session import is_fresh, must_set_factor
from service.render import page
from service.running import running
from store import accounts, factors, passkeys, passwords
from store.accounts import LoginSeen, SignedIn
from store.factors import Factors
from store.passkeys import PasskeySeen
from store.settings import Settings


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    id: int
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class SessionLine:
    id: int
    words: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class Context:
    """`codes` are new recovery codes: they are shown in this one answer and can never be read again.

    `fresh`: they showed who they are a moment ago, so factors may be changed. `must` and `due_words` say whether and
    until when the account does without a second factor.
    """

    desk: DeskFrame
    sentence: str
    codes: tuple[str, ...]
    fresh: bool
    must: bool
    due_words: str
    has_password: bool
    password_words: str
    shortest: int
    app: bool
    codes_left: int
    passkeys: tuple[PasskeyLine, ...]
    sessions: tuple[SessionLine, ...]
    single_keys: bool


def account_page(
    request: Request, who: SignedIn, *, sentence: str = "", codes: tuple[str, ...] = (), status: int = 200
) -> Response:
    """The page of the own account, with what went wrong or with new recovery codes on top."""
    here = running(request)
    now = here.clock()
    idle = timedelta(minutes=here.settings.desk.session_idle_minutes)
    desk = desk_frame(request, who, now=now, nav="mijn-account")
    with here.store.reading() as session:
        have = factors.of(session, who.account_id)
        keys = passkeys.list_of(session, who.account_id)
        logins = accounts.open_logins(session, who.account_id, now=now, idle=idle)
    must = not have.any and must_set_factor(who, here.settings, now)
    context = Context(
        desk=replace(desk, factor_words=""),
        sentence=sentence,
        codes=codes,
        fresh=is_fresh(who, now),
        must=must,
        due_words="" if have.any or must or have.due_at is None else wording.date_words(have.due_at),
        has_password=have.has_password,
        password_words=_password_words(have),
        shortest=passwords.SHORTEST,
        app=have.app,
        codes_left=have.codes_left,
        passkeys=tuple(map(_passkey_line, keys)),
        sessions=tuple(sorted((_session_line(each, who) for each in logins), key=lambda each: not each.is_this)),
        single_keys=who.single_keys,
    )
    return page(request, "desk/my_account", context, status)


def must_keep_one(have: Factors, settings: Settings, now: datetime) -> bool:
    """Whether the last factor may not go: the days with a password alone are over."""
    return not settings.desk.factor_grace_days or have.due_at is None or have.due_at <= now


def _password_words(have: Factors) -> str:
    if not have.has_password:
        return "Je hebt geen wachtwoord: je logt in met een passkey."
    if have.password_changed_at is None:
        return "Je hebt een wachtwoord."
    return f"Je koos dit wachtwoord op {wording.date_words(have.password_changed_at)}."


def _passkey_line(seen: PasskeySeen) -> PasskeyLine:
    used = f"laatst gebruikt {wording.moment_words(seen.used_at)}" if seen.used_at else "nog niet gebruikt"
    return PasskeyLine(seen.id, seen.name, f"gemaakt op {wording.date_words(seen.made_at)} · {used}")


def _session_line(seen: LoginSeen, who: SignedIn) -> SessionLine:
    began = f"begonnen {wording.moment_words(seen.began_at)} {FACTOR_WORDS[seen.factor]}"
    return SessionLine(
        seen.id, f"{began} · laatst gebruikt {wording.moment_words(seen.last_seen_at)}", seen.id == who.login_id
    )
