"""Sizes of Keras layers: shapes are carried from the input through each layer."""

import ast
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from mllint.semantics.constants import constant
from mllint.semantics.layers.counted import (
    Layer,
    convolution_parameters,
    dense_parameters,
    described,
    fact_of,
    given,
    integers,
)
from mllint.semantics.module import Module
from mllint.semantics.tree import argument, is_open_call

#: The shape of one example, channels last; None where it is not known.
Shape: TypeAlias = tuple[int, ...] | None
SEQUENTIAL = "keras.Sequential"


def keras_stack(nodes: list[ast.expr], module: Module) -> list[Layer]:
    """Layers applied one after another, sized as far as the shape of the input reaches."""
    shape: Shape = None
    layers = []
    for position, node in enumerate(nodes):
        fact = fact_of(node, module)
        if fact is None or not isinstance(node, ast.Call):
            shape = None
            layers.append(Layer(node, ast.unparse(node)[:40], "unknown"))
            continue
        if position == 0:
            shape = _input_shape(node, fact, module)
        layer, shape = _applied(node, fact, shape, module)
        layers.append(layer)
    return layers


def sequential_nodes(node: ast.Call, module: Module) -> list[ast.expr] | None:
    """The layers of a ``Sequential``: the list it is given, and those added right after, in the same block.

    None where they are not all listed.
    """
    given_list = argument(node, keyword="layers", position=0)
    if is_open_call(node):
        return None
    nodes: list[ast.expr] = []
    if isinstance(given_list, ast.List | ast.Tuple):
        nodes = list(given_list.elts)
    elif given_list is not None:
        return None
    statement = module.tree.parents[node]
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        added = _added(statement, module)
        if added is None:
            return None
        nodes += added
    return None if any(isinstance(item, ast.Starred) for item in nodes) else nodes


def _added(made: ast.Assign, module: Module) -> list[ast.expr] | None:
    name = ast.unparse(made.targets[0])
    siblings = module.tree.siblings(made)
    nodes = []
    for statement in siblings[siblings.index(made) + 1 :]:
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=receiver, attr="add"), args=[layer])) if (
                ast.unparse(receiver) == name
            ):
                nodes.append(layer)
                continue
            case ast.Assign(targets=[target]) if ast.unparse(target) == name:
                break
        for inner in ast.walk(statement):
            if (
                isinstance(inner, ast.Attribute)
                and inner.attr in {"add", "pop"}
                and ast.unparse(inner.value) == name
            ):
                return None
    return nodes


def functional_chain(node: ast.expr, module: Module) -> list[ast.expr] | None:
    """The layers from the input to ``node`` = ``Layer(...)(x)``, first one first; None where they are not listed."""
    found: list[ast.expr] = []
    current = node
    for _ in range(500):
        match current:
            case ast.Call(func=ast.Call() as layer, args=[inner]):
                found.append(layer)
                current = inner
            case ast.Call():
                fact = fact_of(current, module)
                if fact is None or fact["role"] != "input":
                    return None
                return [current, *reversed(found)]
            case ast.Name():
                definition = module.names.only_definition(current)
                if definition is None or definition.assigned is None:
                    return None
                current = definition.assigned
            case _:
                return None
    return None


def _input_shape(node: ast.Call, fact: Mapping[str, Any], module: Module) -> Shape:
    """The shape that the first layer declares."""
    if fact["role"] == "input":
        value = given(node, fact, "shape", None, module)
        if value is None and (older := argument(node, keyword="input_shape")) is not None:
            value = constant(older, module.names)
        return _shape(value)
    for keyword, skipped in (("input_shape", 0), ("batch_input_shape", 1)):
        if (written := argument(node, keyword=keyword)) is not None:
            value = constant(written, module.names)
            return _shape(value[skipped:]) if isinstance(value, tuple) else None
    if (written := argument(node, keyword="input_dim")) is not None:
        return _shape((constant(written, module.names),))
    return None


def _shape(value: Any) -> Shape:
    if isinstance(value, tuple) and value and all(type(item) is int and item > 0 for item in value):
        return value
    return None


def _applied(node: ast.Call, fact: Mapping[str, Any], shape: Shape, module: Module) -> tuple[Layer, Shape]:
    """The layer with its sizes, and the shape that comes out of it."""
    role = fact["role"]
    outputs = given(node, fact, "outputs", None, module)
    outputs = outputs if type(outputs) is int else None
    layer = Layer(node, described(node, (outputs,)), role, outputs=outputs, parameters=fact.get("parameters"))
    if given(node, fact, "data-format", "channels_last", module) not in {"channels_last", None}:
        return layer, None
    bias = given(node, fact, "bias", True, module)
    match role:
        case "input" | "elementwise":
            return layer, shape
        case "dense" if shape is not None and outputs is not None:
            sized = replace(layer, inputs=shape[-1], parameters=dense_parameters(shape[-1], outputs, bias))
            return sized, (*shape[:-1], outputs)
        case "flatten" if shape is not None:
            return layer, (math.prod(shape),)
        case "normalization":
            is_last = given(node, fact, "axis", -1, module) in {-1, len(shape or ())}
            known = shape[-1] * fact["per-feature"] if shape is not None and is_last else None
            return replace(layer, parameters=known), shape
        case "global-pooling" if shape is not None:
            return layer, shape[-1:]
        case "convolution" | "pooling" if shape is not None and "kernel" in fact:
            return _slid(layer, node, fact, shape, module)
    return layer, None


def _slid(
    layer: Layer, node: ast.Call, fact: Mapping[str, Any], shape: tuple[int, ...], module: Module
) -> tuple[Layer, Shape]:
    """A window that goes over the picture."""
    rank = fact["rank"]
    is_pooling = fact["role"] == "pooling"
    kernel = integers(given(node, fact, "kernel", fact.get("default-kernel"), module), rank)
    stride_value = given(node, fact, "stride", None, module)
    stride = (kernel if is_pooling else (1,) * rank) if stride_value is None else integers(stride_value, rank)
    padding = given(node, fact, "padding", "valid", module)
    dilation = integers(given(node, fact, "dilation", 1, module), rank)
    if (
        kernel is None
        or stride is None
        or dilation != (1,) * rank
        or len(shape) != rank + 1
        or min(stride) < 1
    ):
        return layer, None
    if padding == "same":
        sides = tuple(-(-side // step) for side, step in zip(shape, stride, strict=False))
    elif padding == "valid":
        sides = tuple(
            (side - size) // step + 1 for side, size, step in zip(shape, kernel, stride, strict=False)
        )
    else:
        return layer, None
    if min(sides) < 1:
        return layer, None
    if is_pooling:
        return layer, (*sides, shape[-1])
    if layer.outputs is None:
        return layer, None
    groups = given(node, fact, "groups", 1, module)
    bias = given(node, fact, "bias", True, module)
    parameters = convolution_parameters(shape[-1], layer.outputs, kernel, groups, bias)
    return replace(layer, inputs=shape[-1], parameters=parameters), (*sides, layer.outputs)
