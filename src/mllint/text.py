"""Checking and fixing a text without files: what :mod:`mllint` offers to other programs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mllint import cards
from mllint.config import ConfigResolver
from mllint.finding import Finding
from mllint.run import check_source
from mllint.settings import Settings
from mllint.source import Source


def lint(text: str, filename: str, overrides: Mapping[str, Any]) -> list[Finding]:
    """See :func:`mllint.lint_text`."""
    path, settings = _settings(filename, overrides)
    return list(check_source(Source(text, filename), settings, cards.load(), named=True, path=path).findings)


def fix(text: str, filename: str, overrides: Mapping[str, Any], *, unsafe: bool) -> str:
    """See :func:`mllint.fix_text`."""
    from mllint.fixes.apply import fix_source
    from mllint.select import fix_allowed

    path, settings = _settings(filename, overrides)
    outcome = fix_source(
        Source(text, filename),
        lambda source: list(check_source(source, settings, cards.load(), named=True, path=path).findings),
        lambda finding: fix_allowed(finding, settings, unsafe=unsafe),
    )
    return outcome.source.text


def _settings(filename: str, overrides: Mapping[str, Any]) -> tuple[Path, Settings]:
    base = Path.cwd()
    resolver = ConfigResolver(cards.load(), isolated=True, overrides=overrides, base=base, environ={})
    path = base / filename
    return path, resolver.settings_for(path)
