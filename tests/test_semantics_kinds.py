"""Kinds: what is known of a value, and that it is true of the value."""

import ast
import warnings
from random import Random
from typing import Any

import pytest

from mllint.semantics.kinds import Kind
from programs import described, kinds, module

PRE = "import numpy as np\nimport torch\nimport pandas as pd\nimport cv2\nfrom PIL import Image\n"
KINDS = {
    # Constructors
    "zeros": ("show(np.zeros((2, 3)))", "numpy.ndarray float64 (2, 3)"),
    "a list with a second name": ("a = [1]\nb = a\nb.append(.5)\nshow(np.array(a))", "numpy.ndarray"),
    "a list handed to who knows": ("a = [1]\nchange(a)\nshow(np.array(a))", "numpy.ndarray"),
    "a method behind self": (
        "class A:\n    def make(self):\n        return np.zeros(3)\n    def use(self):\n        show(self.make())",
        "numpy.ndarray float64 (3) assumed",
    ),
    "a method of an instance": (
        "class A:\n    def make(self):\n        return np.zeros(3)\nshow(A().make())",
        "numpy.ndarray float64 (3)",
    ),
    "a method that a subclass has anew": (
        "class A:\n    def make(self):\n        return np.zeros(3)\n"
        "class B(A):\n    def make(self):\n        return x\nshow(B().make())",
        "?",
    ),
    "zeros of a type": ("show(np.zeros(3, dtype=np.float32))", "numpy.ndarray float32 (3)"),
    "zeros of a type by position": ("show(np.zeros(3, 'uint8'))", "numpy.ndarray uint8 (3)"),
    "zeros of a length that is a name": ("n = 4\nshow(np.zeros(n))", "numpy.ndarray float64 (4)"),
    "zeros of arguments that cannot be seen": ("show(np.zeros(*a))", "numpy.ndarray"),
    "array of floats": ("show(np.array([1.5, 2.0]))", "numpy.ndarray float64 (2)"),
    "array of integers": ("show(np.array([[1, 2], [3, 4]]))", "numpy.ndarray int64 (?, ?)"),
    "array of who knows": ("show(np.array(x))", "numpy.ndarray"),
    "arange": ("show(np.arange(5))", "numpy.ndarray int64 (?)"),
    "arange to a float": ("show(np.arange(0, 1.5))", "numpy.ndarray float64 (?)"),
    "arange to who knows": ("show(np.arange(0, x))", "numpy.ndarray (?)"),
    "random": ("show(np.random.rand(3, n))", "numpy.ndarray float64 (3, ?)"),
    "generator": ("show(np.random.default_rng(0).random((2,), np.float32))", "numpy.ndarray float32 (2)"),
    "tensor": ("show(torch.zeros(2, 3))", "torch.Tensor float32 (2, 3)"),
    "tensor of a type": ("show(torch.zeros(2, dtype=torch.float64))", "torch.Tensor float64 (2)"),
    "tensor from an array": ("show(torch.from_numpy(np.zeros(3)))", "torch.Tensor float64 (3)"),
    "tensor of integers": ("show(torch.tensor([1, 2]))", "torch.Tensor int64 (2)"),
    # Operations
    "type changed": ("show(np.zeros(3).astype('float32'))", "numpy.ndarray float32 (3)"),
    "reshaped to what is left": ("show(np.zeros(6).reshape(2, -1))", "numpy.ndarray float64 (2, ?)"),
    "element": ("show(np.zeros((2, 3))[0])", "numpy.ndarray float64 (3)"),
    "slice": ("show(np.zeros((2, 3))[:, 1:])", "numpy.ndarray float64 (2, ?)"),
    "integers divided": ("show(np.zeros(3, np.uint8) / 255)", "numpy.ndarray float64 (3)"),
    "floats divided": ("show(np.zeros(3, np.float32) / 255)", "numpy.ndarray float32 (3)"),
    "tensor of integers divided": ("show(torch.tensor([1, 2]) / 2)", "torch.Tensor float32 (2)"),
    "tensor of integers and a fraction": ("show(torch.tensor([1, 2]) * 0.5)", "torch.Tensor (2)"),
    "two types": ("show(np.zeros(3, np.float32) + np.zeros(3, np.int64))", "numpy.ndarray float64 (3)"),
    "broadcast": ("show(np.zeros((5, 1)) + np.zeros(3))", "numpy.ndarray float64 (5, 3)"),
    "compared": ("show(np.zeros(3) > 1)", "numpy.ndarray bool (3)"),
    "root of integers": ("show(np.sqrt(np.arange(3)))", "numpy.ndarray float64 (?)"),
    "in place": ("x = np.zeros(3, np.float32)\nx += 1.5\nshow(x)", "numpy.ndarray float32 (3)"),
    "a scalar is not changed in place": ("x = np.arange(3)[0]\nx += 1.5\nshow(x)", "numpy.ndarray float64 ()"),
    # Python
    "numbers": ("show(1 + 2.0)", "float"),
    "a string": ("show(f'{x}')", "str"),
    "list": ("show([1, 2])", "list of int"),
    "mixed list": ("show([1, 'a'])", "list"),
    "list that grows": ("x = [1]\nx.append(2.5)\nshow(x)", "list"),
    "list whose items are replaced": ("x = [1]\nx[0] = 2.5\nshow(np.array(x))", "numpy.ndarray"),
    "array of a list that grows": ("x = [1]\nx.append(2)\nshow(np.array(x))", "numpy.ndarray"),
    "negated bool": ("show(-True)", "int"),
    "loop over a range": ("for i in range(3):\n    show(i)", "int"),
    "loop over an array": ("for row in np.zeros((2, 3)):\n    show(row)", "numpy.ndarray float64 (3)"),
    "enumerate": ("for i, row in enumerate(np.zeros((2, 3))):\n    show(row)", "numpy.ndarray float64 (3)"),
    "zip": ("for a, b in zip([1], [2.0]):\n    show(b)", "float"),
    "pair": ("a, b = 1, np.zeros(3)\nshow(b)", "numpy.ndarray float64 (3)"),
    "walrus": ("if (x := np.zeros(3)) is not None:\n    show(x)", "numpy.ndarray float64 (3)"),
    # Joins
    "branches that agree": ("x = np.zeros(3) if c else np.ones(3)\nshow(x)", "numpy.ndarray float64 (3)"),
    "branches of two shapes": ("x = np.zeros(3) if c else np.ones(4)\nshow(x)", "numpy.ndarray float64 (?)"),
    "branches of two types": ("x = np.zeros(3)\nif c:\n    x = 1\nshow(x)", "?"),
    "a loop that changes the type": ("x = 1\nwhile c:\n    x = x + 0.5\nshow(x)", "?"),
    "try": ("x = 1\ntry:\n    x = f()\nexcept E:\n    show(x)", "?"),
    "narrowed": ("if isinstance(x, np.ndarray):\n    show(x)", "?"),
    "narrowed parameter": ("def f(x):\n    if isinstance(x, np.ndarray):\n        show(x)", "numpy.ndarray"),
    # Functions and classes
    "annotation": ("def f(x: np.ndarray):\n    show(x)", "numpy.ndarray assumed"),
    "quoted annotation": ("def f(x: 'np.ndarray'):\n    show(x)", "numpy.ndarray assumed"),
    "optional annotation": ("def f(x: np.ndarray | None):\n    show(x)", "?"),
    "parameter from calls": ("def f(x):\n    show(x)\nf(np.zeros(3))", "numpy.ndarray float64 (3) assumed"),
    "parameter from calls that differ": ("def f(x):\n    show(x)\nf(np.zeros(3))\nf(1)", "?"),
    "parameter of a function that is passed on": ("def f(x):\n    show(x)\nf(np.zeros(3))\ng(f)", "?"),
    "default": ("def f(x=1):\n    show(x)\nf()", "int assumed"),
    "returned": ("def f():\n    return np.zeros(3)\nshow(f())", "numpy.ndarray float64 (3)"),
    "returned sometimes": ("def f():\n    if c:\n        return np.zeros(3)\nshow(f())", "?"),
    "returned on all ways": (
        "def f():\n    if c:\n        return np.zeros(3)\n    else:\n        raise E\nshow(f())",
        "numpy.ndarray float64 (3)",
    ),
    "yielded": ("def f():\n    yield np.zeros(3)\nshow(f())", "?"),
    "decorated": ("@d\ndef f():\n    return np.zeros(3)\nshow(f())", "?"),
    "recursion": ("def f():\n    return f()\nshow(f())", "?"),
    "instance": ("class C:\n    pass\nshow(C())", ".C"),
    "attribute of self": (
        "class C:\n    def __init__(self):\n        self.x = np.zeros(3)\n    def f(self):\n        show(self.x)",
        "numpy.ndarray float64 (3)",
    ),
    "attribute bound in two ways": (
        "class C:\n    def __init__(self):\n        self.x = np.zeros(3)\n    def f(self):\n        show(self.x)\n"
        "    def g(self):\n        self.x = 1",
        "?",
    ),
    "attribute bound in an async method": (
        "class C:\n    def __init__(self):\n        self.x = np.zeros(3)\n    def f(self):\n        show(self.x)\n"
        "    async def g(self):\n        self.x = 1",
        "?",
    ),
    "attribute bound by a nested target": (
        "class C:\n    def __init__(self):\n        self.x = np.zeros(3)\n    def f(self):\n        show(self.x)\n"
        "    def g(self):\n        for a, (self.x, b) in y:\n            pass",
        "?",
    ),
    "entered": ("class C:\n    def __enter__(self):\n        return self\nwith C() as x:\n    show(x)", ".C"),
    "entered, something else": (
        "class C:\n    def __enter__(self):\n        return 1\nwith C() as x:\n    show(x)",
        "int",
    ),
    "entered, who knows": ("class C(B):\n    pass\nwith C() as x:\n    show(x)", "?"),
    # Libraries
    "opened image": ("show(Image.open('a.png'))", "PIL.Image.Image"),
    "entered image": ("with Image.open('a.png') as x:\n    show(x)", "PIL.Image.Image"),
    "read image": ("show(cv2.imread('a.png'))", "numpy.ndarray uint8"),
    "data frame": ("show(pd.DataFrame(x))", "pandas.DataFrame"),
    "column": ("show(pd.DataFrame(x)['a'])", "pandas.Series"),
    "columns": ("show(pd.DataFrame(x)[['a', 'b']])", "pandas.DataFrame"),
}  # fmt: skip


