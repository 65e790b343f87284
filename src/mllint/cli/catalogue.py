"""The rules, or a message why they cannot be read."""

from mllint import cards
from mllint.cli.failure import Failure
from mllint.rule import CardError, Catalogue


def loaded_catalogue() -> Catalogue:
    """All rules; :class:`Failure` for a broken card."""
    try:
        return cards.load()
    except CardError as error:
        raise Failure(str(error)) from None
