"""What one item of a data set costs: is it read from a file each time, or does it lie in memory?"""

import ast
from typing import NamedTuple

from mllint.semantics.classes import Classes
from mllint.semantics.kinds import Kind
from mllint.semantics.knowledge import Knowledge

#: Calls are followed from ``__getitem__`` through this many helpers of the same module.
_MAXIMUM_STEPS = 3


class ItemCost(NamedTuple):
    """``evidence`` says in words why an item is dear, empty if nothing is seen; ``in_memory`` that it is cheap."""

    evidence: str = ""
    in_memory: bool = False
    iterable: bool = False


def item_cost(dataset: Kind | None, classes: Classes, knowledge: Knowledge) -> ItemCost:
    """The cost of an item of a data set, as far as its class shows it."""
    if dataset is None:
        return ItemCost()
    iterable = classes.is_a(dataset.type, "torch.utils.data.IterableDataset")
    if dataset.type in {"list", "tuple", "range", "numpy.ndarray", "torch.Tensor"}:
        return ItemCost(in_memory=True)
    for ancestor in classes.ancestors(dataset.type):
        if ancestor in knowledge.in_memory:
            return ItemCost(in_memory=True, iterable=iterable)
        if cost := knowledge.item_costs.get(ancestor):
            return ItemCost(f"`{_short(dataset.type)}` {cost} for each item", iterable=iterable)
        for name in ("__getitem__", "__iter__"):
            node = classes.definition(ancestor)
            method = classes.own_method(node, name) if node is not None else None
            if method is not None:
                does = _reads(method, ancestor, classes, knowledge, _MAXIMUM_STEPS)
                where = f"`{_short(dataset.type)}.{name}`"
                return ItemCost(f"{where} {does} for each item" if does else "", iterable=iterable)
    return ItemCost(iterable=iterable)


def _short(type_name: str) -> str:
    return type_name.rpartition(".")[2]


def _reads(
    function: ast.FunctionDef, type_name: str, classes: Classes, knowledge: Knowledge, steps: int
) -> str:
    """What a function does with files, itself or through helpers of the module; empty if nothing is seen."""
    names = classes.names
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    for call in calls:
        qualified = names.qualified(call.func)
        if qualified is not None and (does := knowledge.reads.get(qualified)):
            return does
    for call in calls if steps else ():
        helper: ast.AST | None = None
        match call.func:
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                helper = classes.method(type_name, name)
            case ast.Name():
                definition = names.only_definition(call.func)
                helper = definition.node if definition is not None else None
        if isinstance(helper, ast.FunctionDef) and helper is not function:
            if does := _reads(helper, type_name, classes, knowledge, steps - 1):
                return does
    return ""
