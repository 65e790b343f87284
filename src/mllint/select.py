"""Which rules hold for a file, which findings are kept, and which fixes may be applied.

Of several selectors that name a rule the most specific decides: its code or name, then a longer prefix
before a shorter, then its family, then ``ALL``. Where two are as specific, leaving out wins.
"""

import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from mllint.finding import LEVELS, Finding, Safety
from mllint.globs import Globs
from mllint.rule import (
    REASONLESS_SUPPRESSION,
    SYNTAX_ERROR,
    UNKNOWN_SUPPRESSION,
    UNUSED_SUPPRESSION,
    Catalogue,
    UnknownRule,
)
from mllint.settings import Settings

#: What mllint says of the file as such, not of its speed: no filter applies to them.
ENGINE_CODES = frozenset({SYNTAX_ERROR, UNUSED_SUPPRESSION, UNKNOWN_SUPPRESSION, REASONLESS_SUPPRESSION})

_FAMILY = 1
_WHOLE_PREFIX = _FAMILY + len("MLL")
_EXACT = 1000


def enabled_codes(settings: Settings, catalogue: Catalogue, path: Path | None) -> frozenset[str]:
    """The codes that may be reported for the file at ``path`` (None: a text without a path).

    The default rules, or those of ``select`` if there is one, with ``extend_select``, less ``ignore``.
    MLL900 is always among them unless ``ignore`` names it by more than ``ALL`` or ``MLL``. Then
    ``per_file_ignores`` take away what they name, MLL900 too; and in ``settings.test_paths`` only the
    engine's own codes stay, and the rules that ``select`` or ``extend_select`` name by code or name.
    """
    codes = _base_codes(settings, catalogue)
    if path is None:
        return codes
    absolute = os.path.abspath(path)  # noqa: PTH100 - links are not to be resolved
    tests, ignores = _path_rules(settings, catalogue)
    if tests.matches(absolute):
        codes &= ENGINE_CODES | _named_codes(settings, catalogue)
    for globs, negated, ignored in ignores:
        if globs.matches(absolute) is not negated:
            codes -= ignored
    return codes


def keep_finding(finding: Finding, settings: Settings) -> bool:
    """Whether the finding is as grave and as sure as the settings ask; the engine's own always are."""
    if finding.code in ENGINE_CODES:
        return True
    return not (
        (settings.min_impact and LEVELS[finding.impact] < LEVELS[settings.min_impact])
        or (settings.min_confidence and LEVELS[finding.confidence] < LEVELS[settings.min_confidence])
    )


def effective_safety(code: str, safety: Safety, settings: Settings) -> Safety:
    """The safety of a rule's fix after ``extend_safe_fixes`` and ``extend_unsafe_fixes``.

    A fix that is only displayed stays so. Where both lists are as specific, the fix is unsafe.
    """
    if safety == "display" or not (settings.extend_safe_fixes or settings.extend_unsafe_fixes):
        return safety
    safe = _precision(settings.extend_safe_fixes, code)
    unsafe = _precision(settings.extend_unsafe_fixes, code)
    if safe == unsafe == -1:
        return safety
    return "safe" if safe > unsafe else "unsafe"


def fix_allowed(finding: Finding, settings: Settings, *, unsafe: bool) -> bool:
    """Whether the finding's fix may be applied: fixable, and safe unless unsafe fixes are asked for.

    ``unsafe`` adds to ``settings.unsafe_fixes``. A fix for display is never applied.
    """
    if finding.fix is None:
        return False
    fixable = _precision(settings.fixable, finding.code) if settings.fixable else 0
    if fixable < 0 or fixable <= _precision(settings.unfixable, finding.code):
        return False
    safety = effective_safety(finding.code, finding.fix.safety, settings)
    return safety == "safe" or (safety == "unsafe" and (unsafe or settings.unsafe_fixes))


def codes_only(selectors: Iterable[str], opposite: Iterable[str], catalogue: Catalogue) -> tuple[str, ...]:
    """The selectors with names and families replaced by codes, for lists that are read without a catalogue.

    A rule of a family that ``opposite``, the list against it, names more precisely is left out: as a code
    it would weigh as much as that.
    """
    against = tuple(opposite)
    result: list[str] = []
    for selector in selectors:
        codes = catalogue.select(selector)
        if selector.upper().startswith("MLL") or selector.upper() == "ALL":
            result.append(selector.upper())
        elif _is_exact(selector, catalogue):
            result += codes
        else:
            result += sorted(code for code in codes if _specificity(against, code, catalogue) <= _FAMILY)
    return tuple(dict.fromkeys(result))


def _precision(selectors: Iterable[str], code: str) -> int:
    """How precisely a list of codes, prefixes and ``ALL`` names the code; -1 if it does not."""
    best = -1
    for selector in selectors:
        if selector == code:
            return _EXACT
        if selector == "ALL":
            best = max(best, 0)
        elif code.startswith(selector):
            best = max(best, _FAMILY + len(selector))
    return best


def _specificity(selectors: Iterable[str], code: str, catalogue: Catalogue) -> int:
    """How precisely the most precise of any selectors names the rule; -1 if none does."""
    return max((_specificity_of(selector, code, catalogue) for selector in selectors), default=-1)


@lru_cache(maxsize=4096)
def _specificity_of(selector: str, code: str, catalogue: Catalogue) -> int:
    try:
        if code not in catalogue.select(selector):
            return -1
    except UnknownRule:
        return -1
    word = selector.upper()
    if word == "ALL":
        return 0
    if _is_exact(selector, catalogue):
        return _EXACT
    return _FAMILY + len(word) if code.startswith(word) else _FAMILY


def _is_exact(selector: str, catalogue: Catalogue) -> bool:
    return selector.upper() in catalogue.by_code or selector.lower() in catalogue.by_name


@lru_cache(maxsize=64)
def _base_codes(settings: Settings, catalogue: Catalogue) -> frozenset[str]:
    enabled: set[str] = set()
    for rule in catalogue.rules:
        asked = _specificity((*settings.select, *settings.extend_select), rule.code, catalogue)
        refused = _specificity(settings.ignore, rule.code, catalogue)
        if rule.code == SYNTAX_ERROR:
            # `--ignore ALL --extend-select …` asks for a few rules, not to hide broken files.
            asked = max(asked, _WHOLE_PREFIX)
            refused = -1 if refused <= _WHOLE_PREFIX else refused
        elif asked < 0 and (settings.select or not rule.default):
            continue
        wanted = refused < 0 or asked > refused
        if wanted:
            enabled.add(rule.code)
    return frozenset(enabled)


@lru_cache(maxsize=64)
def _named_codes(settings: Settings, catalogue: Catalogue) -> frozenset[str]:
    named = [
        selector for selector in (*settings.select, *settings.extend_select) if _is_exact(selector, catalogue)
    ]
    return _codes(named, catalogue)


@lru_cache(maxsize=64)
def _path_rules(
    settings: Settings, catalogue: Catalogue
) -> tuple[Globs, tuple[tuple[Globs, bool, frozenset[str]], ...]]:
    """The globs of test paths; and per entry of ``per_file_ignores`` its glob, negation and codes."""
    root = str(settings.root)
    ignores = tuple(
        (Globs([glob.removeprefix("!")], root), glob.startswith("!"), _codes(selectors, catalogue))
        for glob, selectors in settings.per_file_ignores
    )
    return Globs(settings.test_paths, root, any_depth=True), ignores


def _codes(selectors: Iterable[str], catalogue: Catalogue) -> frozenset[str]:
    return frozenset(code for selector in selectors for code in catalogue.select(selector))
