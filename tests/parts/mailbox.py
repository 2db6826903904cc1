"""What lies in a mailbox, and what of it somebody sees who only looks over a shoulder."""

from __future__ import annotations

import re
from email.message import EmailMessage

from icalendar import Calendar
from lxml import html

from tests.parts.mailserver import MailServer

TELLING = re.compile(
    r"mensenhandel|uitbuit|uitgebuit|slachtoffer|prostitu|pooier|loverboy|seks|misbruik|geldezel|dwang|gedwongen|"
    r"slavernij|traffick|meldpunt|opvang",
    re.IGNORECASE,
)
"""Words that give a reader away when somebody else sees them."""
PREHEADER = 140
"""As many characters of a text as mail programs show beside the subject."""


def mails_to(server: MailServer, address: str) -> list[EmailMessage]:
    """What the server took for one address, oldest first."""
    return [taken.message for taken in server.taken if address in taken.recipients]


def part(message: EmailMessage, kind: str) -> EmailMessage:
    """The one part of this media type."""
    found = [each for each in message.walk() if each.get_content_type() == kind]
    assert len(found) == 1, f"the mail has {len(found)} parts of {kind}: {[each.get_content_type() for each in found]}"
    assert isinstance(found[0], EmailMessage)
    return found[0]


def text_of(message: EmailMessage) -> str:
    return str(part(message, "text/plain").get_content())


def html_of(message: EmailMessage) -> html.HtmlElement:
    return html.document_fromstring(str(part(message, "text/html").get_content()))


def calendar_of(message: EmailMessage) -> Calendar:
    """The calendar part, parsed by a library."""
    content = part(message, "text/calendar").get_content()
    return Calendar.from_ical(content if isinstance(content, str) else content.decode())


def link_in(message: EmailMessage, path: str) -> str:
    """The address in the text that leads to this path."""
    found = re.search(rf"https?://\S+{re.escape(path)}\S*", text_of(message))
    assert found, f"no link to {path} in:\n{text_of(message)}"
    return found.group(0)


def seen_by_others(message: EmailMessage) -> dict[str, str]:
    """Everything that shows without opening the mail, or on a calendar that others can see."""
    seen = {f"header {name}": str(value) for name, value in message.items()}
    seen["start of the text"] = " ".join(text_of(message).split())[:PREHEADER]
    page = html_of(message)
    body = " ".join(page.find("body").text_content().split())
    seen["start of the HTML"] = body[:PREHEADER]
    seen["title of the HTML"] = page.findtext(".//title") or ""
    for each in message.walk():
        seen[f"name of {each.get_content_type()}"] = each.get_filename() or ""
        if each.get_content_type() == "text/calendar":
            seen["calendar"] = str(calendar_of(message).to_ical().decode()).replace("\r\n ", "")
    return seen


def gives_away(message: EmailMessage) -> list[str]:
    """The places where a telling word shows to somebody who was not told."""
    return [f"{place}: {words}" for place, words in seen_by_others(message).items() if TELLING.search(words)]
