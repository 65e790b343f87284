"""Loops that open and decode one image after another, and keep the results."""

import ast
from collections.abc import Iterator

from mllint.context import Context
from mllint.finding import Finding, FixPlan, Import
from mllint.semantics.callbacks import has_user_interface, is_handed_over
from mllint.semantics.images.thread_mapping import Objection, ThreadMapping, plan
from mllint.semantics.images.values import ImageValues
from mllint.semantics.new_text import one_line, unused_name

#: As many images as one looks at; loading them is over before anyone minds.
_FEW = 32


def check(node: ast.For | ast.ListComp, ctx: Context) -> Iterator[Finding]:
    """Speaks at the call that opens the image; the loop must be the innermost one around it."""
    names = ctx.module.names
    iterable = node.iter if isinstance(node, ast.For) else node.generators[0].iter
    if ctx.module.roles.is_small(iterable) or _is_short_slice(iterable, ctx):
        return
    values = ImageValues(names, ctx.module.knowledge)
    if isinstance(node, ast.For):
        values.block(node.body)
        is_kept = bool(values.stored)
    else:
        is_kept = len(node.generators) == 1 and values.value(node.elt) == "decoded"
    readers = [reader for reader in values.readers if _loop_of(reader, ctx) is node]
    if not readers or not is_kept or values.other_work or not _depends_on_item(readers[0], node):
        return
    if _runs_elsewhere(node, ctx):
        return
    reader = readers[0]
    text = ast.unparse(reader.func)
    mapping = plan(node, values.stored, ctx.module)
    if isinstance(mapping, Objection):
        yield ctx.finding(reader, reader=text, no_fix=str(mapping))
    else:
        yield ctx.finding(reader, reader=text, fix=_fix(mapping, ctx))


def _fix(mapping: ThreadMapping, ctx: Context) -> FixPlan:
    loop = mapping.statements[-1]
    is_at_module_level = isinstance(ctx.module.names.enclosing_scope(loop), ast.Module)
    # A loop leaves its variables behind, where another module may read them.
    leaves_names = is_at_module_level and isinstance(loop, ast.For)
    place = "return " if mapping.place is None else f"{one_line(ctx.source, mapping.place)} = "
    appended = mapping.appended
    function = _function(mapping, ctx) if appended is None else unused_name("load_image", ctx.source.text)
    return ctx.fix(
        "thread_map",
        *mapping.statements,
        safety="unsafe" if leaves_names else "safe",
        equivalence="named-delta" if leaves_names else "exact",
        deltas=("module-names",) if leaves_names else (),
        imports=[Import("concurrent.futures", "ThreadPoolExecutor")],
        target=place,
        executor=unused_name("executor", ctx.source.text),
        iterable=one_line(ctx.source, mapping.iterable),
        function=function,
        parameter=mapping.parameter,
        appended=None if appended is None else ctx.source.span(appended),
    )


def _function(mapping: ThreadMapping, ctx: Context) -> str:
    match mapping.result:
        case ast.Call(func=ast.Name() as function, args=[ast.Name(id=name)], keywords=[]) if (
            name == mapping.parameter
        ):
            return one_line(ctx.source, function)
    return f"lambda {mapping.parameter}: {one_line(ctx.source, mapping.result)}"


def _is_short_slice(iterable: ast.expr, ctx: Context) -> bool:
    """Whether only the first few items are gone through: ``paths[:9]``."""
    match iterable:
        case ast.Call(func=ast.Name(id="enumerate" | "tqdm" | "zip"), args=[first, *_]):
            return _is_short_slice(first, ctx)
        case ast.Subscript(slice=ast.Slice(lower=None, upper=ast.expr() as upper)):
            count = ctx.constant(upper)
            return type(count) is int and 0 <= count <= _FEW
    return False


def _loop_of(node: ast.AST, ctx: Context) -> ast.AST | None:
    for parent, child in ctx.tree.ancestors(node):
        if isinstance(parent, ast.For | ast.AsyncFor | ast.While):
            if child in parent.body:
                return parent
        elif isinstance(parent, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            if child is not parent.generators[0]:
                return parent
        elif isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            return None
    return None


def _depends_on_item(reader: ast.Call, node: ast.For | ast.ListComp) -> bool:
    """Whether each round opens another file."""
    target = node.target if isinstance(node, ast.For) else node.generators[0].target
    body: list[ast.AST] = list(node.body) if isinstance(node, ast.For) else []
    own = {
        item.id
        for root in (target, *body)
        for item in ast.walk(root)
        if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store)
    }
    return any(isinstance(item, ast.Name) and item.id in own for item in ast.walk(reader))


def _runs_elsewhere(node: ast.AST, ctx: Context) -> bool:
    """Whether the code is a test, reacts to people, serves items of a data set, or already runs in a pool."""
    if has_user_interface(ctx.module.names) or ctx.module.roles.in_test(node) or ctx.in_item_access(node):
        return True
    function = ctx.module.roles.function(node)
    if function is None:
        return False
    if isinstance(function, ast.AsyncFunctionDef) or "collate" in function.name:
        return True
    return function.name == "__getitem__" or is_handed_over(function, ctx.module.names)
