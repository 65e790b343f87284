"""Files that are broken, strange or hostile: told with their place, and never the end of a run."""

import ast
import codecs
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cards_under_test import CASES, ROOT
from mllint import cards, fix_text, lint_text
from mllint.cli.main import cli

IMPORTS = "from torchvision.datasets import ImageFolder\nfrom torch.utils.data import DataLoader\n"
SLOW = IMPORTS + "loader = DataLoader(ImageFolder('photos'))\n"
FIXED_CALL = "DataLoader(ImageFolder('photos'), num_workers="
LINE = 3  # of the finding in SLOW


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which is the current folder."""
    (tmp_path / "pyproject.toml").write_text("[tool.mllint]\n")
    monkeypatch.chdir(tmp_path)
    for name in [*os.environ]:
        if name.startswith("MLLINT_"):
            monkeypatch.delenv(name)
    return tmp_path


def mllint(*arguments: str) -> Result:
    """One run; what escapes the command would be a traceback."""
    result = CliRunner().invoke(cli, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "internal error" not in result.output
    assert "Traceback" not in result.output
    return result


def check(*arguments: str) -> Result:
    return mllint("check", "--output-format", "concise", "-q", *arguments)


def written(data: str | bytes, name: str = "broken.py") -> bytes:
    """Writes the file, and beside it one with a finding; gives its bytes."""
    content = data.encode() if isinstance(data, str) else data
    Path(name).write_bytes(content)
    Path("zz_other.py").write_bytes(SLOW.encode())
    return content


def places(result: Result) -> list[str]:
    """``path:line:column: code`` of each finding."""
    return [":".join(line.split(":")[:3]) + " " + line.split()[1] for line in result.stdout.splitlines()]


OTHER = f"zz_other.py:{LINE}:10 MLL101"

SYNTAX = {
    "a bracket that is not closed": ("import torch\nx = (1,\n", 2, 5, "was never closed"),
    "a bad indentation": ("import torch\n  x = 1\n", 2, None, "unexpected indent"),
    "Python 2": ("import torch\nprint 'epoch'\n", 2, 1, "Python 2"),
    "NUL bytes": ("import torch\nx = '\0'\n", 2, 6, "NUL"),
    "bytes that are not UTF-8": (b"import torch\n# caf\xe9\n", 2, 1, "not valid utf-8: byte 0xe9"),
    "a coding line that names no encoding": (b"# coding: klingon\nimport torch\n", 1, 1, "unknown encoding"),
    "bytes that are not of the named encoding": (
        b"# coding: ascii\nimport torch\nx = '\xff'\n",
        3,
        1,
        "not valid ascii",
    ),
    "UTF-16": ("import torch\n".encode("utf-16"), 1, 1, "not valid utf-8"),
    "brackets 3,000 deep": ("import torch\nx = " + "[" * 3000 + "]" * 3000 + "\n", None, None, "nested"),
    "parentheses 3,000 deep": (
        "import torch\nx = " + "(" * 3000 + "1" + ")" * 3000 + "\n",
        None,
        None,
        "nested",
    ),
}


@pytest.mark.parametrize("case", SYNTAX)
def test_a_file_that_is_no_python_is_a_finding_with_its_place_and_the_others_are_done(case: str) -> None:
    data, line, column, words = SYNTAX[case]
    if isinstance(data, bytes) and data.startswith(codecs.BOM_UTF16_LE):
        data = data + b"\n" + b"torch"  # so that the gate lets it through
    before = written(data)
    result = check(".")
    assert result.exit_code == 1
    first, *rest = places(result)
    assert rest == [OTHER]
    assert first.endswith(" MLL900")
    assert first.startswith("broken.py:")
    if line is not None:
        assert first.startswith(f"broken.py:{line}:{column or ''}")
    assert words in result.stdout.splitlines()[0]
    assert mllint("fix", "--unsafe-fixes", ".").exit_code == 1
    assert Path("broken.py").read_bytes() == before
    assert FIXED_CALL in Path("zz_other.py").read_text()


@pytest.mark.parametrize("chain", [".attribute", ".call()", "[0]"])
@pytest.mark.parametrize("length", [300, 900, 3000])
def test_long_chains_are_findings_or_harmless(chain: str, length: int) -> None:
    written(f"{SLOW}x = loader{chain * length}\n")
    result = check(".")
    assert result.exit_code == 1
    code = {"MLL101"} if length < 1000 else {"MLL101", "MLL900"}
    assert places(result)[-1] == OTHER
    assert len(places(result)) == 2
    assert places(result)[0].split()[1] in code


@pytest.mark.parametrize("operator", ["-", "not ", "~", "lambda: ", "1 if loader else "])
@pytest.mark.parametrize("length", [900, 3000])
def test_deep_operators_are_findings_or_harmless(operator: str, length: int) -> None:
    written(f"{SLOW}x = {operator * length}1\n")
    result = check(".")
    assert result.exit_code == 1
    assert len(places(result)) == 2
    assert mllint("fix", "--unsafe-fixes", "-q", ".").exit_code in (0, 1)


def _ladder(rungs: int) -> str:
    return "if loader == 0:\n    y = 0\n" + "".join(
        f"elif loader == {number}:\n    y = {number}\n" for number in range(1, rungs)
    )


LONG = {
    "a sum of 2,000 terms": "x = " + " + ".join(["loader"] * 2000) + "\n",
    "a string of 2,000 sums": "x = " + " + ".join(["'a'"] * 2000) + "\n",
    "5,000 conditions": "x = " + " and ".join(["loader"] * 5000) + "\n",
    "an elif ladder of 2,000 rungs": _ladder(2000) + "print(y)\n",
    "a list of 30,000 items": "x = [" + ", ".join(map(str, range(30000))) + "]\n",
    "an f-string of 2,000 parts": "x = f'" + "{loader}" * 2000 + "'\n",
    "19 nested loops": "".join(" " * i + "for i in loader:\n" for i in range(19)) + " " * 19 + "x = i\n",
    "90 nested conditions": "".join(" " * i + "if loader:\n" for i in range(90)) + " " * 90 + "x = 1\n",
    "19 nested finally": "".join(" " * i + "try:\n" for i in range(19))
    + " " * 19
    + "x = 1\n"
    + "".join(" " * i + f"finally:\n{' ' * i} y = x\n" for i in reversed(range(19))),
    "names that change places": "while loader:\n"
    + "    if a:\n        a = b\n    elif b:\n        b = c\n    else:\n        c = a\n" * 20
    + "    a.DataLoader(b)\n",
}


@pytest.mark.parametrize("case", LONG)
def test_findings_beside_deep_code_are_still_found_and_fixed(case: str) -> None:
    text = SLOW + LONG[case]
    if case == "names that change places":
        text = SLOW + "def f(a, b, c):\n" + "".join(f"    {line}\n" for line in LONG[case].splitlines())
    assert [finding.code for finding in lint_text(text)] == ["MLL101"]
    fixed = fix_text(text, unsafe=True)
    assert FIXED_CALL in fixed
    assert fixed.endswith(LONG[case]) or case == "names that change places"


def test_a_finding_inside_deep_code_says_that_it_is_too_deep_to_be_fixed() -> None:
    written(f"{IMPORTS}x = {'[' * 80}DataLoader(ImageFolder('photos')){']' * 80}{' + x' * 1500}\n")
    result = mllint("check", "broken.py", "-q")
    assert "MLL101" in result.stdout
    fixed = mllint("fix", "--unsafe-fixes", "broken.py", "-q")
    assert fixed.exit_code in (0, 1)
    ast.parse(Path("broken.py").read_text())


def test_a_file_of_30000_lines_is_done_in_seconds() -> None:
    written("import torch\n" + "".join(f"x{number} = {number}\n" for number in range(30000)) + SLOW)
    result = check("broken.py")
    assert places(result) == [f"broken.py:{30001 + LINE}:10 MLL101"]


@pytest.mark.parametrize("text", ["", "\n", "   ", "\f", "#", "\\", "\ufeff", "\r"])
def test_files_of_nothing_are_clean_or_told(text: str) -> None:
    before = written(text)
    result = check("broken.py")
    assert result.exit_code in (0, 1)
    assert all(place.endswith("MLL900") for place in places(result))
    mllint("fix", "broken.py")
    assert Path("broken.py").read_bytes() == before


def test_a_syntax_error_that_no_python_reads_says_nothing_of_versions() -> None:
    written("import torch\nx = (\n")
    assert "newer" not in check("broken.py").stdout


def test_a_syntax_error_says_with_which_python_it_was_read() -> None:
    written("import torch\ntype X[T = int = 5\n")
    assert re.search(
        r"read as Python 3\.\d+; newer syntax needs mllint on a newer Python", check("broken.py").stdout
    )


def test_a_broken_file_without_a_word_about_a_library_is_passed_over_unless_it_is_named() -> None:
    written("x = (\n")
    assert places(check(".")) == [OTHER]
    assert places(check("broken.py")) == ["broken.py:1:5 MLL900"]


# Forms of text


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("bom", [b"", codecs.BOM_UTF8], ids=["plain", "bom"])
@pytest.mark.parametrize("final", [True, False], ids=["final", "no-final"])
@pytest.mark.parametrize("coding", ["utf-8", "latin-1"])
def test_places_and_fixes_hold_in_every_form_of_text(
    newline: str, bom: bytes, final: bool, coding: str
) -> None:
    if bom and coding != "utf-8":
        pytest.skip("Python refuses a BOM beside another coding line")
    text = f"# coding: {coding}\n# Größe\n{SLOW}"
    text = (text if final else text[:-1]).replace("\n", newline)
    before = written(bom + text.encode(coding))
    assert places(check("broken.py")) == [f"broken.py:{LINE + 2}:10 MLL101"]
    assert Path("broken.py").read_bytes() == before
    assert mllint("fix", "--unsafe-fixes", "broken.py").exit_code == 0
    after = Path("broken.py").read_bytes()
    assert after.startswith(bom)
    decoded = after[len(bom) :].decode(coding)
    assert FIXED_CALL in decoded
    assert set(re.findall(r"\r\n|\n|\r", decoded)) == {newline}
    assert decoded.endswith(newline) == final
    assert decoded.replace(newline, "\n").startswith(f"# coding: {coding}\n# Größe\n")


def test_mixed_line_endings_stay_as_they_are() -> None:
    written(SLOW.replace("\n", "\r\n", 1))
    mllint("fix", "--unsafe-fixes", "broken.py")
    after = Path("broken.py").read_bytes().decode()
    assert FIXED_CALL in after
    assert "ImageFolder\r\n" in after
    assert after.endswith(")\n")
    assert "\r\r" not in after


def test_a_fix_that_the_encoding_cannot_hold_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    from mllint.finding import FixPlan, Span
    from mllint.fixes.render import Refused, render
    from mllint.source import Source

    source = Source.from_bytes(b"# coding: latin-1\nx = 1\n")
    with pytest.raises(Refused, match="encoding"):
        render(FixPlan("replace_text", "safe", "t", (Span(22, 23),), (("text", "'€'"),)), source)


def test_permissions_and_links_survive_a_fix(project: Path) -> None:
    written(SLOW, "real.py")
    Path("real.py").chmod(0o750)
    Path("link.py").symlink_to("real.py")
    mllint("fix", "--unsafe-fixes", "link.py")
    assert Path("link.py").is_symlink()
    assert stat.S_IMODE(Path("real.py").stat().st_mode) == 0o750
    assert FIXED_CALL in Path("real.py").read_text()
    assert sorted(path.name for path in project.iterdir()) == [
        "link.py",
        "pyproject.toml",
        "real.py",
        "zz_other.py",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "x = 1; loader = DataLoader(ImageFolder('photos')); y = 2",
        "if 0: pass\nelif DataLoader(ImageFolder('photos')): pass",
    ],
    ids=["semicolons", "elif"],
)
def test_a_fix_on_a_shared_line_keeps_its_neighbours(line: str) -> None:
    fixed = fix_text(IMPORTS + line + "\n", unsafe=True)
    assert line.split("DataLoader")[0] in fixed
    assert fixed.rstrip().endswith(line.rpartition(")")[2])
    ast.parse(fixed)


def test_no_warning_about_users_code_reaches_standard_error() -> None:
    written(SLOW + "pattern = '\\d'\nassert (1, 'always')\nx = 1 is 1\n")
    command = [sys.executable, "-W", "error", "-m", "mllint"]
    for arguments in (["check", "broken.py"], ["fix", "--unsafe-fixes", "broken.py"]):
        done = subprocess.run(
            [*command, *arguments], capture_output=True, text=True, check=False, timeout=120
        )
        assert done.stderr == ""
        assert done.returncode in (0, 1)
    assert FIXED_CALL in Path("broken.py").read_text()


# Files that cannot be had


def test_an_unreadable_file_is_told_and_the_others_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    written(SLOW)
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "broken.py":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    result = check(".")
    assert result.exit_code == 1
    assert places(result) == [OTHER]
    assert "broken.py: cannot be read" in result.stderr
    assert "Permission denied" in result.stderr


def test_a_file_that_vanishes_is_told_and_the_others_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    written(SLOW)
    read = Path.read_bytes

    def vanish(path: Path) -> bytes:
        path.unlink(missing_ok=path.name != "broken.py") if path.name == "broken.py" else None
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", vanish)
    result = check(".")
    assert (result.exit_code, places(result)) == (1, [OTHER])
    assert "broken.py" in result.stderr


def test_loops_of_links_and_dangling_links_do_not_trap_the_walk() -> None:
    written(SLOW)
    Path("folder").mkdir()
    Path("folder/up").symlink_to("..", target_is_directory=True)
    Path("folder/self.py").symlink_to("self.py")
    Path("folder/gone.py").symlink_to("nowhere.py")
    assert places(check(".")) == [f"broken.py:{LINE}:10 MLL101", OTHER]


def test_a_named_loop_of_links_is_wrong_usage() -> None:
    Path("self.py").symlink_to("self.py")
    result = check("self.py")
    assert result.exit_code == 2
    assert "self.py" in result.stderr


@pytest.mark.parametrize("name", ["missing", "missing.py", "no/such/folder"])
def test_a_path_that_does_not_exist_is_wrong_usage(name: str) -> None:
    result = check(name)
    assert result.exit_code == 2
    assert name in result.stderr
    assert "no such file" in result.stderr


@pytest.mark.parametrize("option", ["--select", "--ignore", "--extend-select"])
def test_an_unknown_rule_is_wrong_usage_and_the_nearest_is_told(option: str) -> None:
    result = check(option, "dataloader-no-worker")
    assert result.exit_code == 2
    assert "did you mean dataloader-no-workers?" in result.stderr


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("[tool.mllint]\nselekt = ['ALL']\n", "pyproject.toml:2", "select"),
        ("[tool.mllint]\nselect = 3\n", "pyproject.toml:2", "select"),
        ("[tool.mllint]\nselect = ['MLL1O1']\n", "pyproject.toml:2", "MLL101"),
        ("[tool.mllint\n", "pyproject.toml:1", ""),
        (
            "[tool.mllint.rules.dataloader-no-workers]\nmin-item-cots = 'io'\n",
            "pyproject.toml:2",
            "min-item-cost",
        ),
    ],
    ids=["key", "type", "rule", "toml", "option"],
)
def test_a_broken_configuration_is_told_with_file_and_line(text: str, place: str, words: str) -> None:
    written(SLOW)
    Path("pyproject.toml").write_text(text)
    result = check("broken.py")
    assert result.exit_code == 2
    assert place in result.stderr
    assert words in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("command", [["check", "."], ["rules"], ["rule", "MLL101"]])
def test_a_broken_card_is_told_with_file_line_and_reason(
    command: list[str],
    project: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copy = tmp_path_factory.mktemp("checkout") / "rules"
    shutil.copytree(ROOT / "rules", copy)
    card = copy / "data_loading" / "dataloader_no_workers.yaml"
    card.write_text(card.read_text().replace("impact: high", "impact: enormous"))
    line = card.read_text().split("\n").index("impact: enormous") + 1
    monkeypatch.setattr("mllint.cards.compiled._CHECKOUT", copy)
    monkeypatch.setattr(cards, "load", cards.load.__wrapped__)
    result = mllint(*command)
    assert result.exit_code == 2
    assert f"dataloader_no_workers.yaml:{line}: " in result.stderr
    assert "enormous" in result.stderr


# Notebooks


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"cells": 3, "note": "torch"}',
        b'{"cells": [null, 3, {"cell_type": "code"}, {"cell_type": "code", "source": 3}]}',
        b'{"torch": "\xff"}',
        b'{"torch": ' + b"[" * 100000,
        json.dumps({"cells": [{"cell_type": "code", "source": "import torch\nx = ("}]}).encode(),
        json.dumps({"cells": [{"cell_type": "code", "source": ["\ud800", None]}]}).encode(),
    ],
    ids=["empty", "cut", "list", "null", "no-cells", "odd-cells", "bytes", "deep", "syntax", "surrogate"],
)
def test_broken_notebooks_are_told_and_left_alone(data: bytes) -> None:
    before = written(data, "broken.ipynb")
    result = check("broken.ipynb", "zz_other.py")
    assert result.exit_code == 1
    assert places(result)[-1] == OTHER
    assert all("MLL900" in line for line in result.stdout.splitlines()[:-1])
    mllint("fix", "--unsafe-fixes", "broken.ipynb")
    assert Path("broken.ipynb").read_bytes() == before


# Any text at all


PIECES = [case.bad or case.good or "" for case in CASES]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Code of an example with pieces cut out, doubled or replaced."""
    text = draw(st.sampled_from(PIECES))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        filling = draw(
            st.sampled_from(["", "\n", " ", "(", ")", "\\\n", ";", "#", "'", "é", "\t", "\r", "*", ":", ","])
        )
        text = text[:start] + draw(st.sampled_from([filling, text[start:end] * 2])) + text[end:]
    return text


def holds_for(text: str) -> None:
    """Checking survives, a fix gives text that parses if the original did, and a second fix changes nothing."""
    for finding in lint_text(text, select=["ALL"]):
        assert 0 <= finding.span.start <= finding.span.end <= len(text)
    fixed = fix_text(text, unsafe=True, select=["ALL"])
    if fixed != text:
        ast.parse(fixed)
        assert fix_text(fixed, unsafe=True, select=["ALL"]) == fixed


FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@FUZZ
@given(st.text(max_size=200))
def test_any_text_can_be_checked_and_fixed(text: str) -> None:
    holds_for(text)


@FUZZ
@given(mutated())
def test_any_mutilated_example_can_be_checked_and_fixed(text: str) -> None:
    holds_for(text)


@FUZZ
@given(st.sampled_from(PIECES), st.sampled_from(["\r\n", "\r"]), st.booleans())
def test_examples_can_be_fixed_with_any_line_ending_and_indentation(
    text: str, newline: str, tabs: bool
) -> None:
    if tabs:
        text = re.sub(r"^(    )+", lambda found: "\t" * (len(found[0]) // 4), text, flags=re.MULTILINE)
    holds_for(text.replace("\n", newline))
