"""What NumPy functions return where a signature fact cannot say it, because it depends on the arguments."""

import ast
from collections.abc import Callable
from dataclasses import replace

from mllint.semantics import dtypes
from mllint.semantics.kinds import NDARRAY, Kind

#: Functions that compute in floating point whatever they are given.
_FLOATING = frozenset({"numpy.sqrt", "numpy.exp", "numpy.log", "numpy.sin", "numpy.cos"})
_KEEPING = frozenset({"numpy.abs"})
_NUMBERS = {"int": "int64", "float": "float64", "bool": "bool"}
#: The float type in which small integers are computed, by their size in bytes.
_FLOAT_OF_INTEGER = {1: "float16", 2: "float32"}


def refined(
    name: str, call: ast.Call, kind: Kind | None, kind_of: Callable[[ast.expr], Kind | None]
) -> Kind | None:
    """The kind of a call of the function of that name, given what its signature fact says."""
    if kind is None:
        return None
    if name in _FLOATING or name in _KEEPING:
        return _elementwise(kind, floating=name in _FLOATING)
    if name == "numpy.ascontiguousarray" and kind.shape == ():
        return replace(kind, shape=(1,))
    if name == "numpy.arange" and kind.dtype_by_default and len(call.args) > 1:
        kinds = [kind_of(item) for item in call.args]
        if any(item is None or item.type not in {"int", "float"} for item in kinds):
            return replace(kind, dtype=None)
        if any(item is not None and item.type == "float" for item in kinds):
            return replace(kind, dtype="float64")
    if name == "numpy.arange" and kind.dtype == "bool":
        return replace(kind, dtype=None)
    return kind


def _elementwise(argument: Kind, *, floating: bool) -> Kind | None:
    """The result of a function of one argument, applied to each element."""
    if argument.type in _NUMBERS:
        argument = Kind(NDARRAY, dtype=_NUMBERS[argument.type], dtype_by_default=True, shape=())
    if argument.type in {"list", "tuple"}:
        return Kind(NDARRAY, assumed=argument.assumed)
    dtype = argument.dtype
    if argument.type != NDARRAY or not floating or dtype is None or dtypes.is_float(dtype):
        return argument
    if not dtypes.is_integer(dtype):
        return replace(argument, dtype="float16" if dtype == "bool" else None)
    return replace(argument, dtype=_FLOAT_OF_INTEGER.get(dtypes.size(dtype) or 0, "float64"))
