"""Workflow commands that GitHub turns into annotations of a pull request."""

from collections.abc import Iterable, Iterator

from mllint.finding import Level
from mllint.report.entry import Entry
from mllint.rule import SYNTAX_ERROR

_COMMANDS: dict[Level, str] = {"high": "error", "medium": "warning", "low": "notice"}


def github(entries: Iterable[Entry]) -> Iterator[str]:
    """``::error title=mllint (CODE),file=…,line=…,col=…,endLine=…,endColumn=…::message``.

    The command follows the finding's impact; a file that cannot be read is an error. GitHub knows no
    cells: findings in notebooks are put on line 1, and the message names the cell.
    """
    for entry in entries:
        finding = entry.finding
        start, end = entry.start, entry.end
        row, column, end_row, end_column = start.line, start.column, end.line, end.column
        if start.cell is not None:
            row = column = end_row = end_column = 1
        properties = {
            "title": f"mllint ({finding.code})",
            "file": entry.path,
            "line": str(row),
            "col": str(column),
            "endLine": str(end_row),
            "endColumn": str(end_column),
        }
        listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
        message = _data(f"{entry.place}: {finding.code} {finding.message} ({finding.name})")
        command = "error" if finding.code == SYNTAX_ERROR else _COMMANDS[finding.impact]
        yield f"::{command} {listed}::{message}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
