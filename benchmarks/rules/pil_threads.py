"""MLL102: photographs decoded one after another, and in a pool of threads; prints the ratio, and that results agree.

Hashing, which is known to run beside other threads, tells how much threads can gain on this machine at this
time: compare the two ratios.

Run: python benchmarks/rules/pil_threads.py
"""

import hashlib
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

COUNT = 24
PAIRS = 7
BLOCK = bytes(20_000_000)


def one_by_one(paths: list[Path]) -> list[np.ndarray]:
    return [np.asarray(Image.open(p).convert("RGB").resize((224, 224))) for p in paths]


def in_threads(paths: list[Path]) -> list[np.ndarray]:
    with ThreadPoolExecutor() as executor:
        return list(
            executor.map(lambda p: np.asarray(Image.open(p).convert("RGB").resize((224, 224))), paths)
        )


def hash_one_by_one(paths: list[Path]) -> list[bytes]:
    return [hashlib.sha256(BLOCK).digest() for _ in paths]


def hash_in_threads(paths: list[Path]) -> list[bytes]:
    with ThreadPoolExecutor() as executor:
        return list(executor.map(lambda _: hashlib.sha256(BLOCK).digest(), paths))


def seconds(work: Callable[[list[Path]], object], paths: list[Path]) -> float:
    start = time.perf_counter()
    work(paths)
    return time.perf_counter() - start


def told(ratios: list[float]) -> str:
    return f"{statistics.median(ratios):.2f} times as fast ({min(ratios):.2f} to {max(ratios):.2f})"


def main() -> None:
    random = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        coarse = Image.fromarray(random.integers(0, 256, (60, 80, 3), dtype=np.uint8))
        photo = coarse.resize((1600, 1200), Image.Resampling.BICUBIC)
        paths = [Path(folder) / f"{number}.jpg" for number in range(COUNT)]
        for path in paths:
            photo.save(path, quality=90)
        same = all(np.array_equal(a, b) for a, b in zip(one_by_one(paths), in_threads(paths), strict=True))
        ratios, ceiling = [], []
        for _ in range(PAIRS):
            ratios.append(seconds(one_by_one, paths) / seconds(in_threads, paths))
            ceiling.append(seconds(hash_one_by_one, paths) / seconds(hash_in_threads, paths))
    print(f"{COUNT} JPEG files of 1600 x 1200 to 224 x 224, {os.cpu_count()} cores, equal results: {same}")
    print(f"decoding in threads is {told(ratios)}")
    print(f"hashing in threads is {told(ceiling)}")


if __name__ == "__main__":
    main()
