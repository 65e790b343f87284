"""Whole statements before and after a statement."""

from mllint.finding import Edit, Span
from mllint.fixes.layout import indentation, indented, statement_lines
from mllint.fixes.syntax import with_decorators
from mllint.source import Source


def build(
    source: Source,
    spans: tuple[Span, ...],
    *,
    before: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
) -> tuple[Edit, ...]:
    """Inserts statements on lines of their own, indented as the given one, decorators and all.

    Each text is a statement, its own lines separated by ``\\n`` and indented relative to it; none of its
    lines may start inside a string. Refuses a statement that shares its line, and an ``elif``.
    """
    (span,) = spans
    lines = statement_lines(source, with_decorators(source, span))
    head = indentation(source, lines.start)
    edits = []
    if before:
        text = "".join(line + source.newline for line in _lines(before, head))
        edits.append(Edit(Span(lines.start, lines.start), text))
    if after:
        # At the end of the last line, not the start of the next: the file may end here.
        text = "".join(source.newline + line for line in _lines(after, head))
        edits.append(Edit(Span(lines.end, lines.end), text))
    return tuple(edits)


def _lines(statements: tuple[str, ...], head: str) -> list[str]:
    return [line for text in statements for line in indented(text, head)]
