"""The lessons benchmark stores its metrics, and its parts do what their names say."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import torch

from benchmarks import lesson_runs, lessons
from benchmarks.lesson_networks import EncoderDecoder, simple_net
from benchmarks.lesson_tensors import flipped_and_cropped
from data_scripts.synthetic import generate


def test_a_run_is_executed_once(tmp_path: Path) -> None:
    calls: list[int] = []

    def run(root: Path, seed: int) -> dict[str, float]:
        calls.append(seed)
        return {"validation": 0.5}

    path = tmp_path / "deep" / "run_3.json"
    assert lessons.kept(path, run, tmp_path, 3) == lessons.kept(path, run, tmp_path, 3)
    assert calls == [3]


def test_the_table_shows_mean_and_spread() -> None:
    lesson = lessons.Lesson("scene15", {"plain": lambda root, seed: {}}, ("validation",))
    figures = {"offline": {"plain": [{"validation": 0.5}, {"validation": 0.7}]}}
    assert "| plain: validation | 0.600 ± 0.141 |" in lessons.table("scenes", lesson, figures)


def test_networks_have_the_shapes_of_their_tasks() -> None:
    assert simple_net(15)(torch.rand(2, 1, 64, 64)).shape == (2, 15)
    assert EncoderDecoder()(torch.rand(2, 3, 90, 120)).shape == (2, 11, 90, 120)


def test_augmentation_keeps_shape_and_range() -> None:
    batch = torch.rand(5, 1, 48, 64)
    moved = flipped_and_cropped(batch, torch.Generator().manual_seed(0))
    assert moved.shape == batch.shape
    assert moved.min() >= batch.min() - 1e-5
    assert moved.max() <= batch.max() + 1e-5
    assert not torch.equal(moved, batch)


def test_each_class_has_equally_many_examples() -> None:
    labels = torch.tensor([0] * 9 + [1] * 5 + [2] * 7)
    index = lesson_runs.chosen(labels, 4, seed=1)
    assert torch.bincount(labels[index]).tolist() == [4, 4, 4]
    assert len(index.unique()) == 12


def test_a_missing_real_set_is_skipped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    generate("animals", tmp_path / "offline" / "animals", scale=0.002, progress=False, workers=1)
    quick = {"gray": partial(lesson_runs.animals, colour=False)}
    monkeypatch.setitem(lessons.LESSONS, "animals", lessons.Lesson("animals", quick))
    roots = {"real": tmp_path / "none", "offline": tmp_path / "offline"}
    text = lessons.teach("animals", roots, tmp_path / "out", [0])
    assert "no real animals, skipped" in capsys.readouterr().out
    assert text.startswith("| animals | offline |")
