"""Which columns of a data frame the code uses, if it uses nothing but columns that it names."""

import ast
from collections.abc import Iterable
from typing import NamedTuple

from mllint.semantics.constants import constant
from mllint.semantics.module import Module
from mllint.semantics.names import Names
from mllint.semantics.scopes import Definition


class ColumnUse(NamedTuple):
    """How a frame is used.

    ``columns`` in the order of their first use; ``whole`` where any use may need more than named columns,
    with the ``reason`` in words. Neither where the frame is not used at all.
    """

    columns: tuple[str, ...] = ()
    whole: bool = False
    reason: str = ""

    @property
    def only_columns(self) -> bool:
        return bool(self.columns) and not self.whole


def column_use(frame: ast.expr, module: Module) -> ColumnUse:
    """How the value of an expression is used: selected from at once, or through the one name it is bound to."""
    parent = module.tree.parents[frame]
    match parent:
        case ast.Subscript(value=value) if value is frame:
            return _collected([parent], module.names)
        case ast.Assign(targets=[ast.Name() as target]) | ast.AnnAssign(target=ast.Name() as target):
            definition = module.names.binding(target)
            if definition is None:
                return _whole("it is an attribute of a class")
            return use_of_definition(definition, module)
        case ast.Expr():
            return ColumnUse()
        case ast.Return() | ast.Yield():
            return _whole("it is returned")
        case ast.Attribute(attr=name):
            return _whole(f"`.{name}` uses all of it")
    return _whole("it is passed on")


def use_of_definition(definition: Definition, module: Module) -> ColumnUse:
    """How a frame is used through the name that a definition binds."""
    uses = module.names.uses_of(definition)
    if uses is None or _is_augmented(definition, module.names):
        return _whole("its uses cannot all be seen")
    return _collected([module.tree.parents[use] for use in uses], module.names)


def _collected(places: Iterable[ast.AST], names: Names) -> ColumnUse:
    """The columns of subscripts, ``places`` being what stands around each use of the frame."""
    found: list[ast.Subscript] = []
    for place in places:
        if not isinstance(place, ast.Subscript) or not isinstance(place.ctx, ast.Load):
            return _whole("it is used as a whole")
        found.append(place)
    columns: dict[str, None] = {}
    for subscript in sorted(found, key=lambda node: (node.lineno, node.col_offset)):
        selected = named_columns(subscript.slice, names)
        if not selected:
            return _whole("its columns are chosen at run time")
        columns.update(dict.fromkeys(selected))
    return ColumnUse(tuple(columns))


def named_columns(index: ast.expr, names: Names) -> tuple[str, ...]:
    """The columns that a subscript spells out: a constant string, or a list of them written on the spot."""
    if isinstance(index, ast.List):
        # A list bound to a name may have grown since.
        items = [constant(item, names) for item in index.elts]
        return tuple(items) if all(isinstance(item, str) for item in items) else ()
    value = constant(index, names)
    return (value,) if isinstance(value, str) else ()


def _is_augmented(definition: Definition, names: Names) -> bool:
    """Whether ``frame += ...`` reads the binding; such a target is no load of the name."""
    return any(
        isinstance(names.tree.parents[name], ast.AugAssign) and definition in (names.definitions(name) or ())
        for name in names.named(definition.name)
        if isinstance(name.ctx, ast.Store)
    )


def _whole(reason: str) -> ColumnUse:
    return ColumnUse(whole=True, reason=reason)
