"""Edits that the check itself has decided."""

from mllint.finding import Edit, Span
from mllint.source import Source


def build(
    source: Source, spans: tuple[Span, ...], *, edits: tuple[tuple[int, int, str], ...]
) -> tuple[Edit, ...]:
    """The edits as they are: start, end (offsets in the whole text) and new text of each."""
    return tuple(Edit(Span(start, end), text) for start, end, text in edits)
