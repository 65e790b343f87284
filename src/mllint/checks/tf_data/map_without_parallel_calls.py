"""A map of a tf.data pipeline that runs one element after the other."""

import ast
from collections.abc import Iterator

from mllint.context import Context
from mllint.finding import Finding, FixPlan, Span
from mllint.semantics.tf_data.mapped_functions import behaviour
from mllint.semantics.tf_data.options import map_parallelization_off
from mllint.semantics.tf_data.pipelines import Pipeline, autotune, maps_are_serial_by_version, pipeline
from mllint.semantics.tf_data.running_ahead import may_run_ahead
from mllint.semantics.tree import argument, is_open_call


def check(node: ast.Call, ctx: Context) -> Iterator[Finding]:
    """Speaks where TensorFlow would not add parallel calls by itself; with ``always``, at any map without them."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "map" or is_open_call(node):
        return
    if argument(node, keyword="num_parallel_calls", position=1) is not None or ctx.module.roles.in_test(node):
        return
    data = pipeline(node, ctx.module)
    if data is None:
        return
    reason = _reason(data, ctx)
    if not reason and not ctx.options["always"]:
        return
    span = ctx.source.span(node)
    named = ctx.name_for("tensorflow", "tf")
    yield ctx.finding(
        Span(ctx.source.span(node.func).end - len("map"), span.end),
        impact=None if reason else "low",
        fix=_plan(node, data, ctx),
        no_fix="" if named else "the name `tf` means something else in this file",
        reason=reason or "`num_parallel_calls` is not given",
        value=f"{named[0] if named else 'tf'}.{autotune(ctx.module)}",
    )


def _reason(data: Pipeline, ctx: Context) -> str:
    """Why this map is not made parallel by TensorFlow itself, empty if it may be."""
    if maps_are_serial_by_version(ctx.module):
        return "the project's TensorFlow adds no parallel calls by itself"
    if switch := map_parallelization_off(ctx.module):
        return f"`{switch}` takes away the parallel calls that are the default"
    does = behaviour(data.function(data.steps[0]), ctx.module)
    if does.state in {"stateful", "python"}:
        return f"{does.evidence}, and TensorFlow adds parallel calls only where there is no state"
    return ""


def _plan(node: ast.Call, data: Pipeline, ctx: Context) -> FixPlan | None:
    named = ctx.name_for("tensorflow", "tf")
    if named is None:
        return None
    library, imports = named
    return ctx.fix(
        "add_keyword",
        node,
        safety="safe" if may_run_ahead(data, ctx.module) else None,
        imports=imports,
        keyword="num_parallel_calls",
        value=f"{library}.{autotune(ctx.module)}",
    )
