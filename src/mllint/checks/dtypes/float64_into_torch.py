"""A tensor made from an array that is float64 because nobody said otherwise."""

import ast
from collections.abc import Iterator

from mllint.context import Context
from mllint.finding import Finding, FixPlan
from mllint.semantics import dtypes
from mllint.semantics.kinds import NDARRAY
from mllint.semantics.tree import argument, is_open_call

_CONVERSIONS = frozenset({"torch.from_numpy", "torch.tensor", "torch.as_tensor"})
_CASTS = frozenset({"float", "double", "half", "bfloat16", "long", "int", "type", "type_as", "to", "bool"})
_TRAINING = ("torch.nn", "torch.optim", "torch.utils.data")


def check(node: ast.Call, ctx: Context) -> Iterator[Finding]:
    """Speaks where the module works with networks, the float64 is a default, and nothing converts the tensor."""
    if not node.args or is_open_call(node) or ctx.qualified_name(node.func) not in _CONVERSIONS:
        return
    if argument(node, keyword="dtype") is not None or len(node.args) > 1:
        return
    array = node.args[0]
    kind = ctx.kind_of(array)
    if kind is None or kind.type != NDARRAY or kind.dtype != "float64" or not kind.dtype_by_default:
        return
    if (
        kind.shape == ()
        or _divides_integers(array, ctx)
        or not ctx.mentions(*_TRAINING)
        or _wants_double(ctx)
        or _is_converted(node, ctx)
    ):
        return
    plan = _plan(node, array, ctx)
    text = f"`{array.id}`" if isinstance(array, ast.Name) else "the array"
    no_fix = "" if plan else "the name `np` means something else in this file"
    yield ctx.finding(node, array=text, fix=plan, no_fix=no_fix)


def _plan(node: ast.Call, array: ast.expr, ctx: Context) -> FixPlan | None:
    if ctx.qualified_name(node.func) == "torch.from_numpy":
        numpy = ctx.name_for("numpy", "np")
        if numpy is None:
            return None
        return ctx.fix("wrap_text", array, after=f".astype({numpy[0]}.float32)", imports=numpy[1])
    torch = ctx.name_for("torch")
    if torch is None:
        return None
    return ctx.fix("add_keyword", node, keyword="dtype", value=f"{torch[0]}.float32", imports=torch[1])


def _divides_integers(array: ast.expr, ctx: Context) -> bool:
    """Whether the float64 comes from dividing integers: uint8-to-float64-normalise speaks of the division."""
    definition = ctx.definition_of(array)
    made = definition.value if definition is not None and definition.how == "assign" else array
    if not isinstance(made, ast.BinOp) or not isinstance(made.op, ast.Div | ast.Mult):
        return False
    kind = ctx.kind_of(made.left)
    return kind is not None and dtypes.is_integer(kind.dtype)


def _wants_double(ctx: Context) -> bool:
    """Whether anything in the module asks for double precision."""
    for node in ctx.tree.by_class.get(ast.Attribute, ()):
        assert isinstance(node, ast.Attribute)
        if node.attr in {"double", "float64", "set_default_dtype", "set_default_tensor_type", "DoubleTensor"}:
            return True
    return any(
        isinstance(node, ast.Constant) and node.value == "float64"
        for node in ctx.tree.by_class.get(ast.Constant, ())
    )


def _is_converted(node: ast.expr, ctx: Context, steps: int = 3) -> bool:
    """Whether the tensor is converted where it is made, or through a name that it is given."""
    parents = ctx.tree.parents
    outer: ast.AST = node
    while isinstance(parent := parents[outer], ast.Attribute) and parent.value is outer:
        call = parents[parent]
        if not isinstance(call, ast.Call) or call.func is not parent:
            break
        if parent.attr in _CASTS and not _only_moves(call, ctx):
            return True
        outer = call
    statement = parents[outer]
    if not isinstance(statement, ast.Assign) or statement.value is not outer or not steps:
        return False
    for target in statement.targets:
        if isinstance(target, ast.Attribute):
            # Kept on an object: whoever reads it there may convert it.
            return _casts_attribute(target, ctx)
        definition = ctx.binding(target) if isinstance(target, ast.Name) else None
        uses = ctx.uses_of(definition) if definition is not None else None
        if uses is None or any(_is_converted(use, ctx, steps - 1) for use in uses):
            return True
    return False


def _only_moves(call: ast.Call, ctx: Context) -> bool:
    """Whether ``.to(...)`` names a device alone."""
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr != "to":
        return False
    given = [*call.args, *(item.value for item in call.keywords if item.arg in {"dtype", "other"})]
    if any(item.arg in {"dtype", "other"} for item in call.keywords):
        return False
    if len(given) != 1:
        return not given
    value = ctx.constant(given[0])
    name = ctx.qualified_name(given[0]) or ""
    spelled = given[0].id if isinstance(given[0], ast.Name) else getattr(given[0], "attr", "")
    kind = ctx.kind_of(given[0])
    return (
        isinstance(value, str)
        or name.startswith("torch.device")
        or (kind is not None and kind.type == "torch.device")
        or "device" in spelled
    )


def _casts_attribute(target: ast.Attribute, ctx: Context) -> bool:
    """Whether the same attribute is converted anywhere in the module."""
    return any(
        isinstance(node, ast.Attribute) and node.attr == target.attr and _is_converted(node, ctx, 0)
        for node in ctx.tree.by_class.get(ast.Attribute, ())
        if isinstance(getattr(node, "ctx", None), ast.Load)
    )
