"""A unified diff with colours."""

from mllint.report.palette import Palette


def coloured_diff(diff: str, palette: Palette) -> str:
    """The diff itself, its lines styled where the palette has colours."""
    if not palette.colour:
        return diff
    return "\n".join(_styled(line, palette) for line in diff.split("\n"))


def _styled(line: str, palette: Palette) -> str:
    if line.startswith(("---", "+++")):
        return palette.strong(line)
    if line.startswith("@@"):
        return palette.place(line)
    if line.startswith("-"):
        return palette.removed(line)
    return palette.added(line) if line.startswith("+") else line
