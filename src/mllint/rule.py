"""Rules as the engine sees them, and the catalogue that holds them.

A rule is written as a card (``rules/<family>/<name>.yaml``), compiled to JSON by :mod:`mllint.cards`, and
read back here without YAML. What people read of a rule (why, when not, examples) is prose, kept apart and
loaded only when asked.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from mllint.finding import Level, Safety
from mllint.semantics.knowledge import Knowledge

#: Rules that the engine itself reports; they have a card, and neither matcher nor check.
SYNTAX_ERROR = "MLL900"
UNUSED_SUPPRESSION = "MLL901"
UNKNOWN_SUPPRESSION = "MLL902"
REASONLESS_SUPPRESSION = "MLL903"


class CardError(Exception):
    """A rule card, or the compiled set of them, that is broken; ``str()`` is ``file:line: reason``."""


class UnknownRule(LookupError):
    """A selector that names no rule, family or prefix; ``str()`` tells the nearest name."""


@dataclass(frozen=True, slots=True)
class Option:
    """A setting of one rule: ``[tool.mllint.rules.NAME]``."""

    type: Literal["integer", "number", "boolean", "string", "choice", "strings"]
    default: Any
    help: str
    values: tuple[str, ...] = ()
    minimum: float | None = None


@dataclass(frozen=True, slots=True)
class FixDeclaration:
    """What a card says of its fix; the matcher's builder and arguments, or only title and safety."""

    title: str
    safety: Safety
    equivalence: str
    deltas: tuple[str, ...] = ()
    builder: str = ""
    arguments: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """The part of a card that matching needs.

    ``triggers`` is a conjunction of groups; a file is looked at if each group has one of its words in it.
    ``nodes`` are the names of the ``ast`` classes that the rule is offered. ``check`` is the dotted path
    of the module with the rule's Python, or empty where ``match`` says it all.
    """

    code: str
    name: str
    summary: str
    family: str
    since: str
    default: bool
    impact: Level
    confidence: Level
    message: str
    triggers: tuple[frozenset[str], ...]
    nodes: tuple[str, ...]
    applies: tuple[tuple[str, str], ...] = ()
    options: Mapping[str, Option] = None  # type: ignore[assignment]
    match: Mapping[str, Any] | None = None
    check: str = ""
    fix: FixDeclaration | None = None

    def __post_init__(self) -> None:
        if self.options is None:
            object.__setattr__(self, "options", {})

    @property
    def engine(self) -> bool:
        """Whether mllint itself reports it: syntax errors and suppression comments."""
        return not self.nodes


class Catalogue:
    """All rules, by code and by name, and what is known of the libraries that they speak about.

    Iterates in the order of codes. ``words`` are the names that let a file pass the file gate.
    """

    def __init__(
        self, rules: Iterable[Rule], words: Iterable[str] = (), knowledge: Knowledge | None = None
    ) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.code))
        self.words = frozenset(words)
        self.knowledge = knowledge or Knowledge({})
        self.by_code = {rule.code: rule for rule in self.rules}
        self.by_name = {rule.name: rule for rule in self.rules}

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    @cached_property
    def families(self) -> tuple[str, ...]:
        return tuple(sorted({rule.family for rule in self.rules}))

    def find(self, code_or_name: str) -> Rule:
        """The rule of that code (any case) or name; :class:`UnknownRule` with the nearest one if none."""
        rule = self.by_code.get(code_or_name.upper()) or self.by_name.get(code_or_name.lower())
        if rule is None:
            raise UnknownRule(self._unknown("rule", code_or_name, families=False))
        return rule

    def select(self, selector: str) -> frozenset[str]:
        """The codes that a selector names: ``ALL``, a code or its prefix, a rule's name, or a family.

        Raises :class:`UnknownRule`.
        """
        if selector.upper() == "ALL":
            return frozenset(self.by_code)
        codes = frozenset(code for code in self.by_code if code.startswith(selector.upper()))
        if codes and selector.upper().startswith("MLL"):
            return codes
        if rule := self.by_name.get(selector.lower()):
            return frozenset({rule.code})
        if selector.lower() in self.families:
            return frozenset(rule.code for rule in self.rules if rule.family == selector.lower())
        raise UnknownRule(self._unknown("rule selector", selector, families=True))

    def _unknown(self, what: str, word: str, *, families: bool) -> str:
        names = [*self.by_name, *self.by_code, *(self.families if families else ())]
        folded = {name.lower(): name for name in names}
        near = difflib.get_close_matches(word.lower(), folded, n=1, cutoff=0.5)
        hint = f"; did you mean {folded[near[0]]}?" if near else "; `mllint rules` lists them"
        return f"unknown {what} {word!r}{hint}"
