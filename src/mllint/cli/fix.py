"""`mllint fix`."""

from typing import Any

import click

from mllint.cli.lint import lint
from mllint.cli.options import lint_options
from mllint.cli.request import request_from


@click.command("fix")
@lint_options
@click.pass_context
def command(ctx: click.Context, /, **values: Any) -> None:
    """Rewrite what can be rewritten safely in PATHS (files and folders; by default this folder).

    `--unsafe-fixes` also applies fixes that may change results, `--diff` only shows what would change.
    Exits 0 where nothing remains, 1 with findings, 2 on wrong usage or configuration.
    """
    ctx.exit(lint(request_from(values, fix=True)))
