"""One training run of each lesson, from tensors to metrics, without any caching."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmarks.lesson_networks import EncoderDecoder, simple_net
from benchmarks.lesson_tensors import (
    Split,
    flipped_and_cropped,
    image_folder,
    segmentation_folder,
    standardised,
    statistics,
)
from toolbox.models.backbones import course_alexnet, load_backbone

Figures = dict[str, float]
DRIVING_CLASSES = (
    "Sky",
    "Building",
    "Pole",
    "Road",
    "Sidewalk",
    "Tree",
    "SignSymbol",
    "Fence",
    "Car",
    "Pedestrian",
    "Bicyclist",
)
FRAME = (120, 160)


def batches(count: int, size: int, generator: torch.Generator) -> Iterator[Tensor]:
    """Yield shuffled index batches for one epoch."""
    yield from torch.randperm(count, generator=generator).split(size)


def fit(
    net: nn.Module,
    x: Tensor,
    y: Tensor,
    epochs: int,
    seed: int,
    *,
    augment: bool = False,
    lr: float = 1e-3,
    batch: int = 32,
    decay: float = 0.0,
    zoom: float = 0.15,
) -> None:
    """Train with Adam and cross-entropy on tensors in memory."""
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(net.parameters(), lr, weight_decay=decay)
    net.train()
    for _ in range(epochs):
        for index in batches(len(x), batch, generator):
            shown = flipped_and_cropped(x[index], generator, zoom) if augment else x[index]
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(net(shown), y[index]).backward()
            optimizer.step()


@torch.no_grad()
def predicted(net: nn.Module, x: Tensor) -> Tensor:
    """Return the class with the highest score, (N,)."""
    net.eval()
    return torch.cat([net(part).argmax(1) for part in x.split(250)])


def share(guess: Tensor, truth: Tensor) -> float:
    """Return the accuracy."""
    return float((guess == truth).float().mean())


@lru_cache(maxsize=4)
def scenes(root: Path) -> tuple[Split, Split]:
    """Return the training and test sets of the fifteen scenes at 64 x 64, gray."""
    return image_folder(root / "train", (64, 64), "L"), image_folder(root / "test", (64, 64), "L")


def simple(root: Path, seed: int, *, regularised: bool) -> Figures:
    """Train SimpleNet on the scenes, plain or with dropout, flips and crops."""
    (x, y), (tx, ty) = scenes(root)
    mean, std = statistics(x)
    x, tx = standardised(x, mean, std), standardised(tx, mean, std)
    torch.manual_seed(seed)
    net = simple_net(15, 0.3 if regularised else 0.0)
    fit(net, x, y, 50 if regularised else 25, seed, augment=regularised)
    return {"train": share(predicted(net, x), y), "validation": share(predicted(net, tx), ty)}


@torch.no_grad()
def course_features(images: Tensor) -> Tensor:
    """Return the inputs (N, 512) of the course AlexNet's last layer for gray uint8 images."""
    backbone = load_backbone("alexnet", "course")
    body = copy.deepcopy(backbone.model)
    classifier = body.get_submodule("classifier")
    assert isinstance(classifier, nn.Sequential)
    classifier[-1] = nn.Identity()
    parts = []
    for part in images.split(250):
        scaled = part.float().expand(-1, 3, -1, -1) / 255
        parts.append(body((scaled - backbone.mean[0]) / backbone.std[0]))
    return torch.cat(parts)


@lru_cache(maxsize=4)
def scene_features(root: Path) -> tuple[Tensor, Tensor, Tensor]:
    """Return features of the training images, of their mirror images, and of the test images."""
    (x, _), (tx, _) = scenes(root)
    return course_features(x), course_features(x.flip(3)), course_features(tx)


def chosen(labels: Tensor, each: int | None, seed: int) -> Tensor:
    """Return the indices of `each` examples per class, or of all."""
    if each is None:
        return torch.arange(len(labels))
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    return torch.cat([order[labels[order] == c][:each] for c in labels.unique()])


