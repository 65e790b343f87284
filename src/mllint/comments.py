"""Where the comments of a text are; a ``#`` in a string is none."""

import io
import re
import sys
import tokenize

from mllint.finding import Span
from mllint.source import Source

# Before Python 3.12 a string ends at the first quote like its own, whatever is in it, so that this
# expression is exact. Since then an f-string may hold its own quotes within braces.
_TOKENS = re.compile(
    r"(?P<comment>\#[^\r\n]*)"
    r'|"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
    r'|"[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*"'
    r"|'[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*'",
    re.DOTALL,
)
_NESTING_STRING = re.compile(r"(?<![A-Za-z0-9_])(?:[ft]r?|r[ft])['\"]", re.IGNORECASE)


def comment_spans(source: Source) -> list[Span]:
    """The comments in order, each from its ``#`` to the end of its line.

    Never raises: in a text that Python cannot read, what looks like a comment outside of closed strings
    counts as one.
    """
    if sys.version_info >= (3, 12) and _NESTING_STRING.search(source.text):
        try:
            return _by_tokenizer(source)
        except (tokenize.TokenError, SyntaxError, ValueError, RecursionError):
            pass
    return [
        Span(*match.span("comment")) for match in _TOKENS.finditer(source.text) if match.start("comment") >= 0
    ]


def _by_tokenizer(source: Source) -> list[Span]:
    # The tokenizer must see the lines that Source sees: a lone carriage return ends one too.
    lines = io.StringIO("".join(f"{source.line(number)}\n" for number in range(1, source.line_count + 1)))
    spans = []
    for token in tokenize.generate_tokens(lines.readline):
        if token.type == tokenize.COMMENT:
            start = source.line_starts[token.start[0] - 1] + token.start[1]
            spans.append(Span(start, start + len(token.string)))
    return spans
