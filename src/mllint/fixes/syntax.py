"""The ``ast`` of a source that is being fixed, and its nodes by place."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from mllint.finding import Span
from mllint.fixes.refused import Refused
from mllint.semantics.tree import SyntaxProblem, parse
from mllint.source import Source

#: Nodes after which an attribute, an index or a call can be written without parentheses.
_PRIMARIES = (
    ast.Name,
    ast.Call,
    ast.Attribute,
    ast.Subscript,
    ast.Constant,
    ast.JoinedStr,
    ast.List,
    ast.Dict,
    ast.Set,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)
_FORMATTED = tuple(
    cls for name in ("JoinedStr", "TemplateStr") if isinstance(cls := getattr(ast, name, None), type)
)


@lru_cache(maxsize=2)
def tree_of(source: Source) -> ast.Module:
    """The parsed source, kept for the next builder; :class:`Refused` where Python cannot parse it."""
    try:
        return parse(source)
    except SyntaxProblem as problem:
        raise Refused(f"the file does not parse: line {problem.line}: {problem}") from None


def piece_tree(code: str) -> ast.Module:
    """A piece of a source, parsed for itself; :class:`Refused` where that is no whole code."""
    try:
        return parse(Source(code))
    except SyntaxProblem as problem:
        raise Refused(f"the piece to be rewritten does not parse: {problem}") from None


def node_at(source: Source, span: Span) -> tuple[ast.AST, ast.AST]:
    """The outermost node with exactly that span, and the node that holds it.

    Raises :class:`Refused` where there is none, and inside f-strings: before Python 3.12 their places are
    not known exactly, and their quotes cannot be used again.
    """
    for node, parent in _around(source, span):
        if _extent(source, node, decorators=False) == span:
            return node, parent
    raise Refused("no such node in the text: it changed since it was checked")


def expression_at(source: Source, span: Span) -> tuple[ast.expr, ast.AST]:
    """As :func:`node_at`, for expressions only: of ``f()`` as a statement, the call."""
    for node, parent in _around(source, span):
        if isinstance(node, ast.expr) and source.span(node) == span:
            return node, parent
    raise Refused("no such expression in the text: it changed since it was checked")


def with_decorators(source: Source, span: Span) -> Span:
    """The span of a run of statements, from the first decorator of the first one on."""
    if not source.text.startswith(("def", "class", "async"), span.start):
        return span
    for node, _ in _around(source, Span(span.start, span.start + 1)):
        decorators = getattr(node, "decorator_list", ())
        if decorators and source.span(node).start == span.start:  # type: ignore[arg-type]
            first = source.span(decorators[0]).start
            # Only blanks, a continuation and parentheses can stand between the sign and the expression.
            return Span(source.text.rindex("@", 0, first), span.end)
    return span


def is_primary(node: ast.AST) -> bool:
    """Whether ``.name``, ``[index]`` or ``(arguments)`` can follow the expression as it is written."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, bool) or not isinstance(node.value, int)
    return isinstance(node, _PRIMARIES)


def is_only_argument(source: Source, node: ast.AST, parent: ast.AST) -> bool:
    """Whether the parentheses of a generator expression are those of the call: ``f(x for x in y)``."""
    return (
        isinstance(node, ast.GeneratorExp)
        and isinstance(parent, ast.Call)
        and node in parent.args
        and source.span(node).end == source.span(parent).end
    )


def binds_tightly(parent: ast.AST, node: ast.AST) -> bool:
    """Whether an operator written in place of ``node`` needs parentheses because of what stands around."""
    match parent:
        case ast.Subscript():
            return parent.value is node
        case ast.Call():
            return parent.func is node
        case ast.BinOp() | ast.UnaryOp() | ast.BoolOp() | ast.Compare() | ast.Attribute():
            return True
        case ast.Await() | ast.Starred() | ast.IfExp():
            return True
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return True
        case _:
            return False


def expression_of(text: str) -> ast.expr | None:
    """The expression that a text spells, None if it spells anything else."""
    try:
        body = piece_tree(f"(\n{text}\n)").body
    except Refused:
        return None
    return body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr) else None


def _around(source: Source, span: Span) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Nodes that contain ``span``, each with its parent, outermost first."""
    parent: ast.AST = tree_of(source)
    line = source.line_number(span.start)
    while True:
        for child in _children(parent):
            if child.end_lineno is not None and child.end_lineno < line:
                continue
            extent = _extent(source, child)
            if extent.contains(span):
                break
        else:
            return
        yield child, parent
        if isinstance(child, _FORMATTED) and extent != span:
            raise Refused("inside an f-string")
        parent = child


def _children(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Child nodes that have a place; those without one (arguments, clauses) are looked through."""
    for child in ast.iter_child_nodes(node):
        if hasattr(child, "lineno"):
            yield child  # type: ignore[misc]
        else:
            yield from _children(child)


def _extent(source: Source, node: ast.AST, *, decorators: bool = True) -> Span:
    span = source.span(node)  # type: ignore[arg-type]
    above = getattr(node, "decorator_list", None) if decorators else None
    return Span(source.span(above[0]).start, span.end) if above else span
