"""Who looks at what: shown, steering, never deciding."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from store import claims, queue
from store.database import open_store
from store.errors import NotAllowedError
from store.queue_filter import QueueFilter
from store.tables import Account, Login
from store.values import Verdict
from tests.parts import samples
from tests.parts.newsroom import Newsroom

LASTS = 120


class Room(Newsroom):
    def __init__(self, store, now):
        super().__init__(store, now)
        with store.writing() as session:
            self.other = samples.add_account(session, now, "noor@example.nl")

    def claim(self, item, account, *, later=0, login=None):
        with self.store.writing() as session:
            return claims.claim(session, item, account_id=account, login_id=login, seconds=LASTS, now=self.at(later))

    def who(self, item, *, later=0):
        with self.store.reading() as session:
            seen = claims.of_item(session, item, now=self.at(later))
        return seen.account_id if seen else None

    def hand(self, item, to, note="", *, later=0, by=None):
        with self.store.writing() as session:
            claims.hand_over(session, item, account_id=by or self.editor, to=to, note=note, now=self.at(later))


@pytest.fixture
def room(store, now):
    return Room(store, now)


def test_an_item_is_of_who_opened_it_first_until_it_expires(room):
    item = room.offer(samples.article())
    assert room.claim(item, room.editor).account_id == room.editor
    assert room.claim(item, room.other, later=60).account_id == room.editor, "a claim is not taken by opening"
    assert room.who(item, later=LASTS - 1) == room.editor
    assert room.who(item, later=LASTS) is None
    assert room.claim(item, room.other, later=LASTS).account_id == room.other


def test_looking_on_makes_a_claim_last_and_keeps_its_beginning(room):
    item = room.offer(samples.article())
    room.claim(item, room.editor)
    again = room.claim(item, room.editor, later=100)
    assert again.claimed_at == room.now
    assert room.who(item, later=100 + LASTS - 1) == room.editor


def test_leaving_lets_go_of_ones_own_claim_only(room, store):
    item = room.offer(samples.article())
    room.claim(item, room.editor)
    with store.writing() as session:
        claims.release(session, item, room.other)
    assert room.who(item) == room.editor
    with store.writing() as session:
        claims.release(session, item, room.editor)
    assert room.who(item) is None


def test_a_verdict_and_a_logout_let_go(room, store):
    first, second = room.offer(samples.article("een")), room.offer(samples.article("twee"))
    with store.writing() as session:
        row = Login(token_hash="x", account_id=room.editor, created_at=room.now, last_seen_at=room.now)
        session.add(row)
        session.flush()
        login = row.id
    room.claim(first, room.editor, login=login)
    room.claim(second, room.editor, login=login)
    room.decide(first, Verdict.REJECT)
    assert room.who(first) is None
    assert room.who(second) == room.editor
    with store.writing() as session:
        session.get_one(Login, login).ended_at = room.now
    assert room.who(second) is None, "who logged out looks at nothing"
    assert room.claim(second, room.other).account_id == room.other


def test_what_does_not_wait_is_not_claimed(room):
    item = room.publish(samples.article())
    assert room.claim(item, room.editor) is None
    assert room.claim(4711, room.editor) is None


def test_the_next_item_passes_over_what_colleagues_look_at(room, store):
    first, second, third = (room.offer(samples.article(name)) for name in ("een", "twee", "drie"))
    room.claim(second, room.other)

    def following(account, later=0):
        with store.reading() as session:
            return queue.next_after(session, QueueFilter(), first, account_id=account, now=room.at(later))

    assert following(room.editor) == third
    assert following(room.other) == second, "one's own claim is no reason to pass over it"
    assert following(room.editor, later=LASTS) == second
    room.hand(second, room.other)
    assert following(room.editor, later=3600) == third, "what was handed over is of who got it"


def test_a_claim_never_blocks_a_verdict(room):
    item = room.offer(samples.article())
    room.claim(item, room.other)
    room.decide(item, Verdict.APPROVE)
    assert room.item(item).state == "approved"


def test_handing_over_gives_it_to_a_colleague_with_a_note(room, store):
    item = room.offer(samples.article())
    room.claim(item, room.editor)
    room.hand(item, room.other, "Ken jij deze plaats?")
    with store.reading() as session:
        (seen,) = claims.handed_to(session, room.other, now=room.at(LASTS * 10))
        assert claims.handed_to(session, room.editor, now=room.now) == ()
    assert (seen.item_id, seen.handed_by, seen.note) == (item, "redactie@example.nl", "Ken jij deze plaats?")
    room.claim(item, room.other, later=10)
    with store.writing() as session:
        claims.release(session, item, room.other)
    assert room.who(item, later=3600) == room.other, "leaving does not give it away"
    with store.writing() as session:
        claims.release(session, item, room.other, also_handed=True)
    assert room.who(item) is None
    room.hand(item, room.other)
    assert room.who(item, later=8 * 86400) is None, "after a week it is everybody's again"


def test_taking_over_is_a_choice(room, store):
    item = room.offer(samples.article())
    room.hand(item, room.other)
    with store.writing() as session:
        taken = claims.take(session, item, account_id=room.editor, login_id=None, seconds=LASTS, now=room.now)
    assert (taken.account_id, taken.handed_by, taken.note) == (room.editor, "", "")


def test_handing_over_to_nobody_is_refused(room, store):
    item = room.offer(samples.article())
    with store.writing() as session:
        reader = samples.add_account(session, room.now, "lezer@example.nl", role="reader")
        gone = samples.add_account(session, room.now, "weg@example.nl")
        session.get_one(Account, gone).disabled_at = room.now
    for to in (reader, gone, room.editor, 4711):
        with pytest.raises(NotAllowedError):
            room.hand(item, to)
    for note in ("x" * 301, "met \u202e om te keren", "nul \x00"):
        with pytest.raises(NotAllowedError):
            room.hand(item, room.other, note)
    decided = room.publish(samples.article("twee"))
    with pytest.raises(NotAllowedError):
        room.hand(decided, room.other)
    assert room.who(item) is None


def test_what_a_closed_account_had_is_free(room, store):
    item, first = room.offer(samples.article("twee")), room.offer(samples.article("een"))
    room.hand(item, room.other)
    with store.writing() as session:
        session.get_one(Account, room.other).disabled_at = room.now
    assert room.who(item) is None
    with store.reading() as session:
        assert queue.next_after(session, QueueFilter(), first, account_id=room.editor, now=room.now) == item


def test_of_many_who_open_at_once_one_has_it(room, settings, store):
    item = room.offer(samples.article())
    with closing(open_store(settings.store_url)) as other, ThreadPoolExecutor(8) as pool:

        def one(number):
            with (other if number % 2 else store).writing() as session:
                account = room.editor if number % 2 else room.other
                return claims.claim(
                    session, item, account_id=account, login_id=None, seconds=LASTS, now=room.now
                ).account_id

        assert len(set(pool.map(one, range(24)))) == 1


def test_what_counts_no_more_is_erased(room, store):
    first, second = room.offer(samples.article("een")), room.offer(samples.article("twee"))
    room.claim(first, room.editor)
    room.claim(second, room.editor, later=100)
    with store.writing() as session:
        assert claims.erase_expired(session, room.at(LASTS)) == 1
        assert [each.item_id for each in claims.living(session, now=room.at(LASTS))] == [second]
