"""From the cards in ``rules/`` to the two JSON files that mllint runs on.

``rules.json`` has what matching needs, ``prose.json`` what people read. Used by the build, and by
:mod:`mllint.cards` in a checkout; the only place that reads YAML.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from mllint.cards.schema import FixCard, KnowledgeFile, Match, RuleCard
from mllint.rule import CardError

Card = TypeVar("Card", RuleCard, KnowledgeFile)
SECTIONS = (
    "aliases", "functions", "methods", "attributes", "bases", "reads", "item_costs", "image_readers", "layers",
    "elementwise",
)  # fmt: skip
LISTS = ("in_memory", "pure", "exact_elementwise")
#: What announces a finding in an example; people do not see it.
_EXPECTATION = re.compile(r"[ \t]*# expect: MLL[0-9, ML]*[ \t]*$", re.MULTILINE)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def compile_cards(folder: Path, checks: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The contents of ``rules.json`` and ``prose.json``, from a folder of cards and the folder of their Python.

    Raises :class:`CardError` at the first card that is wrong.
    """
    rules: list[dict[str, Any]] = []
    prose: dict[str, Any] = {}
    seen: dict[str, Path] = {}
    for path in card_paths(folder):
        card = read_card(path)
        for key in (card.code, card.name):
            if key in seen:
                raise CardError(f"{path}:1: {key} is already used by {seen[key]}")
            seen[key] = path
        if path.parent.name != card.family.replace("-", "_"):
            raise CardError(
                f"{path}:1: the family {card.family!r} has the folder {card.family.replace('-', '_')}"
            )
        if path.stem != card.name.replace("-", "_"):
            raise CardError(
                f"{path}:1: the rule {card.name!r} belongs into {card.name.replace('-', '_')}.yaml"
            )
        rules.append(_rule(card, path, folder, checks))
        prose[card.name] = _prose(card)
    knowledge: dict[str, Any] = {}
    words: set[str] = set()
    for path in sorted((folder / "knowledge").glob("*.yaml")):
        facts = read(path, KnowledgeFile)
        words.update(facts.imports)
        for section in SECTIONS:
            knowledge.setdefault(section, {}).update(getattr(facts, section))
        for section in LISTS:
            knowledge.setdefault(section, []).extend(getattr(facts, section))
    return {"rules": rules, "knowledge": knowledge, "words": sorted(words)}, prose


def card_paths(folder: Path) -> Iterator[Path]:
    """The cards of rules, without the knowledge files."""
    return (path for path in sorted(folder.glob("*/*.yaml")) if path.parent.name != "knowledge")


def read_card(path: Path) -> RuleCard:
    card = read(path, RuleCard)
    if card.fix is not None and card.verify is None:
        raise CardError(
            f"{path}:{_line_of(path, ['fix'])}: a card with a fix says under `verify` how it is compared"
        )
    if card.fix is not None and card.verify is not None:
        if (card.fix.safety == "safe") != (card.verify.equivalence == "exact"):
            raise CardError(
                f"{path}:{_line_of(path, ['verify'])}: safety {card.fix.safety!r} and equivalence "
                f"{card.verify.equivalence!r} contradict: safe means exact, and nothing else does"
            )
    return card


