"""The long format: each finding with its source, its notes and what can be done about it."""

from collections.abc import Iterable, Iterator

from mllint.finding import Finding
from mllint.report.entry import Entry
from mllint.report.frame import frame
from mllint.report.palette import Palette
from mllint.report.width import one_line


def full(entries: Iterable[Entry], palette: Palette) -> Iterator[str]:
    """A block of lines for each finding, with an empty line after it."""
    for entry in entries:
        finding = entry.finding
        lines = [
            f"{palette.alarm(finding.code)} {palette.place(entry.marker)}"
            f"{palette.strong(one_line(finding.message))} ({finding.name}, {finding.impact} impact)",
            f" {palette.margin('-->')} {one_line(entry.place)}",
            *frame(entry, palette),
            *(f"{palette.place('note:')} {one_line(note)}" for note in finding.notes),
            *(f"{palette.place('help:')} {one_line(text)}" for text in _help(entry)),
            f"{palette.place('more:')} `mllint rule {finding.code}`",
        ]
        yield "\n".join(lines) + "\n\n"


def _help(entry: Entry) -> Iterator[str]:
    finding = entry.finding
    if finding.fix is not None:
        yield f"{finding.fix.title} ({_safety(entry, finding)})"
    elif finding.no_fix:
        yield f"no fix: {finding.no_fix}"


def _safety(entry: Entry, finding: Finding) -> str:
    deltas = ", ".join(finding.fix.deltas) if finding.fix else ""
    match entry.safety, entry.reach:
        case "safe", "never":
            return "safe fix, switched off by the settings"
        case "safe", _:
            return "safe fix"
        case "unsafe", reach:
            words = f"unsafe fix, may change: {deltas}" if deltas else "unsafe fix"
            return f"{words}; with `--unsafe-fixes`" if reach == "unsafe" else words
        case _:
            return "shown only, never applied"
