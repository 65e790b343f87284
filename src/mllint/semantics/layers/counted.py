"""Layers of networks as the code writes them: what they are, and how many parameters they hold."""

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mllint.semantics.constants import UNKNOWN, constant
from mllint.semantics.module import Module
from mllint.semantics.tree import argument, is_open_call


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer, called ``name`` in the code, or by its class and sizes.

    ``role`` is ``unknown`` for a call or name of which nothing is known.
    ``inputs``, ``outputs`` (features or channels) and ``parameters`` are None where the code does not spell
    them out.
    """

    node: ast.expr
    name: str
    role: str
    inputs: int | None = None
    outputs: int | None = None
    parameters: int | None = None

    def __str__(self) -> str:
        return f"{self.name}: {self.parameters:,} parameters" if self.parameters is not None else self.name


def fact_of(node: ast.expr, module: Module) -> Mapping[str, Any] | None:
    """What is known of the class that a call makes a layer of."""
    if not isinstance(node, ast.Call):
        return None
    name = module.names.qualified(node.func)
    return module.knowledge.layers.get(name) if name is not None else None


def given(node: ast.Call, fact: Mapping[str, Any], what: str, default: Any, module: Module) -> Any:
    """The constant that sizes a layer; the default where it is not written, UNKNOWN where it is not constant."""
    spec = fact.get(what)
    if spec is None:
        return default
    value = argument(node, keyword=spec["keyword"], position=spec["position"])
    if value is None:
        return UNKNOWN if is_open_call(node) else default
    return constant(value, module.names)


def integers(value: Any, count: int) -> tuple[int, ...] | None:
    """A size given once for all axes, or for each of them."""
    if type(value) is int:
        return (value,) * count
    if isinstance(value, tuple) and len(value) == count and all(type(item) is int for item in value):
        return value
    return None


def dense_parameters(inputs: int, outputs: int, bias: object) -> int | None:
    if type(bias) is not bool:
        return None
    return inputs * outputs + outputs * bias


def convolution_parameters(
    inputs: int, outputs: int, kernel: tuple[int, ...], groups: object, bias: object
) -> int | None:
    if type(groups) is not int or groups < 1 or type(bias) is not bool:
        return None
    return math.prod(kernel) * (inputs // groups) * outputs + outputs * bias


def described(node: ast.Call, sizes: tuple[int | None, ...]) -> str:
    """A layer's class with its sizes: ``Linear(25088, 4096)``."""
    name = ast.unparse(node.func).rpartition(".")[2]
    given_name = argument(node, keyword="name")
    if isinstance(given_name, ast.Constant) and isinstance(given_name.value, str):
        return given_name.value
    return f"{name}({', '.join(str(size) for size in sizes if size is not None)})"


def largest(layers: list[Layer]) -> Layer:
    return max(layers, key=lambda layer: layer.parameters or 0)


def total(layers: list[Layer]) -> int:
    """The parameters that can be counted."""
    return sum(layer.parameters or 0 for layer in layers)


def millions(count: int) -> str:
    return f"{count / 1e6:.1f} M"


def counts(layers: list[Layer]) -> list[str]:
    """One line per layer that holds parameters."""
    return [str(layer) for layer in layers if layer.parameters]
