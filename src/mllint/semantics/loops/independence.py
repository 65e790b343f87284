"""Loops whose iterations do not depend on each other, and the whole-array statement that says the same.

Two forms: ``out[i] = f(a[i], b[i])`` into an array made before, and ``out.append(f(x))`` followed by
``np.array(out)``. A loop gives a :class:`Plan`, a refusal with its reason, or nothing at all.
"""

import ast
from dataclasses import dataclass

from mllint.finding import Span
from mllint.semantics import dtypes
from mllint.semantics.kinds import NDARRAY, TENSOR, Kind
from mllint.semantics.loops.elementwise import Loop, NotElementwise, Reader
from mllint.semantics.loops.extents import extent_of_array, extent_of_number, is_fresh_allocation
from mllint.semantics.module import Module
from mllint.semantics.scopes import Definition

_TO_ARRAY = frozenset({"numpy.array", "numpy.asarray"})


@dataclass(frozen=True, slots=True)
class Plan:
    """Replace the statements by ``text``; ``doubts`` say why results might differ, none means the same bits."""

    statements: tuple[ast.stmt, ...]
    text: str
    doubts: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """An element-wise loop that is not rewritten, and why."""

    reason: str
    target: str


def analyse(node: ast.For, module: Module, numpy: str) -> Plan | Refusal | None:
    """What can be said of a ``for`` loop; None where it is no loop over arrays that is understood."""
    loop = _header(node, module)
    if loop is None or node.orelse or node.type_comment:
        return None
    target = _target(node)
    if target is None:
        return None
    reader = Reader(loop, module, numpy)
    try:
        if _escapes(loop, module):
            raise NotElementwise("the loop's variable is used after the loop")
        if isinstance(target, ast.Call):
            return _appended(target, reader, module)
        return _stored(target, reader, module)
    except NotElementwise as refused:
        # Silence unless it is sure that arrays are being walked.
        return Refusal(refused.reason, _name_of(target)) if refused.reason and reader.reading.arrays else None


# -- shape of the loop ------------------------------------------------------------------------------


def _header(node: ast.For, module: Module) -> Loop | None:
    text = ast.unparse
    match node.target, node.iter:
        case ast.Name(id=index), ast.Call(func=function, args=[bound], keywords=[]) if (
            module.names.is_builtin(function, "range")
        ):
            return Loop(index, None, None, text(bound), extent_of_number(bound, module), node)
        case ast.Name(id=index), ast.Call(
            func=function, args=[ast.Constant(value=0), bound], keywords=[]
        ) if module.names.is_builtin(function, "range"):
            return Loop(index, None, None, text(bound), extent_of_number(bound, module), node)
        case (
            ast.Tuple(elts=[ast.Name(id=index), ast.Name(id=element)]),
            ast.Call(func=function, args=[ast.Name() as array], keywords=[]),
        ) if module.names.is_builtin(function, "enumerate"):
            return Loop(index, element, array, f"len({array.id})", extent_of_array(array, module), node)
        case ast.Name(id=element), ast.Name() as array:
            return Loop(None, element, array, f"len({array.id})", extent_of_array(array, module), node)
    return None


def _target(node: ast.For) -> "ast.Subscript | ast.Call | None":
    """What the last statement of the body stores into or appends to; the rest must be plain temporaries."""
    *before, last = node.body
    for statement in before:
        if not (isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)):
            return None
    match last:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(), slice=ast.Name()) as target]):
            return target
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=ast.Name(), attr="append"), args=[_], keywords=[]) as call
        ):
            return call
    return None


def _name_of(target: "ast.Subscript | ast.Call") -> str:
    owner = target.value if isinstance(target, ast.Subscript) else target.func
    return owner.id if isinstance(owner, ast.Name) else ast.unparse(owner).removesuffix(".append")


def _escapes(loop: Loop, module: Module) -> bool:
    """Whether a name that the loop binds is read outside it: it would then hold something else."""
    inside = set(ast.walk(loop.node))
    for node in inside:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            definition = module.names.binding(node)
            uses = module.names.uses_of(definition) if definition is not None else None
            if uses is None or any(use not in inside for use in uses):
                return True
    return False


