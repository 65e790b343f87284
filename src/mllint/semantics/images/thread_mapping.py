"""Whether a loop over a list can become ``executor.map`` over it, with the same results in the same order."""

import ast
import re
from dataclasses import dataclass

from mllint.semantics.images.mapped_loop import loop_objection, made_empty, result_of
from mllint.semantics.module import Module
from mllint.semantics.purity import Purity

_POOL = "ThreadPoolExecutor"


class Objection(str):
    """Why a loop cannot be mapped, in words."""


@dataclass(frozen=True, slots=True)
class ThreadMapping:
    """How the loop is to be written anew.

    ``statements`` are the siblings that it replaces. ``place`` is what the list is stored into, None where
    it is returned. ``result`` is the expression for one item, named ``parameter``. Where the body needs a
    function, ``appended`` is the statement that becomes its ``return``.
    """

    statements: tuple[ast.stmt, ...]
    place: ast.expr | None
    parameter: str
    iterable: ast.expr
    result: ast.expr
    appended: ast.stmt | None = None


def plan(node: ast.For | ast.ListComp, stored: list[ast.stmt], module: Module) -> ThreadMapping | Objection:
    """The mapping where all that it takes is proven, else what is not.

    There must be a list or tuple to go through, a body of known calls that uses nothing but its item and
    values that stay as they are, and nothing around it that belongs to one thread.
    """
    if isinstance(node, ast.For):
        decision = _of_loop(node, stored, module)
    else:
        decision = _of_comprehension(node, module)
    if isinstance(decision, Objection):
        return decision
    kind = module.inference.kind(decision.iterable)
    if kind is None or kind.assumed or kind.type not in {"list", "tuple"}:
        return Objection(
            f"`{_short(decision.iterable)}` is not known to be a list, and `executor.map` reads it to its end first"
        )
    reason = _about_surroundings(node, module) or _about_text(decision, module)
    return Objection(reason) if reason else decision


def _of_comprehension(node: ast.ListComp, module: Module) -> ThreadMapping | Objection:
    (generator,) = node.generators
    if generator.ifs or generator.is_async:
        return Objection("the comprehension filters its items")
    if not isinstance(generator.target, ast.Name):
        return Objection("the loop unpacks its items")
    statement = module.tree.parents[node]
    place: ast.expr | None = None
    match statement:
        case ast.Assign(targets=[ast.Name() | ast.Attribute(value=ast.Name()) as place]):
            pass
        case ast.Return():
            pass
        case _:
            return Objection("the list is part of a larger expression")
    parameter = generator.target.id
    if reason := _purity(module).objection([node.elt], frozenset({parameter})):
        return Objection(reason)
    return ThreadMapping((statement,), place, parameter, generator.iter, node.elt)


def _of_loop(node: ast.For, stored: list[ast.stmt], module: Module) -> ThreadMapping | Objection:
    if not isinstance(node.target, ast.Name):
        return Objection("the loop unpacks its items")
    found = result_of(node, stored)
    if found is None:
        return Objection("the loop does more than append one result for each item")
    appended, place, result = found
    first = made_empty(node, place.id, module)
    if first is None:
        return Objection(f"`{place.id}` is not made empty right before the loop")
    if reason := loop_objection(node, appended, place, module, _purity(module)):
        return Objection(reason)
    inner = None if node.body == [appended] else appended
    return ThreadMapping((first, node), place, node.target.id, node.iter, result, inner)


def _purity(module: Module) -> Purity:
    return Purity(module.names, module.classes, module.inference, module.knowledge)


def _about_surroundings(node: ast.AST, module: Module) -> str:
    for parent, child in module.tree.ancestors(node):
        if isinstance(parent, ast.FunctionDef) and isinstance(child, ast.stmt):
            return ""
        if isinstance(parent, ast.ClassDef):
            return "names of a class body cannot be seen from a function"
        if isinstance(parent, ast.With | ast.AsyncWith):
            for item in parent.items:
                manager = item.context_expr
                called = module.names.qualified(manager.func) if isinstance(manager, ast.Call) else None
                if called != "builtins.open":
                    return f"it stands under `with {_short(manager)}`, which other threads may not see"
    return ""


def _about_text(mapping: ThreadMapping, module: Module) -> str:
    """What in the text of the file stands against rewriting it."""
    source = module.source
    if source.cells is not None:
        return "no import is added to a notebook"
    start = source.span(mapping.statements[0]).start
    end = source.span(mapping.statements[-1]).end
    first, last = source.line_number(start), source.line_number(end)
    before = source.text[source.line_starts[first - 1] : start]
    after = source.text[end : source.line_starts[last - 1] + len(source.line(last))].strip()
    if before.strip() or (after and not after.startswith("#")) or source.line(first - 1 or 1).endswith("\\"):
        return "the statement shares its line with other code"
    nodes = [item for statement in mapping.statements for item in ast.walk(statement)]
    if any(
        isinstance(item, ast.Constant | ast.JoinedStr) and item.end_lineno != item.lineno for item in nodes
    ):
        return "a string runs over several lines"
    if mapping.appended is not None:
        loop = mapping.statements[-1]
        assert isinstance(loop, ast.For)
        head = source.text[source.span(loop).start : source.span(loop.body[0]).start]
        if not re.fullmatch(r"[^\n#]*:[ \t]*(#[^\n]*)?\n\s*(#[^\n]*\n\s*)*", head.replace("\r\n", "\n")):
            return "the head of the loop is not on a line of its own"
        if ";" in source.slice(source.span(loop)):
            return "a statement of the loop shares its line with another"
    if re.search(r"\bseterr(call)?\b", source.text):
        return "NumPy's handling of floating-point errors, set in this file, belongs to each thread"
    scope = module.names.scope(module.tree.module)
    definitions = [item.qualified for item in scope.definitions.get(_POOL, ())]
    if re.search(rf"\b{_POOL}\b", source.text) and definitions != [f"concurrent.futures.{_POOL}"]:
        return f"the name `{_POOL}` is used in another way in this file"
    return ""


def _short(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 40 else f"{text[:37]}..."
