"""What a rule sees: questions about one file, in the user's words."""

import ast
from collections.abc import Iterable, Iterator
from typing import Any

from mllint.finding import Finding, FixPlan, Import, Level, PlainValue, Safety, Span
from mllint.rule import Rule
from mllint.semantics.constants import UNKNOWN, constant
from mllint.semantics.kinds import Kind
from mllint.semantics.module import Module
from mllint.semantics.roles import Loop
from mllint.semantics.scopes import Definition


class Context:
    """A module as one rule sees it, with that rule's options."""

    def __init__(self, module: Module, rule: Rule, options: dict[str, Any]) -> None:
        self.module = module
        self.rule = rule
        self.options = options
        self.source = module.source
        self.tree = module.tree

    # -- what a value is --------------------------------------------------------------------------

    def kind_of(self, node: ast.expr) -> Kind | None:
        """What the value of an expression is, as far as the code proves it."""
        return self.module.inference.kind(node)

    def qualified_name(self, node: ast.expr) -> str | None:
        """The canonical dotted name of what an expression stands for."""
        return self.module.names.qualified(node)

    def constant(self, node: ast.expr | None) -> Any:
        """The value of a constant expression, else :data:`~mllint.semantics.constants.UNKNOWN`."""
        return UNKNOWN if node is None else constant(node, self.module.names)

    def is_a(self, kind: Kind | None, *types: str) -> bool:
        """Whether a value is known to be an instance of one of the types, or of a class derived from one."""
        return kind is not None and self.module.classes.is_a(kind.type, *types)

    def definition_of(self, node: ast.expr) -> Definition | None:
        """The one binding that reaches a plain name."""
        return self.module.names.only_definition(node)

    def uses_of(self, definition: Definition) -> list[ast.Name] | None:
        """Every place that may read a binding, None if that cannot be told."""
        return self.module.names.uses_of(definition)

    def is_builtin(self, node: ast.expr, identifier: str) -> bool:
        return self.module.names.is_builtin(node, identifier)

    # -- where it stands --------------------------------------------------------------------------

    def loops_around(self, node: ast.AST) -> Iterator[Loop]:
        """Loops that run a node again and again, innermost first, within its function."""
        return self.module.roles.loops(node)

    def in_item_access(self, node: ast.AST) -> bool:
        """Whether a node runs once per item of a dataset."""
        return self.module.roles.in_item_access(node)

    def calls_in(self, root: ast.AST) -> Iterator[ast.Call]:
        """The calls in a subtree."""
        for node in ast.walk(root):
            if isinstance(node, ast.Call):
                yield node

    def is_small(self, iterable: ast.expr) -> bool:
        """Whether an iterable is spelled out and has a handful of items."""
        return self.module.roles.is_small(iterable)

    def is_compiled(self, node: ast.AST) -> bool:
        """Whether the function around a node is compiled by Numba or its like."""
        return self.module.roles.is_compiled(node)

    def header_of(self, node: "ast.For | ast.While | ast.With") -> Span:
        """The first line of a compound statement, up to what stands before its body's colon."""
        inner = node.items[-1].context_expr if isinstance(node, ast.With) else None
        last = node.iter if isinstance(node, ast.For) else inner or node.test  # type: ignore[union-attr]
        return Span(self.source.span(node).start, self.source.span(last).end)

    def binding(self, name: ast.Name) -> Definition | None:
        """The definition that an assigned name makes."""
        return self.module.names.binding(name)

    def mentions(self, *prefixes: str) -> bool:
        """Whether the file imports, or refers to, anything under one of the dotted names."""
        dotted = tuple(f"{prefix}." for prefix in prefixes)
        for node in self.tree.by_class.get(ast.Import, ()):
            assert isinstance(node, ast.Import)
            if any(f"{alias.name}.".startswith(dotted) for alias in node.names):
                return True
        for node in self.tree.by_class.get(ast.ImportFrom, ()):
            assert isinstance(node, ast.ImportFrom)
            if not node.level and any(
                f"{node.module}.{alias.name}.".startswith(dotted) for alias in node.names
            ):
                return True
        tails = {prefix.rpartition(".")[2] for prefix in prefixes}
        return any(
            isinstance(node, ast.Attribute) and node.attr in tails and self.qualified_name(node) in prefixes
            for node in self.tree.by_class.get(ast.Attribute, ())
        )

    def imports_any(self, *libraries: str) -> bool:
        """Whether the file imports one of the libraries, anywhere."""
        return self.tree.imports_any(libraries)

    # -- what to say ------------------------------------------------------------------------------

    def finding(
        self,
        node: "ast.expr | ast.stmt | Span",
        *,
        fix: FixPlan | None = None,
        no_fix: str = "",
        impact: Level | None = None,
        confidence: Level | None = None,
        notes: Iterable[str] = (),
        **fields: object,
    ) -> Finding:
        """A finding of this rule at ``node``; ``fields`` fill the placeholders of the card's message."""
        return Finding(
            self.rule.code,
            self.rule.name,
            self.rule.message.format_map(fields) if fields else self.rule.message,
            node if isinstance(node, Span) else self.source.span(node),
            impact or self.rule.impact,
            confidence or self.rule.confidence,
            fix,
            no_fix,
            tuple(notes),
        )

    def fix(
        self,
        builder: str,
        *nodes: "ast.expr | ast.stmt",
        safety: Safety | None = None,
        equivalence: str | None = None,
        deltas: tuple[str, ...] | None = None,
        imports: Iterable[Import] = (),
        title: str | None = None,
        **arguments: PlainValue,
    ) -> FixPlan:
        """A plan for a fix on ``nodes``; what is not given is taken from the card."""
        declared = self.rule.fix
        assert declared is not None, f"{self.rule.name}: a fix without a declaration on the card"
        chosen: Safety = safety or declared.safety
        return FixPlan(
            builder,
            chosen,
            title or declared.title,
            tuple(self.source.span(node) for node in nodes),
            tuple(sorted(arguments.items())),
            tuple(imports),
            equivalence or ("exact" if chosen == "safe" else declared.equivalence),
            (() if chosen == "safe" else declared.deltas) if deltas is None else deltas,
        )

    def name_for(self, module: str, alias: str = "") -> tuple[str, tuple[Import, ...]] | None:
        """How the file can refer to a module, with the import that this needs, if any.

        An import at module level is reused under its own name. Else the conventional name is taken; None
        if the file binds that name to anything else.
        """
        names = self.module.names
        scope = names.scope(self.tree.module)
        for identifier, definitions in scope.definitions.items():
            if len(definitions) == 1 and definitions[0].how == "import":
                if self.module.knowledge.canonical(definitions[0].qualified) == module:
                    if not self._shadowed(identifier):
                        return identifier, ()
        wanted = Import(module, alias=alias) if alias else Import(module)
        if wanted.bound_name in scope.names or self._shadowed(wanted.bound_name) or scope.star_imports:
            return None
        return alias or module, (wanted,)

    def _shadowed(self, identifier: str) -> bool:
        """Whether some function or class body binds the name too."""
        stores = sum(not isinstance(name.ctx, ast.Load) for name in self.module.names.named(identifier))
        parameters = sum(
            isinstance(node, ast.arg) and node.arg == identifier
            for node in self.tree.by_class.get(ast.arg, ())
        )
        inner = [
            alias
            for node in (*self.tree.by_class.get(ast.Import, ()), *self.tree.by_class.get(ast.ImportFrom, ()))
            if not isinstance(self.tree.parents[node], ast.Module)
            for alias in node.names
            if (alias.asname or alias.name.partition(".")[0]) == identifier
        ]
        return bool(stores or parameters or inner)
