"""The only file that speaks SMTP. It knows at which step a mail failed, and so whether the server may have it.

Before the final dot nothing was taken: try again later. After the dot without an answer nobody knows: in doubt, which
is never tried again by itself (RFC 1047, TRUST INV-10). There is no fallback to less security than was configured.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Callable
from pathlib import Path

import aiosmtplib
from aiosmtplib import SMTP, SMTPResponseException
from aiosmtplib.protocol import SMTPProtocol

from service.channels import Parcel
from store.errors import ConfigurationError
from store.sending import DeliveryOutcome, DeliveryResult
from store.settings import MailSettings, is_loopback

CONNECT_SECONDS = 20.0
COMMAND_SECONDS = 60.0
ANSWER_SECONDS = 600.0
"""RFC 5321 section 4.5.3.2.6: ten minutes for the answer to the final dot."""

START_INPUT, DONE, PERMANENT = 354, 250, 500
NO_SUCH_MAILBOX = re.compile(r"\b5\.1\.(?:1|2|3|10)\b")
OTHER_REASON = re.compile(r"\b5\.(?:2|3|4|5|6|7)\.\d+\b")
NOT_OUR_MAILBOX = frozenset({550, 551, 553})
NOT_LET_IN = frozenset({503, 530, 535, 538})
_TROUBLE = (aiosmtplib.SMTPException, OSError, ssl.SSLError, asyncio.TimeoutError, ValueError)


class MailChannel:
    """One connection, opened at the first mail and kept for the batch. Not for use by two tasks at once."""

    def __init__(
        self,
        settings: MailSettings,
        *,
        password_file: Path | None,
        own_name: str,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        if settings.username and settings.security == "none" and not is_loopback(settings.host):
            raise ConfigurationError("[mail] security is none: the password would travel in the open. Set starttls.")
        self._settings = settings
        self._password_file = password_file
        self._own_name = own_name
        self._answer_seconds = answer_seconds
        self._client: SMTP | None = None

    async def send(self, parcel: Parcel, before_dot: Callable[[], bool]) -> DeliveryResult:
        """Send one mail to one person. Raises only what `before_dot` raises, and ConfigurationError."""
        try:
            client = await self._connected()
        except _TROUBLE as error:
            self._drop()
            return _later(error, trouble=True)
        try:
            await client.mail(parcel.sender)
        except _TROUBLE as error:
            await self._reset(error)
            return _later(error, trouble=True)
        try:
            await client.rcpt(parcel.recipient)
        except _TROUBLE as error:
            await self._reset(error)
            return _at_recipient(error)
        try:
            protocol = await _open_data(client, parcel.message)
        except _TROUBLE as error:
            await self._reset(error)
            return _later(error, trouble=True)
        return await self._finish(protocol, before_dot)

    async def close(self) -> None:
        """Say goodbye, if somebody is still there, and leave no socket behind."""
        client = self._client
        transport = client.transport if client is not None else None
        if client is not None and client.is_connected:
            try:
                await client.quit(timeout=CONNECT_SECONDS)
            except _TROUBLE:
                # The server hung up first; goodbye was all that was left to say.
                client.close()
        self._drop()
        _hang_up(transport)
        # Transports close at the next turn of the loop, and the loop may end right after this.
        await asyncio.sleep(0)

    async def _connected(self) -> SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        settings = self._settings
        client = SMTP(
            hostname=settings.host,
            port=settings.port,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            username=settings.username or None,
            password=self._password(),
            local_hostname=self._own_name,
            timeout=COMMAND_SECONDS,
        )
        self._client = client
        await client.connect(timeout=CONNECT_SECONDS)
        await client.ehlo()
        return client

    def _password(self) -> str | None:
        if not self._settings.username:
            return None
        try:
            return self._password_file.read_text(encoding="utf-8").strip() if self._password_file else ""
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"[mail] password_file cannot be read: {error}.") from None

    async def _finish(self, protocol: SMTPProtocol, before_dot: Callable[[], bool]) -> DeliveryResult:
        """The point of no return: what happens before it is certain, what happens after it may be doubtful."""
        try:
            wanted = before_dot()
        except BaseException:
            self._drop()
            raise
        if not wanted:
            # There is no way to take DATA back but to hang up.
            self._drop()
            return DeliveryResult(DeliveryOutcome.UNWANTED)
        try:
            protocol.write(b".\r\n")
        except _TROUBLE as error:
            self._drop()
            return _later(error, trouble=True)
        try:
            response = await protocol.read_response(timeout=self._answer_seconds)
        except _TROUBLE as error:
            self._drop()
            return DeliveryResult(DeliveryOutcome.IN_DOUBT, answer=_words(error), trouble=True)
        if response.code == DONE:
            return DeliveryResult(DeliveryOutcome.SENT, response.code, response.message)
        refused = SMTPResponseException(response.code, response.message)
        if response.code == 421:  # noqa: PLR2004 - the server closes the connection (RFC 5321 section 3.8)
            self._drop()
        return _later(refused, trouble=True)

    async def _reset(self, error: BaseException) -> None:
        """Make the connection fit for the next mail, or hang up when it may not be."""
        client = self._client
        if client is None or not client.is_connected or not isinstance(error, SMTPResponseException):
            self._drop()
            return
        try:
            await client.rset()
        except _TROUBLE:
            self._drop()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            transport = client.transport
            client.close()
            _hang_up(transport)


def _hang_up(transport: asyncio.BaseTransport | None) -> None:
    """At once, without waiting for the other side's goodbye."""
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


