"""Functions that other code calls: handed to a pool, a data pipeline, a thread, a user interface."""

import ast

from mllint.semantics.names import Names

#: Modules whose programs react to people; what they load is loaded for one click.
_USER_INTERFACES = frozenset(
    {
        "tkinter", "PyQt5", "PyQt6", "PySide2", "PySide6", "wx", "kivy", "pygame", "streamlit", "gradio", "nicegui",
        "dash", "dearpygui", "flask", "fastapi", "django",
    }
)  # fmt: skip


_MAXIMUM_STEPS = 3


def is_handed_over(
    function: ast.FunctionDef | ast.AsyncFunctionDef, names: Names, steps: int = _MAXIMUM_STEPS
) -> bool:
    """Whether a function of the module is used as a value somewhere, so that others call it.

    So is one that such a function calls. Methods are told by their name alone.
    """
    parents = names.tree.parents
    if isinstance(parents.get(function), ast.ClassDef):
        uses: list[ast.AST] = [
            node
            for node in names.tree.by_class.get(ast.Attribute, ())
            if isinstance(node, ast.Attribute) and node.attr == function.name
        ]
    else:
        uses = [
            node
            for node in names.named(function.name)
            if isinstance(node.ctx, ast.Load)
            and any(item.node is function for item in names.definitions(node) or ())
        ]
    for node in uses:
        parent = parents[node]
        if not (isinstance(parent, ast.Call) and parent.func is node):
            return True
        caller = names.enclosing_scope(node)
        if steps and caller is not function and isinstance(caller, ast.FunctionDef | ast.AsyncFunctionDef):
            if is_handed_over(caller, names, steps - 1):
                return True
    return False


def has_user_interface(names: Names) -> bool:
    """Whether the file imports a toolkit for user interfaces or a web server."""
    return names.tree.imports_any(_USER_INTERFACES)
