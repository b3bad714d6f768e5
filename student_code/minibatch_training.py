"""Train on CIFAR-10, with loss and accuracy of every minibatch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import v2

Batch = tuple[torch.Tensor, torch.Tensor]


def make_loaders(
    train: Any,
    test: Any,
    mean: Sequence[float],
    std: Sequence[float],
    workers: int = 2,
) -> tuple[DataLoader, DataLoader]:
    """Return the loaders of a training set and a test set with images of 32 x 32 pixels.

    Args:
        train, test: each has a length, and item i is a color PIL image of 32 x 32 pixels and its
            label, an int.
        mean, std: three numbers each, for the channels of pixels in [0, 1]; both loaders normalize
            with them.
        workers: the number of worker processes of each loader.
    Returns: (training loader, test loader). They yield batches of float32 images (N, 3, 32, 32) and
        int64 labels (N,); the last batch may be smaller.
        The training loader yields batches of 128 in a random order, which is new in each epoch. It
        pads each image by 4 pixels on every side, crops it to 32 x 32 at a random place, and
        mirrors it with a probability of one half.
        The test loader yields batches of 100, in the order of `test`, without random changes.
    """
    ### BEGIN SOLUTION
    same = [
        v2.ToImage(),
        v2.ToDtype(torch.float32, scale=True),
        v2.Normalize(list(mean), list(std)),
    ]
    changing = [v2.RandomCrop(32, padding=4), v2.RandomHorizontalFlip()]
    learn = _Transformed(train, v2.Compose([*changing, *same]))
    measure = _Transformed(test, v2.Compose(same))
    return (
        DataLoader(learn, batch_size=128, shuffle=True, num_workers=workers),
        DataLoader(measure, batch_size=100, num_workers=workers),
    )


class _Transformed(Dataset):
    """A data set whose images go through a transform."""

    def __init__(self, base: Any, transform: Callable[[Any], torch.Tensor]) -> None:
        self.base, self.transform = base, transform

    def __len__(self) -> int:
        return len(self.base)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        image, label = self.base[index]
        return self.transform(image), int(label)

    ### END SOLUTION


def train_minibatches(
    network: nn.Module,
    loader: Iterable[Batch],
    optimizer: torch.optim.Optimizer,
    device: str | torch.device = "cpu",
    after_step: Callable[[], Any] | None = None,
) -> tuple[list[float], list[float]]:
    """Train for one epoch with the cross-entropy, and measure every minibatch.

    The network is in train mode and takes one step per batch, along the gradient of the mean loss
    of that batch alone.

    Args:
        network: maps images to raw scores (N, num_classes); it is on `device`.
        loader: yields batches (images, labels).
        optimizer: updates the network's parameters.
        device: the device to move the batches to.
        after_step: called without arguments after each step of the optimizer, such as the `step` of
            a learning rate schedule.
    Returns: (losses, accuracies): two lists of floats with the mean loss and the accuracy of each
        batch, in order, measured before the step on that batch.
    """
    ### BEGIN SOLUTION
    losses, accuracies = [], []
    network.train()
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        scores = network(x)
        loss = F.cross_entropy(scores, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if after_step is not None:
            after_step()
        losses.append(loss.item())
        accuracies.append((scores.argmax(dim=1) == y).float().mean().item())
    return losses, accuracies
    ### END SOLUTION
