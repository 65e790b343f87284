"""The options that `check` and `fix` share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from mllint.cli.request import FORMATS

_Command = TypeVar("_Command", bound=Callable[..., Any])
_LEVEL = click.Choice(["low", "medium", "high"])


def _switch(name: str, text: str) -> Any:
    return click.option(f"--{name}", is_flag=True, help=text)


def _pair(name: str, text: str) -> Any:
    """A switch with its opposite; unset, the configuration decides."""
    return click.option(f"--{name}/--no-{name}", default=None, help=text)


def _rules(name: str, text: str) -> Any:
    return click.option(f"--{name}", multiple=True, metavar="RULES", help=text)


_OPTIONS = (
    click.argument("paths", nargs=-1, type=click.Path(path_type=str)),
    _switch("diff", "Show what fixing would change, and write nothing; exit 1 if there is something."),
    _pair("unsafe-fixes", "Also apply fixes that may change results."),
    _switch("fix-only", "Apply fixes, and be silent about what remains."),
    _switch("show-fixes", "List what was fixed."),
    _switch("exit-non-zero-on-fix", "Exit 1 when something was fixed, even if nothing remains."),
    _rules("select", "Rules to use: codes, prefixes, names, families or ALL, separated by commas."),
    _rules("extend-select", "Rules to use as well."),
    _rules("ignore", "Rules not to use."),
    click.option(
        "--per-file-ignores", multiple=True, metavar="PATTERN:RULES", help="Rules not to use there."
    ),
    _rules("fixable", "Rules that may be fixed."),
    _rules("unfixable", "Rules that may not be fixed."),
    click.option("--exclude", multiple=True, metavar="PATTERNS", help="What to pass over in folders."),
    click.option("--extend-exclude", multiple=True, metavar="PATTERNS", help="What to pass over as well."),
    _pair("force-exclude", "Pass over excluded files even when they are named."),
    _pair("respect-gitignore", "Pass over what .gitignore names (the default)."),
    click.option("--min-impact", type=_LEVEL, help="Show findings of at least this impact."),
    click.option("--min-confidence", type=_LEVEL, help="Show findings of at least this confidence."),
    _switch("ignore-noqa", "Show findings that comments suppress, too."),
    click.option(
        "--output-format",
        type=click.Choice(FORMATS),
        help="How to write findings.  [default: full]",
    ),
    click.option(
        "-o",
        "--output-file",
        type=click.Path(dir_okay=False),
        help="Write them to a file, not to the screen.",
    ),
    _switch("statistics", "Count findings by rule instead of showing them."),
    click.option("--stdin-filename", metavar="NAME", help="Read standard input, as if it were this file."),
    _switch("exit-zero", "Exit 0 even with findings."),
    _switch("show-files", "List the files that would be checked, and stop."),
    _switch("show-settings", "Show the settings for the first of these files, and stop."),
    click.option(
        "--config",
        "config",
        multiple=True,
        metavar="FILE|KEY=VALUE",
        help="A configuration file to use instead of the nearest one, or one setting in TOML.",
    ),
    _switch("isolated", "Use no configuration file."),
    click.option(
        "--color",
        "colour",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        help="Whether to colour the output.  [default: auto; also NO_COLOR, FORCE_COLOR]",
    ),
    click.option("-q", "--quiet", is_flag=True, help="Write findings and errors only."),
    _switch("no-progress", "Accepted for hooks: no progress is shown anyway."),
)


def lint_options(command: _Command) -> _Command:
    """Give a command the options that :class:`mllint.cli.request.Request` reads."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
