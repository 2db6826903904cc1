"""The queue: what waits, in which order, found by which filter."""

from dataclasses import replace
from datetime import timedelta

import pytest

from store import dossier, items, moderation, queue
from store.errors import NotFoundError
from store.queue_filter import QueueFilter, What
from store.values import Form, FormFound, Region, Relevance, Rights, Verdict
from tests.parts import samples

UNDO = 30
ZEELAND = Region("Zeeland", "Goes", "Goes")


class Room:
    def __init__(self, store, now):
        self.store, self.now = store, now
        with store.writing() as session:
            self.source = samples.add_source(session, now)
            self.editor = samples.add_account(session, now)

    def offer(self, *given, source=None):
        with self.store.writing() as session:
            found = items.offer_all(session, source or self.source, given, Rights.EXCERPT, self.now)
        return [each.item_id for each in found]

    def page(self, after="", size=queue.PAGE_SIZE, **wanted):
        with self.store.reading() as session:
            return queue.waiting(session, QueueFilter(**wanted), now=self.now, after=after, size=size)

    def titles(self, **wanted):
        return [line.title for line in self.page(**wanted).lines]

    def decide(self, item_id, verdict, **more):
        with self.store.writing() as session:
            row = dossier.read(session, item_id, now=self.now)
            return moderation.decide(
                session, item_id, row.revision_id, verdict, account_id=self.editor, now=self.now, undo_seconds=UNDO,
                privacy_checked=True, reason="off_topic", **more,
            )  # fmt: skip

    def read(self, item_id):
        with self.store.reading() as session:
            return dossier.read(session, item_id, now=self.now)


@pytest.fixture
def room(store, now):
    return Room(store, now)


def scored(guid, score, *, shown=True, **changes):
    reading = replace(samples.reading(), relevance=Relevance(score, shown, ("woord",)))
    return samples.article(guid, f"bericht {guid}", reading=reading, **changes)


def test_the_most_likely_relevant_stands_first(room):
    room.offer(scored("a", 0.5), scored("b", 0.9), scored("c", 0.7))
    assert room.titles() == ["bericht b", "bericht c", "bericht a"]


def test_a_changed_text_that_is_up_goes_before_everything(room):
    first, *_ = room.offer(scored("a", 0.5), scored("b", 0.9))
    room.decide(first, Verdict.APPROVE)
    room.now += timedelta(minutes=5)
    room.offer(scored("a", 0.5, text="Een andere tekst."))
    line = room.page().lines[0]
    assert (line.title, line.is_up) == ("bericht a", True)


def test_the_pile_is_apart_and_counted(room):
    room.offer(scored("a", 0.9), scored("b", 0.1, shown=False))
    assert room.titles() == ["bericht a"]
    assert room.titles(pile=True) == ["bericht b"]
    with room.store.reading() as session:
        assert queue.counts(session) == queue.Counts(queue=1, pile=1)


def test_filters_leave_what_was_asked(room, now):
    reading = samples.reading(regions=(ZEELAND,))
    room.offer(
        samples.article("a", "Over werk in Tilburg"),
        samples.article("b", "Over iets in Goes", reading=replace(reading, forms=(FormFound(Form.SEXUAL),))),
        samples.event("c", now + timedelta(days=3), "Avond in de bibliotheek"),
    )
    with room.store.writing() as session:
        other = samples.add_source(session, now, "krant-proef", name="Krant Proef")
    room.offer(samples.article("d", "Uit de krant"), source=other)
    assert room.titles(province="Zeeland") == ["Over iets in Goes"]
    assert room.titles(form=Form.SEXUAL) == ["Over iets in Goes"]
    assert room.titles(what=What.EVENT) == ["Avond in de bibliotheek"]
    assert room.titles(source_key="krant-proef") == ["Uit de krant"]
    assert room.titles(query="OVER tilb") == ["Over werk in Tilburg"], "words are found by their beginning"
    assert room.titles(query="tilburg goes") == []
    with room.store.reading() as session:
        assert queue.count(session, QueueFilter(province="Noord-Brabant")) == 3


@pytest.mark.parametrize("query", ["%", "_", "\\", "'", '"', "*", "-", "() ^"])
def test_signs_alone_find_nothing(room, query):
    room.offer(samples.article("b", f"Met {query} erin"))
    assert room.titles(query=query) == []


@pytest.mark.parametrize("query", ["100%", '"werk"', "werk*", "-werk", "a' OR 'werk'='werk", "werk NOT", "NEAR(werk"])
def test_signs_and_operators_in_a_search_mean_nothing(room, query):
    words = query.replace("%", "")
    room.offer(samples.article("a", "Iets anders", excerpt="", text=""))
    room.offer(samples.article("b", f"Met {words} erin over 100 a or not near werk", excerpt="", text=""))
    assert len(room.titles(query=query)) == 1


