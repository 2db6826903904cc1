"""The difference of two texts: it gives both texts back, and marks no more than what changed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from service.desk.difference import Change, difference

texts = st.text(alphabet="ab .\n", max_size=60) | st.text(max_size=40)


def shown(old, new):
    marks = {Change.SAME: "{}", Change.REMOVED: "[-{}-]", Change.ADDED: "[+{}+]"}
    return "".join(marks[piece.change].format(piece.text) for piece in difference(old, new))


def test_words_are_compared_and_not_letters():
    assert shown("Twee mannen gehoord", "Drie mannen gehoord") == "[-Twee-][+Drie+] mannen gehoord"


def test_changed_neighbours_are_one_change():
    assert (
        shown("Inval bij een bedrijf in Goes", "Drie invallen in Goes")
        == "[-Inval bij een bedrijf-][+Drie invallen+] in Goes"
    )


def test_an_added_sentence_stands_alone():
    assert shown("Een zin.", "Een zin. Nog een.") == "Een zin.[+ Nog een.+]"


def test_equal_texts_have_no_change():
    assert shown("Een zin.", "Een zin.") == "Een zin."
    assert difference("", "") == ()


@given(texts, texts)
@settings(max_examples=300, deadline=None)
def test_both_texts_can_be_read_back(old, new):
    pieces = difference(old, new)
    assert "".join(piece.text for piece in pieces if piece.change is not Change.ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.change is not Change.REMOVED) == new


def test_long_texts_are_compared_by_sentence():
    old = " ".join(f"Zin nummer {number} is oud." for number in range(1000))
    new = old.replace("7 is oud", "7 is nieuw")
    pieces = difference(old, new)
    assert "".join(piece.text for piece in pieces if piece.change is not Change.REMOVED) == new
