"""Reaching definitions: one forward pass over the statements of a scope.

Transfer functions only add and remove definitions, so two rounds of a loop body reach the fixed point.
Ladders of ``elif`` and long expressions are walked without recursion.
"""

import ast
from collections.abc import Callable, Iterable
from typing import TypeAlias

from mllint.semantics.scopes import FUNCTIONS, Definition, FunctionNode, How, Scope, bound_names

State: TypeAlias = dict[str, tuple[Definition, ...]]
Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)

#: Each nested loop doubles the work; beyond this depth nothing is known of the scope.
MAXIMUM_LOOP_DEPTH = 7

_LEAVES = (ast.Constant, ast.Global, ast.Nonlocal, ast.Pass)


class _TooDeep(Exception):
    pass


def function_flow(scope: Scope, uses: "dict[ast.Name, tuple[Definition, ...]]") -> None:
    """Fill ``uses`` for the body of a function, lambda or module, and ``scope.definitions`` with its bindings."""
    flow = _Flow(scope, uses)
    node = scope.node
    try:
        if isinstance(node, ast.Lambda):
            flow.expression(node.body, flow.parameters(node))
        elif isinstance(node, FUNCTIONS):
            flow.block(node.body, flow.parameters(node))
        elif isinstance(node, ast.Module):
            flow.block(node.body, {})
    except (_TooDeep, RecursionError):
        scope.too_deep = True


def _join(first: State, second: State) -> State:
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


def _join_all(states: "Iterable[State | None]") -> "State | None":
    result: State | None = None
    for state in states:
        if state is not None:
            result = state if result is None else _join(result, state)
    return result


class _Loop:
    __slots__ = ("breaks", "continues")

    def __init__(self) -> None:
        self.breaks: list[State] = []
        self.continues: list[State] = []


