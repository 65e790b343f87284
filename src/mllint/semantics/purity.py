"""Code that may run in several threads at once and gives the same results there, as far as that is proven."""

import ast
from collections.abc import Iterable

from mllint.semantics.classes import Classes
from mllint.semantics.constants import constant
from mllint.semantics.inference import Inference
from mllint.semantics.knowledge import Knowledge
from mllint.semantics.names import Names

_IMAGE = "PIL.Image.Image"
_MAXIMUM_STEPS = 2
#: Values whose operators, indexes and formatting run no code of the user.
_PLAIN = frozenset(
    {"int", "float", "bool", "str", "bytes", "list", "tuple", "numpy.ndarray", "pathlib.Path", _IMAGE}
)
_NUMBERS = frozenset({"int", "float", "numpy.ndarray"})
#: Parameters that make a function write into a value of the caller, and the arguments that come before them.
_OUTPUTS = frozenset({"dst", "out"})
_FURTHEST_INPUT = {"cv2.resize": 2, "cv2.cvtColor": 2, "cv2.flip": 2}
_TRANSPARENT = (
    ast.Constant, ast.Tuple, ast.List, ast.Slice, ast.JoinedStr, ast.FormattedValue, ast.BoolOp, ast.IfExp,
    ast.keyword, ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.Expr, ast.If, ast.With,
    ast.withitem, ast.Pass,
)  # fmt: skip
_NAMES = {
    "Try": "`try`", "TryStar": "`try`", "Break": "`break`", "Continue": "`continue`", "Return": "`return`",
    "Yield": "`yield`", "YieldFrom": "`yield`", "Await": "`await`", "For": "a loop", "While": "a loop",
    "NamedExpr": "`:=`", "Raise": "`raise`", "Delete": "`del`", "Lambda": "`lambda`", "Global": "`global`",
    "Nonlocal": "`nonlocal`", "Assert": "`assert`", "Starred": "`*`", "ListComp": "a comprehension",
    "GeneratorExp": "a generator",
}  # fmt: skip


