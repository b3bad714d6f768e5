"""The course's AlexNet with a last layer trained on the scenes in seconds, for quantization.

Its features are frozen, so they are computed only once, to train the new layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from toolbox.data import Batches, ImageTensors
from toolbox.models.backbones import COURSE_MEAN, COURSE_STD, load_backbone

EPOCHS = 30
BATCH = 64


class ColourBatches:
    """Batches (x, y) of grayscale images in the format of the course's AlexNet.

    x: float32 (B, 3, 64, 64), one channel repeated three times and normalized. The last batch is
    smaller if `batch_size` does not divide the number of images.
    """

    def __init__(self, images: ImageTensors, batch_size: int = 128) -> None:
        self.dataset = images
        self._batches = Batches(images, batch_size)

    def __len__(self) -> int:
        """Return the number of batches per pass."""
        return len(self._batches)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        mean, std = (torch.tensor(v)[None, :, None, None] for v in (COURSE_MEAN, COURSE_STD))
        for x, y in self._batches:
            yield (x.expand(-1, 3, -1, -1) - mean) / std, y


def scene_alexnet(train: ImageTensors, seed: int = 0) -> nn.Module:
    """Return the course's AlexNet, in eval mode, with its last layer trained on `train`."""
    model: Any = load_backbone("alexnet", "course").model
    body = nn.Sequential(model.features, model.avgpool, nn.Flatten(), model.classifier[:-1])
    with torch.no_grad():
        seen = [(body(x), y) for x, y in ColourBatches(train)]
    features, labels = (torch.cat(parts) for parts in zip(*seen, strict=True))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        last = nn.Linear(features.shape[1], len(train.classes))
        optimizer = torch.optim.AdamW(last.parameters(), lr=1e-3, weight_decay=1e-2)
        for _ in range(EPOCHS):
            for chosen in torch.randperm(len(features)).split(BATCH):
                optimizer.zero_grad()
                nn.functional.cross_entropy(last(features[chosen]), labels[chosen]).backward()
                optimizer.step()
    model.classifier[-1] = last
    model.eval()
    return model
