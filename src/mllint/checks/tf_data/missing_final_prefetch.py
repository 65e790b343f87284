"""A tf.data pipeline that feeds a model and does not prepare the next batch meanwhile."""

import ast
from collections.abc import Iterator

from mllint.context import Context
from mllint.finding import Finding, FixPlan, Span
from mllint.semantics.tf_data.options import prefetch_injection_off
from mllint.semantics.tf_data.pipelines import (
    DATASET,
    Pipeline,
    autotune,
    ends_are_unbuffered_by_version,
    is_dataset,
    pipeline,
)
from mllint.semantics.tf_data.running_ahead import may_run_ahead
from mllint.semantics.tf_data.training import consumers

#: Steps that cost next to nothing: a prefetch before them does what one behind them would.
_CHEAP = frozenset({"enumerate", "repeat", "skip", "take", "with_options"})
_DEAR = frozenset({
    "batch", "bucket_by_sequence_length", "filter", "flat_map", "group_by_window", "interleave", "map",
    "padded_batch", "ragged_batch", "scan", "shuffle", "unbatch", "window",
})  # fmt: skip


def check(node: ast.Module, ctx: Context) -> Iterator[Finding]:
    """Speaks once per pipeline, where its last transformation is written."""
    reason = _reason(ctx)
    if not reason and not ctx.options["always"]:
        return
    told: set[ast.expr] = set()
    for consumer in consumers(ctx.module):
        data = pipeline(consumer.data, ctx.module)
        if (
            data is None
            or data.end in told
            or ctx.module.roles.in_test(data.end)
            or not _lacks_prefetch(data)
        ):
            continue
        if not isinstance(data.end, ast.Call):
            continue  # it comes from outside: what was done there is not known
        told.add(data.end)
        named = ctx.name_for("tensorflow", "tf")
        yield ctx.finding(
            _last_step(data.end, ctx),
            impact=None if reason else "low",
            fix=_plan(data, ctx),
            no_fix="" if named else "the name `tf` means something else in this file",
            consumer=consumer.by,
            reason=reason or "no `prefetch` is written",
            value=f"{named[0] if named else 'tf'}.{autotune(ctx.module)}",
        )


def _reason(ctx: Context) -> str:
    """Why TensorFlow does not prefetch by itself here, empty if it does."""
    if ends_are_unbuffered_by_version(ctx.module):
        return "the project's TensorFlow does not prefetch by itself"
    if switch := prefetch_injection_off(ctx.module):
        return f"`{switch}` takes away the prefetch that is the default"
    return ""


def _lacks_prefetch(data: Pipeline) -> bool:
    """Whether the last step that costs something is seen, and nothing behind it prefetches."""
    for step in data.steps:
        if step.name in _DEAR:
            return True
        if step.name not in _CHEAP:
            return False
    return False


def _last_step(end: ast.Call, ctx: Context) -> Span:
    """The last method with its arguments; chains run over many lines."""
    whole = ctx.source.span(end)
    if isinstance(end.func, ast.Attribute) and is_dataset(ctx.kind_of(end.func.value), ctx.module):
        return Span(ctx.source.span(end.func).end - len(end.func.attr), whole.end)
    return whole


def _plan(data: Pipeline, ctx: Context) -> FixPlan | None:
    named = ctx.name_for("tensorflow", "tf")
    if named is None:
        return None
    library, imports = named
    safe = may_run_ahead(data, ctx.module) and not _own_attributes_read(data.end, ctx)
    return ctx.fix(
        "wrap_text",
        data.end,
        safety="safe" if safe else None,
        imports=imports,
        after=f".prefetch({library}.{autotune(ctx.module)})",
    )


def _own_attributes_read(end: ast.expr, ctx: Context) -> bool:
    """Whether an attribute that is no method of data sets is read from the name of the pipeline.

    ``class_names`` and the like belong to one object; a further transformation makes another without them.
    """
    parent = ctx.tree.parents[end]
    if not isinstance(parent, ast.Assign) or not isinstance(parent.targets[0], ast.Name):
        return False
    definition = ctx.binding(parent.targets[0])
    uses = ctx.uses_of(definition) if definition is not None else None
    if uses is None:
        return True
    attributes = [ctx.tree.parents[use] for use in uses]
    return any(
        isinstance(place, ast.Attribute)
        and isinstance(place.ctx, ast.Load)
        and ctx.module.knowledge.method(DATASET, place.attr) is None
        and place.attr not in {"element_spec", "cardinality", "as_numpy_iterator", "reduce", "save"}
        for place in attributes
    )
