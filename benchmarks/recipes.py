"""The networks trained for the results, with all their settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from torch import nn

from student_code.simple_net import SimpleNet
from student_code.simple_net_dropout import SimpleNetDropout
from toolbox.data import Augment
from toolbox.models.residual import RandomViews, ResidualNet


@dataclass(frozen=True)
class Recipe:
    """All settings of a training run.

    warm_up: the fraction of the run in which the learning rate rises to `lr`; it then falls to zero
    along a cosine. wanted: the required test accuracy. limit: seconds allowed for one run.
    coursework: the accuracy reported in the coursework, for comparison.
    """

    name: str
    title: str
    network: Callable[[int], nn.Module]
    optimizer: str
    lr: float
    weight_decay: float
    epochs: int
    batch_size: int
    warm_up: float
    augment: Augment | None
    seeds: tuple[int, ...]
    wanted: float
    limit: float
    coursework: str

    def settings(self) -> dict[str, Any]:
        """Return all settings that determine the result, as plain values."""
        left_out = {"title", "seeds", "wanted", "limit", "coursework", "network", "augment"}
        plain = {key: value for key, value in asdict(self).items() if key not in left_out}
        return {**plain, "network": self.network.__qualname__, "augment": repr(self.augment)}


RECIPES = (
    Recipe(
        name="simple_net",
        title="SimpleNet",
        network=SimpleNet,
        optimizer="adam",
        lr=2e-3,
        weight_decay=3e-3,
        epochs=20,
        batch_size=32,
        warm_up=0.2,
        augment=None,
        seeds=(0, 1, 2),
        wanted=0.53,
        limit=120,
        coursework="0.97 / 0.53",
    ),
    Recipe(
        name="simple_net_dropout",
        title="SimpleNet with dropout and augmentation",
        network=SimpleNetDropout,
        optimizer="adam",
        lr=2e-3,
        weight_decay=1e-4,
        epochs=30,
        batch_size=32,
        warm_up=0.2,
        augment=Augment(flip=0.5, shift=3, brightness=0.1, contrast=0.1),
        seeds=(0, 1, 2),
        wanted=0.60,
        limit=300,
        coursework="0.79 / 0.58",
    ),
    Recipe(
        name="residual",
        title="Small residual network",
        network=ResidualNet,
        optimizer="adamw",
        lr=3e-3,
        weight_decay=0.05,
        epochs=62,
        batch_size=64,
        warm_up=0.25,
        augment=RandomViews(),
        seeds=(0,),
        wanted=0.78,
        limit=300,
        coursework="none",
    ),
)
