"""Functions that a pipeline applies to each element: do they keep a state, do they run Python code?"""

import ast
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from mllint.semantics.constants import UNKNOWN, constant
from mllint.semantics.module import Module
from mllint.semantics.scopes import Definition
from mllint.semantics.tf_data.tensorflow_ops import is_stateless
from mllint.semantics.tree import argument

_MAXIMUM_DEPTH = 3
_PYTHON = frozenset({"tensorflow.py_function", "tensorflow.numpy_function", "tensorflow.compat.v1.py_func"})
_VARIABLE = "tensorflow.Variable"
_GENERATOR = "tensorflow.random.Generator"
_RANDOM_LAYER = "keras.layers.Random"
#: Kinds that TensorFlow takes into the traced function as constants.
_CONSTANT_KINDS = frozenset({"int", "float", "str", "bool", "bytes", "numpy.ndarray", "tensorflow.Tensor"})
_TRACED_BUILTINS = frozenset({
    "builtins.len", "builtins.int", "builtins.float", "builtins.range", "builtins.zip", "builtins.enumerate",
    "builtins.dict", "builtins.list", "builtins.tuple", "builtins.isinstance", "builtins.sorted",
    "builtins.min", "builtins.max", "builtins.str",
})  # fmt: skip

Function: TypeAlias = ast.FunctionDef | ast.Lambda


class Behaviour(NamedTuple):
    """``stateful`` and ``python`` come with ``evidence`` in words; ``unknown`` is neither seen nor excluded."""

    state: Literal["stateless", "stateful", "python", "unknown"]
    evidence: str = ""


def behaviour(function: ast.expr | None, module: Module) -> Behaviour:
    """What a function given to ``Dataset.map`` and its like does, followed into functions of the module."""
    if function is None:
        return Behaviour("unknown")
    if (layer := _random_layer(function, module)) is not None:
        return Behaviour("stateful", f"`{layer}` draws random numbers")
    body = _function(function, module)
    if body is None:
        return Behaviour("unknown")
    found = _of_function(body, module, _MAXIMUM_DEPTH)
    if found.state == "stateless" and isinstance(function, ast.Call):
        return Behaviour("unknown")  # what ``partial`` binds may be anything
    return found


def _function(node: ast.expr, module: Module) -> Function | None:
    """The code behind an expression that names a function of the module, or is a lambda."""
    match node:
        case ast.Lambda():
            return node
        case ast.Call(args=[inner, *_]) if module.names.qualified(node.func) == "functools.partial":
            return _function(inner, module)
        case ast.Attribute(value=holder, attr=name):
            owner = module.classes.self_class(holder)
            return module.classes.method(f".{owner.name}", name) if owner is not None else None
        case ast.Name():
            definition = module.names.only_definition(node)
            if definition is None:
                return None
            if isinstance(definition.node, ast.FunctionDef):
                return definition.node
            if (
                definition.how == "assign"
                and isinstance(definition.value, ast.Lambda)
                and not definition.path
            ):
                return definition.value
    return None


def _of_function(function: Function, module: Module, depth: int) -> Behaviour:
    inside = frozenset(ast.walk(function))
    body: list[ast.AST] = [function.body] if isinstance(function, ast.Lambda) else [*function.body]
    body += [default for default in (*function.args.defaults, *function.args.kw_defaults) if default]
    expressions = [node for part in body for node in ast.walk(part) if isinstance(node, ast.expr)]
    proven = _is_plain(function, module)
    for node in sorted(expressions, key=lambda node: (node.lineno, node.col_offset)):
        found = _of_node(node, inside, module, depth)
        if found.state in {"python", "stateful"}:
            return found
        proven = proven and found.state == "stateless"
    return Behaviour("stateless" if proven else "unknown")


def _is_plain(function: Function, module: Module) -> bool:
    """Whether nothing stands between the name of a function and its body but ``tf.function``."""
    decorators = function.decorator_list if isinstance(function, ast.FunctionDef) else []
    return all(
        module.names.qualified(item.func if isinstance(item, ast.Call) else item) == "tensorflow.function"
        for item in decorators
    )


def _of_node(node: ast.expr, inside: frozenset[ast.AST], module: Module, depth: int) -> Behaviour:
    match node:
        case ast.Call():
            return _of_call(node, inside, module, depth)
        case ast.Name(ctx=ast.Load()):
            return _of_name(node, inside, module)
        case ast.Attribute() if _is_variable(node, module):
            return Behaviour("stateful", f"it reads the variable `{_text(node, module)}`")
        case ast.Await() | ast.Yield() | ast.YieldFrom():
            return Behaviour("unknown")
    return Behaviour("stateless")


