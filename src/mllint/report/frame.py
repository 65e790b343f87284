"""A few lines of source with a finding underlined."""

from mllint.report.entry import Entry
from mllint.report.palette import Palette
from mllint.report.width import display_width, visible

#: Lines shown before and after the underlined one.
_CONTEXT = 2
#: Longer lines are shown in part: data pasted into code would fill the screen.
_LONGEST = 160


def frame(entry: Entry, palette: Palette) -> list[str]:
    """Numbered lines around the finding's first line, which is underlined; empty for an empty text."""
    source = entry.visible_source
    if not source.text:
        return []
    span = entry.finding.span
    target = source.line_number(span.start)
    cell = source.cell_at(target)
    first_of_all, last_of_all = 1, source.line_count
    if cell is not None:
        first_of_all, last_of_all = cell.first_line, cell.first_line + cell.lines - 1
    first, last = max(target - _CONTEXT, first_of_all), min(target + _CONTEXT, last_of_all)
    while last > target and not source.line(last).strip():
        last -= 1
    while first < target and not source.line(first).strip():
        first += 1
    room = len(str(last - first_of_all + 1))
    bar = palette.margin("|")
    lines = [f"{' ' * room} {bar}"]
    column = span.start - source.line_starts[target - 1]
    # A long target line is shown from a little before the finding; its neighbours likewise, to stay aligned.
    left = max(column - _LONGEST // 4, 0) if len(source.line(target)) > _LONGEST else 0
    for number in range(first, last + 1):
        text = source.line(number)
        shown = visible(text[left : left + _LONGEST])
        label = palette.margin(f"{number - first_of_all + 1:>{room}}")
        lines.append(f"{label} {bar} {shown}".rstrip())
        if number == target:
            head = visible(text[left:column])
            width = display_width(visible(text[left : min(column + span.end - span.start, left + _LONGEST)]))
            before = display_width(head)
            lines.append(f"{' ' * room} {bar} {' ' * before}{palette.alarm('^' * max(width - before, 1))}")
    lines.append(f"{' ' * room} {bar}")
    return lines
