"""The resolved settings of one folder, as every later stage reads them.

How they come from files, environment and command line is the business of :mod:`mllint.config`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mllint.finding import Level

DEFAULT_EXCLUDE: tuple[str, ...] = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".git-rewrite",
    ".hg",
    ".ipynb_checkpoints",
    ".mllint_cache",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "__pypackages__",
    "_build",
    "buck-out",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)

DEFAULT_TEST_PATHS: tuple[str, ...] = ("tests/**", "test_*.py", "conftest.py")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, resolved for one folder.

    ``root`` is the folder that relative globs stand for: that of the config file in force, else the nearest
    ancestor with ``pyproject.toml``, ``.git`` or ``setup.py``, else the current folder. Selectors are codes,
    prefixes of codes, names, families or ``ALL``; :mod:`mllint.select` reads them. An empty ``select``
    stands for the rules that are on by default, an empty ``fixable`` for all. The four lists about fixes hold
    codes, prefixes and ``ALL`` only; :mod:`mllint.config` replaces names and families in them.

    Files that match ``test_paths`` (at any depth below ``root``) get no findings but those of the engine
    itself (MLL900 to MLL903), unless a rule was asked for by its own code or name in ``select`` or
    ``extend_select``; a prefix, a family, ``ALL`` and the default set do not reach into them.

    ``target_versions`` maps ``python`` or a library to a version or a specifier (``{"torch": ">=2.1"}``);
    ``rule_options`` maps a rule's name to the options that were set for it, and only those.
    """

    root: Path
    config_path: Path | None = None
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    test_paths: tuple[str, ...] = DEFAULT_TEST_PATHS
    fixable: tuple[str, ...] = ()
    unfixable: tuple[str, ...] = ()
    extend_safe_fixes: tuple[str, ...] = ()
    extend_unsafe_fixes: tuple[str, ...] = ()
    unsafe_fixes: bool = False
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    extend_exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True
    min_impact: Level | None = None
    min_confidence: Level | None = None
    # Left out of the hash, not of equality: settings are keys of the memos in select.py and files.py.
    target_versions: Mapping[str, str] = field(default_factory=dict, hash=False)
    rule_options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)
    output_format: str = "full"
    exit_zero: bool = False
    show_fixes: bool = False
