"""`/redactie/post`: what happens to the mails. Without a mail server they lie in a folder and can be read here.

For administrators: a mail holds the address of a subscriber and links that work.
"""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service import wording
from service.desk.frame import DeskFrame, desk_frame
from service.desk.session import DeskRoute, require
from service.render import page
from service.running import Running, running
from store import queue
from store.errors import NotFoundError
from store.values import Role

router = APIRouter(route_class=DeskRoute)

LISTED = 200
LARGEST_MAIL = 1024 * 1024
STATE_WORDS = {
    "waiting": "wacht",
    "claimed": "wordt nu verstuurd",
    "handed": "aan de mailserver gegeven, nog geen antwoord",
    "sent": "verstuurd",
    "refused": "geweigerd",
    "in_doubt": "onzeker: misschien aangekomen, wordt niet nog eens verstuurd",
    "expired": "te laat, niet meer verstuurd",
    "dropped": "vervallen",
}


@dataclass(frozen=True, slots=True)
class MailLine:
    name: str
    path: str
    subject: str
    when: str


@dataclass(frozen=True, slots=True)
class CountLine:
    state: str
    words: str
    count_words: str


@dataclass(frozen=True, slots=True)
class OpenMail:
    subject: str
    to: str
    when: str
    text: str
    attachments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """`folder` is empty when a mail server sends the mails; then there is nothing to list.

    `doubtful` counts the notices of which nobody knows whether they arrived (INV-10), empty when there are none.
    """

    desk: DeskFrame
    server: str
    folder: str
    counts: tuple[CountLine, ...]
    doubtful: str
    mails: tuple[MailLine, ...]
    opened: OpenMail | None


@router.get("/redactie/post")
def mail_page(request: Request) -> Response:
    return _page(request, None)


@router.get("/redactie/post/{name}")
def one_mail(request: Request, name: str) -> Response:
    """One mail from the folder as text. The name must be one that the folder lists: it is never used as a path."""
    require(request, Role.ADMINISTRATOR)
    file = next((each for each in _files(running(request)) if each.name == name), None)
    if file is None:
        raise NotFoundError("There is no such mail.")
    return _page(request, _opened(file))


def _page(request: Request, opened: OpenMail | None) -> Response:
    who = require(request, Role.ADMINISTRATOR)
    here = running(request)
    mail = here.settings.mail
    desk = desk_frame(request, who, now=here.clock(), nav="post")
    with here.store.reading() as session:
        counts = queue.notice_counts(session)
        doubtful = counts.get("in_doubt", 0)
        context = Context(
            desk=desk,
            server=f"{mail.host}:{mail.port}" if mail.host else "",
            folder="" if mail.host else mail.folder,
            counts=tuple(
                CountLine(state, words, wording.count_words(counts[state], "melding", "meldingen"))
                for state, words in STATE_WORDS.items()
                if counts.get(state)
            ),
            doubtful=wording.count_words(doubtful, "melding is", "meldingen zijn") if doubtful else "",
            mails=tuple(_line(file) for file in _files(here)[:LISTED]),
            opened=opened,
        )
    return page(request, "desk/mail", context)


def _files(here: Running) -> list[Path]:
    """The mails in the folder, newest first; none when a mail server is configured."""
    folder = here.settings.path(here.settings.mail.folder)
    if here.settings.mail.host or not folder.is_dir():
        return []
    found = [each for each in folder.glob("*.eml") if each.is_file() and not each.is_symlink()]
    return sorted(found, key=lambda each: (each.stat().st_mtime, each.name), reverse=True)


def _message(file: Path) -> EmailMessage:
    with file.open("rb") as stream:
        raw = stream.read(LARGEST_MAIL)
    return email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)


def _line(file: Path) -> MailLine:
    message = _message(file)
    return MailLine(file.name, f"/redactie/post/{file.name}", str(message["subject"] or ""), _when(message))


def _when(message: EmailMessage) -> str:
    moment = getattr(message["date"], "datetime", None)
    return wording.moment_words(moment) if moment is not None and moment.tzinfo else ""


def _opened(file: Path) -> OpenMail:
    message = _message(file)
    body = message.get_body(("plain",))
    return OpenMail(
        subject=str(message["subject"] or ""),
        to=str(message["to"] or ""),
        when=_when(message),
        text=str(body.get_content()) if body is not None else "",
        attachments=tuple(part.get_filename() or part.get_content_type() for part in message.iter_attachments()),
    )
