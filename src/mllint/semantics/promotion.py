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
        if "float" in (left.type, right.type) or isinstance(operation, ast.Div):
            return Kind("float")
        return None if isinstance(operation, ast.Pow) else Kind("int")
    if left.type == right.type and left.type in {"str", "list", "tuple"} and isinstance(operation, ast.Add):
        return replace(left, element=join(left.element, right.element), items=None)
    if left.type == "list" and right.type == "int" and isinstance(operation, ast.Mult):
        return left
    if isinstance(operation, ast.Div) and "pathlib.Path" in (left.type, right.type):
        return Kind("pathlib.Path")
    return None


def broadcast(shape: Shape | None, other: Kind | None) -> Shape | None:
    if shape is None or other is None:
        return None
    if other.type in {"int", "float", "bool"} or other.shape == () or other.shape == shape:
        return shape
    if other.shape is None:
        return None
    if not shape:
        return other.shape
    longer, shorter = sorted((shape, other.shape), key=len, reverse=True)
    return longer if len(shorter) < len(longer) and len(shorter) <= 1 else (None,) * len(longer)


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
