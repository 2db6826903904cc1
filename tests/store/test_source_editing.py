"""Changing a source: what waits follows the new terms and rights, what somebody touched does not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from store import items, moderation, source_editing, sources
from store.source_editing import Changed, Effect
from store.tables import Item, Revision, Source
from store.values import Relevance, Rights, SourceKind, State, Verdict
from tests.parts import samples

NEW = Changed(
    name="Omroep Proef",
    url="https://bron.example/omroep-proef.rss",
    kind=SourceKind.FEED,
    region="Noord-Brabant",
    rights=Rights.EXCERPT,
    rights_evidence="",
    rights_checked_on=None,
    pace_seconds=1800,
    pace_min=None,
    pace_max=None,
    include=(),
    exclude=(),
    options={},
)
KEY = "omroep-proef"


def pile_all(each):
    return Relevance(0.1, shown=False, reasons=("op de stapel door de bron: inval",)) if each else each.known


@pytest.fixture
def source(store, now):
    with store.writing() as session:
        return samples.add_source(
            session, now, KEY, etag='"a"', last_modified="gisteren", body_hash="abc", interval_seconds=600,
            next_due_at=now + timedelta(hours=3),
        )  # fmt: skip


@pytest.fixture
def editor(store, now):
    with store.writing() as session:
        return samples.add_account(session, now)


def offered(store, source, now, *given, rights=Rights.EXCERPT):
    with store.writing() as session:
        return [each.item_id for each in items.offer_all(session, source, given, rights, now)]


def change(store, new, editor, now, judge=lambda each: each.known):
    with store.writing() as session:
        return source_editing.change(session, KEY, new, judge, by=editor, now=now)


def test_a_change_of_terms_lets_the_next_visit_read_all_and_moves_what_waits(store, source, editor, now):
    first, second = offered(store, source, now, samples.article("een"), samples.article("twee", title="Tweede inval"))
    with store.writing() as session:
        waiting = session.get_one(Item, second).waiting_revision_id
        moderation.decide(session, second, waiting, Verdict.INTERNAL, account_id=editor, now=now, undo_seconds=0)
    effect = change(store, replace(NEW, exclude=("inval",)), editor, now, pile_all)
    assert effect == Effect(piled=1)
    with store.reading() as session:
        row = session.get_one(Source, source)
        assert (row.etag, row.last_modified, row.body_hash) == (None, None, None)
        assert row.next_due_at == now, "the next visit must not wait for the old pace"
        assert row.interval_seconds == 600, "the pace was not changed"
        assert session.get_one(Item, first).state == State.PILE
        assert session.get_one(Item, second).state == State.INTERNAL, "what somebody decided stays decided"
        (told,) = source_editing.changes_of(session, source)
    assert (told.what, told.effect, told.at, told.by) == (("exclude",), effect, now, "redactie@example.nl")


def test_a_change_of_name_and_pace_reads_nothing_anew(store, source, editor, now):
    assert change(store, replace(NEW, name="Nieuw", pace_seconds=3600, pace_min=900), editor, now) == Effect()
    with store.reading() as session:
        row = session.get_one(Source, source)
        assert (row.name, row.pace_seconds, row.pace_min, row.interval_seconds) == ("Nieuw", 3600, 900, None)
        assert (row.etag, row.body_hash) == ('"a"', "abc")


def test_saving_the_same_changes_and_logs_nothing(store, source, editor, now):
    assert change(store, NEW, editor, now, pile_all) == Effect()
    with store.reading() as session:
        assert source_editing.changes_of(session, source) == []


def test_a_stricter_rights_class_keeps_no_more_than_it_allows(store, source, editor, now):
    text = "Een lange tekst over de inval. " * 400
    (waiting,) = offered(store, source, now, samples.article("een", text=text), rights=Rights.FULLTEXT_INTERNAL)
    with store.writing() as session:
        session.get_one(Source, source).rights = Rights.FULLTEXT_INTERNAL
    stricter = replace(
        NEW, rights=Rights.TITLE, rights_evidence="mail van 2 november", rights_checked_on=date(2026, 11, 3)
    )
    assert change(store, stricter, editor, now) == Effect(blanked=1)
    with store.reading() as session:
        row = session.get_one(Item, waiting)
        shown = session.get_one(Revision, row.waiting_revision_id)
        assert (shown.excerpt, shown.text, row.state) == ("", "", State.PENDING)
        assert shown.note == source_editing.RIGHTS_NOTE
        assert sources.get(session, KEY).rights_checked_on == date(2026, 11, 3)
    (again,) = offered(store, source, now, samples.article("een", text=text), rights=Rights.TITLE)
    assert again == waiting
    with store.reading() as session:
        unchanged = session.get_one(Item, waiting).waiting_revision_id
    assert unchanged == shown.id, "the next visit must find the text unchanged"


def test_what_is_on_the_site_with_an_excerpt_is_counted_and_left_to_an_editor(store, source, editor, now):
    (up,) = offered(store, source, now, samples.article("een"))
    with store.writing() as session:
        row = session.get_one(Item, up)
        row.approved_revision_id, row.public_at, row.listed_at = row.waiting_revision_id, now, now
        row.waiting_revision_id, row.state = None, State.APPROVED
    effect = change(store, replace(NEW, rights=Rights.TITLE), editor, now)
    assert (effect.still_up, effect.blanked) == (1, 1), "the internal text goes, the public excerpt is told about"
    with store.reading() as session:
        stays = session.get_one(Revision, session.get_one(Item, up).approved_revision_id)
        assert (stays.text, bool(stays.excerpt)) == ("", True)


def test_another_address_has_its_own_host_and_forgets_where_the_old_one_moved(store, source, editor, now):
    with store.writing() as session:
        row = session.get_one(Source, source)
        row.moved_to, row.moved_times = "https://elders.example/", 2
    change(store, replace(NEW, url="https://nieuw.example/feed"), editor, now)
    with store.reading() as session:
        row = session.get_one(Source, source)
        assert (row.host, row.moved_to, row.moved_times) == ("nieuw.example:443", None, 0)
