"""Element types: their spellings, and what NumPy makes of two of them."""

FLOATS = ("float16", "bfloat16", "float32", "float64")
SIGNED = ("int8", "int16", "int32", "int64")
UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
NUMERIC = frozenset((*FLOATS, *SIGNED, *UNSIGNED, "bool"))

_SPELLINGS = {
    **{name: name for name in (*FLOATS, *SIGNED, *UNSIGNED, "bool", "complex64", "complex128", "object")},
    "float": "float64",
    "double": "float64",
    "int": "int64",
    "int_": "int64",
    "intp": "int64",
    "float_": "float64",
    "bool_": "bool",
    "half": "float16",
    "single": "float32",
    "byte": "int8",
    "ubyte": "uint8",
    "complex": "complex128",
    "object_": "object",
    "long": "int64",
    "short": "int16",
    "str": "str",
    "f4": "float32",
    "f8": "float64",
    "i4": "int32",
    "i8": "int64",
    "u1": "uint8",
    "f": "float32",
    "d": "float64",
}
_TORCH = {"float": "float32", "int": "int32"}
_SIZES = {"8": 1, "16": 2, "32": 4, "64": 8}


def from_qualified(name: str) -> str | None:
    """The dtype that ``numpy.float32``, ``torch.float`` or ``builtins.float`` stands for."""
    library, _, tail = name.partition(".")
    if library == "torch" and tail in _TORCH:
        return _TORCH[tail]
    if library in {"numpy", "torch", "builtins", "tensorflow"}:
        return _SPELLINGS.get(tail)
    return None


def from_string(text: str) -> str | None:
    """The dtype that a string such as ``"float32"`` or ``"<f4"`` names."""
    return _SPELLINGS.get(text.lstrip("<>=|"))


def size(dtype: str) -> int | None:
    """Bytes of one element."""
    digits = dtype.lstrip("abcdefghijklmnopqrstuvwxyz")
    return 1 if dtype == "bool" else _SIZES.get(digits)


def is_float(dtype: str | None) -> bool:
    return dtype in FLOATS


def is_integer(dtype: str | None) -> bool:
    return dtype in SIGNED or dtype in UNSIGNED


def promote(first: str | None, second: str | None) -> str | None:
    """The dtype of arithmetic between two arrays, as far as it is the same in NumPy 1 and 2."""
    if first is None or second is None:
        return None
    if first == second:
        return first
    if first not in NUMERIC or second not in NUMERIC or "bfloat16" in (first, second):
        return None
    if first == "bool":
        return second
    if second == "bool":
        return first
    if is_float(first) and is_float(second):
        return max(first, second, key=FLOATS.index)
    if is_float(first) or is_float(second):
        real, integer = (first, second) if is_float(first) else (second, first)
        needed = {1: "float16", 2: "float32"}.get(size(integer) or 8, "float64")
        return max(real, needed, key=FLOATS.index)
    if (first in SIGNED) == (second in SIGNED):
        return max(first, second, key=lambda dtype: size(dtype) or 0)
    signed, unsigned = (first, second) if first in SIGNED else (second, first)
    if (size(signed) or 0) > (size(unsigned) or 0):
        return signed
    return {1: "int16", 2: "int32", 4: "int64"}.get(size(unsigned) or 0, "float64")


def with_python_scalar(dtype: str | None, scalar: str) -> str | None:
    """The dtype of arithmetic between an array and a Python ``int``, ``float`` or ``bool``."""
    if dtype is None or dtype not in NUMERIC:
        return None
    if scalar == "bool" or (scalar == "int" and dtype != "bool"):
        return dtype
    if scalar == "int":
        return "int64"
    if scalar == "float":
        return dtype if is_float(dtype) else "float64"
    return None


def true_divide(dtype: str | None) -> str | None:
    """The dtype of ``/`` once both sides have ``dtype``: integers become float64."""
    if is_integer(dtype) or dtype == "bool":
        return "float64"
    return dtype
