"""From a ``resize`` of an image back to where the image was opened."""

import ast
from dataclasses import dataclass, field

from mllint.semantics.module import Module
from mllint.semantics.scopes import Definition

_OPEN = "PIL.Image.open"
#: Steps between opening and shrinking that leave the whole picture in its frame.
_KEEPING = frozenset({"convert", "copy"})
_SIZES = frozenset({"size", "width", "height"})
_METADATA = frozenset({"mode", "format", "info", "filename"})
_HARMLESS_METHODS = frozenset({"close", "verify", "getexif"})


@dataclass(slots=True)
class Origin:
    """Where the image that is shrunk was opened.

    ``opened`` is the call of ``Image.open``; ``holder`` the statement that holds its result in the plain
    name ``name``, None where the image is shrunk in the expression that opens it. ``reads_size`` tells
    that the code asks for the size of the picture before it is shrunk.
    """

    opened: ast.Call
    holder: ast.stmt | None = None
    name: str = ""
    reads_size: bool = False
    resizes: list[ast.Call] = field(default_factory=list)


def origin(shrinking: ast.Call, module: Module) -> Origin | None:
    """The origin of the image that ``image.resize(...)`` is called on.

    None where it was not opened here, or where the code does anything with the whole picture but
    converting and shrinking it.
    """
    assert isinstance(shrinking.func, ast.Attribute)
    found = Origin(shrinking)
    node = shrinking.func.value
    for _ in range(8):
        match node:
            case ast.Call(func=ast.Attribute(value=receiver, attr=method)) if (
                method in _KEEPING and module.names.qualified(node.func) != _OPEN
            ):
                node = receiver
            case ast.Call():
                found.opened = node
                return found if module.names.qualified(node.func) == _OPEN else None
            case ast.Name():
                definition = module.names.only_definition(node)
                if definition is None or definition.value is None or definition.path:
                    return None
                if definition.how not in {"assign", "with"} or not _only_shrunk(definition, found, module):
                    return None
                found.holder, found.name = module.tree.statement(definition.node), definition.name
                node = definition.value
                if definition.how == "assign" and not isinstance(found.holder, ast.Assign):
                    return None
            case _:
                return None
    return None


def _only_shrunk(definition: Definition, found: Origin, module: Module) -> bool:
    uses = module.names.uses_of(definition)
    if uses is None:
        return False
    for use in uses:
        parent = module.tree.parents[use]
        match parent:
            case ast.Attribute(attr=name) if name in _SIZES:
                found.reads_size = True
            case ast.Attribute(attr=name) if name in _METADATA | _HARMLESS_METHODS:
                pass
            case ast.Attribute(attr=name) if name in {"convert", "copy", "resize"}:
                call = module.tree.parents[parent]
                if not isinstance(call, ast.Call) or call.func is not parent:
                    return False
                if name == "resize":
                    found.resizes.append(call)
            case _:
                return False
    return True
