"""Which of many fixes go into a text together, and the text that comes of it."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from mllint.finding import Edit, Finding, Fix, Import, Span
from mllint.fixes.imports import place
from mllint.fixes.refused import Refused
from mllint.semantics.tree import SyntaxProblem, parse
from mllint.source import Source


class Ready(NamedTuple):
    """A finding and its rendered fix."""

    finding: Finding
    fix: Fix


class Combined(NamedTuple):
    """The text after ``edits``, the findings fixed by them, and those whose fix would break the text."""

    text: str
    edits: tuple[Edit, ...]
    accepted: tuple[Finding, ...]
    failed: tuple[tuple[Finding, str], ...]


def combine(source: Source, ready: Sequence[Ready]) -> Combined:
    """Applies as many of the fixes as fit together, and the imports that they need once.

    The first of two that overlap wins; two insertions at one spot overlap. The result parses: what would
    break it is found by halving, and reported with the reason.
    """
    try:
        _parsed(source)
    except Refused as refused:
        failed = tuple((each.finding, f"the file does not parse: {refused}") for each in ready)
        return Combined(source.text, (), (), failed)
    search = _Search(source)
    search.admit(_compatible(ready))
    edits = search.edits
    text = source.replace((edit.span, edit.text) for edit in edits)
    accepted = tuple(each.finding for each in search.accepted)
    return Combined(text, edits, accepted, tuple(search.failed))


def _compatible(ready: Iterable[Ready]) -> list[Ready]:
    chosen: list[Ready] = []
    taken: list[Span] = []
    for each in sorted(ready, key=lambda each: each.finding.span):
        spans = [edit.span for edit in each.fix.edits]
        if any(_is_taken(taken, span) for span in spans):
            continue
        chosen.append(each)
        for span in spans:
            insort(taken, span)
    return chosen


def _is_taken(taken: list[Span], span: Span) -> bool:
    """Whether a span overlaps one of those taken, which are sorted and do not overlap each other."""
    index = bisect_left(taken, span)
    return any(other.overlaps(span) for other in taken[max(index - 1, 0) : index + 1])


@dataclass
class _Search:
    """The largest part of the fixes, in order, that leaves a text that parses."""

    source: Source

    def __post_init__(self) -> None:
        self.accepted: list[Ready] = []
        self.failed: list[tuple[Finding, str]] = []
        self.edits: tuple[Edit, ...] = ()

    def admit(self, group: list[Ready]) -> None:
        if not group:
            return
        try:
            edits = _edits(self.source, [*self.accepted, *group])
        except Refused as refused:
            if len(group) == 1:
                self.failed.append((group[0].finding, str(refused)))
                return
            middle = len(group) // 2
            self.admit(group[:middle])
            self.admit(group[middle:])
        else:
            self.accepted += group
            self.edits = edits


def _edits(source: Source, fixes: list[Ready]) -> tuple[Edit, ...]:
    """All edits of the fixes with their imports; :class:`Refused` where the result would not parse."""
    edits = sorted(edit for each in fixes for edit in each.fix.edits)
    needs: set[Import] = {need for each in fixes for need in each.fix.imports}
    uses = [edit.span.start for each in fixes if each.fix.imports for edit in each.fix.edits]
    together = _with_imports(edits, place(source, needs, min(uses, default=None)))
    text = source.replace((edit.span, edit.text) for edit in together)
    try:
        _parsed(replace(source, text=text))
    except Refused as refused:
        finding = fixes[-1].finding
        rule = f"{finding.code} ({finding.name})"
        raise Refused(f"internal error: with the fix of {rule} the file would not parse: {refused}") from None
    return together


def _with_imports(edits: list[Edit], imports: tuple[Edit, ...]) -> tuple[Edit, ...]:
    for new in imports:
        spot = new.span.start
        if any(edit.span.start < spot < edit.span.end for edit in edits):
            raise Refused("the fix rewrites the place where its import would go")
        # What a fix inserts at the same spot may use the import, so it comes after it.
        same = [edit for edit in edits if edit.span == new.span]
        edits = [edit for edit in edits if edit.span != new.span]
        edits.append(Edit(new.span, new.text + "".join(edit.text for edit in same)))
    return tuple(sorted(edits))


def _parsed(source: Source) -> None:
    try:
        parse(source)
    except SyntaxProblem as problem:
        raise Refused(f"line {problem.line}: {problem}") from None
