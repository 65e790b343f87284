"""What git ignores: ``.gitignore`` files from the top of the repository down, and ``.git/info/exclude``."""

# Paths are strings here: links must not be resolved, and folders are asked for by the thousand.
# ruff: noqa: PTH110, PTH118, PTH120, PTH206

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class GitIgnore:
    """The ignore rules that hold in one folder: its own file's, and those of the folders above it.

    ``folder`` is an absolute path that ends in a separator. A deeper file decides before a shallower one.
    """

    __slots__ = ("_above", "_folder", "_spec")

    def __init__(self, folder: str, spec: "GitIgnoreSpec", above: "GitIgnore | None") -> None:
        self._folder = folder
        self._spec = spec
        self._above = above

    def ignores(self, path: str, *, folder: bool) -> bool:
        """Whether the entry with this absolute path is ignored; ``folder`` says what it is."""
        holder: GitIgnore | None = self
        while holder is not None:
            relative = path[len(holder._folder) :] + ("/" if folder else "")
            if os.sep != "/":
                relative = relative.replace(os.sep, "/")
            include = holder._spec.check_file(relative).include
            if include is not None:
                return include
            holder = holder._above
        return False


def above(folder: str) -> GitIgnore | None:
    """The rules that hold for ``folder`` from the files above it, up to the folder that has ``.git``.

    None if there is no repository, no rule, or if the rules ignore ``folder`` itself: someone who names
    an ignored folder wants what is in it.
    """
    top = folder
    while not os.path.exists(os.path.join(top, ".git")):
        parent = os.path.dirname(top)
        if parent == top:
            return None
        top = parent
    rules = _read(os.path.join(top, ".git", "info", "exclude"), top, None)
    current = top
    for part in _parts_between(top, folder):
        rules = within(current, rules)
        current = os.path.join(current, part)
        if rules is not None and rules.ignores(current, folder=True):
            return None
    return rules


def within(folder: str, rules: GitIgnore | None) -> GitIgnore | None:
    """The rules for the entries of ``folder``: those given, under its own ``.gitignore`` if it has one."""
    return _read(os.path.join(folder, ".gitignore"), folder, rules)


def _parts_between(top: str, folder: str) -> Iterator[str]:
    relative = os.path.relpath(folder, top)
    return iter(() if relative == os.curdir else relative.split(os.sep))


def _read(path: str, folder: str, rules: GitIgnore | None) -> GitIgnore | None:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = [line for line in file.read().splitlines() if line.strip() and not line.startswith("#")]
    except OSError:
        return rules
    if not lines:
        return rules
    # Imported here: it costs as much as checking a few files, and many folders have no such file.
    from pathspec import GitIgnoreSpec

    accepted: list[str] = []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:  # git passes over a pattern that makes no sense, and so do we
            continue
        accepted.append(line)
    return GitIgnore(os.path.join(folder, ""), GitIgnoreSpec.from_lines(accepted), rules)
