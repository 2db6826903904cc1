"""Who may use which route of the newsroom. A new route must be named here, so that somebody thinks about it."""

from __future__ import annotations

import re

OPEN = "whoever has no session"
OWN = "everybody about their own account, also without a second factor"
ALL = "every role"
DECIDE = "editors and administrators"
ADMINISTRATORS = "administrators"

ROUTES = {
    "GET /redactie/inloggen": OPEN,
    "POST /redactie/inloggen": OPEN,
    "POST /redactie/inloggen/passkey/vraag": OPEN,
    "POST /redactie/inloggen/passkey": OPEN,
    "GET /redactie/inloggen/code": OPEN,
    "POST /redactie/inloggen/code": OPEN,
    "GET /redactie/uitnodiging/{token}": OPEN,
    "POST /redactie/uitnodiging/{token}": OPEN,
    "POST /redactie/uitnodiging/{token}/vraag": OPEN,
    "POST /redactie/uitloggen": OWN,
    "GET /redactie/mijn-account": OWN,
    "POST /redactie/mijn-account/wachtwoord": OWN,
    "POST /redactie/mijn-account/sessies": OWN,
    "POST /redactie/mijn-account/toetsen": OWN,
    "POST /redactie/mijn-account/passkeys": OWN,
    "POST /redactie/mijn-account/passkeys/vraag": OWN,
    "POST /redactie/mijn-account/passkeys/{passkey_id}/naam": OWN,
    "POST /redactie/mijn-account/passkeys/{passkey_id}/weg": OWN,
    "GET /redactie/mijn-account/app": OWN,
    "POST /redactie/mijn-account/app": OWN,
    "GET /redactie/mijn-account/app/beeld.svg": OWN,
    "POST /redactie/mijn-account/app/bevestig": OWN,
    "POST /redactie/mijn-account/app/weg": OWN,
    "POST /redactie/mijn-account/herstelcodes": OWN,
    "GET /redactie/mijn-account/bevestig": OWN,
    "POST /redactie/mijn-account/bevestig": OWN,
    "POST /redactie/mijn-account/bevestig/vraag": OWN,
    "POST /redactie/mijn-account/bevestig/passkey": OWN,
    "GET /redactie": ALL,
    "GET /redactie/live": ALL,
    "GET /redactie/filters": ALL,
    "POST /redactie/filters": DECIDE,
    "POST /redactie/filters/{item_id}/weg": DECIDE,
    "GET /redactie/items/{item_id}": ALL,
    "GET /redactie/items/{item_id}/bereik": ALL,
    "GET /redactie/items/{item_id}/verhaal": ALL,
    "POST /redactie/items/{item_id}/verhaal": DECIDE,
    "POST /redactie/items/{item_id}/zaak": DECIDE,
    "GET /redactie/voorstellen/{review_id}": ALL,
    "POST /redactie/voorstellen/{review_id}": DECIDE,
    "GET /redactie/zaken": ALL,
    "GET /redactie/cijfers": ALL,
    "GET /redactie/leren": ALL,
    "POST /redactie/leren": ADMINISTRATORS,
    "GET /redactie/steekproef/{review_id}": ALL,
    "POST /redactie/steekproef/{review_id}": DECIDE,
    "GET /redactie/verzoeken/{review_id}": ALL,
    "GET /redactie/openbaar": ALL,
    "GET /redactie/geschiedenis": ALL,
    "GET /redactie/bronnen": ALL,
    "GET /redactie/bronnen/{key}": ALL,
    "GET /redactie/bronnen/gezondheid": ALL,
    "POST /redactie/items/{item_id}/claim": DECIDE,
    "POST /redactie/items/{item_id}/decision": DECIDE,
    "POST /redactie/items/{item_id}/shorten": DECIDE,
    "POST /redactie/items/{item_id}/edit": DECIDE,
    "GET /redactie/items/{item_id}/correct": DECIDE,
    "POST /redactie/items/{item_id}/correct": DECIDE,
    "POST /redactie/selectie": DECIDE,
    "GET /redactie/schrijf": DECIDE,
    "POST /redactie/schrijf": DECIDE,
    "GET /redactie/schrijf/{item_id}": DECIDE,
    "POST /redactie/schrijf/{item_id}": DECIDE,
    "POST /redactie/verzoeken/{review_id}": DECIDE,
    "GET /redactie/bronnen/toevoegen": DECIDE,
    "POST /redactie/bronnen/toevoegen": DECIDE,
    "POST /redactie/bronnen/{key}": DECIDE,
    "GET /redactie/bronnen/opml": DECIDE,
    "POST /redactie/bronnen/opml": DECIDE,
    "GET /redactie/bronnen/opml/uit": ALL,
    "GET /redactie/bronnen/{key}/wijzig": DECIDE,
    "POST /redactie/bronnen/{key}/wijzig": DECIDE,
    "GET /redactie/accounts": ADMINISTRATORS,
    "POST /redactie/accounts": ADMINISTRATORS,
    "POST /redactie/accounts/{account_id}/rol": ADMINISTRATORS,
    "POST /redactie/accounts/{account_id}/herstellen": ADMINISTRATORS,
    "POST /redactie/accounts/{account_id}/sluiten": ADMINISTRATORS,
    "POST /redactie/accounts/{account_id}/uitloggen": ADMINISTRATORS,
    "GET /redactie/post": ADMINISTRATORS,
    "GET /redactie/post/{name}": ADMINISTRATORS,
}


def routes_of(app):
    """Every route under /redactie with each of its methods, from the application itself: `(path, method)`."""
    routers = [included.original_router for included in app.routes if hasattr(included, "original_router")]
    routes = [route for router in routers for route in router.routes if route.path.startswith("/redactie")]
    return [(route.path, method) for route in routes for method in sorted(route.methods)]


def who(path, method):
    return ROUTES.get(f"{method} {path}")


def filled(path, item):
    """A path with something in the place of its parts: the item, and the first of everything else."""
    values = {"item_id": str(item), "key": "omroep-proef", "name": "brief.eml", "token": "x"}
    return re.sub(r"\{(\w+)\}", lambda name: values.get(name.group(1), "1"), path)
