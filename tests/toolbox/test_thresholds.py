"""A trained result earns what its weights do on held-out images, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from toolbox import checkpoints
from toolbox.thresholds import Threshold, judge

X = torch.eye(4).repeat(5, 1)
Y = torch.arange(4).repeat(5)
BATCHES = [(X[:12], Y[:12]), (X[12:], Y[12:])]
THRESHOLD = Threshold("part2_simplenet", points=10, real=0.5, offline=0.75)


def network(right: int) -> nn.Linear:
    """A network that is right about the first `right` of the four classes."""
    layer = nn.Linear(4, 4, bias=False)
    weight = torch.eye(4)
    weight[:, right:] = weight[:, right:].roll(1, 0)
    layer.weight.data = weight
    return layer


def verdict(path: Path, origin: str = "real") -> tuple[float | None, float, str]:
    found = judge(
        path, nn.Linear(4, 4, bias=False), BATCHES, THRESHOLD, origin=origin, num_classes=4
    )
    return found.accuracy, found.points, found.reason


@pytest.mark.parametrize(
    ("right", "origin", "points"),
    [(4, "real", 10), (2, "real", 10), (2, "offline stand-in", 5), (1, "real", 0), (0, "real", 0)],
)
def test_points_follow_the_accuracy(tmp_path: Path, right: int, origin: str, points: float) -> None:
    checkpoints.save_weights(tmp_path / "w.pt", network(right))
    accuracy, earned, reason = verdict(tmp_path / "w.pt", origin)
    assert accuracy == right / 4
    assert earned == points
    assert "held-out" in reason


def test_a_missing_file_and_a_pickled_model_earn_nothing(tmp_path: Path) -> None:
    assert verdict(tmp_path / "gone.pt")[:2] == (None, 0.0)
    torch.save(network(4), tmp_path / "model.pt")
    accuracy, points, reason = verdict(tmp_path / "model.pt")
    assert (accuracy, points) == (None, 0.0)
    assert "state_dict" in reason


def test_a_number_in_the_file_counts_for_nothing(tmp_path: Path) -> None:
    checkpoints.save(tmp_path / "w.pt", {"weight": network(0).weight.data, "accuracy": 1.0})
    assert verdict(tmp_path / "w.pt")[1] == 0.0


def test_a_network_that_raises_or_gives_nonsense_earns_nothing(tmp_path: Path) -> None:
    checkpoints.save_weights(tmp_path / "w.pt", nn.Flatten())

    class Broken(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            raise RuntimeError("no")

    for model in (Broken(), nn.Flatten(0)):
        found = judge(tmp_path / "w.pt", model, BATCHES, THRESHOLD, origin="real", num_classes=4)
        assert found.points == 0.0
        assert "can't be run" in found.reason


def test_thresholds_are_accuracies() -> None:
    with pytest.raises(ValueError, match="not 53"):
        Threshold("run", points=1, real=53, offline=0.5)
