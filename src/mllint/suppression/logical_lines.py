"""Which physical lines belong together: the logical lines of a module, and the blocks of its definitions."""

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from mllint.source import Source

_Statement: TypeAlias = ast.stmt | ast.ExceptHandler | ast.match_case

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")
_TO_COLON = re.compile(r"(?:[^:#]|#[^\r\n]*)*:")


@dataclass(frozen=True, slots=True)
class Lines:
    """The 1-based physical lines ``first`` to ``last``, both included."""

    first: int
    last: int

    def __contains__(self, line: int) -> bool:
        return self.first <= line <= self.last


class LogicalLines:
    """The logical lines of a module, from one pass over its statements.

    Of a compound statement only the header, up to its colon, is one; each decorator is one of its own.
    Statements that share a line or are joined by a backslash are one. Without a tree each physical line
    stands for itself.
    """

    def __init__(self, source: Source, tree: ast.Module | None) -> None:
        found: list[Lines] = []
        definitions: list[tuple[list[Lines], Lines]] = []
        if tree is not None:
            for statement in _statements(tree):
                found.append(_own_lines(source, statement))
                if isinstance(statement, _DEFINITIONS):
                    heads = [found[-1], *(_expression(decorator) for decorator in statement.decorator_list)]
                    found += heads[1:]
                    block = Lines(min(head.first for head in heads), statement.end_lineno or heads[0].last)
                    definitions.append((heads, block))
        self._lines = _merged(source, found)
        self._starts = [lines.first for lines in self._lines]
        self._blocks: dict[int, list[Lines]] = {}
        for heads, block in definitions:
            for line in {line for head in heads for line in (head.first, head.last)}:
                self._blocks.setdefault(line, []).append(block)

    def around(self, line: int) -> Lines:
        """The logical line that holds a physical line, or that line itself where none does."""
        index = bisect_right(self._starts, line) - 1
        if index >= 0 and line in self._lines[index]:
            return self._lines[index]
        return Lines(line, line)

    def blocks_headed_by(self, line: int) -> list[Lines]:
        """The functions and classes whose ``def``, ``class`` or decorator begins or ends on the line."""
        return self._blocks.get(line, [])


def _statements(tree: ast.Module) -> Iterator[_Statement]:
    # A stack, not recursion: an `elif` ladder nests as deep as it is long.
    stack: list[_Statement] = list(tree.body)
    while stack:
        statement = stack.pop()
        yield statement
        for name in _BODIES:
            stack.extend(getattr(statement, name, ()))


def _own_lines(source: Source, statement: _Statement) -> Lines:
    """The lines of a simple statement, or those of a compound statement's header."""
    body = getattr(statement, "body", None) or getattr(statement, "cases", None)
    if isinstance(statement, ast.match_case):
        first, column = statement.pattern.lineno, statement.pattern.col_offset
    else:
        first, column = statement.lineno, statement.col_offset
        if not body:
            return Lines(first, statement.end_lineno or first)
    end = (first, column)
    for child in _header_parts(statement):
        end = max(end, (child.end_lineno or first, child.end_col_offset or 0))
    match = _TO_COLON.match(source.text, source.offset(*end))
    return Lines(first, source.line_number(match.end() - 1) if match else end[0])


def _header_parts(statement: _Statement) -> Iterator[ast.expr]:
    """What has a place of its own in the header; arguments and ``with`` items have none, their parts have."""
    stack: list[ast.AST] = [
        child
        for name, value in ast.iter_fields(statement)
        if name not in _BODIES and name != "decorator_list"
        for child in (value if isinstance(value, list) else [value])
        if isinstance(child, ast.AST)
    ]
    while stack:
        node = stack.pop()
        if hasattr(node, "end_lineno"):
            yield node  # type: ignore[misc]  # patterns and arguments have the same four attributes
        else:
            stack.extend(ast.iter_child_nodes(node))


def _expression(node: ast.expr) -> Lines:
    return Lines(node.lineno, node.end_lineno or node.lineno)


def _merged(source: Source, found: list[Lines]) -> list[Lines]:
    result: list[Lines] = []
    for lines in sorted(found, key=lambda lines: lines.first):
        last = lines.last
        while last < source.line_count and source.line(last).endswith("\\") and "#" not in source.line(last):
            last += 1
        if result and lines.first <= result[-1].last:
            result[-1] = Lines(result[-1].first, max(result[-1].last, last))
        else:
            result.append(Lines(lines.first, last))
    return result
