"""What becomes of images that a piece of code opens: are they decoded, and is the result stored?"""

import ast
from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from mllint.semantics.knowledge import Knowledge
from mllint.semantics.names import Names

#: An ``opened`` image has read its header only; ``decoded`` is what pixels were computed for; ``foreign`` came
#: out of code that is not known.
State: TypeAlias = Literal["opened", "decoded", "foreign"]

_RANK: dict[State, int] = {"opened": 0, "decoded": 1, "foreign": 2}
_MAXIMUM_STEPS = 2
#: Attributes and methods of images and arrays that ask for no pixels.
_METADATA = frozenset(
    {"size", "width", "height", "mode", "format", "info", "shape", "ndim", "dtype", "filename", "n_frames"}
)
_HEADER_METHODS = frozenset({"verify", "getexif", "close", "seek", "tell", "draft", "getbands"})
#: Methods that do something else with an image than making a value of it.
_OTHER_WORK = frozenset({"save", "show", "tofile", "write", "backward", "dump", "imsave"})
#: Libraries whose functions make an image or array of one.
_IMAGE_LIBRARIES = ("numpy.", "cv2.", "PIL.", "torch.", "torchvision.transforms.", "keras.utils.img_to_array")
_OTHER_FUNCTIONS = frozenset({"numpy.save", "numpy.savez", "torch.save", "cv2.imwrite", "cv2.imshow"})


