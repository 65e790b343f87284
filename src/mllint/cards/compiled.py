"""The compiled cards: found, refreshed in a checkout, and loaded without YAML.

An installed mllint carries ``rules.json`` and ``prose.json``. In a checkout they lie in its
``.mllint_cache`` and are made anew when a card, a check or the compiler is newer.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from mllint import __version__
from mllint.rule import CardError, Catalogue, FixDeclaration, Option, Rule
from mllint.semantics.knowledge import Knowledge

_PACKAGE = Path(__file__).parent.parent
_CHECKOUT = _PACKAGE.parent.parent / "rules"


@dataclass(frozen=True, slots=True)
class ExampleText:
    """An example: slow code, better or accepted code, and what it shows."""

    bad: str | None
    good: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Prose:
    """What people read of a rule: reasons, exceptions, evidence, examples."""

    why: str
    when_not: str
    measured: str
    sources: tuple[tuple[str, str], ...]
    examples: tuple[ExampleText, ...]


@lru_cache(maxsize=1)
def load() -> Catalogue:
    """The rules of this installation. Raises :class:`~mllint.rule.CardError`."""
    data = _data("rules.json")
    rules = [_rule(item) for item in data["rules"]]
    return Catalogue(rules, data["words"], Knowledge(data["knowledge"]))


def prose(name: str) -> Prose:
    """The prose of the rule of that name."""
    item = _prose()[name]
    return Prose(
        item["why"],
        item["when_not"],
        item["measured"],
        tuple((title, url) for title, url in item["sources"]),
        tuple(ExampleText(each["bad"], each["good"], each["note"] or "") for each in item["examples"]),
    )


@lru_cache(maxsize=1)
def _prose() -> dict[str, Any]:
    texts: dict[str, Any] = _data("prose.json")
    return texts


def _rule(item: dict[str, Any]) -> Rule:
    fix = item.pop("fix", None)
    options = item.pop("options")
    return Rule(
        **{
            **item,
            "triggers": tuple(frozenset(group) for group in item["triggers"]),
            "nodes": tuple(item.get("nodes", ())),
            "applies": tuple(item["applies"].items()),
        },
        options={
            name: Option(**option | {"values": tuple(option["values"])}) for name, option in options.items()
        },
        fix=fix
        and FixDeclaration(
            **fix | {"deltas": tuple(fix["deltas"]), "arguments": tuple(fix.get("arguments", {}).items())}
        ),
    )


def _data(name: str) -> Any:
    try:
        if _CHECKOUT.is_dir() and (_CHECKOUT / "rule.schema.json").exists():
            return _from_checkout(name)
        return json.loads((_PACKAGE / "_data" / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CardError(
            f"the rules of this installation cannot be read ({error}); reinstall mllint-perf"
        ) from None


def _inputs() -> Iterator[Path]:
    yield _PACKAGE / "cards" / "compiler.py"
    yield _PACKAGE / "cards" / "schema.py"
    for folder, pattern in ((_CHECKOUT, "*.yaml"), (_PACKAGE / "checks", "*.py")):
        for directory in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if directory.is_dir():
                yield from sorted(Path(directory.path).glob(pattern))


def _from_checkout(name: str) -> Any:
    """The compiled file that belongs to the cards as they are now."""
    stamp = hashlib.blake2b(__version__.encode(), digest_size=12)
    for path in _inputs():
        status = path.stat()
        stamp.update(f"{path.parent.name}/{path.name}:{status.st_mtime_ns}:{status.st_size};".encode())
    folder = _CHECKOUT.parent / ".mllint_cache"
    compiled = folder / f"{stamp.hexdigest()}-{name}"
    try:
        return json.loads(compiled.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return _compile(folder, stamp.hexdigest())[name]


def _compile(folder: Path, stamp: str) -> dict[str, Any]:
    from mllint.cards.compiler import compile_cards, dump

    rules, texts = compile_cards(_CHECKOUT, _PACKAGE / "checks")
    data = {"rules.json": rules, "prose.json": texts}
    try:
        folder.mkdir(exist_ok=True)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        for old in folder.glob("*-*.json"):
            if not old.name.startswith(stamp):
                old.unlink(missing_ok=True)
        for name, content in data.items():
            # Written whole or not at all: several processes may compile at once.
            handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(dump(content))
            Path(temporary).replace(folder / f"{stamp}-{name}")
    except OSError:
        pass  # A checkout that cannot be written to is compiled anew each time.
    # The JSON form is what callers get, whether it was stored or not.
    loaded: dict[str, Any] = json.loads(dump(data))
    return loaded
