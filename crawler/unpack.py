"""Unpacks a body, with the limit on what comes out and not on what goes in (TRUST 2.3, B3)."""

from __future__ import annotations

import zlib

from crawler.limits import RATIO_FROM_BYTES, UNPACKED_BYTES, UNPACKED_RATIO

ACCEPTED = "gzip, deflate"
"""Both are in the standard library, which gives out their output in pieces. We ask for nothing else."""

_STEP = 64 * 1024


class UnpackError(Exception):
    """The body cannot be unpacked: damaged, or packed in a way we did not ask for."""


class TooLargeError(Exception):
    """More comes out than we take."""


class BombError(TooLargeError):
    """Far more comes out than went in, as of no honest document."""


def unpacked(body: bytes, encodings: str) -> bytes:
    """The body as it was before `Content-Encoding`. One layer at most: nobody honest packs twice.

    Raises UnpackError, TooLargeError or BombError.
    """
    layers = [name.strip().lower() for name in encodings.split(",") if name.strip().lower() not in {"", "identity"}]
    if not layers:
        if len(body) > UNPACKED_BYTES:
            raise TooLargeError
        return body
    if len(layers) > 1:
        raise UnpackError("packed more than once")
    if layers[0] in {"gzip", "x-gzip"}:
        return _inflated(body, 16 + zlib.MAX_WBITS)
    if layers[0] == "deflate":
        # RFC 9110 means zlib by "deflate", but some servers send the bare stream.
        try:
            return _inflated(body, zlib.MAX_WBITS)
        except UnpackError:
            return _inflated(body, -zlib.MAX_WBITS)
    raise UnpackError(f"packed with {layers[0][:20]}")


def _inflated(body: bytes, wbits: int) -> bytes:
    ceiling = min(UNPACKED_BYTES, max(RATIO_FROM_BYTES, UNPACKED_RATIO * len(body)))
    stream = zlib.decompressobj(wbits)
    out = bytearray()
    waiting = body
    try:
        while not stream.eof:
            piece = stream.decompress(waiting, _STEP)
            waiting = stream.unconsumed_tail
            out += piece
            if len(out) > ceiling:
                raise BombError if ceiling < UNPACKED_BYTES else TooLargeError
            if not piece and not waiting:
                break
    except zlib.error as error:
        raise UnpackError(str(error)) from None
    if not stream.eof:
        # A cut stream: what came out is kept, as with a cut document; the reader goes as far as it can.
        out += stream.flush()
        if not out:
            raise UnpackError("the packed body was cut off")
    return bytes(out)
