"""The headers of TRUST.md 4.1 on every answer, also on errors, redirects and static files.

One middleware, outermost of ours, so that no page can forget one and no page can weaken one.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PERMISSIONS = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), "
    "midi=(), payment=(), usb=(), browsing-topics=()"
)
DOWNLOAD_POLICY = "default-src 'none'; form-action 'none'; sandbox"
DOWNLOAD_TYPES = (
    "text/calendar",
    "text/csv",
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/json",
)
NO_STORE = (
    "/hulp-en-melden",
    "/veilig-bezoek",
    "/aanmelden",
    "/correctie",
    "/tip",
    "/afmelden/",
    "/voorkeuren/",
    "/healthz",
    "/readyz",
    "/metrics",
)
"""Pages that should leave no copy behind on a shared device (QX), and answers about this very moment."""

DESK = "/redactie"
STATIC = "/static/"


def is_desk(path: str) -> bool:
    return path == DESK or path.startswith(DESK + "/")


def is_no_store(path: str) -> bool:
    return is_desk(path) or any(path == start.rstrip("/") or path.startswith(start) for start in NO_STORE)


def content_policy(path: str, *, https: bool) -> str:
    """The policy for pages. No inline script or style anywhere; forms go to ourselves; nothing is framed."""
    connect = "'self'" if is_desk(path) else "'none'"
    parts = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        f"connect-src {connect}",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
    if https:
        parts.append("upgrade-insecure-requests")
    return "; ".join(parts)


class SafeHeaders:
    """Adds the headers and takes away what tells who we are."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._set(MutableHeaders(scope=message), path, message["status"])
            await send(message)

        await self.app(scope, receive, with_headers)

    def _set(self, headers: MutableHeaders, path: str, status: int) -> None:
        kind = headers.get("content-type", "").partition(";")[0]
        download = kind in DOWNLOAD_TYPES
        headers["Content-Security-Policy"] = DOWNLOAD_POLICY if download else content_policy(path, https=self.https)
        if self.https:
            headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = PERMISSIONS
        headers["Cache-Control"] = cache_control(path, status)
        if is_desk(path):
            headers["X-Robots-Tag"] = "noindex, nofollow"
        for name in ("server", "x-powered-by"):
            if name in headers:
                del headers[name]


def cache_control(path: str, status: int) -> str:
    """A minute for what is public, so that a withdrawn item is gone from every cache within a minute (INV-7)."""
    lasting = {200, 301, 304, 404, 410}
    if is_no_store(path) or status not in lasting:
        return "no-store"
    return "public, max-age=60"
