"""Features are computed once for the same weights, pixels and code, and cached."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from toolbox.analysis import features
from toolbox.analysis.features import Body, FeatureBatches, Features, features_of
from toolbox.data import Batches, ImageTensors, Provenance
from toolbox.models.backbones import course_alexnet
from unit_tests.pretrained import tiny_alexnet

NORMAL = {"mean": [0.4] * 3, "std": [0.2] * 3}


def few(count: int = 9, seed: int = 0) -> ImageTensors:
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 256, (count, 3, 20, 26), generator=generator).to(torch.uint8)
    where = Provenance("scene15", "real", "0" * 12, "train", "scene15, train")
    paths = tuple(f"{i}.jpg" for i in range(count))
    return ImageTensors(images, torch.arange(count) % 3, ("a", "b", "c"), paths, where)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., tuple[Features, bool]]:
    """Requests features, initially with an empty cache; were they computed or read?"""
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    from student_code.transfer import extract_features

    def ask(network: Any, images: ImageTensors, **settings: Any) -> tuple[Features, bool]:
        calls: list[int] = []

        def extract(*arguments: Any) -> tuple[torch.Tensor, torch.Tensor]:
            calls.append(1)
            return extract_features(*arguments)

        found = features_of(network, images, extract=extract, **{**NORMAL, **settings})
        return found, bool(calls)

    return ask


def test_features_are_computed_once(made: Any) -> None:
    network, images = tiny_alexnet(), few()
    first, new = made(network, images)
    again, anew = made(copy.deepcopy(network), few())
    assert (new, anew) == (True, False)
    assert torch.equal(first.features, again.features)
    assert torch.equal(first.labels, images.labels)
    assert first.features.shape == (9, 12)
    assert again.provenance == images.provenance


def test_another_network_image_or_code_gives_other_features(
    made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, images = tiny_alexnet(), few()
    assert made(network, images)[1]
    other = tiny_alexnet()
    with torch.no_grad():
        other.get_parameter("features.0.bias")[0] += 1e-3
    assert made(other, images)[1]
    pixels = images.images.clone()
    pixels[3, 1, 4, 4] ^= 1
    assert made(network, replace(images, images=pixels))[1]
    assert made(network, replace(images, targets=images.targets.flip(0)))[1]
    assert made(network, images, mean=[0.5] * 3)[1]
    monkeypatch.setattr(features, "identity", lambda *_: {"transfer.py": "another"})
    assert made(network, images)[1]
    assert not made(network, images)[1]


def test_features_of_a_damaged_file_are_computed_again(made: Any, tmp_path: Path) -> None:
    first, _ = made(tiny_alexnet(), few())
    (path,) = (tmp_path / "cache").glob("features-*.pt")
    path.write_bytes(path.read_bytes()[:100])
    again, new = made(tiny_alexnet(), few())
    assert new
    assert torch.equal(first.features, again.features)


def test_features_stay_in_memory_if_writing_fails(
    made: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(features.checkpoints, "save", full)
    found, new = made(tiny_alexnet(), few())
    assert new
    assert len(found) == 9
    assert "stay in memory" in capsys.readouterr().out


def test_the_body_returns_the_input_of_the_last_layer() -> None:
    network, x = course_alexnet(7).eval(), torch.rand(2, 3, 64, 64)
    names = set(network.state_dict())
    body = Body(network)
    with torch.no_grad():
        got, scores = body(x), network(x)
    assert got.shape == (2, 1024)
    last = network.get_submodule("classifier.6")
    assert torch.equal(last(got), scores)
    assert {name.removeprefix("network.") for name in body.state_dict()} == names
    with pytest.raises(ValueError, match="no linear layer"):
        Body(torch.nn.Conv2d(1, 1, 1))


def test_features_come_in_the_order_of_images() -> None:
    images = few(11)
    data = Features(torch.arange(11.0)[:, None], images.labels, images.provenance)
    pairs = Batches(images, 4, shuffle=True, seed=3), FeatureBatches(data, 4, shuffle=True, seed=3)
    assert len(pairs[0]) == len(pairs[1]) == 3
    for _ in range(2):
        taken = [torch.cat([y for _, y in loader]) for loader in pairs]
        assert torch.equal(*taken)
    plain = torch.cat([x for x, _ in FeatureBatches(data, 4)])
    assert plain.flatten().tolist() == list(range(11))
    assert data[3][0].item() == 3
    with pytest.raises(ValueError, match="batch_size"):
        FeatureBatches(data, 0)
