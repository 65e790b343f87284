"""What the examples on the cards of the tf-data family cannot say: safety, reasons, counter-examples."""

from pathlib import Path

import pytest

from cards_under_test import lint, settings
from mllint.finding import Finding

MAP = "map-without-parallel-calls"
PREFETCH = "missing-final-prefetch"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    (tmp_path / "requirements.txt").write_text("tensorflow==2.6.5\n", encoding="utf-8")
    return tmp_path


def findings(rule: str, text: str, folder: Path | None = None) -> list[Finding]:
    return lint(f"import tensorflow as tf\n{text}\n", settings((rule,), None, folder), folder)


def safety(rule: str, text: str, folder: Path) -> str:
    (finding,) = findings(rule, text, folder)
    assert finding.fix is not None
    assert (finding.fix.equivalence == "exact") == (finding.fix.safety == "safe") == (not finding.fix.deltas)
    return finding.fix.safety


RANGE = "tf.data.Dataset.range(9)"

STATELESS = [
    f"{RANGE}.map(lambda x: x * 2)",
    f"{RANGE}.map(lambda x: tf.cast(x, tf.float32) / 255.0)",
    f"{RANGE}.map(lambda x: tf.image.resize(x, (8, 8)))",
    f"{RANGE}.map(lambda x: tf.image.stateless_random_hue(x, 0.1, (1, 2)))",
    f"SIZE = 8\ndef f(x):\n    x = tf.reshape(x, [SIZE])\n    x.set_shape([SIZE])\n    return x\n{RANGE}.map(f)",
    f"@tf.function\ndef f(x):\n    return g(x)\ndef g(x):\n    return {{'x': x, 'n': len(x.shape)}}\n{RANGE}.map(f)",
    f"{RANGE}.shuffle(4).repeat().filter(lambda x: x > 2).map(lambda x: -x)",
    f"{RANGE}.map(lambda x: tf.stack([x + i for i in range(3)]))",
    f"class A:\n  def f(self, x):\n    return -x\n  def g(self):\n    return {RANGE}.map(lambda x: self.f(x))",
    f"def f(size: int):\n    return {RANGE}.map(lambda x: tf.fill([size], x))",
]
NOT_PROVEN = [
    # The counter-examples of the design paper, and what cannot be seen.
    f"o = tf.data.Options()\no.deterministic = False\n{RANGE}.map(lambda x: x).with_options(o)",
    f"o = tf.data.Options()\no.experimental_deterministic = flag\n{RANGE}.map(lambda x: x)",
    f"other = {RANGE}.interleave(g, num_parallel_calls=2, deterministic=False)\n{RANGE}.map(lambda x: x)",
    f"v = tf.Variable(0)\n{RANGE}.map(lambda x: x + v)",
    f"v = tf.Variable(0)\n{RANGE}.filter(lambda x: x > v).map(lambda x: x)",
    "tf.data.Dataset.from_generator(g, tf.int32).map(lambda x: x)",
    f"{RANGE}.map(lambda x: x + tf.random.uniform([]))",
    f"{RANGE}.map(lambda x: tf.py_function(g, [x], tf.int32))",
    f"{RANGE}.map(lambda x: table.lookup(x))",
    f"def f(offset):\n    return {RANGE}.map(lambda x: x + offset)",
    f"{RANGE}.map(lambda x: tf.print(x))",
    f"import helpers\n{RANGE}.map(lambda x: helpers.change(x))",
    f"def wrap(f):\n    return f\n@wrap\ndef f(x):\n    return x\n{RANGE}.map(f)",
    f"{RANGE}.apply(g).map(lambda x: x)",
    "def f(data: tf.data.Dataset):\n    return data.map(lambda x: x)",
    f"class A:\n    def f(self, x):\n        return x + self.o\n    def g(self):\n        return {RANGE}.map(self.f)",
    f"class A:\n    def f(self, x):\n        return self.o(x)\n    def g(self):\n        return {RANGE}.map(self.f)",
    f"import functools\ndef f(o, x):\n    return x + o\n{RANGE}.map(functools.partial(f, 1))",
    f"v = tf.Variable(0)\ndef f(x, o=v):\n    return x + o\n{RANGE}.map(f)",
]


@pytest.mark.parametrize("text", STATELESS)
def test_parallel_calls_are_safe_where_no_state_is_proven(text: str, old: Path) -> None:
    assert safety(MAP, text, old) == "safe"


@pytest.mark.parametrize("text", NOT_PROVEN)
def test_parallel_calls_are_unsafe_where_state_is_not_excluded(text: str, old: Path) -> None:
    assert safety(MAP, text, old) == "unsafe"


def reaching_fit(text: str) -> str:
    """The same pipeline, batched and handed to a model."""
    *lines, last = text.split("\n")
    indent = last[: len(last) - len(last.lstrip())]
    expression = last.strip().removeprefix("return ")
    return "\n".join((*lines, f"{indent}data = {expression}.batch(2)", f"{indent}model.fit(data)"))


@pytest.mark.parametrize("text", STATELESS)
def test_a_prefetch_is_safe_where_no_state_is_proven(text: str, old: Path) -> None:
    assert safety(PREFETCH, reaching_fit(text), old) == "safe"


@pytest.mark.parametrize("text", NOT_PROVEN)
def test_a_prefetch_is_unsafe_where_state_is_not_excluded(text: str, old: Path) -> None:
    assert safety(PREFETCH, reaching_fit(text), old) == "unsafe"


