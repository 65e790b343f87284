"""Dense layers that hold millions of weights because the picture before them was flattened."""

import ast
from collections.abc import Iterator

from mllint.context import Context
from mllint.finding import Finding
from mllint.semantics.flattening import dense_after_flatten, forward_layers
from mllint.semantics.layers.counted import Layer, counts, fact_of, millions, total
from mllint.semantics.layers.keras import SEQUENTIAL as KERAS
from mllint.semantics.layers.keras import functional_chain, keras_stack, sequential_nodes
from mllint.semantics.layers.torch import SEQUENTIAL as TORCH
from mllint.semantics.layers.torch import class_layers, torch_stack


def check(node: ast.Call | ast.ClassDef, ctx: Context) -> Iterator[Finding]:
    """Knows torch's ``Sequential`` and module classes, Keras's ``Sequential`` and its functional style."""
    layers, counted = _layers(node, ctx)
    found = dense_after_flatten(layers)
    if found is None or found.parameters is None or found.parameters < ctx.options["min-parameters"]:
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Call):
        if found.node is not node.func:
            return
        counted = _longest_chain(found, ctx)
    elif isinstance(node, ast.ClassDef) and _stands_in_whole_stack(found, ctx):
        return
    if all(layer.node is not found.node for layer in counted):
        counted = layers
    whole = total(counted)
    yield ctx.finding(
        found.node,
        layer=found.name,
        parameters=millions(found.parameters),
        total=millions(whole),
        share=min(99, round(100 * found.parameters / whole)),
        notes=counts(counted),
    )


def _layers(node: ast.Call | ast.ClassDef, ctx: Context) -> tuple[list[Layer], list[Layer]]:
    """The layers in order, and all layers whose parameters count for the share."""
    module = ctx.module
    if isinstance(node, ast.ClassDef):
        if not module.classes.is_a(f".{node.name}", "torch.nn.Module"):
            return [], []
        everything = [layer for _, layers in class_layers(node, module) for layer in layers]
        return forward_layers(node, module), everything
    if isinstance(node.func, ast.Call):
        fact = fact_of(node.func, module)
        chain = functional_chain(node, module) if fact is not None and fact["role"] == "dense" else None
        layers = keras_stack(chain, module) if chain else []
        return layers, layers
    match node.func:
        case ast.Name() | ast.Attribute(attr="Sequential"):
            name = ctx.qualified_name(node.func)
        case _:
            name = None
    if name == KERAS:
        layers = keras_stack(sequential_nodes(node, module) or [], module)
        return layers, layers
    if name == TORCH and not _is_inner(node, ctx):
        layers = torch_stack(node, module) or []
        around = module.classes.enclosing(node)
        if around is None:
            return layers, layers
        return layers, [layer for _, others in class_layers(around[0], module) for layer in others] or layers
    return [], []


def _is_inner(node: ast.Call, ctx: Context) -> bool:
    """Whether a ``Sequential`` is an element of another one."""
    parent = ctx.tree.parents[node]
    return isinstance(parent, ast.Call) and ctx.qualified_name(parent.func) == TORCH


def _stands_in_whole_stack(layer: Layer, ctx: Context) -> bool:
    """Whether a ``Sequential`` shows it all by itself, so that it is reported there."""
    outermost: ast.Call | None = None
    for parent, _ in ctx.tree.ancestors(layer.node):
        if isinstance(parent, ast.stmt):
            break
        if isinstance(parent, ast.Call) and ctx.qualified_name(parent.func) == TORCH:
            outermost = parent
    return outermost is not None and dense_after_flatten(torch_stack(outermost, ctx.module) or []) is not None


def _longest_chain(layer: Layer, ctx: Context) -> list[Layer]:
    """All layers of the functional model that a layer is part of, as far as they follow one another."""
    best: list[ast.expr] = []
    scope = ctx.module.names.enclosing_scope(layer.node)
    for call in ctx.calls_in(scope):
        chain = functional_chain(call, ctx.module) if isinstance(call.func, ast.Call) else None
        if chain is not None and layer.node in chain and len(chain) > len(best):
            best = chain
    return keras_stack(best, ctx.module)
