"""Each format, from the same findings."""

import json
from typing import Any

import pytest

from mllint.finding import Edit, Finding, FixPlan, Span
from mllint.notebook import Notebook, read_notebook
from mllint.report.concise import concise
from mllint.report.entry import Entry
from mllint.report.full import full
from mllint.report.github import github
from mllint.report.json_report import json_report
from mllint.report.palette import Palette, colour_wanted
from mllint.report.statistics import statistics, statistics_json
from mllint.source import Source

PLAIN = Palette()
TEXT = "import torch\n\nloader = DataLoader(data)\nx = 1\n"
PLAN = FixPlan("add_keyword", "unsafe", "load in workers", (Span(23, 39),), deltas=("rng-stream",))


def entry(needle: str = "DataLoader(data)", text: str = TEXT, path: str = "train.py", **fields: Any) -> Entry:
    """An entry at the first occurrence of ``needle`` in ``text``."""
    source = fields.pop("source", None) or Source(text, path)
    start = source.text.index(needle)
    values: dict[str, Any] = {"impact": "high", "confidence": "medium", "message": "no workers"}
    ours = {key: fields.pop(key) for key in ("reach", "safety") if key in fields}
    finding = Finding(
        "MLL101", "dataloader-no-workers", span=Span(start, start + len(needle)), **values | fields
    )
    return Entry(path, source, finding, **ours)


def in_notebook() -> Entry:
    cells = [
        {"cell_type": "markdown", "source": "x"},
        {"cell_type": "code", "source": "import torch\n"},
        {"cell_type": "code", "source": "!ls\ny = DataLoader(data)"},
    ]
    source: Notebook = read_notebook(json.dumps({"cells": cells}).encode(), "nb.ipynb")
    return entry(source=source, path="nb.ipynb")


def test_concise_is_one_line_with_code_marker_message_and_name() -> None:
    assert list(concise([entry()], PLAIN)) == ["train.py:3:10: MLL101 no workers (dataloader-no-workers)\n"]
    assert "MLL101 [*] no workers" in next(concise([entry(fix=PLAN, reach="now")], PLAIN))
    assert next(concise([in_notebook()], PLAIN)).startswith("nb.ipynb:cell 3:2:5: MLL101 ")


def test_full_shows_the_source_underlined_and_what_can_be_done() -> None:
    shown = entry(fix=PLAN, reach="unsafe", safety="unsafe", notes=("measured: 3×",))
    assert next(full([shown], PLAIN)) == (
        "MLL101 no workers (dataloader-no-workers, high impact)\n"
        " --> train.py:3:10\n"
        "  |\n"
        "1 | import torch\n"
        "2 |\n"
        "3 | loader = DataLoader(data)\n"
        "  |          ^^^^^^^^^^^^^^^^\n"
        "4 | x = 1\n"
        "  |\n"
        "note: measured: 3×\n"
        "help: load in workers (unsafe fix, may change: rng-stream; with `--unsafe-fixes`)\n"
        "more: `mllint rule MLL101`\n\n"
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "  |\nmore: `mllint rule MLL101`"),
        ({"no_fix": "the index is used elsewhere"}, "help: no fix: the index is used elsewhere"),
        ({"fix": PLAN, "reach": "now", "safety": "safe"}, "help: load in workers (safe fix)"),
        ({"fix": PLAN, "reach": "never", "safety": "safe"}, "(safe fix, switched off by the settings)"),
        ({"fix": PLAN, "reach": "now", "safety": "unsafe"}, "(unsafe fix, may change: rng-stream)"),
        ({"fix": PLAN, "reach": "never", "safety": "display"}, "(shown only, never applied)"),
    ],
)
def test_full_says_why_there_is_no_fix_or_how_safe_it_is(fields: dict[str, Any], words: str) -> None:
    assert words in next(full([entry(**fields)], PLAIN))


@pytest.mark.parametrize(
    ("text", "needle", "line", "carets"),
    [
        ("\tx = f(y)\n", "f(y)", "    x = f(y)", "        ^^^^"),
        ("s = '日本' + f(y)\n", "f(y)", "s = '日本' + f(y)", "             ^^^^"),
        ("f('日本')\n", "f('日本')", "f('日本')", "^^^^^^^^^"),
        ("f(\n  1,\n)\n", "f(\n  1,\n)", "f(", "^^"),
        ("x = '\x1b[31m' + y\n", "y", "x = '␛[31m' + y", "              ^"),
        ("x = (\n", "x = (\n", "x = (", "^^^^^"),
    ],
)
def test_the_underline_fits_tabs_wide_characters_and_several_lines(
    text: str, needle: str, line: str, carets: str
) -> None:
    lines = next(full([entry(needle, text)], PLAIN)).splitlines()
    assert lines[3] == f"1 | {line}"
    assert lines[4] == f"  | {carets}"


def test_a_very_long_line_is_shown_in_part() -> None:
    text = "x = [" + "1, " * 5000 + "f(y)]\n"
    lines = next(full([entry("f(y)", text)], PLAIN)).splitlines()
    assert all(len(line) < 200 for line in lines)
    assert lines[3][lines[4].index("^") : lines[4].rindex("^") + 1] == "f(y)"