def test_pages_neither_skip_nor_repeat_while_items_are_decided(room):
    ids = room.offer(*(scored(f"{number:02}", 0.5 + number % 3 / 10) for number in range(20)))
    whole = [line.item_id for line in room.page().lines]
    first = room.page(size=7)
    room.decide(first.lines[2].item_id, Verdict.REJECT)
    second = room.page(after=first.next_cursor, size=7)
    third = room.page(after=second.next_cursor, size=7)
    assert [line.item_id for page in (first, second, third) for line in page.lines] == whole
    assert third.next_cursor is None
    assert set(whole) == set(ids)


@pytest.mark.parametrize(
    "cursor", ["", "x", "1_", "_1", "nan_1", "inf_2", "1e400_1", "0.5_99999999999999999999", "\x00_1"]
)
def test_a_cursor_that_is_not_ours_starts_at_the_top(room, cursor):
    room.offer(scored("a", 0.5))
    assert len(room.page(after=cursor).lines) == 1


def test_the_next_item_follows_the_filter_and_goes_round(room):
    a, b, c = room.offer(scored("anton", 0.9), scored("bernard", 0.8), scored("cornelis", 0.7))
    with room.store.reading() as session:
        assert queue.next_after(session, QueueFilter(), a) == b
        assert queue.next_after(session, QueueFilter(), c) == a
        assert queue.next_after(session, QueueFilter(query="cornelis"), a) == c
        assert queue.next_after(session, QueueFilter(query="anton"), a) is None
        assert queue.next_after(session, QueueFilter(), 4711) is None


def test_an_item_is_read_with_its_approved_text_and_its_decisions(room):
    (item,) = room.offer(scored("a", 0.5))
    room.decide(item, Verdict.APPROVE)
    room.now += timedelta(minutes=5)
    room.offer(scored("a", 0.5, text="Een andere tekst."))
    seen = room.read(item)
    assert seen.is_new_text_of_approved
    assert seen.waits
    assert seen.may_withdraw
    assert not seen.may_reopen
    assert seen.approved.text != seen.text.text == "Een andere tekst."
    assert seen.shown_revision_id == seen.approved_revision_id
    assert [(line.verdict, line.address, line.privacy_checked) for line in seen.history] == [
        ("approve", "redactie@example.nl", True)
    ]


def test_reading_an_item_that_is_not_there_says_so(room):
    with pytest.raises(NotFoundError):
        room.read(4711)


def test_history_is_newest_first_in_pages_and_shows_what_was_taken_back(room):
    ids = room.offer(*(scored(str(number), 0.5) for number in range(5)))
    for item in ids:
        room.decide(item, Verdict.REJECT)
    room.decide(ids[-1], Verdict.UNDO)
    with room.store.reading() as session:
        first = dossier.history(session, size=4)
        second = dossier.history(session, size=4, before=first.next_before)
    assert [line.item_id for line in (*first.lines, *second.lines)] == [ids[4], *reversed(ids)]
    assert [line.undone for line in first.lines] == [False, True, False, False]
    assert second.next_before is None


def test_undo_is_offered_only_to_who_decided_and_only_in_the_window(room):
    (item,) = room.offer(scored("a", 0.5))
    room.decide(item, Verdict.REJECT)

    def offered(account, later=0):
        with room.store.reading() as session:
            return dossier.undo_offer(session, account, now=room.now + timedelta(seconds=later), undo_seconds=UNDO)

    assert offered(room.editor).item_id == item
    assert offered(room.editor, later=UNDO - 1)
    assert offered(room.editor, later=UNDO) is None
    assert offered(room.editor + 1) is None
    room.decide(item, Verdict.UNDO)
    assert offered(room.editor) is None


def test_what_is_up_is_listed_with_a_waiting_newer_text(room):
    ids = room.offer(*(scored(str(number), 0.5) for number in range(5)))
    for item in ids:
        room.decide(item, Verdict.APPROVE)
        room.now += timedelta(minutes=1)
    room.decide(ids[1], Verdict.WITHDRAW)
    room.offer(scored("0", 0.5, text="anders"))
    with room.store.reading() as session:
        first = dossier.up(session, size=3)
        second = dossier.up(session, size=3, before=int(first.next_cursor))
    lines = [*first.lines, *second.lines]
    assert [line.item_id for line in lines] == [ids[4], ids[3], ids[2], ids[0]]
    assert [line.has_newer_text for line in lines] == [False, False, False, True]
