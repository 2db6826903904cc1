"""The one secret of an installation and what is derived from it.

It is made at the first start, beside the database, readable by its owner only. With it we sign the links in mails,
seal subscribers' addresses and key the hashes under which we find them again. On several machines, copy the file.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from store.errors import ConfigurationError

LENGTH = 32


@dataclass(frozen=True)
class Secrets:
    """Keys by purpose: a value made for one purpose means nothing for another (TRUST C8)."""

    master: bytes = field(repr=False)

    def key(self, purpose: str) -> bytes:
        return hmac.digest(self.master, purpose.encode(), "sha256")

    def keyed_hash(self, purpose: str, value: str) -> str:
        """A hash that cannot be guessed from a list of addresses without the secret. Hexadecimal."""
        return hmac.new(self.key(purpose), value.encode(), hashlib.sha256).hexdigest()

    def sign(self, purpose: str, token: str) -> str:
        """`token` with a signature that holds for `purpose` only; safe in a path."""
        return f"{token}.{self._signature(purpose, token)}"

    def unsign(self, purpose: str, signed: str) -> str | None:
        """The token, or None when the signature is not ours or was made for something else."""
        token, dot, signature = signed.rpartition(".")
        if dot and hmac.compare_digest(signature.encode(), self._signature(purpose, token).encode()):
            return token
        return None

    def _signature(self, purpose: str, token: str) -> str:
        digest = hmac.digest(self.key(purpose), token.encode(), "sha256")
        return base64.urlsafe_b64encode(digest[:18]).decode()

    def seal(self, text: str) -> str:
        return self._fernet().encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str | None:
        """The text, or None when it was sealed with another secret (a restored database without its key file)."""
        try:
            return self._fernet().decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def _fernet(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self.key("seal")))


def load_secrets(file: Path) -> Secrets:
    """Read the secret, or make it at the first start. Raises ConfigurationError when the file is not usable."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            # O_EXCL lets one of several processes make it; the others read what that one wrote.
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w") as out:
                out.write(secrets.token_hex(LENGTH) + "\n")
                out.flush()
                os.fsync(out.fileno())
        text = file.read_text(encoding="ascii").strip()
        master = bytes.fromhex(text)
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"The secret file {file} cannot be used: {error}.") from None
    if len(master) < LENGTH:
        raise ConfigurationError(f"The secret file {file} must hold at least {LENGTH * 2} hexadecimal digits.")
    return Secrets(master)
