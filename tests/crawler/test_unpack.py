"""Unpacking counts what comes out (TRUST 2.3, B3)."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest

from crawler.unpack import TooLargeError, UnpackError, unpacked
from tests.parts.corpus import corpus

TEXT = b"<rss>" + b"Een bericht uit de regio. " * 400


def test_gzip_deflate_and_plain_come_out_as_they_were():
    raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    for body, name in (
        (TEXT, ""),
        (TEXT, "identity"),
        (gzip.compress(TEXT), "gzip"),
        (gzip.compress(TEXT), "X-GZIP"),
        (zlib.compress(TEXT), "deflate"),
        (raw.compress(TEXT) + raw.flush(), "deflate"),
    ):
        assert unpacked(body, name) == TEXT, name


def test_a_cut_stream_gives_what_came():
    part = unpacked(gzip.compress(TEXT)[:-30], "gzip")
    assert part
    assert TEXT.startswith(part)


def test_a_bomb_is_stopped_before_it_fills_the_memory():
    bomb = gzip.compress(b"\0" * (100 * 1024 * 1024))
    tracemalloc.start()
    with pytest.raises(TooLargeError):
        unpacked(bomb, "gzip")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 * 1024 * 1024, f"unpacking took {peak} bytes"


@pytest.mark.parametrize("name", ["br", "zstd", "gzip, gzip", "compress", "gzip, br"])
def test_what_we_did_not_ask_for_is_not_unpacked(name):
    with pytest.raises(UnpackError):
        unpacked(gzip.compress(TEXT), name)


def test_rubbish_is_a_sentence_and_no_exception_of_the_library():
    for name in ("gzip", "deflate"):
        with pytest.raises(UnpackError):
            unpacked(b"dit is niet ingepakt", name)


def test_every_bomb_of_the_corpus_is_stopped():
    folder = corpus() / "http-bombs"
    files = sorted(file for file in folder.rglob("*") if file.is_file() and "bomb" in file.name)
    assert files, f"there are no bombs in {folder}"
    for file in files:
        for name in ("gzip", "deflate", "br", "zstd"):
            try:
                assert len(unpacked(file.read_bytes(), name)) <= 20 * 1024 * 1024, file.name
            except (TooLargeError, UnpackError):
                continue
