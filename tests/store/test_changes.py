"""Which changes of a source are judged again, and what happens to the others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from store import changes, dossier, moderation
from store.items import text_of
from store.tables import Item, Revision
from store.values import (
    EventFacts,
    EventStatus,
    FlagKind,
    NewsKind,
    PrivacyFlag,
    Region,
    Rights,
    State,
    Verdict,
)
from tests.parts import samples
from tests.parts.newsroom import UNDO, Newsroom

TEXT = (
    "De rechtbank in Breda hield dinsdag een zitting over arbeidsuitbuiting. Het Openbaar Ministerie eist 3 jaar cel. "
    "De verdachte is 41 jaar oud. Volgens de politie werkten er zeven mensen in het bedrijf aan de haven."
)
STARTS = datetime(2027, 3, 2, 18, 30, tzinfo=UTC)


def text(body=TEXT, title="Zitting over uitbuiting", **more):
    return text_of(samples.article(title=title, text=body, excerpt="Een zitting.", **more), Rights.FULLTEXT_INTERNAL)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("werkten er", "werkte er"),
        ("arbeidsuitbuiting", "arbeidsuitbuitting"),
        ("in het bedrijf aan de haven.", "in het bedrijf, vlak bij de haven."),
        ("De verdachte is 41 jaar oud. ", "De  verdachte is 41 jaar oud.\n"),
        ("Volgens de politie", "De politie zegt dat"),
        ("aan de haven.", "aan de haven. Later volgt meer nieuws."),
    ],
)
def test_a_small_change_waits_for_nobody(old, new):
    assert old in TEXT
    assert changes.weighty(text(), text(TEXT.replace(old, new))) == ()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("Breda", "Tilburg", changes.NAME),
        ("De verdachte is", "Verdachte Piet K. is", changes.NAME),
        ("Volgens de politie werkten", "Volgens Fatima werkten", changes.NAME),
        ("41 jaar oud", "14 jaar oud", changes.AGE),
        ("3 jaar cel", "5 jaar cel", changes.NUMBER),
        ("zeven mensen", "acht mensen", changes.NUMBER),
        ("dinsdag", "woensdag", changes.NUMBER),
        ("eist 3 jaar cel", "vraagt om vrijspraak", changes.OUTCOME),
        ("De verdachte is", "De veroordeelde is", changes.OUTCOME),
        ("werkten er zeven", "werkten er niet zeven", changes.NOT),
    ],
)
def test_a_change_of_what_matters_is_judged_again(old, new, reason):
    assert old in TEXT
    assert reason in changes.weighty(text(), text(TEXT.replace(old, new)))


def test_another_title_is_judged_again_but_not_other_quotes_in_it():
    assert changes.TITLE in changes.weighty(text(), text(title="Eis na uitbuiting"))
    assert (
        changes.weighty(
            text(title="Zitting over 'uitbuiting' – vandaag"), text(title="Zitting over ‘uitbuiting’ - vandaag")
        )
        == ()
    )


def test_another_text_altogether_is_judged_again():
    assert changes.REWRITTEN in changes.weighty(
        text(), text("Iets heel anders over een ander onderwerp dat hier niet bij hoort.")
    )


def test_places_stages_links_and_names_that_were_read_count():
    old = text()
    assert changes.weighty(old, replace(old, regions=(Region("Limburg", "Venlo", "Venlo"),))) == (changes.NAME,)
    assert changes.weighty(old, replace(old, news_kind=NewsKind.VERDICT)) == (changes.OUTCOME,)
    assert changes.weighty(old, replace(old, url="https://anders.example/een")) == (changes.LINK,)
    assert changes.weighty(old, replace(old, url=old.url + "?bron=feed")) == ()
    body = TEXT.replace("De verdachte is", "Jansen is")
    start = len(old.title) + 1 + body.index("Jansen")
    flag = PrivacyFlag(FlagKind.PERSON, start, start + 6, "Jansen", "achternaam")
    assert changes.NAME in changes.weighty(old, replace(text(body), flags=(flag,)))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"starts_at": STARTS + timedelta(hours=1)}, "starts_at"),
        ({"place": "Bibliotheek, Breda"}, "place"),
        ({"status": EventStatus.CANCELLED}, "status"),
        ({"signup_url": "https://bron.example/aanmelden"}, "signup_url"),
        ({"organiser": "Stichting Proef"}, "organiser"),
    ],
)
def test_every_fact_of_an_event_is_judged_again(changed, reason):
    facts = EventFacts(STARTS, place="Wijkcentrum, Breda")
    old = replace(text(), event=facts)
    assert changes.weighty(old, replace(old, event=replace(facts, **changed))) == (changes.EVENT[reason],)
    assert changes.weighty(old, old) == ()


def test_what_falls_off_the_end_of_a_text_that_is_cut_is_no_change():
    long = " ".join(f"woord{letter}" for letter in "abcdefghij" * 20)
    tail = f"{long[:900]} Dan volgt er nog een lang stuk over Almelo en 12 mensen en meer en nog meer en veel meer."
    old = text_of(samples.article(text=tail), Rights.EXCERPT)
    new = text_of(
        samples.article(text="Een nieuwe zin vooraf, die niets nieuws zegt over wat dan ook. " + tail), Rights.EXCERPT
    )
    assert "Almelo" in old.text
    assert "Almelo" not in new.text
    assert changes.weighty(old, new) == ()


@pytest.fixture
def room(store, now):
    return Newsroom(store, now)


def revisions_of(store, item_id):
    with store.reading() as session:
        return list(session.exec(select(Revision).where(Revision.item_id == item_id).order_by(col(Revision.id))))


@pytest.mark.parametrize(
    ("verdict", "state"),
    [(Verdict.APPROVE, State.APPROVED), (Verdict.REJECT, State.REJECTED), (Verdict.INTERNAL, State.INTERNAL)],
)
def test_a_small_change_of_what_was_decided_is_written_down_and_waits_for_nobody(room, verdict, state):
    item = room.offer(samples.article(text=TEXT), later=-3600)
    room.decide(item, verdict, later=-3600)
    decided = room.item(item)
    room.offer(samples.article(text=TEXT.replace("haven", "havenn")))
    row = room.item(item)
    assert (row.state, row.waiting_revision_id, row.current_revision_id) == (state, None, decided.current_revision_id)
    first, second = revisions_of(room.store, item)
    assert (first.note, second.note) == ("", changes.SMALL)
    with room.store.reading() as session:
        seen = dossier.read(session, item, now=room.now)
    assert seen.logged is not None
    assert "havenn" in seen.logged.text


def test_a_weighty_change_waits_while_the_approved_text_stays_up(room):
    item = room.publish(samples.article(text=TEXT))
    up = room.item(item).approved_revision_id
    room.offer(samples.article(text=TEXT.replace("3 jaar", "6 jaar")))
    row = room.item(item)
    assert row.state == State.PENDING
    assert row.waiting_revision_id not in {None, up}
    assert row.approved_revision_id == up


def test_a_pending_item_always_gets_the_newest_text(room):
    item = room.offer(samples.article(text=TEXT))
    seen = room.item(item).waiting_revision_id
    room.offer(samples.article(text=TEXT.replace("haven", "havenn")))
    assert room.item(item).waiting_revision_id != seen


def test_small_steps_are_measured_against_what_was_judged(room):
    """Two small changes that together change a name must not slip by: each is compared with the judged text."""
    item = room.publish(samples.article(text=TEXT))
    room.offer(samples.article(text=TEXT.replace("haven", "havenn")))
    room.offer(samples.article(text=TEXT.replace("haven", "havenn").replace("Breda", "Bredaa")))
    assert room.item(item).state == State.PENDING


def test_a_change_after_a_rejection_of_a_newer_text_is_measured_against_that_text(room):
    item = room.publish(samples.article(text=TEXT))
    changed = TEXT.replace("3 jaar", "6 jaar")
    room.offer(samples.article(text=changed), later=-1800)
    room.decide(item, Verdict.REJECT, later=-1800)
    room.offer(samples.article(text=changed.replace("haven", "havenn")))
    assert room.item(item).state == State.APPROVED, (
        "the text that was rejected changed a little; nobody need look again"
    )


def test_an_undo_after_a_small_change_puts_the_item_back_as_it_was(room):
    item = room.offer(samples.article(text=TEXT))
    seen = room.item(item).waiting_revision_id
    room.decide(item, Verdict.APPROVE)
    room.offer(samples.article(text=TEXT.replace("haven", "havenn")), later=5)
    room.decide(item, Verdict.UNDO, revision=seen, later=10)
    row = room.item(item)
    assert (row.state, row.waiting_revision_id, row.approved_revision_id) == (State.PENDING, seen, None)


def test_an_item_that_is_opened_again_waits_with_the_newest_text(room):
    item = room.offer(samples.article(text=TEXT), later=-3600)
    room.decide(item, Verdict.REJECT, later=-3600)
    room.offer(samples.article(text=TEXT.replace("haven", "havenn")))
    room.decide(item, Verdict.REOPEN, later=5)
    with room.store.reading() as session:
        waiting = session.get_one(Revision, session.get_one(Item, item).waiting_revision_id)
    assert "havenn" in waiting.text


def test_what_an_editor_chose_does_not_make_a_small_change_weighty(room):
    item = room.offer(samples.article(text=TEXT), later=-3600)
    with room.store.writing() as session:
        seen = session.get_one(Item, item).waiting_revision_id
        old = dossier.revision(session, item, seen)
        edited = moderation.EditedText(
            "Onze titel", "Onze samenvatting", (Region("Limburg", "Venlo", "Venlo"),), tuple(f.form for f in old.forms)
        )
        made = moderation.edit(session, item, seen, edited, account_id=room.editor, now=room.at(-3500))
        moderation.decide(
            session, item, made, Verdict.APPROVE,
            account_id=room.editor, now=room.at(-3400), undo_seconds=UNDO, privacy_checked=True,
        )  # fmt: skip
    room.offer(samples.article(text=TEXT.replace("haven", "havenn")))
    assert room.item(item).state == State.APPROVED
    room.offer(samples.article(text=TEXT.replace("3 jaar", "6 jaar")))
    assert room.item(item).state == State.PENDING
