"""`/afmelden/{token}`: one button to stop all mail; then the sentence that it is done."""

from __future__ import annotations

from dataclasses import dataclass

from service.pages.views import Frame


@dataclass(frozen=True, slots=True)
class Context:
    """`done` after the button. An unknown token shows the same `done`: there is nothing left to stop.

    The form posts to `post_path` with `List-Unsubscribe=One-Click`, as mail programs do (RFC 8058).
    """

    frame: Frame
    done: bool
    post_path: str
