"""Pieces of the user's code as they go into a fix."""

import ast
import re

from mllint.comments import comment_spans
from mllint.source import Source


def one_line(source: Source, node: ast.expr) -> str:
    """The text of an expression on one line, without the comments in it; quotes and numbers as they were.

    The expression must hold no string that runs over several lines.
    """
    span = source.span(node)
    text = source.slice(span)
    if isinstance(node, ast.Tuple) and source.text[span.start] != "(":
        return f"({', '.join(one_line(source, item) for item in node.elts)},)"
    if node.end_lineno == node.lineno:
        return text
    for comment in reversed(comment_spans(source)):
        if span.contains(comment):
            text = text[: comment.start - span.start] + text[comment.end - span.start :]
    joined = ""
    for line in re.split(r"\r\n|\n|\r", text):
        part = line.strip().removesuffix("\\").rstrip()
        if (
            part
            and joined
            and not joined.endswith(("(", "[", "{"))
            and not part.startswith((")", "]", "}", "."))
        ):
            joined += " "
        joined += part
    shorter = re.sub(r",(?=[)\]}])", "", joined)
    return shorter if _says(shorter) == _says(joined) else joined


def _says(text: str) -> str:
    return ast.dump(ast.parse(text, mode="eval"))


def unused_name(wanted: str, text: str) -> str:
    """The name, with a number behind it where the file has it already."""
    name, number = wanted, 1
    while re.search(rf"\b{name}\b", text):
        number += 1
        name = f"{wanted}_{number}"
    return name
