"""Checkpoints save and restore weights, and never load anything else."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from toolbox.training import checkpoints
from toolbox.training.checkpoints import CheckpointError


class Bomb:
    """An object that leaves a trace if it is ever unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return (os.mkdir, (str(self.mark),))


def test_weights_survive_a_round_trip(tmp_path: Path) -> None:
    first, second = nn.Linear(3, 2), nn.Linear(3, 2)
    checkpoints.save_weights(tmp_path / "w.pt", first)
    checkpoints.load_weights(tmp_path / "w.pt", second)
    assert torch.equal(first.weight, second.weight)
    assert torch.equal(first.bias, second.bias)


@pytest.mark.parametrize("writer", ["torch", "pickle"])
def test_objects_are_never_unpickled(tmp_path: Path, writer: str) -> None:
    path, mark = tmp_path / "evil.pt", tmp_path / "mark"
    if writer == "torch":
        torch.save({"weight": Bomb(mark)}, path)
    else:
        path.write_bytes(pickle.dumps(Bomb(mark)))
    with pytest.raises(CheckpointError, match="more than weights"):
        checkpoints.load(path)
    assert not mark.exists()


def test_a_whole_model_is_rejected_with_advice(tmp_path: Path) -> None:
    torch.save(nn.Linear(3, 2), tmp_path / "model.pt")
    with pytest.raises(CheckpointError, match="state_dict"):
        checkpoints.load(tmp_path / "model.pt")


def test_mismatches_are_named(tmp_path: Path) -> None:
    checkpoints.save(tmp_path / "w.pt", {"weight": torch.zeros(5, 3), "extra": torch.zeros(1)})
    with pytest.raises(CheckpointError, match="bias") as caught:
        checkpoints.load_weights(tmp_path / "w.pt", nn.Linear(3, 2))
    assert "unknown: extra" in str(caught.value)
    assert "(5, 3) where (2, 3)" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"PK\x03\x04 cut short"])
def test_damaged_files_are_reported(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "w.pt").write_bytes(content)
    with pytest.raises(CheckpointError):
        checkpoints.load(tmp_path / "w.pt")


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"^There is no checkpoint"):
        checkpoints.load(tmp_path / "w.pt")


def test_an_interrupted_training_is_reported(tmp_path: Path) -> None:
    checkpoints.save(tmp_path / "run-1f.pt", {})
    with pytest.raises(CheckpointError, match=r"^The training that writes .* was interrupted: run"):
        checkpoints.load(tmp_path / "weights.pt")


def half_frozen(seed: int) -> nn.Sequential:
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(4, 300), nn.BatchNorm1d(300), nn.Linear(300, 2))
    model[0].requires_grad_(False)
    return model


def test_frozen_parameters_are_left_out(tmp_path: Path) -> None:
    model, same = half_frozen(0), half_frozen(0)
    with torch.no_grad():
        model.get_parameter("2.weight").add_(1)
    model(torch.rand(5, 4))  # updates the running statistics
    checkpoints.save_weights(tmp_path / "w.pt", model)
    assert "0.weight" not in checkpoints.load(tmp_path / "w.pt")
    checkpoints.load_weights(tmp_path / "w.pt", same)
    for name, value in model.state_dict().items():
        assert torch.equal(same.state_dict()[name], value), name


def test_other_frozen_weights_are_rejected(tmp_path: Path) -> None:
    checkpoints.save_weights(tmp_path / "w.pt", half_frozen(0))
    with pytest.raises(CheckpointError, match="same pretrained network"):
        checkpoints.load_weights(tmp_path / "w.pt", half_frozen(1))


def test_trained_tensors_must_not_be_missing(tmp_path: Path) -> None:
    """An entry for frozen weights doesn't excuse a missing last layer."""
    checkpoints.save_weights(tmp_path / "w.pt", half_frozen(0))
    weights = checkpoints.load(tmp_path / "w.pt")
    del weights["2.weight"]
    checkpoints.save(tmp_path / "w.pt", weights)
    with pytest.raises(CheckpointError, match="same pretrained network"):
        checkpoints.load_weights(tmp_path / "w.pt", half_frozen(0))
