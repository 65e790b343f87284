"""Replacing, wrapping and inserting text, and rendering in general."""

import ast
import itertools
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mllint.finding import Edit, FixPlan, Import, PlainValue, Span
from mllint.fixes.layout import minimal
from mllint.fixes.refused import Refused
from mllint.fixes.render import render
from mllint.source import Source


def built(
    text: str, builder: str, node: str, source: Source | None = None, /, **arguments: PlainValue
) -> str:
    """The text after ``builder`` was run on the first place that spells ``node``."""
    source = source or Source(text)
    start = text.index(node)
    plan = FixPlan(
        builder, "safe", "do it", (Span(start, start + len(node)),), tuple(sorted(arguments.items()))
    )
    result = source.replace((edit.span, edit.text) for edit in render(plan, source).edits)
    ast.parse(result)
    return result


@pytest.mark.parametrize(
    ("text", "node", "after", "expected"),
    [
        ("x = a / b\n", "a / b", ".half()", "x = (a / b).half()\n"),
        ("x = a / b * c\n", "a / b", ".half()", "x = (a / b).half() * c\n"),
        ("x = name\n", "name", ".half()", "x = name.half()\n"),
        ("x = f(1)\n", "f(1)", ".half()", "x = f(1).half()\n"),
        ("x = a.b[0]\n", "a.b[0]", ".half()", "x = a.b[0].half()\n"),
        ("x = 5\n", "5", ".real", "x = (5).real\n"),
        ("x = 5.0\n", "5.0", ".real", "x = 5.0.real\n"),
        ("x = -y\n", "-y", ".half()", "x = (-y).half()\n"),
        ("x = -y\n", "y", ".half()", "x = -y.half()\n"),
        ("x = (a + b)\n", "a + b", ".half()", "x = ((a + b).half())\n"),
        ("x = a, b\n", "a, b", ".count(1)", "x = (a, b).count(1)\n"),
        ("x = f(y for y in z)\n", "(y for y in z)", ".send(1)", "x = f((y for y in z).send(1))\n"),
        ("x = 'ü' + 'ö'  # é\n", "'ö'", ".lower()", "x = 'ü' + 'ö'.lower()  # é\n"),
        ("x = (a\r\n     + b)\r\n", "a\r\n     + b", ".half()", "x = ((a\r\n     + b).half())\r\n"),
        ("x = [1 if a else b]\n", "1 if a else b", ".real", "x = [(1 if a else b).real]\n"),
    ],
)
def test_a_method_behind_an_expression_gets_the_parentheses_that_it_needs(
    text: str, node: str, after: str, expected: str
) -> None:
    assert built(text, "wrap_text", node, after=after) == expected


@pytest.mark.parametrize(
    ("text", "node", "before", "after", "expected"),
    [
        ("x = a / b\n", "a / b", "np.float32(", ")", "x = np.float32(a / b)\n"),
        ("x = a, b\n", "a, b", "np.array(", ", dtype=d)", "x = np.array((a, b), dtype=d)\n"),
        ("return-x\n", "-x", "abs(", ")", "return abs(-x)\n"),
        ("[y for y in(x)]\n", "x", "abs(", ")", "[y for y in(abs(x))]\n"),
        ("f(y for y in z)\n", "(y for y in z)", "list(", ")", "f(list((y for y in z)))\n"),
        ("x = a * b\n", "b", "", " + 1", "x = a * (b + 1)\n"),
        ("x = a + b\n", "a + b", "-", "", "x = -(a + b)\n"),
        ("x = 1if a else 2\n", "1", "f(", ")", "x = f(1)if a else 2\n"),
        ("f(y := 1)\n", "y := 1", "g(a=", ")", "f(g(a=(y := 1)))\n"),
    ],
)
def test_a_call_around_an_expression_keeps_the_meaning(
    text: str, node: str, before: str, after: str, expected: str
) -> None:
    assert built(text, "wrap_text", node, before=before, after=after) == expected


@pytest.mark.parametrize(("text", "node"), [("x[1:]", "1:"), ("x[1:, a]", "1:, a"), ("f(*a)", "*a")])
def test_what_has_no_value_of_its_own_cannot_be_wrapped(text: str, node: str) -> None:
    with pytest.raises(Refused, match="no value of its own"):
        built(text, "wrap_text", node, before="g(", after=")")


