"""The comments by which people silence findings, as they are written: found and taken apart, not yet applied.

``# mllint: ignore[CODE, name] reason``, ``file-ignore``, ``disable`` and ``enable`` likewise, and
``# noqa: CODE``. Without brackets (or codes) they mean every rule.
"""

import difflib
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from mllint.comments import comment_spans
from mllint.finding import Span
from mllint.source import Source

Verb: TypeAlias = Literal["ignore", "file-ignore", "disable", "enable", "noqa"]

_VERBS = ("ignore", "file-ignore", "disable", "enable")
_HINT = re.compile(r"#[ \t]*(?:mllint[ \t]*:|noqa\b)", re.IGNORECASE)
# A comment may hold several remarks for several tools; each ends where the next begins.
_REMARK = re.compile(
    r"#[ \t]*(?:(?P<ours>mllint[ \t]*:)|(?P<noqa>noqa\b)"
    r"|(?:type|pyright|mypy|pylint|pragma|fmt|isort|ruff|flake8|yapf)[ \t]*:|nosec\b|pyre-)",
    re.IGNORECASE,
)
_OURS = re.compile(r"[ \t]*(?P<verb>[A-Za-z-]+)(?:[ \t]*(?P<list>\[(?P<entries>[^\]]*)\]))?")
_NOQA_CODES = re.compile(r"[ \t]*:[ \t]*(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*)", re.IGNORECASE)
_MISPLACED_CODE = re.compile(r"MLL[0-9]", re.IGNORECASE)
_CODE = re.compile(r"[^\s,]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One selector of a directive, and where it is written."""

    selector: str
    span: Span


@dataclass(frozen=True, slots=True)
class Directive:
    """One remark that silences, or ends a silence.

    ``entries`` is None if it means every rule. ``span`` is the remark without surrounding spaces, and
    ``comment`` the comment in which it stands. ``line`` is where it stands; ``alone`` says that no code
    is on that line, and ``next_line`` is then the line of the code directly below, 0 if there is none.
    """

    verb: Verb
    entries: tuple[Entry, ...] | None
    reason: str
    span: Span
    comment: Span
    line: int
    alone: bool
    next_line: int = 0


@dataclass(frozen=True, slots=True)
class Malformed:
    """A remark that was surely meant for mllint and cannot be read."""

    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Directives:
    """All remarks of a text, in order."""

    items: tuple[Directive, ...] = ()
    malformed: tuple[Malformed, ...] = ()


def parse(source: Source, *, noqa: bool = True) -> Directives:
    """The directives of a text; with ``noqa`` false ``# noqa`` comments are passed over.

    Never raises, whatever the text.
    """
    if not _HINT.search(source.text):
        return Directives()
    items: list[Directive] = []
    malformed: list[Malformed] = []
    for comment in comment_spans(source):
        text = source.slice(comment)
        if not _HINT.search(text):
            continue
        remarks = list(_REMARK.finditer(text))
        ends = [*(remark.start() for remark in remarks[1:]), len(text)]
        for remark, end in zip(remarks, ends, strict=True):
            if not remark["ours"] and not (noqa and remark["noqa"]):
                continue
            span = Span(comment.start + remark.start(), comment.start + len(text[:end].rstrip()))
            rest = Span(comment.start + remark.end(), span.end)
            read = _ours if remark["ours"] else _noqa
            found = read(source, span, rest, comment)
            if isinstance(found, Directive):
                items.append(found)
            elif found is not None:
                malformed.append(found)
    return Directives(tuple(items), tuple(malformed))


def _ours(source: Source, span: Span, rest: Span, comment: Span) -> Directive | Malformed | None:
    text = source.slice(rest)
    match = _OURS.match(text)
    if match is None:
        return Malformed("it names no directive; write `# mllint: ignore[CODE] reason`", span)
    verb = match["verb"].lower()
    if verb not in _VERBS:
        near = difflib.get_close_matches(verb, _VERBS, n=1)
        return Malformed(f"unknown directive `{verb}`; did you mean `{near[0]}`?", span) if near else None
    tail = text[match.end() :]
    entries: tuple[Entry, ...] | None = None
    if match["list"] is not None:
        start = rest.start + match.start("entries")
        entries = _entries(match["entries"], start)
        if not entries:
            return Malformed("the brackets are empty; name a code, or leave the brackets out", span)
    elif tail.lstrip().startswith("["):
        return Malformed("the bracket is not closed; write `[CODE, CODE] reason`", span)
    elif tail[:1] not in ("", " ", "\t"):
        return Malformed(f"`{verb}` is followed by {tail[:1]!r}; write `{verb}[CODE] reason`", span)
    reason = tail.lstrip(" \t-:–—").rstrip()
    if entries is None and _MISPLACED_CODE.match(reason):
        return Malformed(f"the code stands outside of brackets; write `{verb}[{reason.split()[0]}]`", span)
    return _directive(source, cast(Verb, verb), entries, reason, span, comment)


def _noqa(source: Source, span: Span, rest: Span, comment: Span) -> Directive:
    match = _NOQA_CODES.match(source.slice(rest))
    entries = _entries(match["codes"], rest.start + match.start("codes")) if match else None
    return _directive(source, "noqa", entries, "", span, comment)


def _entries(text: str, start: int) -> tuple[Entry, ...]:
    return tuple(
        Entry(match.group(), Span(start + match.start(), start + match.end()))
        for match in _CODE.finditer(text)
    )


def _directive(
    source: Source, verb: Verb, entries: tuple[Entry, ...] | None, reason: str, span: Span, comment: Span
) -> Directive:
    line = source.line_number(comment.start)
    alone = not source.text[source.line_starts[line - 1] : comment.start].strip()
    following = _code_below(source, line) if alone and verb == "ignore" else 0
    return Directive(verb, entries, reason, span, comment, line, alone, following)


def _code_below(source: Source, line: int) -> int:
    """The first line below that is no comment; 0 if an empty line or the end comes first."""
    for number in range(line + 1, source.line_count + 1):
        text = source.line(number).strip()
        if not text.startswith("#"):
            return number if text else 0
    return 0
