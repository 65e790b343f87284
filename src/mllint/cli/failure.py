"""What ends a run before it is done."""

from pathlib import Path
from traceback import extract_tb
from typing import IO, Any

import click


class Failure(click.ClickException):
    """Wrong usage, a broken configuration or a broken card: one message, exit code 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"mllint: {self.format_message()}", file=file, err=file is None)


def internal_error(error: BaseException, path: str = "") -> str:
    """The line that people see, and can report, when mllint itself fails, on a file or as a whole."""
    frames = extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    reason = " ".join(str(error).split())[:200]
    where, outcome = (f" in {path}", "the file was skipped, ") if path else ("", "")
    return (
        f"mllint: internal error{where}: {type(error).__name__}: {reason}{place}; "
        f"{outcome}please report this line"
    )
