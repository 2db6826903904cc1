"""Loading the static pages: what a person may write in them, and how a mistake is named."""

from __future__ import annotations

import pytest
from jinja2 import Environment

from service import content
from store.errors import ConfigurationError
from store.settings import SiteSettings

FRONT = """+++
title = "Hulp"
neutral_title = "Hulp"
description = "Kort."
checked_on = ""
owner = "redactie"
sources = []
no_store = true
+++
"""
NUMBER = """[[number]]
key = "nood"
situation = "Er is nu gevaar"
name = "Alarmnummer"
number = "112"
owner = "politie"
explanation = "Bel."
website = ""
hours = ""
language = ""
checked_on = ""
"""


def page(tmp_path, body, front=FRONT, site=None):
    file = tmp_path / "hulp.md"
    file.write_text(front + body, encoding="utf-8")
    (tmp_path / "help.toml").write_text(NUMBER, encoding="utf-8")
    words = content.placeholders(site or SiteSettings(), content.load_help(tmp_path))
    return content.load_pages(tmp_path, words)["hulp"]


def test_a_heading_keeps_its_address_when_its_words_change(tmp_path):
    found = page(tmp_path, "Eerst.\n\n## Wie *kan* dat? {#wie}\n\nIedereen.\n\nEcht.\n\n### Deel {#deel}\n\nMeer.\n")
    assert found.lead == "<p>Eerst.</p>\n"
    assert [section.anchor for section in found.sections] == ["wie"]
    assert '<h2 id="wie">' in found.html
    assert '<h3 id="deel">Deel</h3>' in found.html
    assert found.section("wie").intro == "<p>Iedereen.</p>\n"
    assert "{#" not in found.html


def test_html_in_a_text_is_shown_and_not_run(tmp_path):
    found = page(tmp_path, "<script>alert(1)</script> [x](javascript:alert(1))\n")
    assert "<script" not in found.html
    assert "javascript:" not in found.html.split("href")[-1] or "href" not in found.html


def test_our_own_html_passes_jinja_and_a_strangers_text_does_not():
    template = Environment(autoescape=True).from_string("{{ own }}{{ other }}")
    assert template.render(own=content.OwnHtml("<p>ja</p>"), other="<p>nee</p>") == "<p>ja</p>&lt;p&gt;nee&lt;/p&gt;"


def test_a_value_from_the_settings_is_escaped(tmp_path):
    site = SiteSettings(organisation="Zorg & <b>Veiligheid</b>", contact="redactie@example.nl")
    found = page(tmp_path, "Van {{organisatie}}, {{contact}}, {{nummer.nood}}.\n", site=site)
    assert "Zorg &amp; &lt;b&gt;Veiligheid&lt;/b&gt;" in found.html
    assert '<a href="mailto:redactie@example.nl">' in found.html
    assert '<a href="tel:112">112</a>' in found.html
    assert found.text == "Van Zorg & <b>Veiligheid</b>, redactie@example.nl, 112."


@pytest.mark.parametrize(
    ("front", "body", "named"),
    [
        (FRONT, "Bel {{nummer.brandweer}}.", "nummer.brandweer"),
        (FRONT.replace('owner = "redactie"\n', ""), "Tekst.", "owner"),
        (FRONT.replace("owner", "eigenaar"), "Tekst.", "owner"),
        (FRONT.replace('checked_on = ""', 'checked_on = "gisteren"'), "Tekst.", "checked_on"),
        (FRONT.replace('"Kort."', '"Kort.'), "Tekst.", "TOML"),
        ("", "Alleen tekst.", "front matter"),
    ],
)
def test_a_mistake_in_a_text_names_the_file_and_what_is_wrong(tmp_path, front, body, named):
    with pytest.raises(ConfigurationError, match=named) as caught:
        page(tmp_path, body, front=front)
    assert "hulp.md" in str(caught.value)


def test_a_missing_anchor_is_named_because_other_pages_link_to_it(tmp_path):
    with pytest.raises(ConfigurationError, match="#weg"):
        page(tmp_path, "## Hier {#hier}\n\nTekst.\n").section("weg")


def test_a_number_that_nobody_checked_has_no_date_and_one_that_was_checked_has():
    unchecked = {"checked_on": None}
    number = {
        "key": "a", "situation": "", "name": "", "number": "0900-8844", "owner": "", "explanation": "",
        "website": "https://www.voorbeeld.example/", "hours": "", "language": "",
    }  # fmt: skip
    found = content.HelpNumber(**number, **unchecked)
    assert found.checked_words == ""
    assert found.href == "tel:09008844"
    assert found.website_name == "www.voorbeeld.example"