@pytest.mark.parametrize("case", KINDS)
def test_the_kind_of_a_value(case: str) -> None:
    text, expected = KINDS[case]
    assert [described(kind) for kind in kinds(PRE + text)] == [expected]


def test_kinds_beside_deep_code_are_known() -> None:
    ladder = "if c == 0:\n    y = 0\n" + "".join(f"elif c == {i}:\n    y = {i}\n" for i in range(1, 1500))
    terms = " + ".join(["x"] * 1500)
    found = kinds(f"{PRE}x = np.zeros(3)\n{ladder}z = {terms}\nshow(x, y)\n")
    assert [described(kind) for kind in found] == ["numpy.ndarray float64 (3)", "int"]


# Held against execution


class Writer:
    """Writes programs about NumPy arrays; what fails when it runs is left out later."""

    def __init__(self, random: Random) -> None:
        self.pick = random.choice
        self.chance = random.random
        self.made: list[str] = []

    def statements(self) -> list[str]:
        lines = ["n = 3", "mask = np.array([True, False, True])"]
        for number in range(self.pick([2, 3, 4, 5])):
            name = f"v{number}"
            form = self.chance()
            if form < 0.7 or not self.made:
                lines.append(f"{name} = {self.expression(2) if self.made else self.array()}")
            elif form < 0.8:
                lines.append(
                    f"{self.old()} {self.pick(['+=', '*=', '/=', '-='])} {self.pick([self.number(), self.old()])}"
                )
                continue
            elif form < 0.9:
                lines.append(f"for {name} in {self.old()}:\n    pass")
            else:
                lines.append(f"first, {name} = {self.old()}, {self.old()}")
            self.made.append(name)
        return lines

    def old(self) -> str:
        return self.pick(self.made) if self.made else "np.zeros(3)"

    def number(self) -> str:
        return self.pick(["2", "0.5", "True", "n", "-1", "np.pi", "2 * n", "n / 2"])

    def shape(self) -> str:
        return self.pick(["3", "(3,)", "(2, 3)", "(3, 1)", "(1, 3)", "[3]", "n", "(n, 2)", "(2, 2, 3)"])

    def dtype(self) -> str:
        types = [
            "np.float32",
            "'float32'",
            "float",
            "int",
            "np.uint8",
            "bool",
            "'f4'",
            "np.int16",
            "np.int32",
            "None",
        ]
        return self.pick(types)

    def array(self) -> str:
        typed = self.pick(["", f", dtype={self.dtype()}"])
        data = self.pick(
            ["[1, 2]", "[1.5, 2]", "[1.5, 2.5]", "[[1, 2], [3, 4]]", "(1, 2)", "[True, False]", "range(3)"]
        )
        return self.pick(
            [
                f"np.{self.pick(['zeros', 'ones'])}({self.shape()}{typed})",
                f"np.full({self.shape()}, {self.number()}{typed})",
                f"np.{self.pick(['array', 'asarray', 'ascontiguousarray'])}({self.pick([data, self.old()])}{typed})",
                f"np.arange({self.number()}, {self.number()}{self.pick(['', f', {self.number()}'])}{typed})",
                f"np.arange({self.number()}{typed})",
                f"np.linspace(0, 1, {self.pick(['3', 'n'])}{typed})",
                f"np.{self.pick(['eye', 'identity'])}(3{typed})",
                f"np.random.{self.pick(['rand', 'randn'])}({self.pick(['3', '2, 3', 'n, 2'])})",
                f"np.random.{self.pick(['uniform', 'normal'])}(0, 1, size={self.shape()})",
                f"np.random.default_rng(0).integers(0, 5, {self.shape()}{typed.replace('None', 'int')})",
                f"np.{self.pick(['zeros', 'ones', 'empty'])}_like({self.old()}{typed})",
                f"np.{self.pick(['abs', 'sqrt', 'exp', 'sin'])}({self.old()})",
            ]
        )

    def expression(self, depth: int) -> str:
        if depth == 0:
            return self.pick([self.old(), self.array(), self.number()])
        inner = self.expression(depth - 1)
        index = self.pick(
            ["0", ":", "1:", "None", "...", "0, 0", ":, 0", "None, :", "mask", "[0, 1]", "n - 3"]
        )
        methods = [
            "T",
            "copy()",
            "ravel()",
            "transpose()",
            "squeeze()",
            "reshape(-1)",
            "reshape((1, -1))",
            "size",
            "shape",
        ]
        return self.pick(
            [
                self.array(),
                f"({inner} {self.pick(['+', '-', '*', '/', '//', '%', '**', '@'])} {self.expression(depth - 1)})",
                f"({self.number()} {self.pick(['+', '-', '*', '/'])} {inner})",
                f"{self.old()}[{index}]",
                f"{self.old()}.{self.pick(methods)}",
                f"{self.old()}.astype({self.dtype()})",
                f"(-{inner})",
                f"({inner} {self.pick(['<', '=='])} {self.expression(depth - 1)})",
                f"abs({inner})",
                f"({inner} if n else {self.expression(depth - 1)})",
            ]
        )


