"""Lines, indentation and newlines around an edit."""

import re

from mllint.finding import Edit, Span
from mllint.fixes.refused import Refused
from mllint.source import Source

_ELIF = re.compile(r"elif\b")
_BLANK_OR_COMMENT = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?")
_BLANKS = " \t\f"


def in_newline_style(source: Source, text: str) -> str:
    """A text written with ``\\n``, with the file's line ending."""
    return text if source.newline == "\n" else text.replace("\n", source.newline)


def indentation(source: Source, offset: int) -> str:
    """The blanks that start the line of ``offset``."""
    line = source.line(source.line_number(offset))
    return line[: len(line) - len(line.lstrip(_BLANKS))]


def indented(text: str, head: str) -> list[str]:
    """The lines of a text (``\\n`` ends each), indented by ``head``, with tabs if that has tabs."""
    lines = text.split("\n")
    if head.endswith("\t"):
        lines = [_with_tabs(line) for line in lines]
    return [head + line if line else line for line in lines]


def _with_tabs(line: str) -> str:
    code = line.lstrip(" ")
    levels, rest = divmod(len(line) - len(code), 4)
    return "\t" * levels + " " * rest + code


def line_start(source: Source, offset: int) -> int:
    """Where the line of ``offset`` starts."""
    return source.line_starts[source.line_number(offset) - 1]


def line_end(source: Source, offset: int) -> int:
    """Where the line of ``offset`` ends, before its line ending."""
    number = source.line_number(offset)
    return source.line_starts[number - 1] + len(source.line(number))


def statement_lines(source: Source, span: Span) -> Span:
    """The whole physical lines of a run of statements, without the last line ending.

    Raises :class:`Refused` where these lines hold anything but the statements and a comment.
    """
    if _ELIF.match(source.text, span.start):
        raise Refused("an `elif` is edited through the whole `if` statement only")
    lines = Span(line_start(source, span.start), line_end(source, span.end))
    if source.text[lines.start : span.start].strip(_BLANKS):
        raise Refused("the statement shares its line with other code")
    if not _BLANK_OR_COMMENT.fullmatch(source.text, span.end, lines.end):
        raise Refused("the statement shares its line with other code")
    first = source.line_number(span.start)
    if first > 1:
        above = source.line(first - 1)
        if above.endswith("\\") and not above.lstrip(_BLANKS).startswith("#"):
            raise Refused("the statement continues a line that ends in a backslash")
    return lines


def kept_apart(source: Source, span: Span, before: str, after: str) -> tuple[str, str]:
    """Two texts that will stand at the ends of ``span``, with a blank where words would grow together."""
    text = source.text
    if span.start and _is_word(text[span.start - 1]) and _is_word(before[:1]):
        before = f" {before}"
    if _is_word(after[-1:]) and _is_word(text[span.end : span.end + 1]):
        after = f"{after} "
    return before, after


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def minimal(source: Source, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The same edits in the order of places, each without what it leaves as it is.

    Edits that touch become one, so that none of the result overlaps another. Raises :class:`Refused` where
    two edits overlap or one lies outside the text.
    """
    ordered: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: edit.span):
        if not 0 <= edit.span.start <= edit.span.end <= len(source.text):
            raise Refused("internal error: an edit lies outside the text")
        if ordered and edit.span.start < ordered[-1].span.end:
            raise Refused("internal error: two edits of one fix overlap")
        ordered.append(edit)
    joined: list[Edit] = []
    for edit in ordered:
        edit = _trimmed(source, edit)
        if edit.span.start == edit.span.end and not edit.text:
            continue
        if joined and joined[-1].span.overlaps(edit.span):
            last = joined.pop()
            edit = Edit(Span(last.span.start, edit.span.end), last.text + edit.text)
        joined.append(edit)
    return tuple(joined)


def _trimmed(source: Source, edit: Edit) -> Edit:
    old, new = source.slice(edit.span), edit.text
    shortest = min(len(old), len(new))
    head = next((index for index in range(shortest) if old[index] != new[index]), shortest)
    rest = shortest - head
    tail = next((index for index in range(rest) if old[-1 - index] != new[-1 - index]), rest)
    return Edit(Span(edit.span.start + head, edit.span.end - tail), new[head : len(new) - tail])
