"""Findings as JSON with ruff's field names, so that what reads ruff reads mllint."""

import json
import os.path
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from mllint.finding import Edit
from mllint.report.entry import Entry
from mllint.source import Source

#: The edits that make an entry's fix, its imports included; None where it cannot be rendered.
Renderer = Callable[[Entry], "tuple[Edit, ...] | None"]


def json_report(entries: Iterable[Entry], *, base: str, render: Renderer) -> Iterator[str]:
    """A JSON list of findings; in notebooks rows count from the start of ``cell``.

    ``base`` makes the paths absolute, as ruff's are. ``url`` is ruff's field too; there are no pages on the web yet.
    """
    separator = "[\n"
    for entry in entries:
        text = json.dumps(_record(entry, base, render), indent=2)
        yield separator + "  " + text.replace("\n", "\n  ")
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def _record(entry: Entry, base: str, render: Renderer) -> dict[str, Any]:
    finding = entry.finding
    return {
        "cell": entry.start.cell,
        "code": finding.code,
        "confidence": finding.confidence,
        "end_location": _location(entry.source, finding.span.end),
        "filename": entry.path if entry.path == "-" else os.path.normpath(Path(base, entry.path)),
        "fix": _fix(entry, render),
        "impact": finding.impact,
        "location": _location(entry.source, finding.span.start),
        "message": finding.message,
        "name": finding.name,
        "noqa_row": entry.start.line,
        "url": None,
    }


def _fix(entry: Entry, render: Renderer) -> dict[str, Any] | None:
    plan = entry.finding.fix
    edits = render(entry) if plan is not None else None
    if plan is None or edits is None:
        return None
    return {
        "applicability": entry.safety or plan.safety,
        "edits": [
            {
                "content": edit.text,
                "end_location": _location(entry.source, edit.span.end),
                "location": _location(entry.source, edit.span.start),
            }
            for edit in edits
        ],
        "message": plan.title,
    }


def _location(source: Source, offset: int) -> dict[str, int]:
    line, column, _ = source.position(offset)
    return {"column": column, "row": line}


def rendered_edits(entry: Entry) -> tuple[Edit, ...] | None:
    """The default renderer: through :mod:`mllint.fixes`, which loads libcst. Notebooks have no fixes."""
    from mllint.fixes.chosen import Ready, combine
    from mllint.fixes.render import Refused, render

    plan = entry.finding.fix
    if plan is None or entry.source.cells is not None:
        return None
    try:
        fix = render(plan, entry.source)
    except Refused:
        return None
    return combine(entry.source, [Ready(entry.finding, fix)]).edits or None
