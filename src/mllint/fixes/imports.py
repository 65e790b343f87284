"""Where the imports that fixes need go, once per file."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mllint.finding import Edit, Import, Span
from mllint.fixes.layout import line_end
from mllint.fixes.refused import Refused
from mllint.fixes.syntax import tree_of
from mllint.source import Source

_CODING = re.compile(r"#!|#.*?coding[:=]")


def place(source: Source, needs: Iterable[Import], first_use: int | None = None) -> tuple[Edit, ...]:
    """The edit that adds those imports that are not there, one line each, sorted; none if all are.

    They go behind the imports at the top of the file (or of the first notebook cell that has any), else
    behind comments, docstring and ``__future__`` imports at its start. ``first_use`` is the first offset
    whose code needs one: module-level code is never given an import that comes after it. Raises
    :class:`Refused` where the file does not parse, uses such a name for something else, or has no place.
    """
    wanted = sorted(set(needs), key=lambda need: (bool(need.name), need))
    if not wanted:
        return ()
    groups = list(_logical_lines(source, tree_of(source).body))
    _refuse_clashes(wanted, groups)
    present = {binding for group in groups for binding in group.imports()}
    missing = [need for need in wanted if not _is_there(need, present)]
    if not missing:
        return ()
    statements = [need.statement for need in missing]
    for found in _cells(source, groups):
        return (_edit(source, *found, statements, first_use),)
    raise Refused("the notebook has no code cell for an import")


@dataclass(frozen=True, slots=True)
class _Group:
    """Module-level statements that share physical lines: ``a = 1; b = 2``. Lines are 1-based."""

    first: int
    last: int
    statements: tuple[ast.stmt, ...]

    def imports(self) -> Iterator[Import]:
        """What is imported here, each with the name that it binds as its alias."""
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


def _logical_lines(source: Source, body: list[ast.stmt]) -> Iterator[_Group]:
    group: list[ast.stmt] = []
    last = 0
    for node in body:
        decorators = getattr(node, "decorator_list", None) or [node]
        if group and decorators[0].lineno > last:
            yield _Group(_first_line(group[0]), last, tuple(group))
            group = []
        group.append(node)
        last = max(last, node.end_lineno or node.lineno)
    if group:
        yield _Group(_first_line(group[0]), last, tuple(group))


def _first_line(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", None)
    return min(decorators[0].lineno, node.lineno) if decorators else node.lineno


def _is_there(need: Import, present: set[Import]) -> bool:
    if need.name:
        return Import(need.module, need.name, need.bound_name) in present
    if need.alias:
        return Import(need.module, "", need.alias) in present
    if "." in need.module:
        return need in present
    # `import os.path` binds `os` as well.
    return any(not each.name and not each.alias and each.bound_name == need.module for each in present)


def _refuse_clashes(wanted: list[Import], groups: list[_Group]) -> None:
    """Raises where a wanted name stands for something else at module level, as far as that is plain."""
    bound: dict[str, set[tuple[str, str]]] = {}
    for each in (*wanted, *(binding for group in groups for binding in group.imports())):
        bound.setdefault(each.bound_name, set()).add(_origin(each))
    others = {name for group in groups for node in group.statements for name in _other_names(node)}
    for need in wanted:
        if len(bound[need.bound_name]) > 1 or need.bound_name in others:
            raise Refused(f"the name `{need.bound_name}` stands for something else in this file")


def _origin(each: Import) -> tuple[str, str]:
    """What the bound name stands for."""
    if each.name or each.alias:
        return each.module, each.name
    return each.bound_name, ""


def _other_names(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def _cells(source: Source, groups: list[_Group]) -> Iterator[tuple[int, int, list[_Group]]]:
    """First line, last line and groups of the pieces that can take the imports, the best first."""
    if source.cells is None:
        yield 1, source.line_count, groups
        return
    pieces = []
    for cell in source.cells:
        end = cell.first_line + cell.lines - 1
        pieces.append(
            (cell.first_line, end, [each for each in groups if cell.first_line <= each.first <= end])
        )
    yield from (piece for piece in pieces if any(True for group in piece[2] for _ in group.imports()))
    yield from pieces


def _edit(
    source: Source,
    top: int,
    bottom: int,
    groups: list[_Group],
    statements: list[str],
    first_use: int | None,
) -> Edit:
    prelude = _prelude(groups) if top == 1 else 0
    line = _last_import(groups, prelude)
    if line is not None and _is_before(source, line, first_use):
        end = line_end(source, source.line_starts[line - 1])
        return Edit(Span(end, end), "".join(source.newline + each for each in statements))
    if prelude:
        line = groups[prelude - 1].last
        if not _is_before(source, line, first_use):
            raise Refused("no place for an import before its first use")
        return _below(source, line, bottom, statements)
    comment = _comment_line(source, top, groups[0].first if groups else bottom + 1)
    if comment is not None:
        return _below(source, comment, bottom, statements)
    start = source.line_starts[top - 1]
    blank = source.newline if source.line(top).strip() else ""
    return Edit(Span(start, start), "".join(each + source.newline for each in statements) + blank)


def _prelude(groups: list[_Group]) -> int:
    """How many groups must stay at the top: docstring and ``__future__`` imports."""
    count = 0
    if groups:
        match groups[0].statements[0]:
            case ast.Expr(value=ast.Constant(value=str())):
                count = 1
    for index, group in enumerate(groups):
        if group.must_be_first:
            count = index + 1
    return count


def _last_import(groups: list[_Group], prelude: int) -> int | None:
    """The last line of the first block of imports, if only constants stand above it."""
    index = prelude
    while index < len(groups) and groups[index].only_constants:
        index += 1
    last = None
    while index < len(groups) and groups[index].only_imports:
        last = groups[index].last
        index += 1
    return last


def _is_before(source: Source, line: int, first_use: int | None) -> bool:
    """Whether code at ``first_use`` finds a name imported below ``line``."""
    return first_use is None or source.line_number(first_use) > line


def _below(source: Source, line: int, bottom: int, statements: list[str]) -> Edit:
    """An edit that starts a first block of imports below a line, with blank lines around it."""
    newline = source.newline
    end = line_end(source, source.line_starts[line - 1])
    text = newline + "".join(newline + each for each in statements)
    if line < bottom and source.line(line + 1).strip():
        text += newline
    return Edit(Span(end, end), text)


def _comment_line(source: Source, top: int, first_code: int) -> int | None:
    """The last line of the comments at the top that are not about the code right below them.

    Shebang and coding lines are never about it; other comments are not if a blank line follows. A single
    block of comments that touches the code counts as a licence.
    """
    last = apart = None
    for line in range(top, first_code):
        text = source.line(line).strip()
        if text.startswith("#"):
            last = line
            if line <= 2 and _CODING.match(text):
                apart = line
        elif last is not None:
            apart = last
    return last if apart is None else apart
