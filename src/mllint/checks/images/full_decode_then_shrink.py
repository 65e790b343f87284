"""Photographs decoded at full size, to be shrunk right after."""

import ast
import re
from collections.abc import Iterator

from mllint.context import Context
from mllint.finding import Finding, FixPlan
from mllint.semantics.new_text import one_line
from mllint.semantics.path_texts import path_texts
from mllint.semantics.per_item import runs_per_item
from mllint.semantics.shrunk_image import Origin, origin
from mllint.semantics.tree import argument, is_open_call

_LARGEST = 512
_JPEG = re.compile(r"\.?jp(e?g|e)$|\*\.jp")
_OTHER = re.compile(r"\.(png|bmp|gif|tiff?|webp|ppm|pgm|npy|jp2|ico|tga|avif)$|^(png|bmp|gif|tiff?|webp)$")


def check(node: ast.Call, ctx: Context) -> Iterator[Finding]:
    """Speaks at ``resize`` with a small literal size, on an image opened just before, in code run per item."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "resize" or is_open_call(node):
        return
    size = argument(node, keyword="size", position=0)
    target = ctx.constant(size)
    if size is None or not _is_small(target):
        return
    if any(item.arg in {"reducing_gap", "box"} for item in node.keywords) or len(node.args) > 2:
        return
    found = origin(node, ctx.module)
    if found is None or not found.opened.args or ctx.module.roles.in_test(node):
        return
    if argument(found.opened, keyword="formats", position=2) is not None:
        return
    texts = list(path_texts(found.opened.args[0], ctx.module))
    is_jpeg = any(_JPEG.search(text) for text in texts)
    if (not is_jpeg and any(_OTHER.search(text) for text in texts)) or not runs_per_item(
        found.opened, ctx.module
    ):
        return
    width, height = target
    plan = _plan(node, found, size, target, ctx)
    fields = {"width": width, "height": height}
    confidence = "high" if is_jpeg else ctx.rule.confidence
    if isinstance(plan, str):
        yield ctx.finding(node, no_fix=plan, confidence=confidence, **fields)
    else:
        yield ctx.finding(node, fix=plan, confidence=confidence, **fields)


def _is_small(target: object) -> bool:
    return (
        isinstance(target, tuple)
        and len(target) == 2
        and all(type(side) is int and 0 < side <= _LARGEST for side in target)
    )


def _plan(
    node: ast.Call, found: Origin, size: ast.expr, target: tuple[int, int], ctx: Context
) -> FixPlan | str:
    """The fix, or why there is none."""
    if found.reads_size:
        return "the code asks for the size of the whole picture, and draft mode changes it"
    if len({ctx.constant(argument(item, keyword="size", position=0)) for item in found.resizes}) > 1:
        return "the picture is shrunk to several sizes"
    wanted = _size_text(size, target, ctx)
    holder = found.holder
    if holder is None:
        return _of_chain(node, found, wanted, ctx)
    draft = f'{found.name}.draft("RGB", {wanted})'
    if isinstance(holder, ast.With):
        if holder.body[0].lineno == holder.lineno or not _is_alone(holder.body[0], ctx):
            return "the statement shares its line with other code"
        return ctx.fix("insert_statement", holder.body[0], before=(draft,))
    if not isinstance(holder, ast.Assign) or holder.value is not found.opened or len(holder.targets) != 1:
        return "the picture is converted in the expression that opens it"
    if not _is_alone(holder, ctx):
        return "the statement shares its line with other code"
    return ctx.fix("insert_statement", holder, after=(draft,))


def _of_chain(node: ast.Call, found: Origin, size: str, ctx: Context) -> FixPlan | str:
    """``x = Image.open(p).convert("RGB").resize(size)``: opened, drafted, then the rest of the chain."""
    statement = ctx.tree.parents[node]
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) if _is_alone(statement, ctx):
            pass
        case _:
            return "the picture is opened and shrunk within a larger expression"
    if any(isinstance(item, ast.Constant) and item.end_lineno != item.lineno for item in ast.walk(node)):
        return "a string runs over several lines"
    whole, opened = one_line(ctx.source, node), one_line(ctx.source, found.opened)
    if not whole.startswith(opened):
        return "the picture is opened and shrunk within a larger expression"
    if any(isinstance(item, ast.Name) and item.id == name for item in _behind(node, found.opened)):
        return f"`{name}` is used in the expression"
    text = f'{name} = {opened}\n{name}.draft("RGB", {size})\n{name} = {name}{whole.removeprefix(opened)}'
    return ctx.fix("replace_statements", statement, text=text)


def _behind(node: ast.Call, opened: ast.Call) -> Iterator[ast.AST]:
    """What the chain evaluates after the image was opened."""
    inner = set(ast.walk(opened))
    return (item for item in ast.walk(node) if item not in inner)


def _size_text(size: ast.expr, target: tuple[int, int], ctx: Context) -> str:
    """The size as the user wrote it, if that means the same where the image is opened."""
    names = [item for item in ast.walk(size) if isinstance(item, ast.Name)]
    outer = ctx.module.names.scope(ctx.tree.module)
    is_inside = ctx.module.names.enclosing_scope(size) is not ctx.tree.module
    if not names or (
        is_inside and all((d := ctx.definition_of(n)) and d in outer.definitions.get(n.id, ()) for n in names)
    ):
        if isinstance(size, ast.Tuple | ast.Name) and size.end_lineno == size.lineno:
            return one_line(ctx.source, size)
    return str(target)


def _is_alone(statement: ast.stmt, ctx: Context) -> bool:
    """Whether a statement has its lines for itself."""
    source, span = ctx.source, ctx.source.span(statement)
    first, last = source.line_number(span.start), source.line_number(span.end)
    before = source.text[source.line_starts[first - 1] : span.start]
    after = source.text[span.end : source.line_starts[last - 1] + len(source.line(last))].strip()
    above = source.line(first - 1) if first > 1 else ""
    return not before.strip() and not above.endswith("\\") and (not after or after.startswith("#"))
