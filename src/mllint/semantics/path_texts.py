"""What the code spells out of a path: suffixes and patterns on the way to the name of a file."""

import ast
from collections.abc import Iterator

from mllint.semantics.module import Module

_MAXIMUM_STEPS = 8


def path_texts(node: ast.expr, module: Module) -> Iterator[str]:
    """The strings that take part in making a path, in lower case.

    Names are followed to what they were bound to, loop variables to what is looped over with its filters,
    ``self`` attributes to their values. Nothing is evaluated.
    """
    seen: set[ast.AST] = set()
    pending: list[tuple[ast.AST, int]] = [(node, 0)]
    while pending:
        root, steps = pending.pop()
        if root in seen or steps > _MAXIMUM_STEPS:
            continue
        seen.add(root)
        for item in ast.walk(root):
            if isinstance(item, ast.Constant) and isinstance(item.value, str):
                yield item.value.lower()
            elif isinstance(item, ast.Name) and isinstance(item.ctx, ast.Load):
                for definition in module.names.definitions(item) or ():
                    if definition.value is not None:
                        pending.append((definition.value, steps + 1))
                        pending.extend((other, steps + 1) for other in _filters(definition.node, module))
            elif isinstance(item, ast.Attribute):
                owner = module.classes.self_class(item.value)
                values = module.classes.attribute_values(owner, item.attr) if owner else []
                pending.extend((value, steps + 1) for value in values if value is not None)


def _filters(target: ast.AST, module: Module) -> Iterator[ast.AST]:
    """The conditions of the loop that binds a name: ``if name.endswith(".png")``."""
    for parent, _ in module.tree.ancestors(target):
        if isinstance(parent, ast.comprehension):
            yield from parent.ifs
        elif isinstance(parent, ast.For):
            yield from (item.test for item in parent.body if isinstance(item, ast.If))
        if isinstance(parent, ast.stmt):
            return
