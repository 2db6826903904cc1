"""The queue: what waits, in which order, found by which filter."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from store import dossier, items, moderation, own, priority, queue, reviews
from store.errors import NotFoundError
from store.queue_filter import Language, QueueFilter, Severity, What
from store.queue_lines import Waiting, WaitingReview
from store.tables import CorrectionRequest
from store.values import (
    EventStatus,
    FlagKind,
    Form,
    FormFound,
    PrivacyFlag,
    Region,
    Relevance,
    ReviewKind,
    Rights,
    Verdict,
)
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


def reviewed(room, kind, target, priority, *, item=None, reasons=("omdat",)):
    with room.store.writing() as session:
        return reviews.open_review(
            session, kind, target, item_id=item, priority=priority, reasons=reasons, now=room.now
        )


def keys(page):
    return [f"r{line.review_id}" if isinstance(line, WaitingReview) else line.item_id for line in page.lines]


def test_all_that_waits_stands_in_one_order(room):
    ids = room.offer(scored("a", 0.9), scored("b", 0.6), scored("c", 0.5))
    story = reviewed(room, ReviewKind.STORY, 1, 0.6, item=ids[1])
    urgent = reviewed(room, ReviewKind.CORRECTION, 1, priority.URGENT_REMOVAL)
    page = room.page()
    assert keys(page) == [f"r{urgent}", ids[0], ids[1], f"r{story}", ids[2]]
    top, suggestion = page.lines[0], page.lines[3]
    assert (top.urgent, top.title, top.item_id, top.reasons) == (True, "", None, ("omdat",))
    assert (suggestion.what, suggestion.title, suggestion.provinces) == (What.STORY, "bericht b", ("Noord-Brabant",))
    with room.store.reading() as session:
        assert queue.counts(session) == queue.Counts(queue=5, pile=0, urgent=1)
        assert queue.count(session, QueueFilter()) == 5


def test_pages_of_items_and_reviews_neither_skip_nor_repeat(room):
    ids = room.offer(*(scored(f"{number:02}", 0.3 + number % 3 / 10) for number in range(12)))
    for number in range(9):
        reviewed(room, ReviewKind.SAMPLE, number, 0.3 + number % 3 / 10, item=ids[number])
    whole = keys(room.page())
    for size in (1, 2, 3, 5, 20):
        seen, after = [], ""
        while after is not None:
            page = room.page(after=after, size=size)
            seen += keys(page)
            after = page.next_cursor
        assert seen == whole, f"in pages of {size}"
    assert len(set(whole)) == 21


def test_what_each_thing_is(room, now):
    with room.store.writing() as session:
        tips = own.own_source(session, own.TIP, "Tip", now)
        ours = own.own_source(session, own.REDACTIE, "Redactie", now)
    room.offer(samples.article("tip"), source=tips)
    room.offer(samples.article("eigen"), source=ours)
    (text, changed, off, _, _) = room.offer(
        samples.article("t"), samples.event("c", now + timedelta(days=9)), samples.event("o", now + timedelta(days=9)),
        samples.event("e", now + timedelta(days=9)), samples.article("n"),
    )  # fmt: skip
    for item in (text, changed, off):
        room.decide(item, Verdict.APPROVE)
    room.now += timedelta(hours=1)
    cancelled = samples.event("o", now + timedelta(days=9))
    room.offer(
        samples.article("t", "Een andere titel"),
        samples.event("c", now + timedelta(days=10)),
        replace(cancelled, event=replace(cancelled.event, status=EventStatus.CANCELLED)),
    )
    with room.store.writing() as session:
        removal = CorrectionRequest(kind="removal", made_at=now)
        correction = CorrectionRequest(kind="correction", made_at=now)
        session.add(removal)
        session.add(correction)
        session.flush()
        numbers = removal.id, correction.id
    for target in numbers:
        reviewed(room, ReviewKind.CORRECTION, target, 5)
    reviewed(room, ReviewKind.CASE, 1, 0.1)
    reviewed(room, ReviewKind.SAMPLE, 1, 0.1)
    found = [line.what for line in room.page().lines]
    assert sorted(found) == sorted(set(What) - {What.STORY}), "each sort of thing once"
    for what in set(What) - {What.STORY, What.EVENT_CHANGED, What.EVENT_OFF}:
        listed = {line.what for line in room.page(what=what).lines}
        assert what in listed, f"asking for {what} must show it"
    assert len(room.page(what=What.CHANGED).lines) == 3
    assert len(room.page(what=What.REMOVAL).lines) == 1
    with room.store.reading() as session:
        assert queue.count(session, QueueFilter(what=What.TIP)) == 1
        assert queue.count(session, QueueFilter(what=What.STORY)) == 0


def test_finer_filters(room):
    def flagged(*kinds):
        return tuple(PrivacyFlag(kind, 0, 7, "bericht") for kind in kinds)

    reading = samples.reading()
    room.offer(
        samples.article("a", "bericht a", reading=replace(
            reading, language="nl", flags=flagged(FlagKind.PERSON), relevance=Relevance(0.9, True))),
        samples.article("b", "bericht b", reading=replace(reading, language="fy", relevance=Relevance(0.3, True))),
        samples.article("c", "bericht c", reading=replace(
            reading, language="en", flags=flagged(FlagKind.MINOR, FlagKind.PERSON), relevance=Relevance(0.5, True))),
        samples.article("d", "bericht d", reading=replace(reading, language=None, regions=(ZEELAND,))),
    )  # fmt: skip
    for language, title in (("nl", "a"), ("fy", "b"), ("other", "c"), ("unknown", "d")):
        assert room.titles(language=Language(language)) == [f"bericht {title}"]
    assert room.titles(severity=Severity.HIGH) == ["bericht c"]
    assert room.titles(severity=Severity.NAME) == ["bericht a"]
    assert sorted(room.titles(severity=Severity.NONE)) == ["bericht b", "bericht d"]
    assert room.titles(municipality="Goes") == ["bericht d"]
    assert room.titles(municipality="Goes", province="Noord-Brabant") == []
    assert room.titles(relevance_to=0.4) == ["bericht b"]
    assert room.titles(relevance_from=0.4, relevance_to=0.7) == ["bericht c"]
    assert room.titles(relevance_from=0.9) == ["bericht a"]


def test_a_name_that_is_marked_is_not_found_by_searching(room):
    title = "Kees van der Voorbeeld stond in Tilburg terecht"
    flags = (
        PrivacyFlag(FlagKind.PERSON, 0, 22, "Kees van der Voorbeeld"),
        PrivacyFlag(FlagKind.EMAIL, 60, 75, "kees@voorbeeld.nl"),
    )
    room.offer(
        samples.article("a", title, excerpt="Voorbeeld zweeg.", text="De zaak van der rechtbank: Kees zweeg.",
                        reading=replace(samples.reading(), flags=flags)),
    )  # fmt: skip
    for name in ("kees", "Voorbeeld", "kees voorbeeld", "voorb", "kees@voorbeeld.nl"):
        assert room.titles(query=name) == [], f"{name} is marked in the text"
    for word in ("terecht", "van der rechtbank", "tilb", "zweeg"):
        assert room.titles(query=word) == [title]


def test_search_follows_the_newest_text(room):
    room.offer(samples.article("a", "Over een loods"))
    assert room.titles(query="loods") == ["Over een loods"]
    room.offer(samples.article("a", "Over een schuur"))
    assert (room.titles(query="loods"), room.titles(query="schuur")) == ([], ["Over een schuur"])


def test_accents_and_capitals_make_no_difference(room):
    room.offer(samples.article("a", "Eén café in Coevorden"))
    for query in ("een cafe", "ÉÉN CAFÉ", "coev"):
        assert room.titles(query=query) == ["Eén café in Coevorden"]


def test_an_account_for_some_provinces_sees_those_and_what_has_no_region(room):
    reading = samples.reading
    room.offer(
        scored("brabant", 0.9),
        samples.article("zeeland", "bericht zeeland", reading=reading(regions=(ZEELAND,))),
        samples.article("nergens", "bericht nergens", reading=reading(regions=())),
        samples.article("stapel", "bericht stapel", reading=reading(regions=(ZEELAND,), shown=False)),
    )
    (brabant, zeeland, nowhere) = (line.item_id for line in room.page().lines)
    reviewed(room, ReviewKind.STORY, 1, 0.1, item=brabant)
    reviewed(room, ReviewKind.CORRECTION, 1, priority.URGENT_REMOVAL)
    scope = ("Zeeland", "Limburg")
    assert [getattr(line, "title", "") for line in room.page(scope=scope).lines] == [
        "", "bericht zeeland", "bericht nergens"
    ]  # fmt: skip
    with room.store.reading() as session:
        assert queue.counts(session, scope) == queue.Counts(queue=3, pile=1, urgent=1)
        assert queue.next_after(session, QueueFilter(scope=scope), brabant) == zeeland
        assert queue.next_after(session, QueueFilter(scope=scope), nowhere) == zeeland
        assert len(queue.newest(session, scope).texts) == 2


def test_what_came_in_since_is_known_by_the_newest_numbers(room):
    room.offer(scored("a", 0.5), scored("b", 0.5, shown=False))
    with room.store.reading() as session:
        before = queue.newest(session)
    (again, new) = room.offer(scored("a", 0.5, text="Een andere tekst."), scored("c", 0.4))
    review = reviewed(room, ReviewKind.STORY, 1, 0.6)
    with room.store.reading() as session:
        after = queue.newest(session)
    assert len([each for each in after.texts if each > max(before.texts)]) == 2, "a new item and a changed text"
    assert after.reviews == (review,)
    assert {again, new} == {line.item_id for line in room.page().lines if isinstance(line, Waiting)}


def test_lines_are_had_by_number_in_the_order_asked_for(room):
    a, b, c = room.offer(scored("a", 0.9), scored("b", 0.6), scored("c", 0.5))
    room.decide(b, Verdict.REJECT)
    with room.store.reading() as session:
        assert [line.item_id for line in queue.lines_of(session, [c, b, a], now=room.now)] == [c, a]


def test_a_line_says_why_it_stands_there(room):
    room.offer(scored("a", 0.9))
    line = room.page().lines[0]
    assert [(part.value, part.words) for part in line.parts] == [(0.9, "gaat waarschijnlijk over mensenhandel")]


def test_the_work_of_today_is_counted_without_what_was_taken_back(room):
    ids = room.offer(*(scored(str(number), 0.5) for number in range(4)))
    room.decide(ids[0], Verdict.REJECT)
    room.now += timedelta(days=1)
    today = room.now
    for item in ids[1:]:
        room.decide(item, Verdict.APPROVE)
    room.decide(ids[1], Verdict.UNDO)
    with room.store.reading() as session:
        assert queue.judged_since(session, room.editor, today) == 2
        assert queue.judged_since(session, room.editor, today - timedelta(days=2)) == 3
        assert queue.judged_since(session, room.editor + 1, today) == 0


def test_the_order_comes_from_an_index(store):
    """Fifty lines must cost the same among fifty thousand items: no list may be sorted as a whole."""
    if store.dialect != "sqlite":
        return
    with store.reading() as session:
        for table in ("item", "review"):
            plan = session.connection().execute(sa.text(
                f"EXPLAIN QUERY PLAN SELECT id FROM {table} WHERE state = 'pending' AND priority <= 0.5 "
                "ORDER BY priority DESC, id LIMIT 51"
            )).all()  # fmt: skip
            words = " ".join(row[3] for row in plan)
            assert f"INDEX ix_{table}_queue (state=? AND priority<?)" in words, words
            assert "TEMP B-TREE FOR ORDER BY" not in words, words
