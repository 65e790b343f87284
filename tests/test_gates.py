"""The gates only save time: with and without them the findings are the same."""

import importlib.util
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from cards_under_test import CASES, catalogue
from mllint import gates
from mllint.finding import Finding
from mllint.rule import SYNTAX_ERROR, Catalogue, Rule
from mllint.run import check_source
from mllint.settings import Settings
from mllint.source import Source, SourceError

EVERYTHING = Settings(root=Path("/nonexistent"), select=("ALL",))
MOST_FILES = 60


def code_base(name: str) -> list[Path]:
    """Some of the files of an installed package, spread over it; empty where it is not installed."""
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        return []
    files = [
        path
        for path in sorted(Path(found.submodule_search_locations[0]).rglob("*.py"))
        if path.stat().st_size
    ]
    return list(islice(files, 0, None, max(1, len(files) // MOST_FILES)))[:MOST_FILES]


def findings(source: Source, rules: Catalogue, *, named: bool) -> list[Finding]:
    result = check_source(source, EVERYTHING, rules, named=named)
    return [finding for finding in result.findings if finding.code != SYNTAX_ERROR]


def ungated() -> Catalogue:
    """The same rules, offered every file."""
    rules: Catalogue = catalogue()
    return Catalogue([replace(rule, triggers=()) for rule in rules], rules.words, rules.knowledge)


def same(source: Source) -> int:
    """Asserts that the gates change nothing; the number of findings."""
    without = findings(source, ungated(), named=True)
    assert findings(source, catalogue(), named=True) == without
    assert findings(source, catalogue(), named=False) == without
    return len(without)


def test_examples_have_the_same_findings_with_and_without_gates() -> None:
    texts = {text for case in CASES if case.card.family != "mllint" for text in (case.bad, case.good) if text}
    assert sum(same(Source(text, "example.py")) for text in sorted(texts)) >= len(texts) // 4


@pytest.mark.parametrize("name", ["numpy", "pandas", "PIL", "click", "libcst", "torch"])
def test_public_code_has_the_same_findings_with_and_without_gates(name: str) -> None:
    files = code_base(name)
    if not files:
        pytest.skip(f"{name} is not installed")
    for path in files:
        try:
            source = Source.from_bytes(path.read_bytes(), path.name)
        except SourceError:
            continue
        if len(source.text) < 100_000:
            same(source)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("import numpy", True),
        ("import numpyro", False),
        ("x = 'torch'", True),
        ("# mllint: ignore", True),
        ("# noqa: MLL101", True),
        ("import os", False),
        ("", False),
        ("x.np = 1", True),
    ],
)
def test_the_file_gate_asks_for_a_whole_word_about_a_library(text: str, passes: bool) -> None:
    assert gates.passes_file_gate(text, catalogue()) == passes


def test_the_rule_gate_asks_for_one_word_of_each_group() -> None:
    rule: Rule = next(rule for rule in catalogue() if rule.nodes)
    rule = replace(rule, triggers=(frozenset({"a", "b"}), frozenset({"c"})))
    chosen = {
        text: bool(gates.rules_for(text, [rule])) for text in ("a c", "b.c", "a", "c", "ab c", "a_c", "")
    }
    assert chosen == {
        "a c": True,
        "b.c": True,
        "a": False,
        "c": False,
        "ab c": False,
        "a_c": False,
        "": False,
    }


def test_triggers_are_words() -> None:
    for rule in catalogue():
        for group in rule.triggers:
            assert group, rule.name
            assert all(word.isidentifier() for word in group), rule.name