class _Flow:
    def __init__(self, scope: Scope, uses: "dict[ast.Name, tuple[Definition, ...]]") -> None:
        self.scope = scope
        self.uses = uses
        self.loops: list[_Loop] = []
        self.created: list[Definition] = []
        self.memo: dict[tuple[ast.AST, str], Definition] = {}
        #: Names of an enclosing class body, whose bindings no function sees.
        self.class_scopes: list[Scope] = []

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
        stack: list[ast.AST] = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, ast.Name):
                if isinstance(node.ctx, ast.Load):
                    self.use(node, state)
            elif isinstance(node, ast.NamedExpr):
                self.expression(node.value, state)
                self.define(state, node.target.id, "assign", node.target, node.value)
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

    # -- statements -------------------------------------------------------------------------------

    def block(self, body: list[ast.stmt], state: State) -> State | None:
        current: State | None = state
        for statement in body:
            if current is None:
                return None
            current = self.statement(statement, current)
        return current

    def statement(self, node: ast.stmt, state: State) -> State | None:
        handler = _STATEMENTS.get(node.__class__)
        if handler is None:
            self.expression(node, state)
            return state
        return handler(self, node, state)

    def assign(self, node: ast.Assign, state: State) -> State:
        self.expression(node.value, state)
        for target in node.targets:
            self.bind(state, target, "assign", node.value)
        return state

    def annotated(self, node: ast.AnnAssign, state: State) -> State:
        self.expression(node.value, state)
        self.expression(node.annotation, state)
        if isinstance(node.target, ast.Name):
            if node.value is not None:
                self.define(state, node.target.id, "assign", node.target, node.value)
        else:
            self.expression(node.target, state)
        return state

    def augment(self, node: ast.AugAssign, state: State) -> State:
        self.expression(node.value, state)
        if isinstance(node.target, ast.Name):
            self.use(node.target, state)
            self.define(state, node.target.id, "augment", node, node.value)
        else:
            self.expression(node.target, state)
        return state

    def imports(self, node: ast.Import, state: State) -> State:
        for alias in node.names:
            head = alias.name.partition(".")[0]
            qualified = alias.name if alias.asname else head
            self.define(state, alias.asname or head, "import", alias, qualified=qualified)
        return state

    def imports_from(self, node: ast.ImportFrom, state: State) -> State:
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                if module not in self.scope.star_imports:
                    self.scope.star_imports.append(module)
                continue
            joint = "" if module.endswith(".") or not module else "."
            self.define(
                state, alias.asname or alias.name, "import", alias, qualified=f"{module}{joint}{alias.name}"
            )
        return state

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, state: State) -> State:
        for decorator in node.decorator_list:
            self.expression(decorator, state)
        self.expression(node.args, state)
        self.expression(node.returns, state)
        self.define(state, node.name, "function", node)
        return state

    def class_(self, node: ast.ClassDef, state: State) -> State:
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.expression(part, state)
        self.class_scopes.append(Scope(node))
        self.block(node.body, dict(state))
        self.class_scopes.pop()
        self.define(state, node.name, "class", node)
        return state

    def delete(self, node: ast.Delete, state: State) -> State:
        for target in node.targets:
            if isinstance(target, ast.Name):
                state[target.id] = ()
            else:
                self.expression(target, state)
        return state

    def leave(self, node: ast.Return | ast.Raise, state: State) -> None:
        self.expression(node, state)

    def break_(self, node: ast.Break, state: State) -> None:
        if self.loops:
            self.loops[-1].breaks.append(state)

    def continue_(self, node: ast.Continue, state: State) -> None:
        if self.loops:
            self.loops[-1].continues.append(state)

    def if_(self, node: ast.If, state: State) -> State | None:
        ends: list[State | None] = []
        rung: ast.If | None = node
        while rung is not None:
            self.expression(rung.test, state)
            inside = dict(state)
            self.narrow(rung.test, inside)
            ends.append(self.block(rung.body, inside))
            if len(rung.orelse) == 1 and isinstance(rung.orelse[0], ast.If):
                rung = rung.orelse[0]
            else:
                ends.append(self.block(rung.orelse, state))
                rung = None
        return _join_all(ends)

    def narrow(self, test: ast.expr, state: State) -> None:
        """``if isinstance(x, T):`` defines ``x`` anew inside its body."""
        match test:
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), kind], keywords=[]):
                if state.get(name):
                    self.define(state, name, "narrow", test, kind)

    def for_(self, node: ast.For | ast.AsyncFor, state: State) -> State | None:
        self.expression(node.iter, state)

        def enter(head: State) -> None:
            if isinstance(node, ast.AsyncFor):
                self.bind(head, node.target, "opaque", None)
            else:
                self.bind(head, node.target, "for", node.iter)

        return self.loop(node.body, node.orelse, state, enter)

    def while_(self, node: ast.While, state: State) -> State | None:
        return self.loop(node.body, node.orelse, state, lambda head: self.expression(node.test, head))

    def loop(
        self, body: list[ast.stmt], orelse: list[ast.stmt], state: State, enter: Callable[[State], None]
    ) -> State | None:
        if len(self.loops) >= MAXIMUM_LOOP_DEPTH:
            raise _TooDeep
        head = state
        breaks: list[State] = []
        for _ in range(2):
            loop = _Loop()
            self.loops.append(loop)
            inside = dict(head)
            enter(inside)
            end = self.block(body, inside)
            self.loops.pop()
            joined = _join_all((head, end, *loop.continues))
            assert joined is not None
            head = joined
            breaks = loop.breaks
        return _join_all((self.block(orelse, dict(head)), *breaks))

    def with_(self, node: ast.With | ast.AsyncWith, state: State) -> State | None:
        for item in node.items:
            self.expression(item.context_expr, state)
            if item.optional_vars is not None:
                self.bind(state, item.optional_vars, "with", item.context_expr)
        return self.block(node.body, state)

    def try_(self, node: ast.Try, state: State) -> State | None:
        before = dict(state)
        mark = len(self.created)
        end = self.block(node.body, state)
        broken = dict(before)
        for definition in self.created[mark:]:
            known = broken.get(definition.name, ())
            if definition not in known:
                broken[definition.name] = (*known, definition)
        ends = [self.block(node.orelse, end) if end is not None else None]
        for handler in node.handlers:
            inside = dict(broken)
            self.expression(handler.type, inside)
            if handler.name:
                self.define(inside, handler.name, "opaque", handler)
            ends.append(self.block(handler.body, inside))
        after = _join_all(ends)
        if not node.finalbody:
            return after
        for definition in self.created[mark:]:
            known = broken.get(definition.name, ())
            if definition not in known:
                broken[definition.name] = (*known, definition)
        self.block(node.finalbody, broken)
        return None if after is None else self.block(node.finalbody, after)

    def match(self, node: ast.Match, state: State) -> State | None:
        self.expression(node.subject, state)
        ends: list[State | None] = [state]
        for case in node.cases:
            inside = dict(state)
            for part in ast.walk(case.pattern):
                if isinstance(part, ast.MatchAs | ast.MatchStar) and part.name:
                    self.define(inside, part.name, "opaque", part)
                elif isinstance(part, ast.MatchMapping) and part.rest:
                    self.define(inside, part.rest, "opaque", part)
                elif isinstance(part, ast.Name):
                    self.use(part, inside)
            self.expression(case.guard, inside)
            ends.append(self.block(case.body, inside))
        return _join_all(ends)


_STATEMENTS: dict[type[ast.stmt], Callable[..., State | None]] = {
    ast.Assign: _Flow.assign,
    ast.AnnAssign: _Flow.annotated,
    ast.AugAssign: _Flow.augment,
    ast.Import: _Flow.imports,
    ast.ImportFrom: _Flow.imports_from,
    ast.FunctionDef: _Flow.function,
    ast.AsyncFunctionDef: _Flow.function,
    ast.ClassDef: _Flow.class_,
    ast.Delete: _Flow.delete,
    ast.Return: _Flow.leave,
    ast.Raise: _Flow.leave,
    ast.Break: _Flow.break_,
    ast.Continue: _Flow.continue_,
    ast.If: _Flow.if_,
    ast.For: _Flow.for_,
    ast.AsyncFor: _Flow.for_,
    ast.While: _Flow.while_,
    ast.With: _Flow.with_,
    ast.AsyncWith: _Flow.with_,
    ast.Try: _Flow.try_,
    ast.Match: _Flow.match,
}
if try_star := getattr(ast, "TryStar", None):
    _STATEMENTS[try_star] = _Flow.try_


def open_scope(node: "ast.Module | ast.ClassDef | FunctionNode") -> Scope:
    """A scope with its table of names, before its flow is known."""
    names, outside = bound_names(node)
    return Scope(node, names, outside)
