"""What stands at the top of a module: docstring, ``__future__``, the first block of imports."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mllint.finding import Import
from mllint.source import Source

_CODING = re.compile(r"#!|#.*?coding[:=]")


@dataclass(frozen=True, slots=True)
class Line:
    """Module-level statements that share physical lines, ``a = 1; b = 2``; mostly it is one. 1-based."""

    first: int
    last: int
    statements: tuple[ast.stmt, ...]

    def imports(self) -> Iterator[Import]:
        """What is imported here, as it is written; of ``from`` imports the alias is always given."""
        for node in self.statements:
            if isinstance(node, ast.Import):
                yield from (Import(alias.name, "", alias.asname or "") for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                module = "." * node.level + (node.module or "")
                yield from (Import(module, alias.name, alias.asname or alias.name) for alias in node.names)

    @property
    def only_imports(self) -> bool:
        return all(isinstance(node, ast.Import | ast.ImportFrom) for node in self.statements)

    @property
    def only_constants(self) -> bool:
        """``__author__ = "somebody"`` and the like, which may stand above the imports."""
        return all(
            isinstance(node, ast.Assign | ast.AnnAssign)
            and (node.value is None or isinstance(node.value, ast.Constant))
            for node in self.statements
        )

    @property
    def must_be_first(self) -> bool:
        """Whether a ``__future__`` import is in it."""
        return any(
            isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in self.statements
        )


def logical_lines(body: Sequence[ast.stmt]) -> list[Line]:
    """The statements of a module, those that share a physical line together."""
    lines: list[Line] = []
    for node in body:
        above = getattr(node, "decorator_list", None)
        first = above[0].lineno if above else node.lineno
        last = node.end_lineno or node.lineno
        if lines and first <= lines[-1].last:
            shared = lines.pop()
            lines.append(Line(shared.first, max(shared.last, last), (*shared.statements, node)))
        else:
            lines.append(Line(first, last, (node,)))
    return lines


def prelude(lines: Sequence[Line]) -> int:
    """How many lines must stay at the top: docstring and ``__future__`` imports."""
    count = 0
    if lines:
        match lines[0].statements[0]:
            case ast.Expr(value=ast.Constant(value=str())):
                count = 1
    for index, line in enumerate(lines):
        if line.must_be_first:
            count = index + 1
    return count


def import_block(lines: Sequence[Line]) -> list[Line]:
    """The first unbroken run of imports, if nothing but constants stands above it (``lines``: no prelude)."""
    block: list[Line] = []
    for line in lines:
        if line.only_imports:
            block.append(line)
        elif block or not line.only_constants:
            break
    return block


def comment_line(source: Source, first_code: int) -> int | None:
    """The last line of the comments at the top that are not about the code right below them.

    Shebang and coding lines are never about it; other comments are not if a blank line follows. A single
    block of comments that touches the code counts as a licence.
    """
    last = apart = None
    for number in range(1, first_code):
        text = source.line(number).strip()
        if text.startswith("#"):
            last = number
            if number <= 2 and _CODING.match(text):
                apart = number
        elif last is not None:
            apart = last
    return last if apart is None else apart