def _is_true_of(kind: Kind | None, value: Any) -> bool:
    import numpy as np

    if kind is None:
        return True
    if kind.type == "numpy.ndarray":
        if not isinstance(value, np.ndarray | np.generic):
            # The scalars that NumPy makes are arrays of no dimension to us; some are Python's own.
            return not kind.shape and isinstance(value, int | float)
        fits = kind.shape is None or len(kind.shape) == value.ndim
        extents = zip(kind.shape or (), value.shape, strict=False)
        return fits and kind.dtype in (None, value.dtype.name) and all(a in (None, b) for a, b in extents)
    if kind.type == "tuple" and kind.items is not None:
        return len(kind.items) == len(value) and all(map(_is_true_of, kind.items, value))
    return kind.type == type(value).__name__


def compare(seed: int) -> int:
    """Writes, runs and judges one program; the number of values of which something was known."""
    known = 0
    writer = Writer(Random(seed))
    values: dict[str, Any] = {}
    exec("import numpy as np", values)
    kept = ["import numpy as np"]
    for statement in writer.statements():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                exec(statement, values)
            except Exception:
                continue
        kept.append(statement)
    made = module("\n".join([*kept, *(f"show({name})" for name in writer.made if name in values)]))
    for call in made.tree.by_class.get(ast.Call, ()):
        if (
            isinstance(call, ast.Call)
            and ast.unparse(call.func) == "show"
            and isinstance(call.args[0], ast.Name)
        ):
            kind = made.inference.kind(call.args[0])
            known += kind is not None
            value = values[call.args[0].id]
            if not _is_true_of(kind, value):
                text = "\n".join(kept)
                pytest.fail(f"{call.args[0].id} is {described(kind)}, they say, and is {value!r}:\n{text}")
    return known


def test_what_is_known_of_numpy_values_is_true_when_the_code_runs() -> None:
    pytest.importorskip("numpy")
    assert sum(compare(seed) for seed in range(600)) > 1000
