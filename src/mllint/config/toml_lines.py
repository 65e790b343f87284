"""Where a key or a value stands in a TOML text, for error messages; ``tomllib`` does not tell.

The text must already have been accepted by a TOML parser: this scan finds its way, it checks nothing.
"""

import re
from collections.abc import Sequence

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY_PART = re.compile(r"""[ \t]*(?:"((?:\\.|[^"\\])*)"|'([^']*)'|([A-Za-z0-9_-]+))[ \t]*""")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'",
    re.DOTALL,
)
_COMMENT = re.compile(r"#[^\n]*")


def line_of(text: str, keys: Sequence[str], value: str | None = None) -> int:
    """The 1-based line where ``keys`` is set, or else the longest leading part of it that is; 1 if none.

    With ``value`` it is the line of that string inside the key's value, where the string can be found.
    """
    best = (0, 0, 0)
    for path, start, end in _entries(text):
        shared = 0
        for mine, theirs in zip(keys, path, strict=False):
            if mine != theirs:
                break
            shared += 1
        # A path that goes on below the key (a table header) still shows where the key is.
        if shared > best[0]:
            best = (shared, start, end)
    offset = best[1]
    if value is not None and best[0] == len(keys):
        for quote in "\"'":
            found = text.find(f"{quote}{value}{quote}", best[1], best[2])
            if found >= 0:
                offset = found
                break
    return text.count("\n", 0, offset) + 1


def _entries(text: str) -> list[tuple[tuple[str, ...], int, int]]:
    """Each table header and each key with its full path, its offset, and where its value ends."""
    entries: list[tuple[tuple[str, ...], int, int]] = []
    table: tuple[str, ...] = ()
    position = 0
    while True:
        start = _blank_end(text, position)
        if start >= len(text):
            return entries
        if text[start] == "[":
            table, position = _dotted(text, start + 2 if text.startswith("[[", start) else start + 1)
            position = _line_end(text, position)
            entries.append((table, start, position))
            continue
        keys, position = _dotted(text, start)
        position = _value_end(text, position + 1)
        entries.append((table + keys, start, position))


def _blank_end(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end + 1


def _dotted(text: str, position: int) -> tuple[tuple[str, ...], int]:
    """The dotted key at ``position``, and the offset after it."""
    parts: list[str] = []
    while match := _KEY_PART.match(text, position):
        parts.append(next(group for group in match.groups() if group is not None))
        position = match.end()
        if not text.startswith(".", position):
            break
        position += 1
    return tuple(parts), position


def _value_end(text: str, position: int) -> int:
    """The offset after the value's last line; brackets and strings may hold newlines."""
    depth = 0
    while position < len(text):
        if match := _STRING.match(text, position) or _COMMENT.match(text, position):
            position = match.end()
            continue
        character = text[position]
        if character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
        elif character == "\n" and depth <= 0:
            return position + 1
        position += 1
    return position
