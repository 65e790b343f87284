"""What mllint says of the suppressions themselves: unused, unknown, without a reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mllint.finding import Finding, FixPlan, Span
from mllint.rule import (
    REASONLESS_SUPPRESSION,
    UNKNOWN_SUPPRESSION,
    UNUSED_SUPPRESSION,
    Catalogue,
    UnknownRule,
)
from mllint.select import ENGINE_CODES
from mllint.source import Source
from mllint.suppression.directives import Directive, Directives
from mllint.suppression.removal import removal

#: A selector's place: its directive, and its index there (-1: the directive without a list).
Place = tuple[Directive, int]


@dataclass(slots=True)
class _Comment:
    """What is wrong with the directives of one comment; the indices to remove, None for all of them."""

    unused: dict[Directive, frozenset[int] | None] = field(default_factory=dict)
    unknown: dict[Directive, frozenset[int]] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges the directives of one text; ``used`` are the places that silenced something.

    ``codes`` has the rules that each known selector names. A selector is called unused only if the rules
    that it names were looked for: those of them that are on by default, and at least one.
    """

    source: Source
    catalogue: Catalogue
    enabled: frozenset[str]
    used: frozenset[Place]
    codes: Mapping[str, frozenset[str]]

    def findings(self, directives: Directives) -> list[Finding]:
        """At most one finding of each rule per comment, so that their edits never meet."""
        comments: dict[Span, _Comment] = {}
        found: list[Finding] = []
        for directive in directives.items:
            comment = comments.setdefault(directive.comment, _Comment())
            self._collect(directive, comment)
            if directive.verb not in ("noqa", "enable") and not directive.reason:
                found += self._finding(
                    REASONLESS_SUPPRESSION,
                    "suppression without a reason; say why at the end of the comment",
                    [directive],
                )
        for malformed in directives.malformed:
            found += self._at(UNKNOWN_SUPPRESSION, f"not a suppression: {malformed.message}", malformed.span)
        for comment in comments.values():
            found += self._of_comment(comment)
        return found

    def _collect(self, directive: Directive, comment: _Comment) -> None:
        if directive.entries is None:
            if (
                directive.verb in ("ignore", "file-ignore", "disable")
                and (directive, -1) not in self.used
                and self._looked_for(frozenset(self.catalogue.by_code))
            ):
                comment.unused[directive] = None
            return
        unused = set()
        unknown = set()
        for index, entry in enumerate(directive.entries):
            codes = self.codes.get(entry.selector)
            if codes is None:
                if directive.verb != "noqa":
                    unknown.add(index)
                    comment.messages.append(self._unknown(entry.selector))
            elif (
                directive.verb != "enable" and (directive, index) not in self.used and self._looked_for(codes)
            ):
                unused.add(index)
        if unused:
            comment.unused[directive] = frozenset(unused)
        if unknown:
            comment.unknown[directive] = frozenset(unknown)

    def _looked_for(self, codes: frozenset[str]) -> bool:
        codes -= ENGINE_CODES
        default = {code for code in codes if self.catalogue.by_code[code].default}
        return bool(codes & self.enabled) and default <= self.enabled

    def _unknown(self, selector: str) -> str:
        try:
            self.catalogue.select(selector)
        except UnknownRule as error:
            return str(error)
        return f"unknown rule selector {selector!r}"

    def _of_comment(self, comment: _Comment) -> list[Finding]:
        found: list[Finding] = []
        if comment.unused and UNUSED_SUPPRESSION in self.enabled:
            # What is unknown goes with it: two fixes on one comment would meet.
            both = dict(comment.unused)
            if UNKNOWN_SUPPRESSION in self.enabled:
                for directive, indices in comment.unknown.items():
                    already = both.get(directive, frozenset())
                    both[directive] = None if already is None else already | indices
            found += self._finding(
                UNUSED_SUPPRESSION, _unused_message(comment.unused), list(comment.unused), self._plan(both)
            )
        if comment.unknown:
            joined = bool(found)
            found += self._finding(
                UNKNOWN_SUPPRESSION,
                "; ".join(comment.messages),
                list(comment.unknown),
                None if joined else self._plan(dict(comment.unknown)),
                no_fix=f"removed with the fix of {UNUSED_SUPPRESSION} on this comment" if joined else "",
            )
        return found

    def _plan(self, selectors: dict[Directive, frozenset[int] | None]) -> FixPlan:
        edits = removal(self.source, selectors)
        return FixPlan(
            builder="text_edits",
            safety="safe",
            title="remove what silences nothing",
            spans=(Span(edits[0].span.start, edits[-1].span.end),),
            arguments=(("edits", tuple((edit.span.start, edit.span.end, edit.text) for edit in edits)),),
        )

    def _finding(
        self,
        code: str,
        message: str,
        directives: Sequence[Directive],
        fix: FixPlan | None = None,
        no_fix: str = "",
    ) -> list[Finding]:
        span = Span(
            min(directive.span.start for directive in directives),
            max(directive.span.end for directive in directives),
        )
        return self._at(code, message, span, fix, no_fix)

    def _at(
        self, code: str, message: str, span: Span, fix: FixPlan | None = None, no_fix: str = ""
    ) -> list[Finding]:
        rule = self.catalogue.by_code.get(code)
        if rule is None or code not in self.enabled:
            return []
        return [Finding(code, rule.name, message, span, rule.impact, rule.confidence, fix, no_fix)]


def _unused_message(unused: Mapping[Directive, frozenset[int] | None]) -> str:
    return f"unused suppression: there is no {_listed(_selectors(unused))} to silence here"


def _selectors(unused: Mapping[Directive, frozenset[int] | None]) -> Iterable[str]:
    for directive, indices in unused.items():
        if indices is None or directive.entries is None:
            yield "finding"
        else:
            yield from (f"`{directive.entries[index].selector}`" for index in sorted(indices))


def _listed(words: Iterable[str]) -> str:
    *head, last = dict.fromkeys(words)
    return f"{', '.join(head)} or {last}" if head else last
