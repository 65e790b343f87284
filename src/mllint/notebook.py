"""Jupyter notebooks as sources: the Python code cells, joined to one text, with magics masked.

Notebooks are only read: what is masked or blanked here is never written back.
"""

import ast
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mllint.finding import Span
from mllint.magics import foreign_cell_magic, is_automagic, mask_magics
from mllint.source import Cell, Source, SourceError

#: A cell with this tag is left alone.
SKIP_TAG = "mllint-skip"

_SURROGATE = re.compile("[\ud800-\udfff]")
_VISIBLE = re.compile(r"[^\r\n]")
_NEWLINE = re.compile(r"\r\n|\n|\r")
#: Names of kernels whose notebooks often say nothing else about their language.
_FOREIGN_KERNEL = re.compile(r"(ir|julia|bash|scala|swift|sos|octave|matlab|stata|sas|java|kotlin)\b", re.I)


@dataclass(frozen=True, slots=True)
class NotebookProblem:
    """A cell that is not Python even with its magics masked.

    ``cell`` is the 1-based index among all cells, ``line`` the 1-based line in it; ``span`` is the refused
    place in the joined text.
    """

    cell: int
    line: int
    message: str
    span: Span


@dataclass(frozen=True)
class Notebook(Source):
    """The code cells of a notebook, joined.

    ``text`` is what is checked. ``original`` is what people see: as long as ``text``, and different from
    it only in masked magics and in the cells of ``problems``, which are blank in ``text``.
    """

    original: str = ""
    problems: tuple[NotebookProblem, ...] = ()


def read_notebook(data: bytes, path: str = "<notebook>") -> Notebook:
    """The Python code cells of a notebook (nbformat 2 to 4), each ending in a line ending.

    A notebook in another language has no cells here, and so has an empty file. Raises
    :class:`mllint.source.SourceError` for bytes that are not UTF-8, not JSON, or not a notebook.
    """
    document = _load(data)
    texts: list[str] = []
    originals: list[str] = []
    problems: list[NotebookProblem] = []
    cells: list[Cell] = []
    length, line = 0, 1
    for index, original in _code_cells(document):
        if not original.endswith(("\n", "\r")):
            original += "\n"
        text = mask_magics(original)
        refused = _syntax_error(text)
        if refused is not None:
            text = _VISIBLE.sub(" ", text)
            # IPython takes the first line's indentation from the whole cell; Python does not, so the cell
            # is only left out.
            shell = is_automagic(original)
            if not shell and _syntax_error(mask_magics(_without_first_indent(original))) is not None:
                start, message = refused
                cell_line = Source(original).line_number(start)
                span = Span(length + start, length + start + 1)
                problems.append(NotebookProblem(index, cell_line, message, span))
        lines = len(_NEWLINE.findall(text))
        cells.append(Cell(index, line, lines))
        texts.append(text)
        originals.append(original)
        length += len(text)
        line += lines
    return Notebook(
        "".join(texts), path, cells=tuple(cells), original="".join(originals), problems=tuple(problems)
    )


def _load(data: bytes) -> dict[str, Any]:
    """The notebook's JSON object, with a list of cells under ``cells`` or ``worksheets``."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"not valid utf-8: byte 0x{data[error.start]:02x} cannot be decoded; "
            "a notebook is UTF-8: open and save it with Jupyter",
            line,
        ) from None
    if not text.strip():
        return {"cells": []}
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceError(
            f"not a Jupyter notebook: broken JSON ({error.msg[:1].lower()}{error.msg[1:]}); "
            "restore the file, or open and save it with Jupyter",
            error.lineno,
            error.colno,
        ) from None
    except RecursionError:
        raise SourceError("not a Jupyter notebook: its JSON is nested too deep; restore the file") from None
    except ValueError as error:  # a number of more than 4,300 digits
        raise SourceError(f"not a Jupyter notebook: {error}; restore the file") from None
    if isinstance(document, dict) and any(
        isinstance(document.get(key), list) for key in ("cells", "worksheets")
    ):
        return document
    raise SourceError(
        "not a Jupyter notebook: it has no list of `cells`; restore the file, or exclude it from the check"
    )


def _code_cells(document: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Index (1-based, among all cells) and text of each Python code cell that is not empty."""
    if not _is_python(_mapping(document.get("metadata"))):
        return
    for index, cell in enumerate(_all_cells(document), start=1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code" or _opted_out(cell):
            continue
        text = _text(cell.get("source", cell.get("input")))
        if text.strip() and not foreign_cell_magic(text):
            yield index, text


def _all_cells(document: dict[str, Any]) -> list[Any]:
    cells = document.get("cells")
    if isinstance(cells, list):
        return cells
    # nbformat 2 and 3 keep their cells in worksheets.
    return [
        cell
        for sheet in document["worksheets"]
        if isinstance(_mapping(sheet).get("cells"), list)
        for cell in sheet["cells"]
    ]


def _is_python(metadata: dict[str, Any]) -> bool:
    """Whether the kernel speaks Python; a notebook that says nothing does."""
    kernel = _mapping(metadata.get("kernelspec"))
    named = [
        name.lower()
        for name in (kernel.get("language"), _mapping(metadata.get("language_info")).get("name"))
        if isinstance(name, str) and name
    ]
    if named:
        return any("python" in name for name in named)
    name = kernel.get("name")
    return not (isinstance(name, str) and _FOREIGN_KERNEL.match(name))


def _opted_out(cell: dict[str, Any]) -> bool:
    """Whether the cell's own metadata name another language (VS Code, nbformat 3) or our tag."""
    metadata = _mapping(cell.get("metadata"))
    language = _mapping(metadata.get("vscode")).get("languageId") or cell.get("language")
    if isinstance(language, str) and "python" not in language.lower():
        return True
    tags = metadata.get("tags")
    return isinstance(tags, list) and SKIP_TAG in tags


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(source: Any) -> str:
    """A cell's source, which is a string or a list of strings; lone surrogates are replaced."""
    if isinstance(source, list):
        source = "".join(piece for piece in source if isinstance(piece, str))
    return _SURROGATE.sub("\ufffd", source) if isinstance(source, str) else ""


def _without_first_indent(text: str) -> str:
    """The cell as IPython reads it: the white space before its first line is removed wherever a line has it."""
    indent = text[: len(text) - len(text.lstrip(" \t"))]
    return "".join(line.removeprefix(indent) for line in text.splitlines(keepends=True))


def _syntax_error(text: str) -> tuple[int, str] | None:
    """Offset and message of the first syntax error in a cell, None if it parses."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as error:
        source = Source(text)
        line = min(max(error.lineno or 1, 1), source.line_count - 1)
        column = min(max(error.offset or 1, 1), len(source.line(line)) + 1)
        return source.line_starts[line - 1] + column - 1, f"syntax error: {error.msg}"
    except (RecursionError, MemoryError):
        return 0, "syntax error: nested too deep to be parsed"
    except ValueError as error:  # NUL characters, on some Pythons
        return 0, f"syntax error: {error}"
    return None
