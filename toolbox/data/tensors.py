"""Data sets in memory: images as uint8 tensors, with their targets and their provenance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import torch
from torch import Tensor
from torch.utils.data import Dataset


@dataclass(frozen=True)
class Provenance:
    """The origin of images, written on every plot and in every result.

    label: for a plot's caption, e.g. "scene15 (drawings), validation".
    note: what a reader of results on this split must know, or empty.
    """

    name: str
    origin: str
    fingerprint: str
    split: str
    label: str
    note: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class ImageTensors(Dataset[tuple[Tensor, Tensor]]):
    """Images with their targets and their provenance.

    images: uint8 (N, C, H, W), 0 to 255.
    targets: int64 labels (N,), or uint8 masks (N, H, W) with ids of `classes` and 255 for void.
    paths: of the files, relative to the data set's folder.

    Also an ordinary PyTorch data set: `data[i]` is a float32 image (C, H, W) in [0, 1] and its
    int64 target, so a DataLoader accepts it directly.
    """

    images: Tensor
    targets: Tensor
    classes: tuple[str, ...]
    paths: tuple[str, ...]
    provenance: Provenance

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.images[index].float() / 255, self.targets[index].long()

    @property
    def labels(self) -> Tensor:
        """The int64 labels (N,) of a classification data set."""
        if self.targets.ndim != 1:
            raise AttributeError("a data set of masks has no labels: use masks")
        return self.targets

    @property
    def masks(self) -> Tensor:
        """The uint8 masks (N, H, W) of a segmentation data set."""
        if self.targets.ndim != 3:
            raise AttributeError("a classified data set has no masks: use labels")
        return self.targets

    def subset(self, indices: Sequence[int] | Tensor, split: str) -> ImageTensors:
        """Return the images at `indices`, as a split named `split` ("train", "validation", ...)."""
        chosen = torch.as_tensor(indices, dtype=torch.int64)
        where = self.provenance
        label = where.label.rpartition(", ")[0] + f", {split}"
        return ImageTensors(
            self.images[chosen],
            self.targets[chosen],
            self.classes,
            tuple(self.paths[i] for i in chosen.tolist()),
            replace(where, split=split, label=label),
        )


def in_usual_order(tensor: Tensor) -> Tensor:
    """Return the tensor, or a copy of it, stored like any new tensor: the last axis first.

    `contiguous` is not enough. For images with one channel, it keeps strides with which
    convolutions return their result in another order, and then `view` fails in correct code.
    """
    new = torch.empty(tensor.shape, dtype=tensor.dtype, device=tensor.device)
    return tensor if tensor.stride() == new.stride() else new.copy_(tensor)


def pixel_statistics(train: ImageTensors) -> tuple[Tensor, Tensor]:
    """Return the mean and population standard deviation of each channel of pixels in [0, 1].

    Both are float32 (C,) and exact, computed from a count of each of the 256 values. Only the
    training split is accepted: any other split is a ValueError.
    """
    if train.provenance.split != "train":
        raise ValueError(
            f"These images are the {train.provenance.split} split. Compute mean and std from the "
            "train split, and normalize all splits with those values."
        )
    values = torch.arange(256, dtype=torch.float64) / 255
    channels = train.images.transpose(0, 1).reshape(train.images.shape[1], -1)
    shares = torch.stack([torch.bincount(row, minlength=256).double() for row in channels])
    shares /= channels.shape[1]
    mean = shares @ values
    variance = (shares * (values - mean[:, None]) ** 2).sum(dim=1)
    return mean.float(), variance.sqrt().float()
