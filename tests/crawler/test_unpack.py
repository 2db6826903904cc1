"""Unpacking counts what comes out (TRUST 2.3, B3)."""

from __future__ import annotations

import gzip
import subprocess
import sys
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


GIBIBYTE = 1024 * 1024 * 1024
CHECK = """
import resource, sys
from crawler.unpack import TooLargeError, UnpackError, unpacked
body = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    size, how = len(unpacked(body, sys.argv[1])), "whole"
except (TooLargeError, UnpackError) as error:
    size, how = 0, type(error).__name__
print(how, size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def zeros(wbits: int) -> bytes:
    """A gibibyte of zeros, packed: one piece of sixteen megabytes over and over, each as if nothing stood before it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    head = packer.compress(b"\0" * 16) + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(b"\0" * (GIBIBYTE // 64)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + piece * 64 + packer.flush()


def test_the_bomb_of_these_tests_is_one():
    unpacker, size, left = zlib.decompressobj(16 + zlib.MAX_WBITS), 0, zeros(16 + zlib.MAX_WBITS)
    assert len(left) < 5 * 1024 * 1024, "it must be small enough to be fetched"
    for _ in range(3):
        size += len(unpacker.decompress(left, GIBIBYTE // 64))
        left = unpacker.unconsumed_tail
    assert size > 40 * 1024 * 1024


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("gzip", "BombError"),
        ("deflate", "BombError"),
        ("raw deflate", "BombError"),
        ("br", "UnpackError"),
        ("zstd", "UnpackError"),
        ("gzip, gzip", "UnpackError"),
        ("gzip in gzip", "whole"),
    ],
)
def test_a_gibibyte_of_zeros_costs_little_memory_in_whatever_it_is_packed(name, how):
    """B3: at most 20 MiB out, at most 64 MiB more memory; measured in a process of its own."""
    wrapped = {"deflate": zlib.MAX_WBITS, "raw deflate": -zlib.MAX_WBITS}.get(name, 16 + zlib.MAX_WBITS)
    body = zeros(wrapped)
    if name in {"gzip, gzip", "gzip in gzip"}:
        # The outer layer alone is an ordinary document, which no reader takes for a feed.
        body = gzip.compress(body)
    encoding = {"raw deflate": "deflate", "gzip in gzip": "gzip"}.get(name, name)
    done = subprocess.run([sys.executable, "-c", CHECK, encoding], input=body, capture_output=True, check=True)
    ended, size, grown = done.stdout.decode().split()
    assert ended == how
    assert int(size) <= 20 * 1024 * 1024
    assert int(grown) <= 64 * 1024, f"unpacking {name} took {grown} KiB"
