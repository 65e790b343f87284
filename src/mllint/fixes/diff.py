"""What a fix would change, as a patch."""

import difflib
from collections.abc import Iterator


def unified_diff(before: str, after: str, path: str) -> str:
    """A unified diff that ``patch -p0`` and ``git apply -p0`` take; empty for equal texts.

    Only ``\\n`` ends a line here, as in those tools: a carriage return is part of its line.
    """
    lines = difflib.unified_diff(_lines(before), _lines(after), path, path)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(text: str) -> list[str]:
    return list(_split(text))


def _split(text: str) -> Iterator[str]:
    *whole, last = text.split("\n")
    yield from (f"{line}\n" for line in whole)
    if last:
        yield last
