"""What an annotation, or the class of an ``isinstance``, says of a value."""

import ast

from mllint.semantics.classes import Classes
from mllint.semantics.kinds import ARRAYS, Kind
from mllint.semantics.knowledge import Knowledge
from mllint.semantics.names import Names


def instance(node: ast.expr, names: Names, classes: Classes) -> Kind | None:
    """An instance of the class that an expression names."""
    local = classes.local_type(node)
    if local is not None:
        return Kind(local)
    name = names.qualified(node)
    if name is None:
        return None
    if name.startswith("builtins."):
        return Kind(name.removeprefix("builtins."))
    return Kind(names.knowledge.canonical(name))


def annotated(annotation: ast.expr, names: Names, classes: Classes) -> Kind | None:
    """The kind that a parameter's annotation promises; of generic types only arrays are told."""
    match annotation:
        case ast.BinOp(op=ast.BitOr()):
            return None
        case ast.Constant(value=str(text)):
            try:
                parsed = ast.parse(text, mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return None
            return _quoted(parsed, names, names.knowledge)
        case ast.Subscript(value=base):
            kind = instance(base, names, classes)
            return kind if kind is not None and kind.type in ARRAYS else None
    return instance(annotation, names, classes)


def _quoted(parsed: ast.expr, names: Names, knowledge: Knowledge) -> Kind | None:
    """A quoted annotation has no place in the tree: resolve its first name among the module's imports."""
    parts: list[str] = []
    while isinstance(parsed, ast.Attribute):
        parts.append(parsed.attr)
        parsed = parsed.value
    if not isinstance(parsed, ast.Name):
        return None
    definitions = names.scope(names.tree.module).definitions.get(parsed.id, [])
    if len(definitions) != 1 or definitions[0].how != "import":
        return None
    name = knowledge.canonical(".".join((definitions[0].qualified, *reversed(parts))))
    return Kind(name) if name in ARRAYS else None
