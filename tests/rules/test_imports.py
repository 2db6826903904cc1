"""Who may import whom. The contracts stand in pyproject.toml; this test carries them out."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("store", "crawler", "service")


def modules():
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def importers_of(name):
    found = set()
    for path, tree in modules():
        for node in ast.walk(tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            if any(each == name or each.startswith(name + ".") for each in names):
                found.add(path)
    return found


def test_the_import_contracts_hold():
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"an import goes where it may not:\n{done.stdout}{done.stderr}"


def test_one_file_reads_feeds_with_feedparser():
    assert importers_of("feedparser") == {"crawler/feeds.py"}, "only crawler/feeds.py may import feedparser"


def test_one_file_finds_the_text_of_a_page():
    assert importers_of("trafilatura") == {"crawler/article.py"}, "it is heavy: only crawler/article.py may import it"


def test_one_file_speaks_smtp():
    assert importers_of("aiosmtplib") | importers_of("smtplib") == {"service/channels/mail.py"}


def test_http_goes_out_through_the_crawler_only():
    clients = (
        importers_of("aiohttp") | importers_of("urllib.request") | importers_of("requests") | importers_of("httpx")
    )
    outside = {path for path in clients if not path.startswith("crawler/") and not path.startswith("service/demo/")}
    assert outside == set(), "fetch through crawler/guard.py, which checks the address at the moment of connecting"


def test_nothing_in_the_crawler_starts_code_from_text():
    """TRUST X17: no shell, no eval in what touches sources. Each kind of child process is started in one place."""
    assert importers_of("subprocess") <= {"crawler/run.py", "crawler/parsers.py", "service/demo/run.py"}
    for path, tree in modules():
        calls = {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not calls & {"eval", "exec", "compile"}, f"{path} must not run text as code"


def test_nothing_is_pickled():
    assert importers_of("pickle") | importers_of("marshal") | importers_of("shelve") == set()