async def _open_data(client: SMTP, message: bytes) -> SMTPProtocol:
    """Everything but the final dot, and on its way: from here on only the dot decides.

    Lines that begin with a dot get a second one (RFC 5321 section 4.5.2). The message has CRLF only, see letters.py.
    """
    protocol = client.protocol
    response = await client.execute_command(b"DATA")
    if response.code != START_INPUT or protocol is None:
        raise SMTPResponseException(response.code, response.message)
    body = b"\r\n" + message
    protocol.write(body.replace(b"\r\n.", b"\r\n..").removeprefix(b"\r\n"))
    async with asyncio.timeout(COMMAND_SECONDS):
        while protocol.transport is not None and _unsent(protocol):  # noqa: ASYNC110 - the library has no event for it
            await asyncio.sleep(0.01)
    if not protocol.is_connected:
        raise aiosmtplib.SMTPServerDisconnected("Connection lost")
    return protocol


def _unsent(protocol: SMTPProtocol) -> int:
    transport = protocol.transport
    return transport.get_write_buffer_size() if isinstance(transport, asyncio.WriteTransport) else 0


def _at_recipient(error: BaseException) -> DeliveryResult:
    """A refusal of this person. "You may not send here" is about us and suppresses nobody (TRUST E13)."""
    code = getattr(error, "code", None)
    if code is None or code < PERMANENT:
        return _later(error, trouble=code is None or code == 421)  # noqa: PLR2004
    answer = _words(error)
    if code in NOT_LET_IN or re.search(r"\b5\.7\.\d+\b", answer):
        return _later(error, trouble=code in NOT_LET_IN)
    bounced = bool(NO_SUCH_MAILBOX.search(answer)) or (code in NOT_OUR_MAILBOX and not OTHER_REASON.search(answer))
    return DeliveryResult(DeliveryOutcome.REFUSED, code, answer, bounced=bounced)


def _later(error: BaseException, *, trouble: bool) -> DeliveryResult:
    return DeliveryResult(DeliveryOutcome.RETRY, getattr(error, "code", None), _words(error), trouble=trouble)


def _words(error: BaseException) -> str:
    """The server's words, on one line."""
    said = getattr(error, "message", None) or str(error) or type(error).__name__
    return " ".join("".join(letter if letter.isprintable() else " " for letter in str(said)).split())
