"""Fixes applied to a text, pass after pass, until nothing is left to fix."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TypeAlias

from mllint.finding import Edit, Finding, Fix
from mllint.fixes.chosen import Ready, combine
from mllint.fixes.diff import unified_diff
from mllint.fixes.render import Refused, render
from mllint.source import Source

__all__ = ["Outcome", "fix_source", "unified_diff"]

_MOST_PASSES = 10

#: A finding as it is known again after edits elsewhere: code and message, where it starts, its text.
_Key: TypeAlias = tuple[str, str, int, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fixed text and what is left.

    ``remaining`` are the findings of the last check. ``failed`` are those among them whose fix was refused
    or went wrong, each with the reason. ``converged`` says that no other fix is left to apply.
    """

    source: Source
    applied: tuple[Finding, ...]
    remaining: tuple[Finding, ...]
    failed: tuple[tuple[Finding, str], ...]
    passes: int
    converged: bool

    @property
    def counts(self) -> Mapping[str, int]:
        """How many fixes of each rule were applied, by code."""
        return Counter(finding.code for finding in self.applied)


def fix_source(
    source: Source,
    check: Callable[[Source], Sequence[Finding]],
    admit: Callable[[Finding], bool],
) -> Outcome:
    """Applies the fixes of the findings that ``admit`` lets through, at most ten times over.

    Of fixes that overlap the first is applied and the others wait for the next pass. Every text in between
    parses; a fix that would break it is left out. Pure: nothing is written. Notebooks are returned as they
    are, their fixes are not made yet.
    """
    findings = tuple(check(source))
    if source.cells is not None:
        return Outcome(source, (), findings, (), 0, True)
    applied: list[Finding] = []
    given_up: dict[_Key, str] = {}
    passes = 0
    while True:
        ready, failed = _rendered(source, filter(admit, findings), given_up)
        if not ready or passes == _MOST_PASSES:
            return Outcome(source, tuple(applied), findings, tuple(failed), passes, not ready)
        passes += 1
        combined = combine(source, ready)
        given_up |= {_key(source, finding): reason for finding, reason in combined.failed}
        if not combined.accepted:
            continue
        shifts = _Shifts(combined.edits)
        before, source = source, replace(source, text=combined.text)
        given_up = {_moved(key, shifts): reason for key, reason in given_up.items()}
        findings = tuple(check(source))
        now = {_key(source, finding) for finding in findings}
        for finding in combined.accepted:
            key = _moved(_key(before, finding), shifts)
            if key in now:
                given_up[key] = f"internal error: the fix of {_rule(finding)} left what it should mend"
            else:
                applied.append(finding)


def _rendered(
    source: Source, findings: Iterable[Finding], given_up: Mapping[_Key, str]
) -> tuple[list[Ready], list[tuple[Finding, str]]]:
    ready: list[Ready] = []
    failed: list[tuple[Finding, str]] = []
    for finding in findings:
        if finding.fix is None:
            continue
        reason = given_up.get(_key(source, finding))
        if reason is None:
            fix = _fix(source, finding)
            if isinstance(fix, Fix):
                ready.append(Ready(finding, fix))
                continue
            reason = fix
        failed.append((finding, reason))
    return ready, failed


def _fix(source: Source, finding: Finding) -> Fix | str:
    """The rendered fix, or why there is none."""
    assert finding.fix is not None
    try:
        return render(finding.fix, source)
    except Refused as refused:
        return str(refused)
    except Exception as error:  # a mistake in one builder must not cost the other fixes
        return f"internal error: the fix of {_rule(finding)} broke: {type(error).__name__}: {error}"


def _rule(finding: Finding) -> str:
    return f"{finding.code} ({finding.name})"


def _key(source: Source, finding: Finding) -> _Key:
    return finding.code, finding.message, finding.span.start, source.slice(finding.span)


def _moved(key: _Key, shifts: "_Shifts") -> _Key:
    """The key of the same finding after edits, if they left it alone."""
    code, message, start, text = key
    return code, message, start + shifts.at(start), text


class _Shifts:
    """How far edits move what stands behind them."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        ordered = sorted(edits)
        self._ends = [edit.span.end for edit in ordered]
        grown = (len(edit.text) - (edit.span.end - edit.span.start) for edit in ordered)
        self._sums = list(accumulate(grown, initial=0))

    def at(self, offset: int) -> int:
        return self._sums[bisect_right(self._ends, offset)]
