"""Whole statements in place of others."""

import ast
import io
import tokenize
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mllint.finding import FixPlan, Span
from mllint.fixes.refused import Refused
from mllint.fixes.render import render
from mllint.source import Source


def replaced(text: str, first: str, last: str, new: str) -> str:
    """The text after the statements from ``first`` to ``last``, as they are spelled, gave way to ``new``."""
    source = Source(text)
    head = text.index(first)
    tail = text.rindex(last)
    spans = (Span(head, head + len(first)), Span(tail, tail + len(last)))
    spans = spans[:1] if spans[0] == spans[1] else spans
    plan = FixPlan("replace_statements", "safe", "do it", spans, (("text", new),))
    result = source.replace((edit.span, edit.text) for edit in render(plan, source).edits)
    ast.parse(result)
    return result


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize(
    ("text", "first", "last", "new", "expected"),
    [
        ("a = 1\nb = 2\nc = 3\n", "a = 1", "b = 2", "d = 4", "d = 4\nc = 3\n"),
        ("a = 1", "a = 1", "a = 1", "b = 2\nc = 3", "b = 2\nc = 3"),
        ("x = 1\na = 1\n", "a = 1", "a = 1", "b = 2\n", "x = 1\nb = 2\n"),
        (
            "def f():\n    a = 1\n    for b in c:\n        d\n    return a\n",
            "a = 1",
            "for b in c:\n        d",
            "if c:\n    a = 2",
            "def f():\n    if c:\n        a = 2\n    return a\n",
        ),
        # tabs stay tabs
        (
            "if x:\n\ta = 1\n\tb = 2\n",
            "a = 1",
            "b = 2",
            "for y in z:\n    if y:\n        a\n\nb",
            "if x:\n\tfor y in z:\n\t\tif y:\n\t\t\ta\n\n\tb\n",
        ),
        # comments are kept before the new lines
        (
            "if x:\n    a = 1  # one\n    # two\n    b = f(\n        1,  # three\n    )  # four\n    c\n",
            "a = 1",
            "b = f(\n        1,  # three\n    )",
            "d = 4",
            "if x:\n    # one\n    # two\n    # three\n    # four\n    d = 4\n    c\n",
        ),
        ("# up\na = 1\n# down\n", "a = 1", "a = 1", "b = 2", "# up\nb = 2\n# down\n"),
        ("a = '# no'  # yes\n", "a = '# no'", "a = '# no'", "b = 2", "# yes\nb = 2\n"),
        # decorators belong to what they decorate
        ("@d\ndef f(): pass\n", "def f(): pass", "def f(): pass", "f = 1", "f = 1\n"),
        ("é = 'ü'\nif é: a('日本')  # 語\n", "if é: a('日本')", "if é: a('日本')", "é", "é = 'ü'\n# 語\né\n"),
        ("a = '''x\n  y\n'''\nb\n", "a = '''x\n  y\n'''", "a = '''x\n  y\n'''", "c", "c\nb\n"),
        ("a = 1 + \\\n  2\nb\n", "a = 1 + \\\n  2", "a = 1 + \\\n  2", "c", "c\nb\n"),
    ],
)
def test_statements_give_way_to_others(
    text: str, first: str, last: str, new: str, expected: str, newline: str
) -> None:
    text, first, last, expected = (each.replace("\n", newline) for each in (text, first, last, expected))
    if newline != "\n" and newline not in text:
        pytest.skip("a text without lines has no newline style")
    assert replaced(text, first, last, new) == expected


@pytest.mark.parametrize(
    ("text", "statement", "reason"),
    [
        ("a = 1; b = 2\n", "a = 1", "shares its line"),
        ("a = 1; b = 2\n", "b = 2", "shares its line"),
        ("if x: a = 1\n", "a = 1", "shares its line"),
        ("for x in y:\n    a; b\n", "for x in y:\n    a; b", "shares its line"),
        ("a = 1;\n", "a = 1", "shares its line"),
        ("if x:\n    a\nelif y:\n    b\n", "elif y:\n    b", "elif"),
        ("a = '''\n;'''; b\n", "a = '''\n;'''", "shares its line"),
    ],
)
def test_statements_that_share_lines_are_refused(text: str, statement: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        replaced(text, statement, statement, "c = 3")


def test_a_semicolon_in_a_string_or_comment_is_none() -> None:
    assert replaced("a = 'x; y'  # p; q\n", "a = 'x; y'", "a = 'x; y'", "b") == "# p; q\nb\n"


@pytest.mark.parametrize("new", ["a = '''\n'''", "a = f'''\n{b}'''", "a = b'''\n'''"])
def test_a_new_string_over_several_lines_is_refused(new: str) -> None:
    with pytest.raises(Refused, match="several lines"):
        replaced("x = 1\n", "x = 1", "x = 1", new)


def test_new_text_that_is_no_python_is_refused() -> None:
    with pytest.raises(Refused, match="parse"):
        replaced("x = 1\n", "x = 1", "x = 1", "a = (")


LINES = st.sampled_from(
    ["a = 1", "b = '#'  # one", "# two", "", "for c in d:\n    e  # three\n    # four", "f(  # five\n  1\n)"]
)


@given(lines=st.lists(LINES, max_size=6), tabs=st.booleans())
def test_comments_survive_and_nothing_around_changes(lines: list[str], tabs: bool) -> None:
    body = ["first = 0", *lines, "last = 9"]
    flat = [line for each in body for line in each.split("\n")]
    text = "if x:\n    before\n" + "".join(f"    {line}\n" if line else "\n" for line in flat) + "    after\n"
    if tabs:
        text = text.replace("    ", "\t")
    result = replaced(text, "first = 0", "last = 9", "for y in z:\n    g(y)")
    assert comments(result) == comments(text)
    indent = "\t" if tabs else "    "
    assert result.startswith(f"if x:\n{indent}before\n")
    assert result.endswith(f"{indent}for y in z:\n{indent * 2}g(y)\n{indent}after\n")


def comments(text: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)
