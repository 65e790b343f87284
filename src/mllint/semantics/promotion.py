"""What arithmetic makes of two kinds."""

import ast
from dataclasses import replace

from mllint.semantics import dtypes
from mllint.semantics.kinds import ARRAYS, NDARRAY, SERIES, TENSOR, Kind, Shape, join


def arithmetic(left: Kind | None, right: Kind | None, operation: ast.operator) -> Kind | None:
    """The kind of ``left <operation> right``; None where it is not known."""
    if left is None or right is None:
        return None
    if left.type in ARRAYS or right.type in ARRAYS:
        return _array_arithmetic(left, right, operation)
    if {left.type, right.type} <= {"int", "float", "bool"}:
        if left.type == right.type == "bool" and isinstance(operation, ast.BitAnd | ast.BitOr | ast.BitXor):
            return Kind("bool")
        if isinstance(operation, ast.Pow):
            return None  # a negative base or exponent changes the type
        if "float" in (left.type, right.type) or isinstance(operation, ast.Div):
            return Kind("float")
        return Kind("int")
    if left.type == right.type and left.type in {"str", "list", "tuple"} and isinstance(operation, ast.Add):
        return replace(left, element=join(left.element, right.element), items=None)
    if left.type == "list" and right.type == "int" and isinstance(operation, ast.Mult):
        return left
    if isinstance(operation, ast.Div) and "pathlib.Path" in (left.type, right.type):
        return Kind("pathlib.Path")
    return None


def in_place(before: Kind | None, value: Kind | None, operation: ast.operator) -> Kind | None:
    """The kind of a name after ``name <operation>= value``.

    Arrays and tensors are changed and keep their element type, or raise; all else is bound anew.
    """
    if before is not None and before.type in (NDARRAY, TENSOR) and before.rank:
        return before
    after = arithmetic(before, value, operation)
    if before is not None and before.type in (NDARRAY, TENSOR) and before.rank is None:
        # A scalar or an array: what both agree on.
        return join(before, after)
    return after


def broadcast(shape: Shape | None, other: Kind | None) -> Shape | None:
    """The shape of an operation between arrays of ``shape`` and of the shape of ``other``."""
    if shape is None or other is None:
        return None
    if other.type in {"int", "float", "bool"}:
        return shape
    if other.shape is None:
        return None
    missing = len(other.shape) - len(shape)
    first = (1,) * missing + shape
    second = (1,) * -missing + other.shape
    return tuple(_extent(a, b) for a, b in zip(first, second, strict=True))


def _extent(first: int | None, second: int | None) -> int | None:
    if first == second or second == 1:
        return first
    if first == 1 or first is None:
        # An unknown extent is the other one, or 1.
        return second
    return first if second is None else None


def _array_arithmetic(left: Kind, right: Kind, operation: ast.operator) -> Kind | None:
    """The kind of an operation with at least one array; pandas wins over NumPy, tensors mix with neither."""
    scalars = {"int", "float", "bool"}
    array, other = (left, right) if left.type in ARRAYS else (right, left)
    if isinstance(operation, ast.MatMult):
        return Kind(
            array.type, dtype=dtypes.promote(left.dtype, right.dtype), assumed=left.assumed or right.assumed
        )
    assumed = left.assumed or right.assumed
    if other.type in scalars:
        dtype = dtypes.with_python_scalar(array.dtype, other.type)
        if array.type == TENSOR and dtype == "float64" and array.dtype != "float64":
            dtype = None  # torch takes its default float type
        shape = array.shape
    elif other.type == array.type or {array.type, other.type} == {NDARRAY, SERIES}:
        # A 0-d operand promotes differently in NumPy 1 and 2, and in torch.
        mixed = left.dtype != right.dtype and () in (left.shape, right.shape)
        dtype = (
            None
            if mixed or (array.type == TENSOR and left.dtype != right.dtype)
            else dtypes.promote(left.dtype, right.dtype)
        )
        shape = broadcast(left.shape, right)
        if SERIES in (left.type, right.type):
            array = left if left.type == SERIES else right
    else:
        return None
    if array.dtype == "bool" and isinstance(operation, ast.FloorDiv | ast.Mod | ast.Pow):
        dtype = None  # int8, or an error
    if isinstance(operation, ast.Div):
        dtype = (
            ("float32" if dtype and not dtypes.is_float(dtype) else dtype)
            if array.type == TENSOR
            else dtypes.true_divide(dtype)
        )
    by_default = array.dtype_by_default or (dtype != array.dtype)
    return Kind(
        array.type,
        dtype=dtype,
        dtype_by_default=by_default,
        device=array.device,
        shape=shape,
        assumed=assumed,
    )
