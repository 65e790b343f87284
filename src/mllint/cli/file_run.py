"""One file: read, checked, fixed or given suppressions, and written back."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mllint import suppression
from mllint.cli.request import Request
from mllint.config import Settings
from mllint.files import Target
from mllint.finding import Finding, Span
from mllint.gates import passes_file_gate
from mllint.notebook import read_notebook
from mllint.report.entry import Entry, Reach
from mllint.rule import (
    REASONLESS_SUPPRESSION,
    SYNTAX_ERROR,
    UNKNOWN_SUPPRESSION,
    UNUSED_SUPPRESSION,
    Catalogue,
)
from mllint.run import check_source
from mllint.select import effective_safety, fix_allowed
from mllint.source import Source, SourceError

_ABOUT_SUPPRESSIONS = frozenset({UNUSED_SUPPRESSION, UNKNOWN_SUPPRESSION, REASONLESS_SUPPRESSION})


@dataclass(frozen=True)
class FileOutcome:
    """What was done with one file.

    ``after`` are its bytes now (with ``--diff``: as they are). ``fixed`` holds code and name of each
    finding that is gone. ``refused`` is 1 where the file could not be written, ``broken`` is 1 where one of
    our fixes went wrong; ``messages`` say why.
    """

    path: str
    after: bytes
    entries: tuple[Entry, ...] = ()
    fixed: tuple[tuple[str, str], ...] = ()
    diff: str = ""
    ignored: int = 0
    messages: tuple[str, ...] = field(default=())
    refused: int = 0
    broken: int = 0


class Linter:
    """Does with a file what the request asks for."""

    def __init__(self, catalogue: Catalogue, request: Request) -> None:
        self._catalogue = catalogue
        self._request = request

    def file(self, target: Target, settings: Settings) -> FileOutcome:
        """A file on disk, written back if it was changed. Raises OSError."""
        data = target.path.read_bytes()
        outcome = self.data(data, target, settings)
        if outcome.after == data:
            return outcome
        from mllint.fixes.write import ChangedMeanwhile, WriteFailed, write_if_unchanged

        try:
            write_if_unchanged(target.path, data, outcome.after)
        except (ChangedMeanwhile, WriteFailed) as error:
            # What was found before is still true of the file.
            untouched = self._check(_decoded(data, target), target, settings)
            return FileOutcome(
                target.display,
                data,
                self._entries(untouched, target, settings),
                messages=(str(error).removeprefix(f"{target.path}: "),),
                refused=1,
            )
        return outcome

    def data(self, data: bytes, target: Target, settings: Settings) -> FileOutcome:
        """Bytes in, findings and bytes out; nothing is written."""
        try:
            source = _decoded(data, target)
        except SourceError as error:
            return FileOutcome(target.display, data, self._undecodable(data, target, error))
        if self._request.fix and source.cells is None:
            return self._fixed(data, source, target, settings)
        checked = self._check(source, target, settings)
        if self._request.add_ignore and source.cells is None:
            return self._ignored(data, checked, target, settings)
        return FileOutcome(target.display, data, self._entries(checked, target, settings))

    def _check(self, source: Source, target: Target, settings: Settings) -> "_Checked":
        result = check_source(
            source,
            settings,
            self._catalogue,
            named=target.named,
            path=target.path,
            ignore_suppressions=self._request.ignore_noqa,
        )
        return _Checked(source, result.findings)

    def _entries(self, checked: "_Checked", target: Target, settings: Settings) -> tuple[Entry, ...]:
        return tuple(self._entry(finding, checked.source, target, settings) for finding in checked.findings)

    def _entry(self, finding: Finding, source: Source, target: Target, settings: Settings) -> Entry:
        if finding.fix is None or source.cells is not None:
            return Entry(target.display, source, finding)
        reach: Reach = "never"
        if fix_allowed(finding, settings, unsafe=False):
            reach = "now"
        elif fix_allowed(finding, settings, unsafe=True):
            reach = "unsafe"
        safety = effective_safety(finding.code, finding.fix.safety, settings)
        return Entry(target.display, source, finding, reach, safety)

    def _fixed(self, data: bytes, source: Source, target: Target, settings: Settings) -> FileOutcome:
        checked = self._check(source, target, settings)
        entries = self._entries(checked, target, settings)
        # libcst is loaded only where there is something to fix.
        if not any(entry.reach == "now" for entry in entries):
            return FileOutcome(target.display, data, entries)
        from mllint.fixes.apply import fix_source, unified_diff

        outcome = fix_source(
            source,
            lambda text: list(self._check(text, target, settings).findings),
            lambda finding: fix_allowed(finding, settings, unsafe=False),
        )
        reasons = dict(outcome.failed)
        told = [_without_fix(finding, reasons.get(finding)) for finding in outcome.remaining]
        remaining = self._entries(_Checked(outcome.source, told), target, settings)
        messages = [f"{reason}; please report this" for reason in reasons.values() if _is_ours(reason)]
        if not outcome.converged:
            messages.append(f"internal error: not done after {outcome.passes} passes; please report this")
        changed = outcome.source.text != source.text
        after = source.encode(outcome.source.text) if changed else data
        return FileOutcome(
            target.display,
            data if self._request.diff else after,
            remaining,
            tuple((finding.code, finding.name) for finding in outcome.applied),
            unified_diff(source.text, outcome.source.text, target.display)
            if self._request.diff and changed
            else "",
            messages=tuple(messages),
            broken=min(len(messages), 1),
        )

    def _ignored(self, data: bytes, checked: "_Checked", target: Target, settings: Settings) -> FileOutcome:
        findings = [
            each for each in checked.findings if each.code not in _ABOUT_SUPPRESSIONS | {SYNTAX_ERROR}
        ]
        if not findings:
            return FileOutcome(target.display, data, self._entries(checked, target, settings))
        source = checked.source
        edits = suppression.add_ignores(source, ast.parse(source.text), findings, self._request.reason)
        after = Source(source.replace(edits), source.path, source.encoding, source.bom)
        remaining = self._check(after, target, settings)
        return FileOutcome(
            target.display,
            source.encode(after.text),
            self._entries(remaining, target, settings),
            ignored=len(checked.findings) - len(remaining.findings),
        )

    def _undecodable(self, data: bytes, target: Target, error: SourceError) -> tuple[Entry, ...]:
        """A file that is no text is a finding at the line that says why."""
        source = Source(data.decode("utf-8", "replace"), target.display)
        if not target.named and not passes_file_gate(source.text, self._catalogue):
            return ()
        line = min(error.line, source.line_count)
        start = min(source.line_starts[line - 1] + error.column - 1, len(source.text))
        rule = self._catalogue.by_code[SYNTAX_ERROR]
        finding = Finding(rule.code, rule.name, str(error), Span(start, start), rule.impact, rule.confidence)
        return (Entry(target.display, source, finding),)


@dataclass(frozen=True, slots=True)
class _Checked:
    source: Source
    findings: Sequence[Finding]


def _without_fix(finding: Finding, reason: str | None) -> Finding:
    """The finding, or where its fix was refused the finding with the reason in the place of its fix."""
    return finding if reason is None else replace(finding, fix=None, no_fix=reason)


def _is_ours(reason: str) -> bool:
    return reason.startswith("internal error")


def _decoded(data: bytes, target: Target) -> Source:
    if Path(target.display).suffix == ".ipynb":
        return read_notebook(data, target.display)
    return Source.from_bytes(data, target.display)
