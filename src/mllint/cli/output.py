"""Where a command's text goes: standard output, or a file that appears whole or not at all."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from mllint.cli.failure import Failure
from mllint.report.palette import ColourChoice, Palette, colour_wanted


def write_text(chunks: Iterable[str], stream: TextIO) -> None:
    """Write to a stream; when its reader has gone (`| head`), the rest is dropped in silence."""
    try:
        for chunk in chunks:
            stream.write(chunk)
        stream.flush()
    except BrokenPipeError:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def say(text: str) -> None:
    """A message for people, on standard error."""
    write_text([text.rstrip("\n") + "\n"], sys.stderr)


def palette_for(stream: TextIO, choice: ColourChoice) -> Palette:
    """Colours where the stream can show them and the person wants them."""
    return Palette(colour_wanted(choice, os.environ, terminal=stream.isatty()))


def write_file(path: Path, chunks: Iterable[str]) -> None:
    """Replace a report file atomically; :class:`Failure` where that is not possible."""
    path = path.resolve()  # a link stays one
    try:
        if path.exists() and not path.is_file():  # /dev/stdout, a named pipe
            with path.open("w", encoding="utf-8") as stream:
                stream.writelines(chunks)
            return
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        temporary = Path(name)
        try:
            with open(handle, "w", encoding="utf-8", newline="", errors="backslashreplace") as stream:
                stream.writelines(chunks)
            temporary.chmod(path.stat().st_mode & 0o7777 if path.exists() else 0o666 & ~_umask())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Failure(f"cannot write {path}: {error.strerror or error}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
