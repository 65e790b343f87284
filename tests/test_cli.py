"""The command line, as people and programs use it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mllint import __version__
from mllint.cli.main import cli

SLOW = """\
from torchvision.datasets import ImageFolder
from torch.utils.data import DataLoader

loader = DataLoader(ImageFolder("photos"), batch_size=2)
"""
CLEAN = """\
from torch.utils.data import DataLoader

loader = DataLoader([1, 2, 3], batch_size=2, num_workers=0)
"""
PLACE = "train.py:4:10: MLL101 "


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which is the current folder."""
    (tmp_path / "pyproject.toml").write_text("[tool.mllint]\n")
    monkeypatch.chdir(tmp_path)
    for name in [*os.environ]:
        if name.startswith("MLLINT_") or name in ("NO_COLOR", "FORCE_COLOR"):
            monkeypatch.delenv(name)
    return tmp_path


def mllint(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, arguments, input=stdin)


def mllint_process(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "mllint", *arguments]
    return subprocess.run(command, capture_output=True, check=False, timeout=120, **options)


def write(name: str, text: str | bytes) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def notebook(*cells: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells], "nbformat": 4})


# Findings and exit codes


def test_a_finding_is_one_concise_line_and_exit_code_one() -> None:
    write("train.py", SLOW)
    result = mllint("check", "--output-format", "concise")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0].startswith(PLACE)
    assert result.stdout.splitlines()[0].endswith("(dataloader-no-workers)")
    assert "Found 1 finding." in result.stdout
    assert result.stderr == ""


def test_the_default_format_shows_the_source_and_where_to_read_more() -> None:
    write("train.py", SLOW)
    result = mllint("check", "train.py")
    assert "--> train.py:4:10" in result.stdout
    assert "4 | loader = DataLoader(ImageFolder(" in result.stdout
    assert "^^^^" in result.stdout
    assert "mllint rule MLL101" in result.stdout


def test_clean_files_pass_with_exit_code_zero() -> None:
    write("train.py", CLEAN)
    result = mllint("check")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "All checks passed!\n", "")


def test_findings_are_sorted_by_path_and_place() -> None:
    write("b.py", SLOW)
    write("a/train.py", SLOW + "\n" + "other = DataLoader(ImageFolder('photos'))\n")
    result = mllint("check", "b.py", "a", "--output-format", "concise", "-q")
    places = [line.split(": ")[0] for line in result.stdout.splitlines()]
    assert places == ["a/train.py:4:10", "a/train.py:6:9", "b.py:4:10"]


def test_exit_zero_ignores_findings_but_not_wrong_usage() -> None:
    write("train.py", SLOW)
    assert mllint("check", "--exit-zero").exit_code == 0
    assert mllint("check", "--exit-zero", "missing").exit_code == 2


def test_quiet_leaves_the_summary_out() -> None:
    write("train.py", SLOW)
    result = mllint("check", "-q", "--output-format", "concise")
    assert result.stdout.count("\n") == 1


