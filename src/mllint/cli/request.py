"""What the command line asks of a run, checked and in one frozen value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import click

from mllint.cli.failure import Failure
from mllint.config import ConfigError, read_config_option
from mllint.report.palette import ColourChoice

Format: TypeAlias = Literal["full", "concise", "json", "github"]
FORMATS: tuple[Format, ...] = get_args(Format)

#: Options whose values are lists, in commas or repeated; the key in the configuration has the same name.
_LISTS = ("select", "extend-select", "ignore", "fixable", "unfixable", "exclude", "extend-exclude")
_SCALARS = (
    "unsafe-fixes",
    "force-exclude",
    "respect-gitignore",
    "min-impact",
    "min-confidence",
)


@dataclass(frozen=True, slots=True)
class Request:
    """One call of `check` or `fix`.

    ``stdin`` is the name to show for standard input, None when files are read. ``overrides`` are the
    settings given on the command line, under their names in the configuration file.
    """

    paths: tuple[str, ...]
    stdin: str | None = None
    fix: bool = False
    diff: bool = False
    fix_only: bool = False
    show_fixes: bool = False
    exit_non_zero_on_fix: bool = False
    exit_zero: bool = False
    ignore_noqa: bool = False
    add_ignore: bool = False
    reason: str = ""
    output_format: Format | None = None
    output_file: Path | None = None
    statistics: bool = False
    show_files: bool = False
    show_settings: bool = False
    isolated: bool = False
    config_file: Path | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict)
    colour: ColourChoice = "auto"
    quiet: bool = False


def request_from(values: Mapping[str, Any], *, fix: bool) -> Request:
    """The request that option values make.

    Raises :class:`click.UsageError` where they contradict each other, and :class:`Failure` for a broken
    ``--config``.
    """
    try:
        config_file, settings = read_config_option(values["config"], Path.cwd())
    except ConfigError as error:
        raise Failure(str(error)) from None
    paths, stdin = _inputs(values["paths"], values["stdin_filename"])
    diff, fix_only = values["diff"], values["fix_only"]
    request = Request(
        paths=paths,
        stdin=stdin,
        fix=fix or diff or fix_only,
        diff=diff,
        fix_only=fix_only or diff,
        output_format=values["output_format"],
        output_file=Path(values["output_file"]) if values["output_file"] else None,
        config_file=config_file,
        overrides=settings | _overrides(values),
        add_ignore=values.get("add_ignore", False),
        reason=values.get("reason") or "",
        **{
            name: values[name]
            for name in (
                "show_fixes",
                "exit_non_zero_on_fix",
                "exit_zero",
                "ignore_noqa",
                "statistics",
                "show_files",
                "show_settings",
                "isolated",
                "colour",
                "quiet",
            )
        },
    )
    _refuse_contradictions(request)
    return request


def _refuse_contradictions(request: Request) -> None:
    pairs = (
        (request.diff and request.show_fixes, "--diff", "--show-fixes"),
        (request.add_ignore and request.fix, "--add-ignore", "fixing"),
        (request.add_ignore and request.stdin is not None, "--add-ignore", "standard input"),
        (bool(request.reason) and not request.add_ignore, "--reason", "anything but --add-ignore"),
        (request.isolated and request.config_file is not None, "--isolated", "a --config file"),
    )
    for both, one, other in pairs:
        if both:
            raise click.UsageError(f"{one} cannot be used with {other}.")
    if "\n" in request.reason or "\r" in request.reason:
        raise click.UsageError("--reason must be one line.")


def _inputs(paths: tuple[str, ...], stdin_filename: str | None) -> tuple[tuple[str, ...], str | None]:
    """The paths to read, and the name to show for standard input if that is read instead."""
    if "-" in paths and len(paths) > 1:
        raise click.UsageError("standard input (-) and files cannot be checked in one run.")
    if stdin_filename is not None:
        if paths and paths != ("-",):
            raise click.UsageError("--stdin-filename names standard input; give `-` or no path with it.")
        return (), stdin_filename
    return ((), "-") if paths == ("-",) else (paths, None)


def _overrides(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings given as options, under their names in the configuration."""
    found: dict[str, Any] = {}
    for key in _LISTS:
        given = values[key.replace("-", "_")]
        if given:
            found[key] = _split(given)
    for key in _SCALARS:
        value = values[key.replace("-", "_")]
        if value is not None:
            found[key] = value
    if values["per_file_ignores"]:
        found["per-file-ignores"] = _per_file_ignores(values["per_file_ignores"])
    return found


def _split(given: Iterable[str]) -> list[str]:
    return [part.strip() for value in given for part in value.split(",") if part.strip()]


def _per_file_ignores(given: Iterable[str]) -> dict[str, list[str]]:
    """``PATTERN:RULE[,RULE]`` and ``PATTERN:RULE,PATTERN:RULE`` as lists by pattern."""
    found: dict[str, list[str]] = {}
    for value in given:
        pattern = ""
        for part in filter(None, (part.strip() for part in value.split(","))):
            if ":" in part:
                pattern, _, part = part.rpartition(":")
            if not pattern or not part.strip():
                raise click.BadParameter(f"{value!r} is not PATTERN:RULES.", param_hint="--per-file-ignores")
            found.setdefault(pattern.strip(), []).append(part.strip())
    return found
