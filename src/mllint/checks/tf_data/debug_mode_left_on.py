"""TensorFlow's debugging modes, switched on where nobody asked for debugging."""

import ast
from collections.abc import Iterator

from mllint.context import Context
from mllint.finding import Finding
from mllint.semantics.tree import argument

_DEBUG_MODE = "tensorflow.data.experimental.enable_debug_mode"
_RUN_EAGERLY = "tensorflow.config.run_functions_eagerly"


def check(node: ast.Call, ctx: Context) -> Iterator[Finding]:
    """Speaks of calls that no ``if`` guards and that nothing in the file takes back."""
    name = ctx.qualified_name(node.func)
    if name == _DEBUG_MODE:
        effect = "every pipeline runs its steps in Python, one after the other"
    elif name == _RUN_EAGERLY and _switch(node, ctx) is True and not _is_taken_back(ctx):
        effect = "every `tf.function` runs as plain Python, operation by operation"
    else:
        return
    if ctx.module.roles.in_test(node) or _is_guarded(node, ctx):
        return
    yield ctx.finding(node, call=ctx.source.slice(ctx.source.span(node.func)), effect=effect)


def _switch(node: ast.Call, ctx: Context) -> object:
    return ctx.constant(argument(node, keyword="run_eagerly", position=0))


def _is_taken_back(ctx: Context) -> bool:
    """Whether any call in the file switches eager running off, or to a value that is not known."""
    return any(
        ctx.qualified_name(call.func) == _RUN_EAGERLY and _switch(call, ctx) is not True
        for call in ctx.calls_in(ctx.tree.module)
    )


def _is_guarded(node: ast.Call, ctx: Context) -> bool:
    """Whether the call depends on a condition other than being run as a script."""
    for parent, child in ctx.tree.ancestors(node):
        if isinstance(parent, ast.If | ast.IfExp | ast.BoolOp) and child is not getattr(parent, "test", None):
            if not (isinstance(parent, ast.If) and _asks_for_main(parent.test)):
                return True
    return False


def _asks_for_main(test: ast.expr) -> bool:
    return any(isinstance(part, ast.Name) and part.id == "__name__" for part in ast.walk(test))