def test_no_file_is_a_warning_and_exit_code_zero(project: Path) -> None:
    (project / "empty").mkdir()
    result = mllint("check", "empty")
    assert result.exit_code == 0
    assert "no Python files found" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "missing.py"], "missing.py"),
        (["check", "--select", "MLL1O1"], "MLL101"),
        (["check", "--select", "dataloader-no-worker"], "did you mean dataloader-no-workers"),
        (["check", "--ignore", "nothing-like-it"], "nothing-like-it"),
        (["check", "--config", "missing.toml"], "missing.toml"),
        (["check", "--config", "select=MLL101"], "strings need quotes"),
        (["check", "--config", "selct=['MLL101']"], "select"),
        (["check", "--per-file-ignores", "MLL101"], "PATTERN:RULES"),
        (["check", "--min-impact", "huge"], "huge"),
        (["check", "-", "a.py"], "standard input"),
        (["check", "--reason", "x"], "--add-ignore"),
        (["check", "--diff", "--show-fixes"], "--show-fixes"),
        (["rule", "MLL1O1"], "did you mean MLL101"),
        (["rule", "data-loader-no-workers"], "did you mean dataloader-no-workers"),
        (["chek"], "did you mean `mllint check`"),
        (["src/train.py"], "did you mean `mllint check src/train.py`"),
    ],
)
def test_wrong_usage_is_exit_code_two_with_a_remedy_and_nothing_on_stdout(
    arguments: list[str], words: str
) -> None:
    result = mllint(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_a_broken_configuration_is_told_with_file_and_line() -> None:
    write("pyproject.toml", "[tool.mllint]\nselect = ['MLL101']\nignroe = ['MLL101']\n")
    write("train.py", SLOW)
    result = mllint("check")
    assert result.exit_code == 2
    assert "pyproject.toml:3" in result.stderr
    assert "ignore" in result.stderr


# Selecting


def test_rules_are_selected_by_code_name_prefix_and_family() -> None:
    write("train.py", SLOW)
    for selector in ("MLL101", "MLL1", "dataloader-no-workers", "ALL"):
        assert "MLL101" in mllint("check", "--select", selector).stdout, selector
    assert mllint("check", "--select", "MLL900").exit_code == 0
    assert mllint("check", "--ignore", "MLL101").exit_code == 0
    assert mllint("check", "--select", "MLL900,MLL101").exit_code == 1
    assert mllint("check", "--select", "MLL900", "--select", "MLL101").exit_code == 1
    assert mllint("check", "--select", "MLL900", "--extend-select", "MLL101").exit_code == 1


def test_files_are_chosen_by_pattern() -> None:
    write("train.py", SLOW)
    write("old/train.py", SLOW)
    assert mllint("check", "--extend-exclude", "old").stdout.count("-->") == 1
    assert mllint("check", "--per-file-ignores", "old/*:MLL101,train.py:MLL101").exit_code == 0
    assert mllint("check", "--exclude", "train.py", "train.py").exit_code == 1
    assert mllint("check", "--exclude", "train.py", "--force-exclude", "train.py").exit_code == 0


def test_one_setting_can_be_given_in_toml_and_isolated_reads_no_file() -> None:
    write("train.py", SLOW)
    assert mllint("check", "--config", 'ignore = ["MLL101"]').exit_code == 0
    write("mllint.toml", 'ignore = ["MLL101"]\n')
    assert mllint("check").exit_code == 0
    assert mllint("check", "--isolated").exit_code == 1
    write("other.toml", 'select = ["MLL101"]\n')
    assert mllint("check", "--config", "other.toml").exit_code == 1


def test_show_files_and_show_settings_list_and_stop() -> None:
    write("train.py", SLOW)
    write("a/b.py", "x = 1\n")
    files = mllint("check", "--show-files")
    assert (files.exit_code, sorted(files.stdout.split())) == (0, ["a/b.py", "train.py"])
    settings = mllint("check", "--show-settings", "--ignore", "MLL900")
    assert settings.exit_code == 0
    assert "MLL101 dataloader-no-workers" in settings.stdout
    assert "MLL900 " not in settings.stdout


def test_suppressions_can_be_ignored_once() -> None:
    write("train.py", SLOW.replace("size=2)", "size=2)  # mllint: ignore[MLL101] in memory"))
    assert mllint("check").exit_code == 0
    assert "MLL101" in mllint("check", "--ignore-noqa").stdout


def test_add_ignore_writes_the_reason_and_the_next_run_is_clean() -> None:
    path = write("train.py", SLOW)
    result = mllint("check", "--add-ignore", "--reason", "in memory")
    assert result.exit_code == 0, result.output
    assert "Added suppressions for 1 finding." in result.stdout
    assert "# mllint: ignore[" in path.read_text()
    assert "in memory" in path.read_text()
    assert mllint("check").stdout == "All checks passed!\n"


# Formats


def test_json_has_the_names_of_ruff_and_parses() -> None:
    write("train.py", SLOW)
    (record,) = json.loads(mllint("check", "--output-format", "json").stdout)
    assert set(record) == {
        *("cell", "code", "confidence", "end_location", "filename", "fix", "impact", "location", "message"),
        *("name", "noqa_row", "url"),
    }
    assert (record["code"], record["name"]) == ("MLL101", "dataloader-no-workers")
    assert record["location"] == {"row": 4, "column": 10}
    assert record["filename"] == str(Path("train.py").absolute())
    assert record["fix"] is None or record["fix"]["edits"]


def test_json_of_clean_files_is_an_empty_list() -> None:
    write("train.py", CLEAN)
    assert json.loads(mllint("check", "--output-format", "json").stdout) == []


def test_github_annotations_name_the_place() -> None:
    write("train.py", SLOW)
    assert (
        "title=mllint (MLL101),file=train.py,line=4,col=10,"
        in mllint("check", "--output-format", "github").stdout
    )


def test_the_format_can_come_from_the_configuration() -> None:
    write("pyproject.toml", '[tool.mllint]\noutput-format = "concise"\n')
    write("train.py", SLOW)
    assert mllint("check").stdout.startswith(PLACE)


def test_statistics_count_by_rule() -> None:
    write("train.py", SLOW)
    assert "1  MLL101" in mllint("check", "--statistics").stdout
    (row,) = json.loads(mllint("check", "--statistics", "--output-format", "json").stdout)
    assert (row["code"], row["count"]) == ("MLL101", 1)


def test_the_report_can_go_to_a_file(project: Path) -> None:
    write("train.py", SLOW)
    result = mllint("check", "--output-format", "json", "-o", "report.json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(json.loads(Path("report.json").read_text())) == 1
    assert {path.name for path in project.iterdir()} == {"train.py", "report.json", "pyproject.toml"}
    assert mllint("check", "-o", "missing/report.json").exit_code == 2


def test_colour_is_written_only_when_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    write("train.py", SLOW)
    assert "\x1b[" not in mllint_process("check").stdout.decode()
    assert "\x1b[" in mllint_process("check", "--color", "always").stdout.decode()
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in mllint_process("check").stdout.decode()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in mllint_process("check").stdout.decode()


# Rules


def test_rules_are_listed_with_the_promised_keys() -> None:
    records = json.loads(mllint("rules", "--output-format", "json").stdout)
    keys = ["code", "name", "family", "summary", "impact", "confidence", "default", "fix"]
    assert all(list(record) == keys for record in records)
    by_code = {record["code"]: record for record in records}
    assert by_code["MLL101"]["fix"] in ("safe", "unsafe", "display", None)
    assert "MLL101  dataloader-no-workers" in mllint("rules").stdout


@pytest.mark.parametrize("word", ["MLL101", "mll101", "dataloader-no-workers"])
def test_a_rule_is_explained_by_code_or_name(word: str) -> None:
    text = mllint("rule", word)
    assert text.exit_code == 0
    assert text.stdout.startswith("MLL101 dataloader-no-workers\n")
    record = json.loads(mllint("rule", word, "--output-format", "json").stdout)
    assert {"code", "name", "why", "when_not", "options", "sources", "examples"} <= set(record)
    assert record["why"].strip()
    assert all({"title", "url"} == set(source) for source in record["sources"])


# Bad input


def test_a_syntax_error_is_a_finding_and_the_others_are_still_checked() -> None:
    write("broken.py", "import torch\nx = (1,\n")
    write("train.py", SLOW)
    result = mllint("check", "--output-format", "concise", "-q")
    assert result.exit_code == 1
    broken, slow = result.stdout.splitlines()
    assert broken.startswith("broken.py:2:")
    assert "MLL900" in broken
    assert slow.startswith(PLACE)


def test_a_file_that_is_no_text_is_a_finding_at_its_line() -> None:
    write("latin.py", b"import torch\nx = '\xe9'\n")
    result = mllint("check", "--output-format", "concise", "-q")
    assert result.exit_code == 1
    assert result.stdout.startswith("latin.py:2:1: MLL900 not valid utf-8: byte 0xe9")


def test_a_broken_file_that_is_not_about_machine_learning_is_left_alone_unless_it_is_named() -> None:
    write("latin.py", b"x = '\xe9'\n")
    write("old.py", "print 'x'\n")
    assert mllint("check").exit_code == 0
    assert "old.py:1:" in mllint("check", "old.py").stdout
    assert "latin.py:1:" in mllint("check", "latin.py").stdout


def test_an_unreadable_file_is_told_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.py", SLOW)
    write("train.py", SLOW)
    real = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path.name == "a.py":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    result = mllint("check", "--output-format", "concise")
    assert result.exit_code == 1
    assert result.stderr == "mllint: a.py: cannot be read or written: Permission denied\n"
    assert result.stdout.startswith(PLACE)


def test_our_own_failure_on_a_file_is_one_line_and_the_others_are_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import mllint.cli.file_run as file_run

    real = file_run.check_source

    def fails(source: Any, *arguments: Any, **options: Any) -> Any:
        if source.path == "a.py":
            raise TypeError("odd\nnode")
        return real(source, *arguments, **options)

    monkeypatch.setattr(file_run, "check_source", fails)
    write("a.py", SLOW)
    write("train.py", SLOW)
    result = mllint("check", "--output-format", "concise")
    assert result.exit_code == 2
    assert PLACE in result.stdout
    (line,) = result.stderr.splitlines()
    assert "internal error in a.py: TypeError: odd node at test_cli.py:" in line
    assert "report" in line


# Notebooks and standard input


def test_findings_in_notebooks_are_shown_by_cell() -> None:
    imports, _, call = SLOW.partition("\n\n")
    write("nb.ipynb", notebook(f"%matplotlib inline\n{imports}", f"!ls\n{call}"))
    result = mllint("check", "--output-format", "concise", "-q")
    assert result.stdout.startswith("nb.ipynb:cell 2:2:10: MLL101 ")
    (record,) = json.loads(mllint("check", "--output-format", "json").stdout)
    assert (record["cell"], record["location"]["row"], record["fix"]) == (2, 2, None)


def test_a_broken_notebook_is_a_finding(project: Path) -> None:
    write("nb.ipynb", '{"cells": [\n"torch",\n}')
    result = mllint("check", "--output-format", "concise", "-q")
    assert result.stdout.startswith("nb.ipynb:3:1: MLL900 not a Jupyter notebook")
    assert result.exit_code == 1


def test_fixing_leaves_notebooks_alone() -> None:
    path = write("nb.ipynb", notebook(SLOW))
    before = path.read_bytes()
    assert mllint("fix", "--unsafe-fixes").exit_code == 1
    assert path.read_bytes() == before


def test_standard_input_is_checked_under_its_name() -> None:
    named = mllint("check", "--stdin-filename", "train.py", "-", "--output-format", "concise", stdin=SLOW)
    assert named.exit_code == 1
    assert named.stdout.startswith(PLACE)
    unnamed = mllint("check", "-", "--output-format", "concise", stdin="x = (\n")
    assert unnamed.stdout.startswith("-:1:")
    assert unnamed.exit_code == 1


def test_standard_input_can_be_a_notebook() -> None:
    result = mllint(
        "check", "--stdin-filename", "n.ipynb", "--output-format", "concise", stdin=notebook(SLOW)
    )
    assert result.stdout.startswith("n.ipynb:cell 1:4:10: MLL101 ")


def test_standard_input_can_be_excluded_as_editors_expect_it() -> None:
    arguments = ["--stdin-filename", "build/train.py", "--output-format", "concise"]
    assert mllint("check", *arguments, stdin=SLOW).exit_code == 1
    assert mllint("check", *arguments, "--force-exclude", stdin=SLOW).exit_code == 0
    fixed = mllint("fix", *arguments, "--force-exclude", "--unsafe-fixes", stdin=SLOW)
    assert (fixed.exit_code, fixed.stdout) == (0, SLOW)


def test_fixing_standard_input_writes_the_text_to_stdout_and_words_to_stderr() -> None:
    text = SLOW.replace("\n", "\r\n")
    result = mllint("fix", "--stdin-filename", "train.py", stdin=text.encode())
    assert result.stdout_bytes.count(b"\r\n") == text.count("\r\n")
    assert b"MLL101" not in result.stdout_bytes
    assert "Found 1" in result.stderr
    clean = mllint("fix", "-", stdin=CLEAN)
    assert (clean.exit_code, clean.stdout, clean.stderr) == (0, CLEAN, "All checks passed!\n")


# Fixing


@pytest.fixture
def fixable() -> Path:
    """A file whose unused suppression has a safe fix."""
    return write("train.py", CLEAN.replace("workers=0)", "workers=0)  # mllint: ignore[MLL101] old"))


def test_fix_and_check_fix_write_the_same(fixable: Path) -> None:
    before = fixable.read_text()
    result = mllint("check", "--fix")
    after = fixable.read_text()
    assert (result.exit_code, after) == (0, CLEAN)
    assert "Found 1 (1 fixed, 0 remain)" in result.stdout
    fixable.write_text(before)
    assert mllint("fix").exit_code == 0
    assert fixable.read_text() == after
    assert mllint("fix").stdout == "All checks passed!\n"


def test_check_marks_what_fix_would_fix(fixable: Path) -> None:
    result = mllint("check", "--output-format", "concise")
    assert "MLL901 [*] " in result.stdout
    assert "[*] 1 fixable with `mllint fix`." in result.stdout
    assert "[*]" not in mllint("check", "--output-format", "concise", "--unfixable", "MLL901").stdout


def test_a_diff_writes_nothing_and_exits_one_if_something_would_change(fixable: Path) -> None:
    before = fixable.read_bytes()
    result = mllint("fix", "--diff")
    assert result.exit_code == 1
    assert fixable.read_bytes() == before
    assert result.stdout.startswith("--- train.py\n+++ train.py\n@@")
    assert "-loader = DataLoader([1, 2, 3], batch_size=2, num_workers=0)  # mllint" in result.stdout
    assert "Would fix 1 finding." in result.stderr
    fixable.write_text(SLOW)
    nothing = mllint("fix", "--diff", "--unfixable", "ALL")
    assert (nothing.exit_code, nothing.stdout) == (0, "")


def test_the_exit_code_can_tell_that_something_was_fixed(fixable: Path) -> None:
    assert mllint("fix", "--exit-non-zero-on-fix").exit_code == 1
    assert mllint("fix", "--exit-non-zero-on-fix").exit_code == 0


def test_fixes_are_listed_on_request_and_fix_only_is_silent_about_the_rest(fixable: Path) -> None:
    write("other.py", SLOW)
    result = mllint("fix", "--fix-only", "--show-fixes")
    assert result.exit_code == 0
    assert "- train.py:\n    1 × MLL901 (" in result.stdout
    assert "-->" not in result.stdout


def test_unsafe_fixes_are_offered_and_applied_only_on_request() -> None:
    path = write("train.py", SLOW)
    offered = mllint("check", "--output-format", "concise").stdout
    assert "[*]" not in offered
    assert "with `mllint fix --unsafe-fixes`" in offered
    assert mllint("fix").exit_code == 1
    assert path.read_text() == SLOW
    assert mllint("fix", "--unsafe-fixes").exit_code == 0
    assert "num_workers=" in path.read_text()


def test_a_file_that_changed_meanwhile_is_not_written(fixable: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import mllint.fixes.write as write_module

    def changed(*_: Any, **__: Any) -> None:
        raise write_module.ChangedMeanwhile(f"{fixable.absolute()}: not written: it changed")

    monkeypatch.setattr(write_module, "write_if_unchanged", changed)
    before = fixable.read_bytes()
    result = mllint("fix")
    assert result.exit_code == 1
    assert fixable.read_bytes() == before
    assert result.stderr == "mllint: train.py: not written: it changed\n"
    assert "1 fixed" not in result.stdout


def test_a_fix_that_is_refused_leaves_the_finding_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    import mllint.fixes.apply as apply

    def refuses(*_: Any) -> None:
        raise apply.Refused("too deep: the code is nested too deeply to be rewritten")

    monkeypatch.setattr(apply, "render", refuses)
    write("train.py", SLOW)
    result = mllint("fix", "--unsafe-fixes")
    assert result.exit_code == 1
    assert "help: no fix: too deep" in result.stdout
    assert result.stderr == ""


def test_a_fix_that_breaks_is_told_and_the_others_are_made(
    fixable: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mllint.fixes.apply as apply

    real = apply.render

    def breaks(plan: Any, source: Any) -> Any:
        if plan.safety == "unsafe":
            raise KeyError("odd")
        return real(plan, source)

    monkeypatch.setattr(apply, "render", breaks)
    fixable.write_text(fixable.read_text() + SLOW)
    result = mllint("fix", "--unsafe-fixes")
    assert result.exit_code == 2
    assert result.stderr.startswith("mllint: train.py: internal error: the fix of MLL101")
    assert "# mllint" not in fixable.read_text()


def test_the_edits_of_json_hold_the_import_that_a_fix_needs() -> None:
    write("train.py", SLOW)
    (record,) = json.loads(mllint("check", "--output-format", "json").stdout)
    text = "".join(edit["content"] for edit in record["fix"]["edits"])
    assert "import os" in text
    assert "num_workers=min(4, os.cpu_count() or 1)" in text


# The process


def test_the_version_is_told_without_loading_more_than_click() -> None:
    code = (
        "import sys; from mllint.cli.main import main\n"
        "try: main(['--version'])\n"
        "except SystemExit: pass\n"
        "print(sorted(name for name in sys.modules if name.startswith('mllint')))\n"
        "print([name for name in ('msgspec', 'rich', 'yaml', 'libcst', 'ast') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    version, ours, heavy = result.stdout.splitlines()
    assert version == f"mllint {__version__}"
    assert ours == "['mllint', 'mllint.cli', 'mllint.cli.main']"
    assert "'libcst'" not in heavy
    assert heavy in ("[]", "['ast']")


def test_checking_loads_nothing_heavy() -> None:
    write("train.py", SLOW)
    code = (
        "import sys; from mllint.cli.main import main\n"
        "try: main(['check', '-q', '--output-format', sys.argv[1], 'train.py'])\n"
        "except SystemExit: pass\n"
        "heavy = ('libcst', 'astroid', 'yaml', 'rich', 'numpy', 'torch')\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)"
    )
    # In a checkout the first run may compile the cards, which needs yaml.
    mllint("rules")
    for name in ("full", "concise", "github"):
        command = [sys.executable, "-c", code, name]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        assert result.stderr.splitlines()[-1] == "[]"


def test_a_closed_pipe_is_quiet_and_keeps_the_exit_code() -> None:
    write("train.py", SLOW + "loader = DataLoader(ImageFolder('photos'))\n" * 3000)
    process = subprocess.Popen(
        [sys.executable, "-m", "mllint", "check", "train.py"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout and process.stderr
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) == 1


def test_a_terminal_that_cannot_show_a_character_does_not_end_the_run() -> None:
    write("train.py", SLOW.replace("size=2)", "size=2)  # 日本"))
    result = mllint_process("check", env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert result.returncode == 1
    assert b"\\u65e5" in result.stdout
    assert b"Traceback" not in result.stderr


def test_nothing_is_said_about_the_warnings_of_users_code() -> None:
    write("train.py", SLOW + "x = '\\d'\nassert (x, 1)\nx is 3\n")
    assert mllint_process("check").stderr == b""


def test_the_hooks_never_run_the_users_code() -> None:
    text = (Path(__file__).parent.parent / ".pre-commit-hooks.yaml").read_text()
    assert "entry: mllint check --force-exclude --no-progress\n" in text
    assert "entry: mllint fix --force-exclude --no-progress --exit-non-zero-on-fix\n" in text
    assert "verify" not in text
    assert text.count("types_or: [python, pyi, jupyter]") == text.count("require_serial: true") == 2
