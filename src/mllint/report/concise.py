"""One line for each finding, as editors and people with many findings want it."""

from collections.abc import Iterable, Iterator

from mllint.report.entry import Entry
from mllint.report.palette import Palette
from mllint.report.width import one_line


def concise(entries: Iterable[Entry], palette: Palette) -> Iterator[str]:
    """``path:line:column: CODE [*] message (name)``."""
    for entry in entries:
        finding = entry.finding
        yield (
            f"{palette.strong(one_line(entry.place))}: {palette.alarm(finding.code)} "
            f"{palette.place(entry.marker)}{one_line(finding.message)} ({finding.name})\n"
        )
