"""The benchmark of GPUs measures every training; without a GPU, it stops with a message."""

from __future__ import annotations

import pytest
import torch

from benchmarks import gpu
from student_code.simple_net import SimpleNet


def test_without_a_gpu_nothing_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert gpu.main(["--write"]) == 2
    assert "There is no CUDA GPU here" in capsys.readouterr().err


def test_each_training_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    trainings = {
        "classifier": gpu.classifier(SimpleNet, 30),
        "segmentation": gpu.segmenter("bfloat16", 2),
    }
    monkeypatch.setattr(gpu, "TRAININGS", trainings)
    rows = gpu.table("cpu").splitlines()[-2:]
    assert [row.split(" | ")[0] for row in rows] == ["| classifier", "| segmentation"]
    for row in rows:
        assert all(float(value) > 0 for value in row.strip("| ").split(" | ")[1:])
