"""Lengths as keys that can be compared: equal keys are proven equal lengths."""

import ast
from collections.abc import Mapping
from typing import Any, TypeAlias

from mllint.semantics.constants import UNKNOWN, constant
from mllint.semantics.kinds import NDARRAY, TENSOR
from mllint.semantics.module import Module
from mllint.semantics.scopes import Definition
from mllint.semantics.tree import argument

Extent: TypeAlias = tuple[str, Any]

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
    """The length of a new array: that of the array it is like, or the size that is asked for."""
    fact = _allocation(call, module)
    if fact is None:
        return None
    shape = fact.get("shape", {})
    if "same" in shape:
        position = shape["same"]
        return extent_of_array(call.args[position], module, steps) if position < len(call.args) else None
    size = argument(call, keyword=shape.get("keyword"), position=shape.get("position", 0))
    if isinstance(size, ast.Tuple | ast.List) and size.elts:
        size = size.elts[0]
    if isinstance(size, ast.Attribute) and size.attr == "shape":
        return extent_of_array(size.value, module, steps)
    return extent_of_number(size, module, steps) if size is not None else None


def _allocation(call: ast.Call, module: Module) -> Mapping[str, Any] | None:
    """The signature fact of a call that makes an array of its own."""
    fact = module.knowledge.functions.get(module.names.qualified(call.func) or "")
    return fact if fact is not None and fact.get("fresh") else None


def is_fresh_allocation(definition: Definition, module: Module) -> bool:
    """Whether a binding holds a new array that nothing else can share memory with."""
    value = definition.assigned
    return isinstance(value, ast.Call) and _allocation(value, module) is not None
