"""`/aanmelden`: one field, the address, and the choice of provinces; then "look in your mailbox"; then confirm.

Three templates: `subscribe.html` (Context), `subscribe_done.html` (Done), `subscribe_confirm.html` (Confirm). Opening
the link in the mail changes nothing; only the button does, because scanners open links too.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.pages.views import Frame, Option


@dataclass(frozen=True, slots=True)
class Context:
    """The form. Fields `address` and `province` (many), posted to `/aanmelden`.

    `address_problem` is a sentence when the address cannot be right; `consent_text` is what is kept as evidence.
    """

    frame: Frame
    address: str
    address_problem: str
    provinces: tuple[Option, ...]
    consent_text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The same answer for a new and a known address: nobody can find out who is subscribed."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class Confirm:
    """`state` is `open` (the button is shown), `done` (just confirmed or confirmed before) or `gone` (link too old).

    The form posts without fields to `post_path`.
    """

    frame: Frame
    state: str
    regions: tuple[str, ...]
    post_path: str
    unsubscribe_path: str
