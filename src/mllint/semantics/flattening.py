"""The first dense layer behind the point where a network's picture becomes a row of numbers."""

import ast
from collections.abc import Iterator

from mllint.semantics.layers.counted import Layer
from mllint.semantics.layers.torch import class_layers
from mllint.semantics.module import Module

_PASSING = frozenset({"elementwise", "normalization", "input"})
_MAXIMUM_STEPS = 3


def dense_after_flatten(layers: list[Layer]) -> Layer | None:
    """The dense layer that follows convolutions and a flattening, with no pooling of the whole picture between."""
    has_convolution = flattened = False
    for layer in layers:
        match layer.role:
            case "convolution":
                has_convolution, flattened = True, False
            case "global-pooling":
                has_convolution = False
            case "flatten":
                flattened = True
            case "dense":
                return layer if flattened and has_convolution else None
            case role if role not in _PASSING:
                flattened = False
    return None


def forward_layers(node: ast.ClassDef, module: Module) -> list[Layer]:
    """The layers of a torch module in the order in which ``forward`` calls them; flattenings stand as layers."""
    by_attribute = dict(class_layers(node, module))
    layers: list[Layer] = []
    for step in _steps(node, "forward", module, _MAXIMUM_STEPS):
        if isinstance(step, str):
            layers += by_attribute.get(step, [])
        else:
            layers.append(Layer(step, "flatten", "flatten"))
    return layers


def _steps(node: ast.ClassDef, method: str, module: Module, steps: int) -> Iterator[str | ast.Call]:
    """Names of called attributes of ``self``, and calls that flatten, in the order of evaluation."""
    function = module.classes.method(f".{node.name}", method)
    if function is None or not function.args.args or not steps:
        return
    receiver = function.args.args[0].arg
    for call in _calls(function):
        match call.func:
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner == receiver:
                if module.classes.method(f".{node.name}", name) is not None:
                    yield from _steps(node, name, module, steps - 1)
                else:
                    yield name
            case _:
                if _flattens(call, module):
                    yield call


def _calls(root: ast.AST) -> Iterator[ast.Call]:
    """The calls in a subtree, arguments before the call that takes them."""
    for child in ast.iter_child_nodes(root):
        if not isinstance(child, ast.Lambda | ast.FunctionDef | ast.ClassDef):
            yield from _calls(child)
    if isinstance(root, ast.Call):
        yield root


def _flattens(call: ast.Call, module: Module) -> bool:
    """Whether a call makes one row per example: ``torch.flatten(x, 1)``, ``x.view(n, -1)``, ``x.view(-1, 512)``."""
    if module.names.qualified(call.func) == "torch.flatten":
        return True
    match call.func:
        case ast.Attribute(attr="flatten"):
            return True
        case ast.Attribute(attr="view" | "reshape"):
            sizes = call.args
            if len(sizes) == 1 and isinstance(sizes[0], ast.Tuple):
                sizes = sizes[0].elts
            return len(sizes) == 2 and any(_is_rest(size) for size in sizes)
    return False


def _is_rest(node: ast.expr) -> bool:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            return True
    return False
