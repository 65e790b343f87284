"""From a name to its definitions and to the canonical dotted name of what it stands for."""

import ast
import builtins

from mllint.semantics.flow import function_flow, open_scope
from mllint.semantics.flow_expressions import COMPREHENSIONS
from mllint.semantics.knowledge import Knowledge
from mllint.semantics.scopes import FUNCTIONS, Definition, Scope, ScopeNode
from mllint.semantics.tree import Tree

_BUILTINS = frozenset(dir(builtins))
_MAXIMUM_ALIASES = 8


class Names:
    """Answers about names of one file; every scope's flow is computed when first asked for."""

    def __init__(self, tree: Tree, knowledge: Knowledge) -> None:
        self.tree = tree
        self.knowledge = knowledge
        self._uses: dict[ast.Name, tuple[Definition, ...]] = {}
        self._scopes: dict[ScopeNode, Scope] = {}
        self._by_identifier: dict[str, list[ast.Name]] | None = None
        self._declared: dict[type[ast.Global] | type[ast.Nonlocal], frozenset[str]] = {}
        self._qualified: dict[ast.expr, str | None] = {}

    def scope(self, node: ScopeNode) -> Scope:
        """The scope of a module, function or lambda, its flow computed."""
        scope = self._scopes.get(node)
        if scope is None:
            scope = self._scopes[node] = open_scope(node)
            function_flow(scope, self._uses)
        return scope

    def enclosing_scope(self, node: ast.AST) -> ScopeNode:
        """The function, lambda or module whose body evaluates ``node``; class bodies count as their surroundings."""
        for parent, child in self.tree.ancestors(node):
            if isinstance(parent, ast.Lambda):
                if child is parent.body:
                    return parent
            elif isinstance(parent, FUNCTIONS) and isinstance(child, ast.stmt):
                return parent
        return self.tree.module

    def definitions(self, name: ast.Name) -> tuple[Definition, ...] | None:
        """The definitions that may reach this use; empty for a builtin or an unbound name, None when not known."""
        node = self.enclosing_scope(name)
        scope = self.scope(node)
        if scope.too_deep or name.id in scope.outside:
            return None
        reaching = self._uses.get(name)
        if reaching is not None:
            return None if self._bound_from_inside(scope, name.id) else reaching
        if isinstance(node, ast.Module):
            return self._outermost(scope, name.id) if name.id not in scope.names else None
        if name.id in scope.names:
            return None
        return self._free(node, name.id)

    def _free(self, node: ScopeNode, identifier: str) -> tuple[Definition, ...] | None:
        """Definitions of a name that a function takes from outside: all of them, since calls come at any time."""
        while not isinstance(node, ast.Module):
            if isinstance(node, ast.Lambda) and self._is_comprehension_variable(node, identifier):
                return None
            node = self.enclosing_scope(node)
            scope = self.scope(node)
            if scope.too_deep or identifier in scope.outside:
                return None
            if identifier in scope.names:
                return self._all_of(scope, identifier)
        return self._outermost(self.scope(node), identifier)

    def _is_comprehension_variable(self, node: ast.Lambda, identifier: str) -> bool:
        """Whether a comprehension around a lambda, in the same function, binds the name."""
        for parent, child in self.tree.ancestors(node):
            if isinstance(parent, FUNCTIONS) and (isinstance(child, ast.stmt) or child is parent.args):
                return False
            if isinstance(parent, COMPREHENSIONS):
                for generator in parent.generators:
                    if any(
                        isinstance(x, ast.Name) and x.id == identifier for x in ast.walk(generator.target)
                    ):
                        return True
        return False

    def _all_of(self, scope: Scope, identifier: str) -> tuple[Definition, ...] | None:
        if self._bound_from_inside(scope, identifier):
            return None
        return tuple(scope.definitions.get(identifier, ())) or None

    def _outermost(self, scope: Scope, identifier: str) -> tuple[Definition, ...] | None:
        if scope.star_imports or self._bound_from_inside(scope, identifier):
            return None
        return ()

    def _bound_from_inside(self, scope: Scope, identifier: str) -> bool:
        """Whether a function inside may bind a name of this scope, at any time, by ``global`` or ``nonlocal``."""
        return identifier in self._names_declared(
            ast.Global if isinstance(scope.node, ast.Module) else ast.Nonlocal
        )

    def _names_declared(self, statement: type[ast.Global] | type[ast.Nonlocal]) -> frozenset[str]:
        declared = self._declared.get(statement)
        if declared is None:
            nodes = self.tree.by_class.get(statement, ())
            declared = frozenset(name for node in nodes for name in getattr(node, "names", ()))
            self._declared[statement] = declared
        return declared

    def named(self, identifier: str) -> list[ast.Name]:
        """All ``Name`` nodes of the file that spell this identifier."""
        if self._by_identifier is None:
            self._by_identifier = {}
            for node in self.tree.by_class.get(ast.Name, ()):
                assert isinstance(node, ast.Name)
                self._by_identifier.setdefault(node.id, []).append(node)
        return self._by_identifier.get(identifier, [])

    def uses_of(self, definition: Definition) -> list[ast.Name] | None:
        """Every place that may read this binding; None if that cannot be told."""
        if any(definition.name in self._names_declared(cls) for cls in (ast.Global, ast.Nonlocal)):
            return None
        found = []
        for name in self.named(definition.name):
            # ``x += 1`` reads what it binds.
            if isinstance(name.ctx, ast.Load) or isinstance(self.tree.parents[name], ast.AugAssign):
                reaching = self.definitions(name)
                if reaching is None:
                    return None
                if definition in reaching:
                    found.append(name)
        return found

    def binding(self, name: ast.Name) -> Definition | None:
        """The definition that an assigned name makes; None inside class bodies and comprehensions."""
        scope = self.scope(self.enclosing_scope(name))
        return next((item for item in scope.definitions.get(name.id, ()) if item.node is name), None)

    def only_definition(self, name: ast.expr) -> Definition | None:
        """The one definition that reaches a plain name, else None."""
        if isinstance(name, ast.Name):
            definitions = self.definitions(name)
            if definitions is not None and len(definitions) == 1:
                return definitions[0]
        return None

    def is_builtin(self, node: ast.expr, identifier: str) -> bool:
        """Whether ``node`` is the builtin of that name, not shadowed."""
        return isinstance(node, ast.Name) and node.id == identifier and self.definitions(node) == ()

    def qualified(self, node: ast.expr) -> str | None:
        """The canonical dotted name that an expression stands for (``torch.utils.data.DataLoader``), if one.

        Builtins are ``builtins.len``. A name that some branch binds to something else has none; ``None``
        as the fallback of a failed import does not count.
        """
        if node in self._qualified:
            return self._qualified[node]
        self._qualified[node] = None  # ends cycles
        result = self._qualify(node, 0)
        self._qualified[node] = result
        return result

    def _qualify(self, node: ast.expr, depth: int) -> str | None:
        attributes: list[str] = []
        while isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or depth > _MAXIMUM_ALIASES:
            return None
        head = self._qualify_name(node, depth)
        if head is None:
            return None
        return self.knowledge.canonical(".".join((head, *reversed(attributes))))

    def _qualify_name(self, name: ast.Name, depth: int) -> str | None:
        definitions = self.definitions(name)
        if definitions is None:
            return self._star_imported(name)
        if not definitions:
            return f"builtins.{name.id}" if name.id in _BUILTINS else None
        result: str | None = None
        for definition in definitions:
            value = definition.value
            if definition.how == "import":
                found = self.knowledge.canonical(definition.qualified)
            elif definition.how != "assign" or definition.path or value is None:
                return None
            elif isinstance(value, ast.Constant) and value.value is None:
                continue
            else:
                qualified = self._qualify(value, depth + 1)
                if qualified is None:
                    return None
                found = qualified
            if result is not None and result != found:
                return None
            result = found
        return result

    def _star_imported(self, name: ast.Name) -> str | None:
        """A name bound nowhere, with exactly one known library imported by ``*`` that exports it."""
        scope = self.scope(self.tree.module)
        if name.id in scope.names or not scope.star_imports or name.id in _BUILTINS:
            return None
        candidates = {self.knowledge.canonical(f"{module}.{name.id}") for module in scope.star_imports}
        known = {candidate for candidate in candidates if self.knowledge.knows(candidate)}
        return known.pop() if len(known) == 1 else None
