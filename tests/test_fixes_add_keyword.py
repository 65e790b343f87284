"""New and changed keyword arguments over many layouts."""

import ast
import io
import tokenize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mllint.finding import FixPlan
from mllint.fixes.refused import Refused
from mllint.fixes.render import render
from mllint.source import Source


def first_call(source: Source, callee: str = "f") -> ast.Call:
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == callee:
            return node
    raise AssertionError("no call")


def with_keyword(text: str, builder: str = "add_keyword", value: str = "2") -> str:
    source = Source(text)
    plan = FixPlan(
        builder,
        "safe",
        "add it",
        (source.span(first_call(source)),),
        (("keyword", "k"), ("value", value)),
    )
    edits = render(plan, source).edits
    assert all(source.slice(edit.span) == "" for edit in edits), "nothing is taken away"
    return source.replace((edit.span, edit.text) for edit in edits)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f()", "f(k=2)"),
        ("f( )", "f(k=2 )"),
        ("f(\n)", "f(k=2\n)"),
        ("f(\n    # ) nothing\n)", "f(k=2\n    # ) nothing\n)"),
        ("(f)()", "(f)(k=2)"),
        ("( f # (\n) ()", "( f # (\n) (k=2)"),
        ("(f # (\n ())", "(f # (\n (k=2))"),
        ("f(a)", "f(a, k=2)"),
        ("f(a )", "f(a, k=2 )"),
        ("f(a,)", "f(a, k=2,)"),
        ("f(a, )", "f(a, k=2, )"),
        ("f((a))", "f((a), k=2)"),
        ("f(((a) ) , )", "f(((a) ) , k=2, )"),
        ("f(b=(1))", "f(b=(1), k=2)"),
        ("f(*a)", "f(*a, k=2)"),
        ("f(a, **b)", "f(a, k=2, **b)"),
        ("f(**b)", "f(k=2, **b)"),
        ("f(**b, **c,)", "f(k=2, **b, **c,)"),
        ("f(**b, c=1)", "f(**b, c=1, k=2)"),
        ("f(\n    a,\n    **b,\n)", "f(\n    a,\n    k=2,\n    **b,\n)"),
        ("f(\n    a,\n    # rest\n    **b\n)", "f(\n    a,\n    # rest\n    k=2,\n    **b\n)"),
        ("f(a, # one\n  **b)", "f(a, # one\n  k=2,\n  **b)"),
        ("f(x for x in y)", "f((x for x in y), k=2)"),
        ("f( x for x in (y) )", "f(( x for x in (y)), k=2 )"),
        ("f(x for x in y if (x)\n)", "f((x for x in y if (x)), k=2\n)"),
        ("f((x for x in y))", "f((x for x in y), k=2)"),
        ("f(\n    a,\n    b=1,\n)", "f(\n    a,\n    b=1,\n    k=2,\n)"),
        ("f(\n    a,\n    b=1\n)", "f(\n    a,\n    b=1,\n    k=2\n)"),
        ("f(\n    a,  # one\n    b=1,  # two\n)", "f(\n    a,  # one\n    b=1,  # two\n    k=2,\n)"),
        ("f(\n    a,  # one\n    b=1  # two, )\n)", "f(\n    a,  # one\n    b=1,  # two, )\n    k=2\n)"),
        ("f(\n    a,\n    # last\n)", "f(\n    a,\n    k=2,\n    # last\n)"),
        ("f(\n    a\n    # last\n    ,\n)", "f(\n    a\n    # last\n    ,\n    k=2,\n)"),
        ("f(\n    a, b\n)", "f(\n    a, b, k=2\n)"),
        ("f(\n    a, b,\n)", "f(\n    a, b, k=2,\n)"),
        ("f(a,\n  b)", "f(a,\n  b,\n  k=2)"),
        ("f(a,\n  b  # two\n  )", "f(a,\n  b,  # two\n  k=2\n  )"),
        ("f(\n    [\n        1,\n    ],\n)", "f(\n    [\n        1,\n    ],\n    k=2,\n)"),
        ("f(\n    a, g(\n        1\n    )\n)", "f(\n    a, g(\n        1\n    ), k=2\n)"),
        ("f(\n    (\n        a\n    )\n)", "f(\n    (\n        a\n    ),\n    k=2\n)"),
        ("f(a, # one\n)", "f(a, k=2, # one\n)"),
        ("f(a # one\n)", "f(a, k=2 # one\n)"),
        ("f(a \\\n)", "f(a, k=2 \\\n)"),
        ("if x:\n\tf(\n\t\ta,\n\t)", "if x:\n\tf(\n\t\ta,\n\t\tk=2,\n\t)"),
        ("f('ü', \"it's\")", "f('ü', \"it's\", k=2)"),
        ("é = 'ß'; ñ = f(é); z", "é = 'ß'; ñ = f(é, k=2); z"),
        ("g(f(a), b)", "g(f(a, k=2), b)"),
        ("f(a)(b)[c].d", "f(a, k=2)(b)[c].d"),
        ("f(lambda: (1, 2))", "f(lambda: (1, 2), k=2)"),
        ("@f(1)\ndef g(): pass", "@f(1, k=2)\ndef g(): pass"),
        ("f((\n    a\n))", "f((\n    a\n), k=2)"),
        ("f(\n    a,\n\n    b,\n)", "f(\n    a,\n\n    b,\n    k=2,\n)"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_the_keyword_is_laid_out_as_the_other_arguments_are(before: str, after: str, newline: str) -> None:
    ast.parse(after)
    before, after = before.replace("\n", newline), after.replace("\n", newline)
    if newline not in before and newline != "\n":
        before, after = before + newline, after + newline
    assert with_keyword(before) == after


@pytest.mark.parametrize(
    ("text", "reason"),
    [("f(k=1)", "already"), ("f(a, k=1, **b)", "already"), ("z = f'{f(1)}'", "f-string")],
)
def test_a_call_that_cannot_take_the_keyword_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        with_keyword(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(a, k=1)", "f(a, k=2)"),
        ("f(k=g(1, # c\n 3), b=4)", "f(k=2, b=4)"),
        ("f(k = (1) , b='x')", "f(k = (2) , b='x')"),
        ("f(a)", "f(a, k=2)"),
        ("f(**k)", "f(k=2, **k)"),
    ],
)
def test_an_existing_keyword_gets_the_new_value_and_else_is_added(before: str, after: str) -> None:
    source = Source(before)
    plan = FixPlan(
        "set_keyword",
        "safe",
        "set it",
        (source.span(first_call(source)),),
        (("keyword", "k"), ("value", "2")),
    )
    assert source.replace((edit.span, edit.text) for edit in render(plan, source).edits) == after


