"""`mllint rule`."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import click

from mllint import cards
from mllint.cards import ExampleText, Prose
from mllint.cli.catalogue import loaded_catalogue
from mllint.cli.failure import Failure
from mllint.cli.output import palette_for, write_text
from mllint.cli.rules import record
from mllint.report.palette import Palette
from mllint.rule import Option, Rule, UnknownRule


@click.command("rule")
@click.argument("rule", metavar="CODE|NAME")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(rule: str, output_format: str) -> None:
    """Explain one rule: why, when not, its options, its evidence and examples."""
    try:
        found = loaded_catalogue().find(rule)
    except UnknownRule as error:
        raise Failure(str(error)) from None
    prose = cards.prose(found.name)
    if output_format == "json":
        write_text([json.dumps(_record(found, prose), indent=2, ensure_ascii=False) + "\n"], sys.stdout)
    else:
        write_text(_page(found, prose, palette_for(sys.stdout, "auto")), sys.stdout)


def _record(rule: Rule, prose: Prose) -> dict[str, Any]:
    return record(rule) | {
        "why": prose.why,
        "when_not": prose.when_not,
        "measured": prose.measured,
        "options": [_option(name, option) for name, option in rule.options.items()],
        "sources": [{"title": title, "url": url} for title, url in prose.sources],
        "examples": [{"bad": each.bad, "good": each.good, "note": each.note} for each in prose.examples],
        "since": rule.since,
    }


def _option(name: str, option: Option) -> dict[str, Any]:
    return {
        "name": name,
        "type": option.type,
        "default": option.default,
        "help": option.help,
        "values": list(option.values),
    }


def _page(rule: Rule, prose: Prose, palette: Palette) -> Iterator[str]:
    fix = f"{rule.fix.safety}: {rule.fix.title}" if rule.fix else "none"
    yield f"{palette.alarm(rule.code)} {palette.strong(rule.name)}\n{rule.summary}\n\n"
    yield f"family {rule.family}, impact {rule.impact}, confidence {rule.confidence}\n"
    yield f"default: {'on' if rule.default else 'off'}\nfix: {fix}\n"
    for title, text in (
        ("Why", prose.why),
        ("When not", prose.when_not),
        ("Measured", prose.measured),
        ("Options", "\n".join(_option_line(name, option) for name, option in rule.options.items())),
        ("Examples", "\n\n".join(map(_example, prose.examples))),
        ("Sources", "\n".join(f"{title}: {url}" for title, url in prose.sources)),
    ):
        if text.strip():
            yield f"\n{palette.strong(title)}\n{_indented(text)}\n"


def _option_line(name: str, option: Option) -> str:
    kind = " | ".join(option.values) if option.values else option.type
    return f"{name} ({kind}, default {option.default!r}): {option.help}"


def _example(example: ExampleText) -> str:
    note = f": {example.note}" if example.note else ""
    parts = (("slow", example.bad), ("better" if example.bad else "accepted", example.good))
    return "\n".join(f"# {title}{note}\n{text.rstrip()}\n" for title, text in parts if text).rstrip()


def _indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.strip("\n").split("\n"))
