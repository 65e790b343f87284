"""mllint as a flake8 plugin: the same findings at the same places as `mllint check`.

flake8 reads and parses the file, and it alone decides about ``# noqa``; ``[tool.mllint]`` decides the rest.
"""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mllint import __version__

if TYPE_CHECKING:
    from mllint.config import ConfigResolver
    from mllint.rule import Catalogue


class Plugin:
    """The entry point ``MLL``; flake8 makes one for each file that it could parse."""

    name = "mllint"
    version = __version__

    def __init__(self, tree: ast.Module, filename: str, lines: list[str]) -> None:
        self._tree = tree
        self._filename = filename
        self._lines = lines

    def run(self) -> Iterator[tuple[int, int, str, type]]:
        """Line (1-based), column (0-based code points, flake8 adds one), text and this class.

        Never raises: what goes wrong in mllint is a finding on the first line.
        """
        try:
            found = self._findings()
        except Exception as error:
            found = [(1, 0, _failure(error))]
        for line, column, text in found:
            yield line, column, text, type(self)

    def _findings(self) -> list[tuple[int, int, str]]:
        from mllint.rule import SYNTAX_ERROR
        from mllint.run import check_source
        from mllint.source import Source

        path = Path.cwd() / self._filename
        catalogue, resolver = _rules(Path.cwd())
        settings = resolver.settings_for(path)
        source = Source("".join(self._lines), self._filename)
        result = check_source(source, settings, catalogue, path=path, noqa=False, tree=self._tree)
        found = []
        for finding in result.findings:
            if finding.code == SYNTAX_ERROR:  # flake8 tells it itself
                continue
            line, column, _ = source.position(finding.span.start)
            found.append((line, column - 1, f"{finding.code} {finding.message} ({finding.name})"))
        return found


@lru_cache(maxsize=1)
def _rules(base: Path) -> "tuple[Catalogue, ConfigResolver]":
    """The rules and the configuration, once for each process."""
    from mllint import cards
    from mllint.config import ConfigResolver

    catalogue = cards.load()
    return catalogue, ConfigResolver(catalogue, base=base)


def _failure(error: Exception) -> str:
    from mllint.config import ConfigError
    from mllint.rule import SYNTAX_ERROR, CardError, UnknownRule

    reason = " ".join(str(error).split())
    if isinstance(error, (ConfigError, CardError, UnknownRule)):
        return f"{SYNTAX_ERROR} mllint did not run: {reason}"
    return f"{SYNTAX_ERROR} mllint did not run: {type(error).__name__}: {reason}; please report this"
