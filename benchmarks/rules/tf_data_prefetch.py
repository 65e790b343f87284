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
MAP_ITEMS = 200  # fewer, and the autotuner has no time to raise the number of parallel calls
PREFETCH_ITEMS = 60
STEP_SECONDS = 0.008  # what a training step on another device would take

# Decoding runs in one thread, so that the map is what can run in parallel.
_PHOTO = tf.io.encode_jpeg(
    tf.cast(tf.random.stateless_uniform((900, 900, 3), (1, 2), maxval=256, dtype=tf.int32), tf.uint8)
)


def work(item: Any) -> Any:
    """Decodes the same photo each time: many milliseconds in one thread."""
    image = tf.io.decode_jpeg(_PHOTO)
    return tf.cast(image[0, 0, 0], tf.float32) + tf.cast(item, tf.float32)


def random_work(item: Any) -> Any:
    """The same with a random number, which makes the map stateful."""
    return work(item) + tf.random.uniform([])


_OFFSET = tf.Variable(1.0)


def variable_work(item: Any) -> Any:
    """The same with a read of a variable, which makes the map stateful."""
    return work(item) + _OFFSET


def python_work(item: Any) -> Any:
    """A map that calls Python code which waits, as reading a file over a network does."""

    def wait(number: Any) -> Any:
        time.sleep(STEP_SECONDS)
        return number

    return tf.numpy_function(wait, [item], tf.int64)


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
        ("map, numpy_function that waits", python_work),
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
