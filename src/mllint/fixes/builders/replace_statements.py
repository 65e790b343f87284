"""Other statements in place of a run of statements."""

import ast
import io
import tokenize

from mllint.comments import comment_spans
from mllint.finding import Edit, Span
from mllint.fixes.layout import indentation, indented, statement_lines
from mllint.fixes.refused import Refused
from mllint.fixes.syntax import piece_tree, with_decorators
from mllint.source import Source


def build(source: Source, spans: tuple[Span, ...], *, text: str) -> tuple[Edit, ...]:
    """Puts ``text`` in place of the lines from the first statement to the last, which are siblings.

    The lines of ``text`` end in ``\\n`` and are indented relative to the statements; none of them may start
    inside a string. Comments of the old lines are kept, in order and on lines of their own before the new
    ones. Refuses statements that share a line, and an ``elif``.
    """
    _refuse_strings_over_lines(text)
    run = with_decorators(source, Span(min(spans).start, max(span.end for span in spans)))
    lines = statement_lines(source, run)
    _refuse_semicolons(source.slice(lines))
    head = indentation(source, lines.start)
    new = indented(text.rstrip("\n"), head)
    comments = [head + source.slice(span) for span in comment_spans(source) if lines.contains(span)]
    return (Edit(lines, source.newline.join([*comments, *new])),)


def _refuse_strings_over_lines(text: str) -> None:
    for node in ast.walk(piece_tree(text)):
        if isinstance(node, ast.JoinedStr | ast.Constant) and node.lineno != node.end_lineno:
            if isinstance(node, ast.JoinedStr) or isinstance(node.value, str | bytes):
                raise Refused("internal error: a string of the new text runs over several lines")


def _refuse_semicolons(text: str) -> None:
    tokens = tokenize.generate_tokens(io.StringIO(text, newline=None).readline)
    try:
        if any(token.type == tokenize.OP and token.string == ";" for token in tokens):
            raise Refused("a statement shares its line with other code")
    except (tokenize.TokenError, SyntaxError):
        raise Refused("the lines are not whole statements") from None
