"""An authenticator in software: makes passkeys and answers with them as a browser would, right or wrong as asked."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes as plain
from webauthn.helpers import bytes_to_base64url as encoded

ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, MADE = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey. `origin`, `rp_id` and `flags` are what it claims; `uses` is its counter, if it `counts`."""

    origin: str = ORIGIN
    rp_id: str = "localhost"
    flags: int = PRESENT | VERIFIED
    uses: int = 0
    counts: bool = True
    owner: bytes = b""
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, question: str) -> str:
        """The answer to a question that makes a passkey."""
        asked = json.loads(question)
        self.owner = plain(asked["user"]["id"])
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self._public_key()
        told = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(self.flags | MADE) + credential})
        said = self._client_data("webauthn.create", asked["challenge"])
        return self._answer({"clientDataJSON": encoded(said), "attestationObject": encoded(told)})

    def get(self, question: str, **changes: Any) -> str:
        """The answer to a question for a login; `changes` replace parts of it."""
        self.uses += self.counts
        data = self._data(self.flags)
        said = self._client_data("webauthn.get", json.loads(question)["challenge"])
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        answer = {
            "clientDataJSON": encoded(said),
            "authenticatorData": encoded(data),
            "signature": encoded(signature),
            "userHandle": encoded(self.owner),
        }
        return self._answer(answer | changes)

    def _answer(self, response: dict[str, Any]) -> str:
        name = encoded(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        # EC2, ES256, P-256 (RFC 9053).
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
