"""The `mllint` command: finds its sub-commands by name and loads only the one that is run."""

import importlib
import sys
from typing import Any, NoReturn

import click

from mllint import __version__

#: Name and one line of help for each command; ``mllint.cli.NAME`` holds it as ``command``.
_COMMANDS = {
    "check": "Find performance anti-patterns in files and folders.",
    "fix": "Rewrite what can be rewritten; `--diff` only shows it.",
    "rule": "Explain one rule.",
    "rules": "List all rules.",
}


class LazyGroup(click.Group):
    """A group whose commands are modules, imported when they are looked up."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = importlib.import_module(f"mllint.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # click would import every command for its help line.
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            if not args or args[0].startswith("-"):
                raise
            raise click.UsageError(_unknown_command(args[0]), ctx) from None


def _unknown_command(word: str) -> str:
    import difflib

    near = difflib.get_close_matches(word, _COMMANDS, n=1)
    return f"no such command {word!r}; did you mean `mllint {near[0] if near else f'check {word}'}`?"


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mllint", message="%(prog)s %(version)s")
def cli() -> None:
    """Find, explain and rewrite performance anti-patterns in machine-learning Python."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run `mllint` and leave: 0 nothing found, 1 findings, 2 wrong usage or configuration, or our fault."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character of somebody's code must not end the run.
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    try:
        result = cli.main(arguments, prog_name="mllint", standalone_mode=False)
        code = result if isinstance(result, int) else 0
    except click.ClickException as error:
        error.show()
        code = 2
    except click.Abort:
        click.echo("mllint: interrupted", err=True)
        code = 2
    except Exception as error:
        from mllint.cli.failure import internal_error

        click.echo(internal_error(error), err=True)
        code = 2
    sys.exit(code)
