"""Small programs, and what mllint knows of the names in them."""

import ast

from cards_under_test import catalogue
from mllint.semantics.kinds import Kind
from mllint.semantics.module import Module
from mllint.semantics.scopes import Definition
from mllint.source import Source


def module(text: str) -> Module:
    return Module(Source(text), ast.parse(text), catalogue().knowledge)


def shown(text: str) -> tuple[Module, list[ast.expr]]:
    """The module, and the arguments of all calls of ``show`` in it, in the order of places."""
    made = module(text)
    calls = [node for node in made.tree.by_class.get(ast.Call, ()) if isinstance(node, ast.Call)]
    found = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "show"]
    found.sort(key=lambda call: (call.lineno, call.col_offset))
    assert found, "a program that shows nothing"
    return made, [argument for call in found for argument in call.args]


def kinds(text: str) -> list[Kind | None]:
    """The kinds of what a program shows."""
    made, nodes = shown(text)
    return [made.inference.kind(node) for node in nodes]


def described(kind: Kind | None) -> str:
    """``numpy.ndarray float64 (3, ?)`` and the like; ``?`` where nothing is known."""
    if kind is None:
        return "?"
    words = [kind.type]
    if kind.dtype:
        words.append(kind.dtype)
    if kind.shape is not None:
        words.append(f"({', '.join('?' if extent is None else str(extent) for extent in kind.shape)})")
    if kind.element is not None:
        words.append(f"of {described(kind.element)}")
    if kind.assumed:
        words.append("assumed")
    return " ".join(words)


def names(text: str) -> list[str | None]:
    """The qualified names of what a program shows."""
    made, nodes = shown(text)
    return [made.names.qualified(node) for node in nodes]


def definitions(text: str) -> list[str]:
    """The definitions that reach what a program shows: lines, ``builtin`` where there is none, ``?`` if not known."""
    made, nodes = shown(text)
    return [_lines(made.names.definitions(node)) for node in nodes if isinstance(node, ast.Name)]


def _lines(found: tuple[Definition, ...] | None) -> str:
    if found is None:
        return "?"
    if not found:
        return "none"
    return " ".join(map(str, sorted(getattr(item.node, "lineno", 0) for item in found)))
