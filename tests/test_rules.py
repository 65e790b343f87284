"""Every example of every card is a test of its rule."""

import ast
import io
import tokenize
from collections import Counter
from pathlib import Path

import pytest

from cards_under_test import CARDS, CASES, PATHS, Case, catalogue, fix, lint, settings, write_files
from mllint.fixes.render import render
from mllint.source import Source

BAD = [case for case in CASES if case.bad is not None]
GOOD = [case for case in CASES if case.good is not None]
FIXED = [
    case for case in CASES if case.bad is not None and case.good is not None and not case.example.unfixed
]


def identifier(case: Case) -> str:
    return case.identifier


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.mark.parametrize("case", BAD, ids=identifier)
def test_a_bad_example_gives_exactly_the_announced_lines(case: Case, folder: Path) -> None:
    write_files(case, folder)
    assert case.expected, "a bad example announces its findings"
    source = Source(case.bad or "")
    found = lint(case.bad or "", settings((case.card.name,), case, folder), folder)
    assert sorted((source.position(item.span.start).line, item.code) for item in found) == sorted(
        case.expected
    )


@pytest.mark.parametrize("case", GOOD, ids=identifier)
def test_a_good_example_is_silent(case: Case, folder: Path) -> None:
    write_files(case, folder)
    assert lint(case.good or "", settings((case.card.name,), case, folder), folder) == []


@pytest.mark.parametrize("case", FIXED, ids=identifier)
def test_the_fix_turns_bad_into_good_and_then_rests(case: Case, folder: Path) -> None:
    write_files(case, folder)
    chosen = settings((case.card.name,), case, folder)
    outcome = fix(case.bad or "", chosen, folder)
    assert outcome.failed == ()
    assert outcome.source.text == case.good
    assert outcome.converged
    assert fix(outcome.source.text, chosen, folder).applied == ()


@pytest.mark.parametrize("case", FIXED, ids=identifier)
def test_comments_survive_the_fix(case: Case, folder: Path) -> None:
    write_files(case, folder)
    fixed = fix(case.bad or "", settings((case.card.name,), case, folder), folder).source.text
    assert comments(case.bad or "") <= comments(fixed)


def comments(text: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter(token.string.strip() for token in tokens if token.type == tokenize.COMMENT)


@pytest.mark.parametrize("case", BAD, ids=identifier)
def test_every_planned_fix_can_be_rendered(case: Case, folder: Path) -> None:
    write_files(case, folder)
    for finding in lint(case.bad or "", settings((case.card.name,), case, folder), folder):
        if finding.fix is not None:
            assert render(finding.fix, Source(case.bad or "")).edits
        elif case.card.fix is not None:
            assert finding.no_fix, "a rule with a fix says why there is none here"


@pytest.mark.parametrize("case", GOOD, ids=identifier)
def test_no_good_example_raises_any_default_rule(case: Case, folder: Path) -> None:
    write_files(case, folder)
    default = tuple(card.name for card in CARDS.values() if card.default)
    assert lint(case.good or "", settings(default, None, folder), folder) == []


@pytest.mark.parametrize("case", BAD, ids=identifier)
def test_no_fixed_example_raises_any_default_rule_that_the_original_did_not(case: Case, folder: Path) -> None:
    write_files(case, folder)
    default = tuple(card.name for card in CARDS.values() if card.default)
    before = Counter(item.code for item in lint(case.bad or "", settings(default, None, folder), folder))
    fixed = fix(case.bad or "", settings((case.card.name,), case, folder), folder).source.text
    after = Counter(item.code for item in lint(fixed, settings(default, None, folder), folder))
    assert after <= before


@pytest.mark.parametrize("case", BAD, ids=identifier)
def test_a_fix_keeps_to_what_the_card_declares(case: Case, folder: Path) -> None:
    write_files(case, folder)
    for finding in lint(case.bad or "", settings((case.card.name,), case, folder), folder):
        plan = finding.fix
        if plan is None:
            continue
        assert case.card.fix is not None
        assert (plan.safety == "safe") == (plan.equivalence == "exact")
        if case.card.fix.safety == "display":
            assert plan.safety == "display"


def test_codes_and_names_are_unique_and_files_carry_the_names() -> None:
    cards = list(CARDS.values())
    assert len({card.code for card in cards}) == len(cards) == len({card.name for card in cards})
    for card in cards:
        assert PATHS[card.name].stem == card.name.replace("-", "_")
        assert PATHS[card.name].parent.name == card.family.replace("-", "_")


def test_every_card_has_a_silent_example_and_every_detecting_card_a_bad_one() -> None:
    for card in CARDS.values():
        assert any(example.good is not None and example.bad is None for example in card.examples), card.name
        if card.name != "suppression-without-reason":
            assert any(example.bad is not None for example in card.examples), card.name


def test_examples_are_python() -> None:
    for case in CASES:
        for text in (case.bad, case.good):
            if text is not None and case.card.name != "syntax-error":
                ast.parse(text)


def test_default_rules_are_never_of_low_impact() -> None:
    for rule in catalogue():
        if rule.default and not rule.engine:
            assert rule.impact != "low", rule.name
