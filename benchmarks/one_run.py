"""One training run, defined by a recipe, images and a seed, and its result.

It uses the student's own `train_epoch` and `evaluate` with a one-cycle learning rate.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import cos, pi
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm

from benchmarks.recipes import Recipe
from student_code.optimizer import get_optimizer
from student_code.training import evaluate, train_epoch
from toolbox.data import Batches, ImageTensors, pixel_statistics, scenes
from toolbox.training.devices import at_its_best


@dataclass(frozen=True)
class Material:
    """The images for training and those for the measurement."""

    learn: ImageTensors
    measure: ImageTensors


def material(measure: str, size: int = 64) -> Material:
    """Return scene15 for a measurement on "test" or on "validation".

    For a measurement on the test images, all other images are used for training: the set's own
    train folder without the byte-identical copies that the split removes. For validation, only the
    train split is used.
    """
    if measure not in {"test", "validation"}:
        raise ValueError(f"measure must be 'test' or 'validation', not {measure!r}")
    train, validation = scenes("train", size), scenes("validation", size)
    if measure == "validation":
        return Material(train, validation)
    label = train.provenance.label.rpartition(", ")[0] + ", train and validation"
    both = ImageTensors(
        torch.cat([train.images, validation.images]),
        torch.cat([train.targets, validation.targets]),
        train.classes,
        train.paths + validation.paths,
        replace(train.provenance, label=label),
    )
    return Material(both, scenes("test", size))


def train(recipe: Recipe, images: Material, seed: int) -> dict[str, float]:
    """Train once from scratch; accuracies are measured once, after the last epoch, in eval mode.

    Returns: "train" and "accuracy" (on `images.measure`), wall "seconds" and "cpu_seconds" of the
    training, and the number of "threads".
    """
    mean, std = pixel_statistics(images.learn)
    same: dict[str, Any] = {"mean": mean, "std": std}
    torch.manual_seed(seed)
    network = recipe.network(len(images.learn.classes))
    batches = Batches(
        images.learn, recipe.batch_size, shuffle=True, augment=recipe.augment, seed=seed, **same
    )
    optimizer = _optimizer(recipe, network)
    cycle = OneCycle(batches, optimizer, recipe.epochs * len(batches), recipe.warm_up)
    began, worked = time.perf_counter(), time.process_time()
    bar = tqdm(range(recipe.epochs), f"{recipe.name}, seed {seed}", leave=False, disable=None)
    with bar as epochs, at_its_best(network, torch.device("cpu")):
        for _ in epochs:
            loss, accuracy = train_epoch(network, cycle, optimizer)
            epochs.set_postfix_str(f"loss {loss:.3f}, accuracy {accuracy:.2f}")
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - worked
    return {
        "train": evaluate(network, Batches(images.learn, 256, **same))[1],
        "accuracy": evaluate(network, Batches(images.measure, 256, **same))[1],
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "threads": torch.get_num_threads(),
    }


class OneCycle:
    """A loader that sets the learning rate before each of its batches.

    The rate rises from a tenth of the optimizer's rate in the first `warm_up` of all `steps`, and
    then falls to zero along half a cosine.
    """

    def __init__(
        self, loader: Batches, optimizer: torch.optim.Optimizer, steps: int, warm_up: float
    ) -> None:
        self.loader, self.optimizer, self.steps, self.warm_up = loader, optimizer, steps, warm_up
        self.peak, self.step = optimizer.param_groups[0]["lr"], 0

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for batch in self.loader:
            self.optimizer.param_groups[0]["lr"] = self.peak * self.share(self.step / self.steps)
            self.step += 1
            yield batch

    def share(self, done: float) -> float:
        """Return the learning rate relative to its peak; `done` is the fraction of the run."""
        if done < self.warm_up:
            return 0.1 + 0.9 * done / self.warm_up
        return (1 + cos(pi * (done - self.warm_up) / (1 - self.warm_up))) / 2


def _optimizer(recipe: Recipe, network: nn.Module) -> torch.optim.Optimizer:
    settings: dict[str, Any] = {"lr": recipe.lr, "weight_decay": recipe.weight_decay}
    if recipe.optimizer == "adamw":
        return torch.optim.AdamW(network.parameters(), **settings)
    return get_optimizer(network, {"optimizer_type": recipe.optimizer, **settings})