def frozen(root: Path, seed: int, *, each: int | None = None) -> Figures:
    """Train a new last layer on frozen features, pretrained on the pretext set."""
    (_, y), (_, ty) = scenes(root)
    plain, mirrored, test = scene_features(root)
    index = chosen(y, each, seed)
    x, labels = torch.cat([plain[index], mirrored[index]]), torch.cat([y[index], y[index]])
    mean, std = x.mean(0), x.std(0) + 1e-3
    torch.manual_seed(seed)
    head = nn.Linear(x.shape[1], 15)
    nn.init.zeros_(head.weight)
    fit(
        head,
        (x - mean) / std,
        labels,
        max(20, 40_000 // len(x)),
        seed,
        lr=1e-3,
        decay=0.5,
        batch=64,
    )
    guess = predicted(head, (plain[index] - mean) / std)
    return {
        "train": share(guess, y[index]),
        "validation": share(predicted(head, (test - mean) / std), ty),
    }


def tuned(
    root: Path, seed: int, *, each: int | None = None, steps: int | None = None, lr: float = 3e-4
) -> Figures:
    """Fine-tune all layers of the course's AlexNet with a new last layer, with flips and crops.

    It takes `steps` of 32 images, rounded down to whole epochs; the default is 8 epochs.
    """
    (x, y), (tx, ty) = scenes(root)
    index = chosen(y, each, seed)
    x, y = x[index], y[index]
    backbone = load_backbone("alexnet", "course")
    mean, std = (
        torch.tensor(backbone.mean)[:, None, None],
        torch.tensor(backbone.std)[:, None, None],
    )
    x = standardised(x, mean, std)  # gray: all three channels share one mean and standard deviation
    tx = standardised(tx, mean, std)
    torch.manual_seed(seed)
    net = backbone.model
    classifier = net.get_submodule("classifier")
    assert isinstance(classifier, nn.Sequential)
    last = classifier[-1]
    assert isinstance(last, nn.Linear)
    classifier[-1] = nn.Linear(last.in_features, 15)
    epochs = 8 if steps is None else max(1, steps * 32 // len(x))
    fit(net, x, y, epochs, seed, augment=True, lr=lr, decay=0.01)
    return {"train": share(predicted(net, x), y), "validation": share(predicted(net, tx), ty)}


def scratch(root: Path, seed: int, *, each: int, steps: int = 1000) -> Figures:
    """Train the same AlexNet from random weights, with flips and crops; `steps` in whole epochs."""
    (x, y), (tx, ty) = scenes(root)
    index = chosen(y, each, seed)
    mean, std = statistics(x)
    x = standardised(x[index], mean, std).expand(-1, 3, -1, -1)
    tx = standardised(tx, mean, std).expand(-1, 3, -1, -1)
    torch.manual_seed(seed)
    net = course_alexnet(15)
    fit(net, x, y[index], max(1, steps * 32 // len(x)), seed, augment=True, lr=5e-4, decay=0.01)
    return {
        "train": share(predicted(net, x), y[index]),
        "validation": share(predicted(net, tx), ty),
    }


@lru_cache(maxsize=4)
def drive(root: Path) -> tuple[Split, Split]:
    """Return the training and test frames of the driving set at 120 x 160, with void as 11."""
    return segmentation_folder(root, "train", FRAME), segmentation_folder(root, "test", FRAME)


def segmentation(root: Path, seed: int, *, epochs: int = 14) -> Figures:
    """Train a small encoder-decoder from scratch, and return each class's IoU on the test set."""
    (x, y), (tx, ty) = drive(root)
    mean, std = statistics(x)
    x, tx = standardised(x, mean, std), standardised(tx, mean, std)
    torch.manual_seed(seed)
    net, generator = EncoderDecoder(width=8), torch.Generator().manual_seed(seed)
    steps = epochs * -(-len(x) // 8)
    optimizer = torch.optim.AdamW(net.parameters(), 4e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    for _ in range(epochs):
        net.train()
        for index in batches(len(x), 8, generator):
            shown, truth = x[index], y[index]
            if torch.rand(1, generator=generator) < 0.5:
                shown, truth = shown.flip(3), truth.flip(2)
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(net(shown), truth, ignore_index=11).backward()
            optimizer.step()
            schedule.step()
    counts = torch.zeros(11, 11, dtype=torch.long)
    for part, truth in zip(tx.split(16), ty.split(16), strict=True):
        guess, kept = predicted(net, part), truth < 11
        counts.index_put_((truth[kept], guess[kept]), torch.tensor(1), accumulate=True)
    overlap = counts.diag().float()
    iou = overlap / (counts.sum(0) + counts.sum(1) - overlap)
    figures = {name: float(value) for name, value in zip(DRIVING_CLASSES, iou, strict=True)}
    return figures | {
        "mean IoU": float(iou.mean()),
        "pixel accuracy": float(overlap.sum() / counts.sum()),
    }


@lru_cache(maxsize=4)
def animal_split(root: Path, mode: str) -> tuple[Split, Split]:
    """Return 80% of the animals for training and 20% for testing, at 64 x 64."""
    x, y = image_folder(root, (64, 64), mode)
    order = torch.randperm(len(y), generator=torch.Generator().manual_seed(0))
    cut = len(y) * 4 // 5
    return (x[order[:cut]], y[order[:cut]]), (x[order[cut:]], y[order[cut:]])


def animals(root: Path, seed: int, *, colour: bool) -> Figures:
    """Train a small network on the animals, in color or gray, and count the confusions."""
    (x, y), (tx, ty) = animal_split(root, "RGB" if colour else "L")
    mean, std = statistics(x)
    x, tx = standardised(x, mean, std), standardised(tx, mean, std)
    torch.manual_seed(seed)
    net = simple_net(3, 0.3, 3 if colour else 1)
    fit(net, x, y, 20, seed, augment=True)
    guess = predicted(net, tx)
    wrong = guess != ty
    furry = wrong & (ty < 2) & (guess < 2)  # a cat predicted as a dog, or the reverse
    return {
        "train": share(predicted(net, x), y),
        "validation": share(guess, ty),
        "errors between cats and dogs": float(furry.sum()) / max(1, int(wrong.sum())),
    }


Run = Callable[[Path, int], Figures]
