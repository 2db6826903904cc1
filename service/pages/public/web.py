"""What the web and the machine room expect of a site: robots, sitemap, security contact, liveness, readiness."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree as ET

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from service.pages.views import event_line, news_line
from service.running import running
from store import published
from store.published import NewsFilter

router = APIRouter()

PAGES = (
    "/",
    "/nieuws",
    "/agenda",
    "/zaken",
    "/wat-is-mensenhandel",
    "/signalen",
    "/veelgestelde-vragen",
    "/cijfers",
    "/partners",
    "/hulp-en-melden",
    "/veilig-bezoek",
    "/over",
    "/privacy",
)
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
SITEMAP_ITEMS = 1000
CONTACT_VALID = timedelta(days=180)


@router.get("/robots.txt")
def robots(request: Request) -> Response:
    base = running(request).settings.base_url
    closed = "".join(f"Disallow: {path}\n" for path in ("/redactie", "/aanmelden", "/afmelden", "/voorkeuren"))
    return PlainTextResponse(f"User-agent: *\n{closed}Sitemap: {base}/sitemap.xml\n")


@router.get("/sitemap.xml")
def sitemap(request: Request) -> Response:
    here = running(request)
    now, base = here.clock(), here.settings.base_url
    with here.store.public() as connection:
        news = published.news(connection, NewsFilter(), now, limit=SITEMAP_ITEMS).items
        events = published.events(connection, NewsFilter(), now)
    ET.register_namespace("", SITEMAP)
    root = ET.Element(f"{{{SITEMAP}}}urlset")
    for path in (*PAGES, *(news_line(item).path for item in news), *(event_line(item).path for item in events)):
        ET.SubElement(ET.SubElement(root, f"{{{SITEMAP}}}url"), f"{{{SITEMAP}}}loc").text = base + path
    return Response(ET.tostring(root, encoding="utf-8", xml_declaration=True), media_type="application/xml")


@router.get("/.well-known/security.txt")
def security(request: Request) -> Response:
    """RFC 9116. `Expires` moves with the month, so that the file stays valid as long as somebody runs the site."""
    here = running(request)
    contact = here.settings.site.contact
    address = contact if contact.startswith("https://") else f"mailto:{contact}" if contact else "/over"
    first = here.clock().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    address = here.settings.base_url + address if address.startswith("/") else address
    expires = (first + CONTACT_VALID).strftime("%Y-%m-%dT%H:%M:%SZ")
    return PlainTextResponse(f"Contact: {address}\nExpires: {expires}\nPreferred-Languages: nl, en\n")


@router.get("/.well-known/tdmrep.json")
def text_and_data_mining() -> Response:
    """TDMRep: nobody may mine this site; our excerpts are not ours to give away."""
    return JSONResponse([{"location": "/", "tdm-reservation": 1}])


@router.get("/healthz")
def alive() -> Response:
    return JSONResponse({"ok": True})


@router.get("/readyz")
def ready(request: Request) -> Response:
    """200 when the database answers; the usual 503 page otherwise."""
    here = running(request)
    with here.store.public() as connection:
        published.version(connection, here.clock())
    return JSONResponse({"ok": True})
