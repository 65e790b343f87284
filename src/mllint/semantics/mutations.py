"""Whether a list or dictionary is changed after it was made."""

import ast

from mllint.semantics.names import Names
from mllint.semantics.scopes import Definition

_CHANGING = frozenset(
    {"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "update", "setdefault"}
)


def is_changed(definition: Definition, names: Names) -> bool:
    """Whether some use of the binding changes its value in place, or that cannot be told.

    A second name for the value, and a function of the project that is handed it, may change it.
    """
    uses = names.uses_of(definition)
    if uses is None:
        return True
    parents = names.tree.parents
    for use in uses:
        parent = parents[use]
        if isinstance(parent, ast.AugAssign):
            return True
        if isinstance(parent, ast.Attribute) and parent.attr in _CHANGING:
            return True
        if isinstance(parent, ast.Assign | ast.AnnAssign | ast.NamedExpr) and parent.value is use:
            return True
        if isinstance(parent, ast.Call) and parent.func is not use and not _is_of_a_library(parent, names):
            return True
        if isinstance(parent, ast.Subscript) and parent.value is use:
            if not isinstance(parent.ctx, ast.Load) or isinstance(parents[parent], ast.AugAssign):
                return True
    return False


def _is_of_a_library(call: ast.Call, names: Names) -> bool:
    """Whether a builtin or a function of a known library is called: these leave lists that they read alone."""
    name = names.qualified(call.func) or ""
    return name.startswith("builtins.") or names.knowledge.knows(name)
