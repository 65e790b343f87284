"""Stacks of dense layers with far more weights than their inputs and outputs call for."""

import ast
from collections.abc import Iterator

from mllint.context import Context
from mllint.finding import Finding
from mllint.semantics.layers.counted import Layer, counts, fact_of, given, largest, millions, total
from mllint.semantics.layers.keras import SEQUENTIAL as KERAS
from mllint.semantics.layers.keras import keras_stack, sequential_nodes
from mllint.semantics.layers.torch import SEQUENTIAL as TORCH
from mllint.semantics.layers.torch import torch_stack

_ROLES = frozenset({"dense", "elementwise", "normalization", "flatten", "input"})
#: A stack may hold this many times the weights of one layer from its inputs to its outputs.
_FACTOR = 100


def check(node: ast.Call, ctx: Context) -> Iterator[Finding]:
    """Speaks of a ``Sequential`` of dense layers alone, all of whose widths are written out."""
    match node.func:
        case ast.Name() | ast.Attribute(attr="Sequential"):
            name = ctx.qualified_name(node.func)
        case _:
            return
    if name == KERAS:
        layers = keras_stack(sequential_nodes(node, ctx.module) or [], ctx.module)
    elif name == TORCH:
        layers = torch_stack(node, ctx.module) or []
    else:
        return
    dense = [layer for layer in layers if layer.role == "dense"]
    if len(dense) < 2 or any(layer.role not in _ROLES for layer in layers):
        return
    inputs, outputs = dense[0].inputs, dense[-1].outputs
    if any(layer.parameters is None for layer in dense) or inputs is None or outputs is None:
        return
    weights = total(dense)
    if inputs == outputs or _is_part_of_more(node, inputs, outputs, ctx):
        return
    if weights <= max(ctx.options["min-parameters"], _FACTOR * inputs * outputs):
        return
    widest: Layer = largest(dense)
    yield ctx.finding(
        node,
        layers=len(dense),
        parameters=millions(weights),
        inputs=inputs,
        outputs=outputs,
        largest=widest.name,
        share=min(99, round(100 * (widest.parameters or 0) / weights)),
        notes=counts(layers),
    )


def _is_part_of_more(node: ast.Call, inputs: int, outputs: int, ctx: Context) -> bool:
    """Whether the stack is an element of a model, a head behind other layers, or half of an autoencoder.

    The outermost class or function around it is searched for layers of other kinds, and for dense ones that
    turn its outputs to its inputs again; at module level, the whole file.
    """
    parent = ctx.tree.parents[node]
    if isinstance(parent, ast.Call) and ctx.qualified_name(parent.func) in {TORCH, KERAS}:
        return True
    outermost: ast.AST = ctx.tree.module
    for around, _ in ctx.tree.ancestors(node):
        if isinstance(around, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            outermost = around
    own = set(ast.walk(node))
    for call in ctx.calls_in(outermost):
        fact = fact_of(call, ctx.module)
        if fact is None:
            continue
        if fact["role"] not in _ROLES:
            return True
        if fact["role"] == "dense" and call not in own:
            mirrored = (
                given(call, fact, "inputs", None, ctx.module),
                given(call, fact, "outputs", None, ctx.module),
            )
            if mirrored[0] == outputs or mirrored[1] == inputs:
                return True
    return False
