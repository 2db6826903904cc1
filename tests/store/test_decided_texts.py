"""What a model may learn from: the decisions that stand, as the texts were judged."""

import pytest

from store import dossier, items, moderation
from store.decided_texts import decided_texts
from store.values import Rights, Verdict
from tests.parts import samples


class Room:
    def __init__(self, store, now):
        self.store, self.now = store, now
        with store.writing() as session:
            self.source = samples.add_source(session, now)
            self.editor = samples.add_account(session, now)

    def offer(self, guid, title):
        with self.store.writing() as session:
            return items.offer_all(session, self.source, [samples.article(guid, title)], Rights.EXCERPT, self.now)[
                0
            ].item_id

    def decide(self, item_id, verdict, reason=""):
        with self.store.writing() as session:
            seen = dossier.read(session, item_id, now=self.now).revision_id
            moderation.decide(
                session, item_id, seen, verdict, account_id=self.editor, now=self.now, undo_seconds=30,
                reason=reason, privacy_checked=True,
            )  # fmt: skip

    def texts(self, **more):
        with self.store.reading() as session:
            return [(one.title, one.about) for one in decided_texts(session, **more)]


@pytest.fixture
def room(store, now):
    return Room(store, now)


def test_kept_texts_are_about_trafficking_and_off_topic_ones_are_not(room):
    room.decide(room.offer("a", "Goedgekeurd"), Verdict.APPROVE)
    room.decide(room.offer("b", "Intern"), Verdict.INTERNAL)
    room.decide(room.offer("c", "Andere zaak"), Verdict.REJECT, "off_topic")
    assert room.texts() == [("Andere zaak", False), ("Intern", True), ("Goedgekeurd", True)]


def test_other_rejections_and_undecided_texts_say_nothing_about_the_subject(room):
    room.decide(room.offer("a", "Dubbel"), Verdict.REJECT, "duplicate")
    room.offer("b", "Wacht nog")
    assert room.texts() == []


def test_a_decision_that_was_undone_is_forgotten(room):
    item = room.offer("a", "Bedacht")
    room.decide(item, Verdict.REJECT, "off_topic")
    room.decide(item, Verdict.UNDO)
    assert room.texts() == []
    room.decide(item, Verdict.APPROVE)
    assert room.texts() == [("Bedacht", True)]


def test_a_reopened_text_is_undecided_again(room):
    item = room.offer("a", "Heropend")
    room.decide(item, Verdict.REJECT, "off_topic")
    room.decide(item, Verdict.REOPEN)
    assert room.texts() == []


def test_only_the_newest_decisions_are_looked_at(room):
    for name in "abc":
        room.decide(room.offer(name, f"Bericht {name}"), Verdict.APPROVE)
    assert room.texts(most=2) == [("Bericht c", True), ("Bericht b", True)]
