"""The plugin inside a real flake8."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from mllint.flake8 import Plugin

SLOW = """\
from torchvision.datasets import ImageFolder
from torch.utils.data import DataLoader

日本 = 1; loader = DataLoader(ImageFolder("photos"), batch_size=2)
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.mllint]\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(module: str, *arguments: str, stdin: str | None = None) -> str:
    command = [sys.executable, "-m", module, *arguments]
    result = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", input=stdin, check=False, timeout=120
    )
    assert result.stderr == ""
    return result.stdout


def flake8(*arguments: str, stdin: str | None = None) -> str:
    return run("flake8", "--isolated", "--select", "MLL", *arguments, stdin=stdin)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_flake8_and_check_name_the_same_lines_columns_and_codes(newline: str, mark: str) -> None:
    Path("train.py").write_bytes((mark + SLOW.replace("\n", newline)).encode())
    records = json.loads(run("mllint", "check", "--output-format", "json", "train.py"))
    expected = [f"{r['location']['row']}:{r['location']['column']}:{r['code']}" for r in records]
    assert expected == ["4:18:MLL101"]
    shown = flake8("--format=%(row)d:%(col)d:%(code)s", "train.py").split()
    assert shown == expected


def test_the_text_of_a_violation_is_code_message_and_name() -> None:
    Path("train.py").write_text(SLOW, encoding="utf-8")
    text = flake8("train.py")
    assert text.startswith("train.py:4:18: MLL101 ")
    assert text.endswith("(dataloader-no-workers)\n")


def test_the_plugin_honours_our_configuration(project: Path) -> None:
    Path("train.py").write_text(SLOW, encoding="utf-8")
    (project / "pyproject.toml").write_text('[tool.mllint]\nignore = ["dataloader-no-workers"]\n')
    assert flake8("train.py") == ""


def test_noqa_is_left_to_flake8_and_our_own_comments_are_honoured() -> None:
    Path("train.py").write_text(SLOW.replace("size=2)", "size=2)  # noqa: MLL101"), encoding="utf-8")
    assert flake8("train.py") == ""
    assert "MLL101" in flake8("--disable-noqa", "train.py")
    ours = SLOW.replace("size=2)", "size=2)  # mllint: ignore[MLL101] in memory")
    Path("train.py").write_text(ours, encoding="utf-8")
    assert flake8("--disable-noqa", "train.py") == ""


def test_standard_input_has_the_name_that_flake8_shows() -> None:
    assert flake8("--stdin-display-name", "train.py", "-", stdin=SLOW).startswith("train.py:4:18: MLL101 ")
    assert flake8("-", stdin=SLOW).startswith("stdin:4:18: MLL101 ")


def test_a_broken_configuration_is_a_violation_and_not_a_crash(project: Path) -> None:
    Path("train.py").write_text(SLOW, encoding="utf-8")
    (project / "pyproject.toml").write_text("[tool.mllint]\nnonsense = 1\n")
    text = flake8("train.py")
    assert text.startswith("train.py:1:1: MLL900 mllint did not run: pyproject.toml:2")


def test_a_syntax_error_is_told_once_by_flake8() -> None:
    Path("train.py").write_text("import torch\nx = (\n")
    assert "MLL900" not in run("flake8", "--isolated", "--select", "MLL,E9", "train.py")


def test_our_own_failure_is_a_violation(monkeypatch: pytest.MonkeyPatch) -> None:
    import mllint.run

    def fails(*_: object, **__: object) -> None:
        raise KeyError("odd\nnode")

    monkeypatch.setattr(mllint.run, "check_source", fails)
    ((line, column, text, _),) = Plugin(ast.parse("x"), "a.py", ["x\n"]).run()
    assert (line, column) == (1, 0)
    assert text.startswith("MLL900 mllint did not run: KeyError: ")
    assert "\n" not in text


def test_importing_the_plugin_loads_nothing_heavy() -> None:
    code = (
        "import sys, mllint.flake8\n"
        "print([name for name in sys.modules if name.startswith('mllint.') or name in ('libcst', 'click')])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "['mllint.flake8']\n"
