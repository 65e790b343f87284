"""Kinds of expressions: asked for one at a time, remembered, unknown where anything is in doubt."""

import ast
from collections.abc import Sequence
from dataclasses import replace

from mllint.semantics import dtypes
from mllint.semantics.annotations import annotated, instance
from mllint.semantics.classes import Classes
from mllint.semantics.constants import constant
from mllint.semantics.functions import calls_of, default_of, returned_values
from mllint.semantics.kinds import ARRAYS, DATAFRAME, NDARRAY, SERIES, TENSOR, Kind, Shape, join, join_all
from mllint.semantics.knowledge import Knowledge
from mllint.semantics.mutations import is_changed
from mllint.semantics.names import Names
from mllint.semantics.numpy_results import refined
from mllint.semantics.promotion import arithmetic, broadcast, in_place
from mllint.semantics.scopes import Definition
from mllint.semantics.signatures import Signatures
from mllint.semantics.tree import argument, is_open_call

_MAXIMUM_DEPTH = 40
_BUILTIN_CALLS = {
    "len": "int", "int": "int", "float": "float", "str": "str", "bool": "bool", "round": "", "sorted": "list",
    "list": "list", "dict": "dict", "set": "set", "tuple": "tuple", "range": "range", "enumerate": "enumerate",
    "zip": "zip", "open": "file", "bytes": "bytes",
}  # fmt: skip


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
        self.signatures = Signatures(names, self.kind, self._element)

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
                kind = self.kind(operand)
                return Kind("int") if kind is not None and kind.type == "bool" else kind
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
        return join_all(self.kind(item) for item in items)

    def _name(self, node: ast.Name) -> Kind | None:
        return join_all(map(self.definition, self.names.definitions(node) or ()))

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
                kind = self.kind(value)
                if kind is not None and kind.type == "list" and kind.element is not None:
                    if is_changed(definition, self.names):
                        kind = replace(kind, element=None)
                return self._unpack(kind, definition.path)
            case "for":
                return self._unpack(self._element_of(value), definition.path)
            case "with":
                return self._entered(value)
            case "narrow":
                return instance(value, self.names, self.classes)
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
        if self.classes.definition(kind.type) is not None:
            method = self.classes.method(kind.type, "__enter__")
            return self._returned(method, kind) if method is not None else None
        fact = self.knowledge.method(kind.type, "__enter__")
        return kind if fact is None else self.signatures.result(fact, None, kind)

    def _augmented(self, definition: Definition) -> Kind | None:
        node = definition.node
        if not isinstance(node, ast.AugAssign) or not isinstance(node.target, ast.Name):
            return None
        return in_place(self._name(node.target), self.kind(node.value), node.op)

    def _parameter(self, node: ast.arg) -> Kind | None:
        if node.annotation is not None:
            kind = annotated(node.annotation, self.names, self.classes)
            # An annotation admits subclasses, and nobody enforces it.
            return kind.with_assumption() if kind is not None else None
        return self._from_calls(node)

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
        calls = calls_of(function, self.names)
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
                value = default_of(function, node)
            kind = self.kind(value) if value is not None else None
            result = kind if number == 0 else join(result, kind)
            if result is None:
                return None
        return result.with_assumption() if result is not None else None

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
            return join_all(kind.items)
        if kind.type in (NDARRAY, TENSOR):
            return replace(kind, shape=kind.shape[1:] if kind.shape else None)
        if kind.type == SERIES:
            return Kind(NDARRAY, dtype=kind.dtype, shape=(), assumed=kind.assumed) if kind.dtype else None
        fact = self.knowledge.method(kind.type, "__iter__")
        if fact is not None:
            return self.signatures.result(fact, None, kind)
        return Kind("str") if kind.type == "str" else None

    # -- attributes and calls ---------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute) -> Kind | None:
        name = self.names.qualified(node)
        if name is not None and (fact := self.knowledge.attributes.get(name)):
            return self.signatures.result(fact, None, None)
        owner = self.classes.self_class(node.value)
        if owner is not None:
            return self._self_attribute(owner, node.attr)
        receiver = self.kind(node.value)
        if receiver is None:
            return None
        fact = self.knowledge.attribute(receiver.type, node.attr)
        return None if fact is None else self.signatures.result(fact, None, receiver)

    def _self_attribute(self, owner: ast.ClassDef, attribute: str) -> Kind | None:
        values = self.classes.attribute_values(owner, attribute)
        return join_all(None if value is None else self.kind(value) for value in values)

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
                return refined(name, node, self.signatures.result(fact, node, None), self.kind)
            if name.startswith("builtins."):
                return self._builtin(node, name.removeprefix("builtins."))
        if isinstance(function, ast.Attribute):
            owner = self.classes.self_class(function.value)
            receiver = (
                Kind(f".{owner.name}", assumed=True) if owner is not None else self.kind(function.value)
            )
            if receiver is not None:
                return self._method_result(node, function.attr, receiver)
        called = self.kind(function) if not isinstance(function, ast.Lambda) else None
        if called is not None:
            for ancestor in self.classes.ancestors(called.type):
                if fact := self.knowledge.methods.get(f"{ancestor}.__call__"):
                    return self.signatures.result(fact, node, called)
        return None

    def _method_result(self, node: ast.Call, name: str, receiver: Kind) -> Kind | None:
        """What a method gives; behind ``self`` it is assumed, since a subclass may have another method."""
        for ancestor in self.classes.ancestors(receiver.type):
            if fact := self.knowledge.methods.get(f"{ancestor}.{name}"):
                return self.signatures.result(fact, node, receiver)
            owner = self.classes.definition(ancestor)
            method = self.classes.own_method(owner, name) if owner is not None else None
            if method is not None:
                result = self._returned(method)
                return result.with_assumption() if result is not None and receiver.assumed else result
        return None

    def _builtin(self, node: ast.Call, name: str) -> Kind | None:
        result = _BUILTIN_CALLS.get(name)
        if name in {"list", "sorted", "tuple"} and len(node.args) == 1:
            return Kind(result or name, element=self._element_of(node.args[0]))
        if name in {"abs", "min", "max", "sum"} and node.args:
            kind = self.kind(node.args[0])
            if name != "abs" or kind is None:
                return None
            return Kind("int") if kind.type == "bool" else kind
        return Kind(result) if result else None

    def _returned(self, function: ast.AST, receiver: Kind | None = None) -> Kind | None:
        """What a function of the module returns; ``receiver`` is what its ``self`` is, in a method."""
        if function in self._returns:
            return self._returns[function]
        self._returns[function] = None
        result: Kind | None = None
        if isinstance(function, ast.FunctionDef) and not function.decorator_list:
            for number, value in enumerate(returned_values(function)):
                kind = self.kind(value) if value is not None else None
                if receiver is not None and value is not None and self.classes.self_class(value) is not None:
                    kind = receiver
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
        return None if fact is None else self.signatures.result(fact, None, kind)

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
            if side is not None and side.type in ARRAYS:
                shape = side.shape
                for other in sides:
                    shape = broadcast(shape, other) if other is not side else shape
                return replace(side, dtype="bool", dtype_by_default=False, shape=shape)
        if all(side is not None and side.type in {"int", "float", "str", "bool"} for side in sides):
            return Kind("bool")
        return None

    def _binary(self, node: ast.BinOp) -> Kind | None:
        return arithmetic(self.kind(node.left), self.kind(node.right), node.op)
