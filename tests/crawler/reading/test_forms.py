"""Forms of exploitation, measured on labelled texts."""

from crawler.reading.forms import find_forms
from store.values import Form

from .labelled import cases


def test_the_labelled_texts_get_their_forms():
    texts = cases("forms")
    wrong = []
    for case in texts:
        found = [one.form.value for one in find_forms(case["title"], case["text"])]
        if sorted(found) != sorted(case["forms"]):
            wrong.append((case["title"], case["forms"], found))
    assert len(wrong) / len(texts) <= 0.03, f"wrong: {wrong}"


def test_a_form_says_which_words_it_was_found_by():
    (found,) = find_forms("Inval", "De koks kregen geen loon en de baas buitte hen uit.")
    assert found.form is Form.LABOUR
    assert found.reasons[0].startswith("gevonden: ")


def test_forms_come_in_one_order():
    found = find_forms("", "Criminele uitbuiting, arbeidsuitbuiting, orgaanhandel en seksuele uitbuiting.")
    assert [one.form for one in found] == [Form.SEXUAL, Form.LABOUR, Form.CRIMINAL, Form.OTHER]


def test_no_text_has_no_form():
    assert find_forms("", "") == ()
