"""One file through the whole pipeline: gates, detection, selection, suppression, order.

Nothing here prints, and nothing here opens the file: the caller has read it.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mllint import gates, select, suppression
from mllint.config import Settings
from mllint.detect import detect
from mllint.finding import Finding, Span
from mllint.notebook import Notebook
from mllint.rule import SYNTAX_ERROR, Catalogue
from mllint.semantics.module import Module
from mllint.semantics.tree import SyntaxProblem, parse
from mllint.semantics.versions import Versions
from mllint.source import Source


@dataclass(frozen=True, slots=True)
class FileResult:
    """What is known of one file after a check.

    ``findings`` are those that people see, in the order of places. ``suppressed`` were silenced by a
    comment.
    """

    path: str
    source: Source
    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Finding, ...] = ()


def check_source(
    source: Source,
    settings: Settings,
    catalogue: Catalogue,
    *,
    named: bool = False,
    path: Path | None = None,
    noqa: bool = True,
    tree: ast.Module | None = None,
    ignore_suppressions: bool = False,
) -> FileResult:
    """All that mllint has to say about one source.

    ``named`` files (given on the command line or on stdin) skip the file gate. ``path`` is the place on
    disk that decides settings by path and where data files are looked for. ``tree`` is an ``ast`` of the
    same text that somebody made already. With ``noqa`` false, ``# noqa`` comments are left to the caller.
    """
    if not named and tree is None and not gates.passes_file_gate(source.text, catalogue):
        return FileResult(source.path, source)
    enabled = select.enabled_codes(settings, catalogue, path)
    raw: list[Finding] = []
    if tree is None:
        try:
            tree = parse(source)
        except SyntaxProblem as problem:
            raw.append(_syntax_finding(source, catalogue, str(problem), problem.line, problem.column))
    if isinstance(source, Notebook):
        raw += [_refused(catalogue, problem.message, problem.span) for problem in source.problems]
    if tree is not None:
        rules = gates.rules_for(source.text, (rule for rule in catalogue if rule.code in enabled))
        if rules:
            module = Module(
                source,
                tree,
                catalogue.knowledge,
                path=path,
                root=settings.root,
                versions=_versions(settings.root, tuple(sorted(settings.target_versions.items()))),
            )
            raw += detect(module, rules, settings.rule_options)
    raw = [item for item in raw if item.code in enabled]
    if ignore_suppressions:
        return _result(source, settings, raw, ())
    directives = suppression.parse(source, noqa=noqa)
    outcome = suppression.apply(raw, source, tree, directives, catalogue, enabled)
    return _result(source, settings, outcome.kept, outcome.suppressed)


def _result(
    source: Source, settings: Settings, kept: Iterable[Finding], suppressed: Iterable[Finding]
) -> FileResult:
    # Filters come after suppression: a comment that silences a hidden finding is not unused.
    shown = {finding for finding in kept if select.keep_finding(finding, settings)}
    ordered = sorted(shown, key=lambda finding: (finding.span, finding.code, finding.message))
    return FileResult(source.path, source, tuple(ordered), tuple(suppressed))


@lru_cache(maxsize=64)
def _versions(root: Path | None, targets: tuple[tuple[str, str], ...]) -> Versions:
    return Versions(root, dict(targets))


def _syntax_finding(source: Source, catalogue: Catalogue, message: str, line: int, column: int) -> Finding:
    start = min(source.line_starts[line - 1] + column - 1, len(source.text))
    end = start if source.text[start : start + 1] in {"", "\r", "\n"} else start + 1
    return _refused(catalogue, message, Span(start, end))


def _refused(catalogue: Catalogue, message: str, span: Span) -> Finding:
    rule = catalogue.by_code[SYNTAX_ERROR]
    return Finding(rule.code, rule.name, message, span, rule.impact, rule.confidence)
