"""Sizes of torch layers: all of them are written where the layer is made."""

import ast
from collections.abc import Iterator

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

SEQUENTIAL = "torch.nn.Sequential"


def torch_layer(node: ast.expr, module: Module, name: str = "") -> Layer:
    """The layer that an expression makes."""
    fact = fact_of(node, module)
    if fact is None or not isinstance(node, ast.Call):
        return Layer(node, name or ast.unparse(node)[:40], "unknown")

    def size(what: str, default: object = None) -> int | None:
        value = given(node, fact, what, default, module)
        return value if type(value) is int else None

    role = fact["role"]
    inputs, outputs = size("inputs"), size("outputs")
    parameters: int | None = fact.get("parameters")
    bias = given(node, fact, "bias", True, module)
    if inputs is not None and outputs is not None:
        if role == "dense":
            parameters = dense_parameters(inputs, outputs, bias)
        elif role == "embedding":
            parameters = inputs * outputs
        elif role == "convolution":
            kernel = integers(given(node, fact, "kernel", None, module), fact["rank"])
            groups = given(node, fact, "groups", 1, module)
            parameters = convolution_parameters(inputs, outputs, kernel, groups, bias) if kernel else None
    elif (features := size("features")) is not None:
        outputs = inputs = features
        parameters = features * fact["per-feature"]
    return Layer(node, name or described(node, (inputs, outputs)), role, inputs, outputs, parameters)


def torch_stack(node: ast.Call, module: Module, name: str = "") -> list[Layer] | None:
    """The layers of a ``Sequential(...)``, those of inner ones in their place; None where they are not listed."""
    layers: list[Layer] = []
    elements = _elements(node, module)
    if elements is None:
        return None
    for key, element in elements:
        path = f"{name}.{key}" if name else ""
        if isinstance(element, ast.Call) and module.names.qualified(element.func) == SEQUENTIAL:
            inner = torch_stack(element, module, path)
            if inner is None:
                return None
            layers += inner
        else:
            layers.append(torch_layer(element, module, path or ("" if key.isdigit() else key)))
    return layers


def _elements(node: ast.Call, module: Module) -> list[tuple[str, ast.expr]] | None:
    if node.keywords or any(isinstance(item, ast.Starred) for item in node.args):
        return None
    match node.args:
        case [ast.Call(args=[ast.List(elts=pairs)]) as ordered] if (
            module.names.qualified(ordered.func) == "collections.OrderedDict"
        ):
            found = []
            for pair in pairs:
                match pair:
                    case ast.Tuple(elts=[ast.Constant(value=str(key)), element]):
                        found.append((key, element))
                    case _:
                        return None
            return found
    return [(str(position), element) for position, element in enumerate(node.args)]


def class_layers(node: ast.ClassDef, module: Module) -> Iterator[tuple[str, list[Layer]]]:
    """The layers of a module class by attribute, one list for each that ``__init__`` sets once and outright."""
    for statement in node.body:
        if (
            not isinstance(statement, ast.FunctionDef)
            or statement.name != "__init__"
            or not statement.args.args
        ):
            continue
        receiver = statement.args.args[0].arg
        for inner in statement.body:
            match inner:
                case ast.Assign(
                    targets=[ast.Attribute(value=ast.Name(id=owner), attr=name)], value=ast.Call() as made
                ) if owner == receiver:
                    if len(module.classes.attribute_values(node, name)) != 1:
                        continue
                    if module.names.qualified(made.func) == SEQUENTIAL:
                        yield name, torch_stack(made, module, name) or [Layer(made, name, "unknown")]
                    else:
                        yield name, [torch_layer(made, module, name)]
