"""What can go wrong out there: each exception and status with its outcome, its cause and its Dutch sentence."""

from __future__ import annotations

import logging
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from crawler import sentences
from crawler.guard import REFUSED
from crawler.unpack import BombError, TooLargeError, UnpackError
from crawler.urls import UrlRefusedError
from crawler.values import FetchFailed
from store.values import Cause, Outcome

log = logging.getLogger(__name__)

_SAME_FOR_THE_PAGE = frozenset({Outcome.REFUSED, Outcome.UNREACHABLE, Outcome.TIMEOUT, Outcome.RETRY_LATER})
_CAUSES: dict[int, Cause] = {
    HTTPStatus.UNAUTHORIZED: Cause.LOGIN,
    HTTPStatus.PAYMENT_REQUIRED: Cause.BLOCKED,
    HTTPStatus.FORBIDDEN: Cause.BLOCKED,
    HTTPStatus.REQUEST_TIMEOUT: Cause.SLOW,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: Cause.BLOCKED,
}


def of_url(error: UrlRefusedError, url: str) -> FetchFailed:
    """An address that we never fetch."""
    return FetchFailed(Outcome.REFUSED, sentences.url_refused(str(error)), url, cause=Cause.REFUSED)


def of_status(status: int, url: str) -> FetchFailed:
    """An answer that is no document. Those that ask us to wait are not for here."""
    if status == HTTPStatus.GONE:
        return FetchFailed(Outcome.GONE, sentences.GONE, url, status, cause=Cause.GONE)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        cause = Cause.SERVER
    elif status < HTTPStatus.BAD_REQUEST:
        # A redirect to nowhere.
        cause = Cause.REDIRECTS
    else:
        cause = _CAUSES.get(status, Cause.MISSING)
    return FetchFailed(Outcome.HTTP_ERROR, sentences.http_error(status), url, status, cause=cause)


def of_body(error: UnpackError | TooLargeError, url: str, status: int, received: int) -> FetchFailed:
    """A body that we do not unpack, or not to its end."""
    outcome, why, cause = Outcome.UNREACHABLE, sentences.NOT_UNPACKED, Cause.MALFORMED
    if isinstance(error, BombError):
        outcome, why, cause = Outcome.TOO_LARGE, sentences.BOMB, Cause.BOMB
    elif isinstance(error, TooLargeError):
        outcome, why, cause = Outcome.TOO_LARGE, sentences.TOO_LARGE, Cause.TOO_LARGE
    return FetchFailed(outcome, why, url, status, received=received, cause=cause)


def without_rules(failure: FetchFailed, url: str) -> FetchFailed:
    """Why a page is left alone while robots.txt cannot be had. Of a server that is down, that is what to say."""
    if failure.outcome in _SAME_FOR_THE_PAGE:
        return replace(failure, url=url)
    return FetchFailed(Outcome.ROBOTS, sentences.ROBOTS_SILENT, url, failure.status, cause=Cause.ROBOTS)


def of_download(error: Exception, url: str) -> FetchFailed:
    """What an exception of the downloader means."""
    if REFUSED in str(error):
        return FetchFailed(Outcome.REFUSED, sentences.ADDRESS_REFUSED, url, cause=Cause.REFUSED)
    if isinstance(error, DownloadTimeoutError):
        if isinstance(error.__cause__, aiohttp.ConnectionTimeoutError):
            return FetchFailed(Outcome.TIMEOUT, sentences.no_connection(), url, cause=Cause.NO_CONNECTION)
        return FetchFailed(Outcome.TIMEOUT, sentences.too_slow(), url, cause=Cause.SLOW)
    if isinstance(error.__cause__, aiohttp.ClientConnectorCertificateError):
        return FetchFailed(Outcome.UNREACHABLE, sentences.BAD_CERTIFICATE, url, cause=Cause.CERTIFICATE)
    for kind, outcome, why, cause in _MEANINGS:
        if isinstance(error, kind):
            return FetchFailed(outcome, why.format(name=urlsplit(url).hostname or url), url, cause=cause)
    log.warning("Fetching %s failed in a way we did not foresee.", url, exc_info=error)
    return FetchFailed(Outcome.UNREACHABLE, sentences.BROKEN_OFF, url, cause=Cause.NO_CONNECTION)


_BAD_URL = sentences.url_refused("het adres klopt niet")
_MEANINGS: tuple[tuple[type[Exception], Outcome, str, Cause], ...] = (
    (DownloadCancelledError, Outcome.TOO_LARGE, sentences.TOO_LARGE, Cause.TOO_LARGE),
    (UnsupportedURLSchemeError, Outcome.REFUSED, _BAD_URL, Cause.REFUSED),
    (CannotResolveHostError, Outcome.UNREACHABLE, sentences.NO_SUCH_NAME, Cause.NO_NAME),
    (DownloadConnectionRefusedError, Outcome.UNREACHABLE, sentences.NOT_REACHABLE, Cause.NO_CONNECTION),
    (DownloadFailedError, Outcome.UNREACHABLE, sentences.BROKEN_OFF, Cause.NO_CONNECTION),
    (ResponseDataLossError, Outcome.UNREACHABLE, sentences.BROKEN_OFF, Cause.CUT),
)
