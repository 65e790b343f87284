"""Silences findings as the comments of a text ask, and keeps account of which of them do so."""

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mllint.finding import Finding
from mllint.rule import Catalogue, UnknownRule
from mllint.select import ENGINE_CODES
from mllint.source import Source
from mllint.suppression.directives import Directive, Directives
from mllint.suppression.judgement import Judge, Place
from mllint.suppression.logical_lines import LogicalLines


class Outcome(NamedTuple):
    """Findings that people see, in the order of places, and those that a comment silenced."""

    kept: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]


def apply(
    findings: Sequence[Finding],
    source: Source,
    tree: ast.Module | None,
    directives: Directives,
    catalogue: Catalogue,
    enabled: frozenset[str],
) -> Outcome:
    """Sort findings into kept and suppressed, and add what is to be said of the suppressions themselves.

    ``# mllint: ignore`` reaches the logical line on whose first or last physical line it stands, the
    finding's own first line, and the whole block on the ``def``, ``class`` or decorator line of a function
    or class; alone on a line it stands for the line of code directly below. ``disable`` reaches from its
    line to the ``enable`` of the same rule or the end, ``file-ignore`` everything, and ``noqa`` any line
    of the logical line, as in flake8.

    ``findings`` must be all that was found, before filters by impact or confidence: a suppression that
    silences none of them is called unused (MLL901). MLL902 is for what cannot be understood, MLL903 for
    a missing reason; each is added if it is in ``enabled``, and can itself be silenced by its code.
    ``tree`` is None if the text is no Python: each physical line then stands for itself.
    """
    if not directives.items and not directives.malformed:
        return Outcome(tuple(findings), ())
    silencer = _Silencer(source, tree, directives, catalogue)
    kept: list[Finding] = []
    suppressed: list[Finding] = []
    for finding in findings:
        places = silencer.places(finding)
        (suppressed if places else kept).append(finding)
        silencer.used.update(places)
    judge = Judge(source, catalogue, enabled, frozenset(silencer.used), silencer.codes)
    for finding in judge.findings(directives):
        # Only by its own code: `ignore` and `ignore[MLL]` would otherwise silence what is said of them.
        silent = any(silencer.names_engine_only(place) for place in silencer.places(finding))
        (suppressed if silent else kept).append(finding)
    return Outcome(tuple(sorted(kept, key=lambda finding: (finding.span, finding.code))), tuple(suppressed))


class _Silencer:
    """Which places of directives silence a finding."""

    def __init__(
        self, source: Source, tree: ast.Module | None, directives: Directives, catalogue: Catalogue
    ) -> None:
        self.used: set[Place] = set()
        self.codes: dict[str, frozenset[str]] = {}
        self._source = source
        self._lines = LogicalLines(source, tree)
        self._everywhere: list[Directive] = []
        self._on_line: dict[int, list[Directive]] = {}
        for directive in directives.items:
            self._resolve(directive, catalogue)
            match directive.verb:
                case "file-ignore" | "disable":
                    self._everywhere.append(directive)
                case "ignore" | "noqa":
                    line = directive.next_line if directive.alone else directive.line
                    self._on_line.setdefault(line, []).append(directive)
                case "enable":
                    pass
        self._enables = [directive for directive in directives.items if directive.verb == "enable"]
        self._blocks = [
            (directive, block)
            for line, on_line in self._on_line.items()
            for directive in on_line
            if directive.verb == "ignore"
            for block in self._lines.blocks_headed_by(line)
        ]

    def places(self, finding: Finding) -> list[Place]:
        """Every place that silences the finding; none if it is to be shown."""
        line = self._source.line_number(finding.span.start)
        return [
            (directive, index)
            for directive in self._reaching(line, finding.code)
            for index in self._indices(directive, finding.code)
        ]

    def names_engine_only(self, place: Place) -> bool:
        directive, index = place
        if directive.entries is None:
            return False
        return self.codes[directive.entries[index].selector] <= ENGINE_CODES

    def _resolve(self, directive: Directive, catalogue: Catalogue) -> None:
        for entry in directive.entries or ():
            # A noqa may hold the codes of other tools.
            if directive.verb == "noqa" and not entry.selector.upper().startswith("MLL"):
                continue
            try:
                self.codes[entry.selector] = catalogue.select(entry.selector)
            except UnknownRule:
                continue

    def _reaching(self, line: int, code: str) -> Iterator[Directive]:
        logical = self._lines.around(line)
        for number in range(logical.first, logical.last + 1):
            for directive in self._on_line.get(number, ()):
                if directive.verb == "noqa" or number in (line, logical.first, logical.last):
                    yield directive
        for directive, block in self._blocks:
            if line in block:
                yield directive
        for directive in self._everywhere:
            if directive.verb == "file-ignore" or self._disabled(directive, line, code):
                yield directive

    def _disabled(self, directive: Directive, line: int, code: str) -> bool:
        return directive.line <= line and not any(
            directive.line < enable.line <= line and any(True for _ in self._indices(enable, code))
            for enable in self._enables
        )

    def _indices(self, directive: Directive, code: str) -> Iterator[int]:
        """The entries of the directive that name the code; -1 stands for a directive without a list."""
        if directive.entries is None:
            yield -1
            return
        for index, entry in enumerate(directive.entries):
            if code in self.codes.get(entry.selector, ()):
                yield index
