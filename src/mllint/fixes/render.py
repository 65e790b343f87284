"""From a planned fix to its edits."""

import importlib
import inspect
from collections.abc import Callable
from functools import cache

from mllint.finding import Edit, Fix, FixPlan
from mllint.fixes.layout import minimal
from mllint.fixes.refused import Refused
from mllint.source import Source

__all__ = ["Refused", "render"]


def render(plan: FixPlan, source: Source) -> Fix:
    """The edits of a plan made for this very text, as small as they can be, in the order of places.

    Raises :class:`Refused` where the text cannot be edited safely, where the file's encoding cannot hold
    the new text, and where nothing would change.
    """
    build = _builder(plan.builder)
    arguments = dict(plan.arguments)
    try:
        inspect.signature(build).bind(source, plan.spans, **arguments)
    except TypeError as error:
        raise Refused(f"internal error: {plan.builder} cannot be called so: {error}") from None
    try:
        edits = minimal(source, build(source, plan.spans, **arguments))
    except (RecursionError, MemoryError):
        raise Refused("too deep: the code is nested too deeply to be rewritten") from None
    if not edits:
        raise Refused("the fix changes nothing")
    _refuse_what_cannot_be_encoded(source, [edit.text for edit in edits])
    _refuse_what_cannot_be_encoded(source, [need.statement for need in plan.imports])
    return Fix(plan.title, plan.safety, edits, plan.imports)


@cache
def _builder(name: str) -> Callable[..., tuple[Edit, ...]]:
    if not name.isidentifier() or name.startswith("_"):
        raise Refused(f"internal error: {name!r} is no name of a builder")
    module = f"mllint.fixes.builders.{name}"
    try:
        build: Callable[..., tuple[Edit, ...]] = importlib.import_module(module).build
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise Refused(f"internal error: there is no builder {name!r}") from None
    return build


def _refuse_what_cannot_be_encoded(source: Source, texts: list[str]) -> None:
    for text in texts:
        try:
            source.encode(text)
        except UnicodeEncodeError as error:
            character = text[error.start]
            raise Refused(f"the file's encoding, {source.encoding}, cannot hold {character!r}") from None
