"""Pixels of one byte, divided into elements of eight."""

import ast
from collections.abc import Iterator

from mllint.context import Context
from mllint.finding import Finding
from mllint.semantics.kinds import NDARRAY, Kind
from mllint.semantics.scopes import Definition

_TO_ARRAY = frozenset({"numpy.array", "numpy.asarray"})
_IMAGE = "PIL.Image.Image"
#: What bytes are divided by to become fractions; other factors are other arithmetic.
_RANGES = frozenset({255, 256, 127.5, 128})


def check(node: ast.BinOp, ctx: Context) -> Iterator[Finding]:
    """Speaks of ``image / number`` and ``image * fraction`` where the array is known to hold uint8."""
    if not isinstance(node.op, ast.Div | ast.Mult):
        return
    scale = ctx.constant(node.right)
    if type(scale) not in (int, float) or not scale:
        return
    divisor = scale if isinstance(node.op, ast.Div) else 1 / scale
    if round(divisor, 6) not in _RANGES:
        return
    kind = ctx.kind_of(node.left)
    if kind is None or kind.type != NDARRAY:
        return
    if kind.dtype != "uint8" and not (
        round(divisor, 6) == 255 and _is_image_of_unknown_mode(node.left, kind, ctx)
    ):
        return
    text = f"`{ast.unparse(node.left)}`" if isinstance(node.left, ast.Name | ast.Attribute) else "the array"
    numpy = ctx.name_for("numpy", "np")
    if numpy is None:
        yield ctx.finding(node, array=text, no_fix="the name `np` means something else in this file")
        return
    plan = ctx.fix("wrap_text", node.left, after=f".astype({numpy[0]}.float32)", imports=numpy[1])
    yield ctx.finding(node, array=text, fix=plan)


def _is_image_of_unknown_mode(array: ast.expr, kind: Kind, ctx: Context) -> bool:
    """Whether an array comes straight from an image file: 255 then says that its pixels are bytes."""
    if kind.dtype is not None:
        return False
    definition: Definition | None = ctx.definition_of(array)
    made = definition.value if definition is not None and definition.how == "assign" else array
    if (
        not isinstance(made, ast.Call)
        or ctx.qualified_name(made.func) not in _TO_ARRAY
        or len(made.args) != 1
    ):
        return False
    return not made.keywords and ctx.is_a(ctx.kind_of(made.args[0]), _IMAGE)
