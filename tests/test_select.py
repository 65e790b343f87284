from pathlib import Path
from typing import Any

import pytest

from mllint.config import ConfigResolver
from mllint.finding import Finding, FixPlan, Level, Safety, Span
from mllint.select import effective_safety, enabled_codes, fix_allowed, keep_finding
from mllint.settings import Settings
from small_catalogue import CATALOGUE, DEFAULT

ENGINE = {"MLL900", "MLL901", "MLL902"}


def enabled(path: str | None = None, **settings: Any) -> set[str]:
    root = Path("/project")
    where = None if path is None else root / path
    return set(enabled_codes(Settings(root=root, **settings), CATALOGUE, where))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, DEFAULT),
        ({"select": ("MLL1",)}, {"MLL101", "MLL102", "MLL900"}),
        ({"select": ("ALL",)}, set(CATALOGUE.by_code)),
        ({"select": ("mll201",)}, {"MLL201", "MLL900"}),
        ({"select": ("index-loop",)}, {"MLL201", "MLL900"}),
        ({"select": ("vectorise",)}, {"MLL201", "MLL202", "MLL900"}),
        ({"extend_select": ("MLL102",)}, DEFAULT | {"MLL102"}),
        ({"ignore": ("MLL2",)}, DEFAULT - {"MLL201", "MLL202"}),
        ({"ignore": ("vectorise",)}, DEFAULT - {"MLL201", "MLL202"}),
        # the more specific wins
        ({"select": ("MLL201",), "ignore": ("MLL2",)}, {"MLL201", "MLL900"}),
        ({"select": ("MLL2",), "ignore": ("MLL201",)}, {"MLL202", "MLL900"}),
        ({"select": ("MLL20",), "ignore": ("MLL2",)}, {"MLL201", "MLL202", "MLL900"}),
        ({"select": ("MLL2",), "ignore": ("vectorise",)}, {"MLL201", "MLL202", "MLL900"}),
        ({"select": ("vectorise",), "ignore": ("MLL2",)}, {"MLL900"}),
        ({"select": ("vectorise",), "ignore": ("ALL",)}, {"MLL201", "MLL202", "MLL900"}),
        ({"select": ("ALL",), "ignore": ("vectorise",)}, set(CATALOGUE.by_code) - {"MLL201", "MLL202"}),
        ({"extend_select": ("MLL201",), "ignore": ("ALL",)}, {"MLL201", "MLL900"}),
        # at equal specificity leaving out wins
        ({"select": ("MLL201",), "ignore": ("index-loop",)}, {"MLL900"}),
        ({"select": ("ALL",), "ignore": ("ALL",)}, {"MLL900"}),
        # broken files are hidden only if one says so
        ({"ignore": ("MLL",)}, {"MLL900"}),
        ({"ignore": ("syntax-error",)}, DEFAULT - {"MLL900"}),
        ({"ignore": ("MLL9",)}, DEFAULT - ENGINE),
    ],
)
def test_the_most_specific_selector_decides(settings: dict[str, Any], expected: set[str]) -> None:
    assert enabled(**settings) == expected


@pytest.mark.parametrize(
    ("glob", "path", "left_out"),
    [
        ("scripts/*.py", "scripts/a.py", True),
        ("scripts/*.py", "scripts/x/a.py", False),
        ("scripts", "scripts/x/a.py", True),
        ("a.py", "x/a.py", True),
        ("/project/x/**", "x/a.py", True),
        ("!src/**", "src/a.py", False),
        ("!src/**", "x/a.py", True),
    ],
)
def test_per_file_ignores_go_by_glob(glob: str, path: str, left_out: bool) -> None:
    found = enabled(path, per_file_ignores=((glob, ("MLL2",)),))
    assert found == (DEFAULT - {"MLL201", "MLL202"} if left_out else DEFAULT)


def test_per_file_ignores_may_hide_broken_files() -> None:
    assert enabled("py2/a.py", per_file_ignores=(("py2/**", ("ALL",)),)) == set()


def test_per_file_ignores_beat_any_selection() -> None:
    assert enabled("a.py", select=("MLL201",), per_file_ignores=(("a.py", ("ALL",)),)) == set()


@pytest.mark.parametrize(
    "path", ["tests/a.py", "tests/x/a.py", "pkg/tests/a.py", "test_a.py", "src/test_a.py", "conftest.py"]
)
def test_in_test_paths_only_broken_files_and_suppressions_are_told(path: str) -> None:
    assert enabled(path) == ENGINE
    assert enabled(path, select=("ALL",)) == ENGINE | {"MLL903"}
    assert enabled(path, extend_select=("MLL2", "vectorise")) == ENGINE
    assert enabled(path, test_paths=()) == DEFAULT


