"""What a module sets in ``tf.data.Options``: default optimisations switched off, order of elements given up."""

import ast
from collections.abc import Iterator

from mllint.semantics.constants import constant
from mllint.semantics.module import Module

#: Options that take away the default parallel calls, the default prefetch, and both.
_MAP_SWITCHES = frozenset({"apply_default_optimizations", "map_parallelization"})
_PREFETCH_SWITCHES = frozenset({"apply_default_optimizations", "inject_prefetch"})
_AUTOTUNE = frozenset({"autotune.enabled", "experimental_optimization.autotune"})
_OPTIONS = ("tensorflow.data.Options", "tensorflow.data.experimental.OptimizationOptions")


def map_parallelization_off(module: Module) -> str:
    """The assignment, as the module has it, that leaves maps without parallel calls by default; else empty."""
    return _switched_off(module, _MAP_SWITCHES)


def prefetch_injection_off(module: Module) -> str:
    """The assignment, as the module has it, that leaves pipelines without a default prefetch; else empty."""
    return _switched_off(module, _PREFETCH_SWITCHES)


def may_reorder(module: Module) -> bool:
    """Whether anything in the module may let parallel calls give up the order of the elements."""
    for target, value in _assigned_attributes(module):
        if target.attr in {"deterministic", "experimental_deterministic"}:
            if constant(value, module.names) is not True:
                return True
    for node in module.tree.by_class.get(ast.keyword, ()):
        assert isinstance(node, ast.keyword)
        if node.arg == "deterministic" and constant(node.value, module.names) not in (True, None):
            return True
    return False


def _switched_off(module: Module, switches: frozenset[str]) -> str:
    for target, value in _assigned_attributes(module):
        holder = target.value
        path = f"{holder.attr}.{target.attr}" if isinstance(holder, ast.Attribute) else target.attr
        if target.attr not in switches and path not in _AUTOTUNE:
            continue
        if constant(value, module.names) is False and _is_of_options(holder, module):
            return module.source.slice(module.source.span(target)) + " = False"
    return ""


def _is_of_options(holder: ast.expr, module: Module) -> bool:
    """Whether an attribute is set on an options object, or on a part of one."""
    if isinstance(holder, ast.Attribute):
        if holder.attr == "experimental_optimization":
            return True
        holder = holder.value
    kind = module.inference.kind(holder)
    return kind is not None and kind.type in _OPTIONS


def _assigned_attributes(module: Module) -> Iterator[tuple[ast.Attribute, ast.expr]]:
    for node in module.tree.by_class.get(ast.Assign, ()):
        assert isinstance(node, ast.Assign)
        for target in node.targets:
            if isinstance(target, ast.Attribute):
                yield target, node.value
