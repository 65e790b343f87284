"""Pieces of a source as libcst nodes, and back byte for byte."""

import ast
import random
import subprocess
import sys
import sysconfig
from pathlib import Path

import libcst as cst
import pytest

from mllint.finding import Span
from mllint.fixes.nodes import parse_expression, parse_statements
from mllint.fixes.refused import Refused
from mllint.fixes.syntax import tree_of
from mllint.source import Source, SourceError

LIBRARY = Path(sysconfig.get_path("stdlib"))


def statement(text: str, name: str = "target") -> tuple[Source, Span]:
    """The first statement whose text starts with ``name``."""
    source = Source(text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt) and source.slice(source.span(node)).startswith(name):
            return source, source.span(node)
    raise AssertionError("no such statement")


def sampled_files() -> list[Path]:
    files = [path for path in sorted(LIBRARY.glob("*.py")) if path.stat().st_size < 60_000]
    return random.Random(7).sample(files, 30)


@pytest.mark.parametrize("path", sampled_files(), ids=lambda path: path.stem)
def test_statements_and_expressions_of_the_standard_library_come_back_byte_for_byte(path: Path) -> None:
    try:
        source = Source.from_bytes(path.read_bytes())
        tree = tree_of(source)
    except (SourceError, Refused):
        pytest.skip("not for this Python")
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.stmt | ast.Call)]
    kept = 0
    for node in random.Random(1).sample(nodes, min(30, len(nodes))):
        span = source.span(node)
        try:
            if isinstance(node, ast.stmt):
                parsed = parse_statements(source, span)
                assert parsed.render(parsed.nodes) == source.slice(parsed.span)
                assert parsed.span.contains(span)
                assert len(parsed.nodes) == 1
            else:
                call = parse_expression(source, span)
                assert isinstance(call.node, cst.Call)
                assert call.render(call.node) == source.slice(span)
        except Refused as refused:
            assert "shares its line" in str(refused) or "elif" in str(refused) or "continues" in str(refused)
        else:
            kept += 1
    assert kept > len(nodes[:30]) * 0.6


@pytest.mark.parametrize(
    "text",
    [
        "if a:\n    target = 1\n",
        "if a:\n\ttarget = 1\t# why\n",
        "if a:\n  if b:\n     target = [\n 1,\n\t2]  # odd\n",
        "if a:\r\n    target = 1\r\n",
        "if a:\r    target = f(1,\r        2)\r",
        "if a:\n    target = '''x\n  y\r\n\ty\n'''\n",
        "if a:\n    target = b + \\\n  c\n",
        "if a:\n\f    target = 1\n",
        "if a:\n    target = 1",
        "target = 1",
        "target = 1;",
        "if a:\n    # about\n    target = 1\n    # after\n",
        "if a:\n    target: int = 1 # é\n",
        "é = 1\nif é:\n    target('日本', é) # ok\n",
        "class A:\n    def f():\n        for target in a:\n"
        "          # one\n          b\n\n          c\n         # odd\n",
    ],
)
def test_odd_layouts_come_back_byte_for_byte_or_are_refused(text: str) -> None:
    source, span = statement(text, "for target" if "for target" in text else "target")
    if text.endswith(";"):
        with pytest.raises(Refused, match="shares its line"):
            parse_statements(source, span)
        return
    parsed = parse_statements(source, span)
    assert parsed.render(parsed.nodes) == source.slice(parsed.span)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a = 1; target = 2\n", "shares its line"),
        ("target = 2; a = 1\n", "shares its line"),
        ("if a: target = 2\n", "shares its line"),
        ("if x: \\\n  target = 2\n", "backslash"),
        ("a = 1; \\\ntarget = 2\n", "backslash"),
        ("\ftarget = 2\n", "layout"),
    ],
)
def test_a_statement_whose_lines_cannot_be_kept_apart_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        parse_statements(*statement(text))


def test_an_elif_is_refused() -> None:
    with pytest.raises(Refused, match="elif"):
        parse_statements(*statement("if a:\n    pass\nelif b:\n    pass\n", "elif"))


def test_a_comment_line_above_that_ends_in_a_backslash_is_no_continuation() -> None:
    source, span = statement("# C:\\\ntarget = 1\n")
    assert parse_statements(source, span).span == Span(6, 16)


def test_decorators_belong_to_the_statement() -> None:
    source, span = statement("@a\n@b(1)\ndef target(): pass\n", "def")
    assert source.slice(parse_statements(source, span).span).startswith("@a\n")


def test_several_siblings_can_be_parsed_together() -> None:
    text = "def f():\n    a = 1\n\n    # two\n    for b in c:\n        d\n    return a\n"
    source = Source(text)
    parsed = parse_statements(source, Span(text.index("a = 1"), text.index("d\n") + 1))
    assert [type(node).__name__ for node in parsed.nodes] == ["SimpleStatementLine", "For"]
    assert parsed.edit(parsed.nodes[:1]).text == "    a = 1"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_changed_statement_takes_the_newlines_of_its_place(newline: str) -> None:
    text = "if a:\n    target = b  # why\n".replace("\n", newline)
    source, span = statement(text)
    parsed = parse_statements(source, span)
    new = [*parsed.nodes, cst.parse_statement("more = 1")]
    assert parsed.render(new) == f"    target = b  # why{newline}    more = 1"


@pytest.mark.parametrize(
    "text", ["(a +  b)", "a, b", "f(\n  1, # x\n)", "(x for x in y)", "lambda: 1", "[é,\n 'ü']"]
)
def test_expressions_come_back_byte_for_byte(text: str) -> None:
    source = Source(f"ä = ({text})\n")
    parsed = parse_expression(source, Span(5, 5 + len(text)))
    assert parsed.edit(parsed.node).text == text


@pytest.mark.parametrize("text", ["a) + (b", "a)(b", "a = 1", "*a", "", "a; b"])
def test_a_span_that_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parse_expression(Source(text), Span(0, len(text)))


@pytest.mark.parametrize(
    "text",
    ["+".join(["a"] * 2000), "a" + ".b" * 1500, " and ".join(["a"] * 20000), "-" * 1500 + "a", "'a' " * 3000],
    ids=["sum", "attributes", "and", "minus", "strings"],
)
def test_what_is_nested_too_deeply_for_libcst_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="too deep"):
        parse_expression(Source(text), Span(0, len(text)))


def test_a_ladder_of_two_thousand_branches_is_refused() -> None:
    text = "if a:\n    b\n" + "elif a:\n    b\n" * 2000
    with pytest.raises(Refused, match="deep"):
        parse_statements(Source(text), Span(0, len(text) - 1))


def test_rendering_is_imported_without_libcst() -> None:
    code = "import mllint.fixes.apply, mllint.fixes.write, sys; print('libcst' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