@pytest.mark.parametrize(
    ("text", "node", "new", "expected"),
    [
        ("x = foo  # é\n", "foo", "bar", "x = bar  # é\n"),
        ("x = a * b\n", "b", "c + d", "x = a * (c + d)\n"),
        ("x = a * b\n", "b", "(c + d)", "x = a * (c + d)\n"),
        ("x = a * b\n", "b", "(c) + (d)", "x = a * ((c) + (d))\n"),
        ("x = f(a)\n", "a", "b, c", "x = f((b, c))\n"),
        ("x = f(a)\n", "a", "(b, c), (d, e)", "x = f(((b, c), (d, e)))\n"),
        ("x = f(a)\n", "a", "b + c", "x = f(b + c)\n"),
        ("x = f(a)\n", "a", "*b", "x = f(*b)\n"),
        ("x = a\n", "a", "b, c", "x = b, c\n"),
        ("x = a.real\n", "a", "5", "x = (5).real\n"),
        ("x = a + 2\n", "a", "5", "x = 5 + 2\n"),
        ("x = sum(y for y in z)\n", "(y for y in z)", "z", "x = sum(z)\n"),
        ("return-x\n", "-x", "y", "return y\n"),
        ("x = 1if a else 2\n", "1", "y", "x = y if a else 2\n"),
        ("if a:\r\n    b = 1\r\n", "b = 1", "c = 2\nd = 3", "if a:\r\n    c = 2\r\n    d = 3\r\n"),
        ("if a:\n\tfor b in c:\n\t\td\n", "for b in c:\n\t\td", "e = c", "if a:\n\te = c\n"),
        ("a = 1; b = 2\n", "b = 2", "c = 3", "a = 1; c = 3\n"),
        ("f(a=1, b=2)\n", "b=2", "c=3", "f(a=1, c=3)\n"),
    ],
)
def test_a_node_is_replaced_by_text(text: str, node: str, new: str, expected: str) -> None:
    assert built(text, "replace_text", node, text=new) == expected


@pytest.mark.parametrize(
    ("text", "node", "new"),
    [
        ("a = 1; b = 2\n", "b = 2", "c = 3\nd = 4"),
        ("if a:\n    b\nelif c:\n    d\n", "elif c:\n    d", "pass"),
        ("x = f'{a}'\n", "a", "b"),
        ("x = a\n", "= a", "b"),
    ],
)
def test_a_node_that_cannot_be_replaced_is_refused(text: str, node: str, new: str) -> None:
    with pytest.raises(Refused):
        built(text, "replace_text", node, text=new)


INSERTED = [
    ("a = 1\n", "a = 1", "before\na = 1\nafter\n"),
    ("a = 1", "a = 1", "before\na = 1\nafter"),
    ("if x:\n    a = 1  # why\n\nb\n", "a = 1", "if x:\n    before\n    a = 1  # why\n    after\n\nb\n"),
    ("if x:\n\ta = '''\n'''\n", "a = '''\n'''", "if x:\n\tbefore\n\ta = '''\n'''\n\tafter\n"),
    ("if x:\r\n  a = 1\r\n", "a = 1", "if x:\r\n  before\r\n  a = 1\r\n  after\r\n"),
    (
        "@d\n@e(1)\ndef f():\n    pass\n",
        "def f():\n    pass",
        "before\n@d\n@e(1)\ndef f():\n    pass\nafter\n",
    ),
    (
        "class A:\n    @d\n    class B: x\n",
        "class B: x",
        "class A:\n    before\n    @d\n    class B: x\n    after\n",
    ),
    (
        "for é in x:\n    y\nelse:\n    z",
        "for é in x:\n    y\nelse:\n    z",
        "before\nfor é in x:\n    y\nelse:\n    z\nafter",
    ),
    ("f(\n 1)\n# end", "f(\n 1)", "before\nf(\n 1)\nafter\n# end"),
]


@pytest.mark.parametrize(("text", "node", "expected"), INSERTED)
def test_statements_are_inserted_with_the_indentation_and_newlines_of_the_place(
    text: str, node: str, expected: str
) -> None:
    assert built(text, "insert_statement", node, before=("before",), after=("after",)) == expected


def test_an_inserted_block_keeps_its_own_indentation() -> None:
    text = "if x:\n  a\n"
    expected = "if x:\n  with b:\n    c\n\n    d\n  a\n"
    assert built(text, "insert_statement", "a", before=("with b:\n  c\n\n  d",)) == expected


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("a = 1; b = 2\n", "a = 1"),
        ("a = 1; b = 2\n", "b = 2"),
        ("if x: a = 1\n", "a = 1"),
        ("if x:\n  y\nelif z:\n  w\n", "elif z:\n  w"),
        ("x; \\\na = 1\n", "a = 1"),
    ],
)
def test_statements_are_not_inserted_where_lines_are_shared(text: str, node: str) -> None:
    with pytest.raises(Refused):
        built(text, "insert_statement", node, before=("before",))