def test_a_prefetch_loses_attributes_of_the_data_set(old: Path) -> None:
    text = f"data = {RANGE}.batch(2)\ndata.class_names = ['a']\nmodel.fit(data)\n"
    assert safety(PREFETCH, text, old) == "safe"
    assert safety(PREFETCH, f"{text}print(data.class_names)", old) == "unsafe"
    assert safety(PREFETCH, f"{text}print(data.element_spec, data.take(1))", old) == "safe"


@pytest.mark.parametrize(
    ("declared", "map_speaks", "prefetch_speaks"),
    [
        ("tensorflow==2.6.5", True, True),
        ("tensorflow-gpu<2.7", True, True),
        ("tensorflow~=2.7.0", False, True),
        ("tensorflow<2.12", False, True),
        ("tensorflow>=2.4", False, False),
        ("tensorflow==2.12.0", False, False),
        ("numpy", False, False),
    ],
)
def test_versions_decide(declared: str, map_speaks: bool, prefetch_speaks: bool, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(f"{declared}\n", encoding="utf-8")
    text = f"model.fit({RANGE}.map(lambda x: x).batch(2))"
    assert bool(findings(MAP, text, tmp_path)) is map_speaks
    assert bool(findings(PREFETCH, text, tmp_path)) is prefetch_speaks


@pytest.mark.parametrize(
    ("switch", "map_speaks", "prefetch_speaks"),
    [
        ("experimental_optimization.apply_default_optimizations = False", True, True),
        ("experimental_optimization.map_parallelization = False", True, False),
        ("experimental_optimization.inject_prefetch = False", False, True),
        ("experimental_optimization.autotune = False", True, True),
        ("autotune.enabled = False", True, True),
        ("autotune.enabled = True", False, False),
        ("autotune.enabled = flag", False, False),
        ("experimental_optimization.noop_elimination = False", False, False),
        ("enabled = False", False, False),
    ],
)
def test_options_decide(switch: str, map_speaks: bool, prefetch_speaks: bool) -> None:
    text = f"o = tf.data.Options()\no.{switch}\nmodel.fit({RANGE}.map(lambda x: x).batch(2))"
    assert bool(findings(MAP, text)) is map_speaks
    assert bool(findings(PREFETCH, text)) is prefetch_speaks


def test_an_attribute_of_something_else_is_no_option() -> None:
    text = f"settings.autotune.enabled = False\nmodel.fit({RANGE}.map(lambda x: x).batch(2))"
    assert findings(MAP, text) == findings(PREFETCH, text) == []


@pytest.mark.parametrize(
    ("function", "evidence"),
    [
        ("lambda x: tf.random.normal([])", "it draws random numbers with `tf.random.normal`"),
        ("lambda x: tf.image.random_hue(x, 0.1)", "it draws random numbers with `tf.image.random_hue`"),
        ("lambda x: generator.normal([])", "it draws random numbers with `generator.normal`"),
        ("lambda x: tf.numpy_function(g, [x], tf.int32)", "it runs Python code in `tf.numpy_function`"),
        ("lambda x: variable + x", "it reads the variable `variable`"),
        ("lambda x: flip(x)", "`flip` draws random numbers"),
        ("flip", "`flip` draws random numbers"),
        ("functools.partial(noise, scale=2)", "it draws random numbers with `tf.random.uniform`"),
    ],
)
def test_the_message_tells_the_state(function: str, evidence: str) -> None:
    text = (
        "import functools\nvariable = tf.Variable(1)\ngenerator = tf.random.Generator.from_seed(1)\n"
        "flip = tf.keras.layers.RandomFlip()\ndef noise(x, scale):\n    return x + scale * tf.random.uniform([])\n"
        f"data = {RANGE}.map({function})"
    )
    (finding,) = findings(MAP, text)
    assert finding.message == (
        f"elements are mapped one after the other: {evidence}, and TensorFlow adds parallel calls only where "
        "there is no state; give `num_parallel_calls=tf.data.AUTOTUNE`"
    )
    assert finding.fix is not None
    assert finding.fix.deltas == ("order-of-state-access", "rng-stream")


@pytest.mark.parametrize(
    "function",
    [
        "lambda x: tf.random.stateless_normal([], (1, 2))",
        "lambda x: tf.image.stateless_random_hue(x, 0.1, (1, 2))",
        "lambda x: tf.numpy_function(g, [x], tf.int32, stateful=False)",
        "lambda x: unknown(x)",
        "unknown",
        "lambda x: x",
    ],
)
def test_no_state_seen_no_finding(function: str) -> None:
    assert findings(MAP, f"data = {RANGE}.map({function})") == []


def test_a_name_that_means_something_else_leaves_no_fix(old: Path) -> None:
    text = (
        "from tensorflow.data import Dataset\ntf = 3\n"
        "data = Dataset.range(3).map(lambda x: x).batch(2)\nmodel.fit(data)\n"
    )
    for rule in (MAP, PREFETCH):
        (finding,) = lint(text, settings((rule,), None, old), old)
        assert finding.fix is None
        assert finding.no_fix == "the name `tf` means something else in this file"


def test_one_finding_per_pipeline(old: Path) -> None:
    text = f"data = {RANGE}.batch(2)\nmodel.fit(data)\nmodel.fit(data, validation_data=data)\nmodel.evaluate(data)"
    assert len(findings(PREFETCH, text, old)) == 1


def test_always_speaks_with_low_impact() -> None:
    from types import MappingProxyType

    from mllint.settings import Settings

    for rule in (MAP, PREFETCH):
        chosen = Settings(
            root=Path("/nonexistent"), select=(rule,), rule_options=MappingProxyType({rule: {"always": True}})
        )
        text = f"import tensorflow as tf\nmodel.fit({RANGE}.map(lambda x: x).batch(2))\n"
        (finding,) = lint(text, chosen)
        assert finding.impact == "low"
