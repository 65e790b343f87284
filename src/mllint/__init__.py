"""mllint finds, explains and rewrites documented performance anti-patterns in machine-learning Python.

The public interface is what this module names in ``__all__``; importing it loads nothing else.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mllint.finding import Finding

__all__ = ["__version__", "fix_text", "lint_text"]
__version__ = "0.1.0"


def lint_text(
    text: str,
    filename: str = "<text>",
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    config: Mapping[str, Any] | None = None,
) -> "list[Finding]":
    """The findings in Python source, in the order of their places; a syntax error is one of them (MLL900).

    No configuration file is read: ``select`` and ``ignore`` take codes, prefixes, names, families or
    ``ALL``, and ``config`` has the keys of ``[tool.mllint]``. Spans are offsets in ``text``; ``filename``
    decides what depends on the path. An unknown rule or key raises
    ``mllint.config.ConfigError``.
    """
    from mllint.text import lint

    return lint(text, filename, _overrides(select, ignore, config))


def fix_text(
    text: str,
    filename: str = "<text>",
    *,
    unsafe: bool = False,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    config: Mapping[str, Any] | None = None,
) -> str:
    """The source with all safe fixes applied, and with ``unsafe`` also those that may change results.

    Takes and raises what :func:`lint_text` does; text with a syntax error comes back as it is.
    """
    from mllint.text import fix

    return fix(text, filename, _overrides(select, ignore, config), unsafe=unsafe)


def _overrides(
    select: Sequence[str], ignore: Sequence[str], config: Mapping[str, Any] | None
) -> dict[str, Any]:
    overrides = dict(config or {})
    if select:
        overrides["select"] = [select] if isinstance(select, str) else list(select)
    if ignore:
        overrides["ignore"] = [ignore] if isinstance(ignore, str) else list(ignore)
    return overrides
