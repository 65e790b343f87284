import os
import time
from pathlib import Path
from typing import Any

import pytest

from mllint.config import ConfigError, ConfigResolver
from mllint.files import MissingPath, Problem, Target, discover
from mllint.globs import Globs
from small_catalogue import CATALOGUE


def tree(root: Path, *files: str) -> None:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def found(cwd: Path, *paths: str, **overrides: Any) -> list[str]:
    resolver = ConfigResolver(CATALOGUE, base=cwd, overrides=overrides, environ={})
    return [item.display for item in discover(paths, resolver, cwd=cwd)]


def repository(root: Path, ignore: str) -> None:
    (root / ".git").mkdir(parents=True)
    (root / ".gitignore").write_text(ignore)


def test_python_and_notebooks_are_taken_in_the_order_of_names(tmp_path: Path) -> None:
    tree(tmp_path, "b.py", "a/z.ipynb", "a/y.pyi", "a/data.csv", "c.txt", "a.py")
    assert found(tmp_path) == ["a/y.pyi", "a/z.ipynb", "a.py", "b.py"]


def test_a_named_file_is_taken_whatever_its_suffix(tmp_path: Path) -> None:
    tree(tmp_path, "script", "build/x.py")
    assert found(tmp_path, "script", "build/x.py") == ["script", "build/x.py"]


def test_default_excludes_hold_at_any_depth_but_not_for_what_is_named(tmp_path: Path) -> None:
    tree(tmp_path, ".venv/a.py", "p/build/a.py", "p/__pycache__/a.py", "p/builder/a.py")
    assert found(tmp_path) == ["p/builder/a.py"]
    assert found(tmp_path, "p/build") == ["p/build/a.py"]


def test_force_exclude_holds_for_what_is_named_too(tmp_path: Path) -> None:
    tree(tmp_path, "build/deep/a.py", "a.py")
    (tmp_path / "mllint.toml").write_text("force-exclude = true\nextend-exclude = ['gen_*.py']")
    tree(tmp_path, "gen_a.py")
    assert found(tmp_path, "build/deep/a.py", "build/deep", "gen_a.py", "a.py") == ["a.py"]


def test_extend_exclude_adds_and_exclude_replaces(tmp_path: Path) -> None:
    tree(tmp_path, "build/a.py", "old/a.py", "src/gen/a.py", "src/a.py", "gen/a.py")
    assert found(tmp_path, **{"extend-exclude": ["old", "src/gen"]}) == ["gen/a.py", "src/a.py"]
    assert found(tmp_path, exclude=["gen/", "./src/*/a.py"]) == ["build/a.py", "old/a.py", "src/a.py"]


def test_the_excludes_of_a_nested_configuration_hold_below_it(tmp_path: Path) -> None:
    tree(tmp_path, "p/x/a.py", "x/a.py")
    (tmp_path / "p" / "mllint.toml").write_text('extend-exclude = ["x"]')
    assert found(tmp_path) == ["x/a.py"]
    (tmp_path / "p" / "mllint.toml").write_text("selct = 1")
    with pytest.raises(ConfigError):
        found(tmp_path)


def test_gitignore_is_respected_with_negation_and_nesting(tmp_path: Path) -> None:
    repository(tmp_path, "# made\n*_pb2.py\n/data/\nlogs\n!keep_pb2.py\n")
    tree(
        tmp_path, "a_pb2.py", "keep_pb2.py", "data/x.py", "p/data/x.py", "p/logs/x.py", "p/a_pb2.py", "p/b.py"
    )
    (tmp_path / "p" / ".gitignore").write_text("!a_pb2.py\nb.py\n")
    (tmp_path / ".git" / "info").mkdir()
    (tmp_path / ".git" / "info" / "exclude").write_text("mine.py\n")
    tree(tmp_path, "p/mine.py")
    assert found(tmp_path) == ["keep_pb2.py", "p/a_pb2.py", "p/data/x.py"]
    assert found(tmp_path, "p") == ["p/a_pb2.py", "p/data/x.py"]
    everything = found(tmp_path, **{"respect-gitignore": False})
    assert len(everything) == 8


def test_what_git_ignores_is_taken_when_it_is_named(tmp_path: Path) -> None:
    repository(tmp_path, "out/\n")
    tree(tmp_path, "out/a.py", "out/sub/b.py")
    assert found(tmp_path, "out") == ["out/a.py", "out/sub/b.py"]
    assert found(tmp_path, "out/sub/b.py") == ["out/sub/b.py"]


def test_patterns_that_git_would_pass_over_do_no_harm(tmp_path: Path) -> None:
    repository(tmp_path, "!\n\\\n[\nb.py\n")
    (tmp_path / ".gitignore").write_bytes((tmp_path / ".gitignore").read_bytes() + b"\xff\xfe\n")
    tree(tmp_path, "a.py", "b.py")
    assert found(tmp_path) == ["a.py"]


def test_a_gitignore_without_a_repository_holds_below_its_folder(tmp_path: Path) -> None:
    tree(tmp_path, "p/a.py", "a.py")
    (tmp_path / "p" / ".gitignore").write_text("a.py")
    assert found(tmp_path) == ["a.py"]


