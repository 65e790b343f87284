"""Expressions over ``a[i]`` that mean the same, element by element, when written over whole arrays."""

import ast
from dataclasses import dataclass, field

from mllint.finding import Span
from mllint.semantics import dtypes
from mllint.semantics.kinds import NDARRAY, TENSOR, Kind
from mllint.semantics.loops.extents import Extent, extent_of_array
from mllint.semantics.module import Module
from mllint.semantics.promotion import arithmetic

_EXACT_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div)
_OPERATORS = (*_EXACT_OPERATORS, ast.Pow, ast.FloorDiv, ast.Mod)
_NUMBERS = frozenset({"int", "float", "bool"})
_MAXIMUM_DEPTH = 60


class NotElementwise(Exception):
    """The expression is not understood; ``reason`` is for the user, empty where nothing should be said."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Loop:
    """What the header of a loop says: the index, the element, what it runs over, how often."""

    index: str | None
    element: str | None
    iterated: ast.expr | None
    bound: str
    extent: Extent | None
    node: ast.For


@dataclass(slots=True)
class Reading:
    """The result of reading expressions: substitutions that make them whole-array, and what that rests on.

    ``doubts`` are the reasons why results might differ; none means bit for bit the same.
    """

    substitutions: list[tuple[Span, str]] = field(default_factory=list)
    arrays: set[str] = field(default_factory=set)
    doubts: set[str] = field(default_factory=set)


class Reader:
    """Reads the expressions of one loop body; ``temporaries`` are names that hold an element-wise value."""

    def __init__(self, loop: Loop, module: Module, numpy: str) -> None:
        self.loop = loop
        self.module = module
        self.numpy = numpy
        self.reading = Reading()
        self.temporaries: dict[str, Kind | None] = {}
        self.assigned = _assigned(loop.node)

    def read(self, node: ast.expr, depth: int = 0) -> Kind | None:
        """The kind of the whole-array value; raises :class:`NotElementwise`."""
        if depth > _MAXIMUM_DEPTH:
            raise NotElementwise("the expression is nested too deeply")
        match node:
            case ast.Constant(value=value):
                if type(value) not in (int, float, bool):
                    raise NotElementwise
                return Kind(type(value).__name__)
            case ast.Name():
                return self._name(node)
            case ast.Subscript():
                return self._subscript(node)
            case ast.BinOp():
                return self._binary(node, depth)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                return self.read(operand, depth + 1)
            case ast.Compare(
                left=left, ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE() | ast.Eq() | ast.NotEq()]
            ):
                return self._compare(left, node.comparators[0], depth)
            case ast.Call():
                return self._call(node, depth)
            case ast.Attribute():
                return self._invariant(node)
        raise NotElementwise

    def _name(self, node: ast.Name) -> Kind | None:
        if node.id == self.loop.element:
            assert self.loop.iterated is not None
            return self._operand(node, self.loop.iterated)
        if node.id == self.loop.index:
            raise NotElementwise("the index itself is part of the value")
        if node.id in self.temporaries:
            return self.temporaries[node.id]
        return self._invariant(node)

    def _invariant(self, node: ast.expr) -> Kind | None:
        """A value that no iteration changes; a number, or the store into one element would fail."""
        if any(isinstance(part, ast.Name) and part.id in self.assigned for part in ast.walk(node)):
            raise NotElementwise
        kind = self.module.inference.kind(node)
        if kind is None:
            self.reading.doubts.add(f"`{ast.unparse(node)}` is not known to be a plain number")
            return None
        if kind.type in _NUMBERS:
            if kind.assumed:
                self.reading.doubts.add(
                    f"`{ast.unparse(node)}` is known from annotations or from the calls in this module alone"
                )
            return kind
        raise NotElementwise

    def _subscript(self, node: ast.Subscript) -> Kind | None:
        index = node.slice
        if isinstance(index, ast.Name) and index.id == self.loop.index:
            return self._operand(node, node.value)
        if self.loop.index is not None and any(
            isinstance(part, ast.Name) and part.id == self.loop.index for part in ast.walk(index)
        ):
            if isinstance(node.value, ast.Name) and node.value.id in self.assigned:
                raise NotElementwise  # A recurrence: one step needs the result of another.
            raise NotElementwise("other elements than the one at the index are read")
        return self._invariant(node)

    def _operand(self, place: ast.expr, array: ast.expr) -> Kind | None:
        """One element of an array that the loop does not rebind, becoming the whole array."""
        if not isinstance(array, ast.Name | ast.Attribute):
            raise NotElementwise
        if isinstance(array, ast.Name) and array.id in self.assigned and array.id not in self.stored:
            raise NotElementwise
        text = ast.unparse(array)
        kind = self.module.inference.kind(array)
        if kind is None:
            raise NotElementwise(f"`{text}` is not known to be an array")
        if kind.type not in (NDARRAY, TENSOR):
            raise NotElementwise(f"`{text}` is a {kind.type.rpartition('.')[2]}, not an array")
        if kind.rank not in (1, None):
            raise NotElementwise(f"`{text}` has {kind.rank} dimensions")
        self.reading.arrays.add(kind.type)
        if kind.rank is None:
            self.reading.doubts.add(f"`{text}` is not known to have one dimension")
        if kind.dtype not in ("float64", "int64") or kind.type == TENSOR:
            self.reading.doubts.add(f"the element type of `{text}` is not known to be float64 or int64")
        if kind.assumed:
            self.reading.doubts.add(
                f"`{text}` is known from annotations or from the calls in this module alone"
            )
        extent = extent_of_array(array, self.module)
        same = extent is not None and extent == self.loop.extent
        if not same:
            self.reading.doubts.add(f"`{text}` is not known to be as long as the loop")
        self.reading.substitutions.append(
            (self.module.source.span(place), text if same else f"{text}[:{self.loop.bound}]")
        )
        return kind

    @property
    def stored(self) -> frozenset[str]:
        """Arrays that the body writes at the index: reading the same element back is fine."""
        return frozenset(
            target.value.id for target in _stores(self.loop.node) if isinstance(target.value, ast.Name)
        )

    def _binary(self, node: ast.BinOp, depth: int) -> Kind | None:
        if not isinstance(node.op, _OPERATORS):
            raise NotElementwise
        left = self.read(node.left, depth + 1)
        right = self.read(node.right, depth + 1)
        if not isinstance(node.op, _EXACT_OPERATORS):
            self.reading.doubts.add("powers and remainders may differ in the last bits")
        return arithmetic(left, right, node.op)

    def _compare(self, left: ast.expr, right: ast.expr, depth: int) -> Kind | None:
        kinds = [self.read(left, depth + 1), self.read(right, depth + 1)]
        array = next((kind for kind in kinds if kind is not None and kind.type in (NDARRAY, TENSOR)), None)
        return Kind(array.type, dtype="bool", shape=array.shape) if array else Kind("bool")

    def _call(self, node: ast.Call, depth: int) -> Kind | None:
        name = self.module.names.qualified(node.func)
        if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
            raise NotElementwise
        if name == "builtins.abs":
            return self.read(node.args[0], depth + 1)
        knowledge = self.module.knowledge
        if name is None or name not in knowledge.elementwise:
            raise NotElementwise
        target = knowledge.elementwise[name]
        if target != name:
            replacement = f"{self.numpy}.{target.removeprefix('numpy.')}"
            self.reading.substitutions.append((self.module.source.span(node.func), replacement))
            self.reading.doubts.add("`math` raises where NumPy gives nan, and may differ in the last bits")
        elif name not in knowledge.exact_elementwise:
            self.reading.doubts.add(
                "NumPy may compute one element and many in ways that differ in the last bits"
            )
        kind = self.read(node.args[0], depth + 1)
        if kind is None or TENSOR in self.reading.arrays:
            raise NotElementwise("a function of NumPy or math is applied to tensors")
        if dtypes.is_integer(kind.dtype):
            return Kind(kind.type, dtype="float64", shape=kind.shape, assumed=kind.assumed)
        return kind if kind.type == NDARRAY else Kind("float")


def _assigned(loop: ast.For) -> frozenset[str]:
    """Names that the loop binds or stores into."""
    found = set()
    for node in ast.walk(loop):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
    for target in _stores(loop):
        if isinstance(target.value, ast.Name):
            found.add(target.value.id)
    return frozenset(found)


def _stores(loop: ast.For) -> list[ast.Subscript]:
    return [
        node for node in ast.walk(loop) if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
    ]
