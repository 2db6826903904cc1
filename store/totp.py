"""One-time passwords by time: RFC 6238 with the values that every app understands: SHA-1, six digits, 30 seconds."""

from __future__ import annotations

import base64
import hmac
import re
import secrets as random
from datetime import datetime
from urllib.parse import quote, urlencode

SECRET_BYTES = 20
STEP_SECONDS = 30
DIGITS = 6
STEPS_AROUND = (0, -1, 1)
"""A phone's clock may be one step off, either way (RFC 6238 section 6)."""


def new_secret() -> str:
    """A fresh secret in Base32, as apps take it."""
    return base64.b32encode(random.token_bytes(SECRET_BYTES)).decode()


def code_at(secret: str, step: int, digits: int = DIGITS) -> str:
    """The code of a time step (RFC 4226 section 5.3)."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"


def step_of(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def matching_step(secret: str, typed: str, now: datetime) -> int | None:
    """The time step whose code was typed, None when it is no code of now. Spaces in what was typed do not count."""
    code = re.sub(r"\s", "", typed)
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", code):
        return None
    here = step_of(now)
    fits = [here + off for off in STEPS_AROUND if hmac.compare_digest(code_at(secret, here + off), code)]
    return fits[0] if fits else None


def setup_address(secret: str, account: str, issuer: str) -> str:
    """What the picture holds: the key URI that authenticator apps read."""
    label = quote(f"{issuer}:{account}", safe="")
    return f"otpauth://totp/{label}?" + urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
