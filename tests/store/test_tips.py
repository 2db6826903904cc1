"""A tip becomes an item that waits for an editor; who sent it is kept apart, sealed, and erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from service.desk.request_forms import TipForm
from service.tipping import tip_of
from store import leftovers, own, published, tips
from store.errors import NotAllowedError
from store.published import NewsFilter
from store.tables import Item, Revision, Source, Tip
from store.tips import Sender
from store.values import Kind, State, Verdict
from tests.parts import samples
from tests.parts.newsroom import Newsroom
from tests.parts.readers import SECRETS

LINK = "https://bron.example/een-bericht"


def take_in(store, now, item=None, sender=None):
    with store.writing() as session:
        return tips.take_in(session, SECRETS, item or samples.article("tip"), sender or Sender(), now)


def typed(now, **fields):
    return tip_of(TipForm(**fields), now)


def test_a_tip_waits_in_the_queue_also_when_it_looks_irrelevant(store, now):
    dull = replace(samples.article("tip"), reading=samples.reading(shown=False))
    number = take_in(store, now, dull)
    with store.reading() as session:
        item, source = session.exec(select(Item, Source).where(Item.source_id == Source.id)).one()
        text = session.get_one(Revision, item.current_revision_id)
    assert (item.id, item.state, source.key, source.kind) == (number, State.PENDING, own.TIP, "own")
    assert text.relevance_reasons[0] == tips.REASON


def test_the_same_tip_again_is_the_same_item(store, now):
    one, _ = typed(now, link=LINK, titel="Een titel")
    two, _ = typed(now + timedelta(minutes=1), link=LINK, titel="  Een   TITEL ")
    other, _ = typed(now, link=LINK, titel="Een andere titel")
    assert take_in(store, now, one) == take_in(store, now + timedelta(minutes=1), two)
    assert take_in(store, now, other) != take_in(store, now, one)


def test_who_sent_it_is_sealed_and_erased_after_thirty_days(store, now):
    number = take_in(store, now, sender=Sender("Stichting Voorbeeld", "Tip@Lezer.example"))
    with store.reading() as session:
        seen = tips.sender_of(session, SECRETS, number)
        row = session.exec(select(Tip)).one()
    assert (seen.organisation, seen.contact) == ("Stichting Voorbeeld", "tip@lezer.example")
    assert "lezer.example" not in row.contact_sealed
    with store.writing() as session:
        leftovers.erase(session, now + timedelta(days=30))
        assert tips.sender_of(session, SECRETS, number) is None
        assert session.get_one(Item, number).state == State.PENDING, "the tip itself stays"


def test_an_address_that_cannot_be_one_keeps_nothing(store, now):
    with pytest.raises(NotAllowedError):
        take_in(store, now, sender=Sender("", "geen adres"))
    with store.reading() as session:
        assert session.exec(select(Item)).all() == []


def test_an_approved_tip_is_public_without_who_sent_it(store, now):
    newsroom = Newsroom(store, now)
    number = take_in(store, now, sender=Sender("Stichting Geheim", "tip@lezer.example"))
    newsroom.decide(number, Verdict.APPROVE)
    with store.public() as connection:
        (item,) = published.news(connection, NewsFilter(), newsroom.at(60)).items
    assert (item.id, item.source_name) == (number, tips.SOURCE_NAME)
    assert "Geheim" not in repr(item)


def test_what_is_typed_goes_through_the_cleaning_and_reading_of_everything_else(now):
    item, sender = typed(
        now,
        link="https://www.bron.example/nieuws/?utm_source=mail&a=1#deel",
        titel="Vrouw\u200b uitgebuit   in  Tilburg",
        tekst="<b>Een man van 34</b> uit Tilburg wordt verdacht van mensenhandel.\u00ad\n\n\n\nMeer volgt.",
        organisatie="  Stichting   Voorbeeld ",
    )
    assert item.title == "Vrouw uitgebuit in Tilburg"
    assert "<b>Een man van 34</b> uit Tilburg" in item.text, "what is typed is text, and shown as text"
    assert "\n\n\n" not in item.text
    assert "utm_source" not in item.url
    assert item.url.startswith("https://www.bron.example/nieuws/")
    assert len(item.excerpt) <= 150
    assert [region.municipality for region in item.reading.regions] == ["Tilburg"]
    assert sender.organisation == "Stichting Voorbeeld"
    assert item.kind is Kind.ARTICLE


def test_a_link_alone_is_enough_and_so_is_a_title(now):
    assert typed(now, link="bron.example/bericht")[0].url == "https://bron.example/bericht"
    assert typed(now, link="bron.example/bericht")[0].title == "Pagina op bron.example"
    assert typed(now, titel="Een lezing in Zwolle")[0].url == ""


def test_an_event_has_a_day_and_perhaps_a_time_and_a_place(now):
    item, _ = typed(now, titel="Lezing", datum="2026-12-08", begin="19:30", einde="21.00", waar="Wijkhuis, Zwolle")
    assert item.kind is Kind.EVENT
    assert item.event.starts_at.isoformat() == "2026-12-08T18:30:00+00:00"
    assert item.event.ends_at - item.event.starts_at == timedelta(minutes=90)
    assert item.event.place == "Wijkhuis, Zwolle"
    assert [region.municipality for region in item.reading.regions] == ["Zwolle"]
    whole, _ = typed(now, titel="Lezing", datum="2026-12-08")
    assert whole.event.all_day


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "link"),
        ({"tekst": "alleen tekst"}, "titel"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "http://bron.example/"}, "https://"),
        ({"link": "https://bron.example\\@elders.example/"}, "link"),
        ({"link": "https://naam:geheim@bron.example/"}, "link"),
        ({"link": "https://bron.example/ met spatie"}, "link"),
        ({"link": "localhost"}, "link"),
        ({"link": "https://" + "x" * 3000 + ".example"}, "link"),
        ({"titel": "x" * 301}, "te lang"),
        ({"titel": "x", "tekst": "x" * 100_000}, "te lang"),
        ({"titel": "omgedraaid \u202e tekst"}, "teken"),
        ({"titel": "regel \x1b[31m"}, "teken"),
        ({"titel": "x", "datum": "morgen"}, "datum"),
        ({"titel": "x", "datum": "2026-11-01"}, "voorbij"),
        ({"titel": "x", "datum": "9999-12-31"}, "jaar"),
        ({"titel": "x", "datum": "0001-01-01"}, "voorbij"),
        ({"titel": "x", "begin": "19:30"}, "datum"),
        ({"titel": "x", "datum": "2026-12-08", "einde": "21:00"}, "begint"),
        ({"titel": "x", "datum": "2026-12-08", "begin": "25:00"}, "tijd"),
        ({"titel": "x", "datum": "2026-12-08", "begin": "21:00", "einde": "19:00"}, "einde"),
        ({"titel": "x", "datum": "2027-03-28", "begin": "02:30"}, "klok"),
    ],
    ids=str,
)
def test_what_is_not_right_gets_a_sentence_that_says_so(now, fields, word):
    with pytest.raises(NotAllowedError) as refusal:
        typed(now, **fields)
    assert word in refusal.value.sentence
    assert refusal.value.sentence.endswith(".")
