"""Constants, lengths, and the versions that a project asks for."""

import ast
from pathlib import Path
from typing import Any

import pytest

from mllint.semantics.constants import UNKNOWN, constant
from mllint.semantics.loops.extents import extent_of_array, extent_of_number
from mllint.semantics.versions import Versions
from programs import shown

CONSTANTS: dict[str, tuple[str, Any]] = {
    "number": ("show(1)", 1),
    "negative": ("show(-1.5)", -1.5),
    "name": ("x = 3\nshow(x)", 3),
    "name in a function": ("x = 3\ndef f():\n    show(x)", 3),
    "name bound twice": ("x = 3\nif c:\n    x = 4\nshow(x)", UNKNOWN),
    "name bound by global": ("x = 3\ndef f():\n    global x\n    x = 4\nshow(x)", UNKNOWN),
    "augmented": ("x = 3\nx += 1\nshow(x)", UNKNOWN),
    "loop variable": ("for x in y:\n    show(x)", UNKNOWN),
    "pair": ("a, b = 1, 'c'\nshow(b)", "c"),
    "tuple": ("show((1, (2, 'a')))", (1, (2, "a"))),
    "tuple of who knows": ("show((1, y))", UNKNOWN),
    "arithmetic": ("n = 4\nshow(n * 2 + 1)", 9),
    "powers": ("show(2 ** 10)", 1024),
    "division by zero": ("show(1 / 0)", UNKNOWN),
    "enormous": ("show(9 ** 9 ** 9)", UNKNOWN),
    "strings": ("show('a' + 'b')", "ab"),
    "string times number": ("show('a' * 3)", UNKNOWN),
    "path": ("from pathlib import Path\nshow(Path('data') / 'a.csv')", "data/a.csv"),
    "path of a name": ("from pathlib import Path\nD = Path('data')\nshow(D / 'x' / 'a.csv')", "data/x/a.csv"),
    "joined path": ("import os\nshow(os.path.join('data', 'a.csv'))", "data/a.csv"),
    "joined to an absolute path": ("import os\nshow(os.path.join('data', '/a.csv'))", "/a.csv"),
    "path under the root": ("from pathlib import Path\nshow(Path('/') / 'a.csv')", "/a.csv"),
    "path under an absolute one": ("from pathlib import Path\nshow(Path('a') / '/b')", "/b"),
    "a list that grows": ("a = [1]\na.append(2)\nshow(a)", UNKNOWN),
    "call": ("show(f(1))", UNKNOWN),
    "deep": (f"show({' + '.join(['1'] * 500)})", UNKNOWN),
}


@pytest.mark.parametrize("case", CONSTANTS)
def test_the_value_of_a_constant_expression(case: str) -> None:
    text, expected = CONSTANTS[case]
    module, (node,) = shown(text)
    found = constant(node, module.names)
    assert found is expected if expected is UNKNOWN else (found == expected and type(found) is type(expected))


NUMPY = "import numpy as np\n"
EQUAL = {
    "constants": ("show(3, 1 + 2)", True),
    "two constants": ("show(3, 4)", False),
    "a name and itself": ("def f(n):\n    show(n, n)", True),
    "two names": ("def f(n, m):\n    show(n, m)", False),
    "alias": ("def f(n):\n    m = n\n    show(n, m)", True),
    "len and shape": ("def f(x: np.ndarray):\n    show(len(x), x.shape[0])", True),
    "two arrays": ("def f(x, y):\n    show(len(x), len(y))", False),
    "made with that length": ("def f(x):\n    y = np.zeros(len(x))\n    show(len(x), len(y))", True),
    "made like": ("def f(x):\n    y = np.zeros_like(x)\n    show(len(x), len(y))", True),
    "constant shape": ("x = np.zeros(3)\nshow(len(x), 3)", True),
    "rebound between": ("def f(n):\n    y = np.zeros(n)\n    n = g()\n    show(len(y), n)", False),
    "shadowed len": ("def f(x, len):\n    show(len(x), len(x))", False),
    "second extent": ("def f(x):\n    show(len(x), x.shape[1])", False),
}


@pytest.mark.parametrize("case", EQUAL)
def test_lengths_have_equal_keys_only_where_they_are_equal(case: str) -> None:
    text, expected = EQUAL[case]
    module, (first, second) = shown(NUMPY + text)
    keys = extent_of_number(first, module), extent_of_number(second, module)
    assert (keys[0] is not None and keys[0] == keys[1]) == expected


def test_the_length_of_an_array_is_that_of_its_first_dimension() -> None:
    module, (array,) = shown(f"{NUMPY}x = np.zeros((4, 5))\nshow(x)")
    assert extent_of_array(array, module) == ("constant", 4)
    assert isinstance(array, ast.Name)


# Versions

