"""Data files that code names by a constant path: is the file there, and how large is it?"""

import os
import re
import stat
from pathlib import Path
from typing import NamedTuple

from mllint.semantics.module import Module

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_MEBIBYTE = 1 << 20


class DataFile(NamedTuple):
    """A file by the path that the code has for it; ``size`` is in bytes, None where no such file is found."""

    path: str
    size: int | None = None

    @property
    def description(self) -> str:
        """The path, with the size in MiB where it is known."""
        if self.size is None:
            return f"`{self.path}`"
        return f"`{self.path}` ({self.size / _MEBIBYTE:,.0f} MiB)"


def data_file(path: object, module: Module) -> DataFile | None:
    """The file behind the value of a path, looked for beside the source and in the project's folder.

    None for what is no path of a local file: a URL, a folder, no string at all. The file is not opened.
    """
    if not isinstance(path, str) or not path or _SCHEME.match(path) or "\n" in path:
        return None
    folders = [folder for folder in (module.path and module.path.parent, module.root) if folder]
    for folder in folders:
        found = _stat(folder / path)
        if found is not None:
            return DataFile(path, found.st_size) if stat.S_ISREG(found.st_mode) else None
    return DataFile(path)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (OSError, ValueError):
        return None
