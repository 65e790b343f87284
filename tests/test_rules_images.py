"""The fixes of the rules about images: what they promise is run, and what they must not promise is refused."""

import sys
from pathlib import Path
from typing import Any

import pytest

from cards_under_test import CARDS, fix, lint, settings
from mllint.finding import Finding

np = pytest.importorskip("numpy")
Image = pytest.importorskip("PIL.Image")

HEAD = """\
import glob
import warnings
import numpy as np
from PIL import Image

"""


def findings(text: str, rule: str) -> list[Finding]:
    return lint(text, settings((rule,)))


def only(text: str, rule: str = "pil-open-per-item") -> Finding:
    (finding,) = findings(HEAD + text, rule)
    return finding


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of small photographs, and an empty one beside it."""
    folder = tmp_path / "photos"
    folder.mkdir()
    (tmp_path / "empty").mkdir()
    random = np.random.default_rng(0)
    for number in range(12):
        pixels = random.integers(0, 256, (40 + number, 30, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number:02}.jpg")
        Image.fromarray(pixels).quantize().save(folder / f"{number:02}.png")
    return folder


def run(text: str, call: str) -> Any:
    names: dict[str, Any] = {}
    exec(compile(text, "example", "exec"), names)
    return eval(call, names)


def equal(first: Any, second: Any) -> bool:
    if isinstance(first, list | tuple):
        return (
            type(first) is type(second)
            and len(first) == len(second)
            and all(equal(a, b) for a, b in zip(first, second, strict=True))
        )
    return (
        isinstance(second, np.ndarray)
        and first.dtype == second.dtype
        and first.shape == second.shape
        and np.array_equal(first, second)
    )


CALLS = {
    1: "[np.asarray(image) for image in load({folder!r})]",
    2: "thumbnails({folder!r})",
    3: "load({folder!r} + '/*.jpg')",
    4: "list(load({folder!r}, (16, 16)))",
    5: "load({folder!r})",
}


@pytest.mark.parametrize("number", CALLS)
def test_a_safe_fix_gives_equal_results_in_equal_order(number: int, photos: Path) -> None:
    if number == 2:
        pytest.importorskip("cv2")
    example = CARDS["pil-open-per-item"].examples[number - 1]
    assert example.bad is not None and example.good is not None
    (finding,) = findings(example.bad, "pil-open-per-item")
    assert finding.fix is not None and finding.fix.safety == "safe" and finding.fix.equivalence == "exact"
    if number in {1, 5}:  # images of one size
        for path in photos.iterdir():
            with Image.open(path) as image:
                image = image.convert("RGB").resize((20, 20))
            image.save(path)
    call = CALLS[number].format(folder=str(photos))
    before = run(example.bad, call)
    assert len(before) >= 12
    assert equal(before, run(example.good, call))


@pytest.mark.parametrize("number", [2, 3, 5])
def test_no_images_give_an_empty_list(number: int, tmp_path: Path) -> None:
    if number == 2:
        pytest.importorskip("cv2")
    (tmp_path / "empty").mkdir()
    example = CARDS["pil-open-per-item"].examples[number - 1]
    call = CALLS[number].format(folder=str(tmp_path / "empty"))
    assert run(example.bad or "", call) == run(example.good or "", call) == []


def test_an_error_is_that_of_the_first_item_that_fails(photos: Path) -> None:
    (photos / "03.jpg").write_bytes(b"no image")
    (photos / "07.jpg").unlink()
    (photos / "07.jpg").symlink_to("nowhere")
    example = CARDS["pil-open-per-item"].examples[2]
    for text in (example.bad, example.good):
        with pytest.raises(Image.UnidentifiedImageError, match=r"03\.jpg"):
            run(text or "", CALLS[3].format(folder=str(photos)))


REFUSED = {
    "a generator of paths would be read to its end first": """
def paths():
    yield from open("paths.txt")

def load():
    images = [np.asarray(Image.open(p)) for p in paths()]
    return images
""",
    "an early end": """
def load(folder):
    images = []
    for p in glob.glob(folder):
        if p == "stop":
            break
        images.append(np.asarray(Image.open(p)))
    return images
""",
    "a skipped item": """
def load(folder):
    images = []
    for p in glob.glob(folder):
        if p == "skip":
            continue
        images.append(np.asarray(Image.open(p)))
    return images
""",
    "a return from the middle": """
def load(folder):
    images = []
    for p in glob.glob(folder):
        if p == "stop":
            return images
        images.append(np.asarray(Image.open(p)))
    return images
""",
    "errors that are caught": """
def load(folder):
    images = []
    for p in glob.glob(folder):
        try:
            image = Image.open(p).convert("RGB")
        except OSError:
            image = None
        images.append(np.asarray(image))
    return images
""",
    "NumPy's error state": """
def load(folder):
    with np.errstate(divide="raise"):
        images = [np.asarray(Image.open(p)) / 255.0 for p in glob.glob(folder)]
    return images
""",
    "warnings that are caught": """
