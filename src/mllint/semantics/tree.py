"""Parse once, walk once: parents of nodes and nodes by class."""

import ast
import re
import sys
import warnings
from collections.abc import Collection, Iterator
from typing import NamedTuple

from mllint.source import Source

_SKIPPED_FIELDS = frozenset({"ctx", "op", "ops", "type_comment", "kind", "type_ignores", "simple", "level"})

#: Lines that newer Pythons than 3.10 understand: ``type X =``, ``def f[T]``, nested quotes in f-strings,
#: t-strings, ``except*``, ``except A, B:``, unpacking in subscripts.
_MAY_BE_NEWER = re.compile(
    r"""^\s*type\s+\w | \b(?:def|class)\s+\w+\[ | \b[frt]{1,2}['"] | \bexcept\b\s*(?:\*|\w[\w.]*\s*,) | \[\*""",
    re.VERBOSE | re.IGNORECASE,
)


class SyntaxProblem(Exception):
    """A text that Python cannot parse; ``str()`` is for people, ``line`` and ``column`` are 1-based."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class Tree(NamedTuple):
    """A parsed module, the parent of each node, and all nodes by class."""

    module: ast.Module
    parents: dict[ast.AST, ast.AST]
    by_class: dict[type[ast.AST], list[ast.AST]]

    def ancestors(self, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
        """Pairs ``(parent, child)`` from the node outwards."""
        parents = self.parents
        child = node
        while (parent := parents.get(child)) is not None:
            yield parent, child
            child = parent

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that holds ``node``, or the node itself."""
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node

    def imports_any(self, libraries: Collection[str]) -> bool:
        """Whether the file imports one of the libraries, anywhere."""
        for node in self.by_class.get(ast.Import, ()):
            assert isinstance(node, ast.Import)
            if any(alias.name.partition(".")[0] in libraries for alias in node.names):
                return True
        for node in self.by_class.get(ast.ImportFrom, ()):
            assert isinstance(node, ast.ImportFrom)
            if not node.level and (node.module or "").partition(".")[0] in libraries:
                return True
        return False

    def siblings(self, statement: ast.stmt) -> list[ast.stmt]:
        """The block that holds ``statement``."""
        parent = self.parents[statement]
        for field in ("body", "orelse", "finalbody"):
            block = getattr(parent, field, None)
            if isinstance(block, list) and statement in block:
                return block
        return [statement]


def parse(source: Source) -> ast.Module:
    """The ``ast`` of a source; :class:`SyntaxProblem` where Python refuses it.

    Warnings about the code (invalid escapes and the like) are the user's own business and are dropped.
    """
    if (nul := source.text.find("\0")) >= 0:
        line = source.line_number(nul)
        column = nul - source.line_starts[line - 1] + 1
        raise SyntaxProblem("source code holds NUL bytes; is this a binary file?", line, column)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source.text, filename=source.path)
    except SyntaxError as error:
        line = min(max(error.lineno or 1, 1), source.line_count)
        column = min(max(error.offset or 1, 1), len(source.line(line)) + 1)
        raise SyntaxProblem(_explain(error, source.line(line)), line, column) from None
    except (RecursionError, MemoryError):
        raise SyntaxProblem("nested too deeply for Python's parser; split the expression", 1, 1) from None
    except ValueError as error:
        raise SyntaxProblem(f"{error}; is this a binary file?", 1, 1) from None


def _explain(error: SyntaxError, line: str) -> str:
    message = error.msg or "invalid syntax"
    if message.startswith("Missing parentheses in call to"):
        return f"{message} (Python 2 code?)"
    if not _MAY_BE_NEWER.search(line):
        return message
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"{message} (read as Python {running}; newer syntax needs mllint on a newer Python)"


def index(module: ast.Module) -> Tree:
    """Walk the module once, without recursion: sums of thousands of terms are real."""
    parents: dict[ast.AST, ast.AST] = {}
    by_class: dict[type[ast.AST], list[ast.AST]] = {}
    fields = _FIELDS
    stack: list[ast.AST] = [module]
    pop = stack.pop
    push = stack.append
    while stack:
        node = pop()
        kind = node.__class__
        try:
            by_class[kind].append(node)
        except KeyError:
            by_class[kind] = [node]
        names = fields.get(kind)
        if names is None:
            names = fields[kind] = tuple(name for name in kind._fields if name not in _SKIPPED_FIELDS)
        for name in names:
            value = getattr(node, name, None)
            if value.__class__ is list:
                for child in value:
                    if isinstance(child, ast.AST):
                        parents[child] = node
                        push(child)
            elif isinstance(value, ast.AST):
                parents[value] = node
                push(value)
    return Tree(module, parents, by_class)


_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.Name: (),
    ast.Constant: (),
    ast.Attribute: ("value",),
    ast.Call: ("func", "args", "keywords"),
    ast.alias: (),
    ast.arg: ("annotation",),
    ast.Pass: (),
    ast.Break: (),
    ast.Continue: (),
    ast.Global: (),
    ast.Nonlocal: (),
    ast.keyword: ("value",),
}


def argument(call: ast.Call, *, keyword: str | None = None, position: int | None = None) -> ast.expr | None:
    """The argument given by that keyword or at that position; None where it is not written out."""
    if keyword is not None:
        for item in call.keywords:
            if item.arg == keyword:
                return item.value
    if position is not None and position < len(call.args):
        if not any(isinstance(item, ast.Starred) for item in call.args[: position + 1]):
            return call.args[position]
    return None


def is_open_call(call: ast.Call) -> bool:
    """Whether the call unpacks ``*args`` or ``**kwargs``, so that an absent one may be given."""
    return any(item.arg is None for item in call.keywords) or any(
        isinstance(item, ast.Starred) for item in call.args
    )