@pytest.mark.parametrize("selector", ["MLL102", "missing-final-prefetch"])
def test_a_rule_asked_for_by_its_own_code_or_name_reaches_into_tests(selector: str) -> None:
    assert enabled("tests/a.py", extend_select=(selector,)) == ENGINE | {"MLL102"}


@pytest.mark.parametrize("path", ["latest_a.py", "contests/a.py", "src/a_test.py"])
def test_what_only_looks_like_a_test_is_checked(path: str) -> None:
    assert enabled(path) == DEFAULT


def test_a_file_outside_of_the_root_is_a_test_only_by_its_own_name() -> None:
    settings = Settings(root=Path("/project"))
    assert enabled_codes(settings, CATALOGUE, Path("/home/tests/x/a.py")) == DEFAULT
    assert enabled_codes(settings, CATALOGUE, Path("/home/x/test_a.py")) == ENGINE


def test_a_text_without_a_path_has_the_rules_of_no_path() -> None:
    assert enabled(None, per_file_ignores=(("**", ("ALL",)),)) == DEFAULT


def finding(
    code: str = "MLL201", impact: Level = "medium", confidence: Level = "medium", safety: Safety | None = None
) -> Finding:
    plan = safety and FixPlan("builder", safety, "title", (Span(0, 1),))
    return Finding(code, "name", "message", Span(0, 1), impact, confidence, plan)


@pytest.mark.parametrize(
    ("settings", "impact", "confidence", "kept"),
    [
        ({}, "low", "low", True),
        ({"min_impact": "medium"}, "low", "high", False),
        ({"min_impact": "medium"}, "medium", "low", True),
        ({"min_confidence": "high"}, "high", "medium", False),
        ({"min_impact": "high", "min_confidence": "low"}, "high", "low", True),
    ],
)
def test_filters_keep_what_is_grave_and_sure_enough(
    settings: dict[str, Any], impact: Level, confidence: Level, kept: bool
) -> None:
    chosen = Settings(root=Path("/project"), **settings)
    assert keep_finding(finding("MLL201", impact, confidence), chosen) is kept
    assert keep_finding(finding("MLL900", impact, confidence), chosen)


@pytest.mark.parametrize(
    ("settings", "safety", "without", "with_unsafe"),
    [
        ({}, None, False, False),
        ({}, "safe", True, True),
        ({}, "unsafe", False, True),
        ({}, "display", False, False),
        ({"unsafe-fixes": True}, "unsafe", True, True),
        ({"unsafe-fixes": True, "extend-safe-fixes": ["MLL201"]}, "display", False, False),
        ({"unfixable": ["MLL2"]}, "safe", False, False),
        ({"unfixable": ["ALL"]}, "safe", False, False),
        ({"unfixable": ["vectorise"]}, "safe", False, False),
        ({"unfixable": ["vectorise"], "fixable": ["index-loop"]}, "safe", True, True),
        ({"unfixable": ["MLL2"], "fixable": ["mll201"]}, "safe", True, True),
        ({"fixable": ["MLL1"]}, "safe", False, False),
        ({"fixable": ["vectorise"]}, "safe", True, True),
        ({"extend-safe-fixes": ["index-loop"]}, "unsafe", True, True),
        ({"extend-unsafe-fixes": ["MLL2"]}, "safe", False, True),
        ({"extend-unsafe-fixes": ["MLL2"], "extend-safe-fixes": ["MLL201"]}, "unsafe", True, True),
        ({"extend-unsafe-fixes": ["MLL201"], "extend-safe-fixes": ["MLL201"]}, "safe", False, True),
        ({"extend-unsafe-fixes": ["MLL201"], "extend-safe-fixes": ["vectorise"]}, "safe", False, True),
        ({"extend-safe-fixes": ["MLL1"]}, "unsafe", False, True),
    ],
)
def test_a_fix_is_applied_if_it_is_fixable_and_safe_enough(
    tmp_path: Path, settings: dict[str, Any], safety: Safety | None, without: bool, with_unsafe: bool
) -> None:
    resolver = ConfigResolver(CATALOGUE, isolated=True, overrides=settings, base=tmp_path, environ={})
    chosen = resolver.settings_for(tmp_path)
    assert fix_allowed(finding(safety=safety), chosen, unsafe=False) is without
    assert fix_allowed(finding(safety=safety), chosen, unsafe=True) is with_unsafe


def test_the_safety_of_a_displayed_fix_never_changes() -> None:
    settings = Settings(root=Path("/project"), extend_safe_fixes=("ALL",))
    assert effective_safety("MLL201", "display", settings) == "display"
    assert effective_safety("MLL201", "unsafe", settings) == "safe"
