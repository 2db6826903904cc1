"""The fixed words of the newsroom: none may be missing, because a missing one breaks the page that shows it."""

from __future__ import annotations

import pytest

from service.desk.wording import SOURCE_KIND_NAMES, STATE_NAMES, VERDICT_NAMES, verdict_words
from store.tables import NOTED
from store.values import SourceKind, State, Verdict


@pytest.mark.parametrize("noted", [*(str(verdict) for verdict in Verdict), *NOTED])
def test_everything_that_can_stand_in_the_history_has_a_name(noted):
    assert verdict_words(noted), f"give {noted!r} a name in service/desk/wording.py"


def test_every_fixed_list_is_named_whole():
    assert set(VERDICT_NAMES) == set(Verdict)
    assert set(STATE_NAMES) == set(State)
    assert set(SOURCE_KIND_NAMES) == set(SourceKind)
