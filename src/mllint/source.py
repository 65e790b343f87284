"""Source text and positions: the only place that knows how lines, columns and offsets relate.

``ast`` counts columns in UTF-8 bytes, libcst and people count code points, editors count UTF-16 units.
Inside mllint a place is an offset in code points; this module converts once, at the border.
"""

import codecs
import io
import re
import tokenize
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from mllint.finding import Span

if TYPE_CHECKING:
    import ast

_NEWLINE = re.compile(r"\r\n|\n|\r")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_BYTE_NEWLINE = re.compile(rb"\r\n|\n|\r")


class SourceError(Exception):
    """A file that cannot be turned into text; ``str()`` is a message for people, ``line`` is 1-based."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class Position(NamedTuple):
    """A place as people see it: 1-based line, and 1-based column in code points.

    In a notebook ``cell`` is the 1-based index among all cells and the line counts from the cell's start.
    """

    line: int
    column: int
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell of a notebook inside the joined text: lines ``first_line .. first_line + lines - 1``."""

    index: int
    first_line: int
    lines: int


@dataclass(frozen=True)
class Source:
    """A decoded text with its line table.

    ``path`` is shown to people and never opened. ``bom`` and ``encoding`` say how the bytes on disk were
    decoded, so that :meth:`encode` gives them back. ``cells`` is set for notebooks: the text is then all
    code cells joined, with magics masked.
    """

    text: str
    path: str = "<text>"
    encoding: str = "utf-8"
    bom: bool = False
    cells: tuple[Cell, ...] | None = None

    @classmethod
    def from_bytes(cls, data: bytes, path: str = "<text>") -> "Source":
        """Decode as Python does: a UTF-8 BOM, else a coding line, else UTF-8.

        Raises :class:`SourceError` with the line of the first byte that cannot be decoded.
        """
        bom = data.startswith(codecs.BOM_UTF8)
        body = data[len(codecs.BOM_UTF8) :] if bom else data
        # As CPython does: a lone carriage return ends a line too, and other bytes in the line do not matter.
        head = _NOT_ASCII.sub(b"?", b"\n".join(_BYTE_NEWLINE.split(body, maxsplit=2)[:2]))
        try:
            encoding, _ = tokenize.detect_encoding(
                io.BytesIO((codecs.BOM_UTF8 if bom else b"") + head).readline
            )
        except SyntaxError as error:
            raise SourceError(f"{error}; correct the coding line") from None
        if encoding == "utf-8-sig":
            encoding = "utf-8"
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError as error:
            line = len(_NEWLINE.findall(body[: error.start].decode("latin-1"))) + 1
            raise SourceError(
                f"not valid {encoding}: byte 0x{body[error.start]:02x} cannot be decoded; "
                "save the file as UTF-8 or declare its encoding in the first line",
                line,
            ) from None
        return cls(text, path, encoding, bom)

    def encode(self, text: str) -> bytes:
        """Bytes of ``text`` as this source's file stores them; UnicodeEncodeError where it cannot."""
        return (codecs.BOM_UTF8 if self.bom else b"") + text.encode(self.encoding)

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset of each line's first character; only ``\\n``, ``\\r\\n`` and ``\\r`` end a line."""
        return [0, *(match.end() for match in _NEWLINE.finditer(self.text))]

    @cached_property
    def newline(self) -> str:
        """The file's line ending: that of its first line, ``\\n`` if there is none."""
        match = _NEWLINE.search(self.text)
        return match.group() if match else "\n"

    @cached_property
    def _ascii(self) -> bool:
        return self.text.isascii()

    @property
    def line_count(self) -> int:
        return len(self.line_starts)

    def line(self, number: int) -> str:
        """Text of the 1-based line, without its line ending."""
        starts = self.line_starts
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def line_number(self, offset: int) -> int:
        """The 1-based line that holds ``offset``."""
        return bisect_right(self.line_starts, offset)

    def line_span(self, first: int, last: int) -> Span:
        """The whole physical lines ``first .. last`` (1-based), with the last one's line ending."""
        starts = self.line_starts
        return Span(starts[first - 1], starts[last] if last < len(starts) else len(self.text))

    def offset(self, line: int, utf8_column: int) -> int:
        """The offset of an ``ast`` position: 1-based line, 0-based column in UTF-8 bytes."""
        start = self.line_starts[line - 1]
        if self._ascii:
            return start + utf8_column
        head = self.text[start : start + utf8_column]
        if head.isascii():
            return start + utf8_column
        return start + len(head.encode("utf-8")[:utf8_column].decode("utf-8", "ignore"))

    def span(
        self, node: "ast.expr | ast.stmt | ast.keyword | ast.arg | ast.alias | ast.excepthandler"
    ) -> Span:
        """The span of an ``ast`` node, decorators left out."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        return Span(
            self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)
        )

    def slice(self, span: Span) -> str:
        return self.text[span.start : span.end]

    def position(self, offset: int) -> Position:
        """The place that people are shown for ``offset``."""
        line = self.line_number(offset)
        column = offset - self.line_starts[line - 1] + 1
        cell = self.cell_at(line)
        if cell is None:
            return Position(line, column)
        return Position(line - cell.first_line + 1, column, cell.index)

    def cell_at(self, line: int) -> Cell | None:
        """The notebook cell that holds the 1-based line of the joined text; None in a plain file."""
        if not self.cells:
            return None
        index = bisect_right([cell.first_line for cell in self.cells], line) - 1
        return self.cells[max(index, 0)]

    def replace(self, edits: Iterable[tuple[Span, str]]) -> str:
        """The text with every edit made; the edits must not overlap."""
        pieces: list[str] = []
        end = 0
        for span, text in sorted(edits):
            assert span.start >= end, "overlapping edits"
            pieces += (self.text[end : span.start], text)
            end = span.end
        pieces.append(self.text[end:])
        return "".join(pieces)
