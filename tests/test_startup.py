"""What is loaded at start-up: a linter that runs in hooks and editors must not load the house."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SLOW = """\
from torchvision.datasets import ImageFolder
from torch.utils.data import DataLoader

loader = DataLoader(ImageFolder("photos"), batch_size=2)
"""
HEAVY = {"libcst", "astroid", "yaml", "rich", "numpy", "torch", "msgspec", "jsonschema", "pathspec"}
_RUN = """\
import json, sys
sys.argv[0] = "mllint"
try:
    from mllint.cli.main import main
    main(sys.argv[1:])
except SystemExit as left:
    code = left.code
print(json.dumps([code, sorted(sys.modules)]))
"""
_FLAKE8 = """\
import ast, json, sys
from mllint.flake8 import Plugin
before = sorted(sys.modules)
text = open(sys.argv[1]).read()
found = list(Plugin(ast.parse(text), sys.argv[1], text.splitlines(True)).run())
print(json.dumps([len(found), before, sorted(sys.modules)]))
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.mllint]\n")
    (tmp_path / "train.py").write_text(SLOW)
    return tmp_path


def python(folder: Path, program: str, *arguments: str) -> Any:
    """What the program prints as JSON in its last line."""
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=120)
    return json.loads(done.stdout.splitlines()[-1])


def loaded(folder: Path, *arguments: str) -> tuple[int, set[str]]:
    """The exit code of `mllint` and all modules that are loaded when it is done."""
    # The cards of a checkout are compiled when they are newer; that is no part of what is measured, and
    # somebody may be editing them.
    for _ in range(3):
        code, names = python(folder, _RUN, *arguments)
        if "mllint.cards.compiler" not in names:
            break
    return code, set(names)


def packages(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("output_format", ["concise", "full", "github"])
def test_checking_a_file_loads_nothing_heavy(project: Path, output_format: str) -> None:
    code, names = loaded(project, "check", "train.py", "--output-format", output_format)
    assert code == 1
    assert not HEAVY & packages(names)
    assert not [name for name in names if name.startswith("mllint.fixes")]


def test_checking_a_folder_without_ignore_files_loads_nothing_heavy(project: Path) -> None:
    code, names = loaded(project, "check", ".", "--output-format", "concise")
    assert code == 1
    assert not HEAVY & packages(names)


def test_a_fix_loads_libcst_only_where_there_is_something_to_fix(project: Path) -> None:
    code, names = loaded(project, "fix", "train.py")
    assert code == 1  # the fix of this finding is unsafe, so it stays
    assert not HEAVY & packages(names)


def test_the_version_loads_neither_rules_nor_semantics(project: Path) -> None:
    code, names = loaded(project, "--version")
    assert code == 0
    ours = {name for name in names if name.startswith("mllint")}
    assert ours == {"mllint", "mllint.cli", "mllint.cli.main"}
    assert not HEAVY & packages(names)


def test_importing_the_package_loads_nothing_else_of_it(project: Path) -> None:
    names = python(project, "import json, sys, mllint; print(json.dumps(sorted(sys.modules)))")
    assert [name for name in names if name.startswith("mllint")] == ["mllint"]


def test_the_flake8_plugin_loads_nothing_heavy(project: Path) -> None:
    for _ in range(3):
        found, before, after = python(project, _FLAKE8, "train.py")
        if "mllint.cards.compiler" not in after:
            break
    assert found == 1
    assert {name for name in before if name.startswith("mllint")} == {"mllint", "mllint.flake8"}
    assert not HEAVY & packages(set(after))
    assert not [name for name in after if name.startswith(("click", "mllint.cli", "mllint.fixes"))]
