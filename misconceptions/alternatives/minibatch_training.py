"""Alternative implementations of `student_code.minibatch_training`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from misconceptions.catalogue import right


class _Pairs(Dataset[Any]):
    def __init__(self, base: Any, transform: Any) -> None:
        self.base, self.transform = base, transform

    def __len__(self) -> int:
        return len(self.base)

    def __getitem__(self, index: int) -> Any:
        image, label = self.base[index]
        return self.transform(image), torch.tensor(label)


@right("minibatch_training.make_loaders")
def with_the_first_version(
    train: Any, test: Any, mean: Any, std: Any, workers: int = 2
) -> tuple[Any, Any]:
    """Use torchvision's first version of the transforms, and pad with reflections."""
    last = [transforms.ToTensor(), transforms.Normalize(mean, std)]
    first = [
        transforms.RandomHorizontalFlip(),
        transforms.RandomCrop(32, padding=4, padding_mode="reflect"),
    ]
    return (
        DataLoader(_Pairs(train, transforms.Compose(first + last)), 128, True, num_workers=workers),
        DataLoader(_Pairs(test, transforms.Compose(last)), 100, num_workers=workers),
    )


class _Arrays(Dataset[Any]):
    """Images as arrays, changed with slices."""

    def __init__(self, base: Any, mean: Any, std: Any, changing: bool) -> None:
        self.base, self.changing = base, changing
        self.mean = torch.tensor(list(mean)).view(3, 1, 1)
        self.std = torch.tensor(list(std)).view(3, 1, 1)

    def __len__(self) -> int:
        return len(self.base)

    def __getitem__(self, index: int) -> Any:
        image, label = self.base[index]
        x = torch.from_numpy(np.array(image)).permute(2, 0, 1)
        if self.changing:
            top, left = torch.randint(0, 9, (2,)).tolist()
            x = nn.functional.pad(x, (4, 4, 4, 4))[:, top : top + 32, left : left + 32]
            x = x.flip(-1) if torch.rand(()) < 0.5 else x
        return (x / 255 - self.mean) / self.std, label


@right("minibatch_training.make_loaders")
def with_slices(train: Any, test: Any, mean: Any, std: Any, workers: int = 2) -> list[Any]:
    """Pad, crop and flip tensors by hand, and draw the order with a sampler."""
    learn, measure = _Arrays(train, mean, std, True), _Arrays(test, mean, std, False)
    sampler = torch.utils.data.RandomSampler(learn)
    return [
        DataLoader(learn, batch_size=128, sampler=sampler, num_workers=workers),
        DataLoader(measure, batch_size=100, shuffle=False, num_workers=workers),
    ]


@right("minibatch_training.train_minibatches")
def with_a_criterion(
    network: Any, loader: Any, optimizer: Any, device: Any = "cpu", after_step: Any = None
) -> tuple[list[float], list[float]]:
    """Use torch's criterion, and reset the gradients after the step."""
    criterion = nn.CrossEntropyLoss()
    network.train(True)
    optimizer.zero_grad()
    curves: tuple[list[float], list[float]] = ([], [])
    for x, y in loader:
        labels = y.to(device)
        scores = network(x.to(device))
        loss = criterion(scores, labels)
        loss.backward()
        hits = int((scores.detach().max(dim=1).indices == labels).sum())
        curves[0].append(float(loss.detach()))
        curves[1].append(hits / len(labels))
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if after_step:
            after_step()
    return curves


@right("minibatch_training.train_minibatches")
def with_log_probabilities(
    network: Any, loader: Any, optimizer: Any, device: Any = "cpu", after_step: Any = None
) -> list[list[float]]:
    """Compute the cross-entropy from logarithms of probabilities, and collect pairs."""
    pairs = []
    network.train()
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        log_p = network(x).log_softmax(dim=1)
        loss = -log_p[torch.arange(len(y)), y].mean()
        loss.backward()
        optimizer.step()
        if after_step is not None:
            after_step()
        pairs.append((loss.item(), sum((log_p.argmax(1) == y).tolist()) / len(y)))
    return [list(values) for values in zip(*pairs, strict=True)]
