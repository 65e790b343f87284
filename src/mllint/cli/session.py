"""Files through the engine, one at a time: what `check` and `fix` both do.

A failure stays with its file: it is told on standard error and counted, and the next file is done.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from mllint import cards
from mllint.cli.failure import Failure, internal_error
from mllint.cli.file_run import FileOutcome, Linter
from mllint.cli.output import say
from mllint.cli.request import FORMATS, Format, Request
from mllint.config import ConfigError, ConfigResolver, Settings
from mllint.files import MissingPath, Problem, Target, discover
from mllint.globs import Globs
from mllint.report.entry import Entry
from mllint.rule import CardError, Catalogue, UnknownRule


@dataclass
class Totals:
    """What a run has found so far. ``unreadable`` and ``broken`` count files; ``diffs`` are unified diffs."""

    entries: list[Entry] = field(default_factory=list)
    fixed: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    diffs: list[str] = field(default_factory=list)
    files: int = 0
    ignored: int = 0
    unreadable: int = 0
    broken: int = 0

    @property
    def fixed_count(self) -> int:
        return sum(map(len, self.fixed.values()))


class Session:
    """One run over paths or standard input."""

    def __init__(self, request: Request, base: Path) -> None:
        """Loads rules and configuration; :class:`Failure` where they are broken."""
        self.base = base
        self.totals = Totals()
        try:
            self.catalogue: Catalogue = cards.load()
            self.resolver = ConfigResolver(
                self.catalogue,
                explicit=request.config_file,
                isolated=request.isolated,
                overrides=request.overrides,
                base=base,
                formats=FORMATS,
            )
            # Broken settings end the run before the first file, and also when there is none.
            self.request = _with_defaults(request, self.resolver.settings_for(base))
        except (ConfigError, CardError, UnknownRule) as error:
            raise Failure(str(error)) from None
        self.linter = Linter(self.catalogue, self.request)

    def targets(self) -> Iterator[Target]:
        """The files that the paths name; unreadable ones are told and counted."""
        try:
            found = list(discover(self.request.paths or (".",), self.resolver, cwd=self.base))
        except (MissingPath, ConfigError, UnknownRule) as error:
            raise Failure(str(error)) from None
        for item in found:
            if isinstance(item, Problem):
                self._unreadable(item.display, item.message)
            else:
                yield item

    def settings(self, path: Path) -> Settings:
        try:
            return self.resolver.settings_for(path)
        except (ConfigError, UnknownRule) as error:
            raise Failure(str(error)) from None

    def run(self) -> Totals:
        """All files, in the order of their paths."""
        for target in self.targets():
            settings = self.settings(target.path)
            self.totals.files += 1
            try:
                outcome = self.linter.file(target, settings)
            except OSError as error:
                self._unreadable(target.display, f"cannot be read or written: {error.strerror or error}")
            except Exception as error:
                self._broken(target.display, error)
            else:
                self._add(outcome)
        self.totals.entries.sort(key=lambda entry: entry.sort_key)
        return self.totals

    def run_stdin(self) -> tuple[Totals, bytes]:
        """Standard input, and what it becomes: itself where nothing is fixed."""
        name = self.request.stdin or "-"
        data = sys.stdin.buffer.read()
        path = self.base / name
        result = data
        target = Target(path, name, True)
        try:
            settings = self.settings(path)
            self.totals.files = 1
            if settings.force_exclude and _is_excluded(path, settings):
                return self.totals, data
            outcome = self.linter.data(data, target, settings)
            result = outcome.after
            self._add(outcome)
        except Failure:
            raise
        except Exception as error:
            self._broken(name, error)
        return self.totals, result

    def _add(self, outcome: FileOutcome) -> None:
        totals = self.totals
        totals.entries += outcome.entries
        if outcome.fixed:
            totals.fixed.setdefault(outcome.path, []).extend(outcome.fixed)
        if outcome.diff:
            totals.diffs.append(outcome.diff)
        totals.ignored += outcome.ignored
        for message in outcome.messages:
            say(f"mllint: {outcome.path}: {message}")
        totals.unreadable += outcome.refused
        totals.broken += outcome.broken

    def _unreadable(self, display: str, message: str) -> None:
        self.totals.unreadable += 1
        say(f"mllint: {display}: {message}")

    def _broken(self, display: str, error: Exception) -> None:
        self.totals.broken += 1
        say(internal_error(error, display))


def _is_excluded(path: Path, settings: Settings) -> bool:
    globs = Globs((*settings.exclude, *settings.extend_exclude), str(settings.root))
    return globs.matches(str(path))


def _with_defaults(request: Request, settings: Settings) -> Request:
    """The request, completed by what the configuration of the current folder says of reports."""
    return replace(
        request,
        output_format=request.output_format or cast(Format, settings.output_format),
        exit_zero=request.exit_zero or settings.exit_zero,
        show_fixes=request.show_fixes or (settings.show_fixes and not request.diff),
    )
