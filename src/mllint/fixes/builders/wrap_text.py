"""Text before and after an expression: a call around it, a method behind it."""

import ast

from mllint.finding import Edit, Span
from mllint.fixes.layout import in_newline_style, kept_apart
from mllint.fixes.refused import Refused
from mllint.fixes.syntax import (
    binds_tightly,
    expression_at,
    expression_of,
    is_only_argument,
    is_primary,
)
from mllint.source import Source

#: Expressions that need parentheses even between brackets and commas.
_LOOSE = (ast.Tuple, ast.Yield, ast.YieldFrom, ast.NamedExpr)


def build(source: Source, spans: tuple[Span, ...], *, before: str = "", after: str = "") -> tuple[Edit, ...]:
    """Inserts ``before`` and ``after``, with the parentheses that keep the meaning.

    ``a / b`` with ``.half()`` after it becomes ``(a / b).half()``.
    """
    (span,) = spans
    node, parent = expression_at(source, span)
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    if isinstance(node, ast.Starred) or any(isinstance(part, ast.Slice) for part in parts):
        raise Refused("a slice or a starred expression has no value of its own")
    whole = expression_of(f"{before}(_){after}")
    if whole is None:
        raise Refused(f"internal error: {before!r} and {after!r} do not make an expression")
    if _needs_parentheses(node, before, after):
        before, after = f"{before}(", f"){after}"
    # The parentheses of an only generator argument are its own and the call's: the call needs new ones.
    if is_only_argument(source, node, parent) or (binds_tightly(parent, node) and not is_primary(whole)):
        before, after = f"({before}", f"{after})"
    before, after = kept_apart(
        source, span, in_newline_style(source, before), in_newline_style(source, after)
    )
    return (Edit(Span(span.start, span.start), before), Edit(Span(span.end, span.end), after))


def _needs_parentheses(node: ast.expr, before: str, after: str) -> bool:
    opened = not before or before.rstrip().endswith(("(", "[", "{", ",", "="))
    closed = not after or after.lstrip().startswith((")", "]", "}", ","))
    if opened and closed:
        return isinstance(node, _LOOSE)
    return not is_primary(node)
