"""How much `num_parallel_calls` and a last `prefetch` give on the installed TensorFlow.

Each line is the median of the ratios of interleaved pairs (without / with): 1.0 means that the call gives
nothing, 2.0 that the pipeline with it takes half the time. The pipelines run with the default options, and
with options that switch default optimisations off. Takes about a minute:

    python benchmarks/rules/tf_data_prefetch.py
"""

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf

PAIRS = 3
MAP_ITEMS = 100
PREFETCH_ITEMS = 80
STEP_SECONDS = 0.008  # what an element takes to read, and what a training step on another device takes


def _wait(number: Any) -> Any:
    time.sleep(STEP_SECONDS)
    return number


def work(item: Any) -> Any:
    """Waits, as reading a file over a network does; said to be stateless, as TensorFlow's own reading is.

    Waiting needs no core, so that the ratios hold on a busy machine, too.
    """
    return tf.cast(tf.numpy_function(_wait, [item], tf.int64, stateful=False), tf.float32)


def random_work(item: Any) -> Any:
    """The same with a random number, which makes the map stateful."""
    return work(item) + tf.random.uniform([])


_OFFSET = tf.Variable(1.0)


def variable_work(item: Any) -> Any:
    """The same with a read of a variable, which makes the map stateful."""
    return work(item) + _OFFSET


def python_work(item: Any) -> Any:
    """The same by Python code that is not said to be stateless."""
    return tf.numpy_function(_wait, [item], tf.int64)


def options(**switches: bool) -> Any:
    """Options with these switches set; ``autotune`` is the one of the autotuner."""
    chosen = tf.data.Options()
    for name, value in switches.items():
        if name == "autotune":
            chosen.autotune.enabled = value
        else:
            setattr(chosen.experimental_optimization, name, value)
    return chosen


def map_seconds(function: Callable[[Any], Any], chosen: Any, *, parallel: bool) -> float:
    data = tf.data.Dataset.range(MAP_ITEMS)
    calls = tf.data.AUTOTUNE if parallel else None
    return _consumed(data.map(function, num_parallel_calls=calls).with_options(chosen), 0.0)


def prefetch_seconds(chosen: Any, *, prefetch: bool) -> float:
    data = tf.data.Dataset.range(PREFETCH_ITEMS).map(random_work).with_options(chosen)
    return _consumed(data.prefetch(tf.data.AUTOTUNE) if prefetch else data, STEP_SECONDS)


def _consumed(data: Any, step: float) -> float:
    start = time.perf_counter()
    for _ in data:
        time.sleep(step)
    return time.perf_counter() - start


def report(name: str, measure: Callable[[bool], float]) -> None:
    """Prints the median ratio and the two median times."""
    measure(True)  # builds and warms what is built once
    pairs = [(measure(False), measure(True)) for _ in range(PAIRS)]
    ratio = statistics.median(without / with_it for without, with_it in pairs)
    before, after = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{name:<52} {ratio:5.2f}x   {before:.2f} s -> {after:.2f} s")


def main() -> None:
    print(f"TensorFlow {tf.__version__}, {os.cpu_count()} cores; without / with, median of {PAIRS} pairs")
    default = options()
    for title, function in (
        ("map, stateless", work),
        ("map, draws random numbers", random_work),
        ("map, reads a variable", variable_work),
        ("map, runs Python code", python_work),
    ):
        report(title, lambda parallel, function=function: map_seconds(function, default, parallel=parallel))  # type: ignore[misc]
    for switch in ("apply_default_optimizations", "autotune"):
        chosen = options(**{switch: False})
        report(
            f"map, stateless, {switch} off",
            lambda parallel, chosen=chosen: map_seconds(work, chosen, parallel=parallel),  # type: ignore[misc]
        )
    report("prefetch", lambda prefetch: prefetch_seconds(default, prefetch=prefetch))
    for switch in ("apply_default_optimizations", "inject_prefetch", "autotune"):
        chosen = options(**{switch: False})
        report(
            f"prefetch, {switch} off",
            lambda prefetch, chosen=chosen: prefetch_seconds(chosen, prefetch=prefetch),  # type: ignore[misc]
        )


if __name__ == "__main__":
    main()
