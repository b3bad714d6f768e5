"""Alternative implementations of `student_code.animals`."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import Dataset

from misconceptions.catalogue import right
from student_code.animals import AnimalNet
from toolbox.training import checkpoints

USUAL = (0.7, 0.1, 0.2)


@right("animals.split_dataset")
def sorted_and_shuffled(
    paths: Any, labels: Any, fractions: Any = USUAL, seed: int = 42
) -> tuple[Any, ...]:
    """Sort first, then shuffle each class with a seeded generator from Python."""
    if len(paths) != len(labels):
        raise ValueError("there must be one label per path")
    if any(fraction < 0 for fraction in fractions) or not np.isclose(sum(fractions), 1):
        raise ValueError("fractions must add up to 1")
    chance = random.Random(seed)
    splits: tuple[list[Any], ...] = ([], [], [])
    for label in sorted(set(labels)):
        mine = sorted(str(p) for p, one in zip(paths, labels, strict=True) if one == label)
        chance.shuffle(mine)
        ends = [0, int(fractions[0] * len(mine)), len(mine)]
        ends.insert(2, ends[1] + int(fractions[1] * len(mine)))
        for split, begin, end in zip(splits, ends, ends[1:], strict=False):
            split.extend((path, label) for path in mine[begin:end])
    return splits


@right("animals.split_dataset")
def permuted_by_numpy(
    paths: Any, labels: Any, fractions: Any = USUAL, seed: int = 42
) -> list[list[Any]]:
    """Permute the indices of each class with NumPy, and shuffle the splits again."""
    if len(paths) != len(labels) or abs(sum(fractions) - 1) > 1e-9 or min(fractions) < 0:
        raise ValueError("bad arguments")
    names = np.array([str(path) for path in paths])
    order = np.argsort(names, kind="stable")
    names, ids = names[order], np.array(labels)[order]
    chance = np.random.RandomState(seed)
    splits: list[list[Any]] = [[], [], []]
    for label in np.unique(ids):
        places = chance.permutation(np.flatnonzero(ids == label))
        cuts = np.round(np.cumsum(fractions[:2]) * len(places)).astype(int)
        for split, part in zip(splits, np.split(places, cuts), strict=True):
            split += [(str(names[i]), int(label)) for i in part]
    for split in splits:
        chance.shuffle(split)
    return splits


@right("animals.OneHotDataset")
class WithOneHot(Dataset):
    """Use torch's one_hot and a manual check."""

    def __init__(self, base: Any, num_classes: int = 3, transform: Any = None) -> None:
        self.base, self.num_classes = base, num_classes
        self.transform = transform or (lambda image: image)

    def __len__(self) -> int:
        return len(self.base)

    def __getitem__(self, index: int) -> Any:
        image, label = self.base[index]
        label = torch.as_tensor(label)
        if label < 0 or label >= self.num_classes:
            raise ValueError("no such class")
        return self.transform(image), F.one_hot(label, self.num_classes).to(torch.float32)


@right("animals.OneHotDataset")
class RowsOfEye:
    """Take a row of the identity matrix, without inheriting from torch's Dataset."""

    def __init__(self, base: Any, num_classes: int = 3, transform: Any = None) -> None:
        self.base, self.rows, self.transform = base, torch.eye(num_classes), transform

    def __len__(self) -> int:
        return len(self.base)

    def __getitem__(self, index: int) -> Any:
        image, label = self.base[index]
        if int(label) not in range(len(self.rows)):
            raise ValueError("no such class")
        if self.transform is not None:
            image = self.transform(image)
        return image, self.rows[int(label)].clone()


