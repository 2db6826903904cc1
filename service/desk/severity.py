"""What an editor should know before reading, and what asks for a second editor: pure functions of a text."""

from __future__ import annotations

import re

from store.revisions import RevisionText
from store.values import FlagKind

MINOR, SEXUAL, VIOLENCE = "mogelijk minderjarig slachtoffer", "seksueel geweld", "ernstig geweld"

_SEXUAL = re.compile(
    r"verkracht|aanrand|aangerand|ontucht|(?<!\w)seksue(?:el|le) (?:geweld|misbruik|handelingen|dwang|vernedering)"
    r"|(?<!\w)seksueel (?:zwaar )?(?:misbruikt?|mishandeld)|(?<!\w)zeden(?:misdr|delict|zaak|zaken)"
    r"|gedwongen (?:tot |om )?(?:seks|prostitutie)|kinderporno|kindermisbruik|kinderprostitu|jeugdprostitu"
    r"|(?<!\w)(?:tot|voor|om) (?:gedwongen )?(?:seks|prostitutie) (?:te )?(?:gedwongen|dwingen|dwong)",
    re.IGNORECASE,
)
"""Acts, not the name of the form: that a text is about "seksuele uitbuiting" is no more than its subject."""
_MINOR = re.compile(
    r"minderjarig|(?<!\w)(?:kind|jeugd|tiener)(?:slachtoffer|prostitu|er?misbruik|er?porno|er?handel)"
    r"|(?<!\w)(?:meisje|jongen|kind)(?:s|eren)? van (?:nog maar |pas |ongeveer )?(?:\d|1[0-7])(?!\d)"
    r"|(?<!\d)(?:\d|1[0-7])-?jarige?n?(?!\w)",
    re.IGNORECASE,
)
_VIOLENCE = re.compile(
    r"gemarteld|marteling|mishandel|(?<!\w)(?:ver|ge)moord|doodgeslagen|gebrandmerkt|vastgeketend|opgesloten|ontvoerd"
    r"|zelfmoord|zelfdoding",
    re.IGNORECASE,
)


def before_reading(text: RevisionText) -> tuple[str, ...]:
    """What is heavy in everything that is shown to an editor, as Dutch words to say before it."""
    whole = f"{text.title}\n{text.excerpt}\n{text.body}\n{text.text}"
    found = [MINOR] if _minor(whole) or any(flag.kind is FlagKind.MINOR for flag in text.flags) else []
    found += [SEXUAL] if _SEXUAL.search(whole) else []
    found += [VIOLENCE] if _VIOLENCE.search(whole) else []
    return tuple(found)


def asks_second_editor(public: str, kinds: frozenset[FlagKind]) -> tuple[str, ...]:
    """Why a text that is about to be public should be seen by two editors; empty when one is enough.

    `public` is all of the text that would be public and nothing else, `kinds` are those of the marks found in it.
    """
    found = [MINOR] if FlagKind.MINOR in kinds or _minor(public) else []
    return (*found, *([SEXUAL] if _SEXUAL.search(public) else []))


def needs_two(mode: str, deciders: int, reasons: tuple[str, ...]) -> bool:
    """Whether an approval must wait for another editor. `mode` is `[desk] four_eyes`; `deciders` counts the accounts
    that may decide. With `auto` somebody who is alone can still work; with `always` nobody can.
    """
    if mode == "always":
        return True
    return mode == "auto" and deciders > 1 and bool(reasons)


def _minor(text: str) -> bool:
    return _MINOR.search(text) is not None