class ImageValues:
    """Follows images through the statements of one loop body, in order.

    ``readers`` are the calls that opened one, ``stored`` the statements that keep a decoded one in a list
    or under an index, ``other_work`` tells that an image went into code that is not known to only make
    values of it.
    """

    def __init__(self, names: Names, knowledge: Knowledge, steps: int = _MAXIMUM_STEPS) -> None:
        self.names = names
        self.knowledge = knowledge
        self.steps = steps
        self.states: dict[str, State] = {}
        self.readers: list[ast.Call] = []
        self.stored: list[ast.stmt] = []
        self.other_work = False

    # -- statements -------------------------------------------------------------------------------

    def block(self, body: Iterable[ast.stmt]) -> State | None:
        """Follow statements; the state of what they return, if they do."""
        returned: State | None = None
        for statement in body:
            returned = _most(returned, self._statement(statement))
        return returned

    def _statement(self, node: ast.stmt) -> State | None:
        match node:
            case ast.Assign(targets=targets, value=value):
                state = self.value(value)
                for target in targets:
                    self._bind(target, state, node)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._bind(target, self.value(value), node)
            case ast.AugAssign(target=target, value=value):
                state = self.value(value)
                if isinstance(value, ast.List | ast.Tuple) and state == "decoded":
                    self.stored.append(node)
                elif isinstance(target, ast.Name) and state:
                    self.states[target.id] = _most(self.states.get(target.id), state) or state
            case ast.Expr(value=value):
                self._expression_statement(value, node)
            case ast.With(items=items, body=body):
                for item in items:
                    state = self.value(item.context_expr)
                    if item.optional_vars is not None:
                        self._bind(item.optional_vars, state, node)
                return self.block(body)
            case ast.If(test=test, body=body, orelse=orelse):
                self.value(test)
                return _most(self.block(body), self.block(orelse))
            case ast.For(body=body, iter=iterable):
                # Work on parts of a picture, in Python: decoding is not what takes the time.
                self.value(iterable)
                before = len(self.stored)
                returned = self.block(body)
                self.other_work = self.other_work or len(self.stored) > before
                return returned
            case ast.Try(body=body, orelse=orelse, finalbody=final):
                return _most(self.block(body), self.block(orelse), self.block(final))
            case ast.Return(value=value):
                return self.value(value) if value is not None else None
            case ast.While() | ast.Match() | ast.AsyncFor() | ast.AsyncWith():
                self.other_work = True
        return None

    def _bind(self, target: ast.expr, state: State | None, node: ast.stmt) -> None:
        match target:
            case ast.Name(id=name):
                self.states.pop(name, None)
                if state:
                    self.states[name] = state
            case ast.Tuple(elts=items) | ast.List(elts=items):
                for item in items:
                    self._bind(item, state, node)
            case ast.Subscript():
                if state == "decoded":
                    self.stored.append(node)

    def _expression_statement(self, value: ast.expr, node: ast.stmt) -> None:
        match value:
            case ast.Call(func=ast.Attribute(value=receiver, attr="append"), args=[item]):
                if self.value(receiver) is None:
                    if self.value(item) == "decoded":
                        self.stored.append(node)
                    return
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if name in self.states:
                if method == "load":
                    self.states[name] = "decoded"
                elif method in _HEADER_METHODS | {"thumbnail"}:
                    return
                else:
                    self.other_work = True
                return
        match value:
            case ast.Call(args=arguments) if any(self.value(item) for item in arguments):
                # Shown, written, sent: whatever it is, it is not loading.
                self.other_work = True
            case _:
                self.value(value)

    # -- expressions ------------------------------------------------------------------------------

    def value(self, node: ast.expr) -> State | None:
        """How far an expression's value is a decoded image; None where it is no image at all."""
        match node:
            case ast.Name(id=name):
                return self.states.get(name)
            case ast.Call():
                return self._call(node)
            case ast.Attribute(value=value, attr=attribute):
                state = self.value(value)
                return None if attribute in _METADATA else state
            case ast.Subscript(value=value):
                return self.value(value)
            case ast.Compare(left=left, comparators=others):
                for item in (left, *others):
                    self.value(item)
                return None
            case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                uses = any(isinstance(item, ast.Name) and item.id in self.states for item in ast.walk(node))
                return "foreign" if uses else None
            case ast.Await() | ast.Yield() | ast.YieldFrom():
                self.other_work = True
                return None
            case ast.NamedExpr(target=target, value=value):
                state = self.value(value)
                if state:
                    self.states[target.id] = state
                return state
        return _most(*(self.value(item) for item in _operands(node)))

    def _call(self, node: ast.Call) -> State | None:
        qualified = self.names.qualified(node.func)
        inputs = [self.value(item) for item in (*node.args, *(keyword.value for keyword in node.keywords))]
        if qualified is not None:
            if kind := self.knowledge.image_readers.get(qualified):
                self._opened_by(node)
                return "decoded" if kind == "decoded" else "opened"
        given = _most(*inputs)
        if qualified is None and isinstance(node.func, ast.Attribute):
            receiver = self.value(node.func.value)
            if receiver is not None:
                return self._method(node.func.attr, receiver)
        if (local := self._local_function(node.func)) is not None:
            return self._enter(node, local, given)
        if given is None:
            return None
        if qualified is not None:
            if qualified.startswith("builtins."):
                return None if qualified == "builtins.len" else given
            if qualified.startswith(_IMAGE_LIBRARIES) and qualified not in _OTHER_FUNCTIONS:
                return "decoded" if given == "opened" else given
        if self._is_transform(node.func):
            return "decoded"
        self.other_work = True
        return "foreign"

    def _opened_by(self, node: ast.Call) -> None:
        if node not in self.readers:
            self.readers.append(node)

    def _method(self, name: str, receiver: State) -> State | None:
        if name in _OTHER_WORK:
            self.other_work = True
            return None
        if name in _HEADER_METHODS:
            return None
        return "decoded" if receiver == "opened" else receiver

    def _is_transform(self, function: ast.expr) -> bool:
        """Whether a torchvision transform made in this module is called."""
        definition = self.names.only_definition(function)
        if definition is None or not isinstance(definition.value, ast.Call):
            return False
        name = self.names.qualified(definition.value.func)
        return name is not None and name.startswith("torchvision.transforms.")

    def _local_function(self, function: ast.expr) -> ast.FunctionDef | None:
        definition = self.names.only_definition(function)
        if definition is None or not isinstance(definition.node, ast.FunctionDef):
            return None
        return definition.node if self.steps else None

    def _enter(self, node: ast.Call, function: ast.FunctionDef, given: State | None) -> State | None:
        """What a function of the module gives back, its images followed in the same way."""
        inner = ImageValues(self.names, self.knowledge, self.steps - 1)
        arguments = [*function.args.posonlyargs, *function.args.args]
        for position, item in enumerate(node.args):
            if position < len(arguments) and (state := self.value(item)):
                inner.states[arguments[position].arg] = state
        result = inner.block(function.body)
        if inner.readers:
            self._opened_by(node)
        if (inner.readers or given) and (inner.other_work or inner.stored):
            self.other_work = True
        return result


def _operands(node: ast.AST) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif not isinstance(child, ast.stmt):
            yield from _operands(child)


def _most(*states: State | None) -> State | None:
    """The state that comes furthest."""
    return max((state for state in states if state), key=lambda state: _RANK[state], default=None)
