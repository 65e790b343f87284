"""The values that flow through mllint: spans, edits, planned fixes, rendered fixes, findings.

Everything here is frozen plain data, so that it can be compared, cached and sent between processes.
Offsets are counted in code points of :attr:`mllint.source.Source.text`.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Safety: TypeAlias = Literal["safe", "unsafe", "display"]
Level: TypeAlias = Literal["low", "medium", "high"]
PlainValue: TypeAlias = "str | int | float | bool | Span | tuple[PlainValue, ...] | None"

LEVELS: dict[str, int] = {"low": 0, "medium": 1, "high": 2}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The half-open range ``[start, end)`` of code points in a source text."""

    start: int
    end: int

    def overlaps(self, other: "Span") -> bool:
        """Whether the two ranges share a character, or one is an insertion point inside the other."""
        if self.start == self.end or other.start == other.end:
            return self.start <= other.end and other.start <= self.end
        return self.start < other.end and other.start < self.end

    def contains(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the text of ``span`` by ``text``; an empty span inserts."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True, order=True)
class Import:
    """A name that a fix needs: ``import module [as alias]``, or ``from module import name [as alias]``."""

    module: str
    name: str = ""
    alias: str = ""

    @property
    def bound_name(self) -> str:
        """The name by which the fixed code refers to it."""
        return self.alias or self.name or self.module.partition(".")[0]

    @property
    def statement(self) -> str:
        """The import statement, without a newline."""
        tail = f" as {self.alias}" if self.alias and self.alias != (self.name or self.module) else ""
        if self.name:
            return f"from {self.module} import {self.name}{tail}"
        return f"import {self.module}{tail}"


@dataclass(frozen=True, slots=True)
class FixPlan:
    """A decision, made at detection, that a fix exists; ``mllint.fixes`` renders it on demand.

    ``builder`` names a module of ``mllint.fixes.builders``; ``arguments`` are its keyword arguments.
    ``spans`` are the nodes that the builder edits, outermost first. ``equivalence`` says how the results
    of the fixed code relate to those of the original (``exact`` if and only if ``safety`` is ``safe``),
    and ``deltas`` name what may differ.
    """

    builder: str
    safety: Safety
    title: str
    spans: tuple[Span, ...]
    arguments: tuple[tuple[str, PlainValue], ...] = ()
    imports: tuple[Import, ...] = ()
    equivalence: str = "exact"
    deltas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """A rendered fix: text edits that do not overlap each other, and the imports that they need."""

    title: str
    safety: Safety
    edits: tuple[Edit, ...]
    imports: tuple[Import, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in one file, what is slow there and why, and whether it can be rewritten.

    ``no_fix`` is the reason why a finding of a fixable rule has no fix here. ``notes`` are further lines
    for the long output format (parameter counts per layer, say).
    """

    code: str
    name: str
    message: str
    span: Span
    impact: Level
    confidence: Level
    fix: FixPlan | None = None
    no_fix: str = ""
    notes: tuple[str, ...] = ()
