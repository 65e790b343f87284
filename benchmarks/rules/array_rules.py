"""How much the fixes of index-loop, uint8-to-float64-normalise and float64-into-torch give here.

Each line is the median ratio of interleaved pairs (before / after) with the smallest and largest ratio.
The results are compared first. Takes about half a minute; the torch line needs torch:

    python benchmarks/rules/array_rules.py
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

PAIRS = 9


def report(name: str, before: Callable[[], Any], after: Callable[[], Any], *, repeat: int = 1) -> None:
    """Prints the ratio of CPU times of two ways to the same result."""
    assert np.allclose(np.asarray(before()), np.asarray(after()), rtol=1e-5), name
    ratios = sorted(_seconds(before, 1) / _seconds(after, repeat) for _ in range(PAIRS))
    print(f"{name:<44} {statistics.median(ratios):8.1f}x  [{ratios[0]:.1f}-{ratios[-1]:.1f}]")


def _seconds(function: Callable[[], Any], repeat: int) -> float:
    start = time.process_time()
    for _ in range(repeat):
        function()
    return (time.process_time() - start) / repeat


def index_loops() -> None:
    a, b = np.random.rand(100_000), np.random.rand(100_000)

    def stored() -> Any:
        out = np.zeros(len(a))
        for i in range(len(a)):
            out[i] = a[i] * b[i] + 1.0
        return out

    def appended() -> Any:
        out = []
        for i in range(len(a)):
            out.append(a[i] + b[i])  # noqa: PERF401
        return np.array(out)

    report("index-loop, stored, 100,000 elements", stored, lambda: a * b + 1.0, repeat=100)
    report("index-loop, appended, 100,000 elements", appended, lambda: a + b, repeat=100)


def pixels() -> None:
    images = np.random.randint(0, 256, (32, 224, 224, 3), dtype=np.uint8)
    report(
        "uint8-to-float64-normalise, 32 x 224 x 224 x 3",
        lambda: images / 255.0,
        lambda: images.astype(np.float32) / 255.0,
    )
    ratio = (images / 255.0).nbytes / (images.astype(np.float32) / 255.0).nbytes
    print(f"{'  bytes of the result':<44} {ratio:8.1f}x")


def tensors() -> None:
    try:
        import torch
    except ImportError:
        print("float64-into-torch: torch is not installed")
        return
    torch.set_num_threads(1)
    array = np.random.rand(1024, 1024)
    double, single = torch.from_numpy(array), torch.from_numpy(array.astype(np.float32))
    report(
        f"float64-into-torch, matrix product, CPU ({torch.__version__})",
        lambda: double @ double,
        lambda: single @ single,
    )


if __name__ == "__main__":
    print(f"NumPy {np.__version__}; before / after, median of {PAIRS} pairs")
    index_loops()
    pixels()
    tensors()
