"""``executor.map`` in place of a loop that collects one result per item."""

import ast
import re
from collections.abc import Iterator

from mllint.finding import Edit, Span
from mllint.fixes.builders import replace_statements
from mllint.fixes.layout import indentation, indented, line_start, statement_lines
from mllint.fixes.refused import Refused
from mllint.fixes.syntax import node_at
from mllint.source import Source

#: A comma behind the last argument of a call, and what may stand before it.
_COMMA = re.compile(r"(?:[\s)]|#[^\r\n]*)*,")


def build(
    source: Source,
    spans: tuple[Span, ...],
    *,
    target: str,
    executor: str,
    iterable: str,
    function: str,
    parameter: str = "",
    appended: Span | None = None,
) -> tuple[Edit, ...]:
    """Puts ``target`` + ``list(executor.map(function, iterable))`` in place of the statements.

    ``function`` is any expression. With ``appended``, the statements are the one that made the list and the
    loop: the loop then becomes a function of that name and ``parameter``, with its body's lines as they are
    and a ``return`` in place of the ``appended`` statement.
    """
    text = (
        f"with ThreadPoolExecutor() as {executor}:\n    {target}list({executor}.map({function}, {iterable}))"
    )
    if appended is None:
        return replace_statements.build(source, spans, text=text)
    made, loop = spans
    statement_lines(source, Span(made.start, loop.end))
    lines = [source.newline + line for line in ("", *indented(text, indentation(source, loop.start)))]
    end = statement_lines(source, loop).end
    return (
        _without_line(source, made),
        Edit(_head(source, loop), f"def {function}({parameter}):"),
        *_returned(source, appended),
        Edit(Span(end, end), "".join(lines)),
    )


def _without_line(source: Source, made: Span) -> Edit:
    """Takes the statement out; a comment beside it stays, on a line of its own."""
    lines = statement_lines(source, made)
    comment = source.text[made.end : lines.end].strip()
    if comment:
        return Edit(Span(made.start, lines.end), comment)
    following = source.line_starts[source.line_number(lines.end)]
    return Edit(Span(lines.start, following), "")


def _head(source: Source, span: Span) -> Span:
    """The head of a loop, from ``for`` to its colon."""
    loop, _ = node_at(source, span)
    if not isinstance(loop, ast.For):
        raise Refused("internal error: there is no loop at this place")
    first = source.line_number(source.span(loop.iter).end)
    colon = source.text.index(":", source.span(loop.iter).end)
    if source.line_number(colon) != first or line_start(source, span.start) != line_start(source, colon):
        raise Refused("the head of the loop runs over several lines")
    return Span(span.start, colon + 1)


def _returned(source: Source, span: Span) -> Iterator[Edit]:
    """``return result`` in place of ``place.append(result)``, with parentheses where it runs over lines."""
    statement, _ = node_at(source, span)
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        raise Refused("internal error: nothing is appended at this place")
    call = statement.value
    result = source.span(call.args[0])
    opening = source.text.index("(", source.span(call.func).end)
    is_one_line = source.line_number(opening) == source.line_number(span.end)
    yield Edit(Span(span.start, opening + is_one_line), "return ")
    if comma := _COMMA.match(source.text, result.end, span.end):
        # Left alone, it would make a tuple of the result.
        yield Edit(Span(comma.end() - 1, comma.end()), "")
    if is_one_line:
        yield Edit(Span(span.end - 1, span.end), "")