def _of_name(name: ast.Name, inside: frozenset[ast.AST], module: Module) -> Behaviour:
    """What reading a name means: values from outside are constants, variables, or not known."""
    if _is_variable(name, module):
        return Behaviour("stateful", f"it reads the variable `{name.id}`")
    parent = module.tree.parents[name]
    if isinstance(parent, ast.Call) and parent.func is name:
        return Behaviour("stateless")  # judged as a call
    if module.classes.self_class(name) is not None:
        around = module.tree.parents[parent]
        called = isinstance(around, ast.Call) and around.func is parent
        return Behaviour("stateless" if called else "unknown")
    definitions = module.names.definitions(name)
    if definitions is None:
        return Behaviour("unknown")
    harmless = all(_is_harmless(definition, name, inside, module) for definition in definitions)
    return Behaviour("stateless" if harmless else "unknown")


def _is_harmless(definition: Definition, name: ast.Name, inside: frozenset[ast.AST], module: Module) -> bool:
    if definition.how == "import" or definition.node in inside:
        return True
    if constant(name, module.names) is not UNKNOWN:
        return True
    kind = module.inference.definition(definition)
    return kind is not None and kind.type in _CONSTANT_KINDS


def _of_call(call: ast.Call, inside: frozenset[ast.AST], module: Module, depth: int) -> Behaviour:
    name = module.names.qualified(call.func)
    text = _text(call.func, module)
    if name is not None:
        if name in _PYTHON:
            if argument(call, keyword="stateful") is not None:
                return Behaviour("unknown")  # said to be stateless, or not known
            return Behaviour("python", f"it runs Python code in `{text}`")
        if module.knowledge.functions.get(name, {}).get("draws") or name.startswith("keras.random."):
            return Behaviour("stateful", f"it draws random numbers with `{text}`")
        if is_stateless(name) or name in _TRACED_BUILTINS:
            return Behaviour("stateless")
    if (layer := _random_layer(call.func, module)) is not None:
        training = argument(call, keyword="training")
        if training is None or constant(training, module.names) is True:
            return Behaviour("stateful", f"`{layer}` draws random numbers")
        return Behaviour("unknown")
    if isinstance(call.func, ast.Attribute) and name is None:
        return _of_method(call.func, inside, module, depth)
    called = _function(call.func, module) if depth else None
    return _of_function(called, module, depth - 1) if called is not None else Behaviour("unknown")


def _of_method(function: ast.Attribute, inside: frozenset[ast.AST], module: Module, depth: int) -> Behaviour:
    kind = module.inference.kind(function.value)
    if kind is not None and kind.type == _GENERATOR:
        return Behaviour("stateful", f"it draws random numbers with `{_text(function, module)}`")
    called = _function(function, module)
    if called is not None:
        return _of_function(called, module, depth - 1) if depth else Behaviour("unknown")
    root: ast.expr = function
    while isinstance(root, ast.Attribute | ast.Subscript):
        root = root.value
    # Methods of elements and of what is computed from them; the parts are judged by themselves.
    if isinstance(root, ast.Call):
        return Behaviour("stateless")
    if isinstance(root, ast.Name) and module.classes.self_class(root) is None:
        definitions = module.names.definitions(root) or ()
        if definitions and all(definition.node in inside for definition in definitions):
            return Behaviour("stateless")
    return Behaviour("unknown")


def _is_variable(node: ast.expr, module: Module) -> bool:
    kind = module.inference.kind(node)
    return kind is not None and kind.type == _VARIABLE


def _random_layer(node: ast.expr, module: Module) -> str | None:
    """The name of a Keras layer, or of a ``Sequential`` with one, that draws random numbers."""
    for made in _constructions(node, module):
        name = module.names.qualified(made.func)
        if name is not None and name.startswith(_RANDOM_LAYER):
            return _text(node, module)
    return None


def _constructions(node: ast.expr, module: Module) -> Iterator[ast.Call]:
    """The calls that make a layer, and those that make the members of a ``Sequential``."""
    if isinstance(node, ast.Name):
        definition = module.names.only_definition(node)
        if definition is None or definition.how != "assign" or definition.path or definition.value is None:
            return
        node = definition.value
    elif isinstance(node, ast.Attribute):
        owner = module.classes.self_class(node.value)
        values = module.classes.attribute_values(owner, node.attr) if owner is not None else []
        if len(values) != 1 or values[0] is None:
            return
        node = values[0]
    if isinstance(node, ast.Call):
        yield node
        if module.names.qualified(node.func) == "keras.Sequential" and node.args:
            layers = node.args[0]
            if isinstance(layers, ast.List | ast.Tuple):
                for layer in layers.elts:
                    yield from _constructions(layer, module)


def _text(node: ast.expr, module: Module) -> str:
    return " ".join(module.source.slice(module.source.span(node)).split())
