"""`mllint check`."""

from typing import Any

import click

from mllint.cli.lint import lint
from mllint.cli.options import lint_options
from mllint.cli.request import request_from


@click.command("check")
@click.option("--fix/--no-fix", default=False, help="Fix what can be fixed, as `mllint fix` does.")
@click.option("--add-ignore", is_flag=True, help="Write a comment that suppresses each finding.")
@click.option("--reason", metavar="TEXT", help="The reason to write into these comments.")
@lint_options
@click.pass_context
def command(ctx: click.Context, /, **values: Any) -> None:
    """Find performance anti-patterns in PATHS (files and folders; by default this folder).

    `-` reads standard input. Exits 0 where nothing was found, 1 with findings, 2 on wrong usage or
    configuration.
    """
    ctx.exit(lint(request_from(values, fix=values["fix"])))
