"""The course's AlexNet has torchvision's structure, and its weights load without a network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torchvision import models

from data_scripts.synthetic import plan
from data_scripts.synthetic.drawing import draw
from toolbox.models import backbones
from tools import pretrain


def layers(model: nn.Module) -> list[tuple[str, str]]:
    """Return the names and types of the modules that compute something."""
    return [(n, type(m).__name__) for n, m in model.named_modules() if not list(m.children())]


def test_structure_is_torchvisions() -> None:
    assert layers(backbones.course_alexnet(7)) == layers(models.alexnet(weights=None))


def test_scores_have_the_requested_shape() -> None:
    model = backbones.course_alexnet(7).eval()
    assert model(torch.rand(3, 3, 64, 64)).shape == (3, 7)
    with pytest.raises(ValueError, match="num_classes is 0"):
        backbones.course_alexnet(0)


def test_course_weights_load_and_say_what_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    found = backbones.load_backbone("alexnet", "course")
    assert "course's own weights" in capsys.readouterr().out
    assert not found.model.training
    assert found.input_size == 64
    assert found.weights == backbones.weights_hash(found.model)
    assert all(p.dtype == torch.float32 for p in found.model.parameters())
    assert backbones.COURSE_WEIGHTS.stat().st_size < 10e6


def test_course_weights_classify_the_pretext_set() -> None:
    """The accuracy on held-out images is far above chance."""
    pictures, labels = [], []
    for picture in plan.pretext():
        if picture.key[1] < 1:
            pixels = torch.from_numpy(draw("pretext", picture, 991).to_bytes())
            pictures.append(nn.functional.avg_pool2d(pixels.permute(2, 0, 1).float() / 255, 2))
            labels.append(picture.key[0])
    found = backbones.load_backbone("alexnet", "course")
    mean, std = torch.tensor(found.mean)[:, None, None], torch.tensor(found.std)[:, None, None]
    with torch.no_grad():
        guess = found.model((torch.stack(pictures) - mean) / std).argmax(1)
    assert (guess == torch.tensor(labels)).float().mean() > 0.6


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
        ("vgg19", "course", "only for 'alexnet', not for 'vgg19'"),
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


def test_pretraining_resumes_after_an_interruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two consecutive epochs give the same weights as one epoch and then, resumed, another."""
    rng = np.random.default_rng(0)
    few = rng.integers(0, 256, (36, 3, 64, 64), np.uint8), np.arange(36) % 3
    monkeypatch.setattr(pretrain, "pretext_arrays", lambda *_: few)
    settings = pretrain.Settings(epochs=2, batch=16)
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
    checkpoint = tmp_path / "parts" / "checkpoint.pt"
    assert torch.load(checkpoint, weights_only=True)["epoch"] == 1
    resumed = pretrain.train(settings, tmp_path / "parts", torch.device("cpu"))
    assert backbones.weights_hash(resumed) == backbones.weights_hash(whole)
