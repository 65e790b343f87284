"""The value of a keyword argument, given or not."""

import ast

from mllint.finding import Edit, Span
from mllint.fixes.builders import add_keyword
from mllint.fixes.layout import in_newline_style
from mllint.fixes.syntax import expression_at
from mllint.source import Source


def build(source: Source, spans: tuple[Span, ...], *, keyword: str, value: str) -> tuple[Edit, ...]:
    """Replaces the value of ``keyword`` in the call, or adds the argument where it is not there."""
    (span,) = spans
    call, _ = expression_at(source, span)
    for item in call.keywords if isinstance(call, ast.Call) else ():
        if item.arg == keyword:
            return (Edit(source.span(item.value), in_newline_style(source, value)),)
    return add_keyword.build(source, spans, keyword=keyword, value=value)
