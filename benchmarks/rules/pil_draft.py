"""MLL103: a 12-megapixel JPEG shrunk with and without draft mode; prints the ratio and how far pixels differ.

Run: python benchmarks/rules/pil_draft.py
"""

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

PAIRS = 7
SIZE = (224, 224)


def whole(path: Path) -> Image.Image:
    return Image.open(path).convert("RGB").resize(SIZE)


def draft(path: Path) -> Image.Image:
    image = Image.open(path)
    image.draft("RGB", SIZE)
    return image.convert("RGB").resize(SIZE)


def photograph(path: Path, **options: object) -> None:
    """Smooth shapes with some grain, as a camera gives them."""
    random = np.random.default_rng(0)
    coarse = Image.fromarray(random.integers(0, 256, (75, 100, 3), dtype=np.uint8))
    pixels = np.asarray(coarse.resize((4000, 3000), Image.Resampling.BICUBIC), dtype=np.int16)
    grain = random.integers(-6, 7, pixels.shape, dtype=np.int16)
    Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8)).save(path, **options)


def main() -> None:
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo.jpg"
        photograph(path, quality=90)
        for _ in range(PAIRS):
            start = time.perf_counter()
            full = whole(path)
            middle = time.perf_counter()
            small = draft(path)
            ratios.append((middle - start) / (time.perf_counter() - middle))
        gray = Path(folder) / "gray.jpg"
        Image.open(path).convert("L").save(gray)
        png = Path(folder) / "photo.png"
        full.resize((900, 900)).save(png)
        facts = []
        for other in (gray, png):
            image = Image.open(other)
            before = image.size
            image.draft("RGB", SIZE)
            facts.append(
                f"{other.suffix[1:]} of mode {Image.open(other).mode}: {before} -> {image.size}, mode {image.mode}"
            )
    difference = np.abs(np.asarray(full, dtype=int) - np.asarray(small, dtype=int))
    print(
        f"draft mode is {statistics.median(ratios):.2f} times as fast ({min(ratios):.2f} to {max(ratios):.2f})"
    )
    print(f"pixels differ by at most {difference.max()} of 255, {difference.mean():.2f} on average")
    print("; ".join(facts))


if __name__ == "__main__":
    main()
