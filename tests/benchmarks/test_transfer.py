"""Both sides of the transfer benchmark do the same work, on a few images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from benchmarks import transfer
from benchmarks.one_run import Material
from tests.benchmarks.test_results import few
from toolbox.models.backbones import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    Backbone,
    course_alexnet,
    load_backbone,
)


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_RESULTS", str(tmp_path / "results"))
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))


def test_cached_features_train_as_the_whole_network_does() -> None:
    backbone = load_backbone("alexnet", "course")
    naive, cached = transfer.compare(backbone, few(40, "train"), few(20, "validation"), epochs=3)
    assert naive.train_loss == pytest.approx(cached.train_loss, rel=1e-4)
    assert naive.validation_accuracy == cached.validation_accuracy
    assert cached.train_loss[-1] < cached.train_loss[0]


def test_three_channel_statistics_become_one() -> None:
    backbone = Backbone(course_alexnet(5), "ImageNet weights", 64, IMAGENET_MEAN, IMAGENET_STD, "")
    assert transfer.gray(backbone)[0] == [pytest.approx(0.449)]


@pytest.mark.parametrize("way", [transfer.last_layer, transfer.all_layers])
def test_each_way_learns_and_measures(way: transfer.Way) -> None:
    torch.manual_seed(0)
    backbone = replace(load_backbone("alexnet", "course"), mean=(0.45, 0.4, 0.5))
    train, test = way(backbone, Material(few(24, "train"), few(10, "test")), 0, 6)
    assert 0 <= test <= 1
    assert train > 0.6  # dark and bright: six steps are enough to beat chance


def test_unavailable_weights_or_images_are_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unreachable(name: str, source: str) -> Backbone:
        raise RuntimeError("The ImageNet weights of alexnet can't be reached.")

    monkeypatch.setattr(transfer, "load_backbone", unreachable)
    assert transfer.main(["scenes", "--source", "imagenet", "--write"]) == 2
    assert "can't be reached" in capsys.readouterr().out


def test_few_images_compares_and_stores_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer.lesson_runs, "frozen", lambda *_, **__: {"validation": 0.8})
    monkeypatch.setattr(transfer.lesson_runs, "scratch", lambda *_, **__: {"validation": 0.7})
    text, code = transfer.few(tmp_path, 10, [0, 1])
    assert code == 0
    assert text.count("+10.0 points") == 2
    monkeypatch.setattr(transfer.lesson_runs, "scratch", lambda *_, **__: {"validation": 0.76})
    assert transfer.few(tmp_path, 10, [0, 1])[1] == 0  # stored, so not run again
    assert transfer.few(tmp_path, 11, [0, 1])[1] == 1  # 4 points are not enough
    monkeypatch.setattr(transfer.lesson_runs, "tuned", lambda *_, **__: {"validation": 0.9})
    assert "0.900" in transfer.few(tmp_path, 11, [0], with_all_layers=True)[0]


def test_the_page_has_the_marks_that_the_command_fills() -> None:
    text = transfer.RESULTS_PAGE.read_text(encoding="utf-8")
    for name in ("speed", "few", "scenes", "scenes-imagenet"):
        assert f"<!-- transfer-{name}: begin -->" in text
        assert f"<!-- transfer-{name}: end -->" in text


def test_every_seed_on_scenes_is_stored(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    images = Material(few(24, "train"), few(10, "test"))
    seen: list[int] = []

    def way(backbone: Backbone, images: Material, seed: int, epochs: int) -> tuple[float, float]:
        seen.append(seed)
        return 0.9, 0.5 + seed / 10

    monkeypatch.setattr(transfer, "material", lambda measure, size: images)
    monkeypatch.setattr(transfer, "last_layer", way)
    monkeypatch.setattr(transfer, "all_layers", way)
    text, code = transfer.on_scenes("course", [0, 1], 1)
    assert code == 0
    assert text.count("0.550 ± 0.071") == 2
    transfer.on_scenes("course", [0, 1], 1)
    assert seen == [0, 0, 1, 1]
