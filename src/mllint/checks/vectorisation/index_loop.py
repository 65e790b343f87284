"""A Python loop that computes an array element by element."""

import ast
from collections.abc import Iterator

from mllint.context import Context
from mllint.finding import Finding
from mllint.semantics.loops.independence import Refusal, analyse

#: Reasons that are shown of a fix that is not safe.
_NOTES = 3


def check(node: ast.For, ctx: Context) -> Iterator[Finding]:
    """Speaks where the operands are known to be arrays; the fix is safe where the results are the same bits."""
    if ctx.is_small(node.iter) or ctx.is_compiled(node):
        return
    numpy = ctx.name_for("numpy", "np")
    name, imports = numpy or ("np", ())
    result = analyse(node, ctx.module, name)
    if result is None:
        return
    header = ctx.header_of(node)
    if isinstance(result, Refusal):
        yield ctx.finding(header, target=result.target, no_fix=result.reason)
        return
    if f"{name}." in result.text and numpy is None:
        yield ctx.finding(
            header, target=result.target, no_fix="the name `np` means something else in this file"
        )
        return
    plan = ctx.fix(
        "replace_statements",
        *result.statements,
        safety="unsafe" if result.doubts else "safe",
        text=result.text,
        imports=imports if f"{name}." in result.text else (),
    )
    yield ctx.finding(header, target=result.target, fix=plan, notes=_notes(result.doubts))


def _notes(doubts: tuple[str, ...]) -> list[str]:
    """Why the fix is unsafe, in a few lines."""
    shown = [f"unsafe because {doubt}" for doubt in doubts[:_NOTES]]
    more = len(doubts) - _NOTES
    return [*shown, f"and for {more} more reason{'s' * (more > 1)} of this kind"] if more > 0 else shown