def test_each_file_is_given_once_and_known_as_named(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "p/b.py")
    resolver = ConfigResolver(CATALOGUE, base=tmp_path, environ={})
    items = list(discover([".", "p", "./a.py", "p/../a.py", str(tmp_path / "a.py")], resolver, cwd=tmp_path))
    assert items == [
        Target(tmp_path / "a.py", "a.py", named=True),
        Target(tmp_path / "p" / "b.py", "p/b.py", named=False),
    ]


def test_paths_outside_of_the_current_folder_are_shown_as_they_were_given(tmp_path: Path) -> None:
    tree(tmp_path, "x/a.py", "y/b.py")
    cwd = tmp_path / "y"
    assert found(cwd, "../x") == ["../x/a.py"]
    assert found(cwd, "../x/a.py", "../y/b.py") == ["../x/a.py", "b.py"]
    assert found(cwd, str(tmp_path / "x")) == [f"{tmp_path.as_posix()}/x/a.py"]
    assert found(cwd, "..") == ["../x/a.py", "b.py"]


def test_links_to_folders_and_loops_are_not_followed(tmp_path: Path) -> None:
    tree(tmp_path, "p/a.py", "outside/b.py")
    (tmp_path / "p" / "loop").symlink_to(tmp_path / "p")
    (tmp_path / "p" / "out").symlink_to(tmp_path / "outside")
    (tmp_path / "p" / "self.py").symlink_to(tmp_path / "p" / "self.py")
    (tmp_path / "p" / "gone.py").symlink_to(tmp_path / "nothing.py")
    (tmp_path / "p" / "same.py").symlink_to(tmp_path / "p" / "a.py")
    assert found(tmp_path, "p") == ["p/a.py"]
    assert found(tmp_path, "p/out") == ["p/out/b.py"]


def test_a_path_that_does_not_exist_is_refused_before_anything_else(tmp_path: Path) -> None:
    tree(tmp_path, "a.py")
    resolver = ConfigResolver(CATALOGUE, base=tmp_path, environ={})
    with pytest.raises(MissingPath, match=r"^nope/: no such file or folder; correct the path"):
        discover(["a.py", "nope/"], resolver, cwd=tmp_path)
    (tmp_path / "l.py").symlink_to("gone")
    with pytest.raises(MissingPath, match=r"l\.py: a link to a file that does not exist"):
        discover(["l.py"], resolver, cwd=tmp_path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may list everything")
def test_an_unreadable_folder_is_a_problem_and_the_rest_goes_on(tmp_path: Path) -> None:
    tree(tmp_path, "a/x.py", "b/y.py")
    (tmp_path / "a").chmod(0)
    resolver = ConfigResolver(CATALOGUE, base=tmp_path, environ={})
    items = list(discover([], resolver, cwd=tmp_path))
    (tmp_path / "a").chmod(0o755)
    assert items[0] == Problem("a", "cannot be listed: permission denied")
    assert [item.display for item in items[1:]] == ["b/y.py"]


def test_a_folder_that_vanishes_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "a/x.py", "b/y.py")
    listed = os.scandir

    def scandir(path: str) -> Any:
        if os.path.basename(path) == "a":  # noqa: PTH119
            raise FileNotFoundError(2, "No such file or directory")
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    resolver = ConfigResolver(CATALOGUE, base=tmp_path, environ={})
    items = list(discover([], resolver, cwd=tmp_path))
    assert items[0] == Problem("a", "cannot be listed: no such file or directory")
    assert [item.display for item in items[1:]] == ["b/y.py"]


def test_three_thousand_files_are_found_in_a_moment(tmp_path: Path) -> None:
    repository(tmp_path, "\n".join(f"pattern{number}*" for number in range(50)))
    for folder in range(100):
        (tmp_path / f"d{folder}").mkdir()
        for file in range(30):
            (tmp_path / f"d{folder}" / f"m{file}.py").touch()
    start = time.process_time()
    assert len(found(tmp_path)) == 3000
    assert time.process_time() - start < 1.0  # 0.1 s alone; the bound only catches a change of order


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("a.py", "x/a.py", True),
        ("*.py", "x/y/a.py", True),
        ("x", "x/y/a.py", True),
        ("x/*", "x/y/a.py", True),
        ("x/*.py", "x/y/a.py", False),
        ("x/**/a.py", "x/a.py", True),
        ("x/**/a.py", "x/y/z/a.py", True),
        ("**/y/*.py", "x/y/a.py", True),
        ("x/**", "x/y/a.py", True),
        ("x/**", "z/x/a.py", False),
        ("/root/x/a.py", "x/a.py", True),
        ("/root/x", "x/a.py", True),
        ("[!ab].py", "c.py", True),
        ("[!ab].py", "a.py", False),
        ("[a-c]?.py", "b1.py", True),
        ("[[]x].py", "[x].py", True),
        ("a+b(.py", "a+b(.py", True),
        ("[", "[", True),
        ("", "a.py", False),
    ],
)
def test_globs_match(pattern: str, path: str, expected: bool) -> None:
    assert Globs([pattern], "/root").matches(f"/root/{path}") is expected


def test_globs_of_any_depth_begin_at_every_folder_below_the_root() -> None:
    globs = Globs(["tests/**"], "/root", any_depth=True)
    assert globs.matches("/root/pkg/tests/unit/x.py")
    assert not globs.matches("/tests/x.py")
