"""How one layer of configuration lies over another."""

from mllint.config.values import Layer
from mllint.rule import Catalogue

_ADDED = ("extend-safe-fixes", "extend-unsafe-fixes", "extend-exclude")
_MERGED = ("per-file-ignores", "target-versions")


def combine(lower: Layer, upper: Layer, catalogue: Catalogue) -> Layer:
    """The two layers as one, where ``upper`` wins.

    Plain values are replaced, ``extend-…`` lists added up, tables merged key by key. Selection is layered
    as in ruff: a ``select`` above starts anew, but what is ignored below stays ignored unless the upper
    layer asks for just that; ``extend-select`` and ``ignore`` above add to what is below.
    """
    result = {**lower, **upper}
    for key in _ADDED:
        if key in lower and key in upper:
            result[key] = (*lower[key], *upper[key])
    for key in _MERGED:
        if key in lower and key in upper:
            result[key] = {**lower[key], **upper[key]}
    if "rules" in lower and "rules" in upper:
        result["rules"] = {
            name: {**lower["rules"].get(name, {}), **upper["rules"].get(name, {})}
            for name in {**lower["rules"], **upper["rules"]}
        }
    result.update(_selection(lower, upper, catalogue))
    return result


def _selection(lower: Layer, upper: Layer, catalogue: Catalogue) -> Layer:
    """``select``, ``extend-select`` and ``ignore`` of both layers, so that the most specific still wins."""
    codes = catalogue.select
    asked_below: tuple[str, ...] = () if "select" in upper else lower.get("select", ())
    extended_below: tuple[str, ...] = () if "select" in upper else lower.get("extend-select", ())
    extended: tuple[str, ...] = upper.get("extend-select", ())
    wanted = {codes(selector) for selector in (*upper.get("select", ()), *extended)}
    refused: tuple[str, ...] = upper.get("ignore", ())
    # Selectors below that lie within what is ignored above would win by being more specific: they are
    # ignored in their own words too.
    overruled = tuple(
        selector
        for selector in (*asked_below, *extended_below)
        if any(codes(selector) < codes(other) for other in refused) and codes(selector) not in wanted
    )
    ignored = tuple(selector for selector in lower.get("ignore", ()) if codes(selector) not in wanted)
    selection = {
        "select": upper.get("select", asked_below),
        "extend-select": (*extended_below, *extended),
        "ignore": tuple(dict.fromkeys((*ignored, *refused, *overruled))),
    }
    return {key: value for key, value in selection.items() if key in lower or key in upper}
