"""A DataLoader without workers over a data set whose items are seen to cost something."""

import ast
from collections.abc import Iterator

from mllint.context import Context
from mllint.finding import Finding
from mllint.semantics.item_cost import item_cost
from mllint.semantics.tree import argument, is_open_call

_LOADER = "torch.utils.data.DataLoader"


def check(node: ast.Call, ctx: Context) -> Iterator[Finding]:
    """Speaks of calls that say nothing of ``num_workers``; the sixth positional argument is one, too."""
    if argument(node, keyword="num_workers", position=5) is not None or is_open_call(node):
        return
    if ctx.qualified_name(node.func) != _LOADER:
        return
    dataset = argument(node, keyword="dataset", position=0)
    cost = item_cost(ctx.kind_of(dataset) if dataset else None, ctx.module.classes, ctx.module.knowledge)
    if cost.in_memory or not (cost.evidence or ctx.options["min-item-cost"] == "any"):
        return
    evidence = cost.evidence or "nothing says that its items lie in memory"
    if cost.iterable:
        yield ctx.finding(
            node,
            evidence=evidence,
            no_fix="workers duplicate the items of an IterableDataset that does not shard itself",
        )
        return
    named = ctx.name_for("os")
    if named is None:
        yield ctx.finding(node, evidence=evidence, no_fix="the name `os` means something else in this file")
        return
    module, imports = named
    plan = ctx.fix(
        "add_keyword",
        node,
        keyword="num_workers",
        value=f"min(4, {module}.cpu_count() or 1)",
        imports=imports,
    )
    yield ctx.finding(node, evidence=evidence, fix=plan)
