"""What the examples on the cards of the dataframes family cannot say: safety, messages, places of files."""

import ast
from pathlib import Path

import pytest

from cards_under_test import catalogue, lint, settings
from mllint.finding import Finding
from mllint.semantics.frames.columns import ColumnUse, column_use
from mllint.semantics.frames.data_files import DataFile, data_file
from mllint.semantics.module import Module
from mllint.semantics.tree import parse
from mllint.source import Source

SELECT = "read-csv-then-select"
WHOLE = "read-csv-whole-file"
BOTH = (SELECT, WHOLE)


def findings(text: str, folder: Path | None = None, *rules: str) -> list[Finding]:
    return lint(
        f"import numpy as np\nimport pandas as pd\n{text}\n", settings(rules or BOTH, None, folder), folder
    )


def only(text: str, folder: Path | None = None, *rules: str) -> Finding:
    (finding,) = findings(text, folder, *rules)
    return finding


def module(text: str, folder: Path | None = None) -> Module:
    source = Source(text)
    path = folder / "package" / "example.py" if folder else None
    return Module(source, parse(source), catalogue().knowledge, path=path, root=folder)


def sparse(path: Path, size: int = 70_000_000) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)


# -- read-csv-then-select -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ['pd.read_csv("a.csv")["x"]', 'pd.read_csv("a.csv")[["x", "y"]]'])
def test_usecols_is_never_safe_since_it_depends_on_the_rows_of_the_file(text: str, tmp_path: Path) -> None:
    sparse(tmp_path / "a.csv")
    plan = only(text, tmp_path).fix
    assert plan is not None
    assert (plan.safety, plan.equivalence) == ("unsafe", "named-delta")
    assert plan.deltas == ("implicit-index", "error-behaviour")


@pytest.mark.parametrize(
    "arguments",
    [
        'parse_dates=["day"]',
        "parse_dates=[2]",
        'parse_dates={"day": ["y", "m"]}',
        "header=[0, 1]",
        "header=None",
        'on_bad_lines="skip"',
        'on_bad_lines="warn"',
        "index_col=0",
        'names=["x", "y"]',
        "skipfooter=1",
        "converters={}",
        "dtype={'y': int}",
        "dtype=types",
        "na_values={'y': [0]}",
        "something_new=1",
    ],
)
def test_no_fix_beside_arguments_that_speak_about_columns(arguments: str) -> None:
    finding = only(f'pd.read_csv("a.csv", {arguments})["x"]')
    assert finding.fix is None
    assert arguments.partition("=")[0] in finding.no_fix


@pytest.mark.parametrize(
    "arguments",
    [
        'parse_dates=["x"]',
        "parse_dates=False",
        "header=0",
        'header="infer"',
        "dtype=str",
        "dtype=np.float32",
        "dtype={'x': int}",
        "na_values=['-']",
        "sep='\\t', encoding='latin-1', engine='pyarrow', compression='gzip', skiprows=2, decimal=','",
    ],
)
def test_a_fix_beside_arguments_that_mean_the_same(arguments: str) -> None:
    plan = only(f'pd.read_csv("a.csv", {arguments})["x"]').fix
    assert plan is not None
    assert dict(plan.arguments)["value"] == '["x"]'


def test_a_series_asked_for_is_not_judged() -> None:
    assert findings('pd.read_csv("a.csv", squeeze=True)["x"]') == []


def test_the_message_names_file_and_columns(tmp_path: Path) -> None:
    sparse(tmp_path / "a.csv", 100 << 20)
    finding = only('d = pd.read_csv("a.csv")\nprint(d["p"], d["q"], d["r"], d["s"], d["t"])', tmp_path)
    assert finding.message == (
        "all columns of `a.csv` (100 MiB) are parsed, but only columns `p`, `q`, `r`, `s` and 1 more are used; "
        "give `usecols`"
    )
    assert finding.confidence == "high"


def test_a_path_that_is_not_constant_lowers_the_confidence() -> None:
    assert only('def f(path):\n    return pd.read_csv(path)["x"]').confidence == "medium"


@pytest.mark.parametrize(
    "text", ['pd.read_csv("a.csv")["x"]', 'pd.read_csv("a.csv").sum()', 'pd.read_csv("a.csv")']
)
def test_the_two_rules_never_speak_of_the_same_call(text: str, tmp_path: Path) -> None:
    sparse(tmp_path / "a.csv")
    assert len(findings(text, tmp_path)) == 1


@pytest.mark.parametrize(
    "text",
    [
        'if len(np.ones(3)):\n    d = pd.read_csv("a.csv")\nelse:\n    d = None\nprint(d["x"])',
        'd = pd.read_csv("a.csv")\nfor part in range(3):\n    print(d["x"][part])',
        'def f():\n    d = pd.read_csv("a.csv")\n    return lambda: d["x"]',
    ],
)
def test_columns_are_followed_through_branches_loops_and_inner_functions(text: str) -> None:
    assert only(text, None, SELECT).fix is not None


