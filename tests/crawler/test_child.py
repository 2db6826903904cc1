"""The crawl process ends quietly when there is nobody left to crawl for."""

import resource
import subprocess
import sys

import pytest

from crawler.lines import Job
from tests.crawler.crawling import add
from tests.parts.corpus import REPOSITORY


@pytest.mark.parametrize("told", ["", '{"owner": "crawl-'])
def test_a_crawl_whose_parent_died_before_the_whole_job_was_told_ends_without_a_word(told):
    done = subprocess.run(
        [sys.executable, "-m", "crawler.child"],
        input=told, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (1, "", ""), "no traceback: nothing is wrong with the crawl"


def test_a_crawl_on_a_full_disk_says_so_in_one_sentence(sqlite_store, sqlite_settings, now):
    add(sqlite_store, now, "http://127.0.0.1:9/feed")
    job = Job.of(sqlite_settings, "crawl-toets", now)
    full = 8192
    with subprocess.Popen(
        [sys.executable, "-m", "crawler.child"], cwd=REPOSITORY, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (full, full)),  # noqa: PLW1509 - no threads here
    ) as child:  # fmt: skip
        assert child.stdin is not None
        assert child.stderr is not None
        child.stdin.write(job.model_dump_json() + "\n")
        child.stdin.flush()
        code = child.wait(60)
        said = child.stderr.read().splitlines()
    assert code == 1
    assert len(said) == 1, "an administrator gets a sentence, not a traceback:\n" + "\n".join(said)
    assert "The database does not answer" in said[0]
