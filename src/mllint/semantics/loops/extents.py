"""Lengths as keys that can be compared: equal keys are proven equal lengths."""

import ast
from typing import Any, TypeAlias

from mllint.semantics.constants import UNKNOWN, constant
from mllint.semantics.kinds import NDARRAY, TENSOR
from mllint.semantics.module import Module
from mllint.semantics.scopes import Definition
from mllint.semantics.tree import argument

Extent: TypeAlias = tuple[str, Any]

_SIZED = frozenset(
    {"numpy.zeros", "numpy.ones", "numpy.empty", "numpy.full", "torch.zeros", "torch.ones", "torch.empty"}
)
_LIKE = frozenset(
    {
        "numpy.zeros_like",
        "numpy.ones_like",
        "numpy.empty_like",
        "numpy.full_like",
        "torch.zeros_like",
        "torch.empty_like",
    }
)
_MAXIMUM_STEPS = 8


def extent_of_number(node: ast.expr, module: Module, steps: int = 0) -> Extent | None:
    """The key of an integer expression used as a length: ``len(a)``, ``a.shape[0]``, ``n``, ``1000``."""
    if steps > _MAXIMUM_STEPS:
        return None
    value = constant(node, module.names)
    if value is not UNKNOWN:
        return ("constant", value) if type(value) is int else None
    match node:
        case ast.Call(func=function, args=[array], keywords=[]) if module.names.is_builtin(function, "len"):
            return extent_of_array(array, module, steps + 1)
        case ast.Subscript(value=ast.Attribute(value=array, attr="shape"), slice=ast.Constant(value=0)):
            return extent_of_array(array, module, steps + 1)
        case ast.Attribute(value=array, attr="size"):
            kind = module.inference.kind(array)
            one_dimensional = kind is not None and kind.type == NDARRAY and kind.rank == 1
            return extent_of_array(array, module, steps + 1) if one_dimensional else None
        case ast.Name():
            definition = module.names.only_definition(node)
            if definition is None:
                return None
            if definition.how == "assign" and definition.value is not None and not definition.path:
                return extent_of_number(definition.value, module, steps + 1) or ("name", definition)
            return ("name", definition) if definition.how == "parameter" else None
    return None


def extent_of_array(node: ast.expr, module: Module, steps: int = 0) -> Extent | None:
    """The key of the first dimension of an array-like expression."""
    if steps > _MAXIMUM_STEPS:
        return None
    kind = module.inference.kind(node)
    if kind is not None and kind.type in (NDARRAY, TENSOR) and kind.shape and kind.shape[0] is not None:
        return ("constant", kind.shape[0])
    if not isinstance(node, ast.Name):
        return None
    definition = module.names.only_definition(node)
    if definition is None:
        return None
    if definition.how == "assign" and isinstance(definition.value, ast.Call) and not definition.path:
        return _allocated(definition.value, module, steps + 1) or ("array", definition)
    if definition.how in {"assign", "parameter"}:
        return ("array", definition)
    return None


def _allocated(call: ast.Call, module: Module, steps: int) -> Extent | None:
    name = module.names.qualified(call.func)
    if name in _LIKE and call.args:
        return extent_of_array(call.args[0], module, steps)
    if name in _SIZED:
        size = argument(call, keyword="shape", position=0)
        if isinstance(size, ast.Tuple | ast.List) and size.elts:
            size = size.elts[0]
        if isinstance(size, ast.Attribute) and size.attr == "shape":
            return extent_of_array(size.value, module, steps)
        return extent_of_number(size, module, steps) if size is not None else None
    return None


def is_fresh_allocation(definition: Definition, module: Module) -> bool:
    """Whether a binding holds a new array that nothing else can share memory with."""
    value = definition.value
    if definition.how != "assign" or definition.path or not isinstance(value, ast.Call):
        return False
    return module.names.qualified(value.func) in _SIZED | _LIKE