DECLARED = {
    "requirements": ("requirements.txt", "torch==2.1.0\n", "torch", "==2.1.0"),
    "requirements, with more": (
        "requirements.txt",
        "torch[extra] >= 2.1 , < 3 ; python_version > '3' # x\n",
        "torch",
        ">= 2.1 , < 3",
    ),
    "requirements, bare": ("requirements.txt", "torch\n", "torch", ""),
    "requirements, options": (
        "requirements.txt",
        "-r other.txt\n--index-url x\n\n# c\ntorch<2\n",
        "torch",
        "<2",
    ),
    "requirements for development": ("requirements-dev.txt", "torch<2\n", "torch", "<2"),
    "another distribution": ("requirements.txt", "tensorflow-cpu==2.10\n", "tensorflow", "==2.10"),
    "capitals and underscores": ("requirements.txt", "Scikit_Learn>1\n", "sklearn", ">1"),
    "project": ("pyproject.toml", '[project]\ndependencies = ["torch>=1.9,<2"]\n', "torch", ">=1.9,<2"),
    "python": ("pyproject.toml", '[project]\nrequires-python = ">=3.10"\n', "python", ">=3.10"),
    "poetry": ("pyproject.toml", '[tool.poetry.dependencies]\ntorch = "^2.1"\n', "torch", ">=2.1,<3"),
    "poetry below one": (
        "pyproject.toml",
        '[tool.poetry.dependencies]\ntorch = "^0.4.1"\n',
        "torch",
        ">=0.4.1,<0.5",
    ),
    "poetry, a table": (
        "pyproject.toml",
        '[tool.poetry.dependencies]\ntorch = {version = "2.1"}\n',
        "torch",
        "==2.1",
    ),
    "poetry, any": ("pyproject.toml", '[tool.poetry.dependencies]\ntorch = "*"\n', "torch", ""),
    "setup.cfg": ("setup.cfg", "[options]\ninstall_requires =\n    torch<2\n    numpy\n", "torch", "<2"),
    "conda": ("environment.yml", "dependencies:\n  - pytorch=2.1\n", "torch", "==2.1.*"),
    "conda with a build": ("environment.yml", "dependencies:\n  - pytorch=2.1=py310_0\n", "torch", "==2.1.*"),
    "pip inside conda": ("environment.yaml", "dependencies:\n  - pip:\n    - torch==2.1\n", "torch", "==2.1"),
}


@pytest.mark.parametrize("case", DECLARED)
def test_a_version_is_read_from_what_the_project_declares(case: str, tmp_path: Path) -> None:
    name, text, library, expected = DECLARED[case]
    (tmp_path / name).write_text(text)
    assert Versions(tmp_path).requirements.get(library, "missing").strip() == expected


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.cfg", "environment.yml", "requirements.txt"])
@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe\x00", b"[", b"[project]\ndependencies = 3\n", b"= ["],
    ids=["bytes", "cut", "type", "odd"],
)
def test_a_broken_declaration_declares_nothing(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    versions = Versions(tmp_path)
    assert versions.may_satisfy("torch", ">=1.9")
    assert not versions.is_known_below("torch", "2")


def test_the_configuration_overrides_the_projects_files(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("torch==2.1\n")
    assert Versions(tmp_path, {"torch": "1.8"}).requirements["torch"] == "==1.8"
    assert not Versions(tmp_path, {"torch": "1.8"}).may_satisfy("torch", ">=1.9")


@pytest.mark.parametrize(
    ("declared", "holds"),
    [
        ("==1.8", False),
        ("==1.9.0", True),
        ("==2.1", True),
        ("<1.9", False),
        ("<2", True),
        (">=1.5", True),
        ("<=1.8", False),
        ("==1.8.*", False),
        ("==1.*", True),
        ("~=1.8.0", False),
        ("~=1.8", True),
        (">=2,<3", True),
        ("", True),
        ("!=1.9", True),
        ("==nonsense", True),
        ("==2.0.0rc1", True),
    ],
)
def test_advice_holds_for_the_versions_that_a_project_admits(
    declared: str, holds: bool, tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text(f"torch{declared}\n")
    assert Versions(tmp_path).may_satisfy("torch", ">=1.9") == holds


@pytest.mark.parametrize(
    ("declared", "below"),
    [
        ("==2.11", True),
        ("==2.12", False),
        ("<2.12", True),
        ("<2.13", False),
        (">=2", False),
        ("==2.11.*", True),
        ("==2.*", False),
        ("~=2.11.1", True),
        ("~=2.11", False),
        ("", False),
        ("<=2.11.1", True),
    ],
)
def test_a_library_is_known_to_be_old_only_where_no_newer_one_is_admitted(
    declared: str, below: bool, tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text(f"tensorflow{declared}\n")
    assert Versions(tmp_path).is_known_below("tensorflow", "2.12") == below
