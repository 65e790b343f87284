"""Where imports that fixes need are placed."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mllint.finding import Import
from mllint.fixes.imports import place
from mllint.fixes.refused import Refused
from mllint.source import Cell, Source

OS = Import("os")
NP = Import("numpy", alias="np")
PARTIAL = Import("functools", "partial")


def placed(text: str, *needs: Import, first_use: int | None = None) -> str:
    source = Source(text)
    result = source.replace((edit.span, edit.text) for edit in place(source, needs, first_use))
    ast.parse(result)
    return result


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("import os\n", OS),
        ("import os.path\n", OS),
        ("import sys, os\n", OS),
        ("x = 1\n\nimport os\n", OS),
        ("import numpy as np\n", NP),
        ("from functools import wraps, partial\n", PARTIAL),
        ("from functools import partial as p\n", Import("functools", "partial", "p")),
        ("import torch.utils.data\n", Import("torch.utils.data")),
        ("import a; import os\n", OS),
    ],
)
def test_an_import_that_is_there_is_not_added(text: str, need: Import) -> None:
    assert placed(text, need) == text


@pytest.mark.parametrize(
    "text",
    [
        "from os import path\n",
        "import os as operating_system\n",
        "from os import *\n",
        "if TYPE_CHECKING:\n    import os\n",
        "try:\n    import os\nexcept ImportError:\n    pass\n",
        "def f():\n    import os\n",
    ],
)
def test_what_binds_another_name_or_not_always_does_not_count(text: str) -> None:
    assert "import os\n" in placed(text, OS).replace(text, "")


def test_a_submodule_is_not_imported_by_its_package() -> None:
    assert placed("import torch\n", Import("torch.utils.data")) == "import torch\nimport torch.utils.data\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # beside its like
        ("import re\nx = 1\n", "import os\nimport re\nx = 1\n"),
        ("import json\nimport re\nx = 1\n", "import json\nimport os\nimport re\nx = 1\n"),
        ("import json\n\nimport torch\n", "import json\nimport os\n\nimport torch\n"),
        ("from re import sub\n\nimport torch\n", "import os\nfrom re import sub\n\nimport torch\n"),
        ("import torch\nfrom torch import nn\n", "import os\nimport torch\nfrom torch import nn\n"),
        ("from . import x\n", "import os\nfrom . import x\n"),
        ("import json  # why\n# next\nx = 1\n", "import json  # why\nimport os\n# next\nx = 1\n"),
        ("from json import (\n    loads,\n)\nx\n", "import os\nfrom json import (\n    loads,\n)\nx\n"),
        ("import json; x = '''\n'''\nimport re\n", "import os\n\nimport json; x = '''\n'''\nimport re\n"),
        ("import json; import math\nx\n", "import json; import math\nimport os\nx\n"),
        ("import json;\nx\n", "import json;\nimport os\nx\n"),
        ("import json", "import json\nimport os"),
        # docstring, future, comments, constants
        ("", "import os\n"),
        ("x = 1\n", "import os\n\nx = 1\n"),
        ("\n\nx = 1\n", "import os\n\n\nx = 1\n"),
        ('"""Doc."""\n', '"""Doc."""\n\nimport os\n'),
        ('"""Doc."""', '"""Doc."""\n\nimport os'),
        ('"""Doc.\n"""\nx = 1\n', '"""Doc.\n"""\n\nimport os\n\nx = 1\n'),
        (
            '"""Doc."""\nfrom __future__ import annotations\n\nx = 1\n',
            '"""Doc."""\nfrom __future__ import annotations\n\nimport os\n\nx = 1\n',
        ),
        (
            "from __future__ import annotations\n\nimport re\n",
            "from __future__ import annotations\n\nimport os\nimport re\n",
        ),
        ("#!/usr/bin/env python\nx = 1\n", "#!/usr/bin/env python\n\nimport os\n\nx = 1\n"),
        (
            "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nx = 1\n",
            "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n\nimport os\n\nx = 1\n",
        ),
        ("# Copyright\n# Licence\n\nx = 1\n", "# Copyright\n# Licence\n\nimport os\n\nx = 1\n"),
        ("# Copyright\n\n# about x\nx = 1\n", "# Copyright\n\nimport os\n\n# about x\nx = 1\n"),
        ("# only a comment", "# only a comment\n\nimport os"),
        ("__author__ = 'me'\nimport re\n", "__author__ = 'me'\nimport os\nimport re\n"),
        # not a block at the top
        (
            "try:\n    import re\nexcept E:\n    pass\n",
            "import os\n\ntry:\n    import re\nexcept E:\n    pass\n",
        ),
        ("if A:\n    import re\nimport sys\n", "import os\n\nif A:\n    import re\nimport sys\n"),
        ("@d\ndef f(): pass\n", "import os\n\n@d\ndef f(): pass\n"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_the_import_goes_to_its_place(text: str, expected: str, newline: str) -> None:
    if newline == "\r\n" and "\n" not in text:
        pytest.skip("a text without lines has no newline style")
    text = text.replace("\n", newline)
    assert placed(text, OS) == expected.replace("\n", newline)
    assert placed(placed(text, OS), OS) == expected.replace("\n", newline)


def test_groups_of_imports_stay_groups() -> None:
    text = "import json\n\nfrom torch import nn\n\nfrom . import mine\n"
    assert placed(text, OS, NP, PARTIAL) == (
        "import json\nimport os\nfrom functools import partial\n\n"
        "import numpy as np\nfrom torch import nn\n\nfrom . import mine\n"
    )


def test_each_need_is_placed_once_in_order() -> None:
    assert placed("x = 1\n", PARTIAL, OS, NP, OS) == (
        "import os\nfrom functools import partial\nimport numpy as np\n\nx = 1\n"
    )


def test_an_import_is_never_placed_below_its_first_use() -> None:
    text = "x = 1\nimport sys\n"
    assert placed(text, OS, first_use=0) == "import os\n\nx = 1\nimport sys\n"
    with pytest.raises(Refused, match="first use"):
        placed('"""Doc."""; x = f(1)\n', OS, first_use=12)


@pytest.mark.parametrize(
    "text",
    ["import torch as np\n", "def np(): pass\n", "np = 1\n", "class np: pass\n", "from a import np\n"],
)
def test_a_name_that_stands_for_something_else_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="`np` stands for something else"):
        placed(text, NP)


def test_two_needs_that_want_one_name_are_refused() -> None:
    with pytest.raises(Refused, match="something else"):
        placed("", NP, Import("torch", alias="np"))


def test_notebooks_and_broken_texts_are_refused() -> None:
    with pytest.raises(Refused, match="notebook"):
        place(Source("x = 1\n", cells=(Cell(1, 1, 1),)), [OS])
    with pytest.raises(Refused, match="parse"):
        place(Source("x = (\n"), [OS])


def test_nothing_needed_means_no_edit_even_in_a_text_that_does_not_parse() -> None:
    assert place(Source("x = (\n"), []) == ()


PIECES = st.sampled_from(
    [
        '"""doc"""\n',
        "from __future__ import annotations\n",
        "import json\n",
        "import os.path as p; import re\n",
        "from numpy import (\n  array,\n)\n",
        "# comment\n",
        "\n",
        "x = 1\n",
        "if x:\n    import os\n",
        "def f():\n    return os\n",
        "__all__ = ['f']\n",
        "y = '''\nimport os \n'''\n",
        "import sys; z = 1\n",
    ]
)


@given(pieces=st.lists(PIECES, max_size=8))
def test_whatever_the_file_the_old_lines_stay_and_the_name_is_bound(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        compile(text, "f", "exec")
    except SyntaxError:
        return
    result = placed(text, OS)
    compile(result, "f", "exec")
    new = result.split("\n")
    new.remove("import os")
    assert [line for line in new if line] == [line for line in text.split("\n") if line]
    assert ast.get_docstring(ast.parse(result)) == ast.get_docstring(ast.parse(text))
    assert any(
        isinstance(node, ast.Import) and any(alias.name == "os" for alias in node.names)
        for node in ast.parse(result).body
    )
    assert placed(result, OS) == result