def _temporaries(reader: Reader, statements: list[ast.stmt]) -> list[str]:
    """Assignments before the last statement, as whole-array assignments."""
    lines = []
    for statement in statements:
        assert isinstance(statement, ast.Assign)
        match statement.targets:
            case [ast.Name(id=name)] if name not in reader.temporaries:
                kind = reader.read(statement.value)
                reader.temporaries[name] = kind
                lines.append(f"{name} = {_rewritten(statement.value, reader)}")
            case _:
                raise NotElementwise
    return lines


def _rewritten(node: ast.expr, reader: Reader) -> str:
    """The expression with every element replaced by its array; in parentheses where it spans lines."""
    source = reader.module.source
    span = source.span(node)
    text = source.text[span.start : span.end]
    for part, replacement in sorted(reader.reading.substitutions, reverse=True):
        if span.contains(part):
            text = text[: part.start - span.start] + replacement + text[part.end - span.start :]
    return f"({text})" if "\n" in text or "\r" in text else text


# -- out[i] = ... -----------------------------------------------------------------------------------


def _stored(target: ast.Subscript, reader: Reader, module: Module) -> Plan | Refusal | None:
    loop = reader.loop
    name, index = target.value, target.slice
    assert isinstance(name, ast.Name)
    if not (isinstance(index, ast.Name) and index.id == loop.index):
        return None
    statement = loop.node.body[-1]
    assert isinstance(statement, ast.Assign)
    out = module.inference.kind(name)
    if out is None or out.type not in (NDARRAY, TENSOR) or not _holds_numbers(out):
        return None
    lines = _temporaries(reader, loop.node.body[:-1])
    value = reader.read(statement.value)
    reading = reader.reading
    if not reading.arrays:
        return None
    if out.rank not in (1, None):
        raise NotElementwise(f"`{name.id}` has {out.rank} dimensions")
    if out.type not in reading.arrays or len(reading.arrays) > 1:
        raise NotElementwise("arrays and tensors are mixed")
    definition = module.names.only_definition(name)
    if definition is None or not is_fresh_allocation(definition, module):
        raise NotElementwise(f"`{name.id}` may share memory with what is read")
    if _is_aliased(definition, loop, module):
        raise NotElementwise(f"`{name.id}` is handed on before the loop")
    _compare_types(out, value, reader)
    same_length = extent_of_array(name, module) == loop.extent is not None
    text = _rewritten(statement.value, reader)
    allocation = _statement_before(loop.node, definition, module)
    plain = isinstance(statement.value, ast.Name | ast.Subscript)
    if (
        allocation is not None
        and same_length
        and not plain
        and _same_array(out, value)
        and not _reads(reader, name.id)
    ):
        return Plan(
            (allocation, loop.node), "\n".join([*lines, f"{name.id} = {text}"]), _doubts(reader), name.id
        )
    part = "[:]" if same_length else f"[:{loop.bound}]"
    return Plan((loop.node,), "\n".join([*lines, f"{name.id}{part} = {text}"]), _doubts(reader), name.id)


def _compare_types(out: Kind, value: Kind | None, reader: Reader) -> None:
    """Storing a float into an integer array raises for nan in one form and not in the other."""
    dtype = value.dtype if value is not None else None
    if value is None or dtype is None:
        reader.reading.doubts.add("the element type of the result is not known")
        if out.dtype not in ("float64", "float32", None):
            raise NotElementwise(f"`{_type(out)}` elements may be given something else")
    elif out.dtype != dtype and not (out.dtype == "float64" and dtype in {"int64", "bool"}):
        raise NotElementwise(f"{dtype} values are stored into {_type(out)} elements")


def _holds_numbers(out: Kind) -> bool:
    """Whether an array may hold numbers: one of objects is filled element by element for good reasons."""
    return out.dtype is None or out.dtype in dtypes.NUMERIC


def _type(kind: Kind) -> str:
    return kind.dtype or "unknown"


def _same_array(out: Kind, value: Kind | None) -> bool:
    return (
        value is not None
        and value.type == out.type
        and value.dtype == out.dtype is not None
        and value.rank == 1
    )


def _reads(reader: Reader, name: str) -> bool:
    """Whether the body reads the array that it fills."""
    return any(text.partition("[")[0] == name for _, text in reader.reading.substitutions)


def _doubts(reader: Reader) -> tuple[str, ...]:
    return tuple(sorted(reader.reading.doubts))


