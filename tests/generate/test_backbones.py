"""The course's AlexNet: torchvision's structure, and weights that load without a network."""

from __future__ import annotations

import urllib.error
from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision import models

from data_scripts import pretrain
from toolbox import backbones


def layers(model: nn.Module) -> list[tuple[str, str]]:
    """Names and kinds of the modules that do something."""
    return [(n, type(m).__name__) for n, m in model.named_modules() if not list(m.children())]


def test_structure_is_torchvisions() -> None:
    assert layers(backbones.course_alexnet(7)) == layers(models.alexnet(weights=None))


def test_scores_have_the_shape_asked_for() -> None:
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


def test_course_weights_know_the_pretext_set() -> None:
    """Far above chance on pictures that were not trained on."""
    pictures, labels = [], []
    from data_scripts.generate import plan
    from data_scripts.generate.drawing import draw

    for picture in plan.pretext():
        if picture.key[1] < 2:
            pixels = torch.from_numpy(draw("pretext", picture, 991).to_bytes())
            pictures.append(nn.functional.avg_pool2d(pixels.permute(2, 0, 1).float() / 255, 2))
            labels.append(picture.key[0])
    found = backbones.load_backbone("alexnet", "course")
    mean, std = torch.tensor(found.mean)[:, None, None], torch.tensor(found.std)[:, None, None]
    with torch.no_grad():
        guess = found.model((torch.stack(pictures) - mean) / std).argmax(1)
    assert (guess == torch.tensor(labels)).float().mean() > 0.6


def unreachable(*_: object, **__: object) -> None:
    raise urllib.error.URLError("no network")


def test_without_a_network_the_course_steps_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(backbones.urllib.request, "urlopen", unreachable)
    assert "course" in backbones.load_backbone("alexnet").source
    assert "can't be reached" in capsys.readouterr().out
    with pytest.raises(RuntimeError, match="can't be reached"):
        backbones.load_backbone("alexnet", "imagenet")
    with pytest.raises(RuntimeError, match="can't be reached"):
        backbones.load_backbone("resnet18")


def test_cached_imagenet_weights_need_no_network(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Torchvision's file, were it there, is taken without asking the server."""
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(backbones.urllib.request, "urlopen", unreachable)
    (tmp_path / "checkpoints").mkdir()
    url = models.AlexNet_Weights.DEFAULT.url
    (tmp_path / "checkpoints" / Path(url).name).touch()
    asked: list[str] = []

    def get_model(name: str, weights: object) -> nn.Module:
        asked.append(name)
        return nn.Linear(1, 1)

    monkeypatch.setattr(models, "get_model", get_model)
    found = backbones.load_backbone("alexnet")
    assert (found.source, found.input_size, asked) == ("ImageNet weights", 224, ["alexnet"])


@pytest.mark.parametrize(
    ("name", "source", "words"),
    [
        ("alexnet", "web", "source is 'web'"),
        ("vgg19", "course", "no weights of its own for 'vgg19'"),
    ],
)
def test_bad_requests_say_what_to_do(name: str, source: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        backbones.load_backbone(name, source)


def test_pretraining_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Two epochs at once and one epoch twice give the same weights."""
    whole = pretrain.Settings(each=3, epochs=2, batch=16)
    through = pretrain.train(whole, tmp_path, torch.device("cpu"))
    checkpoint = tmp_path / "checkpoint.pt"
    checkpoint.unlink()
    original = pretrain.accuracy
    calls: list[int] = []

    def stop_after_the_first(*arguments: object) -> float:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return 0.0

    try:
        pretrain.accuracy = stop_after_the_first  # type: ignore[assignment]
        with pytest.raises(KeyboardInterrupt):
            pretrain.train(whole, tmp_path, torch.device("cpu"))
    finally:
        pretrain.accuracy = original
    assert torch.load(checkpoint, weights_only=True)["epoch"] == 1
    resumed = pretrain.train(whole, tmp_path, torch.device("cpu"))
    assert backbones.weights_hash(resumed) == backbones.weights_hash(through)
