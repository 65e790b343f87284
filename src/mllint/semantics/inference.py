"""Kinds of expressions: asked for one at a time, remembered, unknown where anything is in doubt."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mllint.semantics import dtypes
from mllint.semantics.classes import Classes
from mllint.semantics.constants import UNKNOWN, constant
from mllint.semantics.kinds import DATAFRAME, NDARRAY, SERIES, TENSOR, Kind, Shape, join
from mllint.semantics.knowledge import Knowledge
from mllint.semantics.names import Names
from mllint.semantics.scopes import Definition
from mllint.semantics.tree import argument, is_open_call

_MAXIMUM_DEPTH = 40
_BUILTIN_CALLS = {
    "len": "int", "int": "int", "float": "float", "str": "str", "bool": "bool", "round": "", "sorted": "list",
    "list": "list", "dict": "dict", "set": "set", "tuple": "tuple", "range": "range", "enumerate": "enumerate",
    "zip": "zip", "open": "file", "bytes": "bytes",
}  # fmt: skip
_ARRAYS = frozenset({NDARRAY, TENSOR, SERIES, DATAFRAME})


class Inference:
    """Evaluates kinds over one file."""

    def __init__(self, names: Names, classes: Classes, knowledge: Knowledge) -> None:
        self.names = names
        self.classes = classes
        self.knowledge = knowledge
        self._memo: dict[ast.expr, Kind | None] = {}
        self._definitions: dict[Definition, Kind | None] = {}
        self._returns: dict[ast.AST, Kind | None] = {}
        self._depth = 0

    def kind(self, node: ast.expr) -> Kind | None:
        """The kind of an expression; None where it is not known. Cycles and deep terms are not known."""
        if node in self._memo:
            return self._memo[node]
        if self._depth > _MAXIMUM_DEPTH:
            return None
        self._memo[node] = None  # ends cycles
        self._depth += 1
        try:
            result = self._evaluate(node)
        finally:
            self._depth -= 1
        self._memo[node] = result
        return result

    # -- expressions ------------------------------------------------------------------------------

    def _evaluate(self, node: ast.expr) -> Kind | None:
        match node:
            case ast.Constant(value=value):
                return Kind(type(value).__name__)
            case ast.Name():
                return self._name(node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Call():
                return self._call(node)
            case ast.BinOp():
                return self._binary(node)
            case ast.UnaryOp(op=ast.Not()):
                return Kind("bool")
            case ast.UnaryOp(operand=operand):
                return self.kind(operand)
            case ast.Compare():
                return self._compare(node)
            case ast.Subscript():
                return self._subscript(node)
            case ast.Tuple(elts=items):
                if any(isinstance(item, ast.Starred) for item in items):
                    return Kind("tuple")
                return Kind("tuple", items=tuple(self.kind(item) for item in items))
            case ast.List(elts=items):
                return Kind("list", element=self._common(items))
            case ast.ListComp(elt=element):
                return Kind("list", element=self.kind(element))
            case ast.Dict() | ast.DictComp():
                return Kind("dict")
            case ast.Set() | ast.SetComp():
                return Kind("set")
            case ast.JoinedStr():
                return Kind("str")
            case ast.IfExp(body=first, orelse=second):
                return join(self.kind(first), self.kind(second))
            case ast.NamedExpr(value=value):
                return self.kind(value)
        return None

    def _common(self, items: Sequence[ast.expr]) -> Kind | None:
        if not items or len(items) > 64 or any(isinstance(item, ast.Starred) for item in items):
            return None
        result = self.kind(items[0])
        for item in items[1:]:
            result = join(result, self.kind(item))
        return result

    def _name(self, node: ast.Name) -> Kind | None:
        definitions = self.names.definitions(node)
        if not definitions:
            return None
        result = self.definition(definitions[0])
        for definition in definitions[1:]:
            if result is None:
                return None
            result = join(result, self.definition(definition))
        return result

    # -- definitions ------------------------------------------------------------------------------

    def definition(self, definition: Definition) -> Kind | None:
        """The kind that a binding gives its name."""
        if definition in self._definitions:
            return self._definitions[definition]
        self._definitions[definition] = None
        result = self._define(definition)
        self._definitions[definition] = result
        return result

    def _define(self, definition: Definition) -> Kind | None:
        value = definition.value
        if definition.how == "parameter":
            assert isinstance(definition.node, ast.arg)
            return self._parameter(definition.node)
        if value is None:
            return None
        match definition.how:
            case "assign":
                return self._unpack(self.kind(value), definition.path)
            case "for":
                return self._unpack(self._element_of(value), definition.path)
            case "with":
                return self._entered(value)
            case "narrow":
                return self._instance(value)
            case "augment":
                return self._augmented(definition)
        return None

    def _unpack(self, kind: Kind | None, path: tuple[int, ...]) -> Kind | None:
        for position in path:
            if kind is None:
                return None
            if kind.items is not None:
                kind = kind.items[position] if position < len(kind.items) else None
            else:
                kind = self._element(kind)
        return kind

    def _entered(self, value: ast.expr) -> Kind | None:
        kind = self.kind(value)
        if kind is None:
            return None
        fact = self.knowledge.method(kind.type, "__enter__")
        return kind if fact is None else self._from_fact(fact, None, kind)

    def _augmented(self, definition: Definition) -> Kind | None:
        node = definition.node
        if not isinstance(node, ast.AugAssign) or not isinstance(node.target, ast.Name):
            return None
        before = self._name(node.target)
        if before is not None and before.type in _ARRAYS:
            # In-place arithmetic keeps the array and its dtype, or raises.
            return before
        return self._arithmetic(before, self.kind(node.value), node.op)

    def _parameter(self, node: ast.arg) -> Kind | None:
        if node.annotation is not None:
            return self._annotated(node.annotation)
        return self._from_calls(node)

    def _annotated(self, annotation: ast.expr) -> Kind | None:
        match annotation:
            case ast.BinOp(op=ast.BitOr()):
                return None
            case ast.Constant(value=str(text)):
                try:
                    parsed = ast.parse(text, mode="eval").body
                except (SyntaxError, ValueError, RecursionError, MemoryError):
                    return None
                return self._annotation_text(parsed)
            case ast.Subscript(value=base):
                kind = self._instance(base)
                return kind if kind is not None and kind.type in _ARRAYS else None
        return self._instance(annotation)

    def _annotation_text(self, parsed: ast.expr) -> Kind | None:
        """A quoted annotation has no place in the tree: resolve its first name among the module's imports."""
        parts: list[str] = []
        while isinstance(parsed, ast.Attribute):
            parts.append(parsed.attr)
            parsed = parsed.value
        if not isinstance(parsed, ast.Name):
            return None
        scope = self.names.scope(self.names.tree.module)
        definitions = scope.definitions.get(parsed.id, [])
        if len(definitions) != 1 or definitions[0].how != "import":
            return None
        name = self.knowledge.canonical(".".join((definitions[0].qualified, *reversed(parts))))
        return Kind(name) if name in _ARRAYS else None

    def _instance(self, node: ast.expr) -> Kind | None:
        """An instance of the class that an expression names."""
        local = self.classes.local_type(node)
        if local is not None:
            return Kind(local)
        name = self.names.qualified(node)
        if name is None:
            return None
        if name.startswith("builtins."):
            return Kind(name.removeprefix("builtins."))
        return Kind(self.knowledge.canonical(name))

    def _from_calls(self, node: ast.arg) -> Kind | None:
        """What all calls in the module hand to a parameter, where the function cannot be called from elsewhere unseen.

        The answer is marked ``assumed``: an importing module may call with something else.
        """
        tree = self.names.tree
        arguments = tree.parents.get(node)
        function = tree.parents.get(arguments) if arguments is not None else None
        if not isinstance(function, ast.FunctionDef) or function.decorator_list:
            return None
        if not isinstance(tree.parents.get(function), ast.Module):
            return None
        calls = self._calls_of(function)
        if not calls:
            return None
        positions = [*function.args.posonlyargs, *function.args.args]
        position = positions.index(node) if node in positions else None
        result: Kind | None = None
        for number, call in enumerate(calls):
            if is_open_call(call):
                return None
            value = argument(call, keyword=node.arg, position=position)
            if value is None:
                value = _default(function, node)
            kind = self.kind(value) if value is not None else None
            result = kind if number == 0 else join(result, kind)
            if result is None:
                return None
        return result.with_assumption() if result is not None else None

    def _calls_of(self, function: ast.FunctionDef) -> list[ast.Call] | None:
        """All calls of a function of the module; None if it is used in any other way or defined twice."""
        calls = []
        for name in self.names.named(function.name):
            if not isinstance(name.ctx, ast.Load):
                return None
            definition = self.names.only_definition(name)
            if definition is None or definition.node is not function:
                return None
            parent = self.names.tree.parents[name]
            if not isinstance(parent, ast.Call) or parent.func is not name:
                return None
            calls.append(parent)
        return calls

    # -- iteration --------------------------------------------------------------------------------

    def _element_of(self, iterable: ast.expr) -> Kind | None:
        match iterable:
            case ast.Call(func=ast.Name(id="range")) if self.names.is_builtin(iterable.func, "range"):
                return Kind("int")
            case ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]):
                if self.names.is_builtin(iterable.func, "enumerate"):
                    return Kind("tuple", items=(Kind("int"), self._element_of(inner)))
            case ast.Call(func=ast.Name(id="zip"), args=inners):
                if self.names.is_builtin(iterable.func, "zip"):
                    return Kind("tuple", items=tuple(self._element_of(inner) for inner in inners))
        return self._element(self.kind(iterable))

    def _element(self, kind: Kind | None) -> Kind | None:
        if kind is None:
            return None
        if kind.element is not None:
            return kind.element
        if kind.items:
            result = kind.items[0]
            for item in kind.items[1:]:
                result = join(result, item)
            return result
        if kind.type in (NDARRAY, TENSOR):
            return replace(kind, shape=kind.shape[1:] if kind.shape else None)
        if kind.type == SERIES:
            return Kind(NDARRAY, dtype=kind.dtype, shape=(), assumed=kind.assumed) if kind.dtype else None
        fact = self.knowledge.method(kind.type, "__iter__")
        if fact is not None:
            return self._from_fact(fact, None, kind)
        return Kind("str") if kind.type == "str" else None

    # -- attributes and calls ---------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute) -> Kind | None:
        name = self.names.qualified(node)
        if name is not None and (fact := self.knowledge.attributes.get(name)):
            return self._from_fact(fact, None, None)
        owner = self.classes.self_class(node.value)
        if owner is not None:
            return self._self_attribute(owner, node.attr)
        receiver = self.kind(node.value)
        if receiver is None:
            return None
        fact = self.knowledge.attribute(receiver.type, node.attr)
        return None if fact is None else self._from_fact(fact, None, receiver)

    def _self_attribute(self, owner: ast.ClassDef, attribute: str) -> Kind | None:
        values = self.classes.attribute_values(owner, attribute)
        result: Kind | None = None
        for number, value in enumerate(values):
            if value is None:
                return None
            kind = self.kind(value)
            result = kind if number == 0 else join(result, kind)
            if result is None:
                return None
        return result

    def _call(self, node: ast.Call) -> Kind | None:
        function = node.func
        if isinstance(function, ast.Name):
            definition = self.names.only_definition(function)
            if definition is not None:
                if definition.how == "class":
                    return Kind(local) if (local := self.classes.local_type(function)) else None
                if definition.how == "function":
                    return self._returned(definition.node)
        name = self.names.qualified(function)
        if name is not None:
            if fact := self.knowledge.functions.get(name):
                return self._from_fact(fact, node, None)
            if name.startswith("builtins."):
                return self._builtin(node, name.removeprefix("builtins."))
        if isinstance(function, ast.Attribute):
            receiver = self.kind(function.value)
            if receiver is not None:
                for ancestor in self.classes.ancestors(receiver.type):
                    if fact := self.knowledge.methods.get(f"{ancestor}.{function.attr}"):
                        return self._from_fact(fact, node, receiver)
                return None
        called = self.kind(function) if not isinstance(function, ast.Lambda) else None
        if called is not None:
            for ancestor in self.classes.ancestors(called.type):
                if fact := self.knowledge.methods.get(f"{ancestor}.__call__"):
                    return self._from_fact(fact, node, called)
        return None

    def _builtin(self, node: ast.Call, name: str) -> Kind | None:
        result = _BUILTIN_CALLS.get(name)
        if name in {"list", "sorted", "tuple"} and len(node.args) == 1:
            return Kind(result or name, element=self._element_of(node.args[0]))
        if name in {"abs", "min", "max", "sum"} and node.args:
            kind = self.kind(node.args[0])
            return kind if name == "abs" else None
        return Kind(result) if result else None

    def _returned(self, function: ast.AST) -> Kind | None:
        if function in self._returns:
            return self._returns[function]
        self._returns[function] = None
        result: Kind | None = None
        if isinstance(function, ast.FunctionDef) and not function.decorator_list:
            returns = _own_returns(function)
            for number, value in enumerate(returns):
                kind = self.kind(value) if value is not None else None
                result = kind if number == 0 else join(result, kind)
                if result is None:
                    break
        self._returns[function] = result
        return result

    # -- subscripts and operators -----------------------------------------------------------------

    def _subscript(self, node: ast.Subscript) -> Kind | None:
        kind = self.kind(node.value)
        if kind is None:
            return None
        if kind.type == DATAFRAME:
            return self._column(kind, node.slice)
        if kind.type in (NDARRAY, TENSOR):
            return replace(kind, shape=self._indexed(kind.shape, node.slice))
        if isinstance(node.slice, ast.Slice):
            return replace(kind, items=None) if kind.type in {"list", "tuple", "str", SERIES} else None
        if kind.items is not None:
            index = constant(node.slice, self.names)
            if type(index) is int and -len(kind.items) <= index < len(kind.items):
                return kind.items[index]
        if kind.type in {"list", "tuple"}:
            return self._element(kind)
        if kind.type == SERIES:
            inner = self.kind(node.slice)
            return kind if inner is not None and inner.dtype == "bool" else None
        fact = self.knowledge.method(kind.type, "__getitem__")
        return None if fact is None else self._from_fact(fact, None, kind)

    def _column(self, frame: Kind, index: ast.expr) -> Kind | None:
        inner = self.kind(index)
        if inner is None:
            return None
        if inner.type == "str":
            return Kind(SERIES, assumed=frame.assumed)
        if inner.type == "list" or inner.type == SERIES or inner.dtype == "bool":
            return Kind(DATAFRAME, assumed=frame.assumed)
        return None

    def _indexed(self, shape: Shape | None, index: ast.expr) -> Shape | None:
        if shape is None:
            return None
        parts = index.elts if isinstance(index, ast.Tuple) else [index]
        result: list[int | None] = []
        position = 0
        for part in parts:
            if isinstance(part, ast.Slice):
                if position >= len(shape):
                    return None
                full = part.lower is None and part.upper is None and part.step is None
                result.append(shape[position] if full else None)
                position += 1
            elif isinstance(part, ast.Constant) and part.value is None:
                result.append(1)
            elif isinstance(part, ast.Constant) and part.value is Ellipsis:
                return None
            else:
                kind = self.kind(part)
                if kind is None or position >= len(shape):
                    return None
                if kind.type == "int" or (kind.shape == () and dtypes.is_integer(kind.dtype)):
                    position += 1
                else:
                    return None
        return (*result, *shape[position:])

    def _compare(self, node: ast.Compare) -> Kind | None:
        sides = [self.kind(node.left), *(self.kind(side) for side in node.comparators)]
        if any(isinstance(operation, ast.Is | ast.IsNot | ast.In | ast.NotIn) for operation in node.ops):
            return Kind("bool")
        for side in sides:
            if side is not None and side.type in _ARRAYS:
                others = [other for other in sides if other is not side]
                shape = side.shape
                for other in others:
                    shape = _broadcast(shape, other)
                return replace(side, dtype="bool", dtype_by_default=False, shape=shape)
        if all(side is not None and side.type in {"int", "float", "str", "bool"} for side in sides):
            return Kind("bool")
        return None

    def _binary(self, node: ast.BinOp) -> Kind | None:
        return self._arithmetic(self.kind(node.left), self.kind(node.right), node.op)

    def _arithmetic(self, left: Kind | None, right: Kind | None, operation: ast.operator) -> Kind | None:
        if left is None or right is None:
            return None
        if left.type in _ARRAYS or right.type in _ARRAYS:
            return _array_arithmetic(left, right, operation)
        if {left.type, right.type} <= {"int", "float", "bool"}:
            if "float" in (left.type, right.type) or isinstance(operation, ast.Div):
                return Kind("float")
            return None if isinstance(operation, ast.Pow) else Kind("int")
        if (
            left.type == right.type
            and left.type in {"str", "list", "tuple"}
            and isinstance(operation, ast.Add)
        ):
            return replace(left, element=join(left.element, right.element), items=None)
        if left.type == "list" and right.type == "int" and isinstance(operation, ast.Mult):
            return left
        if isinstance(operation, ast.Div) and "pathlib.Path" in (left.type, right.type):
            return Kind("pathlib.Path")
        return None

    # -- facts ------------------------------------------------------------------------------------

    def _from_fact(
        self, fact: Mapping[str, Any], call: ast.Call | None, receiver: Kind | None
    ) -> Kind | None:
        """The kind that a signature fact gives, for this call and receiver."""
        returns = fact.get("returns")
        base: Kind | None
        if returns is None:
            return None
        if isinstance(returns, list):
            items = tuple(self._from_fact(item, call, receiver) for item in returns)
            return Kind("tuple", items=items)
        if returns == "receiver":
            base = receiver
        elif isinstance(returns, dict):
            base = self._same(returns, call, receiver)
        else:
            base = Kind(returns, assumed=receiver.assumed if receiver else False)
        if base is None:
            return None
        changes: dict[str, Any] = {}
        if "dtype" in fact:
            changes["dtype"], changes["dtype_by_default"] = self._dtype(fact["dtype"], call, receiver)
        if "rank" in fact:
            changes["shape"] = (None,) * fact["rank"]
        if "shape" in fact:
            changes["shape"] = self._shape(fact["shape"], call, receiver)
        if "device" in fact:
            changes["device"] = fact["device"]
        if "element" in fact:
            changes["element"] = self._from_fact(fact["element"], call, receiver)
        return replace(base, **changes) if changes else base

    def _same(self, spec: Mapping[str, Any], call: ast.Call | None, receiver: Kind | None) -> Kind | None:
        if spec.get("same") == "receiver":
            return receiver
        if call is None:
            return None
        value = argument(call, keyword=spec.get("keyword"), position=spec.get("position"))
        return self.kind(value) if value is not None else None

    def _dtype(
        self, spec: str | Mapping[str, Any], call: ast.Call | None, receiver: Kind | None
    ) -> tuple[str | None, bool]:
        if isinstance(spec, str):
            return spec, True
        if call is not None and ("keyword" in spec or "position" in spec):
            if is_open_call(call):
                return None, False
            value = argument(call, keyword=spec.get("keyword"), position=spec.get("position"))
            if value is not None and not (isinstance(value, ast.Constant) and value.value is None):
                return self.dtype_named(value), False
        if (same := spec.get("same")) is not None:
            source = receiver
            if same != "receiver" and call is not None:
                source = self.kind(call.args[same]) if same < len(call.args) else None
            if source is None or source.type not in _ARRAYS:
                return self._dtype_of_data(spec, source)
            return source.dtype, source.dtype_by_default
        return spec.get("default"), True

    def _dtype_of_data(self, spec: Mapping[str, Any], source: Kind | None) -> tuple[str | None, bool]:
        """The dtype of an array made from Python data: floats give ``floats``, integers ``integers``."""
        inner = source
        while inner is not None and inner.type in {"list", "tuple"}:
            inner = self._element(inner)
        if inner is None:
            return None, False
        if inner.type in (NDARRAY, TENSOR):
            return inner.dtype, inner.dtype_by_default
        return {"float": spec.get("floats"), "int": spec.get("integers"), "bool": "bool"}.get(
            inner.type
        ), True

    def dtype_named(self, node: ast.expr) -> str | None:
        """The dtype that an expression such as ``np.float32``, ``"float32"``, ``float`` or ``x.dtype`` names."""
        value = constant(node, self.names)
        if isinstance(value, str):
            return dtypes.from_string(value)
        name = self.names.qualified(node)
        if name is not None:
            return dtypes.from_qualified(name)
        if isinstance(node, ast.Attribute) and node.attr == "dtype":
            kind = self.kind(node.value)
            return kind.dtype if kind else None
        return None

    def _shape(self, spec: Mapping[str, Any], call: ast.Call | None, receiver: Kind | None) -> Shape | None:
        if spec.get("same") == "receiver":
            return receiver.shape if receiver else None
        if call is None:
            return None
        if (same := spec.get("same")) is not None:
            return self._shape_of_data(call.args[same]) if same < len(call.args) else None
        if spec.get("variadic"):
            start = spec["variadic"] - 1
            sizes = call.args[start:]
            if len(sizes) == 1:
                return self._extent(sizes[0])
            if any(isinstance(item, ast.Starred) for item in sizes):
                return None
            return tuple(self._size(item) for item in sizes)
        value = argument(call, keyword=spec.get("keyword"), position=spec.get("position"))
        if value is None:
            return () if spec.get("absent") == "scalar" and not is_open_call(call) else None
        return self._extent(value)

    def _shape_of_data(self, node: ast.expr) -> Shape | None:
        kind = self.kind(node)
        if kind is None:
            return None
        if kind.type in (NDARRAY, TENSOR, SERIES):
            return kind.shape
        rank = 0
        inner: Kind | None = kind
        while inner is not None and inner.type in {"list", "tuple"}:
            rank += 1
            inner = self._element(inner)
        if inner is None:
            return None
        if inner.type in {"int", "float", "bool"}:
            return (None,) * rank
        return (None,) * rank + inner.shape if inner.type == NDARRAY and inner.shape is not None else None

    def _extent(self, node: ast.expr) -> Shape | None:
        """The shape that a shape argument asks for."""
        if isinstance(node, ast.Tuple | ast.List):
            if any(isinstance(item, ast.Starred) for item in node.elts):
                return None
            return tuple(self._size(item) for item in node.elts)
        if isinstance(node, ast.Attribute) and node.attr == "shape":
            kind = self.kind(node.value)
            return kind.shape if kind else None
        value = constant(node, self.names)
        if value is not UNKNOWN:
            if type(value) is int:
                return (value,)
            return (
                tuple(item if type(item) is int else None for item in value)
                if isinstance(value, tuple)
                else None
            )
        kind = self.kind(node)
        if kind is not None and kind.type == "int":
            return (None,)
        return (None,) * len(kind.items) if kind is not None and kind.items is not None else None

    def _size(self, node: ast.expr) -> int | None:
        value = constant(node, self.names)
        return value if type(value) is int else None


def _default(function: ast.FunctionDef, node: ast.arg) -> ast.expr | None:
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    if node in positional:
        offset = positional.index(node) - (len(positional) - len(arguments.defaults))
        return arguments.defaults[offset] if offset >= 0 else None
    return arguments.kw_defaults[arguments.kwonlyargs.index(node)] if node in arguments.kwonlyargs else None


def _own_returns(function: ast.FunctionDef) -> list[ast.expr | None]:
    """The values that a plain function returns; empty for generators."""
    found: list[ast.expr | None] = []
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return []
        if isinstance(node, ast.Return):
            found.append(node.value)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))
    return found


def _broadcast(shape: Shape | None, other: Kind | None) -> Shape | None:
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
    array, other = (left, right) if left.type in _ARRAYS else (right, left)
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
            if mixed or TENSOR == array.type and left.dtype != right.dtype
            else dtypes.promote(left.dtype, right.dtype)
        )
        shape = _broadcast(left.shape, right)
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
