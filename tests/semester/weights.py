"""Weights of briefly trained reference networks, for submissions."""

from __future__ import annotations

import importlib
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import torch

from toolbox import data
from toolbox.course import Part, Trained
from toolbox.models.backbones import load_backbone
from toolbox.segmentation import small_backbone
from toolbox.training import checkpoints

STEPS = 40
BATCH = 32


def reference_weights(part: Part) -> dict[str, bytes]:
    """Return the trained networks of a part as files of a submission, by path."""
    return {
        f"results/checkpoints/{trained.run}/weights.pt": _weights(trained)
        for trained in part.trained
    }


@cache
def _weights(trained: Trained) -> bytes:
    torch.manual_seed(0)
    module, name = trained.model.split(".")
    network = getattr(importlib.import_module(f"student_code.{module}"), name)
    segments = trained.score == "mean_iou"
    train = data.driving("train") if segments else data.scenes("train")
    given: dict[str, Any] = {"num_classes": len(train.classes)}
    mean, std = data.pixel_statistics(train)
    if segments:
        given |= {"pretrained": False, "backbone": small_backbone()}
    elif module == "my_alexnet":
        backbone = load_backbone("alexnet", "course")
        given["backbone"] = backbone.model
        mean, std = torch.tensor(backbone.mean[:1]), torch.tensor(backbone.std[:1])
    net = network(**given).train()
    learned = [weight for weight in net.parameters() if weight.requires_grad]
    optimizer = torch.optim.Adam(learned, lr=1e-3)
    draw = torch.Generator().manual_seed(0)
    batch = BATCH // 4 if segments else BATCH
    for _ in range(STEPS):
        chosen = torch.randint(len(train), (batch,), generator=draw)
        x = (train.images[chosen].float() / 255 - mean.view(-1, 1, 1)) / std.view(-1, 1, 1)
        y = train.targets[chosen].long()
        optimizer.zero_grad()
        loss = net(x, y)[2] if segments else torch.nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
    with tempfile.TemporaryDirectory() as folder:
        checkpoints.save_weights(Path(folder, "weights.pt"), net)
        return Path(folder, "weights.pt").read_bytes()
