"""The links in mails: a subscriber's token, signed for one purpose each, in the path and never in the query (TRUST E7).

A link for leaving cannot confirm and the other way round, although both carry the same token (C8).
"""

from __future__ import annotations

from dataclasses import dataclass

from store.secrets import Secrets

SIGNED_LIMIT = 100


@dataclass(frozen=True, slots=True)
class LinkKind:
    """`path` is where the link lives, `purpose` what its signature is for."""

    purpose: str
    path: str


CONFIRM = LinkKind("confirm subscription", "/aanmelden/bevestigen/")
UNSUBSCRIBE = LinkKind("unsubscribe", "/afmelden/")
PREFERENCES = LinkKind("preferences", "/voorkeuren/")


def link_path(secrets: Secrets, kind: LinkKind, token: str) -> str:
    return kind.path + secrets.sign(kind.purpose, token)


def token_in(secrets: Secrets, kind: LinkKind, signed: str) -> str | None:
    """The token, None when the link is not ours, was cut off, or is one of another kind."""
    return secrets.unsign(kind.purpose, signed) if len(signed) <= SIGNED_LIMIT and signed.isascii() else None
