"""`mllint rules`."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import click

from mllint.cli.catalogue import loaded_catalogue
from mllint.cli.output import write_text
from mllint.rule import Catalogue, Rule


@click.command("rules")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(output_format: str) -> None:
    """List all rules."""
    catalogue = loaded_catalogue()
    write_text(_json(catalogue) if output_format == "json" else _table(catalogue), sys.stdout)


def record(rule: Rule) -> dict[str, Any]:
    """What is told of a rule in lists."""
    return {
        "code": rule.code,
        "name": rule.name,
        "family": rule.family,
        "summary": rule.summary,
        "impact": rule.impact,
        "confidence": rule.confidence,
        "default": rule.default,
        "fix": rule.fix.safety if rule.fix else None,
    }


def _json(catalogue: Catalogue) -> Iterator[str]:
    yield json.dumps([record(rule) for rule in catalogue], indent=2, ensure_ascii=False) + "\n"


def _table(catalogue: Catalogue) -> Iterator[str]:
    header = ("code", "name", "family", "impact", "confidence", "default", "fix")
    rows = [header] + [
        (
            rule.code,
            rule.name,
            rule.family,
            rule.impact,
            rule.confidence,
            "on" if rule.default else "off",
            rule.fix.safety if rule.fix else "-",
        )
        for rule in catalogue
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
    yield "\n`mllint rule CODE` explains one of them.\n"