def comments(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sorted(token.string for token in tokens if token.type == tokenize.COMMENT)


_BLANKS = st.sampled_from(["", "", " ", "\n", "\n    ", "  # c, )\n    ", "\n# (\n", "\t"])
_ARGUMENT = st.sampled_from(
    ["a", "(b)", "'#'", "[1,\n 2]", "g(x for x in y)", "c if d else e", "é", "lambda: 0"]
)


@st.composite
def calls(draw: st.DrawFn) -> str:
    positional = draw(st.lists(_ARGUMENT, max_size=3))
    keywords = [f"k{index}={value}" for index, value in enumerate(draw(st.lists(_ARGUMENT, max_size=2)))]
    mapping = draw(st.sampled_from([[], [], ["**m"], ["*n"]]))
    parts = [*positional, *keywords, *mapping]
    text = "f(" + draw(_BLANKS)
    for index, part in enumerate(parts):
        comma = "," if index + 1 < len(parts) else draw(st.sampled_from(["", ","]))
        text += part + draw(_BLANKS) + comma + draw(_BLANKS)
    return text + ")"


@settings(max_examples=250, deadline=None)
@given(calls())
def test_any_call_keeps_its_arguments_and_comments_and_gains_the_keyword(text: str) -> None:
    result = with_keyword(text)
    (before,), (after,) = ast.parse(text).body, ast.parse(result).body
    assert isinstance(before, ast.Expr) and isinstance(after, ast.Expr)
    assert isinstance(before.value, ast.Call) and isinstance(after.value, ast.Call)
    new = [item for item in after.value.keywords if item.arg == "k"]
    assert len(new) == 1
    after.value.keywords.remove(new[0])
    assert ast.dump(before) == ast.dump(after)
    assert comments(text) == comments(result)
    with pytest.raises(Refused, match="already"):
        with_keyword(result)
