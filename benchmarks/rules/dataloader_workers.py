"""How much worker processes give a DataLoader whose data set decodes photographs.

Writes small JPEG files, then times whole epochs with `num_workers=0` and with as many workers as there are
cores (at most four), interleaved; prints the median ratio of wall times. A step takes a fixed time that
does not use the CPU, as a step on an accelerator does. Takes about a minute:

    python benchmarks/rules/dataloader_workers.py
"""

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

PHOTOS = 160
PAIRS = 5
STEP_SECONDS = 0.05


class Photos(Dataset):
    """Opens, decodes and shrinks one file per item."""

    def __init__(self, paths: list[Path]) -> None:
        self.paths = paths

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> Any:
        image = Image.open(self.paths[index]).convert("RGB").resize((224, 224))
        return torch.from_numpy(np.asarray(image, dtype=np.float32).transpose(2, 0, 1).copy())


def epoch(paths: list[Path], workers: int) -> float:
    loader = DataLoader(Photos(paths), batch_size=16, num_workers=workers)
    start = time.perf_counter()
    for _ in loader:
        time.sleep(STEP_SECONDS)
    return time.perf_counter() - start


def main() -> None:
    workers = min(4, os.cpu_count() or 1)
    with tempfile.TemporaryDirectory() as folder:
        noise = np.random.default_rng(0)
        paths = []
        for number in range(PHOTOS):
            coarse = noise.integers(0, 256, (90, 120, 3), dtype=np.uint8)
            path = Path(folder) / f"{number}.jpg"
            Image.fromarray(coarse).resize((1600, 1200)).save(path, quality=90)
            paths.append(path)
        epoch(paths, 0)
        ratios = sorted(epoch(paths, 0) / epoch(paths, workers) for _ in range(PAIRS))
    print(
        f"torch {torch.__version__}, {os.cpu_count()} cores: {PHOTOS} photographs of 1600 x 1200, batches of 16, "
        f"{STEP_SECONDS * 1000:.0f} ms a step: num_workers=0 / {workers}: "
        f"{statistics.median(ratios):.2f}x [{ratios[0]:.2f}-{ratios[-1]:.2f}]"
    )


if __name__ == "__main__":
    main()
