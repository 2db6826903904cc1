"""`make test` installs what is missing, and only that; where it cannot, it says what to install by hand."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.parts.corpus import REPOSITORY

SCRIPT = REPOSITORY / "tests" / "needs.sh"
SHELL = shutil.which("sh") or "/bin/sh"


def run(programs: Path) -> subprocess.CompletedProcess[str]:
    """Run the script where only the programs in this folder can be found."""
    return subprocess.run(
        [SHELL, SCRIPT], env={"PATH": str(programs)}, capture_output=True, text=True, check=False, timeout=10
    )


def program(folder: Path, name: str, body: str = "exit 0") -> None:
    path = folder / name
    path.write_text(f"#!{SHELL}\n{body}\n", encoding="ascii")
    path.chmod(0o755)


def test_where_everything_is_there_it_does_and_says_nothing(tmp_path):
    program(tmp_path, "google-chrome")
    program(tmp_path, "initdb")
    done = run(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_apt_get_it_names_what_to_install_by_hand(tmp_path):
    program(tmp_path, "initdb")
    done = run(tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("make test needs chromium, and there is no apt-get here")


def test_what_is_missing_is_installed_after_an_update_and_nothing_else(tmp_path):
    program(tmp_path, "initdb")
    program(tmp_path, "id", "echo 0")
    program(tmp_path, "env", 'shift; exec "$@"')
    ln = f'#!{SHELL}\necho "$@" >> "$0.log"\n[ "$1" = update ] || printf "#!{SHELL}\\n" > "${{0%/*}}/chromium"\n'
    (tmp_path / "apt-get").write_text(ln + f'[ "$1" = update ] || {shutil.which("chmod")} +x "${{0%/*}}/chromium"\n')
    (tmp_path / "apt-get").chmod(0o755)
    done = run(tmp_path)
    assert done.returncode == 0, done.stderr
    asked = (tmp_path / "apt-get.log").read_text(encoding="ascii").splitlines()
    assert asked[0].startswith("update")
    assert asked[1].endswith("--no-install-recommends chromium")
    assert len(asked) == 2


def test_an_ordinary_user_without_sudo_gets_the_command_to_run_as_root(tmp_path):
    program(tmp_path, "initdb")
    program(tmp_path, "id", "echo 1000")
    program(tmp_path, "apt-get", "exit 9")
    done = run(tmp_path)
    assert done.returncode == 1
    assert "run as root: apt-get install --no-install-recommends chromium" in done.stderr
