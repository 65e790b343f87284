"""One file through the whole pipeline: gates, detection, selection, suppression, order.

Nothing here prints, and nothing here knows where a text came from.
"""

from dataclasses import dataclass

from mllint.finding import Finding
from mllint.source import Source


@dataclass(frozen=True, slots=True)
class FileResult:
    """What is known of one file after a check.

    ``findings`` are those that people see, in the order of places. ``suppressed`` were silenced by a
    comment. ``problem`` says why the file could not be read at all (``source`` is then None).
    """

    path: str
    source: Source | None
    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Finding, ...] = ()
    problem: str = ""
