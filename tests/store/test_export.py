"""Items as rows: what they belong to, and the dates in their texts."""

from __future__ import annotations

from datetime import date

from service.commands.inspect_rows import dates_of
from store import cases, export, stories
from store.cases import CaseFacts
from store.values import Stage
from tests.parts import samples
from tests.parts.newsroom import Newsroom


def test_an_item_names_its_story_and_its_case(store, now):
    newsroom = Newsroom(store, now)
    first, second, third = (newsroom.publish(samples.article(guid, guid)) for guid in ("een", "twee", "drie"))
    keep = {"account_id": newsroom.editor, "now": now}
    facts = CaseFacts("Noord-Brabant", "Tilburg", "Rechtbank Zeeland-West-Brabant")
    with store.writing() as session:
        story = stories.join(session, first, second, **keep)
        case = cases.make(session, facts, first, Stage.ARREST, date(2026, 3, 2), **keep)
    with store.reading() as session:
        rows = {row["id"]: (row["story"], row["case"]) for row in export.item_rows(session, now)}
    assert rows == {first: (story, case), second: (story, None), third: (None, None)}


def test_an_item_names_the_dates_in_its_text_by_the_clocks_of_amsterdam(store, now):
    newsroom = Newsroom(store, now)
    newsroom.publish(samples.article("avond", "Avond op donderdag 3 december 2026 om 19.30 uur"))
    with store.reading() as session:
        (row,) = export.item_rows(session, now, dates_of)
    (found,) = row["dates"]
    assert (found["starts_at"], found["ends_at"]) == ("2026-12-03T19:30:00+01:00", None)
    assert row["title"][found["start"] : found["end"]] == found["text"] == "donderdag 3 december 2026 om 19.30 uur"
