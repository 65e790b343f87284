"""Reaching definitions held against execution: what a read sees comes from a definition that is said to reach it."""

import ast
import contextlib
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mllint.semantics.knowledge import Knowledge
from mllint.semantics.names import Names
from mllint.semantics.scopes import Definition
from mllint.semantics.tree import index

_MOST_STEPS = 300
_FROM_LOOP = "item"


class Writer:
    """Writes functions that bind few names to distinct numbers, and read them."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.number = 0

    def function(self) -> str:
        return "\n".join(["def f():", *_indented(self.block(3, False, 5))]) + "\n"

    def next(self) -> int:
        self.number += 1
        return self.number

    def name(self) -> str:
        return self.random.choice("abc")

    def block(self, depth: int, looping: bool, length: int = 0) -> list[str]:
        lines: list[str] = []
        for _ in range(length or self.random.randint(1, 4)):
            simple = depth == 0 or self.random.random() < 0.45
            lines += [self.simple(looping)] if simple else self.compound(depth - 1, looping)
        return lines

    def simple(self, looping: bool) -> str:
        forms = [f"{self.name()} = {self.next()}", f"read({self.name()})"] * 4
        forms += [
            f"{self.name()}, {self.name()} = {self.next()}, {self.next()}",
            f"read(({self.name()} := {self.next()}))",
            f"go() and ({self.name()} := {self.next()})",
            f"({self.name()} := {self.next()}) if go() else ({self.name()} := {self.next()})",
            f"del {self.name()}",
            "if go(): raise ValueError",
            "if go(): return",
            "fail()",
            f"[read({self.name()}) for {self.name()} in items() if ({self.random.choice('xyz')} := {self.next()})]",
            "return" if self.random.random() < 0.1 else "fail()",
        ]
        if looping:
            forms += ["if go(): break", "if go(): continue", self.random.choice(["break", "continue"])] * 2
        return self.random.choice(forms)

    def compound(self, depth: int, looping: bool) -> list[str]:
        def body(also_looping: bool = looping) -> list[str]:
            return _indented(self.block(depth, also_looping))

        name, number = self.name(), self.next()
        handler = ["except ValueError:", *body()]
        final = ["finally:", *body()]
        forms: list[Callable[[], list[str]]] = [
            lambda: ["if go():", *body()],
            lambda: ["if go():", *body(), "else:", *body()],
            lambda: ["if go():", *body(), f"elif go({name} := {number}):", *body(), "else:", *body()],
            lambda: ["while go():", *body(True)],
            lambda: [f"while go({name} := {number}):", *body(True), "else:", *body()],
            lambda: ["while True:", "    if go(): break", *body(True)],
            lambda: [f"for {name} in items():", *body(True), "else:", *body()],
            lambda: ["with suppress():", *body()],
            lambda: [
                "match go():",
                "    case True:",
                *_indented(body()),
                f"    case {name}:",
                *_indented(body()),
            ],
            lambda: ["match go():", f"    case {name} if go():", *_indented(body())],
            lambda: ["class C:", f"    {name} = {number}", f"    read({self.name()})"],
            lambda: ["try:", *body(), *handler],
            lambda: ["try:", *body(), *handler, "else:", *body()],
            lambda: ["try:", *body(), *final],
            lambda: ["try:", *body(), *handler, *final],
        ]
        return self.random.choice(forms)()


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


class _Enough(BaseException):
    pass


class Execution:
    """Runs a function with choices of its own; ``wrong`` are the values that no known definition explains."""

    def __init__(self, reaching: list[tuple[Definition, ...] | None], random: Random) -> None:
        self.reaching = reaching
        self.random = random
        self.steps = 0
        self.checked = 0
        self.wrong: list[tuple[int, Any]] = []

    def run(self, code: Any) -> None:
        offered = {name: getattr(self, name) for name in ("go", "fail", "items", "suppress", "read")}
        exec(code, offered)
        with contextlib.suppress(_Enough, ValueError, NameError):
            offered["f"]()

    def step(self) -> None:
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise _Enough

    def go(self, *_: object) -> bool:
        self.step()
        return self.random.random() < 0.5

    def fail(self) -> None:
        if self.random.random() < 0.4:
            raise ValueError

    def items(self) -> Iterator[str]:
        for _ in range(self.random.randint(0, 3)):
            self.step()
            yield _FROM_LOOP

    def suppress(self) -> "Execution":
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        return kind is ValueError

    def read(self, value: object, number: int | None = None) -> None:
        self.step()
        if number is None or (definitions := self.reaching[number]) is None:
            return
        self.checked += 1
        if not any(_explains(definition, value) for definition in definitions):
            self.wrong.append((number, value))


def _explains(definition: Definition, value: object) -> bool:
    if definition.how == "assign":
        given = definition.value
        for position in definition.path:
            assert isinstance(given, ast.Tuple)
            given = given.elts[position]
        return isinstance(given, ast.Constant) and given.value == value
    return definition.how == "opaque" or (definition.how == "for" and value == _FROM_LOOP)


def compare(seed: int) -> int:
    """Writes, analyses and runs one function; the number of reads that were checked."""
    text = Writer(Random(seed)).function()
    try:
        tree = ast.parse(text)
        compile(text, "written", "exec")
    except SyntaxError:  # an unreachable case, say
        return 0
    names = Names(index(tree), Knowledge({}))
    reads = [
        node
        for node in names.tree.by_class.get(ast.Call, ())
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "read"
        and isinstance(node.args[0], ast.Name)
    ]
    reaching = [names.definitions(call.args[0]) for call in reads]  # type: ignore[arg-type]
    for number, call in enumerate(reads):
        call.args.append(ast.Constant(number))
    code = compile(ast.fix_missing_locations(tree), "written", "exec")
    checked = 0
    for attempt in range(10):
        execution = Execution(reaching, Random(seed * 100 + attempt))
        execution.run(code)
        checked += execution.checked
        for number, value in execution.wrong:
            line = reads[number].lineno
            pytest.fail(f"line {line} sees {value!r}, which no reaching definition gives it:\n{text}")
    return checked


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9))
def test_every_value_that_a_read_sees_comes_from_a_reaching_definition(seed: int) -> None:
    compare(seed)


def test_the_comparison_looks_at_many_reads() -> None:
    assert sum(compare(seed) for seed in range(100)) > 1000