@right("animals.AnimalNet")
class Functional(nn.Module):
    """Use functions instead of layers for everything that has no weights."""

    def __init__(self, num_classes: int = 3) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 8, 5, stride=2), nn.Conv2d(8, 16, 3)
        self.norm = nn.BatchNorm2d(8)
        self.last = nn.Linear(16, num_classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.max_pool2d(torch.relu(self.norm(self.first(x))), 2)
        x = self.second(x).clamp(min=0)
        return self.last(x.mean(dim=(2, 3)))

    def predict_proba(self, x: torch.Tensor) -> torch.Tensor:
        mode = self.training
        try:
            with torch.inference_mode():
                return F.softmax(self.eval()(x), dim=-1)
        finally:
            self.train(mode)


@right("animals.AnimalNet")
class LeakyAndGlobal(nn.Module):
    """Put a leaky ReLU before the normalization, and take the maximum of each map at the end."""

    def __init__(self, num_classes: int = 3) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 12, 3, padding=1),
            nn.LeakyReLU(),
            nn.MaxPool2d(4),
            nn.BatchNorm2d(12),
            nn.Conv2d(12, 12, 3, padding=1),
            nn.AdaptiveMaxPool2d(1),
            nn.Flatten(),
            nn.Dropout(0.5),
            nn.Linear(12, num_classes),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)

    @torch.no_grad()
    def predict_proba(self, x: torch.Tensor) -> torch.Tensor:
        mode = self.training
        scores = self.eval().forward(x)
        self.train(mode)
        powers = (scores - scores.max(dim=1, keepdim=True).values).exp()
        return powers / powers.sum(dim=1, keepdim=True)


@right("animals.dump_metrics")
def with_csv(path: Any, epoch: int, metrics: Any) -> None:
    """Use the csv module with tabs."""
    path = Path(path)
    path.parent.mkdir(exist_ok=True, parents=True)
    is_new = not path.exists()
    names = ["epoch", *metrics]
    if not is_new:
        with path.open(newline="") as file:
            names = next(csv.reader(file, delimiter="\t"))
        if set(names) != {"epoch", *metrics}:
            raise ValueError("the metrics have other names")
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, names, delimiter="\t", lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow({"epoch": epoch, **{k: float(v) for k, v in metrics.items()}})


@right("animals.dump_metrics")
def seventeen_digits(path: Any, epoch: int, metrics: Any) -> None:
    """Read and rewrite the whole text, with 17 digits per value."""
    path = Path(path)
    path.parent.mkdir(exist_ok=True, parents=True)
    lines = path.read_text().splitlines() if path.exists() else ["\t".join(["epoch", *metrics])]
    names = lines[0].split("\t")[1:]
    if sorted(names) != sorted(metrics):
        raise ValueError("the metrics have other names")
    lines.append(f"{epoch:d}\t" + "\t".join(f"{float(metrics[name]):.17g}" for name in names))
    path.write_text("\n".join(lines) + "\n")


@right("animals.load_model")
def with_the_toolbox(path: Any) -> AnimalNet:
    """Let the toolbox read the file as weights only."""
    if not Path(path).exists():
        raise FileNotFoundError(f"{path} does not exist; train first")
    network = AnimalNet()
    checkpoints.load_weights(path, network)
    return network.eval()


@right("animals.load_model")
def every_error_is_one(path: Any) -> AnimalNet:
    """Turn every error from torch into a ValueError."""
    network = AnimalNet(num_classes=3)
    try:
        with Path(path).open("rb") as file:
            network.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))
    except FileNotFoundError:
        raise
    except Exception as error:
        raise ValueError(f"{path} does not contain weights of this network") from error
    network.train(False)
    return network


@right("animals.FocalLoss")
class Clamped(nn.Module):
    """Use log_softmax, and a factor that stays away from 0."""

    def __init__(self, gamma: float = 2.0) -> None:
        super().__init__()
        if gamma < 0:
            raise ValueError("gamma must not be negative")
        self.gamma = gamma

    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        losses = F.cross_entropy(scores, targets, reduction="none")
        rest = (1 - (-losses).exp()).clamp(min=1e-12)
        return (rest**self.gamma * losses).mean()


@right("animals.FocalLoss")
class InDouble(nn.Module):
    """Compute in float64 with expm1, over all classes at once."""

    def __init__(self, gamma: float = 2.0) -> None:
        super().__init__()
        if not 0 <= gamma < float("inf"):
            raise ValueError("gamma must not be negative")
        self.gamma = gamma

    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        log_p = F.log_softmax(scores.double(), dim=1)
        rest = -torch.expm1(log_p.clamp(max=-1e-30))
        terms = targets * torch.pow(rest.clamp(min=1e-30), self.gamma) * log_p
        return terms.sum(dim=1).mean().neg().to(scores.dtype)
