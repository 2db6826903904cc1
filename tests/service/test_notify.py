"""What a subscriber reads: neutral where others can look, complete where only they do, the same at every attempt."""

import email.policy
import re
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
from icalendar import Calendar
from jinja2 import meta

from service.mail_links import CONFIRM, UNSUBSCRIBE, link_path
from service.notify import ConfirmationContext, Desk, NewContext, compose
from service.render import TEMPLATES, environment
from store.outbox import EventToTell, NoticeToSend
from store.settings import MailSettings, Settings, SiteSettings
from store.values import EventStatus
from tests.parts.readers import SECRETS

MADE = datetime(2026, 11, 24, 9, 0, 5, 123456, tzinfo=UTC)
TITLE = "Avond over mensenhandel: hoe herken je uitbuiting?"
EVENT = EventToTell(
    item_id=12,
    title=TITLE,
    starts_at=datetime(2026, 12, 3, 18, 30, tzinfo=UTC),
    ends_at=datetime(2026, 12, 3, 20, 0, tzinfo=UTC),
    all_day=False,
    place="Opvanghuis De Vlieger",
    area="Tilburg",
    status=EventStatus.CONFIRMED,
    uid="0b0f9d5e-4a47-4d9b-9a43-5b8b0a3a2f10",
    changed_at=MADE,
)
NOTICE = NoticeToSend(7, 99, "new", 2, MADE, "t" * 22, "sealed", EVENT)
CONFIRMATION = replace(NOTICE, kind="confirmation", event=None)
TELLING = re.compile("mensenhandel|uitbuiting|slachtoffer|opvang|prostitu", re.IGNORECASE)
READER = "lezer@lezer.example"


@pytest.fixture
def desk():
    settings = Settings(
        site=SiteSettings(base_url="https://signaal.example.nl", name="Meldpunt Mensenhandel", organisation="Gemeente"),
        mail=MailSettings(sender="Agenda <agenda@post.example.nl>"),
    )
    return Desk(settings, SECRETS, environment())


def read(raw):
    return message_from_bytes(raw, policy=email.policy.default)


def parts(raw):
    """Text, HTML and calendar as a mail program shows them."""
    message = read(raw)
    attached = [part.get_content() for part in message.iter_attachments()]
    return (
        message.get_body(("plain",)).get_content(),
        message.get_body(("html",)).get_content(),
        attached[0] if attached else "",
    )


def visible(html):
    """The words of the HTML without its head and tags."""
    body = re.sub(r"(?s)^.*</head>", "", html)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).strip()


def test_a_retry_is_the_same_mail_to_the_last_byte(desk):
    first = compose(NOTICE, READER, desk)
    assert all(compose(replace(NOTICE, fence=fence), READER, desk) == first for fence in range(20))


def test_two_notices_are_never_the_same_mail(desk):
    variants = [
        NOTICE,
        replace(NOTICE, id=8),
        replace(NOTICE, version=3),
        replace(NOTICE, subscriber_token="u" * 22),
        replace(NOTICE, made_at=MADE + timedelta(seconds=1)),
        CONFIRMATION,
    ]
    assert len({read(compose(notice, READER, desk))["Message-ID"] for notice in variants}) == len(variants)


def test_what_others_can_see_tells_no_topic(desk):
    raw = compose(NOTICE, READER, desk)
    message, (text, html, calendar) = read(raw), parts(raw)
    for name, value in message.items():
        assert not TELLING.search(str(value)), f"the header {name} tells the topic"
    assert not TELLING.search(calendar)
    assert "De Vlieger" not in calendar, "the name of a building can tell the topic"
    # A list of mails, a lock screen and a notification show about so much.
    assert not TELLING.search(text[:140])
    assert not TELLING.search(visible(html)[:140])
    assert str(message["Subject"]) == "Nieuw in je agenda: donderdag 3 december 2026"
    assert str(message["From"]) == "Agenda <agenda@post.example.nl>"
    assert [part.get_filename() for part in message.iter_attachments()] == ["agenda.ics"]


def test_text_and_html_hold_the_same_facts(desk):
    text, html, _ = parts(compose(NOTICE, READER, desk))
    leave = "https://signaal.example.nl" + link_path(SECRETS, UNSUBSCRIBE, "t" * 22)
    for fact in (
        TITLE,
        "donderdag 3 december 2026",
        "19.30 tot 21.00 uur (Nederlandse tijd)",
        "Opvanghuis De Vlieger, Tilburg",
        "https://signaal.example.nl/agenda/12",
        "Wijzigingen komen niet vanzelf in je kalender.",
        "Meldpunt Mensenhandel",
        leave,
    ):
        assert fact in text, fact
        assert fact in html, fact


