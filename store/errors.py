"""The ways in which we say no. Expected failure (a source is down) is a value; see `store/values.py`."""

from __future__ import annotations


class SignaalError(Exception):
    """Something a person can mend. The message is one whole sentence, in English, for the command line."""


class ConfigurationError(SignaalError):
    """Wrong use or configuration: the command ends with exit code 2."""


class UnavailableError(SignaalError):
    """The database does not answer now (HTTP 503): nothing was stored, trying again later may help."""


class NotFoundError(SignaalError):
    """What was named does not exist (HTTP 404)."""


class NotAllowedError(SignaalError):
    """The rules of the house forbid it (HTTP 403 or 422). `sentence` is the Dutch text for the person on the site."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class ChangedError(SignaalError):
    """Somebody or something was there first (HTTP 409): the revision seen is no longer the one that waits."""

    def __init__(self, sentence: str, item_id: int, current_revision_id: int | None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.item_id = item_id
        self.current_revision_id = current_revision_id
