"""IPython's additions to Python, masked in place: same length, same lines, same columns, plain Python.

Follows ``IPython.core.inputtransformer2``: an escape counts only at the start of a statement or right
after an assignment's ``=``, a question mark only at the end of a statement.
"""

import ast
import re
import warnings

#: Cell magics that run the rest of their cell as Python in the notebook's own process.
_PYTHON_CELL_MAGICS = frozenset(
    {
        "capture",
        "chime",
        "debug",
        "heat",
        "ipytest",
        "lprun",
        "memit",
        "memray_flamegraph",
        "mprun",
        "notify",
        "prun",
        "pyinstrument",
        "scalene",
        "snakeviz",
        "time",
        "timeit",
        "tracemalloc",
        "wandb",
    }
)
#: Magics that people write without their ``%``, in cells of one line.
_AUTOMAGICS = frozenset(
    {
        "alias",
        "cat",
        "cd",
        "conda",
        "cp",
        "dhist",
        "dirs",
        "less",
        "ll",
        "ls",
        "mamba",
        "man",
        "matplotlib",
        "micromamba",
    }
    | {
        "mkdir",
        "more",
        "mv",
        "pip",
        "popd",
        "pushd",
        "pwd",
        "pylab",
        "reset",
        "rm",
        "rmdir",
        "run",
        "uv",
        "who",
        "whos",
    }
)
#: Line magics whose argument is a Python statement.
_TIMED_STATEMENT = re.compile(
    r"%(?:time|timeit|memit|prun)[ \t]+(?:-[nrptl][ \t]*\d+[ \t]+|-[a-z]+[ \t]+)*(?=[^-\s])"
)
_CELL_MAGIC = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r))*[ \t]*(%%(\w*)[^\r\n]*)")
_CONTINUED_LINE = re.compile(r"(?:[^\r\n]*\\(?:\r\n|\n|\r))*[^\r\n]*")
_INDENTATION = re.compile(r"[ \t\f]*")
_ESCAPE = re.compile(r"[%!?,;/]")
_VISIBLE = re.compile(r"[^\r\n]")
#: What matters to tell statements apart: strings, comments, brackets, line ends, `=`, `?`.
_TOKEN = re.compile(
    r"""
    (?P<string>\"\"\"(?:\\.|[^\\])*?(?:\"\"\"|\Z) | '''(?:\\.|[^\\])*?(?:'''|\Z)
        | "(?:\\.|[^\\"\r\n])*"? | '(?:\\.|[^\\'\r\n])*'? )
    | (?P<comment>\#[^\r\n]*)
    | (?P<continuation>\\(?:\r\n|\n|\r))
    | (?P<newline>\r\n|\n|\r)
    | (?P<open>[(\[{]) | (?P<close>[)\]}])
    | (?P<other>[=!<>]=|:=|->)
    | (?P<assign>=[ \t]*(?P<escape>[%!])?)
    | (?P<help>\?\??(?=[ \t]*(?:\#|\r|\n|\Z)))
    """,
    re.VERBOSE | re.DOTALL,
)


def foreign_cell_magic(text: str) -> bool:
    """Whether a cell is run by something else than the notebook's Python (``%%bash``, ``%%writefile``)."""
    start = 0
    while match := _CELL_MAGIC.match(text, start):
        if match[2] not in _PYTHON_CELL_MAGICS:
            return True
        start = match.end()
    return False


def is_automagic(text: str) -> bool:
    """Whether a cell is one line that IPython takes for a magic without its ``%``: ``pip install x``, ``ls``."""
    words = text.split()
    return len(text.strip().splitlines()) == 1 and bool(words) and words[0] in _AUTOMAGICS


def mask_magics(text: str) -> str:
    """A cell's text as Python of the same length, with the same line endings at the same places.

    Magics, shell commands and help requests become the expression ``0`` and spaces; an assignment keeps
    its target; ``%time`` and its like keep the statement that they time.
    """
    start = 0
    while match := _CELL_MAGIC.match(text, start):  # `%%time` may stand above `%%capture`
        text = _masked(text, *match.span(1))
        start = match.end()
    while start < len(text):
        text, start = _mask_statement(text, start)
    return text


def _mask_statement(text: str, start: int) -> tuple[str, int]:
    """The text with the logical line at ``start`` masked if need be, and the offset of the next one."""
    indentation = _INDENTATION.match(text, start)
    first = indentation.end() if indentation else start
    if _ESCAPE.match(text, first):
        return _mask_escaped(text, first)
    depth, position = 0, first
    while match := _TOKEN.search(text, position):
        position = match.end()
        match match.lastgroup:
            case "open":
                depth += 1
            case "close":
                depth = max(depth - 1, 0)
            case "newline" if depth == 0:
                return text, position
            case "help" if depth == 0:
                return _masked(text, first, position), position
            case "escape" | "assign" if depth == 0 and match["escape"]:
                end = _end_of_continued_line(text, match.start("escape"))
                return _masked(text, match.start("escape"), end), end
    return text, len(text)


def _mask_escaped(text: str, start: int) -> tuple[str, int]:
    """The text with the magic or command at ``start`` masked, and the offset of its end."""
    end = _end_of_continued_line(text, start)
    timed = _TIMED_STATEMENT.match(text, start, end)
    if timed and _is_simple_statement(text[timed.end() : end]):
        return text[:start] + "0;".ljust(timed.end() - start) + text[timed.end() :], end
    return _masked(text, start, end), end


def _end_of_continued_line(text: str, start: int) -> int:
    match = _CONTINUED_LINE.match(text, start)
    return match.end() if match else start


def _is_simple_statement(code: str) -> bool:
    """Whether the code can follow a semicolon."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse("0;" + code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _masked(text: str, start: int, end: int) -> str:
    """The text with ``[start, end)`` replaced by ``0`` and spaces, line endings kept."""
    return text[:start] + "0" + _VISIBLE.sub(" ", text[start + 1 : end]) + text[end:]
