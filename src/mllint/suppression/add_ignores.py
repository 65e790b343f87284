"""Writes suppressions into a text: one comment for each line that has findings."""

import ast
from collections.abc import Iterable

from mllint.finding import Finding, Span
from mllint.source import Source
from mllint.suppression.directives import Directive, parse
from mllint.suppression.logical_lines import Lines, LogicalLines


def add_ignores(
    source: Source, tree: ast.Module | None, findings: Iterable[Finding], reason: str
) -> list[tuple[Span, str]]:
    """Edits, in order and without overlap, after which the findings are silenced and no others are.

    ``# mllint: ignore[CODE, …] reason`` goes to the end of the last physical line of each finding's logical
    line, or its codes into such a comment that is there already. At the head of a function or class, where
    it would silence the whole body, the head is put between ``disable`` and ``enable`` instead. Findings
    of one rule on one logical line cannot be told apart.

    Not for notebooks, whose text is made of cells.
    """
    logical = LogicalLines(source, tree)
    codes_by_line: dict[Lines, set[str]] = {}
    for finding in findings:
        lines = logical.around(source.line_number(finding.span.start))
        codes_by_line.setdefault(lines, set()).add(finding.code)
    existing = {
        directive.line: directive
        for directive in parse(source, noqa=False).items
        if directive.verb == "ignore" and directive.entries is not None and not directive.alone
    }
    words = " ".join(reason.split())
    inserted: dict[Span, str] = {}
    for lines, codes in sorted(codes_by_line.items(), key=lambda item: item[0].first):
        for span, text in _edits(source, logical, lines, sorted(codes), words, existing.get(lines.last)):
            # An `enable` and the next `disable` may meet: in this order.
            inserted[span] = inserted.get(span, "") + text
    return sorted(inserted.items())


def _edits(
    source: Source,
    logical: LogicalLines,
    lines: Lines,
    codes: list[str],
    reason: str,
    there: Directive | None,
) -> list[tuple[Span, str]]:
    listed = f"[{', '.join(codes)}]{' ' if reason else ''}{reason}"
    heads_block = any(
        block.last > lines.last or block.first < lines.first
        for line in (lines.first, lines.last)
        for block in logical.blocks_headed_by(line)
    )
    if heads_block:
        return [
            _line_before(source, lines.first, lines.first, f"# mllint: disable{listed}"),
            _line_before(source, lines.last + 1, lines.first, f"# mllint: enable[{', '.join(codes)}]"),
        ]
    if there is not None and there.entries:
        known = {entry.selector.upper() for entry in there.entries}
        end = there.entries[-1].span.end
        return [(Span(end, end), "".join(f", {code}" for code in codes if code not in known))]
    comment = f"# mllint: ignore{listed}"
    text = source.line(lines.last)
    if text.endswith("\\"):  # only in a text that is no Python
        return [_line_before(source, lines.first, lines.first, comment)]
    start = source.line_starts[lines.last - 1]
    return [(Span(start + len(text.rstrip()), start + len(text)), f"  {comment}")]


def _line_before(source: Source, line: int, like: int, comment: str) -> tuple[Span, str]:
    """A line of its own before ``line``, indented as the line ``like`` is."""
    model = source.line(like)
    indent = model[: len(model) - len(model.lstrip())]
    start = source.line_starts[line - 1]
    return Span(start, start), f"{indent}{comment}{source.newline}"
