"""Values that the code spells out, through names that are bound once."""

import ast
import operator
import posixpath
from collections.abc import Callable
from typing import Any, Final

from mllint.semantics.mutations import is_changed
from mllint.semantics.names import Names


class _Unknown:
    """The value of an expression that is no constant."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        return False


UNKNOWN: Final = _Unknown()

_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_MAXIMUM_DEPTH = 20
_MAXIMUM_NUMBER = 10**12
_PATHS = frozenset({"pathlib.Path", "pathlib.PurePath", "builtins.str", "os.fspath"})


def constant(node: ast.expr, names: Names, depth: int = 0) -> Any:
    """The value of a literal, a name bound once to one, or arithmetic and path joins of these; else UNKNOWN.

    Tuples and lists come back as tuples, paths as strings with forward slashes.
    """
    if depth > _MAXIMUM_DEPTH:
        return UNKNOWN
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name():
            definition = names.only_definition(node)
            if definition is None or definition.how != "assign" or definition.value is None:
                return UNKNOWN
            if isinstance(definition.value, ast.List) and is_changed(definition, names):
                return UNKNOWN
            value = constant(definition.value, names, depth + 1)
            for position in definition.path:
                if not isinstance(value, tuple) or position >= len(value):
                    return UNKNOWN
                value = value[position]
            return value
        case ast.Tuple(elts=items) | ast.List(elts=items):
            values = tuple(constant(item, names, depth + 1) for item in items)
            return UNKNOWN if UNKNOWN in values else values
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = constant(operand, names, depth + 1)
            return -value if isinstance(value, int | float) else UNKNOWN
        case ast.BinOp():
            return _arithmetic(node, names, depth)
        case ast.Call():
            return _path(node, names, depth)
    return UNKNOWN


def _arithmetic(node: ast.BinOp, names: Names, depth: int) -> Any:
    left = constant(node.left, names, depth + 1)
    if left is UNKNOWN:
        return UNKNOWN
    right = constant(node.right, names, depth + 1)
    if isinstance(left, str) and isinstance(right, str):
        if isinstance(node.op, ast.Div):
            return posixpath.join(left, right)
        return left + right if isinstance(node.op, ast.Add) else UNKNOWN
    operation = _OPERATORS.get(type(node.op))
    if operation is None or not all(type(side) in (int, float) for side in (left, right)):
        return UNKNOWN
    if max(abs(left), abs(right)) > _MAXIMUM_NUMBER or (operation is operator.pow and abs(right) > 64):
        return UNKNOWN
    try:
        return operation(left, right)
    except (ArithmeticError, ValueError):
        return UNKNOWN


def _path(node: ast.Call, names: Names, depth: int) -> Any:
    if node.keywords or not node.args or any(isinstance(item, ast.Starred) for item in node.args):
        return UNKNOWN
    callee = names.qualified(node.func)
    parts = [constant(item, names, depth + 1) for item in node.args]
    if not all(isinstance(part, str) for part in parts):
        return UNKNOWN
    if callee == "os.path.join" or callee in _PATHS:
        return posixpath.join(*parts)
    return UNKNOWN
