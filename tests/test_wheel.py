"""The wheel: complete, and independent of the checkout that it was built from."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from cards_under_test import CARDS, ROOT

pytestmark = pytest.mark.slow

SLOW = """\
from torchvision.datasets import ImageFolder
from torch.utils.data import DataLoader

loader = DataLoader(ImageFolder("photos"), batch_size=2)
"""


def run(folder: Path, *command: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    environment = {
        **kept,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        **({"PYTHONPATH": str(path)} if path else {}),
    }
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing is written into the checkout."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "mllint"
    copy.mkdir()
    for name in ("src", "rules"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(folder),
    ]
    done = run(copy, *command, ".")
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """A folder with mllint in it, and nothing of the checkout."""
    target = wheel.parent / "target"
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(target), str(wheel)]
    done = run(wheel.parent, *command)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(wheel.parent / "mllint")
    (wheel.parent / "elsewhere").mkdir()
    return target


def test_the_wheel_carries_compiled_rules_and_no_cards(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {"mllint/_data/rules.json", "mllint/_data/prose.json", "mllint/py.typed"} <= names
    assert not [name for name in names if name.endswith(".yaml")]
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"mllint", "mllint_perf"}
    assert wheel.name.startswith("mllint_perf-")


def test_an_installed_mllint_checks_explains_and_fixes_without_the_checkout(installed: Path) -> None:
    folder = installed.parent / "elsewhere"
    (folder / "train.py").write_text(SLOW)
    where = run(folder, sys.executable, "-c", "import mllint; print(mllint.__file__)", path=installed)
    assert Path(where.stdout.strip()).is_relative_to(installed)
    command = [sys.executable, "-m", "mllint"]
    checked = run(folder, *command, "check", "train.py", "--output-format", "concise", path=installed)
    assert (checked.returncode, checked.stderr) == (1, "")
    assert checked.stdout.startswith("train.py:4:10: MLL101 ")
    fixed = run(folder, *command, "fix", "--unsafe-fixes", "train.py", path=installed)
    assert (fixed.returncode, fixed.stderr) == (0, "")
    assert "num_workers=" in (folder / "train.py").read_text()
    explained = run(folder, *command, "rule", "dataloader-no-workers", path=installed)
    assert explained.returncode == 0
    assert "MLL101" in explained.stdout


def test_an_installed_mllint_has_every_rule_of_the_cards(installed: Path) -> None:
    listed = run(installed.parent, sys.executable, "-m", "mllint", "rules", path=installed)
    assert listed.returncode == 0, listed.stderr
    assert not [name for name in CARDS if name not in listed.stdout]
