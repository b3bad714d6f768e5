"""Train segmentation networks: poly learning rate, auxiliary loss, mean IoU as the metric.

`toolbox.training.trainer.fit` does the same as for classifiers (device, seeds, progress,
checkpoints, resuming after an interruption). This module adds what segmentation needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from toolbox.data import Batches, ImageTensors, pixel_statistics
from toolbox.segmentation.evaluation import (
    class_ious,
    count_pixels,
    lowered,
    mean_of_known,
    predict,
)
from toolbox.segmentation.random_views import Views
from toolbox.training import trainer
from toolbox.training.history import History
from toolbox.training.protocols import CountsEpochs, Loader

Schedule = Callable[..., float]
BACKBONE = ("layer0", "layer1", "layer2", "layer3", "layer4")


@dataclass(frozen=True)
class RecipeSettings:
    """The settings for training a segmentation network.

    crop: (height, width) of the training views, None for whole images; scale, tint, mask_stride,
    mix: see `Views`. light: range of brightness and contrast.
    optimizer: "sgd" (with momentum 0.9) or "adamw". head_factor: learning rate of the new layers as
    a multiple of the backbone's. aux_weight: of the auxiliary loss. precision: "auto"
    (bfloat16 on a GPU), "float32" or "bfloat16".
    """

    epochs: int = 12
    batch_size: int = 8
    optimizer: str = "sgd"
    base_lr: float = 0.01
    head_factor: float = 1.0
    weight_decay: float = 1e-4
    aux_weight: float = 0.4
    crop: tuple[int, int] | None = None
    scale: tuple[float, float] = (0.75, 1.25)
    light: float = 0.2
    tint: float = 0.0
    mask_stride: int = 1
    mix: float = 0.0
    precision: str = "auto"
    device: str = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.optimizer not in {"sgd", "adamw"}:
            raise ValueError(f'optimizer must be "sgd" or "adamw", not {self.optimizer!r}')
        if self.precision not in {"auto", "float32", "bfloat16"}:
            raise ValueError(
                f'precision must be "auto", "float32" or "bfloat16", not {self.precision!r}'
            )


def train(
    model: nn.Module,
    images: ImageTensors,
    validation: ImageTensors,
    settings: RecipeSettings,
    *,
    name: str,
    schedule: Schedule | None = None,
    resume: bool = True,
) -> History:
    """Train `model` on images and masks; returns the history, whose accuracies are mean IoUs.

    model: returns (scores, ids, main loss, auxiliary loss) for images and masks.
    name: of the run; its weights are saved in results/checkpoints/NAME.
    schedule: returns the learning rate for (base, iteration, iterations); by default the student's
        `poly_learning_rate`.
    """
    schedule = schedule or _students_schedule()
    mean, std = pixel_statistics(images)
    views = Views(
        brightness=settings.light,
        contrast=settings.light,
        size=settings.crop,
        scale=settings.scale,
        tint=settings.tint,
        mask_stride=settings.mask_stride,
        mix=settings.mix,
    )
    batches = Batches(
        images,
        settings.batch_size,
        shuffle=True,
        augment=views,
        mean=mean,
        std=std,
        seed=settings.seed,
        drop_last=len(images) > settings.batch_size,
    )
    epoch = _Epoch(settings, schedule, len(images.classes))
    return trainer.fit(
        model,
        batches,
        Batches(validation, settings.batch_size, mean=mean, std=std),
        optimizer=make_optimizer(model, settings),
        epochs=settings.epochs,
        device=settings.device,
        seed=settings.seed,
        name=name,
        resume=resume,
        metric="mean IoU",
        train_epoch=epoch.learn,
        evaluate=epoch.measure,
    )


def make_optimizer(model: nn.Module, settings: RecipeSettings) -> torch.optim.Optimizer:
    """Return an optimizer with two groups: the backbone (layer0 to layer4) and the new layers.

    Each group records its `base_lr` and all settings, so that a run with other settings is not
    resumed.
    """
    groups: dict[bool, list[nn.Parameter]] = {True: [], False: []}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            groups[name.split(".")[0] in BACKBONE].append(parameter)
    rates = {True: settings.base_lr, False: settings.base_lr * settings.head_factor}
    listed: list[dict[str, Any]] = [
        {"params": values, "lr": rates[key], "base_lr": rates[key], "settings": str(settings)}
        for key, values in groups.items()
        if values
    ]
    if settings.optimizer == "adamw":
        return torch.optim.AdamW(listed, weight_decay=settings.weight_decay)
    return torch.optim.SGD(listed, momentum=0.9, weight_decay=settings.weight_decay)


class _Epoch:
    """One pass over the data, in the form that `trainer.fit` expects."""

    def __init__(self, settings: RecipeSettings, schedule: Schedule, num_classes: int) -> None:
        self.settings, self.schedule, self.num_classes = settings, schedule, num_classes

    def learn(
        self,
        model: nn.Module,
        loader: CountsEpochs,
        optimizer: torch.optim.Optimizer,
        device: torch.device,
    ) -> tuple[float, float]:
        """Train for one epoch; returns the mean loss and the mean IoU of its predictions."""
        model.train()
        done = loader.epoch * len(loader)
        total, count = 0.0, 0
        counts = torch.zeros(self.num_classes, self.num_classes, dtype=torch.int64)
        for number, (x, y) in enumerate(loader, done):
            for group in optimizer.param_groups:
                last = self.settings.epochs * len(loader)
                group["lr"] = self.schedule(group["base_lr"], number, last)
            x, y = (part.to(device) for part in (x, y))
            optimizer.zero_grad()
            with lowered(self.settings.precision, device):
                _, ids, main, aux = model(x, y)
            loss = main if aux is None else main + self.settings.aux_weight * aux
            loss.mean().backward()
            optimizer.step()
            total, count = total + float(loss.detach().mean()) * len(x), count + len(x)
            if ids.shape == y.shape:
                counts += count_pixels(ids.cpu(), y.cpu(), self.num_classes)
        return total / count, mean_of_known(class_ious(counts))

    @torch.no_grad()
    def measure(
        self, model: nn.Module, loader: Loader, device: torch.device
    ) -> tuple[float, float]:
        """Return the mean main loss and the mean IoU, in eval mode, without learning."""
        was_training = model.training
        model.eval()
        total, count = 0.0, 0
        counts = torch.zeros(self.num_classes, self.num_classes, dtype=torch.int64)
        for x, y in loader:
            x, y = (part.to(device) for part in (x, y))
            with lowered(self.settings.precision, device):
                scores, _, main, _ = model(x, y)
                ids = predict(lambda _, s=scores: s, x, (y.shape[1], y.shape[2]))  # type: ignore[arg-type]
            total, count = total + float(main.mean()) * len(x), count + len(x)
            counts += count_pixels(ids.cpu(), y.cpu(), self.num_classes)
        model.train(was_training)
        return total / count, mean_of_known(class_ious(counts))


def _students_schedule() -> Schedule:
    from student_code.segmentation_training import poly_learning_rate

    return poly_learning_rate
