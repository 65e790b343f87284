"""Rule cards: compiled ones are loaded from here; compiling them is for the build and for checkouts."""

from mllint.cards.compiled import ExampleText, Prose, load, prose

__all__ = ["ExampleText", "Prose", "load", "prose"]
