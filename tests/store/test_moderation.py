"""Deciding: bound to the revision seen, undone within the window, never lost, never changed afterwards."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from store import chain, items, moderation, published
from store.drafts import EditedText
from store.errors import ChangedError, NotAllowedError, NotFoundError
from store.tables import CalendarEntry, Decision, Item
from store.values import EventFacts, Form, Region, Rights, State, Verdict
from tests.parts import samples

UNDO = 30


class Desk:
    """One item in the queue and an editor who judges it."""

    def __init__(self, store, now, item=None):
        self.store, self.now = store, now
        with store.writing() as session:
            self.source = samples.add_source(session, now)
            self.editor = samples.add_account(session, now)
            self.item = items.offer(session, self.source, item or samples.article(), Rights.EXCERPT, now).item_id

    def row(self):
        with self.store.reading() as session:
            return session.get_one(Item, self.item)

    def waiting(self):
        return self.row().waiting_revision_id

    def decide(self, verdict, revision=None, *, later=0, **more):
        now = self.now + timedelta(seconds=later)
        more = {"privacy_checked": True, "reason": "off_topic", **more}
        with self.store.writing() as session:
            return moderation.decide(
                session, self.item, revision or self.waiting() or self.row().current_revision_id, verdict,
                account_id=self.editor, now=now, undo_seconds=UNDO, **more,
            )  # fmt: skip

    def offer(self, item, later=0):
        with self.store.writing() as session:
            return items.offer(session, self.source, item, Rights.EXCERPT, self.now + timedelta(seconds=later))

    def shows(self, later=0):
        """The title that the public sees."""
        with self.store.public() as connection:
            found = published.item(connection, self.item, self.now + timedelta(seconds=later))
        return found.title if found else None

    def gone(self):
        with self.store.public() as connection:
            return published.is_gone(connection, self.item)


@pytest.fixture
def desk(store, now):
    return Desk(store, now)


def test_nothing_is_public_before_an_approval(desk):
    assert desk.shows(later=3600) is None


def test_an_approved_item_shows_after_the_undo_window_and_not_before(desk):
    desk.decide(Verdict.APPROVE)
    assert desk.shows(later=UNDO - 1) is None
    assert desk.shows(later=UNDO) == "Inval bij een bedrijf in Tilburg"


def test_approving_without_the_tick_changes_nothing(desk):
    with pytest.raises(NotAllowedError, match="niemand herkenbaar"):
        desk.decide(Verdict.APPROVE, privacy_checked=False)
    assert desk.row().state == State.PENDING


def test_the_tick_is_stored_with_the_decision(desk, store):
    made = desk.decide(Verdict.APPROVE)
    with store.reading() as session:
        assert session.get_one(Decision, made.id).privacy_checked


def test_a_rejection_needs_a_reason(desk):
    with pytest.raises(NotAllowedError, match="reden"):
        desk.decide(Verdict.REJECT, reason=" ")


@pytest.mark.parametrize("reason", ["x" * 501, "achter\u202estevoren", "nul\x00"])
def test_an_unfit_reason_is_refused(desk, reason):
    with pytest.raises(NotAllowedError):
        desk.decide(Verdict.REJECT, reason=reason)


@pytest.mark.parametrize(("verdict", "state"), [(Verdict.REJECT, State.REJECTED), (Verdict.INTERNAL, State.INTERNAL)])
def test_a_rejected_or_internal_item_is_not_public(desk, verdict, state):
    desk.decide(verdict)
    assert desk.row().state == state
    assert desk.shows(later=3600) is None


def test_a_verdict_on_a_text_that_changed_meanwhile_is_refused(desk):
    seen = desk.waiting()
    desk.offer(samples.article(title="Andere titel"))
    with pytest.raises(ChangedError) as raised:
        desk.decide(Verdict.APPROVE, seen)
    assert raised.value.current_revision_id == desk.waiting()
    assert desk.shows(later=3600) is None


def test_a_second_verdict_on_the_same_revision_is_refused(desk):
    seen = desk.waiting()
    desk.decide(Verdict.REJECT, seen)
    with pytest.raises(ChangedError):
        desk.decide(Verdict.APPROVE, seen)


def test_a_made_up_item_or_revision_is_refused(desk, store):
    with pytest.raises(ChangedError):
        desk.decide(Verdict.APPROVE, 987654)
    desk.item = 4242
    with pytest.raises(NotFoundError):
        desk.decide(Verdict.APPROVE, 1)


def test_the_old_text_stays_up_while_a_changed_one_waits_and_until_its_own_window_ends(desk):
    desk.decide(Verdict.APPROVE)
    desk.offer(samples.article(title="Nieuwe tekst"), later=100)
    assert desk.shows(later=100) == "Inval bij een bedrijf in Tilburg"
    desk.decide(Verdict.APPROVE, later=200)
    assert desk.shows(later=201) == "Inval bij een bedrijf in Tilburg", "the undo window holds back the new text only"
    assert desk.shows(later=200 + UNDO) == "Nieuwe tekst"


def test_two_approvals_within_one_window_keep_the_first_text_up(desk):
    desk.decide(Verdict.APPROVE)
    desk.offer(samples.article(title="Tweede"), later=100)
    desk.decide(Verdict.APPROVE, later=100)
    desk.offer(samples.article(title="Derde"), later=105)
    desk.decide(Verdict.APPROVE, later=110)
    assert desk.shows(later=120) == "Inval bij een bedrijf in Tilburg"
    assert desk.shows(later=140) == "Derde"


def test_rejecting_a_changed_text_leaves_the_approved_one_up(desk):
    desk.decide(Verdict.APPROVE)
    desk.offer(samples.article(title="Nieuwe tekst"), later=100)
    desk.decide(Verdict.REJECT, later=100)
    assert desk.row().state == State.APPROVED
    assert desk.shows(later=3600) == "Inval bij een bedrijf in Tilburg"


def test_an_approval_is_undone_within_the_window_and_not_after(desk):
    made = desk.decide(Verdict.APPROVE)
    desk.decide(Verdict.UNDO, made.revision_id, later=UNDO - 1)
    assert desk.row().state == State.PENDING
    assert desk.shows(later=3600) is None
    made = desk.decide(Verdict.APPROVE)
    with pytest.raises(NotAllowedError, match="bedenktijd"):
        desk.decide(Verdict.UNDO, made.revision_id, later=UNDO)
    assert desk.shows(later=UNDO) == "Inval bij een bedrijf in Tilburg"


def test_a_verdict_is_undone_once(desk):
    made = desk.decide(Verdict.REJECT)
    desk.decide(Verdict.UNDO, made.revision_id, later=1)
    with pytest.raises(ChangedError):
        desk.decide(Verdict.UNDO, made.revision_id, later=2)


def test_undoing_an_approval_of_a_changed_text_gives_the_old_text_back(desk):
    desk.decide(Verdict.APPROVE)
    desk.offer(samples.article(title="Nieuwe tekst"), later=100)
    made = desk.decide(Verdict.APPROVE, later=100)
    desk.decide(Verdict.UNDO, made.revision_id, later=110)
    assert desk.shows(later=3600) == "Inval bij een bedrijf in Tilburg"
    assert desk.row().state == State.PENDING


def test_an_undo_after_the_source_changed_leaves_the_newer_text_waiting(desk):
    made = desk.decide(Verdict.APPROVE)
    desk.offer(samples.article(title="Nieuwer"), later=5)
    desk.decide(Verdict.UNDO, made.revision_id, later=10)
    assert desk.waiting() > made.revision_id
    assert desk.shows(later=3600) is None


def test_withdrawing_acts_at_once_leaves_a_gone_page_and_its_undo_puts_the_item_back(desk):
    made = desk.decide(Verdict.APPROVE)
    desk.decide(Verdict.WITHDRAW, made.revision_id, later=100)
    assert desk.shows(later=100) is None
    assert desk.gone()
    desk.decide(Verdict.UNDO, made.revision_id, later=110)
    assert desk.shows(later=110) == "Inval bij een bedrijf in Tilburg"
    assert not desk.gone()


def test_an_item_withdrawn_before_it_showed_was_never_there(desk):
    made = desk.decide(Verdict.APPROVE)
    desk.decide(Verdict.WITHDRAW, made.revision_id, later=5)
    assert not desk.gone()
    assert desk.shows(later=3600) is None


def test_a_withdrawn_item_can_be_reopened_and_approved_anew(desk):
    made = desk.decide(Verdict.APPROVE)
    desk.decide(Verdict.WITHDRAW, made.revision_id, later=100)
    desk.decide(Verdict.REOPEN, made.revision_id, later=5000)
    assert desk.row().state == State.PENDING
    assert desk.shows(later=5000) is None
    desk.decide(Verdict.APPROVE, later=5000)
    assert desk.shows(later=5000 + UNDO) == "Inval bij een bedrijf in Tilburg"


def test_a_rejected_change_can_be_reopened_while_the_approved_text_is_up(desk):
    desk.decide(Verdict.APPROVE)
    desk.offer(samples.article(title="Nieuwe tekst"), later=100)
    rejected = desk.decide(Verdict.REJECT, later=100)
    desk.decide(Verdict.REOPEN, rejected.revision_id, later=5000)
    assert (desk.row().state, desk.waiting()) == (State.PENDING, rejected.revision_id)
    assert desk.shows(later=5000) == "Inval bij een bedrijf in Tilburg"


def test_a_text_that_stands_on_the_site_is_not_reopened(desk):
    made = desk.decide(Verdict.APPROVE)
    with pytest.raises(ChangedError):
        desk.decide(Verdict.REOPEN, made.revision_id, later=100)


def test_an_edit_makes_a_new_revision_that_waits_and_the_seen_one_can_no_longer_be_approved(desk):
    seen = desk.waiting()
    edited = EditedText(
        "Inval in Venlo", "Onze eigen samenvatting.", (Region("Limburg", "Venlo", "Venlo"),), (Form.SEXUAL,)
    )
    with desk.store.writing() as session:
        new = moderation.edit(session, desk.item, seen, edited, account_id=desk.editor, now=desk.now)
    with pytest.raises(ChangedError):
        desk.decide(Verdict.APPROVE, seen)
    desk.decide(Verdict.APPROVE, new)
    with desk.store.public() as connection:
        found = published.item(connection, desk.item, desk.now + timedelta(seconds=UNDO))
    assert (found.title, found.excerpt, found.forms) == ("Inval in Venlo", "Onze eigen samenvatting.", (Form.SEXUAL,))
    assert found.title_adjusted
    assert found.regions[0].municipality == "Venlo"


def test_an_edit_of_an_older_revision_is_refused(desk):
    seen = desk.waiting()
    desk.offer(samples.article(title="Nieuwer"))
    with pytest.raises(ChangedError), desk.store.writing() as session:
        text = EditedText("Titel", "", (), ())
        moderation.edit(session, desk.item, seen, text, account_id=desk.editor, now=desk.now)


@pytest.mark.parametrize(
    "title", ["", "   ", "x" * 301, "omge\u202ekeerd", "nul\x00", "twee\nregels", "on\u200bzichtbaar"]
)
def test_an_unfit_title_is_refused_with_a_sentence(desk, title):
    with pytest.raises(NotAllowedError) as raised, desk.store.writing() as session:
        text = EditedText(title, "", (), ())
        moderation.edit(session, desk.item, desk.waiting(), text, account_id=desk.editor, now=desk.now)
    assert raised.value.sentence.endswith(".")


def test_an_article_becomes_an_event_by_adding_date_and_place(desk):
    facts = EventFacts(desk.now + timedelta(days=9), place="Tilburg")
    with desk.store.writing() as session:
        text = EditedText("Bijeenkomst", "", (samples.BRABANT,), (), facts)
        moderation.edit(session, desk.item, desk.waiting(), text, account_id=desk.editor, now=desk.now)
    desk.decide(Verdict.APPROVE)
    later = desk.now + timedelta(seconds=UNDO)
    with desk.store.public() as connection:
        assert published.news(connection, published.NewsFilter(), later).items == ()
        assert [found.title for found in published.events(connection, published.NewsFilter(), later)] == ["Bijeenkomst"]


def test_an_events_uid_stays_and_its_sequence_rises_with_a_changed_time(store, now):
    starts = now + timedelta(days=5)
    desk = Desk(store, now, samples.event("dag", starts))
    desk.decide(Verdict.APPROVE)
    with store.reading() as session:
        first = session.get_one(CalendarEntry, desk.item)
    desk.offer(samples.event("dag", starts, title="Alleen de titel anders"), later=100)
    desk.decide(Verdict.APPROVE, later=100)
    desk.offer(samples.event("dag", starts + timedelta(hours=1)), later=200)
    desk.decide(Verdict.APPROVE, later=200)
    with store.reading() as session:
        last = session.get_one(CalendarEntry, desk.item)
    assert (first.sequence, last.sequence, last.uid) == (0, 1, first.uid)


def test_the_chain_verifies_and_notices_any_change(desk, store):
    made = desk.decide(Verdict.APPROVE)
    desk.decide(Verdict.UNDO, made.revision_id, later=1)
    desk.decide(Verdict.REJECT, later=2)
    with store.reading() as session:
        report = chain.verify(session)
    assert (report.ok, report.length) == (True, 3), report.sentence
    for tampering in (
        "UPDATE decision SET reason = 'privacy' WHERE id = 3",
        "UPDATE decision SET account_id = account_id, privacy_checked = NOT privacy_checked WHERE id = 2",
        "DELETE FROM decision WHERE id = 3",
    ):
        with store.engine.connect() as connection:
            unlock(connection)
            connection.execute(sa.text(tampering))
            with Session(connection) as session:
                assert not chain.verify(session).ok, f"the chain must notice: {tampering}"
            connection.rollback()


def unlock(connection):
    """Take the append-only triggers away, as somebody with the database file in hands could."""
    if connection.dialect.name == "sqlite":
        connection.execute(sa.text("DROP TRIGGER decision_no_update"))
        connection.execute(sa.text("DROP TRIGGER decision_no_delete"))
    else:
        connection.execute(sa.text("ALTER TABLE decision DISABLE TRIGGER ALL"))


@pytest.mark.parametrize("statement", ["UPDATE decision SET reason = 'x'", "DELETE FROM decision"])
def test_the_database_refuses_to_change_or_delete_a_decision(desk, store, statement):
    desk.decide(Verdict.REJECT)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), store.engine.begin() as connection:
        connection.execute(sa.text(statement))


def test_a_failing_decision_leaves_no_trace(desk, store):
    seen = desk.waiting()
    with pytest.raises(ZeroDivisionError), store.writing() as session:
        moderation.decide(
            session, desk.item, seen, Verdict.APPROVE,
            account_id=desk.editor, now=desk.now, undo_seconds=UNDO, privacy_checked=True,
        )  # fmt: skip
        raise ZeroDivisionError
    assert desk.row().state == State.PENDING
    with store.reading() as session:
        assert session.exec(select(Decision)).all() == []
