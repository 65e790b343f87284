"""Code that runs once for each item of some data, in loops or where functions are handed to others."""

import ast

from mllint.semantics.module import Module
from mllint.semantics.scopes import FUNCTIONS

_MAXIMUM_STEPS = 2
#: Functions that call another one for each item, by their own name: of pools, data sets, frames and builtins.
_MAPPING = frozenset(
    {"map", "imap", "imap_unordered", "starmap", "map_async", "submit", "apply", "apply_async", "delayed"}
)


def runs_per_item(node: ast.AST, module: Module, steps: int = _MAXIMUM_STEPS) -> bool:
    """Whether a node stands in a loop or in the item access of a data set, or in a function used there.

    A function is followed to its calls in the module; one that is handed to ``map`` and its like is used
    for each item.
    """
    if next(module.roles.loops(node), None) is not None or module.roles.in_item_access(node):
        return True
    function = next(
        (parent for parent, _ in module.tree.ancestors(node) if isinstance(parent, FUNCTIONS)), None
    )
    if function is None or not steps:
        return False
    if isinstance(function, ast.Lambda):
        return _is_mapped(function, module)
    if function.name == "__getitem__":
        return True
    return any(
        runs_per_item(use, module, steps - 1) if _is_called(use, module) else _is_mapped(use, module)
        for use in _uses(function, module)
    )


def _uses(function: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> list[ast.expr]:
    parent = module.tree.parents.get(function)
    if isinstance(parent, ast.ClassDef):
        return [
            item
            for item in module.tree.by_class.get(ast.Attribute, ())
            if isinstance(item, ast.Attribute)
            and item.attr == function.name
            and module.classes.self_class(item.value) is parent
        ]
    uses: list[ast.expr] = []
    for name in module.names.named(function.name):
        definition = module.names.only_definition(name) if isinstance(name.ctx, ast.Load) else None
        if definition is not None and definition.node is function:
            uses.append(name)
    return uses


def _is_called(use: ast.AST, module: Module) -> bool:
    parent = module.tree.parents[use]
    return isinstance(parent, ast.Call) and parent.func is use


def _is_mapped(use: ast.AST, module: Module) -> bool:
    parent = module.tree.parents[use]
    if not isinstance(parent, ast.Call):
        return False
    match parent.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _MAPPING
    return False
