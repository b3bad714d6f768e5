"""The course's networks have torchvision's structure; their weights load without the internet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
import torch
from torch import nn
from torchvision import models

from data_scripts.synthetic import plan
from data_scripts.synthetic.drawing import draw
from toolbox.models import backbones, course_resnet
from tools import pretrain

each_network = pytest.mark.parametrize("name", sorted(backbones.COURSE_NETWORKS))
LARGEST = {"alexnet": 10e6, "resnet18": 3e6}  # bytes of a checkpoint


def layers(model: nn.Module) -> list[tuple[str, str]]:
    """Return the names and types of the modules that compute something."""
    return [(n, type(m).__name__) for n, m in model.named_modules() if not list(m.children())]


@pytest.fixture(scope="module")
def drawn() -> tuple[torch.Tensor, torch.Tensor]:
    """Return one image of each pretext class, which no network was trained on, and the labels."""
    pictures, labels = [], []
    for picture in plan.pretext():
        if picture.key[1] < 1:
            pixels = torch.from_numpy(draw("pretext", picture, 991).to_bytes())
            pictures.append(nn.functional.avg_pool2d(pixels.permute(2, 0, 1).float() / 255, 2))
            labels.append(picture.key[0])
    return torch.stack(pictures), torch.tensor(labels)


@each_network
def test_structure_is_torchvisions(name: str) -> None:
    network = backbones.COURSE_NETWORKS[name](7)
    assert layers(network) == layers(models.get_model(name, weights=None))


@each_network
def test_scores_have_the_requested_shape(name: str) -> None:
    model = backbones.COURSE_NETWORKS[name](7).eval()
    assert model(torch.rand(3, 3, 64, 64)).shape == (3, 7)
    with pytest.raises(ValueError, match="num_classes is 0"):
        backbones.COURSE_NETWORKS[name](0)


def test_the_narrow_resnet_computes_what_torchvisions_does() -> None:
    """With torchvision's widths, it has the same weights, and the same scores from them."""
    with mock.patch.object(course_resnet, "WIDTHS", (64, 128, 256, 512)):
        ours = course_resnet.course_resnet(10).eval()
    theirs = models.resnet18(num_classes=10).eval()
    ours.load_state_dict(theirs.state_dict())
    x = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(ours(x), theirs(x))


def test_new_resnet_weights_are_drawn_like_torchvisions() -> None:
    """Variance 2 / fan-out, so that gradients keep their size through the layers."""
    torch.manual_seed(0)
    network = course_resnet.course_resnet(10)
    for part in network.modules():
        if isinstance(part, nn.Conv2d):
            fan_out = part.out_channels * part.kernel_size[0] * part.kernel_size[1]
            # The smallest layer has 512 weights: the standard error of their spread is 3%.
            spread = float(part.weight.detach().std())
            assert spread == pytest.approx((2 / fan_out) ** 0.5, rel=0.15)
    assert not any(value.is_meta for value in network.state_dict().values())


@each_network
def test_course_weights_load_and_say_what_they_are(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = backbones.load_backbone(name, "course")
    assert capsys.readouterr().out.startswith(f"{name}: the course's own weights")
    assert not found.model.training
    assert found.input_size == 64
    assert found.weights == backbones.weights_hash(found.model)
    assert all(p.dtype == torch.float32 for p in found.model.parameters())
    assert backbones.course_weights(name).stat().st_size < LARGEST[name]


@each_network
def test_course_weights_classify_the_pretext_set(
    name: str, drawn: tuple[torch.Tensor, torch.Tensor]
) -> None:
    """The accuracy on held-out images is far above chance."""
    pictures, labels = drawn
    found = backbones.load_backbone(name, "course")
    mean, std = torch.tensor(found.mean)[:, None, None], torch.tensor(found.std)[:, None, None]
    with torch.no_grad():
        guess = found.model((pictures - mean) / std).argmax(1)
    assert (guess == labels).float().mean() > 0.6


@each_network
def test_missing_course_weights_name_the_command(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backbones, "CHECKPOINTS", tmp_path)
    with pytest.raises(RuntimeError, match=f"python -m tools.pretrain --network {name}"):
        backbones.load_backbone(name, "course")


@each_network
def test_saved_weights_are_the_networks_in_half_precision(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = backbones.COURSE_NETWORKS[name](backbones.COURSE_CLASSES)
    network(torch.rand(2, 3, 64, 64))  # counts a batch in the batch normalization
    monkeypatch.setattr(backbones, "CHECKPOINTS", tmp_path)
    pretrain.save(network, backbones.course_weights(name))
    restored = backbones.load_backbone(name, "course").model.state_dict()
    for key, value in network.state_dict().items():
        wanted = value.half().float() if value.is_floating_point() else value
        assert restored[key].dtype == value.dtype
        assert torch.equal(restored[key], wanted), key


def test_offline_mode_does_not_request_imagenet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COURSE_DATA_PREFER", "offline")
    monkeypatch.setattr(backbones, "_imagenet", lambda name: pytest.fail("it was asked for"))
    assert "course" in backbones.load_backbone("alexnet").source
    assert "because COURSE_DATA_PREFER is offline" in capsys.readouterr().out
    with pytest.raises(RuntimeError, match="offline"):
        backbones.load_backbone("vgg19")


@pytest.mark.parametrize(
    ("name", "source", "words"),
    [
        ("alexnet", "web", "source is 'web'"),
        ("vgg19", "course", "only for 'alexnet' and 'resnet18', not for 'vgg19'"),
    ],
)
def test_invalid_requests_report_the_reason(name: str, source: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        backbones.load_backbone(name, source)


def test_a_class_is_painted_once_and_stored(tmp_path: Path) -> None:
    pictures = [p for p in plan.pretext(each=2) if p.subject == "desert"]
    path = pretrain.painted_class(0, pictures, tmp_path / "desert.npy")
    shots = np.load(path)
    assert shots.shape == (2, 64, 64, 3)
    assert shots.dtype == np.uint8
    assert shots.std() > 5
    assert list(tmp_path.iterdir()) == [path]


@each_network
def test_pretraining_resumes_after_an_interruption(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two consecutive epochs give the same weights as one epoch and then, resumed, another."""
    rng = np.random.default_rng(0)
    few = rng.integers(0, 256, (36, 3, 64, 64), np.uint8), np.arange(36) % 3
    monkeypatch.setattr(pretrain, "pretext_arrays", lambda *_: few)
    settings = replace(pretrain.SETTINGS[name], epochs=2, batch=16)
    (tmp_path / "whole").mkdir()
    (tmp_path / "parts").mkdir()
    whole = pretrain.train(settings, tmp_path / "whole", torch.device("cpu"))

    calls: list[int] = []

    def interrupted(*_: object) -> float:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return 0.0

    with monkeypatch.context() as patched:
        patched.setattr(pretrain, "accuracy", interrupted)
        with pytest.raises(KeyboardInterrupt):
            pretrain.train(settings, tmp_path / "parts", torch.device("cpu"))
    checkpoint = tmp_path / "parts" / f"checkpoint_{name}.pt"
    assert torch.load(checkpoint, weights_only=True)["epoch"] == 1
    resumed = pretrain.train(settings, tmp_path / "parts", torch.device("cpu"))
    assert backbones.weights_hash(resumed) == backbones.weights_hash(whole)
