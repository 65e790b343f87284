"""The edits that take suppressions out of a text."""

from collections.abc import Mapping

from mllint.finding import Edit, Span
from mllint.source import Source
from mllint.suppression.directives import Directive


def removal(source: Source, selectors: Mapping[Directive, frozenset[int] | None]) -> tuple[Edit, ...]:
    """Edits that remove entries, by index, from directives of one comment; None removes the whole directive.

    A directive that loses all its entries goes too, and a comment that would be empty, with the spaces
    before it; where it stands alone its line goes. The edits are in order and do not overlap.
    """
    edits: list[Edit] = []
    whole: list[Span] = []
    for directive, indices in sorted(selectors.items(), key=lambda item: item[0].span):
        if indices is None or directive.entries is None or len(indices) == len(directive.entries):
            whole.append(directive.span)
        else:
            edits += _without_entries(directive, indices)
    if not whole:
        return tuple(edits)
    comment = next(iter(selectors)).comment
    if not edits and not _left(source, comment, whole):
        return (Edit(_comment_with_spaces(source, next(iter(selectors))), ""),)
    end = comment.start
    for span in whole:
        cut = _remark_with_spaces(source, comment, span)
        edits.append(Edit(Span(max(cut.start, end), cut.end), ""))
        end = cut.end
    return tuple(sorted(edits))


def _left(source: Source, comment: Span, removed: list[Span]) -> str:
    """What the comment would still say."""
    pieces = []
    position = comment.start
    for span in removed:
        pieces.append(source.text[position : span.start])
        position = span.end
    pieces.append(source.text[position : comment.end])
    return "".join(pieces).strip()


def _comment_with_spaces(source: Source, directive: Directive) -> Span:
    if directive.alone:
        return source.line_span(directive.line, directive.line)
    line_start = source.line_starts[directive.line - 1]
    code = source.text[line_start : directive.comment.start].rstrip()
    return Span(line_start + len(code), directive.comment.end)


def _remark_with_spaces(source: Source, comment: Span, remark: Span) -> Span:
    before = source.text[comment.start : remark.start]
    if before.strip():
        return Span(comment.start + len(before.rstrip()), remark.end)
    after = source.text[remark.end : comment.end]
    return Span(remark.start, remark.end + len(after) - len(after.lstrip()))


def _without_entries(directive: Directive, indices: frozenset[int]) -> list[Edit]:
    """Each run of removed entries goes with the commas behind it, or before it at the end of the list."""
    entries = directive.entries or ()
    edits: list[Edit] = []
    index = 0
    while index < len(entries):
        if index not in indices:
            index += 1
            continue
        first = index
        while index < len(entries) and index in indices:
            index += 1
        if index < len(entries):
            edits.append(Edit(Span(entries[first].span.start, entries[index].span.start), ""))
        else:
            edits.append(Edit(Span(entries[first - 1].span.end, entries[-1].span.end), ""))
    return edits
