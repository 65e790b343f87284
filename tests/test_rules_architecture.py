"""Parameter counts of the rules about architecture, against known networks and the libraries themselves."""

import ast
from typing import Any

import pytest

from cards_under_test import catalogue, lint, settings
from mllint.finding import Finding
from mllint.semantics.layers.keras import keras_stack
from mllint.semantics.layers.torch import torch_stack
from mllint.semantics.module import Module
from mllint.source import Source

VGG16 = """
import torch
import torch.nn as nn

class VGG(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            {features}
        )
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000)
        )

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))
"""


def vgg16() -> str:
    lines, channels = [], 3
    for width in (64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0):
        if width:
            lines.append(f"nn.Conv2d({channels}, {width}, 3, padding=1), nn.ReLU(),")
            channels = width
        else:
            lines.append("nn.MaxPool2d(2),")
    return VGG16.replace("{features}", "\n            ".join(lines))


def found(text: str, rule: str) -> list[Finding]:
    return lint(text, settings((rule,)))


def test_the_share_in_vgg16() -> None:
    (finding,) = found(vgg16(), "oversized-dense-after-flatten")
    assert "`classifier.0` holds 102.8 M of 138.4 M parameters (74 %)" in finding.message
    assert "classifier.0: 102,764,544 parameters" in finding.notes
    assert "features.0: 1,792 parameters" in finding.notes
    assert finding.fix is None
    assert finding.no_fix == ""


def test_the_counts_of_a_stack() -> None:
    text = (
        "from torch import nn\n"
        "model = nn.Sequential(nn.Linear(20, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.Linear(4096, 1))\n"
    )
    (finding,) = found(text, "oversized-dense-stack")
    assert "3 dense layers hold 16.9 M parameters" in finding.message
    assert "`Linear(4096, 4096)` alone has 99 %" in finding.message
    assert finding.notes == (
        "Linear(20, 4096): 86,016 parameters",
        "Linear(4096, 4096): 16,781,312 parameters",
        "Linear(4096, 1): 4,097 parameters",
    )


TORCH = """nn.Sequential(
    nn.Conv1d(4, 6, 3), nn.Conv2d(8, 16, (3, 5), bias=False), nn.Conv2d(8, 16, 3, groups=4), nn.Conv3d(2, 4, 3),
    nn.ConvTranspose2d(8, 6, 3), nn.BatchNorm2d(32), nn.Embedding(100, 16), nn.Linear(5, 7, bias=False),
    nn.Linear(in_features=5, out_features=7), nn.ReLU(), nn.Dropout(0.1),
)"""
KERAS = """[
    layers.Input((61, 45, 3)), layers.Rescaling(1 / 255), layers.Conv2D(8, 3, strides=2, padding="same"),
    layers.BatchNormalization(), layers.MaxPooling2D(), layers.Conv2D(16, (3, 5), use_bias=False),
    layers.AveragePooling2D((2, 2), strides=1, padding="same"), layers.ReLU(), layers.Dropout(0.5),
    layers.Conv2D(8, 3, groups=2), layers.LayerNormalization(), layers.Flatten(), layers.Dense(10),
    layers.Dense(3, use_bias=False),
]"""


def module_of(text: str) -> tuple[Module, Any]:
    tree = ast.parse(text)
    module = Module(Source(text), tree, catalogue().knowledge)
    last = tree.body[-1]
    assert isinstance(last, ast.Expr)
    return module, last.value


def counted_torch() -> list[int | None]:
    module, value = module_of(f"from torch import nn\n{TORCH}\n")
    return [layer.parameters for layer in torch_stack(value, module) or []]


def counted_keras() -> list[int | None]:
    module, value = module_of(f"from tensorflow.keras import layers\n{KERAS}\n")
    return [layer.parameters for layer in keras_stack(value.elts, module)]


def test_counts() -> None:
    assert counted_torch() == [78, 1920, 304, 220, 438, 64, 1600, 35, 42, 0, 0]
    assert counted_keras() == [None, 0, 224, 32, 0, 1920, 0, 0, 0, 584, 16, 0, 4410, 30]


def test_counts_are_those_of_torch() -> None:
    nn = pytest.importorskip("torch").nn
    layers = eval(TORCH, {"nn": nn})
    assert counted_torch() == [sum(weight.numel() for weight in layer.parameters()) for layer in layers]


def test_counts_are_those_of_keras() -> None:
    keras = pytest.importorskip("keras")
    first, *rest = eval(KERAS, {"layers": keras.layers})
    model = keras.Sequential([first, *rest])
    assert [number or 0 for number in counted_keras()[1:]] == [layer.count_params() for layer in model.layers]


@pytest.mark.parametrize("name", sorted(catalogue().knowledge.layers))
def test_layers_and_their_arguments_exist(name: str) -> None:
    import inspect

    root, *path = name.split(".")
    value: Any = pytest.importorskip(root)
    for part in path:
        value = getattr(value, part)
    for spec in catalogue().knowledge.layers[name].values():
        if isinstance(spec, dict):
            parameters = list(inspect.signature(value).parameters)
            assert parameters[spec["position"]] == spec["keyword"]
