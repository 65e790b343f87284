"""Where code stands: loops around a node, and the parts that functions play for ML frameworks."""

import ast
from collections.abc import Iterator
from typing import TypeAlias

from mllint.semantics.classes import Classes
from mllint.semantics.constants import constant
from mllint.semantics.names import Names
from mllint.semantics.scopes import FUNCTIONS

Loop: TypeAlias = (
    ast.For | ast.AsyncFor | ast.While | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
)
DATASETS = ("torch.utils.data.Dataset", "torch.utils.data.IterableDataset", "keras.utils.PyDataset")

_LOOP_COMPILERS = frozenset({"numba", "taichi", "triton", "pythran", "cython"})

#: Loops over a literal this short are no loops worth speaking of.
SMALL = 8


class Roles:
    """Answers about the surroundings of a node."""

    def __init__(self, names: Names, classes: Classes) -> None:
        self.names = names
        self.classes = classes

    def loops(self, node: ast.AST) -> Iterator[Loop]:
        """The loops whose body evaluates ``node`` again and again, innermost first, up to the enclosing function.

        A loop over a literal of at most :data:`SMALL` items, or over such a ``range``, does not count.
        """
        for parent, child in self.names.tree.ancestors(node):
            if isinstance(parent, FUNCTIONS):
                return
            if isinstance(parent, ast.For | ast.AsyncFor):
                if child in parent.body and not self.is_small(parent.iter):
                    yield parent
            elif isinstance(parent, ast.While):
                if child not in parent.orelse:
                    yield parent
            elif isinstance(parent, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
                first = parent.generators[0]
                # The first iterable of a comprehension is evaluated once.
                if child is not first and not self.is_small(first.iter):
                    yield parent

    def is_small(self, iterable: ast.expr) -> bool:
        """Whether an iterable is a literal, or a ``range`` of a constant, of at most a handful of items."""
        if isinstance(iterable, ast.Tuple | ast.List | ast.Set):
            return len(iterable.elts) <= SMALL
        if isinstance(iterable, ast.Call) and self.names.is_builtin(iterable.func, "range") and iterable.args:
            bounds = [constant(item, self.names) for item in iterable.args]
            if all(type(bound) is int for bound in bounds) and 0 not in bounds[2:]:
                return len(range(*bounds)) <= SMALL
            return False
        if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name):
            if iterable.func.id in {"enumerate", "zip", "reversed", "sorted", "tqdm"} and iterable.args:
                return self.is_small(iterable.args[0])
        value = constant(iterable, self.names)
        return isinstance(value, tuple | str) and len(value) <= SMALL

    def function(self, node: ast.AST) -> "ast.FunctionDef | ast.AsyncFunctionDef | None":
        """The innermost ``def`` around a node."""
        for parent, child in self.names.tree.ancestors(node):
            if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef) and isinstance(child, ast.stmt):
                return parent
        return None

    def is_compiled(self, node: ast.AST) -> bool:
        """Whether a decorator hands the function around a node to a compiler that wants loops."""
        function = self.function(node)
        for decorator in function.decorator_list if function is not None else ():
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = self.names.qualified(called) or ast.unparse(called)
            if name.partition(".")[0] in _LOOP_COMPILERS or name.rpartition(".")[2] in {"njit", "jit"}:
                return True
        return False

    def in_item_access(self, node: ast.AST) -> bool:
        """Whether the node stands in ``__getitem__`` or ``__iter__`` of a dataset class."""
        around = self.classes.enclosing(node)
        if around is None or around[1].name not in {"__getitem__", "__getitems__", "__iter__"}:
            return False
        return self.is_dataset(around[0])

    def is_dataset(self, node: ast.ClassDef) -> bool:
        """Whether a class is a dataset of torch or Keras, as far as its bases are known."""
        return self.classes.is_a(f".{node.name}", *DATASETS)

    def in_test(self, node: ast.AST) -> bool:
        """Whether the node stands in a function that pytest or unittest would run."""
        function = self.function(node)
        return function is not None and function.name.startswith("test")
