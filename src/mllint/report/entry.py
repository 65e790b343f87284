"""What a format is given for each finding."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from mllint.finding import Finding, Safety
from mllint.notebook import Notebook
from mllint.source import Position, Source

#: When a fix is applied: by `mllint fix` with the present settings, only with `--unsafe-fixes`, or never.
Reach: TypeAlias = Literal["now", "unsafe", "never"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding in its file, and what the settings for that file make of its fix.

    ``path`` is the path that people are shown. ``safety`` is None without a fix.
    """

    path: str
    source: Source
    finding: Finding
    reach: Reach = "never"
    safety: Safety | None = None

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """Path, then place, then code."""
        span = self.finding.span
        return self.path, span.start, span.end, self.finding.code

    @property
    def start(self) -> Position:
        return self.source.position(self.finding.span.start)

    @property
    def end(self) -> Position:
        return self.source.position(self.finding.span.end)

    @property
    def place(self) -> str:
        """``path:line:column``, or ``path:cell 3:line:column`` in a notebook."""
        line, column, cell = self.start
        return f"{self.path}:{line}:{column}" if cell is None else f"{self.path}:cell {cell}:{line}:{column}"

    @property
    def visible_source(self) -> Source:
        """The source as it is in the file, with a notebook's magics."""
        if isinstance(self.source, Notebook):
            return Source(self.source.original, self.source.path, cells=self.source.cells)
        return self.source

    @property
    def marker(self) -> str:
        """``[*] `` where `mllint fix` with the present settings would apply a fix, else nothing."""
        return "[*] " if self.reach == "now" else ""
