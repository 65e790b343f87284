"""The closing lines of a run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mllint.report.entry import Entry


def summary(remaining: Sequence[Entry], fixed: int = 0, *, unsafe: bool = False) -> Iterator[str]:
    """What was found and fixed, and how the rest can be fixed.

    ``remaining`` are the findings after fixing; ``unsafe`` says whether unsafe fixes were allowed.
    """
    total = len(remaining) + fixed
    if fixed:
        yield f"Found {total} ({fixed} fixed, {len(remaining)} remain).\n"
    elif total:
        yield f"Found {total} {_findings(total)}.\n"
    else:
        yield "All checks passed!\n"
    yield from _fixable(remaining, unsafe=unsafe)


def would_fix(fixed: int, remaining: Sequence[Entry]) -> Iterator[str]:
    """What `--diff` says below its diff."""
    more = sum(entry.reach == "unsafe" for entry in remaining)
    hint = f" ({more} more with `--unsafe-fixes`)" if more else ""
    yield f"Would fix {fixed} {_findings(fixed)}{hint}.\n" if fixed else f"Nothing to fix{hint}.\n"


def fixed_list(fixed: Mapping[str, Iterable[tuple[str, str]]]) -> Iterator[str]:
    """`--show-fixes`: for each path, how often which rule was fixed, from its ``(code, name)`` pairs."""
    counted = {path: sorted(pairs) for path, pairs in sorted(fixed.items())}
    total = sum(map(len, counted.values()))
    if not total:
        return
    yield f"Fixed {total} {_findings(total)}:\n"
    for path, pairs in counted.items():
        if pairs:
            yield f"- {path}:\n"
        for code, name in dict.fromkeys(pairs):
            yield f"    {pairs.count((code, name))} × {code} ({name})\n"
    yield "\n"


def _fixable(remaining: Sequence[Entry], *, unsafe: bool) -> Iterator[str]:
    now = sum(entry.reach == "now" for entry in remaining)
    more = sum(entry.reach == "unsafe" for entry in remaining)
    command = "`mllint fix --unsafe-fixes`" if unsafe else "`mllint fix`"
    if now:
        hint = f" ({more} more with `--unsafe-fixes`)" if more else ""
        yield f"[*] {now} fixable with {command}{hint}.\n"
    elif more:
        yield f"No safe fixes; {more} fixable with `mllint fix --unsafe-fixes`.\n"


def _findings(count: int) -> str:
    return "finding" if count == 1 else "findings"
