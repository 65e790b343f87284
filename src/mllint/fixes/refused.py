"""Why a planned fix is not made."""


class Refused(Exception):
    """The text cannot be edited safely here; ``str()`` is the reason, for people."""
