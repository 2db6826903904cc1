"""Filters that an editor gave a name: their own, at most twenty, replaced by the same name."""

import pytest

from store import saved_filters
from store.errors import NotAllowedError, NotFoundError
from tests.parts import samples


@pytest.fixture
def accounts(store, now):
    with store.writing() as session:
        return [samples.add_account(session, now, address) for address in ("anna@example.nl", "noor@example.nl")]


def save(store, account, name, query="regio=Zeeland"):
    with store.writing() as session:
        return saved_filters.save(session, account, name, query)


def kept(store, account):
    with store.reading() as session:
        return [(each.name, each.query) for each in saved_filters.of_account(session, account)]


def test_a_filter_is_kept_by_name_for_its_own_account(store, accounts):
    save(store, accounts[0], "zeeland ")
    save(store, accounts[0], "Arbeid", "vorm=labour")
    assert kept(store, accounts[0]) == [("Arbeid", "vorm=labour"), ("zeeland", "regio=Zeeland")]
    assert kept(store, accounts[1]) == []


def test_the_same_name_replaces(store, accounts):
    first = save(store, accounts[0], "mijn")
    assert save(store, accounts[0], "mijn", "q=loods") == first
    assert kept(store, accounts[0]) == [("mijn", "q=loods")]


def test_there_are_twenty_at_most(store, accounts):
    for number in range(saved_filters.AT_MOST):
        save(store, accounts[0], f"filter {number}")
    with pytest.raises(NotAllowedError):
        save(store, accounts[0], "nog een")
    save(store, accounts[0], "filter 3", "q=anders")
    assert len(kept(store, accounts[0])) == saved_filters.AT_MOST
    save(store, accounts[1], "nog een")


@pytest.mark.parametrize(
    ("name", "query"),
    [("", "q=x"), ("  ", "q=x"), ("x" * 61, "q=x"), ("met \x00", "q=x"), ("keer \u202e om", "q=x"), ("naam", ""),
     ("naam", "q=" + "x" * 1000)],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_a_sentence(store, accounts, name, query):
    with pytest.raises(NotAllowedError) as refused:
        save(store, accounts[0], name, query)
    assert refused.value.sentence.endswith(".")
    assert kept(store, accounts[0]) == []


def test_only_ones_own_is_removed(store, accounts):
    number = save(store, accounts[0], "mijn")
    with pytest.raises(NotFoundError), store.writing() as session:
        saved_filters.remove(session, accounts[1], number)
    with store.writing() as session:
        assert saved_filters.remove(session, accounts[0], number) == "mijn"
    assert kept(store, accounts[0]) == []
