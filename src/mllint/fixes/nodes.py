"""The smallest piece of a source as libcst nodes, and back to text, byte for byte.

Text that Python itself refuses, or that is nested so deeply that libcst would take the process down, never
gets there.
"""

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import libcst as cst

from mllint.finding import Edit, Span
from mllint.fixes.layout import statement_lines
from mllint.fixes.refused import Refused
from mllint.fixes.syntax import piece_tree, with_decorators
from mllint.source import Source

#: Levels of nesting. libcst recurses in Python (a limit of about 300 levels) and in native code, where an
#: overflow ends the process; small enough for both, far more than people write.
_DEEPEST = 200
_TOO_DEEP = "too deep: the code is nested too deeply to be rewritten"
_LONE_RETURN = re.compile(r"\r(?!\n)")
_BLOCK = "if 1:\n"


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of a source: its libcst node, without the parentheses around it."""

    span: Span
    node: cst.BaseExpression
    _module: cst.Module
    _newline: str

    def render(self, node: cst.BaseExpression) -> str:
        """The text of a node, in the newline style of the place; the same text for the same node."""
        return self._module.code_for_node(node).replace("\n", self._newline)

    def edit(self, node: cst.BaseExpression) -> Edit:
        """The edit that puts a changed node in place of this one."""
        return Edit(self.span, self.render(node))


@dataclass(frozen=True, slots=True)
class Statements:
    """Sibling statements of a source; ``span`` covers their whole lines but the last line ending."""

    span: Span
    nodes: tuple[cst.BaseStatement, ...]
    _module: cst.Module
    _indented: bool
    _newline: str

    def render(self, nodes: Sequence[cst.BaseStatement]) -> str:
        """The text of one or more statements in this place; the same text for the same nodes."""
        if not self._indented:
            code = self._module.with_changes(body=list(nodes)).code
        else:
            (block,) = self._module.body
            assert isinstance(block, cst.If)
            block = block.with_changes(body=block.body.with_changes(body=list(nodes)))
            code = self._module.with_changes(body=[block]).code[len(_BLOCK) :]
        return code.removesuffix("\n").replace("\n", self._newline)

    def edit(self, nodes: Sequence[cst.BaseStatement]) -> Edit:
        """The edit that puts changed statements in place of these."""
        return Edit(self.span, self.render(nodes))


def parse_expression(source: Source, span: Span) -> Expression:
    """The expression with that span (as ``ast`` counts it, without its parentheses).

    Raises :class:`Refused` where libcst cannot parse it or it is nested too deeply.
    """
    text, newline = _with_plain_newlines(source, source.slice(span))
    module = _parse(f"({text})")
    match module.body:
        case [cst.SimpleStatementLine(body=[cst.Expr(value=node)])] if node.lpar:
            pass
        case _:
            raise Refused("not an expression that can be rewritten")
    try:
        inner = node.with_changes(lpar=node.lpar[1:], rpar=node.rpar[:-1])
    except cst.CSTValidationError:
        raise Refused("not an expression that can be rewritten") from None
    expression = Expression(span, inner, module, newline)
    _refuse_what_is_lost(source.slice(span), lambda: expression.render(inner))
    return expression


def parse_statements(source: Source, span: Span) -> Statements:
    """The sibling statements from the start to the end of ``span``, with the decorators of the first one.

    Raises :class:`Refused` where their lines hold more than they (``;``), for an ``elif``, where libcst
    cannot parse them, and where they are nested too deeply.
    """
    span = with_decorators(source, span)
    lines = statement_lines(source, span)
    text, newline = _with_plain_newlines(source, source.slice(lines))
    # A form feed sets the column back to nought.
    indented = bool(source.text[lines.start : span.start].rpartition("\f")[2])
    module = _parse(f"{_BLOCK if indented else ''}{text}\n")
    nodes = _block(module) if indented else tuple(module.body)
    for node in nodes:
        if isinstance(node, cst.SimpleStatementLine) and (len(node.body) != 1 or _ends_in_semicolon(node)):
            raise Refused("the statement shares its line with other code")
    statements = Statements(lines, nodes, module, indented, newline)
    _refuse_what_is_lost(source.slice(lines), lambda: statements.render(nodes))
    return statements


def _refuse_what_is_lost(text: str, rendered: Callable[[], str]) -> None:
    """Raises where libcst does not give back the text that it was given."""
    try:
        kept = rendered() == text
    except RecursionError:
        raise Refused(_TOO_DEEP) from None
    if not kept:
        raise Refused("the layout of the code cannot be kept")


def _block(module: cst.Module) -> tuple[cst.BaseStatement, ...]:
    match module.body:
        case [cst.If(body=cst.IndentedBlock(body=body), orelse=None)]:
            return tuple(body)
    raise Refused("not whole statements")


def _ends_in_semicolon(line: cst.SimpleStatementLine) -> bool:
    return isinstance(line.body[-1].semicolon, cst.Semicolon)


def _parse(code: str) -> cst.Module:
    _refuse_what_is_deep(piece_tree(code))
    try:
        return cst.parse_module(code)
    except cst.ParserSyntaxError:
        raise Refused("libcst cannot parse this code") from None
    except (RecursionError, MemoryError):
        raise Refused(_TOO_DEEP) from None


def _refuse_what_is_deep(tree: ast.Module) -> None:
    stack: list[tuple[ast.AST, int]] = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        # `a and b and c` is one node to ast, and as many levels as it has terms to libcst.
        depth += len(node.values) if isinstance(node, ast.BoolOp) else 1
        if depth > _DEEPEST:
            raise Refused(_TOO_DEEP)
        stack.extend((child, depth) for child in ast.iter_child_nodes(node))


def _with_plain_newlines(source: Source, text: str) -> tuple[str, str]:
    """The text with ``\\n`` only where its line endings are all alike, and what they were.

    libcst keeps a mixture of ``\\n`` and ``\\r\\n`` itself, and does not know a lone ``\\r``.
    """
    if "\r" not in text:
        return text, "\n" if "\n" in text else source.newline
    if "\n" not in text:
        return text.replace("\r", "\n"), "\r"
    if _LONE_RETURN.search(text):
        raise Refused("the lines end in different ways")
    if text.count("\n") == text.count("\r\n"):
        return text.replace("\r\n", "\n"), "\r\n"
    return text, "\n"
