"""Where a module hands a data set to a model: Keras' own loops, and ``for`` loops that train by hand."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from mllint.semantics.module import Module
from mllint.semantics.tree import argument

_METHODS = frozenset({"fit", "evaluate", "predict"})
#: Methods that only a loop which trains or evaluates calls.
_STEPS = frozenset({"apply_gradients", "train_on_batch", "test_on_batch", "predict_on_batch"})
_TAPE = "tensorflow.GradientTape"
_WRAPPERS = frozenset({"enumerate", "tqdm", "iter"})
_MAXIMUM_DEPTH = 2


class Consumer(NamedTuple):
    """An expression whose elements are fed to a model, and by what, in the user's words."""

    data: ast.expr
    by: str


def consumers(module: Module) -> Iterator[Consumer]:
    """Every expression handed to ``fit``, ``evaluate`` or ``predict``, or iterated over by a training loop.

    What the expression is, and what it is called on, is not looked at.
    """
    for node in module.tree.by_class.get(ast.Call, ()):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
            for data in (
                argument(node, keyword="x", position=0),
                argument(node, keyword="validation_data"),
            ):
                if data is not None:
                    yield Consumer(data, f"`{node.func.attr}`")
    for node in module.tree.by_class.get(ast.For, ()):
        if isinstance(node, ast.For) and any(_trains(part, module, _MAXIMUM_DEPTH) for part in node.body):
            yield Consumer(_unwrapped(node.iter), "the training loop")


def _unwrapped(iterable: ast.expr) -> ast.expr:
    """The data set inside ``enumerate(...)`` and progress bars."""
    while isinstance(iterable, ast.Call) and iterable.args:
        name = iterable.func.attr if isinstance(iterable.func, ast.Attribute) else None
        if isinstance(iterable.func, ast.Name):
            name = iterable.func.id
        if name not in _WRAPPERS:
            break
        iterable = iterable.args[0]
    return iterable


def _trains(body: ast.AST, module: Module, depth: int) -> bool:
    """Whether code computes gradients or steps a model, itself or in functions of the module."""
    for node in ast.walk(body):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in _STEPS:
            return True
        if module.names.qualified(node.func) == _TAPE:
            return True
        called = _called(node.func, module) if depth else None
        if called is not None and _trains(called, module, depth - 1):
            return True
    return False


def _called(function: ast.expr, module: Module) -> ast.AST | None:
    match function:
        case ast.Name():
            definition = module.names.only_definition(function)
            return definition.node if definition is not None and definition.how == "function" else None
        case ast.Attribute(value=holder, attr=name):
            owner = module.classes.self_class(holder)
            return module.classes.method(f".{owner.name}", name) if owner is not None else None
    return None
