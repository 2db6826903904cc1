"""House rules that a machine can check: clocks, randomness, docstrings, templates, doubles, the lock."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [path for package in ("store", "crawler", "service") for path in sorted((ROOT / package).rglob("*.py"))]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})
TESTS = sorted((ROOT / "tests").rglob("*.py"))
COMPOSITION_ROOTS = {
    "service/app.py",
    "service/logs.py",
    "service/jobs.py",
    "service/metronome.py",
    "service/demo/run.py",
    "crawler/child.py",
}


def name(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_only_composition_roots_read_the_clock(path):
    if name(path) in COMPOSITION_ROOTS:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in {"now", "utcnow", "today"}
            and isinstance(node.value, ast.Name)
        ):
            assert node.value.id not in {"datetime", "date"}, f"{name(path)}:{node.lineno}: take `now` as an argument"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_tokens_come_from_secrets(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\buuid1\b", text), f"{name(path)}: a UUID 1 tells time and machine"
    if re.search(r"^import random|^from random", text, re.MULTILINE):
        assert name(path).startswith("service/demo/") or "jitter" in text, f"{name(path)}: use `secrets` for tokens"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_every_module_says_what_it_is_for(path):
    if path.name == "__init__.py" and not path.read_text(encoding="utf-8").strip():
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{name(path)} needs a docstring that says what stands in it"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_hold_no_inline_code_and_trust_nothing(path):
    text = path.read_text(encoding="utf-8")
    for forbidden in ("|safe", "| safe", "autoescape false", "javascript:", "<script>", " onclick=", " onload="):
        assert forbidden not in text, f"{name(path)} must not hold {forbidden}"
    if "email" not in path.parts:
        assert "<style" not in text, f"{name(path)}: the content policy forbids inline style"
        assert not re.search(r"\sstyle=", text), f"{name(path)}: the content policy forbids inline style"
        for address in re.findall(r'(?:src|href)="(https?://[^"{]+)', text):
            if address.startswith("https://schema.org/"):
                continue  # a word of the vocabulary, not something that is loaded
            pytest.fail(f"{name(path)} loads or links {address}; addresses come from the context")


@pytest.mark.parametrize("path", [path for path in TESTS if "rules" not in path.parts], ids=name)
def test_tests_use_real_parts(path):
    text = path.read_text(encoding="utf-8")
    for double in ("unittest.mock", "MagicMock", "monkeypatch.setattr", "mocker.", "mark.skip", "xfail"):
        assert double not in text, f"{name(path)}: run the real thing instead of {double}"


def test_the_lock_has_hashes_and_no_hosts():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock, "run `make lock`: the lock may name no host"
    packages = re.findall(r"^([a-z0-9][^ ;]*==[^ ;\\]+)", lock, re.MULTILINE)
    blocks = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert len(packages) == len(blocks) > 50
    for block in blocks:
        assert "--hash=sha256:" in block, f"{block.splitlines()[0]} has no hash"


def test_modules_stay_readable():
    """A guide, not a limit: near 120 lines, seldom over 300."""
    # The schema table by table, and the words that everything else is said in: lists, which splitting would scatter.
    lists = {"store/tables.py", "store/migrations/versions/0001_the_first_tables.py", "store/values.py"}
    long = [name(path) for path in SOURCES if len(path.read_text(encoding="utf-8").splitlines()) > 400]
    assert set(long) <= lists, "split these modules by what they do"
