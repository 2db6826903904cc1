"""The corpus is where it should be, and its absence is said out loud."""

from __future__ import annotations

import pytest

from tests.parts.corpus import corpus


def test_the_corpus_is_found():
    assert (corpus() / "gazetteer").is_dir()


def test_a_missing_corpus_is_an_error_that_says_what_to_do(tmp_path):
    with pytest.raises(AssertionError, match="Set SIGNAAL_CORPUS"):
        corpus({"SIGNAAL_CORPUS": str(tmp_path)})
