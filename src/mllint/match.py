"""The declarative matcher: what a card can say about one call or attribute without Python.

A ``match`` mapping has ``call`` (canonical names), ``method`` (receiver types and names) or ``attribute``
(canonical names); ``lacks`` and ``has`` (arguments); ``inside`` (``loop`` or ``item-access``).
"""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from mllint.context import Context
from mllint.finding import Finding, FixPlan
from mllint.semantics.constants import UNKNOWN
from mllint.semantics.tree import argument, is_open_call


def findings(node: ast.AST, ctx: Context) -> Iterator[Finding]:
    """At most one finding: whether ``node`` is what the rule's card describes."""
    match = ctx.rule.match
    assert match is not None
    if not isinstance(node, ast.Call | ast.Attribute) or not _is_target(node, match, ctx):
        return
    if isinstance(node, ast.Call) and not _arguments_fit(node, match, ctx):
        return
    if not _stands(node, match.get("inside"), ctx):
        return
    yield ctx.finding(node, fix=_plan(node, ctx))


def _is_target(node: "ast.Call | ast.Attribute", match: Mapping[str, Any], ctx: Context) -> bool:
    if isinstance(node, ast.Attribute):
        wanted = match.get("attribute", ())
        tails = {name.rpartition(".")[2] for name in wanted}
        return node.attr in tails and ctx.qualified_name(node) in wanted
    if calls := match.get("call"):
        tail = node.func.attr if isinstance(node.func, ast.Attribute) else None
        if tail is not None and all(not name.endswith(f".{tail}") for name in calls):
            # ``from m import f as g`` renames functions, not attributes.
            return False
        return ctx.qualified_name(node.func) in calls
    method = match.get("method")
    if method is None or not isinstance(node.func, ast.Attribute) or node.func.attr not in method["names"]:
        return False
    return ctx.is_a(ctx.kind_of(node.func.value), *method["of"])


def _arguments_fit(node: ast.Call, match: Mapping[str, Any], ctx: Context) -> bool:
    for wanted in match.get("lacks", ()):
        if is_open_call(node) or _argument(node, wanted) is not None:
            return False
    for wanted in match.get("has", ()):
        value = _argument(node, wanted)
        if value is None:
            return False
        if "value" in wanted:
            actual = ctx.constant(value)
            if actual is UNKNOWN or type(actual) is not type(wanted["value"]) or actual != wanted["value"]:
                return False
    return True


def _argument(node: ast.Call, wanted: Mapping[str, Any]) -> ast.expr | None:
    return argument(node, keyword=wanted.get("keyword"), position=wanted.get("position"))


def _stands(node: ast.AST, place: str | None, ctx: Context) -> bool:
    if place == "loop":
        return next(ctx.loops_around(node), None) is not None
    if place == "item-access":
        return ctx.in_item_access(node)
    return True


def _plan(node: "ast.Call | ast.Attribute", ctx: Context) -> FixPlan | None:
    declared = ctx.rule.fix
    if declared is None or not declared.builder:
        return None
    return ctx.fix(declared.builder, node, **dict(declared.arguments))
