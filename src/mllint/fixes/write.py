"""A file is replaced as a whole, and only if it is as it was read."""

import contextlib
import errno
import os
import stat
import tempfile
from pathlib import Path


class ChangedMeanwhile(Exception):
    """The file is no longer what was read; nothing was written. ``str()`` is a message for people."""


class WriteFailed(Exception):
    """The file could not be written and is as it was. ``str()`` is a message for people."""


def write_if_unchanged(path: Path, expected: bytes, new: bytes) -> None:
    """Replaces the content of ``path`` by ``new``, at once, if it still is ``expected``.

    A symlink stays and its target is written. Permissions are kept, and the owner where the system allows
    it. The file is replaced by a new one, so another hard link to it keeps the old content: half-written
    files are worse. Raises :class:`ChangedMeanwhile` and :class:`WriteFailed`; the file is then untouched.
    """
    try:
        _write(path, expected, new)
    except OSError as error:
        raise WriteFailed(f"{path}: not written: {_reason(error)}") from error


def _write(path: Path, expected: bytes, new: bytes) -> None:
    try:
        target = path.resolve(strict=True)
    except RuntimeError:  # until Python 3.13 a loop of symlinks is no OSError
        raise WriteFailed(f"{path}: not written: too many levels of symbolic links") from None
    status = target.stat()
    if not stat.S_ISREG(status.st_mode):
        raise WriteFailed(f"{path}: not written: not a regular file")
    # Replacing needs rights on the folder only; a file that is marked read-only is left alone even so.
    if not status.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise WriteFailed(f"{path}: not written: the file is read-only")
    _refuse_changed(path, target, expected)
    handle, name = _temporary(path, target)
    temporary = Path(name)
    try:
        with open(handle, "wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        _take_over_rights(temporary, status)
        _refuse_changed(path, target, expected)
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _flush_folder(target.parent)


def _refuse_changed(path: Path, target: Path, expected: bytes) -> None:
    try:
        current = target.read_bytes()
    except FileNotFoundError:
        raise ChangedMeanwhile(f"{path}: not written: it vanished while it was being fixed") from None
    if current != expected:
        raise ChangedMeanwhile(f"{path}: not written: it changed while it was being fixed")


def _temporary(path: Path, target: Path) -> tuple[int, str]:
    try:
        return tempfile.mkstemp(".tmp", f".{target.name[:40]}.", target.parent)
    except PermissionError:
        raise WriteFailed(f"{path}: not written: the folder {target.parent} is read-only") from None


def _take_over_rights(temporary: Path, status: os.stat_result) -> None:
    own = temporary.stat()
    if hasattr(os, "chown") and (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
        with contextlib.suppress(PermissionError):
            os.chown(temporary, status.st_uid, status.st_gid)
    # After the owner: a change of owner clears the set-user-ID bits.
    temporary.chmod(stat.S_IMODE(status.st_mode))


def _flush_folder(folder: Path) -> None:
    """Makes the new name survive a crash, where folders can be flushed."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _reason(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "no space left on the device"
    if error.errno == errno.EROFS:
        return "the file system is read-only"
    if isinstance(error, FileNotFoundError):
        return "it vanished while it was being fixed"
    return error.strerror or str(error)
