"""The crawl process ends quietly when there is nobody left to crawl for."""

import subprocess
import sys

import pytest

from tests.parts.corpus import REPOSITORY


@pytest.mark.parametrize("told", ["", '{"owner": "crawl-'])
def test_a_crawl_whose_parent_died_before_the_whole_job_was_told_ends_without_a_word(told):
    done = subprocess.run(
        [sys.executable, "-m", "crawler.child"],
        input=told, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (1, "", ""), "no traceback: nothing is wrong with the crawl"
