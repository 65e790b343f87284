"""The hooks, run by the real `pre-commit` on a clone of this checkout."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cards_under_test import ROOT

pytestmark = pytest.mark.slow

#: Its fix is safe, so that the hook applies it.
FIXABLE = """\
import numpy as np

a = np.random.rand(1000)
b = np.random.rand(1000)
result = np.zeros(len(a))
for i in range(len(a)):
    result[i] = a[i] * b[i]
"""
CLEAN = "import numpy as np\n\na = np.zeros(1000)\n"
_IDENTITY = {
    f"GIT_{role}_{field}": value
    for role in ("AUTHOR", "COMMITTER")
    for field, value in (("NAME", "Somebody"), ("EMAIL", "somebody@example.org"))
}


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """The command, without what a surrounding hook or test left in the environment."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "PRE_COMMIT", "MLLINT_"))
    }
    # One place for the environments that pre-commit builds, thrown away with the tests.
    environment = {**kept, **_IDENTITY, "PRE_COMMIT_HOME": str(folder.parent / "home")}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the last commit, which pre-commit installs from."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    folder = tmp_path_factory.mktemp("clone") / "mllint"
    done = run(folder.parent, "git", "clone", "-q", str(ROOT), str(folder))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def project(clone: Path) -> Path:
    """A repository that uses both hooks."""
    folder = clone.parent / "project"
    folder.mkdir()
    head = run(clone, "git", "rev-parse", "HEAD").stdout.strip()
    hooks = "".join(f"      - id: {name}\n        stages: [{stage}]\n" for name, stage in STAGES.items())
    (folder / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {clone}\n    rev: {head}\n    hooks:\n{hooks}", encoding="utf-8"
    )
    (folder / "notes.txt").write_text("nothing\n")
    for name, text in (("slow.py", FIXABLE), ("clean.py", CLEAN), ("fixable.py", FIXABLE)):
        (folder / name).write_text(text)
    assert run(folder, "git", "init", "-q").returncode == 0
    assert run(folder, "git", "add", ".").returncode == 0
    return folder


STAGES = {"mllint-check": "pre-commit", "mllint-fix": "manual"}


def hook(project: Path, name: str, *files: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pre_commit", "run", name, "--hook-stage", STAGES[name], "--verbose"]
    return run(project, *command, *(("--files", *files) if files else ()))


def test_trying_the_repository_shows_the_finding_and_fails(clone: Path, project: Path) -> None:
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(clone), "mllint-check", "--verbose"]
    done = run(project, *command, "--files", "slow.py")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "slow.py:6:1" in done.stdout
    assert "MLL301" in done.stdout


def test_the_checking_hook_passes_clean_files_and_writes_nothing(project: Path) -> None:
    done = hook(project, "mllint-check", "clean.py")
    assert done.returncode == 0, done.stdout + done.stderr
    done = hook(project, "mllint-check", "slow.py", "clean.py")
    assert done.returncode == 1
    assert "slow.py:6:1" in done.stdout
    assert "clean.py" not in done.stdout
    assert (project / "slow.py").read_text() == FIXABLE


def test_the_checking_hook_passes_when_no_file_concerns_it(project: Path) -> None:
    done = hook(project, "mllint-check", "notes.txt")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no files to check" in done.stdout


def test_the_fixing_hook_rewrites_the_file_and_fails_once(project: Path) -> None:
    done = hook(project, "mllint-fix", "fixable.py")
    assert done.returncode == 1, done.stdout + done.stderr
    assert (project / "fixable.py").read_text().endswith("result = a * b\n")
    assert hook(project, "mllint-fix", "fixable.py").returncode == 0
