"""One pass over one file: each rule is offered the nodes of the classes that it wants."""

import ast
import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

from mllint import match
from mllint.context import Context
from mllint.finding import Finding
from mllint.rule import Rule
from mllint.semantics.module import Module

Check: TypeAlias = Callable[[Any, Context], Iterator[Finding]]


@cache
def _check(path: str) -> Check:
    check: Check = importlib.import_module(path).check
    return check


def options_of(rule: Rule, configured: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A rule's options: the defaults on its card, then what the project configured."""
    return {name: option.default for name, option in rule.options.items()} | dict(
        configured.get(rule.name, {})
    )


def detect(
    module: Module, rules: Iterable[Rule], configured: Mapping[str, Mapping[str, Any]]
) -> list[Finding]:
    """All findings of ``rules`` in a module, in the order of places."""
    found: list[Finding] = []
    by_class = {cls.__name__: nodes for cls, nodes in module.tree.by_class.items()}
    for rule in rules:
        offered = [node for name in rule.nodes for node in by_class.get(name, ())]
        if not offered or not _applies(rule, module):
            continue
        ctx = Context(module, rule, options_of(rule, configured))
        check: Check = _check(rule.check) if rule.check else match.findings
        for node in offered:
            found.extend(check(node, ctx))
    found.sort(key=lambda finding: (finding.span, finding.code))
    return found


def _applies(rule: Rule, module: Module) -> bool:
    """Whether the advice holds for the library versions that the project asks for."""
    return all(module.versions.may_satisfy(library, wanted) for library, wanted in rule.applies)


def node_names(annotation: ast.expr) -> tuple[str, ...]:
    """The ``ast`` class names in a check's first annotation: ``ast.For | ast.ListComp``."""
    if isinstance(annotation, ast.BinOp):
        return (*node_names(annotation.left), *node_names(annotation.right))
    if isinstance(annotation, ast.Attribute):
        return (annotation.attr,)
    raise ValueError("the first parameter must be annotated with ast classes")
