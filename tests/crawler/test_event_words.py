"""Words that call an event off, put it off or change it, and the same words where they mean something else."""

from __future__ import annotations

import time

import pytest

from crawler.event_words import status_of
from store.values import EventStatus

CANCELLED, POSTPONED, CHANGED = EventStatus.CANCELLED, EventStatus.POSTPONED, EventStatus.CHANGED


@pytest.mark.parametrize(
    ("title", "text", "status"),
    [
        ("AFGELAST: avond voor ouders", "", CANCELLED),
        ("Avond voor ouders (geannuleerd)", "", CANCELLED),
        ("Avond voor ouders - gaat niet door", "", CANCELLED),
        ("Geannuleerd | lezing", "", CANCELLED),
        ("CANCELLED: lecture", "", CANCELLED),
        ("Lezing", "Let op: de lezing van dinsdag gaat helaas niet door.", CANCELLED),
        ("Lezing", "Wegens ziekte is de lezing afgelast.", CANCELLED),
        ("Lezing", "De lezing vindt geen doorgang.", CANCELLED),
        ("Spreekuur", "Het spreekuur van 8 december vervalt.", CANCELLED),
        ("Inloop", "De inloop komt deze week te vervallen.", CANCELLED),
        ("Cursus afgezegd", "", CANCELLED),
        ("Uitgesteld: ronde tafel", "", POSTPONED),
        ("Ronde tafel", "De bijeenkomst is uitgesteld. Een nieuwe datum volgt.", POSTPONED),
        ("Ronde tafel", "De bijeenkomst is verzet naar een later moment.", POSTPONED),
        ("Ronde tafel", "De bijeenkomst is verplaatst naar een nader te bepalen datum.", POSTPONED),
        ("Workshop", "De workshop is verplaatst naar donderdag 17 december.", CHANGED),
        ("Workshop (nieuwe datum)", "", CHANGED),
        ("Workshop - LET OP: andere locatie", "", CHANGED),
        ("Workshop", "De locatie is gewijzigd: we zijn in De Remise.", CHANGED),
        ("Gewijzigd: workshop", "", CHANGED),
        ("Lezing", "De avond is uitgesteld en daarna afgelast.", CANCELLED),
    ],
)
def test_words_about_the_event_give_its_status(title, text, status):
    assert status_of(title, text) is status


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Lezing over recht", "Een gewone avond. Iedereen is welkom."),
        ("Boekbespreking", "Kosteloos annuleren kan tot een dag van tevoren."),
        ("Fietstocht", "De route gaat niet door de wijk maar langs het water."),
        ("Buurtdiner", "Het eerder afgelaste buurtdiner gaat toch door!"),
        ("Cursus", "Bij te weinig deelnemers wordt de cursus geannuleerd."),
        ("Cursus", "Als de cursus niet doorgaat, krijg je je geld terug."),
        ("Cursus", "Kun je niet? Dan kun je je aanmelding geannuleerd krijgen via het formulier."),
        ("Wandeling", "De wandeling gaat gewoon door, ook als het regent."),
        ("Debat", "Vorig jaar werd het debat afgelast vanwege de storm."),
        ("Lezing: de nieuwe wet", "Over nieuwe regels en andere tijden."),
        ("Film", "Een vrouw is niet thuis en gaat niet naar haar werk."),
        ("Tentoonstelling", "Oude vervallen fabrieken in beeld."),
        ("Gesprek", "Het onderzoek is verplaatsbaar naar andere gemeenten."),
        ("Markt", "Dit jaar is de markt niet afgelast."),
    ],
)
def test_the_same_words_about_something_else_say_nothing(title, text):
    assert status_of(title, text) is None


def test_a_long_text_of_the_words_costs_little():
    began = time.process_time()
    status_of("niet " * 60, "gaat niet niet door de " * 5000)
    status_of("", "nieuwe " * 20_000)
    assert time.process_time() - began < 0.2, "a pattern in event_words.py tries too many divisions: bound it"
