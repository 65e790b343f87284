"""A new keyword argument in a call, laid out as the others are."""

import ast
import re

from mllint.finding import Edit, Span
from mllint.fixes.layout import in_newline_style, indentation, line_start
from mllint.fixes.refused import Refused
from mllint.fixes.syntax import expression_at, is_only_argument
from mllint.source import Source

#: What can stand between two arguments, and between them and the parentheses of the call.
_GAP = re.compile(r"#[^\r\n]*|\s+|\\|[(),]")
_COMMENT_TO_LINE_END = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?=[\r\n])")


def build(source: Source, spans: tuple[Span, ...], *, keyword: str, value: str) -> tuple[Edit, ...]:
    """Adds ``keyword=value`` behind the last argument, before a ``**mapping`` that ends the call.

    On a line of its own where the last argument has one; comments stay beside their arguments. Refuses a
    call that has the keyword.
    """
    (span,) = spans
    call, _ = expression_at(source, span)
    if not isinstance(call, ast.Call) or not source.slice(span).endswith(")"):
        raise Refused("not a call")
    if any(item.arg == keyword for item in call.keywords):
        raise Refused(f"the call has `{keyword}` already")
    text = f"{keyword}={in_newline_style(source, value)}"
    arguments: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    arguments.sort(key=source.span)
    unpacked = [item for item in call.keywords if item.arg is None]
    if unpacked and arguments[-1] is unpacked[-1]:
        return (_before_mapping(source, call, arguments, text),)
    if not arguments:
        start = _separator(source, call, span.end - 1) + 1
        return (Edit(Span(start, start), text),)
    last = arguments[-1]
    if is_only_argument(source, last, call):
        return _after_generator(source, call, last, text)
    return _after_last(source, call, last, text)


def _before_mapping(
    source: Source, call: ast.Call, arguments: list[ast.expr | ast.keyword], text: str
) -> Edit:
    mappings = []
    while arguments and isinstance(item := arguments.pop(), ast.keyword) and item.arg is None:
        mappings.append(item)
    start = source.span(mappings[-1]).start
    own_line = _line_of_its_own(source, call, start)
    gap = source.newline + own_line if own_line is not None else " "
    return Edit(Span(start, start), f"{text},{gap}")


def _after_generator(
    source: Source, call: ast.Call, generator: ast.expr | ast.keyword, text: str
) -> tuple[Edit, ...]:
    assert isinstance(generator, ast.GeneratorExp)
    span = source.span(generator)
    clause = generator.generators[-1]
    inner = source.span(clause.ifs[-1] if clause.ifs else clause.iter).end
    end, _ = _gap(source, inner, span.end - 1)
    opening = span.start + 1
    return (Edit(Span(opening, opening), "("), Edit(Span(end, end), f"), {text}"))


def _after_last(source: Source, call: ast.Call, last: ast.expr | ast.keyword, text: str) -> tuple[Edit, ...]:
    span = source.span(last)
    closing = source.span(call).end - 1
    end, comma = _gap(source, span.end, closing)
    own_line = _line_of_its_own(source, call, span.start)
    if own_line is None:
        return (Edit(Span(end, end), f" {text}," if comma else f", {text}"),)
    new_line = f"{source.newline}{own_line}{text}"
    # A comment behind the last argument belongs to it: the new line comes after that.
    rest = _COMMENT_TO_LINE_END.match(source.text, end, closing)
    below = rest.end() if rest else end
    if comma:
        return (Edit(Span(below, below), f"{new_line},"),)
    return (Edit(Span(end, end), ","), Edit(Span(below, below), new_line))


def _gap(source: Source, start: int, closing: int) -> tuple[int, bool]:
    """Where the last parenthesis or comma before ``closing`` ends, and whether it is a comma."""
    marks = _marks(source, start, closing)
    return (marks[-1] + 1, source.text[marks[-1]] == ",") if marks else (start, False)


def _marks(source: Source, start: int, end: int) -> list[int]:
    """Where parentheses and commas stand between two arguments; those in comments do not count."""
    return [
        match.start() for match in _GAP.finditer(source.text, start, end) if match.group() in {"(", ")", ","}
    ]


def _separator(source: Source, call: ast.Call, start: int) -> int:
    """Where the comma before an argument stands, or the call's opening parenthesis."""
    arguments: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    ends = [end for end in (source.span(item).end for item in arguments) if end <= start]
    sign, begin = (",", max(ends)) if ends else ("(", source.span(call.func).end)
    return next(mark for mark in _marks(source, begin, start) if source.text[mark] == sign)


def _line_of_its_own(source: Source, call: ast.Call, start: int) -> str | None:
    """The indentation of an argument that is the first thing on its line, None if it is not."""
    separator = _separator(source, call, start)
    # An argument in parentheses starts with these.
    start = min([start, *_marks(source, separator + 1, start)])
    first = line_start(source, start)
    if first <= separator or source.text[first:start].strip():
        return None
    return indentation(source, start)
