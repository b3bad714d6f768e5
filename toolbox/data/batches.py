"""Iterate over tensors in batches, like a DataLoader, but without workers or decoding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import torch
from torch import Tensor

from toolbox.data.augment import Augment
from toolbox.data.tensors import ImageTensors, in_usual_order

# One value per channel, or one for all of them.
PerChannel: TypeAlias = Tensor | Sequence[float] | float


class Batches:
    """An iterable over `data` in batches of (x, y), used like a DataLoader: `for x, y in batches`.

    x: float32 (B, C, H, W), in [0, 1], then augmented, then normalized with `mean` and `std` (one
    value per channel) if they are given. y: int64 labels (B,) or masks (B, H, W).
    The last batch may be smaller unless `drop_last`. With `shuffle`, each epoch has a different
    order; order and augmentation depend only on `seed` and the number of the epoch.
    """

    def __init__(
        self,
        data: ImageTensors,
        batch_size: int = 32,
        *,
        shuffle: bool = False,
        augment: Augment | None = None,
        mean: PerChannel | None = None,
        std: PerChannel | None = None,
        seed: int = 0,
        drop_last: bool = False,
        device: str | torch.device = "cpu",
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size must be 1 or more, not {batch_size}")
        if (mean is None) != (std is None):
            raise ValueError("give both mean and std, or neither")
        self.dataset = data
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.augment = augment
        self.seed = seed
        self.drop_last = drop_last
        self.device = torch.device(device)
        self.epoch = 0
        channels = data.images.shape[1]
        self.mean = _per_channel(0.0 if mean is None else mean, channels, "mean")
        self.std = _per_channel(1.0 if std is None else std, channels, "std")
        self._normalises = mean is not None

    def __len__(self) -> int:
        """Return the number of batches per epoch."""
        whole, rest = divmod(len(self.dataset), self.batch_size)
        return whole + (1 if rest and not self.drop_last else 0)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + self.epoch)
        self.epoch += 1
        count = len(self.dataset)
        order = torch.randperm(count, generator=generator) if self.shuffle else torch.arange(count)
        for start in range(0, len(self) * self.batch_size, self.batch_size):
            chosen = order[start : start + self.batch_size]
            x = self.dataset.images[chosen].float().div_(255)
            y = self.dataset.targets[chosen].long()
            if self.augment:
                x, y = self.augment(x, y, generator)
            if self._normalises:
                x = x.sub_(self.mean).div_(self.std)
            yield in_usual_order(x.to(self.device)), in_usual_order(y.to(self.device))


def _per_channel(values: PerChannel, channels: int, name: str) -> Tensor:
    tensor = torch.as_tensor(values, dtype=torch.float32).flatten()
    if len(tensor) not in {1, channels}:
        raise ValueError(f"{name} has {len(tensor)} values for {channels} channels")
    if name == "std" and not (tensor > 0).all():
        raise ValueError("std must be greater than 0 in every channel")
    return tensor.expand(channels)[None, :, None, None]
