"""`/redactie/cijfers`: the newsroom in pictures, each with the same numbers in a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service import wording
from service.desk.frame import DeskFrame, desk_frame
from service.desk.plots import length
from service.desk.session import DeskRoute, require
from service.pages.views import Option
from service.render import page
from service.running import running
from store import statistics
from store.statistics import Counted, Missed
from store.values import Form

router = APIRouter(route_class=DeskRoute)

PERIODS = {"4w": ("4 weken", 28), "12w": ("12 weken", 84), "jaar": ("een jaar", 365)}
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Row:
    """One bar: how long it is, in parts of a hundred, and what stands in the table."""

    name: str
    size: float
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    key: str
    title: str
    about: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Context:
    desk: DeskFrame
    periods: tuple[Option, ...]
    pictures: tuple[Picture, ...]
    missed_words: str


@router.get("/redactie/cijfers")
def show(request: Request) -> Response:
    who = require(request)
    here = running(request)
    now = here.clock()
    asked = request.query_params.get("periode", "")
    period = asked if asked in PERIODS else "4w"
    since = now - timedelta(days=PERIODS[period][1])
    with here.store.reading() as session:
        waited = statistics.waits(session, since)
        pictures = (
            _counted(
                "dag",
                "Wat er per dag binnenkwam",
                "Berichten per dag (UTC).",
                _days(statistics.per_day(session, since)),
            ),
            _counted(
                "bron", "Bronnen die het meest brachten", "Berichten per bron.", statistics.per_source(session, since)
            ),
            Picture(
                "wachten",
                "Hoe lang een bericht op het eerste besluit wacht",
                "De balk is de helft die het snelst ging, per week.",
                _bars(
                    [
                        (
                            each.week,
                            each.median.total_seconds(),
                            (
                                f"helft binnen {_hours(each.median)}, negen van de tien binnen "
                                f"{_hours(each.slowest_tenth)}, van {each.items}"
                            ),
                        )
                        for each in waited
                    ]
                ),
            ),
            _counted(
                "regio",
                "Goedgekeurd per provincie",
                "Een bericht over twee provincies telt twee keer.",
                statistics.approved_by_province(session, since),
            ),
            _counted(
                "vorm",
                "Goedgekeurd per vorm",
                "Een bericht met twee vormen telt twee keer.",
                _forms(statistics.approved_by_form(session, since)),
            ),
            Picture(
                "kans",
                "Klopt onze schatting?",
                "Hoe hoger we de kans schatten, hoe vaker de redactie een bericht hoort te houden.",
                _bars(
                    [
                        (
                            f"{each.low:.0%} tot {each.high:.0%}",
                            each.kept / each.decided,
                            f"{each.kept} van {each.decided} gehouden",
                        )
                        for each in statistics.calibration(session, since)
                    ],
                    most=1.0,
                ),
            ),
        )
        missed = statistics.missed(session, since)
    context = Context(
        desk=desk_frame(request, who, now=now, nav="cijfers"),
        periods=tuple(Option(key, name, key == period) for key, (name, _) in PERIODS.items()),
        pictures=pictures,
        missed_words=_missed(missed),
    )
    return page(request, "desk/statistics", context)


def _counted(key: str, title: str, about: str, found: Counted) -> Picture:
    return Picture(key, title, about, _bars([(name, count, str(count)) for name, count in found]))


def _bars(found: list[tuple[str, float, str]], most: float = 0.0) -> tuple[Row, ...]:
    longest = most or max((size for _, size, _ in found), default=0.0)
    return tuple(Row(name, length(size, longest), words) for name, size, words in found)


def _days(found: Counted) -> Counted:
    return tuple((wording.date_words(date.fromisoformat(day)), count) for day, count in found)


def _forms(found: Counted) -> Counted:
    return tuple((wording.FORM_NAMES[Form(form)], count) for form, count in found)


def _hours(wait: timedelta) -> str:
    hours = wait.total_seconds() / HOUR
    return f"{hours / 24:.0f} dagen" if hours >= 48 else f"{hours:.0f} uur" if hours >= 1 else "een uur"  # noqa: PLR2004


def _missed(found: Missed) -> str:
    if not found.judged:
        return "In deze periode is nog niets uit de steekproef bekeken. Daarom weten we niet hoeveel we missen."
    looked = wording.count_words(found.judged, "bericht", "berichten")
    least, most = found.low * found.pile, found.high * found.pile
    return (
        f"Van {looked} uit de steekproef hoorden er {found.missed} in de rij. Dus van wat op de stapel komt missen we, "
        f"met 95% zekerheid, tussen {_percent(found.low)} en {_percent(found.high)}. Op de stapel liggen er nu "
        f"{found.pile}: dat zijn er tussen {least:.0f} en {most:.0f}."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%".replace(".", ",")
