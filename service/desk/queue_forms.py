"""What the queue's own forms may send: a selection, a filter to keep, a claim."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from service.desk.forms import LARGEST_ID, BackToQueue, FormModel
from store.values import Form

SELECTED_AT_MOST = 50
APPROVED_AT_MOST = 10
"""PRODUCT.md, section 4: no bulk approval over ten, and then with the list shown."""


class BulkAction(StrEnum):
    REJECT = "reject"
    INTERNAL = "internal"
    REGION = "region"
    FORM = "form"
    LIST = "list"
    """Show what would be approved together."""
    APPROVE = "approve"


class SelectionForm(BackToQueue):
    """`gekozen` are ticked lines, each "item:text": a verdict binds to the text that was seen."""

    action: str = ""
    gekozen: list[str] = Field(default_factory=list)
    reason: str = ""
    province: str = ""
    municipality: str = ""
    forms: list[Form] = Field(default_factory=list)
    gekeken: bool = False


class SaveFilterForm(BackToQueue):
    name: str = ""


class ClaimForm(BackToQueue):
    """`action` is one of `ping`, `release` (both from the script), `take`, `back` and `hand`."""

    action: str = ""
    to: int = Field(default=0, ge=0, le=LARGEST_ID)
    note: str = ""


class RemoveFilterForm(FormModel):
    """A button and nothing else."""
