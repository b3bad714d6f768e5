"""Features of images, made once and kept: by the network's weights and by the images' pixels.

A frozen network gives the same features in every epoch. Whoever trains what stands on them needs
each image to go through the network a single time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

from data_scripts.places import cache_place
from toolbox import results
from toolbox.data import Batches, ImageTensors, Provenance
from toolbox.models.backbones import weights_hash
from toolbox.training import checkpoints

VERSION = 1  # of what is kept; a change of it needs another number
BATCH = 128
Extract = Callable[..., tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Features(Dataset[tuple[Tensor, Tensor]]):
    """features: float32 (N, D); labels: int64 (N,); where the images are from."""

    features: Tensor
    labels: Tensor
    provenance: Provenance

    def __len__(self) -> int:
        return len(self.features)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.features[index], self.labels[index]


class FeatureBatches:
    """Batches (features, labels) as `toolbox.data.Batches` gives (images, labels).

    With `shuffle` each epoch has an order of its own, the one that `Batches` would take with the
    same `seed`: training on features sees the same examples in the same steps.
    """

    def __init__(
        self, data: Features, batch_size: int = 32, *, shuffle: bool = False, seed: int = 0
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size must be 1 or more, not {batch_size}")
        self.dataset, self.batch_size = data, batch_size
        self.shuffle, self.seed, self.epoch = shuffle, seed, 0

    def __len__(self) -> int:
        """Batches in an epoch."""
        return -(-len(self.dataset) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + self.epoch)
        self.epoch += 1
        count = len(self.dataset)
        order = torch.randperm(count, generator=generator) if self.shuffle else torch.arange(count)
        for chosen in order.split(self.batch_size):
            yield self.dataset.features[chosen], self.dataset.labels[chosen]


class Body(nn.Module):
    """A network without its last linear layer: maps images to what that layer would get."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        heads = [part for part in network.modules() if isinstance(part, nn.Linear)]
        if not heads:
            raise ValueError(f"{type(network).__name__} has no linear layer")
        self.network, self._head = network, [heads[-1]]  # in a list: it is no part of its own

    def forward(self, x: Tensor) -> Tensor:
        """The input of the last linear layer, (N, D), for a batch of images."""
        caught: list[Tensor] = []
        hook = self._head[0].register_forward_pre_hook(lambda layer, given: caught.append(given[0]))
        try:
            self.network(x)
        finally:
            hook.remove()
        return caught[-1]


def features_of(
    network: nn.Module,
    images: ImageTensors,
    *,
    mean: Sequence[float] | Tensor,
    std: Sequence[float] | Tensor,
    device: str | torch.device = "cpu",
    extract: Extract | None = None,
) -> Features:
    """What reaches the last layer of `network` for each image, from the cache where it is known.

    network: on `device`; frozen, or these are the features of this moment. mean, std: one value a
    channel, to normalise the images by. extract: the student's `extract_features` by default.
    Kept under a name made of the weights, the network's layers, the pixels and labels, the
    normalisation and student_code: another of these, and the features are made anew. A file that
    is damaged is made anew too; where nothing can be written the features stay in memory.
    """
    if extract is None:
        from student_code import transfer

        extract = transfer.extract_features
    path = cache_place() / f"features-{_key(network, images, mean, std)}.pt"
    kept = _read(path, len(images))
    if kept is None:
        loader = Batches(images, BATCH, mean=mean, std=std)
        kept = extract(Body(network), loader, device)
        _keep(path, kept)
    features, labels = kept
    return Features(features, labels, images.provenance)


def _key(network: nn.Module, images: ImageTensors, mean: Any, std: Any) -> str:
    what = [
        *(VERSION, weights_hash(network), str(network), results.code_hash(), data_hash(images)),
        *(torch.as_tensor(values).flatten().tolist() for values in (mean, std)),
    ]
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:16]


def data_hash(images: ImageTensors) -> str:
    """SHA-256 over the pixels and the targets, in their order, as hex."""
    digest = hashlib.sha256(str((images.images.shape, images.targets.shape)).encode())
    for tensor in (images.images, images.targets):
        digest.update(tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()


def _read(path: Path, count: int) -> tuple[Tensor, Tensor] | None:
    if not path.is_file():
        return None
    try:
        features, labels = checkpoints.load(path)
    except (checkpoints.CheckpointError, TypeError, ValueError):
        return None
    return (features, labels) if len(features) == len(labels) == count else None


def _keep(path: Path, kept: tuple[Tensor, Tensor]) -> None:
    try:
        checkpoints.save(path, list(kept))
    except OSError as error:
        print(f"The features couldn't be kept ({error}): they stay in memory this time.")
