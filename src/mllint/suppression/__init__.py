"""Comments that silence findings: read, applied, judged, removed, written."""

from mllint.suppression.add_ignores import add_ignores
from mllint.suppression.directives import Directives, parse
from mllint.suppression.silence import Outcome, apply

__all__ = ["Directives", "Outcome", "add_ignores", "apply", "parse"]
