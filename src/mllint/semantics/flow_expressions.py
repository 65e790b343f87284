"""Reaching definitions inside one statement: what an expression reads, and what a target binds."""

import ast
from collections.abc import Iterable
from typing import TypeAlias

from mllint.semantics.scopes import Definition, FunctionNode, How, Scope

State: TypeAlias = dict[str, tuple[Definition, ...]]
Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)

_LEAVES = (ast.Constant, ast.Global, ast.Nonlocal, ast.Pass)


def join(first: State, second: State) -> State:
    if first is second:
        return first
    result = dict(first)
    for name, definitions in second.items():
        known = result.get(name)
        if known is None:
            result[name] = definitions
        elif known is not definitions:
            result[name] = known + tuple(item for item in definitions if item not in known)
    return result


def join_all(states: "Iterable[State | None]") -> "State | None":
    result: State | None = None
    for state in states:
        if state is not None:
            result = state if result is None else join(result, state)
    return result


class _Mark:
    """Stands in the stack of an expression, around what may be left out: ``a and (b := c)``."""

    __slots__ = ("step",)

    def __init__(self, step: int) -> None:
        self.step = step


_MAYBE, _SURELY = _Mark(1), _Mark(-1)


class ExpressionFlow:
    """The flow of a scope through single expressions and targets.

    ``uses`` is filled with the definitions that reach each name; ``created`` holds all definitions in the
    order in which the flow met them, again where it comes by again.
    """

    def __init__(self, scope: Scope, uses: "dict[ast.Name, tuple[Definition, ...]]") -> None:
        self.scope = scope
        self.uses = uses
        self.created: list[Definition] = []
        self.memo: dict[tuple[ast.AST, str], Definition] = {}
        #: Names of an enclosing class body, whose bindings no function sees.
        self.class_scopes: list[Scope] = []
        #: How many operators stand around the current expression that may leave it out.
        self.conditional = 0

    # -- bindings ---------------------------------------------------------------------------------

    def define(
        self,
        state: State,
        name: str,
        how: How,
        node: ast.AST,
        value: ast.expr | None = None,
        path: tuple[int, ...] = (),
        qualified: str = "",
    ) -> None:
        definition = self.memo.get((node, name))
        if definition is None:
            definition = Definition(name, how, node, value, path, qualified)
            self.memo[node, name] = definition
            scope = self.class_scopes[-1] if self.class_scopes else self.scope
            scope.definitions.setdefault(name, []).append(definition)
        self.created.append(definition)
        state[name] = (definition,)

    def bind(
        self,
        state: State,
        target: ast.expr,
        how: How,
        value: ast.expr | None,
        path: tuple[int, ...] = (),
    ) -> None:
        """Bind an assignment target, unpacking tuples; attribute and item targets are only evaluated."""
        match target:
            case ast.Name(id=name):
                self.define(state, name, how, target, value, path)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                starred = False
                for position, item in enumerate(items):
                    starred = starred or isinstance(item, ast.Starred)
                    if starred:
                        self.bind(state, item, "opaque", None)
                    else:
                        self.bind(state, item, how, value, (*path, position))
            case ast.Starred(value=inner):
                self.bind(state, inner, "opaque", None)
            case _:
                self.expression(target, state)

    def parameters(self, node: FunctionNode) -> State:
        state: State = {}
        arguments = node.args
        for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            self.define(state, parameter.arg, "parameter", parameter)
        for rest in (arguments.vararg, arguments.kwarg):
            if rest is not None:
                self.define(state, rest.arg, "opaque", rest)
        return state

    # -- expressions ------------------------------------------------------------------------------

    def use(self, node: ast.Name, state: State) -> None:
        reaching = state.get(node.id)
        if reaching is None:
            if node.id in self.scope.names and not self.class_scopes:
                self.uses.setdefault(node, ())
            return
        before = self.uses.get(node)
        if before:
            reaching = before + tuple(item for item in reaching if item not in before)
        self.uses[node] = reaching

    def expression(self, root: ast.AST | None, state: State) -> None:
        if root is None:
            return
        stack: list[ast.AST | _Mark] = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, _Mark):
                self.conditional += node.step
            elif isinstance(node, ast.Name):
                if isinstance(node.ctx, ast.Load):
                    self.use(node, state)
            elif isinstance(node, ast.NamedExpr):
                self.expression(node.value, state)
                before = state.get(node.target.id, ())
                self.define(state, node.target.id, "assign", node.target, node.value)
                if self.conditional:
                    state[node.target.id] = (*before, *state[node.target.id])
            elif isinstance(node, ast.BoolOp):
                stack += (_SURELY, *reversed(node.values[1:]), _MAYBE, node.values[0])
            elif isinstance(node, ast.IfExp):
                stack += (_SURELY, node.orelse, node.body, _MAYBE, node.test)
            elif isinstance(node, ast.Compare):
                stack += (_SURELY, *reversed(node.comparators[1:]), _MAYBE, node.comparators[0], node.left)
            elif isinstance(node, ast.Lambda):
                stack.extend(item for item in (*node.args.defaults, *node.args.kw_defaults) if item)
            elif isinstance(node, COMPREHENSIONS):
                self.comprehension(node, state)
            elif not isinstance(node, _LEAVES):
                children = list(ast.iter_child_nodes(node))
                children.reverse()
                stack.extend(children)

    def comprehension(self, node: Comprehension, state: State) -> None:
        inner = dict(state)
        targets: set[str] = set()
        for generator in node.generators:
            self.expression(generator.iter, inner)
            for part in ast.walk(generator.target):
                if isinstance(part, ast.Name):
                    targets.add(part.id)
            self.comprehension_targets(inner, generator.target, generator.iter)
            for test in generator.ifs:
                self.expression(test, inner)
        for result in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self.expression(result, inner)
        for name, definitions in inner.items():
            if name not in targets and state.get(name) is not definitions:
                state[name] = state.get(name, ()) + definitions

    def comprehension_targets(self, state: State, target: ast.expr, iterable: ast.expr) -> None:
        """Comprehension variables are no names of the scope: they must not enter its table."""
        held, self.class_scopes = self.class_scopes, [Scope(self.scope.node)]
        try:
            self.bind(state, target, "for", iterable)
        finally:
            self.class_scopes = held