def test_a_frame_in_a_notebook_shows_the_cell_as_it_was_written() -> None:
    lines = next(full([in_notebook()], PLAIN)).splitlines()
    assert lines[1:6] == [
        " --> nb.ipynb:cell 3:2:5",
        "  |",
        "1 | !ls",
        "2 | y = DataLoader(data)",
        "  |     ^^^^^^^^^^^^^^^^",
    ]


def test_a_finding_in_an_empty_file_or_at_its_end_has_a_frame_without_source_or_with_it() -> None:
    source = Source("", "empty.py")
    finding = Finding("MLL900", "syntax-error", "broken", Span(0, 0), "high", "high")
    assert "--> empty.py:1:1\nmore" in next(full([Entry("empty.py", source, finding)], PLAIN))
    at_end = Finding("MLL900", "syntax-error", "broken", Span(4, 4), "high", "high")
    assert "1 | x =\n" in next(full([Entry("a.py", Source("x =\n"), at_end)], PLAIN))


def test_json_has_the_field_names_of_ruff_and_three_of_ours() -> None:
    def render(_: Entry) -> tuple[Edit, ...]:
        return (Edit(Span(38, 38), ", num_workers=4"),)

    text = "".join(json_report([entry(fix=PLAN, safety="unsafe")], base="/base", render=render))
    assert json.loads(text) == [
        {
            "cell": None,
            "code": "MLL101",
            "confidence": "medium",
            "end_location": {"column": 26, "row": 3},
            "filename": "/base/train.py",
            "fix": {
                "applicability": "unsafe",
                "edits": [
                    {
                        "content": ", num_workers=4",
                        "end_location": {"column": 25, "row": 3},
                        "location": {"column": 25, "row": 3},
                    }
                ],
                "message": "load in workers",
            },
            "impact": "high",
            "location": {"column": 10, "row": 3},
            "message": "no workers",
            "name": "dataloader-no-workers",
            "noqa_row": 3,
            "url": None,
        }
    ]


def test_json_has_a_null_fix_without_a_plan_or_when_it_is_refused() -> None:
    def refuse(_: Entry) -> None:
        return None

    entries = [entry(), entry(fix=PLAN), in_notebook()]
    records = json.loads("".join(json_report(entries, base="/", render=refuse)))
    assert [record["fix"] for record in records] == [None, None, None]
    assert [record["cell"] for record in records] == [None, None, 3]
    assert records[2]["location"] == {"column": 5, "row": 2}


def test_json_of_nothing_is_an_empty_list() -> None:
    assert json.loads("".join(json_report([], base="/", render=lambda _: None))) == []


def test_github_annotations_are_escaped_and_follow_the_impact() -> None:
    shown = entry(path="a,b:c.py", message="50%\nslower", impact="medium")
    assert next(github([shown])) == (
        "::warning title=mllint (MLL101),file=a%2Cb%3Ac.py,line=3,col=10,endLine=3,endColumn=26::"
        "a,b:c.py:3:10: MLL101 50%25%0Aslower (dataloader-no-workers)\n"
    )
    assert next(github([entry()])).startswith("::error ")
    assert next(github([entry(impact="low")])).startswith("::notice ")
    broken = Finding("MLL900", "syntax-error", "broken", Span(0, 1), "low", "high")
    assert next(github([Entry("a.py", Source("x"), broken)])).startswith("::error ")


def test_github_puts_findings_in_notebooks_on_line_one_and_names_the_cell() -> None:
    text = next(github([in_notebook()]))
    assert "file=nb.ipynb,line=1,col=1,endLine=1,endColumn=1::nb.ipynb:cell 3:2:5: MLL101 " in text


def test_statistics_count_by_rule_and_say_what_is_fixable() -> None:
    entries = [entry(reach="now"), entry(), entry(needle="x")]
    assert list(statistics(entries, PLAIN)) == [
        "3  MLL101  [-] dataloader-no-workers\n",
        "[*] all of them, [-] some of them fixable with `mllint fix`\n",
    ]
    assert json.loads("".join(statistics_json(entries))) == [
        {"code": "MLL101", "name": "dataloader-no-workers", "count": 3, "fixable_count": 1}
    ]


def test_entries_sort_by_path_place_and_code() -> None:
    first, second, other = entry("x ="), entry("loader"), entry("import", path="a.py")
    assert sorted([first, second, other], key=lambda each: each.sort_key) == [other, second, first]


def test_colour_never_reaches_a_plain_palette() -> None:
    coloured = next(full([entry()], Palette(colour=True)))
    assert "\x1b[" in coloured
    assert "\x1b[" not in next(full([entry()], PLAIN))


@pytest.mark.parametrize(
    ("choice", "environ", "terminal", "wanted"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour_follows_the_choice_then_the_environment_then_the_terminal(
    choice: Any, environ: dict[str, str], terminal: bool, wanted: bool
) -> None:
    assert colour_wanted(choice, environ, terminal=terminal) is wanted
