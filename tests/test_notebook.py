"""Notebooks become Python of the same shape, or a readable error."""

import ast
import json
from typing import Any

import pytest

from mllint.magics import mask_magics
from mllint.notebook import Notebook, read_notebook
from mllint.source import Position, SourceError


def code(*lines: str, **fields: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": list(lines), **fields}


def notebook(*cells: Any, metadata: dict[str, Any] | None = None) -> Notebook:
    document = {"cells": list(cells), "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 5}
    return read_notebook(json.dumps(document).encode(), "nb.ipynb")


MARKDOWN = {"cell_type": "markdown", "metadata": {}, "source": ["# title"]}


@pytest.mark.parametrize(
    ("magic", "masked"),
    [
        ("%matplotlib inline\n", "0                 \n"),
        ("!pip install x\nimport x\n", "0             \nimport x\n"),
        ("!!ls\n", "0   \n"),
        ("?obj\n", "0   \n"),
        ("obj?\n", "0   \n"),
        ("obj.method??  # source\nx = 1\n", "0             # source\nx = 1\n"),
        ("if x:\n    !ls\n\t%cd y\n", "if x:\n    0  \n\t0    \n"),
        ("files = !ls *.py\n", "files = 0       \n"),
        ("a, b[0] = %env Y\n", "a, b[0] = 0     \n"),
        ("x=!ls\n", "x=0  \n"),
        ("!pip install \\\n  a \\\r\n  b\nx = 1\n", "0             \n     \r\n   \nx = 1\n"),
        ("%time x = f(y)\n", "0;    x = f(y)\n"),
        ("%timeit -n 10 -r3 f(y)\n", "0;                f(y)\n"),
        ("%time\nx\n", "0    \nx\n"),
        ("%time for x in y: pass\n", "0                     \n"),
        ("%%time\nx = 1\n", "0     \nx = 1\n"),
        ("\n# first\n%%capture out\n%%time\nx = 1\n", "\n# first\n0            \n0     \nx = 1\n"),
        ("/f x\n", "0   \n"),
    ],
)
def test_magics_are_masked_by_an_expression_of_the_same_length(magic: str, masked: str) -> None:
    assert mask_magics(magic) == masked
    assert len(masked) == len(magic)
    if "if x" not in magic:
        ast.parse(masked)


@pytest.mark.parametrize(
    "python",
    [
        "x = (a\n% b)\n",
        "x = a \\\n% b\n",
        "x = '''\n%matplotlib inline\n!ls\n'''\n",
        's = f"""\n%d ? \n""" % 3\n',
        "s = 'it\\'s' # why?\n%s\n".replace("%s", "y = 1"),
        "x = y != z\n",
        "x == y\nx %= 3\nf(a=1, *b)\n",
        "x = {\n  'a':\n  !b\n}\n",
        "t = 'a?'\n",
        "# what is it?\nx = 1\n",
        's = "("\nx = 1\n',
        "await f()\n",
    ],
)
def test_python_that_looks_like_a_magic_is_left_alone(python: str) -> None:
    assert mask_magics(python) == python


def test_a_magic_after_a_multi_line_statement_is_masked() -> None:
    assert mask_magics('x = """\n%a\n"""\n%a\nf(\n  1\n)\n!b\n') == 'x = """\n%a\n"""\n0 \nf(\n  1\n)\n0 \n'


def test_code_cells_are_joined_and_places_are_shown_by_cell() -> None:
    source = notebook(MARKDOWN, code("import os\n", "x = 1"), MARKDOWN, code("\n", "  y = 2 \n"), code())
    assert source.text.startswith("import os\nx = 1\n\n")
    assert source.position(source.text.index("x = 1")) == Position(2, 1, 2)
    assert [cell.index for cell in source.cells or ()] == [2, 4]


def test_an_indented_cell_is_left_out_silently_because_ipython_accepts_it() -> None:
    source = notebook(code("  y = 2\n"), code("z = 1"))
    assert source.text == "       \nz = 1\n"
    assert not source.problems


def test_a_source_may_be_one_string_with_any_line_ending() -> None:
    source = notebook({"cell_type": "code", "source": "a = 1\r\n!ls\r\nb = 'é😀\u2028'"}, code("c"))
    assert source.text == "a = 1\r\n0  \r\nb = 'é😀\u2028'\nc\n"
    assert source.position(source.text.index("c\n")) == Position(1, 1, 2)


def test_foreign_cells_are_left_out() -> None:
    foreign = [code(f"%%{name}\n", "not python at all\n") for name in ("bash", "html", "writefile x.py", "")]
    source = notebook(*foreign, code("# setup\n", "%%bash\n", "ls"), code("x = 1"))
    assert source.text == "x = 1\n"
    assert source.position(0).cell == 6


def test_cells_in_another_language_or_with_our_tag_are_left_out() -> None:
    source = notebook(
        code("SELECT 1", metadata={"vscode": {"languageId": "sql"}}),
        code("x = 1", metadata={"tags": ["a", "mllint-skip"]}),
        code("y = 1", metadata={"vscode": {"languageId": "python"}}),
    )
    assert source.text == "y = 1\n"


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"language": "R", "name": "ir"}},
        {"language_info": {"name": "julia"}},
        {"kernelspec": {"name": "ir", "display_name": "R"}},
    ],
)
def test_a_notebook_in_another_language_has_no_source(metadata: dict[str, Any]) -> None:
    source = notebook(code("x <- 1"), metadata=metadata)
    assert source.text == ""
    assert source.cells == ()


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"kernelspec": {"language": "python"}},
        {"kernelspec": {"name": "conda-env"}},
        {"language_info": {"name": "ipython"}},
        {"kernelspec": None, "language_info": []},
    ],
)
def test_a_notebook_is_python_unless_it_says_otherwise(metadata: dict[str, Any]) -> None:
    assert notebook(code("x = 1"), metadata=metadata).text == "x = 1\n"


