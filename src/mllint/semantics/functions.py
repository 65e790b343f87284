"""Functions of the module: who calls them, what they return."""

import ast

from mllint.semantics.names import Names


def calls_of(function: ast.FunctionDef, names: Names) -> list[ast.Call] | None:
    """All calls of a function of the module; None if it is used in any other way or defined twice."""
    calls = []
    for name in names.named(function.name):
        if not isinstance(name.ctx, ast.Load):
            return None
        definition = names.only_definition(name)
        if definition is None or definition.node is not function:
            return None
        parent = names.tree.parents[name]
        if not isinstance(parent, ast.Call) or parent.func is not name:
            return None
        calls.append(parent)
    return calls


def default_of(function: ast.FunctionDef, node: ast.arg) -> ast.expr | None:
    """The default value of a parameter, if it has one."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    if node in positional:
        offset = positional.index(node) - (len(positional) - len(arguments.defaults))
        return arguments.defaults[offset] if offset >= 0 else None
    return arguments.kw_defaults[arguments.kwonlyargs.index(node)] if node in arguments.kwonlyargs else None


def returned_values(function: ast.FunctionDef) -> list[ast.expr | None]:
    """The values that a plain function returns, None among them where it ends without; empty for generators."""
    found: list[ast.expr | None] = [None] if _may_end(function.body) else []
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return []
        if isinstance(node, ast.Return):
            found.append(node.value)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))
    return found


def _may_end(block: list[ast.stmt]) -> bool:
    """Whether control may come past the last statement of a block, as far as its form tells."""
    last: ast.stmt = block[-1]
    while isinstance(last, ast.If) and len(last.orelse) == 1 and isinstance(last.orelse[0], ast.If):
        if _may_end(last.body):
            return True
        last = last.orelse[0]
    match last:
        case ast.Return() | ast.Raise():
            return False
        case ast.If(body=body, orelse=orelse):
            return not orelse or _may_end(body) or _may_end(orelse)
        case ast.With(body=body) | ast.AsyncWith(body=body):
            return _may_end(body)
        case ast.While(test=ast.Constant(value=True)):
            return any(isinstance(node, ast.Break) for node in ast.walk(last))
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
            if final and not _may_end(final):
                return False
            return _may_end(orelse or body) or any(_may_end(handler.body) for handler in handlers)
        case ast.Match(cases=cases):
            sure = isinstance(cases[-1].pattern, ast.MatchAs) and cases[-1].pattern.pattern is None
            return not sure or any(_may_end(case.body) for case in cases)
    return True
