"""What knowledge files and cards name in libraries exists there: the libraries themselves are asked."""

import importlib
import importlib.util
import inspect
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from cards_under_test import CARDS, catalogue
from mllint.semantics.knowledge import Knowledge

pytestmark = pytest.mark.slow

KNOWLEDGE: Knowledge = catalogue().knowledge
#: Names of older versions that code still uses; today's libraries have them no more.
GONE = {
    "numpy.float", "numpy.int", "numpy.lib.scimath.sqrt",
}  # fmt: skip
_MISSING = object()


@cache
def installed(library: str) -> bool:
    return importlib.util.find_spec(library) is not None


@cache
def resolved(name: str) -> Any:
    """What a dotted name stands for, _MISSING if there is no such thing."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part, _MISSING)
            if found is _MISSING:
                break
        else:
            return found
    return _MISSING


def owner_and_name(method: str) -> tuple[str, str]:
    owner, _, name = method.rpartition(".")
    return owner, name


def named_things() -> Iterator[tuple[str, str]]:
    """Section and dotted name of all that is said about libraries."""
    for section in ("functions", "methods", "attributes", "bases", "reads", "item_costs"):
        yield from ((section, name) for name in getattr(KNOWLEDGE, section))
    yield from (("in memory", name) for name in KNOWLEDGE.in_memory)
    for name, bases in KNOWLEDGE.bases.items():
        yield from (("bases", base) for base in bases)
        yield "bases", name
    for card in CARDS.values():
        if card.match is not None:
            yield from ((card.name, name) for name in (*card.match.call, *card.match.attribute))
            if card.match.method is not None:
                yield from (
                    (card.name, f"{owner}.{name}")
                    for owner in card.match.method.of
                    for name in card.match.method.names
                )


THINGS = sorted({(section, name) for section, name in named_things() if installed(name.partition(".")[0])})


@pytest.mark.parametrize(("section", "name"), THINGS, ids=lambda value: str(value))
def test_what_is_named_exists(section: str, name: str) -> None:
    assert name in GONE or resolved(name) is not _MISSING, f"{section}: {name}"


@pytest.mark.parametrize("library", ["numpy", "pandas", "PIL", "cv2", "torch", "tensorflow", "keras"])
def test_an_installed_library_is_really_asked(library: str) -> None:
    pytest.importorskip(library)
    assert [name for _, name in THINGS if name.partition(".")[0] == library]


def parameters(name: str) -> list[inspect.Parameter] | None:
    """The parameters of a function, method or class without ``self``; None where Python cannot tell."""
    found = resolved(name)
    if found is _MISSING:
        return None
    try:
        signature = inspect.signature(found)
    except (TypeError, ValueError):
        return None
    listed = list(signature.parameters.values())
    holder = resolved(owner_and_name(name)[0])
    bound = inspect.ismethod(found) or isinstance(found, type) or not inspect.isclass(holder)
    static = inspect.isclass(holder) and isinstance(
        inspect.getattr_static(holder, owner_and_name(name)[1]), staticmethod
    )
    return listed if bound or static else listed[1:]


def asked_for(fact: Any) -> Iterator[tuple[str | None, int | None]]:
    """Keyword and position of each argument that a fact speaks of."""
    if isinstance(fact, list):
        for item in fact:
            yield from asked_for(item)
    if not isinstance(fact, Mapping):
        return
    if "keyword" in fact or "position" in fact:
        yield fact.get("keyword"), fact.get("position")
    yield from ((keyword, None) for keyword in fact.get("only", ()))
    for key in ("returns", "dtype", "shape", "element"):
        yield from asked_for(fact.get(key))


def arguments() -> Iterator[tuple[str, str | None, int | None]]:
    """Function, keyword and position of each argument that knowledge or a card speaks of."""
    for section in (KNOWLEDGE.functions, KNOWLEDGE.methods):
        for name, fact in section.items():
            yield from ((name, keyword, position) for keyword, position in asked_for(fact))
    for card in CARDS.values():
        if card.match is None:
            continue
        for name in card.match.call:
            for argument in (*card.match.lacks, *card.match.has):
                yield name, argument.keyword, argument.position
            for keyword in (card.fix.add_keyword or {}) if card.fix else {}:
                yield name, keyword, None


ARGUMENTS = sorted(
    {item for item in arguments() if installed(item[0].partition(".")[0]) and item[0] not in GONE},
    key=lambda item: (item[0], str(item[1]), item[2] or 0),
)
_OPEN = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)


@pytest.mark.parametrize(("name", "keyword", "position"), ARGUMENTS, ids=lambda value: str(value))
def test_arguments_are_where_they_are_said_to_be(
    name: str, keyword: str | None, position: int | None
) -> None:
    listed = parameters(name)
    if listed is None:
        pytest.skip("written in C, without a signature")
    names = [parameter.name for parameter in listed]
    kinds = {parameter.kind for parameter in listed}
    if keyword is not None and keyword not in names:
        assert kinds.intersection(_OPEN), f"{name} has no {keyword}"
    if position is not None and inspect.Parameter.VAR_POSITIONAL not in kinds:
        assert position < len(listed), f"{name} has no {position + 1} arguments"
        assert listed[position].kind is not inspect.Parameter.KEYWORD_ONLY
        if keyword in names:
            assert names.index(keyword) == position, f"{name}: {keyword} is not at {position}"


def test_most_signatures_could_be_looked_at() -> None:
    """C functions without a signature pass unseen; let these be few."""
    counts = Counter(parameters(name) is not None for name, _, _ in ARGUMENTS)
    assert counts[True] >= 25
    assert counts[True] > counts[False]


# Default element types, by calling

CALLS = {
    "numpy.full": None,
    "numpy.linspace": "numpy.linspace(0, 1, 3)",
    "numpy.loadtxt": "numpy.loadtxt(['1 2'])",
    "numpy.genfromtxt": "numpy.genfromtxt(['1 2'])",
    "numpy.random.rand": "numpy.random.rand(3)",
    "numpy.random.randn": "numpy.random.randn(3)",
    "numpy.random.uniform": "numpy.random.uniform(0, 1, 3)",
    "numpy.random.normal": "numpy.random.normal(0, 1, 3)",
    "numpy.random.randint": "numpy.random.randint(0, 5, 3)",
    "numpy.random.Generator.normal": "numpy.random.default_rng(0).normal(0, 1, 3)",
    "numpy.random.Generator.uniform": "numpy.random.default_rng(0).uniform(0, 1, 3)",
    "numpy.random.Generator.integers": "numpy.random.default_rng(0).integers(0, 5, 3)",
    "numpy.random.Generator.random": "numpy.random.default_rng(0).random(3)",
    "numpy.random.Generator.standard_normal": "numpy.random.default_rng(0).standard_normal(3)",
    "numpy.random.RandomState.rand": "numpy.random.RandomState(0).rand(3)",
    "numpy.random.RandomState.randn": "numpy.random.RandomState(0).randn(3)",
    "numpy.random.RandomState.uniform": "numpy.random.RandomState(0).uniform(0, 1, 3)",
    "numpy.random.RandomState.normal": "numpy.random.RandomState(0).normal(0, 1, 3)",
    "cv2.imread": None,
    "cv2.imdecode": "cv2.imdecode(cv2.imencode('.png', numpy.zeros((2, 2), numpy.uint8))[1], 1)",
}  # fmt: skip


def default_dtypes() -> Iterator[tuple[str, str]]:
    """Functions whose element type is known when nobody asks for one."""
    for section in (KNOWLEDGE.functions, KNOWLEDGE.methods):
        for name, fact in section.items():
            dtype = fact.get("dtype")
            given = dtype if isinstance(dtype, str) else (dtype or {}).get("default")
            if given is not None and fact.get("returns") in ("numpy.ndarray", "torch.Tensor"):
                yield name, given


def call_for(name: str) -> str | None:
    """An expression that calls the function with small arguments; None where there is no telling."""
    if name in CALLS:
        return CALLS[name]
    owner, method = owner_and_name(name)
    if owner == "torch.Tensor":
        return f"torch.zeros(3).{method}()"
    return f"{name}(3)"


DEFAULTS = sorted({item for item in default_dtypes() if installed(item[0].partition(".")[0])})


@pytest.mark.parametrize(("name", "dtype"), DEFAULTS, ids=lambda value: str(value))
def test_default_element_types_are_as_said(name: str, dtype: str) -> None:
    expression = call_for(name)
    if expression is None:
        pytest.skip("needs a file")
    scope = {library: importlib.import_module(library) for library in ("numpy", name.partition(".")[0])}
    made = eval(expression, scope)
    assert str(made.dtype).removeprefix("torch.") == dtype


def test_default_element_types_were_looked_at() -> None:
    pytest.importorskip("numpy")
    assert sum(call_for(name) is not None for name, _ in DEFAULTS) >= 15