def test_old_notebooks_keep_their_cells_in_worksheets() -> None:
    cells = [
        {"cell_type": "heading", "source": "h"},
        {"cell_type": "code", "language": "python", "input": ["x = 1\n", "y = 2"]},
        {"cell_type": "code", "language": "R", "input": "x <- 1"},
    ]
    document = {"metadata": {"name": ""}, "nbformat": 3, "worksheets": [{"cells": cells}, {}]}
    source = read_notebook(json.dumps(document).encode(), "nb.ipynb")
    assert source.text == "x = 1\ny = 2\n"
    assert source.position(0) == Position(1, 1, 2)


def test_a_cell_that_is_not_python_is_blanked_alone_and_reported_at_its_place() -> None:
    source = notebook(code("x = 1"), code("# é\n", "pip install é x"), code("y = 2"))
    assert source.text == "x = 1\n   \n               \ny = 2\n"
    assert source.original == "x = 1\n# é\npip install é x\ny = 2\n"
    (problem,) = source.problems
    assert source.position(problem.span.start) == Position(2, 5, 2)
    assert (problem.cell, problem.line) == (2, 2)
    assert problem.message.startswith("syntax error: ")


@pytest.mark.parametrize("text", ["x = '\x00'", "x = " + "(" * 5000, "def f(:\n", "(", "x = \\"])
def test_any_broken_cell_is_a_problem_and_never_an_exception(text: str) -> None:
    source = notebook(code(text), code("y = 2"))
    assert len(source.problems) == 1
    assert source.position(source.problems[0].span.start).cell == 1
    assert source.text.strip() == "y = 2"


def test_lone_surrogates_are_replaced() -> None:
    source = notebook(code("x = '\ud800'"))
    assert source.text == "x = '\ufffd'\n"


def test_odd_cells_are_passed_over() -> None:
    source = notebook(None, 3, [], {"cell_type": "code"}, code(source=[1, "x", None]), code(source={"a": 1}))
    assert source.text == "x\n"
    assert source.position(0).cell == 5


def test_an_empty_file_is_a_notebook_without_cells() -> None:
    assert read_notebook(b"", "nb.ipynb").text == ""
    assert read_notebook(b'\xef\xbb\xbf{"cells": []}', "nb.ipynb").text == ""


def test_a_value_that_is_no_json_number_is_accepted_as_jupyter_accepts_it() -> None:
    document = b'{"cells": [{"cell_type": "code", "source": "x", "outputs": [{"data": NaN}]}]}'
    assert read_notebook(document, "nb.ipynb").text == "x\n"


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b'{"cells": [\n1,\n}', 3, "broken JSON"),
        (b"x = 1\n", 1, "broken JSON"),
        (b"[]", 1, "no list of `cells`"),
        (b"NaN", 1, "no list of `cells`"),
        (b'{"cells": {}}', 1, "no list of `cells`"),
        (b'{"cells": [],\n"x": "\xff"}', 2, "not valid utf-8: byte 0xff"),
        (b"[" * 200_000, 1, "nested too deep"),
        (b'{"cells": ' + b"9" * 5000 + b"}", 1, "not a Jupyter notebook"),
    ],
)
def test_what_is_not_a_notebook_is_refused_with_a_line_and_a_remedy(
    data: bytes, line: int, words: str
) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        read_notebook(data, "nb.ipynb")
    assert caught.value.line == line
    assert "; " in str(caught.value)


def test_a_cell_of_one_line_that_ipython_takes_for_a_magic_is_no_syntax_error() -> None:
    cells = [
        {"cell_type": "code", "source": "pip install torch numpy"},
        {"cell_type": "code", "source": "ls ./data/train/\n"},
        {"cell_type": "code", "source": "pip = 3\npip install torch"},
    ]
    data = json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode()
    source = read_notebook(data, "nb.ipynb")
    assert [problem.cell for problem in source.problems] == [3]
    assert [cell.lines for cell in source.cells or ()] == [1, 1, 2]


def test_the_first_lines_indentation_is_no_syntax_error_as_in_ipython() -> None:
    text = " model = build([1,\n               2])\nmodel(3)\n"
    data = json.dumps(
        {"cells": [{"cell_type": "code", "source": text}], "nbformat": 4, "metadata": {}}
    ).encode()
    assert read_notebook(data, "nb.ipynb").problems == ()
