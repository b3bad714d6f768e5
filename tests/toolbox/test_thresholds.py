"""The points of a trained network depend only on its accuracy on held-out images."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import nn

from toolbox.checks.served_networks import TrainedNetwork, Unusable, Wanted
from toolbox.checks.thresholds import Threshold, accuracy
from toolbox.checks.thresholds import verdict as worth
from toolbox.training import checkpoints, trainer

X = torch.eye(4).repeat(5, 1)
Y = torch.arange(4).repeat(5)
BY_CHANCE = (
    " Guessing gives 0.250: the network has learned almost nothing. If its training loss does not "
    "fall, check the learning rate; if it falls, check how the network is evaluated."
)
BATCHES = [(X[:12], Y[:12]), (X[12:], Y[12:])]
THRESHOLD = Threshold("part2_simplenet", points=10, real=0.5, offline=0.75)


def network(right: int) -> nn.Linear:
    """A network that classifies only the first `right` of the four classes correctly."""
    layer = nn.Linear(4, 4, bias=False)
    weight = torch.eye(4)
    weight[:, right:] = weight[:, right:].roll(1, 0)
    layer.weight.data = weight
    return layer


def verdict(
    path: Path, origin: str = "real", model: type[nn.Module] | None = None
) -> tuple[float | None, float, str]:
    module = ModuleType("student_code.net")
    module.Net = model or (lambda num_classes: nn.Linear(4, num_classes, bias=False))  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "student_code.net", module)
        patch.setattr(trainer, "weights_file", lambda run: path)
        try:
            network = TrainedNetwork(Wanted("run", "net.Net", 4, masks=False))
            found = accuracy(lambda x: network.predict(x, None), BATCHES)
        except Unusable as problem:
            return None, 0.0, str(problem)
    said = worth(found, THRESHOLD, origin, chance=1 / 4)
    return said.accuracy, said.points, said.reason


@pytest.mark.parametrize(
    ("right", "origin", "points"),
    [(4, "real", 10), (2, "real", 10), (2, "offline stand-in", 5), (1, "real", 0), (0, "real", 0)],
)
def test_points_follow_the_accuracy(tmp_path: Path, right: int, origin: str, points: float) -> None:
    checkpoints.save_weights(tmp_path / "w.pt", network(right))
    accuracy, earned, reason = verdict(tmp_path / "w.pt", origin)
    assert accuracy == right / 4
    assert earned == points
    kind = "photographs" if origin == "real" else "drawings"
    wanted = 0.5 if origin == "real" else 0.75
    said = f"Accuracy {right / 4:.3f} on held-out images ({kind}); {wanted} earns all points."
    assert reason.removesuffix(BY_CHANCE) == said
    assert reason.endswith(BY_CHANCE) == (right < 2)


def test_a_missing_file_and_a_pickled_model_earn_nothing(tmp_path: Path) -> None:
    assert verdict(tmp_path / "gone.pt")[:2] == (None, 0.0)
    torch.save(network(4), tmp_path / "model.pt")
    accuracy, points, reason = verdict(tmp_path / "model.pt")
    assert (accuracy, points) == (None, 0.0)
    assert "state_dict" in reason


def test_numbers_in_the_file_are_ignored(tmp_path: Path) -> None:
    checkpoints.save(tmp_path / "w.pt", {"weight": network(0).weight.data, "accuracy": 1.0})
    assert verdict(tmp_path / "w.pt")[1] == 0.0


def test_a_network_that_raises_or_returns_nonsense_earns_nothing(tmp_path: Path) -> None:
    checkpoints.save_weights(tmp_path / "w.pt", nn.Flatten())

    class Broken(nn.Module):
        def __init__(self, num_classes: int) -> None:
            super().__init__()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            raise RuntimeError("no")

    class Flat(Broken):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.flatten()

    for model in (Broken, Flat):
        _, points, reason = verdict(tmp_path / "w.pt", model=model)
        assert points == 0.0
        assert "can't be run" in reason


def test_thresholds_must_be_accuracies() -> None:
    with pytest.raises(ValueError, match="not 53"):
        Threshold("run", points=1, real=53, offline=0.5)
