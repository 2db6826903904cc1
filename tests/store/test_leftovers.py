"""What is kept for a while only, is gone after that while; and who leaves, leaves nothing behind."""

from datetime import timedelta

from sqlmodel import select

from store import items, leftovers, outbox, queue, subscribers
from store.database import open_store
from store.queue_filter import QueueFilter
from store.sending import DeliveryOutcome, DeliveryResult
from store.tables import Attempt, Delivery, Invitation, Login, Notice, Subscriber
from store.values import Rights
from tests.parts import samples, sqlite
from tests.parts.readers import SECRETS, UNDO, add_event, decide, subscribe


def erase(store, now):
    with store.writing() as session:
        return leftovers.erase(session, now)


def rows(store, table):
    with store.reading() as session:
        return session.exec(select(table)).all()


def sent(store, now):
    """One subscriber who was told."""
    token = subscribe(store, now, "lezer@lezer.example")
    decide(store, now, add_event(store, now))
    due = now + timedelta(seconds=UNDO)
    with store.writing() as session:
        (held,) = outbox.claim_due(session, due, 60, 10)
        outbox.mark_handed(session, held.id, held.fence, due)
        outbox.settle(session, held.id, held.fence, DeliveryResult(DeliveryOutcome.SENT, 250), started_at=due, now=due)
    return token


def test_the_mail_log_is_kept_for_thirty_days_and_who_was_told_for_longer(store, now):
    sent(store, now)
    erase(store, now + timedelta(days=30))
    assert len(rows(store, Delivery)) == 1
    erase(store, now + timedelta(days=31))
    assert rows(store, Delivery) == []
    assert [notice.state for notice in rows(store, Notice)] == ["sent"]


def test_counted_logins_are_kept_for_a_day_and_sessions_for_a_month(store, now):
    with store.writing() as session:
        account = samples.add_account(session, now)
        session.add(Attempt(bucket="login", key="k", at=now))
        session.add(Login(token_hash="t", account_id=account, created_at=now, last_seen_at=now))
        session.add(Invitation(token_hash="i", role="editor", created_at=now, expires_at=now))
    erase(store, now + timedelta(hours=23))
    assert (len(rows(store, Attempt)), len(rows(store, Login)), len(rows(store, Invitation))) == (1, 1, 1)
    erase(store, now + timedelta(hours=24))
    assert (len(rows(store, Attempt)), len(rows(store, Login)), len(rows(store, Invitation))) == (0, 1, 1)
    assert erase(store, now + timedelta(days=30)).logins == 1
    assert (len(rows(store, Login)), len(rows(store, Invitation))) == (0, 0)


def test_somebody_who_leaves_is_nowhere_in_the_database_file(sqlite_template, tmp_path, now):
    """INV-25: the file, its write-ahead log, everything. Also the sealed address, which a stolen key would open."""
    store = open_store(sqlite.fresh_copy(sqlite_template, tmp_path))
    token = sent(store, now)
    with store.reading() as session:
        sealed = session.exec(select(Subscriber.address_sealed)).one()
    with store.writing() as session:
        subscribers.unsubscribe(session, token, now)
    store.close()
    for file in tmp_path.iterdir():
        kept = file.read_bytes()
        for trace in (b"lezer@lezer.example", sealed.encode(), token.encode()):
            assert trace not in kept, f"{file.name} still holds {trace[:12]!r}"
    assert SECRETS.unseal(sealed) == "lezer@lezer.example"


def test_an_erased_text_is_not_found_by_its_words_any_more(store, now):
    made = samples.article("oud", "Inval in een loods", text="Heel veel woorden over een caravan.")
    with store.writing() as session:
        items.offer(session, samples.add_source(session, now), made, Rights.FULLTEXT_INTERNAL, now)

    def found(words):
        with store.reading() as session:
            return queue.count(session, QueueFilter(query=words))

    assert (found("loods"), found("caravan")) == (1, 1)
    assert erase(store, now + timedelta(days=30)).texts == 1
    assert (found("loods"), found("caravan")) == (1, 0), "what was erased must leave the search too"
