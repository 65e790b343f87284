"""Two cheap tests on a file's text, before anything is parsed."""

import re
from collections.abc import Iterable
from functools import lru_cache

from mllint.rule import Catalogue, Rule

_WORD = re.compile(r"[^\W\d]\w*")


@lru_cache(maxsize=8)
def _pattern(words: frozenset[str]) -> re.Pattern[str]:
    alternatives = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(rf"\b(?:{alternatives})\b")


def passes_file_gate(text: str, catalogue: Catalogue) -> bool:
    """Whether a file speaks of a library that we know, or of mllint itself.

    A file that does not is not parsed, so it yields no syntax error either.
    """
    return "mllint" in text or "MLL" in text or _pattern(catalogue.words).search(text) is not None


def rules_for(text: str, rules: Iterable[Rule]) -> list[Rule]:
    """The rules that can have a finding in this text: of each group of trigger words one must be there."""
    words: set[str] | None = None
    chosen = []
    for rule in rules:
        if rule.engine:
            continue
        if rule.triggers and words is None:
            words = set(_WORD.findall(text))
        if all(words is not None and not group.isdisjoint(words) for group in rule.triggers):
            chosen.append(rule)
    return chosen
