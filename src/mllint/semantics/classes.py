"""Classes of the module: their bases, methods and ``self`` attributes."""

import ast

from mllint.semantics.knowledge import Knowledge
from mllint.semantics.names import Names


class Classes:
    """Answers about the classes that the file defines; a local class is the type ``.Name``."""

    def __init__(self, names: Names, knowledge: Knowledge) -> None:
        self.names = names
        self.knowledge = knowledge
        self._by_type: dict[str, ast.ClassDef | None] = {}
        for node in names.tree.by_class.get(ast.ClassDef, ()):
            assert isinstance(node, ast.ClassDef)
            # Two classes of one name: neither is known by it.
            self._by_type[f".{node.name}"] = None if f".{node.name}" in self._by_type else node
        self._attributes: dict[ast.ClassDef, dict[str, list[ast.expr | None]]] = {}

    def definition(self, type_name: str) -> ast.ClassDef | None:
        """The class statement behind a local type."""
        return self._by_type.get(type_name)

    def local_type(self, node: ast.expr) -> str | None:
        """``.Name`` if the expression names a class of this module."""
        definition = self.names.only_definition(node)
        if definition is not None and definition.how == "class" and self._by_type.get(f".{definition.name}"):
            return f".{definition.name}"
        return None

    def bases(self, node: ast.ClassDef) -> list[str | None]:
        """Each base as a canonical or local type, None where it is unknown."""
        return [self.local_type(base) or self.names.qualified(base) for base in node.bases]

    def ancestors(self, type_name: str) -> list[str]:
        """The type and all its known bases, nearest first."""
        pending = [type_name]
        found: list[str] = []
        while pending:
            current = pending.pop(0)
            if current in found:
                continue
            found.append(current)
            node = self.definition(current)
            if node is not None:
                pending.extend(base for base in self.bases(node) if base)
            else:
                pending.extend(self.knowledge.bases.get(current, ()))
        return found

    def is_a(self, type_name: str, *wanted: str) -> bool:
        """Whether the type is, or derives from, one of ``wanted``, as far as known."""
        return not set(wanted).isdisjoint(self.ancestors(type_name))

    def method(self, type_name: str, name: str) -> ast.FunctionDef | None:
        """The method that an instance of a local type answers with, looked up through local bases."""
        for ancestor in self.ancestors(type_name):
            node = self.definition(ancestor)
            method = self.own_method(node, name) if node is not None else None
            if method is not None:
                return method
        return None

    def own_method(self, node: ast.ClassDef, name: str) -> ast.FunctionDef | None:
        """The plain method of that name in a class's own body; the last one, as Python takes it."""
        found: ast.FunctionDef | None = None
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == name:
                found = statement
        return found

    def enclosing(self, node: ast.AST) -> tuple[ast.ClassDef, ast.FunctionDef] | None:
        """The class and method around a node, where the method is a plain one with a ``self``."""
        method: ast.FunctionDef | None = None
        for parent, _ in self.names.tree.ancestors(node):
            if isinstance(parent, ast.FunctionDef):
                method = parent
            elif isinstance(parent, ast.ClassDef):
                if method is None or not method.args.args:
                    return None
                if any(self._is_static(decorator) for decorator in method.decorator_list):
                    return None
                return parent, method
            elif isinstance(parent, ast.AsyncFunctionDef):
                return None
        return None

    def _is_static(self, decorator: ast.expr) -> bool:
        return isinstance(decorator, ast.Name) and decorator.id in {"staticmethod", "classmethod"}

    def self_class(self, node: ast.expr) -> ast.ClassDef | None:
        """The class whose instance a plain ``self`` is."""
        if not isinstance(node, ast.Name):
            return None
        around = self.enclosing(node)
        if around is None or around[1].args.args[0].arg != node.id:
            return None
        definitions = self.names.definitions(node)
        if definitions is None or len(definitions) != 1 or definitions[0].how != "parameter":
            return None
        return around[0]

    def attribute_values(self, node: ast.ClassDef, attribute: str) -> list[ast.expr | None]:
        """What the class's own methods and body assign to ``self.attribute``; None for what cannot be told."""
        table = self._attributes.get(node)
        if table is None:
            table = self._attributes[node] = self._collect(node)
        return table.get(attribute, [])

    def _collect(self, node: ast.ClassDef) -> dict[str, list[ast.expr | None]]:
        table: dict[str, list[ast.expr | None]] = {}
        for statement in node.body:
            if isinstance(statement, ast.Assign):
                for target in statement.targets:
                    if isinstance(target, ast.Name):
                        table.setdefault(target.id, []).append(statement.value)
            elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.args.args:
                receiver = statement.args.args[0].arg
                told: set[ast.expr] = set()
                for inner in ast.walk(statement):
                    self._store(inner, receiver, table, told)
        return table

    def _store(
        self,
        node: ast.AST,
        receiver: str,
        table: dict[str, list[ast.expr | None]],
        told: set[ast.expr],
    ) -> None:
        """Adds what one node binds; ``told`` are the targets whose value an assignment has given."""
        match node:
            case ast.Assign(targets=targets, value=value):
                pass
            case ast.AnnAssign(value=ast.expr() as value):
                targets = [node.target]
            case ast.AnnAssign():
                told.add(node.target)
                return
            case ast.Attribute(ctx=ast.Store() | ast.Del()) if node not in told:
                if (name := _self_attribute(node, receiver)) is not None:
                    table.setdefault(name, []).append(None)
                return
            case _:
                return
        for target in targets:
            if (name := _self_attribute(target, receiver)) is not None:
                told.add(target)
                table.setdefault(name, []).append(value)


def _self_attribute(target: ast.expr, receiver: str) -> str | None:
    match target:
        case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name == receiver:
            return attribute
    return None
