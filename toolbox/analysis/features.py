"""Compute features of images once, and cache them by the network's weights and the pixels.

A frozen network gives the same features in every epoch, so to train layers on top of it each image
has to go through the network only once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

from data_scripts.places import cache_place
from toolbox.data import Batches, ImageTensors, PerChannel, Provenance
from toolbox.models.backbones import weights_hash
from toolbox.training import checkpoints
from toolbox.training.used_code import identity

VERSION = 1  # of the cached content; increase it whenever that changes
BATCH = 128
Extract = Callable[..., tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Features(Dataset[tuple[Tensor, Tensor]]):
    """float32 features (N, D), int64 labels (N,), and the provenance of the images."""

    features: Tensor
    labels: Tensor
    provenance: Provenance

    def __len__(self) -> int:
        return len(self.features)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.features[index], self.labels[index]


class FeatureBatches:
    """Batches (features, labels), like those of (images, labels) from `toolbox.data.Batches`.

    With `shuffle`, each epoch has the same order as in `Batches` with the same `seed`: training on
    features sees the same examples in the same steps.
    """

    def __init__(
        self, data: Features, batch_size: int = 32, *, shuffle: bool = False, seed: int = 0
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size must be 1 or more, not {batch_size}")
        self.dataset, self.batch_size = data, batch_size
        self.shuffle, self.seed, self.epoch = shuffle, seed, 0

    def __len__(self) -> int:
        """Return the number of batches per epoch."""
        return -(-len(self.dataset) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + self.epoch)
        self.epoch += 1
        count = len(self.dataset)
        order = torch.randperm(count, generator=generator) if self.shuffle else torch.arange(count)
        for chosen in order.split(self.batch_size):
            yield self.dataset.features[chosen], self.dataset.labels[chosen]


class Body(nn.Module):
    """A network without its last linear layer: maps images to the input of that layer."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        heads = [part for part in network.modules() if isinstance(part, nn.Linear)]
        if not heads:
            raise ValueError(f"{type(network).__name__} has no linear layer")
        self.network, self._head = network, [heads[-1]]  # in a list, so it isn't a submodule

    def forward(self, x: Tensor) -> Tensor:
        """Return the input of the last linear layer, (N, D), for a batch of images."""
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
    """Return the input of the last layer of `network` for each image, from the cache if possible.

    network: on `device`; if it is not frozen, the features are those of its current weights.
    mean, std: one value per channel, to normalize the images. extract: by default the student's
    `extract_features`. The cache key covers the weights, the network's layers, the pixels and
    labels, the normalization and student_code: if any of these changes, or if the cached file is
    damaged, the features are computed again. If writing fails, they stay in memory.
    """
    if extract is None:
        from student_code import transfer

        extract = transfer.extract_features
    path = cache_place() / f"features-{_key(network, extract, images, mean, std)}.pt"
    kept = _read(path, len(images))
    if kept is None:
        loader = Batches(images, BATCH, mean=mean, std=std)
        kept = extract(Body(network), loader, device)
        _keep(path, kept)
    features, labels = kept
    return Features(features, labels, images.provenance)


def _key(
    network: nn.Module, extract: Extract, images: ImageTensors, mean: PerChannel, std: PerChannel
) -> str:
    what = [
        *(VERSION, weights_hash(network), str(network), data_hash(images)),
        identity(network, extract),
        *(torch.as_tensor(values).flatten().tolist() for values in (mean, std)),
    ]
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:16]


def data_hash(images: ImageTensors) -> str:
    """Return the SHA-256 of the pixels and the targets, in order, as hex."""
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
        print(f"The features couldn't be saved ({error}): they stay in memory this time.")
