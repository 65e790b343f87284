"""tf.data pipelines, read backwards from where they end: transformations, and the source of the elements."""

import ast
from typing import NamedTuple

from mllint.semantics.functions import returned_values
from mllint.semantics.kinds import Kind
from mllint.semantics.module import Module
from mllint.semantics.tree import argument

DATASET = "tensorflow.data.Dataset"
_LIBRARY = "tensorflow"
_MAXIMUM_STEPS = 60


class Step(NamedTuple):
    """A method called on a data set."""

    name: str
    call: ast.Call


class Pipeline(NamedTuple):
    """How a data set came to be.

    ``steps`` are the transformations, the last one first; ``source`` is the call that made the first data
    set, None where it lies outside of what can be seen; ``end`` is the expression behind which a further
    transformation of this data set would be written.
    """

    end: ast.expr
    steps: tuple[Step, ...]
    source: ast.Call | None

    def function(self, step: Step) -> ast.expr | None:
        """The function that a step applies to the elements, if it is given one."""
        keyword = {"filter": "predicate", "take_while": "predicate", "scan": "scan_func"}.get(step.name)
        return argument(step.call, keyword=keyword or "map_func", position=1 if step.name == "scan" else 0)


def is_dataset(kind: Kind | None, module: Module) -> bool:
    return kind is not None and module.classes.is_a(kind.type, DATASET)


def pipeline(node: ast.expr, module: Module) -> Pipeline | None:
    """The pipeline whose result an expression is; None unless it is known to be a ``tf.data.Dataset``.

    Followed through names that are bound once and through functions of the module with one ``return``.
    """
    if not is_dataset(module.inference.kind(node), module):
        return None
    end: ast.expr | None = None
    steps: list[Step] = []
    inside = False  # of a called function: its expressions are no place for a transformation of the result
    current = node
    for _ in range(_MAXIMUM_STEPS):
        if isinstance(current, ast.Name):
            definition = module.names.only_definition(current)
            if definition is None or definition.assigned is None:
                break
            current = definition.assigned
        elif isinstance(current, ast.Call):
            if end is None and not inside:
                end = current
            if isinstance(current.func, ast.Attribute) and is_dataset(
                module.inference.kind(current.func.value), module
            ):
                steps.append(Step(current.func.attr, current))
                current = current.func.value
            elif (body := _returned(current, module)) is not None:
                inside, current = True, body
            else:
                known = module.names.qualified(current.func) in module.knowledge.functions
                return Pipeline(end or node, tuple(steps), current if known else None)
        else:
            break
    return Pipeline(end or node, tuple(steps), None)


def _returned(call: ast.Call, module: Module) -> ast.expr | None:
    """What a called function of the module returns, if there is one ``return``."""
    definition = module.names.only_definition(call.func)
    if definition is None or not isinstance(definition.node, ast.FunctionDef):
        return None
    values = returned_values(definition.node)
    return values[0] if len(values) == 1 and not definition.node.decorator_list else None


def autotune(module: Module) -> str:
    """Where ``AUTOTUNE`` lies in the TensorFlow that the project asks for, below the library's own name."""
    return (
        "data.experimental.AUTOTUNE" if module.versions.is_known_below(_LIBRARY, "2.4") else "data.AUTOTUNE"
    )


def maps_are_serial_by_version(module: Module) -> bool:
    """Whether the project's TensorFlow runs a map without ``num_parallel_calls`` one element after the other."""
    return module.versions.is_known_below(_LIBRARY, "2.7")


def ends_are_unbuffered_by_version(module: Module) -> bool:
    """Whether the project's TensorFlow prefetches only where that is written."""
    return module.versions.is_known_below(_LIBRARY, "2.12")
