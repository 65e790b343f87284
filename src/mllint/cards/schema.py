"""The form of a rule card and of a knowledge file, as types; editors get it as a JSON schema.

Imported only when cards are compiled: at build time, in a checkout whose cards changed, or by tests.
"""

import inspect
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Words = Annotated[list[Annotated[str, Meta(pattern=r"^[^\W\d]\w*$")]], Meta(min_length=1)]
Text = Annotated[str, Meta(min_length=1)]


class _Card(msgspec.Struct, forbid_unknown_fields=True, rename="kebab"):
    pass


class OptionCard(_Card, kw_only=True):
    """A setting under ``[tool.mllint.rules.NAME]``."""

    type: Literal["integer", "number", "boolean", "string", "choice", "strings"]
    default: Any
    help: Text
    values: list[str] = []
    minimum: float | None = None


class Argument(_Card, kw_only=True):
    """An argument of a call, by keyword, position or both; ``value`` asks for that literal."""

    keyword: str | None = None
    position: int | None = None
    value: Any = msgspec.UNSET


class Method(_Card, kw_only=True):
    """A call of a method ``names`` on an instance of one of the types ``of``."""

    of: list[str]
    names: list[str]


class Match(_Card, kw_only=True):
    """One call or attribute; see :mod:`mllint.match`."""

    call: list[str] = []
    method: Method | None = None
    attribute: list[str] = []
    lacks: list[Argument] = []
    has: list[Argument] = []
    inside: Literal["loop", "item-access"] | None = None


class FixCard(_Card, kw_only=True):
    """What the fix is called and how safe it is; ``add-keyword`` or ``replace-with`` where no Python is needed."""

    title: Text
    safety: Literal["safe", "unsafe", "display"]
    add_keyword: dict[str, str] | None = None
    replace_with: str | None = None


class Verify(_Card, kw_only=True):
    """How the results of the fixed code are to be compared with the original's."""

    equivalence: Literal["exact", "re-association", "named-delta", "samples", "none"]
    deltas: list[str] = []
    clock: Literal["cpu", "wall"] = "cpu"
    block: str | None = None
    inputs: str | None = None


class SourceCard(_Card, kw_only=True):
    """Where a claim on the card comes from."""

    title: Text
    url: Annotated[str, Meta(pattern=r"^https://")]


class Example(_Card, kw_only=True):
    """Code that is the rule's test: ``bad`` has ``# expect: CODE`` on its findings, ``good`` is silent.

    With both, the fix turns ``bad`` into ``good``; ``unfixed`` says that ``good`` is written by hand.
    """

    bad: str | None = None
    good: str | None = None
    unfixed: bool = False
    files: dict[str, str] = {}
    options: dict[str, Any] = {}
    note: str | None = None


class RuleCard(_Card, kw_only=True):
    """One rule: what it is, what it looks for, what it says, and the examples that prove it."""

    code: Annotated[str, Meta(pattern=r"^MLL\d{3}$")]
    name: Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    summary: Annotated[str, Meta(min_length=10, max_length=100)]
    family: Annotated[str, Meta(pattern=r"^[a-z]+(-[a-z]+)*$")]
    since: str
    default: bool
    impact: Literal["low", "medium", "high"]
    confidence: Literal["low", "medium", "high"]
    triggers: list[Words] = []
    applies: dict[str, str] = {}
    options: dict[str, OptionCard] = {}
    message: Text
    why: Text
    when_not: Text
    match: Match | None = None
    fix: FixCard | None = None
    verify: Verify | None = None
    measured: str | None = None
    sources: Annotated[list[SourceCard], Meta(min_length=1)]
    examples: Annotated[list[Example], Meta(min_length=1)]


class KnowledgeFile(_Card, kw_only=True):
    """Signature facts of one library; see :mod:`mllint.semantics.knowledge`."""

    library: str
    imports: Words
    aliases: dict[str, str] = {}
    functions: dict[str, dict[str, Any]] = {}
    methods: dict[str, dict[str, Any]] = {}
    attributes: dict[str, dict[str, Any]] = {}
    bases: dict[str, list[str]] = {}
    elementwise: dict[str, str] = {}
    exact_elementwise: list[str] = []
    reads: dict[str, str] = {}
    item_costs: dict[str, str] = {}
    in_memory: list[str] = []
    image_readers: dict[str, Literal["lazy", "decoded"]] = {}
    layers: dict[str, dict[str, Any]] = {}
    pure: list[str] = []


def json_schema() -> dict[str, Any]:
    """The JSON schema of a rule card, the same on every Python."""
    schema = msgspec.json.schema(RuleCard)
    for definition in schema["$defs"].values():
        if "description" in definition:  # Python 3.13 takes the indentation out of docstrings, others do not
            definition["description"] = inspect.cleandoc(definition["description"])
    return schema
