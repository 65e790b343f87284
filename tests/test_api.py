"""What `import mllint` offers to other programs."""

import subprocess
import sys

import pytest

import mllint
from mllint.config import ConfigError

SLOW = """\
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder

loader = DataLoader(ImageFolder("photos"))
"""


def test_text_is_linted_without_files() -> None:
    (finding,) = mllint.lint_text(SLOW, "train.py", select=["MLL101"])
    assert (finding.code, finding.name) == ("MLL101", "dataloader-no-workers")
    assert SLOW[finding.span.start : finding.span.end].startswith("DataLoader(")
    assert mllint.lint_text(SLOW, ignore=["MLL101"]) == []
    assert mllint.lint_text(SLOW, config={"ignore": ["dataloader-no-workers"]}) == []


def test_a_syntax_error_is_a_finding() -> None:
    (finding,) = mllint.lint_text("x = (")
    assert finding.code == "MLL900"
    assert mllint.fix_text("x = (") == "x = ("


def test_unsafe_fixes_need_to_be_asked_for() -> None:
    assert mllint.fix_text(SLOW) == SLOW
    assert "num_workers=" in mllint.fix_text(SLOW, unsafe=True)


def test_an_unknown_selector_is_refused() -> None:
    with pytest.raises(ConfigError, match="did you mean"):
        mllint.lint_text(SLOW, select="dataloader-no-worker")


def test_importing_the_package_loads_no_module_of_it() -> None:
    code = "import sys, mllint; print([name for name in sys.modules if name.startswith('mllint.')])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
