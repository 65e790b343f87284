"""A ``for`` loop that collects one result per item: its parts, and what ties its rounds together."""

import ast
from collections.abc import Iterable

from mllint.semantics.module import Module
from mllint.semantics.purity import Purity


def result_of(node: ast.For, stored: list[ast.stmt]) -> tuple[ast.stmt, ast.Name, ast.expr] | None:
    """The statement ``place.append(result)`` that ends the body and is all that is stored, and its two parts.

    The end of a ``with`` that ends the body counts.
    """
    last = node.body[-1]
    while isinstance(last, ast.With):
        last = last.body[-1]
    match last:
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Name() as place, attr="append"), args=[result], keywords=[]
            )
        ) if stored == [last] and not isinstance(result, ast.Starred):
            return last, place, result
    return None


def made_empty(node: ast.For, name: str, module: Module) -> ast.Assign | None:
    """The statement right before the loop that makes ``name`` an empty list."""
    siblings = module.tree.siblings(node)
    position = siblings.index(node)
    before = siblings[position - 1] if position else None
    match before:
        case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
            if isinstance(value, ast.List) and not value.elts:
                return before
            if isinstance(value, ast.Call) and not value.args and not value.keywords:
                return before if module.names.is_builtin(value.func, "list") else None
    return None


def loop_objection(node: ast.For, appended: ast.stmt, place: ast.Name, module: Module, purity: Purity) -> str:
    """Why the rounds of the loop may not run in several threads, in words; empty if they may."""
    if node.orelse:
        return "the loop has an `else`"
    assert isinstance(appended, ast.Expr) and isinstance(appended.value, ast.Call)
    result = appended.value.args[0]
    own = frozenset(_stored_names([node.target, *node.body]))
    if reason := purity.objection([*node.body, result], own, leaving_out=appended):
        return reason
    names = module.names
    uses = [name for name in names.named(place.id) if _is_inside(name, node, module)]
    if uses != [place] and set(uses) != {place}:
        return f"`{place.id}` is used in the loop"
    if carried := _carried(node.body, own, set(_stored_names([node.target]))):
        return f"`{carried}` may come from the round before"
    scope = names.scope(names.enclosing_scope(node))
    for name in sorted(own):
        for definition in scope.definitions.get(name, ()):
            if _is_inside(definition.node, node, module):
                readers = names.uses_of(definition)
                if readers is None or not all(_is_inside(reader, node, module) for reader in readers):
                    return f"`{name}` is used after the loop"
    here = names.enclosing_scope(node)
    for use in (item for name in sorted(own) for item in names.named(name)):
        is_taken = isinstance(use.ctx, ast.Del) or isinstance(module.tree.parents[use], ast.AugAssign)
        if is_taken and not _is_inside(use, node, module) and names.enclosing_scope(use) is here:
            return f"`{use.id}` is used after the loop"
    if names.named("locals") or names.named("vars"):
        return "the file looks at its local variables"
    if _is_seen_elsewhere(place, here, module):
        return f"`{place.id}` is read by other functions"
    for parent, child in module.tree.ancestors(node):
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
            break
        if isinstance(parent, ast.Try) and child not in parent.finalbody:
            return "after an error, the list would lack the items before it"
    return ""


def _is_seen_elsewhere(place: ast.Name, scope: ast.AST, module: Module) -> bool:
    """Whether a name of ``scope`` is declared global or nonlocal, or read by a function inside of it."""
    names = module.names
    definition = names.only_definition(place)
    readers = names.uses_of(definition) if definition is not None else None
    return readers is None or any(names.enclosing_scope(reader) is not scope for reader in readers)


def _stored_names(roots: Iterable[ast.AST]) -> set[str]:
    return {
        item.id
        for root in roots
        for item in ast.walk(root)
        if isinstance(item, ast.Name) and not isinstance(item.ctx, ast.Load)
    }


def _is_inside(node: ast.AST, outer: ast.AST, module: Module) -> bool:
    return node is outer or any(parent is outer for parent, _ in module.tree.ancestors(node))


def _carried(body: list[ast.stmt], own: frozenset[str], bound: set[str]) -> str:
    """A name that the body may read before it has bound it in this round; empty if there is none.

    ``bound`` are the names bound so far, and is added to.
    """
    for statement in body:
        match statement:
            case ast.Assign(targets=targets, value=value):
                early = _read_early([value], own, bound)
                bound |= _stored_names(targets)
            case ast.AugAssign(target=target, value=value):
                early = _read_early([value], own, bound) or _unbound(_stored_names([target]), bound)
            case ast.With(items=items, body=inner):
                early = _read_early([item.context_expr for item in items], own, bound)
                bound |= _stored_names(items)
                early = early or _carried(inner, own, bound)
            case ast.If(test=test, body=inner, orelse=other):
                first, second = set(bound), set(bound)
                early = _read_early([test], own, bound) or _carried(inner, own, first)
                early = early or _carried(other, own, second)
                bound |= first & second
            case _:
                early = _read_early([statement], own, bound)
        if early:
            return early
    return ""


def _read_early(roots: Iterable[ast.AST], own: frozenset[str], bound: set[str]) -> str:
    read = {
        item.id
        for root in roots
        for item in ast.walk(root)
        if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Load)
    }
    return _unbound(read & own, bound)


def _unbound(names: set[str], bound: set[str]) -> str:
    return min(names - bound, default="")
