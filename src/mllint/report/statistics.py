"""How often each rule spoke."""

import json
from collections.abc import Iterable, Iterator

from mllint.report.entry import Entry
from mllint.report.palette import Palette


def statistics(entries: Iterable[Entry], palette: Palette) -> Iterator[str]:
    """A line for each rule, the most frequent first: count, code, whether all are fixable, name."""
    rows = _rows(entries)
    room = max((len(str(row[0])) for row in rows), default=1)
    for count, code, name, fixable in rows:
        marker = "[*]" if fixable == count else "[-]" if fixable else "[ ]"
        yield f"{count:>{room}}  {palette.alarm(code)}  {palette.place(marker)} {name}\n"
    if any(fixable for _, _, _, fixable in rows):
        yield "[*] all of them, [-] some of them fixable with `mllint fix`\n"


def statistics_json(entries: Iterable[Entry]) -> Iterator[str]:
    """The same as a JSON list of ``code, name, count, fixable_count``."""
    rows = [
        {"code": code, "name": name, "count": count, "fixable_count": fixable}
        for count, code, name, fixable in _rows(entries)
    ]
    yield json.dumps(rows, indent=2) + "\n"


def _rows(entries: Iterable[Entry]) -> list[tuple[int, str, str, int]]:
    counts: dict[tuple[str, str], list[int]] = {}
    for entry in entries:
        count = counts.setdefault((entry.finding.code, entry.finding.name), [0, 0])
        count[0] += 1
        count[1] += entry.reach == "now"
    rows = [(count, code, name, fixable) for (code, name), (count, fixable) in counts.items()]
    return sorted(rows, key=lambda row: (-row[0], row[1]))
