"""What the pages behind a link in a mail have in common: reading the token, and patience with who guesses."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request

from service.mail_links import LinkKind, token_in
from service.running import running
from service.throttle import TOKEN_PAGES, allowed

NOBODY = ""
"""A token that belongs to nobody: a link that is not ours is answered like one that is over."""


def token_of(request: Request, kind: LinkKind, signed: str) -> str:
    """The token in a link, NOBODY when the link is not ours. Raises 429 when a network guesses too often.

    Only links that are not ours are counted: a provider that unsubscribes many of its users at once must not fail.
    """
    here = running(request)
    token = token_in(here.secrets, kind, signed)
    if token is not None:
        return token
    if not allowed(request, TOKEN_PAGES, here.clock()):
        raise HTTPException(429)
    return NOBODY
