"""The public item behind an address, for the pages of one item: found, gone, or never there."""

from __future__ import annotations

from starlette.requests import Request

from service.addresses import number_of
from service.gate import RefusedError
from service.running import running
from store import published
from store.errors import NotFoundError
from store.published import PublicItem

GONE = 410


def shown_item(request: Request, name: str, gone: str) -> PublicItem:
    """The item named by `{number}-{readable tail}`.

    Raises RefusedError with 410 and the sentence `gone` when it was taken down, NotFoundError when it never showed.
    """
    item_id = number_of(name)
    here = running(request)
    with here.store.public() as connection:
        item = published.item(connection, item_id, here.clock())
        if item is None and published.is_gone(connection, item_id):
            raise RefusedError(GONE, gone)
    if item is None:
        raise NotFoundError(f"Item {item_id} is not public.")
    return item