def read(path: Path, form: type[Card]) -> Card:
    """One YAML file as the given form; :class:`CardError` with file, line and reason."""
    try:
        text = path.read_text(encoding="utf-8")
        data = yaml.load(text, Loader=_Loader)
    except (OSError, UnicodeDecodeError) as error:
        raise CardError(f"{path}:1: cannot be read: {error}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise CardError(f"{path}:{line}: {getattr(error, 'problem', None) or error}") from None
    try:
        return msgspec.convert(data, form)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `$")
        keys: list[str] = [key.split("[")[0] for key in place.rstrip("`").split(".") if key]
        unknown = reason.split("`")[1] if "unknown field" in reason and "`" in reason else ""
        line = _line_of(path, [*keys, unknown] if unknown else keys)
        raise CardError(f"{path}:{line}: {reason}{' in ' + '.'.join(keys) if keys else ''}") from None


def _line_of(path: Path, keys: list[str]) -> int:
    """The line of a nested key; of the nearest outer one where it is not there."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
    line = 1
    for key in keys:
        if not isinstance(node, yaml.MappingNode):
            break
        for name, value in node.value:
            if name.value == key:
                line, node = name.start_mark.line + 1, value
                break
        else:
            break
    return line


def _rule(card: RuleCard, path: Path, folder: Path, checks: Path) -> dict[str, Any]:
    rule: dict[str, Any] = {
        key: getattr(card, key)
        for key in ("code", "name", "summary", "family", "since", "default", "impact", "confidence")
    }
    rule["message"] = " ".join(card.message.split())
    rule["triggers"] = card.triggers
    rule["applies"] = card.applies
    rule["options"] = {name: msgspec.to_builtins(option) for name, option in card.options.items()}
    relative = path.relative_to(folder).with_suffix("")
    twin = checks / relative.with_suffix(".py")
    if card.match is not None:
        if twin.exists():
            raise CardError(
                f"{path}:{_line_of(path, ['match'])}: a rule with `match` has no Python ({twin.name})"
            )
        rule["match"] = msgspec.to_builtins(card.match)
        rule["nodes"] = ["Attribute"] if card.match.attribute else ["Call"]
        _one_target(card.match, path)
    elif twin.exists():
        rule["check"] = f"mllint.checks.{'.'.join(relative.parts)}"
        rule["nodes"] = _dispatch(twin)
    elif card.family != "mllint":
        raise CardError(f"{path}:1: neither `match` nor {twin.relative_to(checks)} says what to look for")
    if card.fix is not None:
        rule["fix"] = _fix(card, card.fix)
    return rule


def _one_target(match: Match, path: Path) -> None:
    if sum(bool(part) for part in (match.call, match.method, match.attribute)) != 1:
        raise CardError(
            f"{path}:{_line_of(path, ['match'])}: `match` names one of `call`, `method` and `attribute`"
        )


def _fix(card: RuleCard, fix: FixCard) -> dict[str, Any]:
    assert card.verify is not None
    compiled: dict[str, Any] = {
        "title": fix.title,
        "safety": fix.safety,
        "equivalence": card.verify.equivalence,
        "deltas": card.verify.deltas,
    }
    if fix.add_keyword:
        ((keyword, value),) = fix.add_keyword.items()
        compiled |= {"builder": "add_keyword", "arguments": {"keyword": keyword, "value": value}}
    elif fix.replace_with is not None:
        compiled |= {"builder": "replace_text", "arguments": {"text": fix.replace_with}}
    return compiled


def _dispatch(path: Path) -> list[str]:
    """The ``ast`` classes in the annotation of the first parameter of ``check``; nothing is imported."""
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "check":
            annotation = statement.args.args[0].annotation if statement.args.args else None
            names = list(_class_names(annotation))
            if names and all(hasattr(ast, name) for name in names):
                return names
            raise CardError(
                f"{path}:{statement.lineno}: annotate the first parameter of `check` with ast classes"
            )
    raise CardError(f"{path}:1: has no function `check`")


def _class_names(annotation: ast.expr | None) -> Iterator[str]:
    match annotation:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _class_names(left)
            yield from _class_names(right)
        case ast.Attribute(value=ast.Name(id="ast"), attr=name):
            yield name


def _prose(card: RuleCard) -> dict[str, Any]:
    return {
        "why": card.why.strip(),
        "when_not": card.when_not.strip(),
        "measured": (card.measured or "").strip(),
        "sources": [[source.title, source.url] for source in card.sources],
        "examples": [
            {
                "bad": _EXPECTATION.sub("", example.bad) if example.bad is not None else None,
                "good": example.good,
                "note": example.note,
                "unfixed": example.unfixed,
            }
            for example in card.examples
        ],
    }


def dump(data: object) -> str:
    """Compact JSON with a stable order of keys."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