def test_text_edits_are_made_as_they_are() -> None:
    assert (
        built("ab = cd\n", "text_edits", "ab = cd", edits=((0, 1, "x"), (5, 7, ""), (7, 7, "9")))
        == "xb = 9\n"
    )


@pytest.mark.parametrize(
    "edits", [((0, 99, "x"),), ((3, 1, "x"),), ((-1, 0, "x"),), ((0, 3, "x"), (2, 4, "y"))]
)
def test_edits_outside_the_text_or_over_each_other_are_refused(
    edits: tuple[tuple[int, int, str], ...],
) -> None:
    with pytest.raises(Refused, match="internal error"):
        built("ab = cd\n", "text_edits", "ab = cd", edits=edits)


def plan(builder: str, *spans: Span, imports: tuple[Import, ...] = (), **arguments: Any) -> FixPlan:
    return FixPlan(builder, "unsafe", "title", spans, tuple(arguments.items()), imports)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (plan("no_such_builder", Span(0, 1)), "no builder"),
        (plan("../apply", Span(0, 1)), "no name of a builder"),
        (plan("__init__", Span(0, 1)), "no name of a builder"),
        (plan("replace_text", Span(0, 1)), "cannot be called so"),
        (plan("replace_text", Span(0, 1), text="a", more=1), "cannot be called so"),
        (plan("replace_text", Span(0, 1), text="a"), "changes nothing"),
        (plan("replace_text", Span(50, 60), text="b"), "no such node"),
        (plan("wrap_text", Span(0, 1), before="f("), "do not make an expression"),
        (plan("add_keyword", Span(0, 1), keyword="k", value="1"), "not a call"),
    ],
)
def test_a_plan_that_does_not_fit_the_text_is_refused_with_the_reason(broken: FixPlan, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        render(broken, Source("a = 1\n"))


def test_a_text_that_python_cannot_parse_is_refused() -> None:
    with pytest.raises(Refused, match="does not parse"):
        render(plan("replace_text", Span(0, 1), text="b"), Source("a = = 1\n"))


def test_text_that_the_encoding_of_the_file_cannot_hold_is_refused() -> None:
    latin = Source("# coding: latin-1\nx = 'é'\n", encoding="iso-8859-1")
    assert built(latin.text, "replace_text", "'é'", latin, text="'ü'").endswith("x = 'ü'\n")
    with pytest.raises(Refused, match="iso-8859-1, cannot hold '日'"):
        built(latin.text, "replace_text", "'é'", latin, text="'日'")


def test_a_fix_carries_title_safety_imports_and_the_smallest_edits() -> None:
    need = Import("numpy", alias="np")
    source = Source("x = f(a, b, c)\n")
    fix = render(plan("replace_text", Span(4, 14), imports=(need,), text="f(a, bb, c)"), source)
    assert (fix.title, fix.safety, fix.imports) == ("title", "unsafe", (need,))
    assert fix.edits == (Edit(Span(10, 10), "b"),)


@pytest.mark.parametrize("terms", [1000, 900])
def test_the_layout_builders_take_long_sums(terms: int) -> None:
    long = " + ".join(["a"] * terms)
    try:
        ast.parse(long)
    except RecursionError:
        pytest.skip(f"Python {sys.version_info} takes no such sum")
    assert built(f"x = f({long})\n", "add_keyword", f"f({long})", keyword="k", value="1").endswith(", k=1)\n")


@given(st.text("ab\r\n", max_size=8), st.data())
def test_minimal_edits_give_the_same_text_and_never_overlap(text: str, data: st.DataObject) -> None:
    source = Source(text)
    places = sorted(
        data.draw(st.lists(st.integers(0, len(text)), max_size=6).map(lambda it: it[: len(it) // 2 * 2]))
    )
    edits = tuple(
        Edit(Span(start, end), data.draw(st.text("ab\n", max_size=3)))
        for start, end in zip(places[::2], places[1::2], strict=True)
    )
    small = minimal(source, edits)
    whole = source.replace((edit.span, edit.text) for edit in small)
    pieces, end = [], 0
    for edit in edits:
        pieces += [text[end : edit.span.start], edit.text]
        end = edit.span.end
    assert whole == "".join([*pieces, text[end:]])
    for one, two in itertools.pairwise(small):
        assert not one.span.overlaps(two.span)