def load(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        images = [np.asarray(Image.open(p)) for p in glob.glob(folder)]
    return images
""",
    "a division that may warn": """
def load(folder, std):
    images = [np.asarray(Image.open(p)) / std for p in glob.glob(folder)]
    return images
""",
    "random numbers": """
def load(folder):
    images = []
    for p in glob.glob(folder):
        image = np.asarray(Image.open(p))
        if np.random.rand() < 0.5:
            image = np.flip(image)
        images.append(image)
    return images
""",
    "random numbers in a function of the module": """
def flipped(p):
    image = np.asarray(Image.open(p))
    return np.flip(image) if np.random.rand() < 0.5 else image

def load(folder):
    images = [flipped(p) for p in glob.glob(folder)]
    return images
""",
    "a function that keeps something": """
seen = {}

def load_one(p):
    seen[p] = True
    return np.asarray(Image.open(p))

def load(folder):
    images = [load_one(p) for p in glob.glob(folder)]
    return images
""",
    "a value of the round before": """
def load(folder):
    images = []
    for p in glob.glob(folder):
        image = np.asarray(Image.open(p).convert("RGB"))
        if image.shape != (0, 0, 3):
            kept = image
        images.append(kept)
    return images
""",
    "a variable that is used after the loop": """
def load(folder):
    images = []
    for p in glob.glob(folder):
        images.append(np.asarray(Image.open(p)))
    return images, p
""",
    "a list that is read in the loop": """
def load(folder):
    images = []
    for p in glob.glob(folder):
        image = np.asarray(Image.open(p)) + len(images)
        images.append(image)
    return images
""",
    "a list that is not empty": """
def load(folder, first):
    images = [first]
    for p in glob.glob(folder):
        images.append(np.asarray(Image.open(p)))
    return images
""",
    "a list that outlives an error": """
def load(folder):
    images = []
    try:
        images = []
        for p in glob.glob(folder):
            images.append(np.asarray(Image.open(p)))
    except OSError:
        pass
    return images
""",
    "an image that all items share": """
def load(folder):
    mask = Image.open("mask.png")
    images = []
    for p in glob.glob(folder):
        image = np.asarray(Image.open(p)) * np.asarray(mask)
        images.append(image)
    return images
""",
    "part of a larger expression": """
def load(folder):
    images = np.stack([np.asarray(Image.open(p)) for p in glob.glob(folder)])
    return images
""",
    "filtered items": """
def load(folder):
    images = [np.asarray(Image.open(p)) for p in glob.glob(folder) if p.endswith(".jpg")]
    return images
""",
    "a class body": """
class Images:
    paths = sorted(glob.glob("*.jpg"))
    images = [np.asarray(Image.open(p)) for p in paths]
""",
    "progress that is shown": """
from tqdm import tqdm

def load(folder):
    images = [np.asarray(Image.open(p)) for p in tqdm(glob.glob(folder))]
    return images
""",
    "a line shared with other code": """
def load(folder):
    if folder: images = [np.asarray(Image.open(p)) for p in glob.glob(folder)]
    return images
""",
    "another ThreadPoolExecutor": """
from mine import ThreadPoolExecutor

def load(folder):
    images = [np.asarray(Image.open(p)) for p in glob.glob(folder)]
    return images, ThreadPoolExecutor
""",
    "a variable that is deleted after the loop": """
def load(folder):
    images = []
    for p in glob.glob(folder):
        images.append(np.asarray(Image.open(p)))
    del p
    return images
""",
    "a variable that is added to after the loop": """
def load(folder):
    images = []
    for p in glob.glob(folder):
        pixels = np.asarray(Image.open(p))
        images.append(pixels)
    pixels += 1
    return images
""",
    "a list that other functions see": """
def load(folder):
    global images
    images = []
    for p in glob.glob(folder):
        images.append(np.asarray(Image.open(p)))
""",
    "a list that a function in the body sees": """
def numbered(image):
    return image + len(images)

images = []
for p in glob.glob("*.jpg"):
    images.append(numbered(np.asarray(Image.open(p))))
""",
    "an error state set for one thread": """
np.seterr(all="raise")

def load(folder):
    images = [np.asarray(Image.open(p)) * 2.0 for p in glob.glob(folder)]
    return images
""",
    "an else": """
def load(folder):
    images = []
    for p in glob.glob(folder):
        images.append(np.asarray(Image.open(p)))
    else:
        images.append(None)
    return images
""",
}


@pytest.mark.parametrize("name", REFUSED)
def test_nothing_is_offered_where_results_may_differ(name: str) -> None:
    finding = only(REFUSED[name])
    assert finding.fix is None
    assert finding.no_fix


def test_variables_that_a_module_leaves_behind_make_the_fix_unsafe() -> None:
    loop = "images = []\nfor p in glob.glob('*.jpg'):\n    images.append(np.asarray(Image.open(p)))\n"
    finding = only(loop)
    assert finding.fix is not None
    assert (finding.fix.safety, finding.fix.deltas) == ("unsafe", ("module-names",))
    assert only("images = [np.asarray(Image.open(p)) for p in glob.glob('*.jpg')]\n").fix.safety == "safe"  # type: ignore[union-attr]


def test_a_tuple_without_parentheses_stays_one_argument() -> None:
    names = ", ".join(f"'{number}.png'" for number in range(9))
    text = (
        HEAD
        + f"def load():\n    images = []\n    for p in {names}:\n        images.append(np.asarray(Image.open(p)))\n"
    )
    assert f"Image.open(p)), ({names},)))" in fix(text, settings(("pil-open-per-item",))).source.text


def test_new_names_do_not_clash_and_layout_is_kept() -> None:
    text = (
        HEAD.replace("\n", "\r\n")
        + "def load(folder, executor, load_image):\r\n"
        + "\timages = list()\r\n"
        + "\tfor p in glob.glob(folder):\r\n"
        + "\t\tpixels = np.asarray(\r\n\t\t\tImage.open(p),  # closed later\r\n\t\t)\r\n"
        + "\t\timages.append(\r\n\t\t\tpixels[0],  # first row\r\n\t\t)\r\n"
        + "\treturn images"
    )
    fixed = fix(text, settings(("pil-open-per-item",))).source.text
    assert "def load_image_2(p):\r\n\t\tpixels = np.asarray(\r\n\t\t\tImage.open(p),  # closed later" in fixed
    assert "\t\treturn (\r\n\t\t\tpixels[0]  # first row\r\n\t\t)\r\n" in fixed
    assert (
        "with ThreadPoolExecutor() as executor_2:\r\n\t\timages = list(executor_2.map(load_image_2," in fixed
    )
    compile(fixed, "fixed", "exec")


@pytest.mark.skipif(sys.platform == "win32", reason="paths are quoted otherwise")
def test_the_list_of_a_multi_line_append_is_no_tuple(photos: Path) -> None:
    text = HEAD + (
        "def load(folder):\n    images = []\n    for p in glob.glob(folder + '/*.png'):\n"
        "        image = Image.open(p)\n        images.append(\n            np.asarray(image),\n        )\n"
        "    return images\n"
    )
    fixed = fix(text, settings(("pil-open-per-item",))).source.text
    assert fixed != text
    assert equal(run(text, f"load({str(photos)!r})"), run(fixed, f"load({str(photos)!r})"))


DRAFTED = {
    1: "(load([{photo!r}], found.append), found)[1]",
    2: "[Photos_for({photo!r})[0]]",
    3: "[pixels({photo!r})]",
}


@pytest.mark.parametrize("number", DRAFTED)
def test_draft_mode_gives_pixels_close_to_the_old_ones(number: int, tmp_path: Path) -> None:
    if number == 2:
        pytest.importorskip("torch")
    random = np.random.default_rng(1)
    coarse = Image.fromarray(random.integers(0, 256, (15, 20, 3), dtype=np.uint8))
    photo = coarse.resize((1200, 900), Image.Resampling.BICUBIC)
    photo.save(tmp_path / "photo.jpg", quality=90)
    photo.convert("L").save(tmp_path / "gray.jpg", quality=90)
    photo.save(tmp_path / "photo.png")
    example = CARDS["full-decode-then-shrink"].examples[number - 1]
    helper = "\nfound = []\n\ndef Photos_for(path):\n    data = Photos()\n    data.paths = [path]\n    return data\n"
    for name, limit in (("photo.jpg", 24), ("gray.jpg", 24), ("photo.png", 0)):
        call = DRAFTED[number].format(photo=str(tmp_path / name))
        before, after = (
            np.asarray(run((text or "") + helper, call)[0], dtype=int) for text in (example.bad, example.good)
        )
        assert before.shape == after.shape
        assert np.abs(before - after).max() <= limit
        assert np.abs(before - after).mean() <= limit / 6


def test_draft_is_never_a_safe_fix() -> None:
    text = (
        HEAD + "for p in glob.glob('*.jpg'):\n    image = Image.open(p)\n    small = image.resize((64, 64))\n"
    )
    (finding,) = findings(text, "full-decode-then-shrink")
    assert finding.confidence == "high"
    assert finding.fix is not None
    assert (finding.fix.safety, finding.fix.equivalence, finding.fix.deltas) == (
        "unsafe",
        "named-delta",
        ("pixel-values",),
    )


@pytest.mark.parametrize(
    "body",
    [
        "    if p: image = Image.open(p)\n    small = image.resize((64, 64))\n",
        "    image = Image.open(p).convert('L')\n    small = image.resize((64, 64))\n",
        "    image = Image.open(p)\n    small, large = image.resize((64, 64)), image.resize((256, 256))\n",
        "    x = 1; image = Image.open(p).resize((64, 64))\n",
        "    image = Image.open(p)\n    print(image.size)\n    image = image.resize((64, 64))\n",
    ],
)
def test_no_draft_where_it_would_change_more(body: str) -> None:
    for finding in findings(HEAD + "for p in glob.glob('*.jpg'):\n" + body, "full-decode-then-shrink"):
        assert finding.fix is None
        assert finding.no_fix
