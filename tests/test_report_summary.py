"""The closing lines."""

import pytest

from mllint.finding import Finding, Span
from mllint.report.entry import Entry, Reach
from mllint.report.summary import fixed_list, summary, would_fix
from mllint.source import Source


def entries(*reaches: Reach) -> list[Entry]:
    finding = Finding("MLL101", "dataloader-no-workers", "slow", Span(0, 1), "high", "high")
    return [Entry("a.py", Source("x"), finding, reach) for reach in reaches]


@pytest.mark.parametrize(
    ("reaches", "fixed", "unsafe", "expected"),
    [
        ([], 0, False, "All checks passed!\n"),
        (["never"], 0, False, "Found 1 finding.\n"),
        (["now", "now", "never"], 0, False, "Found 3 findings.\n[*] 2 fixable with `mllint fix`.\n"),
        (
            ["now", "unsafe"],
            0,
            False,
            "Found 2 findings.\n[*] 1 fixable with `mllint fix` (1 more with `--unsafe-fixes`).\n",
        ),
        (["now"], 0, True, "Found 1 finding.\n[*] 1 fixable with `mllint fix --unsafe-fixes`.\n"),
        (["never"] * 9, 3, False, "Found 12 (3 fixed, 9 remain).\n"),
        ([], 3, False, "Found 3 (3 fixed, 0 remain).\n"),
        (
            ["unsafe"],
            1,
            False,
            "Found 2 (1 fixed, 1 remain).\nNo safe fixes; 1 fixable with `mllint fix --unsafe-fixes`.\n",
        ),
    ],
)
def test_the_summary_counts_what_was_found_fixed_and_can_be_fixed(
    reaches: list[Reach], fixed: int, unsafe: bool, expected: str
) -> None:
    assert "".join(summary(entries(*reaches), fixed, unsafe=unsafe)) == expected


def test_a_diff_says_what_it_would_fix() -> None:
    assert list(would_fix(2, entries("unsafe"))) == ["Would fix 2 findings (1 more with `--unsafe-fixes`).\n"]
    assert list(would_fix(0, [])) == ["Nothing to fix.\n"]


def test_fixes_are_listed_by_path_and_rule() -> None:
    fixed = {"b.py": [("MLL102", "two"), ("MLL101", "one"), ("MLL102", "two")], "a.py": [("MLL101", "one")]}
    assert "".join(fixed_list(fixed)) == (
        "Fixed 4 findings:\n- a.py:\n    1 × MLL101 (one)\n- b.py:\n    1 × MLL101 (one)\n"
        "    2 × MLL102 (two)\n\n"
    )
    assert list(fixed_list({})) == []
