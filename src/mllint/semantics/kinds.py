"""What a value is, as far as the code proves it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

Shape: TypeAlias = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A must-fact about a value; every field but ``type`` may be unknown (None).

    ``type`` is a canonical class name (``numpy.ndarray``, ``list``); classes of the module itself are
    ``.Name``. ``dtype`` is NumPy's or torch's short name (``float64``), and ``dtype_by_default`` says that
    nobody asked for it. ``shape`` has None for an unknown extent, so that its length is the rank.
    ``element`` is what iterating yields; ``items`` are the members of a tuple. ``assumed`` marks facts
    that rest on the calls seen in the module, not on the code at hand.
    """

    type: str
    dtype: str | None = None
    dtype_by_default: bool = False
    device: str | None = None
    shape: Shape | None = None
    element: "Kind | None" = None
    items: "tuple[Kind | None, ...] | None" = None
    assumed: bool = False

    @property
    def rank(self) -> int | None:
        return None if self.shape is None else len(self.shape)

    def with_assumption(self) -> "Kind":
        return self if self.assumed else replace(self, assumed=True)


NDARRAY = "numpy.ndarray"
TENSOR = "torch.Tensor"
DATAFRAME = "pandas.DataFrame"
SERIES = "pandas.Series"
ARRAYS = frozenset({NDARRAY, TENSOR, SERIES, DATAFRAME})


def join(first: Kind | None, second: Kind | None) -> Kind | None:
    """What holds whichever of the two values it is."""
    if first is None or second is None or first.type != second.type:
        return None
    if first == second:
        return first
    return Kind(
        first.type,
        dtype=first.dtype if first.dtype == second.dtype else None,
        dtype_by_default=first.dtype_by_default and second.dtype_by_default,
        device=first.device if first.device == second.device else None,
        shape=_join_shapes(first.shape, second.shape),
        element=join(first.element, second.element),
        items=_join_items(first.items, second.items),
        assumed=first.assumed or second.assumed,
    )


def join_all(kinds: Iterable[Kind | None]) -> Kind | None:
    """What holds whichever of the values it is; stops asking at the first that is not known."""
    result: Kind | None = None
    for number, kind in enumerate(kinds):
        result = kind if number == 0 else join(result, kind)
        if result is None:
            return None
    return result


def _join_shapes(first: Shape | None, second: Shape | None) -> Shape | None:
    if first is None or second is None or len(first) != len(second):
        return None
    return tuple(a if a == b else None for a, b in zip(first, second, strict=True))


def _join_items(
    first: "tuple[Kind | None, ...] | None", second: "tuple[Kind | None, ...] | None"
) -> "tuple[Kind | None, ...] | None":
    if first is None or second is None or len(first) != len(second):
        return None
    return tuple(join(a, b) for a, b in zip(first, second, strict=True))
