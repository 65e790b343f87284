"""Where the imports that fixes need go, once per file."""

import ast
import sys
from collections.abc import Iterable, Iterator, Sequence

from mllint.finding import Edit, Import, Span
from mllint.fixes.layout import line_end
from mllint.fixes.refused import Refused
from mllint.fixes.syntax import tree_of
from mllint.fixes.top_of_file import Line, comment_line, import_block, logical_lines, prelude
from mllint.source import Source


def place(source: Source, needs: Iterable[Import], first_use: int | None = None) -> tuple[Edit, ...]:
    """The edits that add those imports that are not there at module level, one line each; none if all are.

    They go beside their like in the block of imports at the top of the file, else below comments,
    docstring and ``__future__`` imports at its start. ``first_use`` is the first offset whose code needs
    one: it never comes above the import. Raises :class:`Refused` for notebooks, and where the file does
    not parse, uses such a name for something else, or has no place.
    """
    wanted = sorted(set(needs), key=_order)
    if not wanted:
        return ()
    if source.cells is not None:
        raise Refused("no import is added to a notebook")
    lines = logical_lines(tree_of(source).body)
    _refuse_clashes(wanted, lines)
    present = {each for line in lines for each in line.imports()}
    missing = [need for need in wanted if not _is_there(need, present)]
    if not missing:
        return ()
    start = prelude(lines)
    block = import_block(lines[start:])
    if block and _is_above(source, block[-1].last, first_use):
        return _in_block(source, block, missing)
    return (_new_block(source, lines, start, missing, first_use),)


def _order(need: Import) -> tuple[int, bool, Import]:
    """The order that import sorters agree on: by origin, plain imports first, by name."""
    root = need.module.partition(".")[0]
    section = 2 if not root else 0 if root in sys.stdlib_module_names else 1
    return section, bool(need.name), need


def _is_there(need: Import, present: set[Import]) -> bool:
    if need.name:
        return Import(need.module, need.name, need.bound_name) in present
    if need.alias:
        return need in present
    if "." in need.module:
        return need in present
    # `import os.path` binds `os` as well.
    return any(not each.name and not each.alias and each.bound_name == need.module for each in present)


def _refuse_clashes(wanted: Sequence[Import], lines: Sequence[Line]) -> None:
    """Raises where a wanted name stands for something else at module level, as far as that is plain."""
    bound: dict[str, set[tuple[str, str]]] = {}
    for each in (*wanted, *(each for line in lines for each in line.imports())):
        bound.setdefault(each.bound_name, set()).add(_origin(each))
    others = {name for line in lines for node in line.statements for name in _other_names(node)}
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


def _is_above(source: Source, line: int, first_use: int | None) -> bool:
    """Whether code at ``first_use`` finds a name imported below ``line``."""
    return first_use is None or source.line_number(first_use) > line


def _in_block(source: Source, block: Sequence[Line], missing: Sequence[Import]) -> tuple[Edit, ...]:
    texts: dict[int, str] = {}
    for need in missing:
        line, below = _neighbour(block, need)
        if below:
            spot = line_end(source, source.line_starts[line.last - 1])
            text = source.newline + need.statement
        else:
            spot = source.line_starts[line.first - 1]
            text = need.statement + source.newline
        texts[spot] = texts.get(spot, "") + text
    return tuple(Edit(Span(spot, spot), text) for spot, text in sorted(texts.items()))


def _neighbour(block: Sequence[Line], need: Import) -> tuple[Line, bool]:
    """The line beside which an import goes, and whether below it.

    Below the last one of the same origin that sorts before it, else above the first of that origin; if
    there is none, below the last of an origin that sorts before. Blank lines between groups stay as they are.
    """
    section = _order(need)[0]
    orders = [(line, min(map(_order, line.imports()))) for line in block]
    smaller = [line for line, order in orders if order[0] == section and order < _order(need)]
    if smaller:
        return smaller[-1], True
    alike = [line for line, order in orders if order[0] == section]
    if alike:
        return alike[0], False
    above = [line for line, order in orders if order[0] < section]
    return (above[-1], True) if above else (block[0], False)


def _new_block(
    source: Source, lines: Sequence[Line], start: int, missing: Sequence[Import], first_use: int | None
) -> Edit:
    """An edit that makes a first block of imports, with a blank line between it and what is around it."""
    newline = source.newline
    text = "".join(need.statement + newline for need in missing)
    if start:
        last: int | None = lines[start - 1].last
    else:
        last = comment_line(source, lines[0].first if lines else source.line_count + 1)
    if last is None:
        return Edit(Span(0, 0), text + (newline if source.line(1).strip() else ""))
    if not _is_above(source, last, first_use):
        raise Refused("no place for an import above its first use")
    end = line_end(source, source.line_starts[last - 1])
    text = newline * 2 + text.removesuffix(newline)
    if last < source.line_count and source.line(last + 1).strip():
        text += newline
    return Edit(Span(end, end), text)
