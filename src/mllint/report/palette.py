"""Colour, written by hand: a terminal library would cost more than the whole report."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

ColourChoice: TypeAlias = Literal["auto", "always", "never"]


@dataclass(frozen=True, slots=True)
class Palette:
    """Styles of a report; without ``colour`` each gives its text back."""

    colour: bool = False

    def strong(self, text: str) -> str:
        return self._style("1", text)

    def alarm(self, text: str) -> str:
        return self._style("1;31", text)

    def place(self, text: str) -> str:
        return self._style("36", text)

    def margin(self, text: str) -> str:
        return self._style("1;34", text)

    def removed(self, text: str) -> str:
        return self._style("31", text)

    def added(self, text: str) -> str:
        return self._style("32", text)

    def quiet(self, text: str) -> str:
        return self._style("2", text)

    def _style(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text


def colour_wanted(choice: ColourChoice, environ: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether to colour: an explicit choice, then ``NO_COLOR``, ``FORCE_COLOR``, then on terminals only."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return terminal and environ.get("TERM") != "dumb"
