"""Pack all leaf photos into one array of small pictures, for quick experiments on a laptop."""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

SIZE = (96, 96)


def thumbnails(folder):
    """The photos of a folder, in the order of their names, as an array of shape (photos, 96, 96, 3)."""
    paths = sorted(Path(folder).glob("*.jpg"))
    pictures = []
    for path in paths:
        picture = Image.open(path)
        picture = picture.resize(SIZE)
        pictures.append(np.asarray(picture.convert("RGB")))
    return np.stack(pictures)


def brightness(path):
    """Mean brightness of one photo between 0 and 1; dark ones are sorted out by hand."""
    pixels = np.asarray(Image.open(path).convert("RGB"))
    return (pixels / 255.0).mean()


def main(folder):
    pictures = thumbnails(folder)
    np.save("thumbnails.npy", pictures)
    print(f"{len(pictures)} pictures, {pictures.nbytes / 1e6:.1f} MB")
    for path in sorted(Path(folder).glob("*.jpg")):
        if brightness(path) < 0.1:
            print(f"too dark: {path.name}")


if __name__ == "__main__":
    main(sys.argv[1])
