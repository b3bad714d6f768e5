"""Quantization with torchao is right if it is available, and otherwise explains why not."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from toolbox import plots
from toolbox.data import ImageTensors, Provenance
from toolbox.models import library_int8
from toolbox.models.scene_alexnet import ColourBatches, scene_alexnet


def network() -> nn.Module:
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 64, 5)
    ).eval()


class Loader(list):
    """Batches of a split."""

    def __init__(self, split: str) -> None:
        torch.manual_seed(2)
        super().__init__([(torch.randn(6, 3, 8, 8), torch.zeros(6)) for _ in range(2)])
        self.dataset = SimpleNamespace(provenance=SimpleNamespace(split=split))


def test_without_torchao_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "pip install torchao" in library_int8.missing()
    with pytest.raises(library_int8.LibraryUnavailable, match="pip install torchao"):
        library_int8.quantize(network(), Loader("train"))


def test_other_processors_and_missing_compilers_are_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: SimpleNamespace())
    monkeypatch.setattr(library_int8.platform, "machine", lambda: "arm64")
    assert "arm64" in library_int8.missing()
    monkeypatch.setattr(library_int8.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(library_int8.shutil, "which", lambda name: None)
    assert "C++ compiler" in library_int8.missing()


def test_test_images_are_rejected_for_calibration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_int8, "missing", lambda: "")
    with pytest.raises(ValueError, match="train split"):
        library_int8.quantize(network(), Loader("test"))


def test_a_layer_that_stayed_float_is_reported() -> None:
    graph = torch.fx.symbolic_trace(Functional())
    with pytest.raises(library_int8.LibraryUnavailable, match="in float"):
        library_int8._require_integers(graph)


class Functional(nn.Module):
    """Return a linear operation on floats, as in an exported graph."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(2, 3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.ops.aten.linear.default(x, self.weight)


@pytest.mark.skipif(bool(library_int8.missing()), reason="torchao or a compiler is missing")
def test_the_librarys_network_computes_nearly_the_same(tmp_path: Path) -> None:
    plain = network()
    made = library_int8.quantize(plain, Loader("train"))
    x = Loader("train")[0][0]
    off = (made(x) - plain(x)).norm() / plain(x).norm()
    assert 0 < off < 0.05
    assert made(x[:1]).shape == (1, 5)
    sizes = [library_int8.file_bytes(m.state_dict(), tmp_path / "m.pt") for m in (plain, made)]
    assert sizes[1] < sizes[0]
    assert all(p.dtype != torch.float32 or p.ndim < 2 for p in made.state_dict().values())


def test_latency_and_accuracy_are_measured() -> None:
    loader = [(torch.eye(3), torch.tensor([0, 1, 1])), (torch.eye(3)[:1], torch.tensor([0]))]
    assert library_int8.accuracy(lambda x: x, loader) == 0.75
    assert 0 < library_int8.latency_ms(lambda x: x + 1, torch.zeros(3), repeats=5) < 100


def drawn(count: int, split: str) -> ImageTensors:
    """Return bright and dark pictures, two classes."""
    labels = torch.arange(count) % 2
    noise = torch.randint(0, 60, (count, 1, 64, 64), generator=torch.Generator().manual_seed(3))
    images = (noise + 150 * labels[:, None, None, None]).to(torch.uint8)
    where = Provenance("drawn", "test", "0", split, f"drawn, {split}")
    paths = tuple(f"{i}.png" for i in range(count))
    return ImageTensors(images, labels, ("dark", "bright"), paths, where)


def test_the_scene_network_learns_its_last_layer(capsys: pytest.CaptureFixture[str]) -> None:
    images = drawn(24, "train")
    model = scene_alexnet(images)
    assert not model.training
    assert library_int8.accuracy(model, ColourBatches(images, 10)) == 1.0
    again = scene_alexnet(images)
    assert torch.equal(model.classifier[-1].weight, again.classifier[-1].weight)  # type: ignore
    x, _ = next(iter(ColourBatches(images, 10)))
    assert x.shape == (10, 3, 64, 64)
    assert len(ColourBatches(images, 10)) == 3


def test_plots_have_alt_texts() -> None:
    rows = [
        {"name": "float", "megabytes": 8.4, "accuracy": 0.75},
        {"name": "int8", "megabytes": 2.1, "accuracy": 0.76, "latency_ms": 1.0},
    ]
    picture = plots.trade(rows, source="drawn", title="Trade")
    assert "float: MB on disk 8.4, accuracy 0.75" in picture.alt
    assert "ms" not in picture.alt  # the float row has no latency, so there is no panel for it
    x = torch.linspace(-1, 1, 5)
    assert "one: error at most 0.500" in plots.round_trip(x, {"one": x + 0.5}).alt
    tops = plots.channel_ranges(torch.tensor([[1.0, -3.0], [0.5, 0.1]]), title="Weights").alt
    assert "from 3.00 down to 0.50" in tops
