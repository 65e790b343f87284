"""Whether a list or dictionary is changed after it was made."""

import ast

from mllint.semantics.names import Names
from mllint.semantics.scopes import Definition

_CHANGING = frozenset(
    {"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "update", "setdefault"}
)


def is_changed(definition: Definition, names: Names) -> bool:
    """Whether some use of the binding changes its value in place, or that cannot be told.

    Changes through another name, or in a function that is handed the value, are not seen.
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
        if isinstance(parent, ast.Subscript) and parent.value is use:
            if not isinstance(parent.ctx, ast.Load) or isinstance(parents[parent], ast.AugAssign):
                return True
    return False
