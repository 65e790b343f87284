"""The whole-array rewrite of loops, held against execution and against the known counter-examples."""

import math
import random
import warnings
from typing import Any

import pytest

from cards_under_test import catalogue, fix, lint, settings
from mllint.finding import Finding

np = pytest.importorskip("numpy")

RULE = settings(("index-loop",))


def only(text: str) -> Finding:
    (finding,) = lint(text, RULE)
    return finding


def run(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        exec(compile(text, "example", "exec"), names)
    return names


# -- programs that the rule rewrites, executed before and after ---------------------------------------

ARRAYS = {
    "a": "np.array([1.5, -2.0, 0.0, np.nan, np.inf, 1e300])",
    "b": "np.array([0.5, 3.0, 0.0, 1.0, -0.0, 1e300])",
    "k": "np.array([3, -4, 0, 2**62, 5, 7])",
    "f": "np.array([1.5, 2.5, 0.1, 3.0, 7.0, 1e30], dtype=np.float32)",
    "u": "np.array([1, 200, 255, 0, 7, 9], dtype=np.uint8)",
}


def expression(names: list[str], chance: random.Random, depth: int = 0) -> str:
    element = f"{chance.choice(names)}[i]"
    form = chance.randrange(8 if depth < 3 else 3)
    if form < 2:
        return element
    if form == 2:
        return chance.choice(["2.0", "0.5", "3", "-1", "factor"])
    inner = expression(names, chance, depth + 1)
    if form == 3:
        return f"abs({inner})"
    if form == 4:
        return f"np.sqrt(abs({element}))"
    return f"({inner} {chance.choice('+-*/')} {expression(names, chance, depth + 1)})"


def program(names: list[str], expression: str, form: str) -> str:
    head = ["import numpy as np", *(f"{name} = {ARRAYS[name]}" for name in sorted(ARRAYS)), "factor = 1.25"]
    if form == "store":
        body = ["out = np.zeros(len(a))", "for i in range(len(a)):", f"    out[i] = {expression}"]
    elif form == "temporary":
        body = [
            "n = len(a)",
            "out = np.empty(n)",
            "for i in range(n):",
            f"    part = {expression}",
            "    out[i] = part * 2",
        ]
    else:
        body = ["out = []", "for i in range(len(a)):", f"    out.append({expression})", "out = np.array(out)"]
    return "\n".join([*head, *body]) + "\n"


@pytest.mark.parametrize("form", ["store", "temporary", "append"])
def test_a_safe_rewrite_gives_the_same_bits(form: str) -> None:
    compared = 0
    for seed in range(150):
        chance = random.Random(f"{form} {seed}")
        names = chance.sample(sorted(ARRAYS), chance.randint(1, 3))
        text = program(names, expression(names, chance), form)
        found = lint(text, RULE)
        if not found or found[0].fix is None or found[0].fix.safety != "safe":
            continue
        fixed = fix(text, RULE).source.text
        assert "for i" not in fixed
        assert "f[" not in text and "u[" not in text, "small types are never safe"
        try:
            before = run(text)["out"]
        except (OverflowError, ZeroDivisionError):
            continue
        after = run(fixed)["out"]
        assert (after.dtype, after.shape) == (before.dtype, before.shape), text
        assert np.array_equal(before, after, equal_nan=True), text
        assert np.array_equal(np.signbit(before), np.signbit(after)) or np.isnan(before).any(), text
        compared += 1
    assert compared > 20


def test_every_form_of_the_programs_is_rewritten_somewhere() -> None:
    for form in ("store", "temporary", "append"):
        finding = only(program(["a"], "(a[i] * 2.0 + b[i])", form))
        assert finding.fix is not None and finding.fix.safety == "safe", form


# -- known counter-examples -----------------------------------------------------------------------------


def unsafe_or_none(text: str) -> None:
    for finding in lint(text, RULE):
        assert finding.fix is None or finding.fix.safety != "safe"


@pytest.mark.parametrize(
    ("why", "text"),
    [
        ("nan into integers raises in a loop", "out = np.zeros(2, dtype=int)\nfor i in range(len(a)):\n    out[i] = a[i] * 2\n"),
        ("views that overlap", "x = np.arange(50.)\nout = x[1:]\nv = x[:-1]\nfor i in range(len(v)):\n    out[i] = v[i] * 2 + 1\n"),
        ("an operand of length one", "b = np.array([1.])\nout = np.zeros(50)\nfor i in range(50):\n    out[i] = a[i] + b[i]\n"),
        ("small integers wrap", "a = np.ones(50, dtype=np.uint8)\nout = np.zeros(50)\nfor i in range(50):\n    out[i] = a[i] * 2\n"),
        ("math raises where NumPy gives nan", "import math\nout = np.zeros(len(a))\nfor i in range(len(a)):\n    out[i] = math.sqrt(a[i])\n"),
        ("an empty list becomes float64", "c = np.arange(50)\nout = []\nfor i in range(len(c)):\n    out.append(c[i] * 2)\nout = np.array(out)\n"),
    ],
)  # fmt: skip
def test_a_doubtful_rewrite_is_never_safe(why: str, text: str) -> None:
    unsafe_or_none("import numpy as np\na = np.random.rand(50)\n" + text)


@pytest.mark.parametrize(
    ("why", "text"),
    [
        ("the index is used later", "out = np.zeros(50)\nfor i in range(50):\n    out[i] = a[i] * 2\nprint(i)\n"),
        ("the array has a second name", "out = np.zeros(50)\nalias = out\nfor i in range(50):\n    out[i] = a[i] * 2\n"),
        ("the array comes from elsewhere", "def f(out):\n    for i in range(50):\n        out[i] = a[i] * 2\nf(np.zeros(50))\n"),
        ("neighbours are read", "out = np.zeros(50)\nfor i in range(49):\n    out[i] = a[i] + a[i + 1]\n"),
        ("the list is read elsewhere", "out = []\nfor v in a:\n    out.append(v * 2)\nprint(len(out))\nout = np.array(out)\n"),
        ("the list is not empty", "out = [1.0]\nfor v in a:\n    out.append(v * 2)\nout = np.array(out)\n"),
        ("a second array of two dimensions", "m = np.zeros((50, 3))\nout = np.zeros(50)\nfor i in range(50):\n    out[i] = a[i] * m[i]\n"),
        ("other statements in the body", "out = np.zeros(50)\nfor i in range(50):\n    print(i)\n    out[i] = a[i] * 2\n"),
        ("the loop ends early", "out = np.zeros(50)\nfor i in range(50):\n    if a[i] > 1:\n        break\n    out[i] = a[i] * 2\n"),
        ("an else branch", "out = np.zeros(50)\nfor i in range(50):\n    out[i] = a[i] * 2\nelse:\n    print('done')\n"),
        ("the array is rebound in the loop", "out = np.zeros(50)\nfor i in range(50):\n    a = a + 1\n    out[i] = a[i] * 2\n"),
        ("another array is indexed by the array", "out = np.zeros(50)\nfor i in range(50):\n    out[i] = a[int(a[i])]\n"),
    ],
)  # fmt: skip
def test_a_wrong_rewrite_is_never_offered(why: str, text: str) -> None:
    for finding in lint("import numpy as np\na = np.random.rand(50)\n" + text, RULE):
        assert finding.fix is None, why
        assert finding.no_fix


def test_a_recurrence_is_no_finding() -> None:
    text = "import numpy as np\na = np.random.rand(50)\nout = np.zeros(50)\nfor i in range(50):\n    out[i] = out[i - 1] + a[i]\n"
    assert lint(text, RULE) == []


def test_a_longer_result_is_filled_in_part() -> None:
    text = "import numpy as np\na = np.ones(100)\nout = np.zeros(200)\nfor i in range(len(a)):\n    out[i] = a[i] * 2\n"
    fixed = fix(text, RULE).source.text
    assert "out[:len(a)] = a * 2\n" in fixed
    assert np.array_equal(run(text)["out"], run(fixed)["out"])


def test_a_copy_stays_a_copy() -> None:
    text = (
        "import numpy as np\na = np.ones(100)\nout = np.zeros(100)\nfor i in range(100):\n    out[i] = a[i]\n"
    )
    fixed = fix(text, RULE).source.text
    assert "out[:] = a\n" in fixed


def test_a_name_np_that_means_something_else_is_respected() -> None:
    text = (
        "import math\nimport numpy\nnp = 3\na = numpy.random.rand(50)\nout = numpy.zeros(50)\n"
        "for i in range(50):\n    out[i] = math.exp(a[i])\n"
    )
    assert "out = numpy.exp(a)\n" in fix(text, RULE).source.text


def test_an_expression_over_several_lines_stays_one() -> None:
    text = (
        "import numpy as np\na = np.linspace(0, 1, 50)\nout = []\nfor v in a:\n"
        "    out.append(v * 2  # twice\n               + 1)\nout = np.array(out)\n"
    )
    fixed = fix(text, RULE).source.text
    assert "# twice" in fixed
    assert np.array_equal(run(fixed)["out"], run(fixed)["a"] * 2 + 1)


def test_what_is_known_of_functions_of_one_number_is_true() -> None:
    values = [0.25, 0.5, 0.75]
    knowledge = catalogue().knowledge
    assert knowledge.exact_elementwise <= set(knowledge.elementwise)
    for name, array_name in knowledge.elementwise.items():
        library, _, function = name.partition(".")
        one = getattr(np if library == "numpy" else math, function)
        many = getattr(np, array_name.removeprefix("numpy."))
        assert np.allclose([one(value) for value in values], many(np.array(values))), name
