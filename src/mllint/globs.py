"""Path globs as configuration writes them.

A glob without a slash stands for the name of a file or folder at any depth; one with a slash for a path
below the root (or an absolute path). ``*`` and ``?`` do not cross a slash, ``**`` does. What lies in a
folder that matches, matches.
"""

import os
import re
from collections.abc import Iterable
from functools import cached_property

_NEVER = re.compile(r"(?!)")
_SPECIAL = re.compile(r"\*\*/|/\*\*\Z|\*\*|\*|\?|\[!?\]?[^\]/]*\]")


class Globs:
    """Several globs at once.

    ``root`` is an absolute path with forward slashes or the system's own. With ``any_depth`` a glob with
    a slash may begin at every folder below the root.
    """

    def __init__(self, patterns: Iterable[str], root: str, *, any_depth: bool = False) -> None:
        self._root = _with_slashes(root).rstrip("/") + "/"
        self._any_depth = any_depth
        cleaned = [_with_slashes(pattern).rstrip("/").removeprefix("./") for pattern in patterns]
        self._by_name = [pattern for pattern in cleaned if pattern and "/" not in pattern]
        self._by_path = [pattern for pattern in cleaned if "/" in pattern]

    def matches_entry(self, name: str, path: str) -> bool:
        """Whether the entry itself matches; ``path`` is its absolute path, ``name`` the last part of it."""
        if self._names.match(name):
            return True
        if not self._by_path:
            return False
        path = _with_slashes(path)
        return bool(
            self._absolute.match(path)
            or (path.startswith(self._root) and self._relative.match(path[len(self._root) :]))
        )

    def matches(self, path: str) -> bool:
        """Whether the entry or a folder below the root in which it lies matches.

        Of a path that is not below the root, only the last part is looked at by name.
        """
        path = _with_slashes(path)
        inside = path.startswith(self._root)
        parts = path[len(self._root) :].split("/") if inside else [path.rsplit("/", 1)[-1]]
        head = self._root if inside else path[: -len(parts[0])]
        for part in parts:
            head += part
            if self.matches_entry(part, head):
                return True
            head += "/"
        return False

    @cached_property
    def _names(self) -> re.Pattern[str]:
        return _compile(self._by_name)

    @cached_property
    def _relative(self) -> re.Pattern[str]:
        relative = [pattern for pattern in self._by_path if not _is_absolute(pattern)]
        return _compile([f"**/{pattern}" for pattern in relative] if self._any_depth else relative)

    @cached_property
    def _absolute(self) -> re.Pattern[str]:
        return _compile([pattern for pattern in self._by_path if _is_absolute(pattern)])


def _with_slashes(path: str) -> str:
    return path if os.sep == "/" else path.replace(os.sep, "/")


def _is_absolute(pattern: str) -> bool:
    return pattern.startswith("/") or pattern[1:3] == ":/"


def _compile(patterns: list[str]) -> re.Pattern[str]:
    return (
        re.compile("|".join(f"(?:{_expression(pattern)})\\Z" for pattern in patterns)) if patterns else _NEVER
    )


def _expression(pattern: str) -> str:
    pieces: list[str] = []
    end = 0
    for match in _SPECIAL.finditer(pattern):
        pieces.append(re.escape(pattern[end : match.start()]))
        end = match.end()
        match match.group():
            case "**/":
                pieces.append("(?:[^/]+/)*")
            case "/**":
                pieces.append("/.+")
            case "**":
                pieces.append(".*")
            case "*":
                pieces.append("[^/]*")
            case "?":
                pieces.append("[^/]")
            case word:
                negated = word.startswith("[!")
                members = word[2 if negated else 1 : -1].replace("\\", "\\\\").replace("[", "\\[")
                if members.startswith("^"):
                    members = "\\" + members
                pieces.append(f"[{'^' if negated else ''}{members.replace(']', chr(92) + ']')}]")
    pieces.append(re.escape(pattern[end:]))
    return "".join(pieces)