@pytest.mark.parametrize(
    "text",
    [
        'def f():\n    global d\n    d = pd.read_csv("a.csv")\n    return d["x"]',
        'd = pd.read_csv("a.csv")\nprint(d["x"])\nif isinstance(d, object):\n    print(d)',
        'd, e = pd.read_csv("a.csv"), 1\nprint(d["x"])',
        'd = pd.read_csv("a.csv")\nprint(d["x"], f"{d}")',
        'd = pd.read_csv("a.csv")\nprint(d["x"], *d)',
        'd = pd.read_csv("a.csv")\nd["x"] += 1',
        'd = pd.read_csv("a.csv")\nprint(d["x"], d["a", "b"])',
        'd = pd.read_csv("a.csv")\nprint(d["x"], d[:3])',
        'd = pd.read_csv("a.csv")\nprint(d["x"], d[[]])',
        'columns = ["x"]\ncolumns.append("y")\nd = pd.read_csv("a.csv")[columns]',
    ],
)
def test_frames_that_escape_keep_their_columns(text: str) -> None:
    assert findings(text, None, SELECT) == []


# -- read-csv-whole-file ------------------------------------------------------------------------------------


def test_an_absent_file_is_told_with_low_confidence_and_a_large_one_with_its_size(tmp_path: Path) -> None:
    assert only('model.fit(pd.read_csv("a.csv"))', tmp_path).confidence == "low"
    sparse(tmp_path / "a.csv", 100 << 20)
    finding = only('model.fit(pd.read_csv("a.csv"))', tmp_path)
    assert finding.confidence == "medium"
    assert finding.message.startswith("`a.csv` (100 MiB) is parsed and held in memory whole")
    assert finding.fix is None
    assert finding.no_fix == ""


# -- where files are looked for -----------------------------------------------------------------------------


def test_files_are_looked_for_beside_the_source_then_in_the_project(tmp_path: Path) -> None:
    sparse(tmp_path / "a.csv", 5)
    assert data_file("a.csv", module("", tmp_path)) == DataFile("a.csv", 5)
    sparse(tmp_path / "package" / "a.csv", 7)
    assert data_file("a.csv", module("", tmp_path)) == DataFile("a.csv", 7)
    assert data_file(str(tmp_path / "a.csv"), module("")) == DataFile(str(tmp_path / "a.csv"))


@pytest.mark.parametrize("path", ["a\0.csv", "a" * 5000, "no/such/file.csv"])
def test_what_cannot_be_looked_at_is_absent(path: str, tmp_path: Path) -> None:
    assert data_file(path, module("", tmp_path)) == DataFile(path)


@pytest.mark.parametrize(
    "path", ["", 3, None, "https://x.org/a.csv", "s3://b/a.csv", "gs://b/a", "file:///a.csv", "a,b\n1,2\n"]
)
def test_what_is_no_path_of_a_local_file(path: object, tmp_path: Path) -> None:
    assert data_file(path, module("", tmp_path)) is None


def test_folders_are_no_data_files(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    assert data_file("data", module("", tmp_path)) is None


# -- column use ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make()['a']", ColumnUse(("a",))),
        ("f = make()\nf['b'], f[['a', 'b']], f['c']", ColumnUse(("b", "a", "c"))),
        ("f: object = make()\nf['b']", ColumnUse(("b",))),
        ("make()", ColumnUse()),
        ("f = make()", ColumnUse()),
        ("g(make())", ColumnUse(whole=True, reason="it is passed on")),
        ("make().head()", ColumnUse(whole=True, reason="`.head` uses all of it")),
        ("f = make()\nf[x]", ColumnUse(whole=True, reason="its columns are chosen at run time")),
        ("f = make()\nf['a'], f", ColumnUse(whole=True, reason="it is used as a whole")),
        ("def h():\n    return make()", ColumnUse(whole=True, reason="it is returned")),
        ("class C:\n    f = make()", ColumnUse(whole=True, reason="it is an attribute of a class")),
        ("f = make()\nf += 1", ColumnUse(whole=True, reason="its uses cannot all be seen")),
    ],
)
def test_column_use(text: str, expected: ColumnUse) -> None:
    parsed = module(text)
    (call,) = (
        node
        for node in parsed.tree.by_class[ast.Call]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "make"
    )
    assert column_use(call, parsed) == expected


# -- facts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "known"),
    [
        ('pd.read_csv("a")', True),
        ('pd.read_csv("a", chunksize=None)', True),
        ('pd.read_csv("a", chunksize=3)', False),
        ('pd.read_csv("a", iterator=flag)', False),
        ('pd.read_csv("a", **options)', False),
        ('pd.read_csv("a").dropna()', True),
        ('pd.read_csv("a").dropna(inplace=True)', False),
    ],
)
def test_a_fact_may_hold_for_some_arguments_only(call: str, known: bool) -> None:
    parsed = module(f"import pandas as pd\nx = {call}\n")
    (assignment,) = parsed.tree.by_class[ast.Assign]
    assert isinstance(assignment, ast.Assign)
    kind = parsed.inference.kind(assignment.value)
    assert (kind is not None and kind.type == "pandas.DataFrame") is known