class Purity:
    """Looks for what stands against running code of one module in several threads."""

    def __init__(self, names: Names, classes: Classes, inference: Inference, knowledge: Knowledge) -> None:
        self.names = names
        self.classes = classes
        self.inference = inference
        self.knowledge = knowledge

    def objection(
        self,
        nodes: Iterable[ast.AST],
        own: frozenset[str],
        *,
        leaving_out: ast.AST | None = None,
        steps: int = _MAXIMUM_STEPS,
    ) -> str:
        """Why the code may not do the same in a thread, in words; empty where it is proven that it does.

        ``own`` are the names that each run of the code binds for itself. Only known calls, on values of
        known kinds, pass; so does reading names that nobody binds meanwhile.
        """
        pending = list(nodes)
        while pending:
            node = pending.pop()
            if node is leaving_out:
                continue
            reason = self._about(node, own, steps)
            if reason:
                return reason
            if isinstance(node, ast.Attribute):
                if self.names.qualified(node) is not None:
                    continue
            elif isinstance(node, ast.Call):
                # The name of the function has been judged with the call.
                if isinstance(node.func, ast.Attribute) and self.names.qualified(node.func) is None:
                    pending.append(node.func.value)
                pending.extend((*node.args, *node.keywords))
                continue
            pending.extend(ast.iter_child_nodes(node))
        return ""

    def _about(self, node: ast.AST, own: frozenset[str], steps: int) -> str:
        match node:
            case ast.Name():
                return self._name(node, own)
            case ast.Call():
                return self._call(node, own, steps)
            case ast.withitem(context_expr=manager) if not isinstance(manager, ast.Call):
                return f"all items share `{ast.unparse(manager)}`"
            case ast.Attribute():
                return self._attribute(node)
            case ast.Assign(targets=targets):
                return "" if all(_binds_names(item) for item in targets) else "the body stores into an object"
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
                known = isinstance(target, ast.Name) and target.id in own
                return "" if known else "the body stores into an object"
            case ast.BinOp():
                return self._binary(node)
            case ast.UnaryOp(operand=operand):
                return "" if self._is_plain(operand) or isinstance(node.op, ast.Not) else _unknown(operand)
            case ast.Compare():
                sides = (node.left, *node.comparators)
                return "" if any(self._is_plain(side) for side in sides) else _unknown(node)
            case ast.Subscript(value=value):
                return "" if self._is_plain(value) else _unknown(value)
        if isinstance(node, _TRANSPARENT):
            return ""
        name = type(node).__name__
        return f"the body has {_NAMES.get(name, name)}"

    # -- expressions ------------------------------------------------------------------------------

    def type_of(self, node: ast.expr) -> str | None:
        """The proven type of a value; arithmetic of an array with anything known is an array."""
        kind = self.inference.kind(node)
        if kind is not None:
            return None if kind.assumed else kind.type
        if isinstance(node, ast.BinOp):
            sides = {self.type_of(node.left), self.type_of(node.right)}
            if "numpy.ndarray" in sides and sides <= _NUMBERS:
                return "numpy.ndarray"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if self.type_of(node.func.value) == "numpy.ndarray":
                return "numpy.ndarray" if f"numpy.ndarray.{node.func.attr}" in self.knowledge.pure else None
        return None

    def _is_plain(self, node: ast.expr) -> bool:
        return self.type_of(node) in _PLAIN

    def _name(self, node: ast.Name, own: frozenset[str]) -> str:
        if isinstance(node.ctx, ast.Load) and node.id not in own:
            kind = self.inference.kind(node)
            if kind is not None and kind.type == _IMAGE:
                # An image decodes itself when first read: two threads must not start that at once.
                return f"all items share the image `{node.id}`"
        return ""

    def _attribute(self, node: ast.Attribute) -> str:
        name = self.names.qualified(node)
        if name is not None and not name.startswith("builtins."):
            return ""
        owner = self.classes.self_class(node.value)
        if owner is not None:
            values = self.classes.attribute_values(owner, node.attr)
            is_plain = bool(values) and self.classes.method(f".{owner.name}", node.attr) is None
            return "" if is_plain else f"`self.{node.attr}` may run code"
        return "" if self._is_plain(node.value) else _unknown(node.value)

    def _binary(self, node: ast.BinOp) -> str:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if left not in _PLAIN and right not in _PLAIN:
            return _unknown(node)
        if isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod | ast.Pow) and "numpy.ndarray" in (
            left,
            right,
        ):
            divisor = constant(node.right, self.names)
            if not isinstance(divisor, int | float) or divisor == 0 or isinstance(node.op, ast.Pow):
                return "NumPy's handling of floating-point errors belongs to each thread"
        return ""

    # -- calls ------------------------------------------------------------------------------------

    def _call(self, node: ast.Call, own: frozenset[str], steps: int) -> str:
        text = ast.unparse(node.func)
        if any(item.arg is None or item.arg in _OUTPUTS for item in node.keywords):
            return f"the arguments of `{text}` cannot be seen, or name a place for its result"
        qualified = self.names.qualified(node.func)
        if qualified is not None and qualified in self.knowledge.pure:
            return self._arguments(node, qualified, own)
        if qualified == "builtins.open" and [constant(item, self.names) for item in node.args[1:]] == ["rb"]:
            return ""
        if isinstance(node.func, ast.Attribute):
            receiver = self.type_of(node.func.value)
            if receiver is not None and f"{receiver}.{node.func.attr}" in self.knowledge.pure:
                return ""
        definition = self.names.only_definition(node.func)
        if definition is not None and isinstance(definition.node, ast.FunctionDef) and steps:
            return self._function(definition.node, steps - 1)
        return f"`{text}` is not known to be free of side effects and safe in threads"

    def _arguments(self, node: ast.Call, qualified: str, own: frozenset[str]) -> str:
        if len(node.args) > _FURTHEST_INPUT.get(qualified, 10):
            return f"`{ast.unparse(node.func)}` may write its result into an argument"
        if qualified.startswith(("numpy.", "cv2.", "PIL.")) and node.args:
            first = node.args[0]
            if isinstance(first, ast.Name) and first.id not in own and self.type_of(first) is None:
                return f"all items share `{first.id}`, of which nothing is known"
        return ""

    def _function(self, function: ast.FunctionDef, steps: int) -> str:
        """A function of the module: its body is judged as if it stood at the call."""
        text = f"`{function.name}`"
        if function.decorator_list:
            return f"{text} is decorated"
        arguments = function.args
        own = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and _is_store(node)}
        own |= {item.arg for item in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
        body = list(function.body)
        last = body.pop() if isinstance(body[-1], ast.Return) else None
        results = [last.value] if isinstance(last, ast.Return) and last.value is not None else []
        reason = self.objection([*body, *results], frozenset(own), steps=steps)
        return f"in {text}: {reason}" if reason else ""


def _is_store(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _binds_names(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return all(isinstance(item, ast.Name) for item in target.elts)
    return isinstance(target, ast.Name)


def _unknown(node: ast.expr) -> str:
    text = ast.unparse(node)
    return f"nothing is known of `{text if len(text) <= 40 else text[:37] + '...'}`"
