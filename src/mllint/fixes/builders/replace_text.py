"""Another text in place of a node."""

import ast

from mllint.finding import Edit, Span
from mllint.fixes.layout import in_newline_style, indentation, indented, kept_apart, statement_lines
from mllint.fixes.syntax import (
    binds_tightly,
    expression_of,
    is_only_argument,
    is_primary,
    node_at,
)
from mllint.source import Source


def build(source: Source, spans: tuple[Span, ...], *, text: str) -> tuple[Edit, ...]:
    """Puts ``text`` (lines end in ``\\n``) in place of the node, in the file's newline style.

    An expression gets parentheses where an operator around it would tear it apart. The lines of a statement
    after the first are indented as the statement is; they must not be inside a string.
    """
    (span,) = spans
    node, parent = node_at(source, span)
    if isinstance(node, ast.stmt):
        return (_statement(source, span, text),)
    if isinstance(node, ast.expr):
        text = _in_parentheses_if_needed(source, node, parent, text)
    return (_edit(source, span, in_newline_style(source, text)),)


def _statement(source: Source, span: Span, text: str) -> Edit:
    head = indentation(source, span.start)
    first, *others = indented(text, head)
    if others or source.text.startswith("elif", span.start):
        statement_lines(source, span)
    return _edit(source, span, source.newline.join([first.removeprefix(head), *others]))


def _edit(source: Source, span: Span, text: str) -> Edit:
    before, _ = kept_apart(source, span, text, "")
    _, after = kept_apart(source, span, "", before)
    return Edit(span, after)


def _in_parentheses_if_needed(source: Source, node: ast.expr, parent: ast.AST, text: str) -> str:
    if is_only_argument(source, node, parent):
        return f"({text})"
    new = expression_of(text)
    if new is None or is_primary(new) or _has_parentheses(text):
        return text
    if isinstance(new, ast.Constant):
        return f"({text})" if isinstance(parent, ast.Attribute) else text
    loose = isinstance(new, ast.Tuple | ast.Yield | ast.YieldFrom | ast.NamedExpr)
    if binds_tightly(parent, node) or (loose and not isinstance(parent, ast.stmt)):
        return f"({text})"
    return text


def _has_parentheses(text: str) -> bool:
    """Whether the first parenthesis of an expression is closed by its last character."""
    return text.startswith("(") and text.endswith(")") and expression_of(f"[\n{text[1:-1]}\n]") is not None
