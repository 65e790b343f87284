"""Files are replaced whole, and only if nobody else changed them."""

import os
import stat
from pathlib import Path

import pytest

from mllint.fixes.write import ChangedMeanwhile, WriteFailed, write_if_unchanged


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "train.py"
    path.write_bytes(b"old")
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_content_is_replaced_and_nothing_is_left_over(file: Path) -> None:
    write_if_unchanged(file, b"old", b"new\r\n")
    assert file.read_bytes() == b"new\r\n"
    assert names(file.parent) == ["train.py"]


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600, 0o2775])
def test_mode_bits_are_kept(file: Path, mode: int) -> None:
    file.chmod(mode)
    write_if_unchanged(file, b"old", b"new")
    assert stat.S_IMODE(file.stat().st_mode) == mode


def test_a_symlink_stays_and_its_target_is_written(file: Path) -> None:
    link = file.parent / "folder" / "link.py"
    link.parent.mkdir()
    link.symlink_to(Path("..") / "train.py")
    write_if_unchanged(link, b"old", b"new")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"
    assert names(link.parent) == ["link.py"]


def test_a_file_that_changed_is_left_alone(file: Path) -> None:
    with pytest.raises(ChangedMeanwhile, match=r"train\.py.*changed while"):
        write_if_unchanged(file, b"older", b"new")
    assert file.read_bytes() == b"old"
    assert names(file.parent) == ["train.py"]


def test_a_change_during_the_write_is_noticed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda handle: file.write_bytes(b"theirs"))
    with pytest.raises(ChangedMeanwhile):
        write_if_unchanged(file, b"old", b"new")
    assert file.read_bytes() == b"theirs"
    assert names(file.parent) == ["train.py"]


def test_a_file_that_vanished_is_not_made_anew(file: Path) -> None:
    file.unlink()
    with pytest.raises(WriteFailed, match="vanished"):
        write_if_unchanged(file, b"old", b"new")
    assert names(file.parent) == []


def test_a_read_only_file_is_refused(file: Path) -> None:
    file.chmod(0o444)
    with pytest.raises(WriteFailed, match="the file is read-only"):
        write_if_unchanged(file, b"old", b"new")
    assert file.read_bytes() == b"old"


def test_a_read_only_folder_is_refused(file: Path) -> None:
    file.parent.chmod(0o555)
    try:
        if os.access(file.parent, os.W_OK):
            pytest.skip("running as root")
        with pytest.raises(WriteFailed, match="read-only"):
            write_if_unchanged(file, b"old", b"new")
    finally:
        file.parent.chmod(0o755)


def test_a_loop_of_symlinks_and_a_folder_are_refused(tmp_path: Path) -> None:
    loop = tmp_path / "loop.py"
    loop.symlink_to(loop)
    for path in (loop, tmp_path):
        with pytest.raises(WriteFailed):
            write_if_unchanged(path, b"", b"new")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(28, "No space left on device"), "no space left"),
        (OSError(30, "Read-only file system"), "read-only"),
        (OSError(5, "Input/output error"), "Input/output error"),
    ],
)
def test_a_failure_on_the_way_leaves_the_file_and_no_temporary_one(
    file: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, message: str
) -> None:
    def fail(handle: int) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(WriteFailed, match=message):
        write_if_unchanged(file, b"old", b"new")
    assert file.read_bytes() == b"old"
    assert names(file.parent) == ["train.py"]


def test_an_interrupt_leaves_no_temporary_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_if_unchanged(file, b"old", b"new")
    assert names(file.parent) == ["train.py"]


def test_another_hard_link_keeps_the_old_content(file: Path) -> None:
    other = file.parent / "other.py"
    other.hardlink_to(file)
    write_if_unchanged(file, b"old", b"new")
    assert (file.read_bytes(), other.read_bytes()) == (b"new", b"old")
