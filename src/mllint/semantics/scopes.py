"""Scopes and definitions: who binds a name, and where."""

import ast
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
ScopeNode: TypeAlias = ast.Module | ast.ClassDef | FunctionNode
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

How: TypeAlias = Literal[
    "assign", "augment", "for", "with", "import", "parameter", "function", "class", "narrow", "opaque"
]


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """One binding of a name.

    ``how`` says what ``value`` means: the assigned expression, the iterable of a ``for``, the context
    manager of a ``with``, the type of a narrowing ``isinstance``. ``path`` leads into an unpacked value:
    ``(1,)`` for ``b`` in ``a, b = value``. ``qualified`` is the dotted name that an import binds. An
    ``opaque`` definition (``except ... as``, pattern captures, starred targets, deletion) tells nothing.
    """

    name: str
    how: How
    node: ast.AST
    value: ast.expr | None = None
    path: tuple[int, ...] = ()
    qualified: str = ""

    @property
    def assigned(self) -> ast.expr | None:
        """The expression that a plain assignment, without unpacking, gives the name."""
        return self.value if self.how == "assign" and not self.path else None


@dataclass(slots=True, eq=False)
class Scope:
    """A module, class or function body and the names bound in it.

    ``definitions`` fills while the flow of the scope is computed; ``star_imports`` are the modules of
    ``from m import *``. ``outside`` holds names declared ``global`` or ``nonlocal``.
    """

    node: ScopeNode
    names: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()
    definitions: dict[str, list[Definition]] = field(default_factory=dict)
    star_imports: list[str] = field(default_factory=list)
    too_deep: bool = False


def bound_names(node: ScopeNode) -> tuple[frozenset[str], frozenset[str]]:
    """Names that the body of a scope binds, and names that it declares ``global`` or ``nonlocal``.

    Bodies of inner functions and classes are their own; a walrus inside a comprehension binds here.
    """
    names: set[str] = set()
    outside: set[str] = set()
    stack: list[ast.AST] = []
    if isinstance(node, FUNCTIONS):
        arguments = node.args
        for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            names.add(parameter.arg)
        for rest in (arguments.vararg, arguments.kwarg):
            if rest is not None:
                names.add(rest.arg)
        stack.extend([node.body] if isinstance(node, ast.Lambda) else node.body)
    else:
        stack.extend(node.body)
    while stack:
        child = stack.pop()
        match child:
            case ast.Name(id=name):
                if not isinstance(child.ctx, ast.Load):
                    names.add(name)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                names.add(child.name)
                stack.extend(child.decorator_list)
                stack.extend(item for item in (*child.args.defaults, *child.args.kw_defaults) if item)
            case ast.ClassDef():
                names.add(child.name)
                stack.extend(child.decorator_list)
                stack.extend(child.bases)
                stack.extend(child.keywords)
            case ast.Lambda():
                stack.extend(item for item in (*child.args.defaults, *child.args.kw_defaults) if item)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                _comprehension(child, names, stack)
            case ast.Import() | ast.ImportFrom():
                for alias in child.names:
                    if alias.name != "*":
                        names.add(alias.asname or alias.name.partition(".")[0])
            case ast.Global(names=declared) | ast.Nonlocal(names=declared):
                outside.update(declared)
            case _:
                if isinstance(child, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and child.name:
                    names.add(child.name)
                elif isinstance(child, ast.MatchMapping) and child.rest:
                    names.add(child.rest)
                stack.extend(ast.iter_child_nodes(child))
    return frozenset(names - outside), frozenset(outside)


def _comprehension(
    node: "ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp",
    names: set[str],
    stack: list[ast.AST],
) -> None:
    """Targets of a comprehension stay inside it; a walrus in it does not."""
    inner: list[ast.AST] = [generator.iter for generator in node.generators]
    inner += [test for generator in node.generators for test in generator.ifs]
    inner += [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    while inner:
        child = inner.pop()
        if isinstance(child, ast.NamedExpr):
            names.add(child.target.id)
            inner.append(child.value)
        elif isinstance(child, ast.Lambda):
            continue
        elif isinstance(child, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            _comprehension(child, names, stack)
        else:
            inner.extend(ast.iter_child_nodes(child))
