"""What of a text can tell its case: courts, ECLI numbers and provinces, as marks of its signature. Never a name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.reading.courts import courts_in, eclis_in
from store.case_likeness import ABOVE, COURT, DAY, ECLI, JUDGED, LIES, WORDED, CaseLikeness, day_key, same_case
from store.signatures import Mark, Of, key_of
from store.values import Region

__all__ = ["CaseLikeness", "case_marks", "same_case"]


MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
NAMED_DAY = re.compile(rf"(?<!\d)([1-9]|[12]\d|3[01]) ({'|'.join(MONTHS)})(?!\w)", re.IGNORECASE)
LIMIT = 20_000
"""Characters in which days are looked for."""


def case_marks(title: str, text: str, regions: Iterable[Region], step: str) -> list[Mark]:
    """The marks by which other steps of a case are known; none for a text that is no step of one.

    `step` is a kind of news, or what its words say of the stage of a case.
    """
    whole = f"{title}\n{text}"
    found = [Mark(key_of(Of.CASE, ecli), ECLI, ecli) for ecli in sorted(eclis_in(whole))]
    if step not in WORDED:
        return found
    for court in courts_in(whole):
        found.append(Mark(key_of(Of.CASE, f"court:{court.name}"), COURT))
        found += [Mark(key_of(Of.CASE, f"court:{court.appeal}"), ABOVE)] if court.appeal else []
        found += [Mark(key_of(Of.CASE, f"judged:{_lies(province)}"), JUDGED) for province in sorted(court.provinces)]
    found += [Mark(_lies(region.province), LIES) for region in regions]
    found += [
        Mark(day_key(int(match[1]), MONTHS.index(match[2].lower()) + 1), DAY)
        for match in NAMED_DAY.finditer(whole[:LIMIT])
    ]
    # A hof that is named itself counts as that, not as what stands above the court that is named beside it.
    return list({mark.key: mark for mark in sorted(found, key=lambda mark: mark.weight)}.values())


def _lies(province: str) -> int:
    return key_of(Of.CASE, f"lies:{province}")
