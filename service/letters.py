"""The bytes of a mail: headers that cannot be injected into, fixed boundaries, CRLF only (TRUST M1, M2, E1-E8, E11).

The standard library decodes what looks like an encoded word in a header and may write it out as a line of its own
(CVE-2024-6923). So every value is decoded and checked before, and the finished bytes are read again and their header
names compared with the list of ours.
"""

from __future__ import annotations

import contextlib
import email.errors
import email.header
import email.parser
import email.policy
import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import EmailPolicy

LINE_LIMIT = 998
SIZE_LIMIT = 100_000
SUBJECT_LIMIT = 150
DECODINGS = 4
"""How many layers of encoded words are looked through; what is wrapped deeper is refused."""

ALLOWED = frozenset(
    {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "MIME-Version",
        "Content-Type",
        "List-Id",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "Auto-Submitted",
        "Precedence",
    }
)
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKS = frozenset("\u2028\u2029")


class UnfitMailError(ValueError):
    """A mail that must not leave. A bug or an attack; the message names the header, never its value."""


class _OurPolicy(EmailPolicy):
    """Leaves ASCII headers in one piece: the library would turn a long link into encoded words, which breaks it."""

    def fold_binary(self, name: str, value: str) -> bytes:
        text = str(value)
        if name not in {"Subject", "From"} and text.isascii():
            return f"{name}: {text}\r\n".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _OurPolicy(linesep="\r\n", cte_type="7bit", max_line_length=76)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says: the same in words and in HTML, and a calendar for events (None for other kinds)."""

    text: str
    html: str
    calendar: bytes | None = None
    method: str = "PUBLISH"
    """That of the calendar, said in the mail as well: programs want the two to be the same (RFC 6047 section 2.4)."""


CALENDAR_NAME = "agenda.ics"


def letter_bytes(headers: Mapping[str, str], letter: Letter) -> bytes:
    """The mail as it goes over the line. The same headers and letter give the same bytes, always.

    Raises UnfitMailError when a header holds what could start another header, or the mail is too large.
    """
    message = EmailMessage(policy=_POLICY)
    for name, value in headers.items():
        message[name] = checked(name, value)
    message.set_content(_lines(letter.text), cte="quoted-printable")
    message.add_alternative(_lines(letter.html), subtype="html", cte="quoted-printable")
    if letter.calendar is not None:
        message.make_mixed()
        message.add_attachment(
            letter.calendar,
            maintype="text",
            subtype="calendar",
            cte="base64",
            filename=CALENDAR_NAME,
            params={"method": letter.method, "charset": "utf-8"},
        )
    seed = hashlib.sha256(headers["Message-ID"].encode()).hexdigest()
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"={number}={seed[:40]}")
    raw = message.as_bytes().rstrip(b"\r\n") + b"\r\n"
    _check(raw, headers)
    return raw


def checked(name: str, value: str) -> str:
    """The value, when nothing in it, decoded as often as a reader may decode it, breaks or turns a line around."""
    seen = value
    for _ in range(DECODINGS):
        if any(unicodedata.category(letter) in {"Cc", "Cs"} or letter in _BIDI or letter in _BREAKS for letter in seen):
            raise UnfitMailError(f"the header {name} holds a control character")
        decoded = _decoded(seen)
        if decoded == seen:
            return value
        seen = decoded
    raise UnfitMailError(f"the header {name} is encoded too many times")


def subject_words(text: str) -> str:
    """Text made fit for a subject line: encoded words taken apart, on one line, at most 150 characters."""
    with contextlib.suppress(UnfitMailError):
        for _ in range(DECODINGS):
            text = _decoded(text)
    words = " ".join(
        "".join(
            letter if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} else " "
            for letter in text.replace("=?", "= ?")
        ).split()
    )
    return words if len(words) <= SUBJECT_LIMIT else words[: SUBJECT_LIMIT - 1].rstrip() + "…"


def _decoded(text: str) -> str:
    if "=?" not in text:
        return text
    try:
        return str(email.header.make_header(email.header.decode_header(text)))
    except (ValueError, LookupError, email.errors.HeaderParseError):
        raise UnfitMailError("a header holds an encoded word that cannot be read") from None


def _lines(text: str) -> str:
    """Without bare carriage returns: only CRLF goes over the line."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check(raw: bytes, headers: Mapping[str, str]) -> None:
    if len(raw) > SIZE_LIMIT:
        raise UnfitMailError(f"the mail is larger than {SIZE_LIMIT} bytes")
    bare = raw.replace(b"\r\n", b"")
    if b"\r" in bare or b"\n" in bare or b"\0" in raw or not raw.isascii():
        raise UnfitMailError("the mail holds a bare line break or a byte outside ASCII")
    if any(len(line) > LINE_LIMIT for line in raw.split(b"\r\n")):
        raise UnfitMailError(f"the mail has a line of more than {LINE_LIMIT} bytes")
    found = email.parser.BytesHeaderParser(policy=email.policy.compat32).parsebytes(raw).keys()
    expected = sorted({*headers, "MIME-Version", "Content-Type"})
    if sorted(found) != expected or not ALLOWED.issuperset(found):
        raise UnfitMailError("the finished mail does not have exactly the headers it was given")
