"""What the forms of accounts, passkeys and second factors may send."""

from __future__ import annotations

from pydantic import Field

from service.desk.forms import LARGEST_ID, FormModel
from store.values import Role

ANSWER_LIMIT = 20_000
"""Characters of what a browser says of a passkey; usual ones have two thousand."""


class AcceptForm(FormModel):
    """A password, or what the browser says of a new passkey."""

    address: str = ""
    password: str = ""
    credential: str = Field("", max_length=ANSWER_LIMIT)


class AddressForm(FormModel):
    address: str = ""


class PasskeyForm(FormModel):
    """`naar` is the key of a page to return to."""

    credential: str = Field("", max_length=ANSWER_LIMIT)
    naar: str = ""


class NewPasskeyForm(FormModel):
    name: str = ""
    credential: str = Field("", max_length=ANSWER_LIMIT)


class NameForm(FormModel):
    name: str = ""


class CodeForm(FormModel):
    code: str = Field("", max_length=100)


class NewPasswordForm(FormModel):
    password: str = ""


class ConfirmForm(FormModel):
    password: str = ""
    naar: str = ""


class SessionForm(FormModel):
    """One session by its number; 0 for all others."""

    sessie: int = Field(0, ge=0, le=LARGEST_ID)


class KeysForm(FormModel):
    single_keys: bool = False


class InviteForm(FormModel):
    """`scope` are provinces; none means all of them."""

    address: str = ""
    role: Role
    scope: list[str] = Field(default_factory=list)


class RoleForm(FormModel):
    role: Role
    scope: list[str] = Field(default_factory=list)
