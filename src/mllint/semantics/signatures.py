"""Signature facts read for one call: what the knowledge files say of a function, turned into a kind."""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mllint.semantics import dtypes
from mllint.semantics.constants import UNKNOWN, constant
from mllint.semantics.kinds import ARRAYS, NDARRAY, SERIES, TENSOR, Kind, Shape
from mllint.semantics.names import Names
from mllint.semantics.tree import argument, is_open_call


class Signatures:
    """Reads facts; ``kind`` tells the kinds of arguments, ``element`` what iterating over a kind yields."""

    def __init__(
        self,
        names: Names,
        kind: Callable[[ast.expr], Kind | None],
        element: Callable[[Kind | None], Kind | None],
    ) -> None:
        self.names = names
        self.kind = kind
        self.element = element

    def result(self, fact: Mapping[str, Any], call: ast.Call | None, receiver: Kind | None) -> Kind | None:
        """The kind that a signature fact gives, for this call and receiver."""
        returns = fact.get("returns")
        base: Kind | None
        if returns is None or not self._holds(fact.get("only", {}), call):
            return None
        if isinstance(returns, list):
            items = tuple(self.result(item, call, receiver) for item in returns)
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
            changes["element"] = self.result(fact["element"], call, receiver)
        return replace(base, **changes) if changes else base

    def _holds(self, only: Mapping[str, Sequence[Any]], call: ast.Call | None) -> bool:
        """Whether each of these keywords is absent from the call, or one of the constants listed for it."""
        if not only or call is None:
            return True
        if any(item.arg is None for item in call.keywords):
            return False
        for keyword, accepted in only.items():
            value = argument(call, keyword=keyword)
            if value is None:
                continue
            given = constant(value, self.names)
            # ``0 == False``: the type counts, too.
            if not any(type(wanted) is type(given) and wanted == given for wanted in accepted):
                return False
        return True

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
                if "names" in spec:
                    return spec["names"].get(self._spelling(value)), True
                return self.dtype_named(value), False
        if (same := spec.get("same")) is not None:
            source = receiver
            if same != "receiver" and call is not None:
                source = self.kind(call.args[same]) if same < len(call.args) else None
            if source is None or source.type not in ARRAYS:
                return self._dtype_of_data(spec, source)
            return source.dtype, source.dtype_by_default
        return spec.get("default"), True

    def _dtype_of_data(self, spec: Mapping[str, Any], source: Kind | None) -> tuple[str | None, bool]:
        """The dtype of an array made from Python data: floats give ``floats``, integers ``integers``."""
        inner = source
        while inner is not None and inner.type in {"list", "tuple"}:
            inner = self.element(inner)
        if inner is None:
            return None, False
        if inner.type in (NDARRAY, TENSOR) or inner.dtype is not None:
            return inner.dtype, inner.dtype_by_default
        return {"float": spec.get("floats"), "int": spec.get("integers"), "bool": "bool"}.get(
            inner.type
        ), True

    def _spelling(self, node: ast.expr) -> str | None:
        """A constant's text, or the dotted name, by which a fact distinguishes cases."""
        value = constant(node, self.names)
        return value if isinstance(value, str) else self.names.qualified(node)

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
        if isinstance(node, ast.List | ast.Tuple) and node.elts:
            kinds = [self.kind(item) for item in node.elts]
            if all(kind is not None and kind.type in {"int", "float", "bool"} for kind in kinds):
                return (len(node.elts),)
        kind = self.kind(node)
        if kind is None:
            return None
        if kind.type in (NDARRAY, TENSOR, SERIES):
            return kind.shape
        rank = 0
        inner: Kind | None = kind
        while inner is not None and inner.type in {"list", "tuple"}:
            rank += 1
            inner = self.element(inner)
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
                return (value if value >= 0 else None,)
            return (
                tuple(item if type(item) is int and item >= 0 else None for item in value)
                if isinstance(value, tuple)
                else None
            )
        kind = self.kind(node)
        if kind is not None and kind.type == "int":
            return (None,)
        return (None,) * len(kind.items) if kind is not None and kind.items is not None else None

    def _size(self, node: ast.expr) -> int | None:
        value = constant(node, self.names)
        # ``-1`` asks for whatever is left.
        return value if type(value) is int and value >= 0 else None
