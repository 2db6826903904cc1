"""The whole road, once: a source is crawled, an editor approves, the public reads, a subscriber is told.

One journey through the real service, the loopback world, a real SMTP server and Chromium, on both databases. The steps
stand below in the order in which they are walked.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx2
import pytest
from playwright.sync_api import expect
from sqlmodel import col, select

from service.demo.world import World
from store.database import Store
from store.tables import Subscriber
from tests.parts.browser import Visitor
from tests.parts.editors import Editor, accept_invitation, open_item
from tests.parts.mailbox import calendar_of, gives_away, html_of, link_in, mails_to, text_of
from tests.parts.mailserver import MailServer
from tests.parts.service import Service
from tests.parts.until import until

pytestmark = pytest.mark.journey

UNDO = 3
SOON = 2.0
"""Within two seconds everybody sees what was decided (PRODUCT.md section 2)."""
NEWS, AGENDA = "omroep-maasland", "agenda-tegen-uitbuiting"
RAID = "inval-champignonkwekerij-horst"
NEW_TITLE = "Inval bij champignonkwekerij: dertien plukkers sliepen boven de koelcel"
NEWEST_TITLE = "Inval bij champignonkwekerij: veertien plukkers gevonden"
LIMBURG, WHOLE, GRONINGEN, NEVER = (f"{name}@voorbeeld.nl" for name in ("anna", "bas", "cor", "dora"))


@dataclass
class Road:
    """Who and what takes part. `plain` is a client without cookies and without a cache."""

    service: Service
    store: Store
    world: World
    mail: MailServer
    new_visitor: Callable[..., Visitor]
    plain: httpx2.Client
    visitors: list[Visitor] = field(default_factory=list)
    editors: list[Editor] = field(default_factory=list)

    @property
    def editor(self) -> Editor:
        return self.editors[-1]

    def visitor(self, **options: object) -> Visitor:
        self.visitors.append(self.new_visitor(self.service.url, **options))
        return self.visitors[-1]


def test_the_whole_road(start_service, store, todays_world, mail_server, new_visitor):
    service = start_service(
        crawl={"tick_seconds": 1},
        desk={"undo_seconds": UNDO},
        notices={"debounce_seconds": 0},
        mail={"host": "127.0.0.1", "port": mail_server.port, "security": "none", "sender": "agenda@voorbeeld.nl"},
    )
    with httpx2.Client(base_url=service.url) as plain:
        road = Road(service, store, todays_world, mail_server, new_visitor, plain)
        the_first_administrator_lets_an_editor_in(road)
        an_editor_adds_a_source(road, NEWS, "Limburg")
        article = an_approved_item_shows_after_the_undo_window(road)
        readers_subscribe_and_confirm(road)
        an_editor_adds_a_source(road, AGENDA, "Nederland")
        event = an_approved_event_is_mailed(road)
        a_changed_text_waits_while_the_old_one_stays_up(road, article)
        a_withdrawn_item_is_gone_and_undo_puts_it_back(road, f"/nieuws/{article}", NEWS_PLACES)
        a_withdrawn_item_is_gone_and_undo_puts_it_back(road, f"/agenda/{event}", EVENT_PLACES)
        who_unsubscribes_gets_no_further_mail(road)
    for visitor in road.visitors:
        visitor.leave()
    assert service.stop() == 0, "the service must end quietly when it is told to"


def the_first_administrator_lets_an_editor_in(road: Road) -> None:
    link = road.service.first_administrator
    administrator = accept_invitation(road.visitor(), link, "beheer@voorbeeld.nl")
    assert road.plain.get(link).status_code == 404, "a one-time link works once"
    administrator.visitor.open("/redactie/accounts")
    administrator.page.get_by_label("E-mailadres").fill("redactie@voorbeeld.nl")
    administrator.page.get_by_role("button", name="Maak de link").click()
    invitation = administrator.page.locator("#link").input_value()
    road.editors += [administrator, accept_invitation(road.visitor(), invitation)]
    assert road.editor.address == "redactie@voorbeeld.nl"


def an_editor_adds_a_source(road: Road, key: str, region: str) -> None:
    page = road.editor.page
    known = road.world.source(key)
    road.editor.visitor.open("/redactie/bronnen")
    page.get_by_role("link", name="Voeg een bron toe").click()
    page.locator("#url").fill(known.url)
    page.get_by_role("button", name="Zoek", exact=True).click()
    expect(page.locator("input[name=keuze]").first).to_be_checked(timeout=30_000)
    assert page.locator("#name").input_value() == known.name, "the name of the source fills itself in"
    page.get_by_label("Regio").select_option(region)
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(known.name)
    visited(road, "nieuw")


def visited(road: Road, word: str, times: int = 1) -> None:
    """Press "Bezoek nu" on the page of the source that is open, until so many visits told of something like this."""
    page = road.editor.page
    lines = page.locator(".visits li")
    found = lines.filter(has_text=re.compile(rf"\d {word}\b"))
    page.get_by_role("button", name="Bezoek nu").click()
    expect(page.locator(".desk-message")).to_contain_text("nu aan de beurt")

    def told() -> bool:
        page.reload()
        assert page.locator(".visits .health-bad").count() == 0, lines.all_inner_texts()
        return found.count() == times

    until(told, f'"{word}" stands {times} times on {page.url}', pause=0.4)


def an_approved_item_shows_after_the_undo_window(road: Road) -> int:
    road.editor.search("champignonkwekerij koelcel")
    article = open_item(road.editor.page)
    path = f"/nieuws/{article}"
    assert nowhere(road, path, NEWS_PLACES), "nothing is public before an editor approved it"
    began = time.monotonic()
    road.editor.approve()
    ended = time.monotonic()
    shown = when(lambda: road.plain.get(path, follow_redirects=True).status_code == 200, UNDO + SOON + 10)
    assert shown >= began + UNDO, "it showed while it could still be undone"
    assert shown <= ended + UNDO + SOON, f"it showed {shown - ended:.1f} s after the approval"
    until(lambda: everywhere(road, path, NEWS_PLACES), f"{path} stands in every list and feed", seconds=SOON)
    reader = road.visitor()
    reader.open("/")
    reader.page.get_by_role("link", name="elf plukkers").click()
    expect(reader.page.get_by_role("heading", level=1)).to_contain_text("elf plukkers")
    page = reader.page.locator("main")
    expect(page).to_contain_text("Omroep Maasland")
    source = page.get_by_role("link").filter(has_text="Omroep Maasland").first
    assert source.get_attribute("href") == road.world.url(f"/nieuws/{RAID}", NEWS)
    expect(reader.page.locator(".help")).to_be_visible()
    return article


def when(ready: Callable[[], bool], seconds: float) -> float:
    """The moment at which `ready` became true."""
    until(ready, "what was approved is public", seconds=seconds, pause=0.05)
    return time.monotonic()


def readers_subscribe_and_confirm(road: Road) -> None:
    subscribe(road.visitor(), LIMBURG, "Limburg")
    subscribe(road.visitor(javascript=False), WHOLE)
    for address, provinces in ((GRONINGEN, ["Groningen"]), (NEVER, [])):
        form = {"address": address, "province": provinces}
        assert road.plain.post("/aanmelden", data=form, headers={"Origin": road.service.url}).status_code == 200
    confirm(road, road.visitor(), LIMBURG)
    confirm(road, road.visitor(javascript=False), WHOLE)
    confirm(road, road.visitor(), GRONINGEN)
    until(lambda: mails_to(road.mail, NEVER), "the last reader has a mail to confirm")
    assert states(road) == {LIMBURG: "confirmed", WHOLE: "confirmed", GRONINGEN: "confirmed", NEVER: "unconfirmed"}


def subscribe(reader: Visitor, address: str, *provinces: str) -> None:
    reader.open("/")
    reader.page.get_by_role("link", name="Krijg een mail bij een nieuwe bijeenkomst").first.click()
    reader.page.get_by_label("Je e-mailadres").fill(address)
    for province in provinces:
        reader.page.get_by_label(province, exact=True).check()
    reader.page.get_by_role("button", name="Meld mij aan").click()
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("Kijk in je mail")


def confirm(road: Road, reader: Visitor, address: str) -> None:
    (mail,) = until(lambda: mails_to(road.mail, address), f"the server took a mail for {address}")
    assert gives_away(mail) == []
    link = link_in(mail, "/aanmelden/bevestigen/")
    for ask in (road.plain.get, road.plain.head, road.plain.get):  # as scanners of mail do
        assert ask(link).status_code == 200
    assert states(road)[address] == "unconfirmed", "opening the link alone must change nothing"
    reader.open(link)
    reader.page.get_by_role("button", name="Bevestig mijn aanmelding").click()
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("Je bent aangemeld")


def states(road: Road) -> dict[str, str]:
    """The state of each subscriber, in the order in which they asked: addresses are sealed."""
    with road.store.reading() as session:
        found = session.exec(select(Subscriber.state).order_by(col(Subscriber.id))).all()
    return dict(zip((LIMBURG, WHOLE, GRONINGEN, NEVER), (str(state) for state in found), strict=False))


def an_approved_event_is_mailed(road: Road) -> int:
    road.editor.search("Inloopavond")
    event = open_item(road.editor.page)
    road.editor.approve()
    assert all(len(mails_to(road.mail, address)) == 1 for address in (LIMBURG, WHOLE)), "no mail before the undo window"
    for address in (LIMBURG, WHOLE):
        until(lambda to=address: len(mails_to(road.mail, to)) == 2, f"the server took the event for {address}")
        tells_of_the_event(road, mails_to(road.mail, address)[1], event)
    until(lambda: everywhere(road, f"/agenda/{event}", EVENT_PLACES), "the event stands in the agenda")
    assert [len(mails_to(road.mail, address)) for address in (GRONINGEN, NEVER)] == [1, 1], "these two asked otherwise"
    return event


def tells_of_the_event(road: Road, mail, event: int) -> None:
    gathering = next(each for each in road.world.gatherings() if each.uid == "inloopavond-maastricht")
    assert gives_away(mail) == []
    assert gathering.summary in text_of(mail), "below the first lines the mail says what it is about"
    assert gathering.summary in html_of(mail).text_content()
    assert html_of(mail).xpath("//img | //script | //link") == [], "nothing in a mail may be loaded"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith(f"<{road.service.url}/afmelden/")
    (told,) = calendar_of(mail).walk("VEVENT")
    assert calendar_of(mail)["METHOD"] == "PUBLISH"
    assert (str(told["SUMMARY"]), str(told["LOCATION"])) == ("Bijeenkomst", "Maastricht")
    assert told.start == gathering.starts_at
    assert told.end == gathering.ends_at
    assert road.plain.get(str(told["URL"]), follow_redirects=True).url.path.startswith(f"/agenda/{event}")


def a_changed_text_waits_while_the_old_one_stays_up(road: Road, article: int) -> None:
    path = f"/nieuws/{article}"
    road.world.change(NEWS, RAID, title=NEW_TITLE)
    road.editor.visitor.open(f"/redactie/bronnen/{NEWS}")
    visited(road, "veranderd")
    assert "elf plukkers" in reads(road, path), "the approved text stays up until somebody approves another"
    road.editor.search("champignonkwekerij dertien")
    page = road.editor.page
    assert open_item(page) == article
    expect(page.locator("article .change-box ins")).to_contain_text("dertien")
    expect(page.locator("article .change-box del")).to_contain_text("elf")

    second, road.editors = road.editors, [road.editors[0]]  # the source is visited from another browser
    road.world.change(NEWS, RAID, title=NEWEST_TITLE)
    road.editor.visitor.open(f"/redactie/bronnen/{NEWS}")
    visited(road, "veranderd", times=2)
    road.editors = second
    assert road.editor.approve().status == 409, "a verdict on a text that is not the newest is refused"
    expect(page.get_by_role("heading", level=1)).to_have_text("Intussen veranderd")
    expect(page.locator("section[aria-labelledby=verschil]")).to_contain_text("veertien")
    assert "elf plukkers" in reads(road, path)

    road.editor.approve()
    assert "elf plukkers" in reads(road, path), "the new text waits for the undo window, the old one shows meanwhile"
    until(lambda: "veertien plukkers" in reads(road, path), "the new text is public", seconds=UNDO + SOON)


def reads(road: Road, path: str) -> str:
    answer = road.plain.get(path, follow_redirects=True)
    assert answer.status_code == 200, f"{path} answers {answer.status_code}; an approved text must stay up"
    return answer.text


NEWS_PLACES = ("/", "/nieuws", "/nieuws.rss", "/nieuws.atom", "/nieuws.json", "/sitemap.xml")
FEEDS = ("/nieuws.rss", "/nieuws.atom", "/nieuws.json")
EVENT_PLACES = ("/", "/agenda", "/agenda.ics", "/sitemap.xml")


def places(road: Road, path: str, all_places: tuple[str, ...]) -> dict[str, bool]:
    """Where the item is linked to."""
    texts = {place: road.plain.get(place) for place in all_places}
    assert {answer.status_code for answer in texts.values()} == {200}, texts
    return {place: path in answer.text.replace("\r\n ", "") for place, answer in texts.items()}


def everywhere(road: Road, path: str, all_places: tuple[str, ...]) -> bool:
    return all(places(road, path, all_places).values())


def nowhere(road: Road, path: str, all_places: tuple[str, ...]) -> bool:
    return not any(places(road, path, all_places).values())


def a_withdrawn_item_is_gone_and_undo_puts_it_back(road: Road, path: str, all_places: tuple[str, ...]) -> None:
    assert everywhere(road, path, all_places)
    road.editor.visitor.open(f"/redactie/items/{path.rpartition('/')[2]}")
    road.editor.withdraw("iemand is herkenbaar")
    until(lambda: road.plain.get(path).status_code == 410, f"{path} answers 410", seconds=SOON)
    shown = tuple(place for place in all_places if place not in FEEDS)
    until(lambda: nowhere(road, path, shown), f"{path} is gone from every list", seconds=SOON)
    for feed in set(all_places) & set(FEEDS):
        said = road.plain.get(feed).text
        assert "Dit bericht is ingetrokken" in said, f"{feed} must say that {path} is withdrawn, to who keeps a copy"
    gone = road.visitor()
    assert gone.open(path).status == 410
    expect(gone.page.locator("main")).to_contain_text("De redactie heeft")
    expect(gone.page.locator("main")).not_to_contain_text("herkenbaar")
    road.editor.go("u")
    until(lambda: everywhere(road, path, all_places), f"undo puts {path} back", seconds=SOON)
    assert road.plain.get(path, follow_redirects=True).status_code == 200


def who_unsubscribes_gets_no_further_mail(road: Road) -> None:
    leave = mails_to(road.mail, LIMBURG)[1]["List-Unsubscribe"].strip("<>")
    assert road.plain.get(leave).status_code == 200
    assert len(states(road)) == 4, "opening the link alone must change nothing"
    with httpx2.Client() as mail_program:
        answer = mail_program.post(leave, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    road.editor.search("Webinar")
    road.editor.approve()
    for address, number in ((WHOLE, 3), (GRONINGEN, 2)):
        until(lambda to=address, n=number: len(mails_to(road.mail, to)) == n, f"the webinar is told to {address}")
    counts = [len(mails_to(road.mail, address)) for address in (LIMBURG, WHOLE, GRONINGEN, NEVER)]
    assert counts == [2, 3, 2, 1], "who left gets nothing more, and nobody hears of anything twice"
    assert len(road.mail.taken) == sum(counts)
