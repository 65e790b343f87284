"""Which files a run is about: the paths of the command line, folders walked, what is excluded left out."""

# Paths are strings here: links must not be resolved, and folders are asked for by the thousand.
# ruff: noqa: PTH100, PTH110, PTH112, PTH114, PTH118, PTH120

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mllint import gitignore
from mllint.config import ConfigResolver
from mllint.gitignore import GitIgnore
from mllint.globs import Globs
from mllint.settings import Settings

SUFFIXES = (".py", ".pyi", ".ipynb")


class MissingPath(Exception):
    """A path of the command line that is not there; ``str()`` is a message for people."""


@dataclass(frozen=True, slots=True)
class Target:
    """A file to check.

    ``display`` is the path as people see it: relative to the current folder where inside it, else as it
    was given. ``named`` says that the user named the file itself, not a folder that holds it.
    """

    path: Path
    display: str
    named: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """A place that could not be looked into; the run goes on."""

    display: str
    message: str


def discover(paths: Sequence[str], resolver: ConfigResolver, *, cwd: Path) -> Iterator[Target | Problem]:
    """The files under ``paths`` (none: the current folder), each once, folders in the order of names.

    A named file is taken whatever its suffix, and though it is excluded, unless ``force-exclude`` is set;
    a named folder likewise is walked. In folders ``*.py``, ``*.pyi`` and ``*.ipynb`` are taken that
    neither ``exclude``, ``extend-exclude`` nor git's ignore files leave out. Links to folders are not
    followed, dangling links passed over.

    Raises :class:`MissingPath` at once if a path does not exist, and
    :class:`~mllint.config.ConfigError` when a folder with a broken configuration is met.
    """
    base = os.path.abspath(cwd)
    given = [(path, os.path.normpath(os.path.join(base, path))) for path in paths or (".",)]
    for path, absolute in given:
        if not os.path.exists(absolute):
            broken = os.path.islink(absolute)
            reason = "a link to a file that does not exist" if broken else "no such file or folder"
            raise MissingPath(f"{path or repr(path)}: {reason}; correct the path")
    return _discover(given, resolver, base)


def _discover(
    given: list[tuple[str, str]], resolver: ConfigResolver, base: str
) -> Iterator[Target | Problem]:
    named = {os.path.realpath(absolute) for _, absolute in given if not os.path.isdir(absolute)}
    seen: set[str] = set()
    for path, absolute in given:
        shown = _Shown(path, absolute, base)
        if os.path.isdir(absolute):
            settings = resolver.settings_in(absolute)
            if not (settings.force_exclude and _excluded(settings).matches(absolute)):
                yield from _Walk(resolver, shown, named, seen).folder(absolute)
            continue
        settings = resolver.settings_in(os.path.dirname(absolute))
        if settings.force_exclude and _excluded(settings).matches(absolute):
            continue
        key = os.path.realpath(absolute)
        if key not in seen:
            seen.add(key)
            yield Target(Path(absolute), shown(absolute), named=True)


class _Shown:
    """How the paths below one argument are shown."""

    def __init__(self, given: str, absolute: str, base: str) -> None:
        self._base = base
        self._inside = os.path.join(base, "")
        self._cut = len(absolute)
        self._head = given.rstrip("/" + os.sep)

    def __call__(self, absolute: str) -> str:
        if absolute.startswith(self._inside):
            shown = absolute[len(self._inside) :]
        elif absolute == self._base:
            shown = "."
        else:
            shown = self._head + absolute[self._cut :]
        return shown if os.sep == "/" else shown.replace(os.sep, "/")


class _Walk:
    """The walk below one folder that was named."""

    def __init__(self, resolver: ConfigResolver, shown: _Shown, named: set[str], seen: set[str]) -> None:
        self._resolver = resolver
        self._shown = shown
        self._named = named
        self._seen = seen

    def folder(self, top: str) -> Iterator[Target | Problem]:
        # A stack of iterators, not recursion: folders may be nested deeper than Python likes to call.
        rules = gitignore.above(top) if self._resolver.settings_in(top).respect_gitignore else None
        stack = [self._entries(top, os.path.realpath(top), rules)]
        while stack:
            item = next(stack[-1], None)
            if item is None:
                stack.pop()
            elif isinstance(item, tuple):
                stack.append(self._entries(*item))
            else:
                yield item

    def _entries(
        self, folder: str, real: str, above: GitIgnore | None
    ) -> Iterator[Target | Problem | tuple[str, str, GitIgnore | None]]:
        """The files directly in a folder, and its subfolders as arguments of the next call, by name."""
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            yield Problem(self._shown(folder), f"cannot be listed: {reason}")
            return
        settings = self._resolver.settings_in(folder)
        excluded = _excluded(settings)
        rules = above
        if settings.respect_gitignore and any(entry.name == ".gitignore" for entry in entries):
            rules = gitignore.within(folder, above)
        for entry in entries:
            try:
                is_folder = entry.is_dir(follow_symlinks=False)
                if not is_folder and not (entry.name.endswith(SUFFIXES) and entry.is_file()):
                    continue
            except OSError:  # a loop of links, or gone since it was listed
                continue
            if excluded.matches_entry(entry.name, entry.path):
                continue
            if settings.respect_gitignore and rules and rules.ignores(entry.path, folder=is_folder):
                continue
            key = os.path.realpath(entry.path) if entry.is_symlink() else os.path.join(real, entry.name)
            if is_folder:
                yield entry.path, key, rules
            elif key not in self._seen:
                self._seen.add(key)
                yield Target(Path(entry.path), self._shown(entry.path), named=key in self._named)


@lru_cache(maxsize=64)
def _excluded(settings: Settings) -> Globs:
    return Globs((*settings.exclude, *settings.extend_exclude), str(settings.root))