def _statement_before(loop: ast.For, definition: Definition, module: Module) -> ast.stmt | None:
    """The statement that makes the accumulator, if it stands directly before the loop and does nothing else."""
    block = module.tree.siblings(loop)
    position = block.index(loop)
    if position == 0:
        return None
    before = block[position - 1]
    if isinstance(before, ast.Assign) and before.targets == [definition.node]:
        return before
    return None


def _is_aliased(definition: Definition, loop: Loop, module: Module) -> bool:
    """Whether the fresh array gets a second name, or a view, before the loop."""
    uses = module.names.uses_of(definition)
    if uses is None:
        return True
    for use in uses:
        if use.lineno > loop.node.lineno or use in set(ast.walk(loop.node)):
            continue
        parent = module.tree.parents[use]
        sized = isinstance(parent, ast.Call) and module.names.is_builtin(parent.func, "len")
        shaped = isinstance(parent, ast.Attribute) and parent.attr in {"shape", "size", "dtype", "ndim"}
        if not (sized or shaped):
            return True
    return False


# -- out.append(...), then np.array(out) ------------------------------------------------------------


def _appended(target: ast.Call, reader: Reader, module: Module) -> Plan | Refusal | None:
    loop = reader.loop
    assert isinstance(target.func, ast.Attribute) and isinstance(target.func.value, ast.Name)
    name = target.func.value
    definition = module.names.only_definition(name)
    if definition is None or not _is_empty_list(definition):
        return None
    conversion = _conversion(definition, name, module)
    if conversion is None:
        return None
    lines = _temporaries(reader, loop.node.body[:-1])
    value = reader.read(target.args[0])
    reading = reader.reading
    if not reading.arrays:
        return None
    if TENSOR in reading.arrays:
        raise NotElementwise("tensors become an array only one by one")
    start = _statement_before(loop.node, definition, module)
    if start is None:
        raise NotElementwise(f"`{name.id}` is not made right before the loop")
    block = module.tree.siblings(loop.node)
    position = block.index(loop.node)
    after = module.tree.statement(conversion)
    if (
        position + 1 >= len(block)
        or block[position + 1] is not after
        or not isinstance(after, ast.Assign | ast.Return)
    ):
        raise NotElementwise(f"`{name.id}` becomes an array only later")
    if value is None or value.dtype != "float64":
        # np.array([]) is float64, whatever the elements would have been.
        reading.doubts.add("an empty result would be float64")
    text = _rewritten(target.args[0], reader)
    plain = isinstance(target.args[0], ast.Name | ast.Subscript)
    if plain or len(conversion.args) > 1 or conversion.keywords:
        text = _with_argument(conversion, text, module)
    elif isinstance(target.args[0], ast.Tuple | ast.Starred):
        raise NotElementwise
    return Plan(
        (start, loop.node, after),
        "\n".join([*lines, _around(after, conversion, text, module)]),
        _doubts(reader),
        name.id,
    )


def _is_empty_list(definition: Definition) -> bool:
    value = definition.assigned
    return isinstance(value, ast.List) and not value.elts


def _conversion(definition: Definition, name: ast.Name, module: Module) -> ast.Call | None:
    """The one ``np.array(out)`` that reads the list; None if it is read in any other way."""
    uses = module.names.uses_of(definition)
    if uses is None:
        return None
    others = [use for use in uses if use is not name]
    if len(others) != 1:
        return None
    call = module.tree.parents[others[0]]
    if (
        isinstance(call, ast.Call)
        and call.args[:1] == others
        and module.names.qualified(call.func) in _TO_ARRAY
    ):
        return call
    return None


def _with_argument(conversion: ast.Call, text: str, module: Module) -> str:
    """The conversion with its list replaced by the whole-array expression."""
    source = module.source
    call, argument = source.span(conversion), source.span(conversion.args[0])
    return source.slice(Span(call.start, argument.start)) + text + source.slice(Span(argument.end, call.end))


def _around(statement: ast.stmt, conversion: ast.Call, text: str, module: Module) -> str:
    """The statement with the conversion replaced."""
    source = module.source
    outer, inner = source.span(statement), source.span(conversion)
    return source.slice(Span(outer.start, inner.start)) + text + source.slice(Span(inner.end, outer.end))