def test_links_lead_to_our_own_host_with_the_token_in_the_path(desk):
    for notice in (NOTICE, CONFIRMATION):
        for part in parts(compose(notice, READER, desk)):
            for link in re.findall(r"https?://[^\s\"<>]+", part):
                assert link.startswith("https://signaal.example.nl/"), link
                assert "?" not in link
                assert "lezer" not in link


def test_nothing_is_loaded_and_nothing_runs(desk):
    for notice in (NOTICE, CONFIRMATION):
        _, html, _ = parts(compose(notice, READER, desk))
        assert not re.search(r"<(img|script|link|iframe|object|form|svg)\b|\bsrc=|url\(|@import|\son\w+=", html)
        assert '<html lang="nl">' in html


def test_leaving_takes_one_click_in_a_mail_program(desk):
    message = read(compose(NOTICE, READER, desk))
    leave = "https://signaal.example.nl" + link_path(SECRETS, UNSUBSCRIBE, "t" * 22)
    assert message["List-Unsubscribe"] == f"<{leave}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Precedence"] == "bulk"
    assert message["List-Id"] == "<agenda.signaal.example.nl>"
    assert str(message["To"]) == READER


def test_the_confirmation_has_one_link_and_echoes_nothing(desk):
    raw = compose(CONFIRMATION, READER, desk)
    text, html, calendar = parts(raw)
    link = "https://signaal.example.nl" + link_path(SECRETS, CONFIRM, "t" * 22)
    assert re.findall(r"https?://\S+", text) == [link]
    assert re.findall(r'href="([^"]+)"', html) == [link]
    assert calendar == ""
    assert "lezer" not in text + html
    assert read(raw)["List-Unsubscribe"] is None
    assert str(read(raw)["Subject"]) == "Bevestig je aanmelding"


def test_the_calendar_part_is_the_version_that_was_approved(desk):
    _, _, calendar = parts(compose(NOTICE, READER, desk))
    (event,) = Calendar.from_ical(calendar).walk("VEVENT")
    assert (str(event["UID"]), event["SEQUENCE"]) == (EVENT.uid, 2)
    assert event.decoded("DTSTART") == EVENT.starts_at
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == ("Bijeenkomst", "Tilburg")
    assert str(event["URL"]) == "https://signaal.example.nl/agenda/12", "the words of the title stay out of the address"


def test_hostile_words_stay_words(desk):
    title = "<script>alert(1)</script>\r\nBcc: ander@lezer.example\u202e =?utf-8?q?a=0ABcc:_x?="
    raw = compose(replace(NOTICE, event=replace(EVENT, title=title, place="<b>\nx")), READER, desk)
    text, html, _ = parts(raw)
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Bcc: ander@lezer.example" in html
    assert "\u202e" not in text
    assert read(raw)["Bcc"] is None


def test_a_changed_event_says_so_and_a_whole_day_has_no_hours(desk):
    event = replace(
        EVENT,
        all_day=True,
        status=EventStatus.CHANGED,
        starts_at=datetime(2026, 12, 2, 23, 0, tzinfo=UTC),
        ends_at=datetime(2026, 12, 3, 23, 0, tzinfo=UTC),
    )
    text, _, _ = parts(compose(replace(NOTICE, event=event), READER, desk))
    assert "donderdag 3 december 2026, hele dag" in text
    assert "Let op: gewijzigd." in text


def test_the_largest_mail_is_small(desk):
    event = replace(EVENT, title="€" * 300, place="€" * 5000, area="€" * 300)
    assert len(compose(replace(NOTICE, event=event), READER, desk)) < 100_000


def test_without_a_sender_the_mails_come_from_the_site_itself():
    raw = compose(NOTICE, READER, Desk(Settings(), SECRETS, environment()))
    assert str(read(raw)["From"]) == "agenda@localhost"


@pytest.mark.parametrize(("kind", "context"), [("new", NewContext), ("confirmation", ConfirmationContext)])
def test_a_mail_template_uses_the_fields_of_its_context(kind, context):
    given, used = {field.name for field in fields(context)}, set()
    for name in ("subject.txt", "body.txt", "body.html"):
        source = (TEMPLATES / "email" / kind / name).read_text(encoding="utf-8")
        used |= meta.find_undeclared_variables(environment().parse(source))
    assert used <= given
    assert given - used <= {"site_name", "organisation"}, "fields that no template of this kind shows"
