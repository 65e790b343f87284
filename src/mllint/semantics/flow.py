"""Reaching definitions: one forward pass over the statements of a scope.

Transfer functions only add and remove definitions, so two rounds of a loop body reach the fixed point.
Ladders of ``elif`` and long expressions are walked without recursion.
"""

import ast
from collections.abc import Callable

from mllint.semantics.flow_expressions import ExpressionFlow, State, join, join_all
from mllint.semantics.scopes import FUNCTIONS, Definition, FunctionNode, Scope, bound_names

#: Each nested loop, and each nested ``finally``, multiplies the work; beyond this depth only the names that
#: are bound are known.
MAXIMUM_LOOP_DEPTH = 7
#: Context managers that end an exception: what follows the ``with`` may run after half of its body.
_SWALLOWING = frozenset({"suppress", "raises", "assertRaises", "ExitStack", "AsyncExitStack"})


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
    except RecursionError:
        scope.too_deep = True


def _may_swallow(manager: ast.expr) -> bool:
    """Whether a context manager is one of the well-known ones that end exceptions."""
    function = manager.func if isinstance(manager, ast.Call) else manager
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in _SWALLOWING


class _Loop:
    __slots__ = ("breaks", "continues")

    def __init__(self) -> None:
        self.breaks: list[State] = []
        self.continues: list[State] = []


class _Flow(ExpressionFlow):
    def __init__(self, scope: Scope, uses: "dict[ast.Name, tuple[Definition, ...]]") -> None:
        super().__init__(scope, uses)
        self.loops: list[_Loop] = []
        self.finals = 0

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
        if isinstance(node.target, ast.Name):
            self.use(node.target, state)
        self.expression(node.value, state)
        if isinstance(node.target, ast.Name):
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
        return join_all(ends)

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

        return self.loop(node, state, enter)

    def while_(self, node: ast.While, state: State) -> State | None:
        return self.loop(node, state, lambda head: self.expression(node.test, head))

    def loop(
        self, node: ast.For | ast.AsyncFor | ast.While, state: State, enter: Callable[[State], None]
    ) -> State | None:
        if self.is_too_deep():
            return self.unexplored(node, state)
        head = state
        breaks: list[State] = []
        for _ in range(2):
            loop = _Loop()
            self.loops.append(loop)
            inside = dict(head)
            enter(inside)
            end = self.block(node.body, inside)
            self.loops.pop()
            joined = join_all((head, end, *loop.continues))
            assert joined is not None
            head = joined
            breaks = loop.breaks
        if isinstance(node, ast.While):
            if isinstance(node.test, ast.Constant) and node.test.value:
                return join_all(breaks)
            head = dict(head)
            enter(head)  # the test that ends the loop is evaluated too
        return join_all((self.block(node.orelse, dict(head)), *breaks))

    def with_(self, node: ast.With | ast.AsyncWith, state: State) -> State | None:
        for item in node.items:
            self.expression(item.context_expr, state)
            if item.optional_vars is not None:
                self.bind(state, item.optional_vars, "with", item.context_expr)
        if not any(_may_swallow(item.context_expr) for item in node.items):
            return self.block(node.body, state)
        before = dict(state)
        mark = len(self.created)
        return join_all((self.block(node.body, state), self.interrupted(before, mark)))

    def interrupted(self, before: State, mark: int) -> State:
        """The state after a block that an exception may have ended at any place."""
        broken = dict(before)
        for definition in self.created[mark:]:
            known = broken.get(definition.name, ())
            if definition not in known:
                broken[definition.name] = (*known, definition)
        return broken

    def is_too_deep(self) -> bool:
        return len(self.loops) + self.finals >= MAXIMUM_LOOP_DEPTH

    def unexplored(self, node: ast.stmt, state: State) -> State:
        """The state after a statement of which only is known which names it may bind."""
        names, _ = bound_names(ast.Module([node], []))
        for name in sorted(names):
            before = state.get(name, ())
            self.define(state, name, "opaque", node)
            state[name] = (*before, *state[name])
        return state

    def try_(self, node: ast.Try, state: State) -> State | None:
        if node.finalbody and self.is_too_deep():
            return self.unexplored(node, state)
        before = dict(state)
        mark = len(self.created)
        leaving = [(exits, len(exits)) for loop in self.loops for exits in (loop.breaks, loop.continues)]
        end = self.block(node.body, state)
        broken = self.interrupted(before, mark)
        ends = [self.block(node.orelse, end) if end is not None else None]
        for handler in node.handlers:
            inside = dict(broken)
            self.expression(handler.type, inside)
            if handler.name:
                self.define(inside, handler.name, "opaque", handler)
            ends.append(self.block(handler.body, inside))
        after = join_all(ends)
        if not node.finalbody:
            return after
        self.finals += 1
        # `break` and `continue` run the `finally` on their way out.
        left = [(exits, join_all(exits[first:])) for exits, first in leaving]
        for exits, first in leaving:
            del exits[first:]
        self.block(node.finalbody, self.interrupted(before, mark))
        for exits, at_exit in left:
            past = None if at_exit is None else self.block(node.finalbody, dict(at_exit))
            if past is not None:
                exits.append(past)
        result = None if after is None else self.block(node.finalbody, after)
        self.finals -= 1
        return result

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
            if case.guard is not None:
                self.expression(case.guard, inside)
                ends.append(state := join(state, dict(inside)))  # the guard may fail after binding names
            ends.append(self.block(case.body, inside))
        return join_all(ends)


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
