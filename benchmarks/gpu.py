"""Measure how long the course's trainings take on a GPU and on the CPU of the same machine.

    python -m benchmarks.gpu            print the table
    python -m benchmarks.gpu --write    and write it to docs/results/networks.md

Each network trains on random images for two epochs, of which the second is measured. The table
states the names of both devices. The exit status is 2 if there is no CUDA GPU; nothing is written
then.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from typing import Any
from unittest.mock import patch

import torch
from torch import nn

from benchmarks.pages import RESULTS_PAGE
from coursekit.generated_blocks import replace_block
from student_code.simple_net import SimpleNet
from student_code.simple_segmentation_net import SimpleSegmentationNet
from toolbox.data import VOID, Batches, ImageTensors, Provenance
from toolbox.models.residual import ResidualNet
from toolbox.segmentation import RecipeSettings, small_backbone, train
from toolbox.training.history import History
from toolbox.training.trainer import fit

SECOND = 1  # the first epoch also loads kernels and chooses algorithms
Training = Callable[[str], History]


def main(arguments: Sequence[str] | None = None) -> int:
    about = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser("python -m benchmarks.gpu", description=about)
    parser.add_argument("--write", action="store_true", help="write the table to the page")
    chosen = parser.parse_args(arguments)
    if not torch.cuda.is_available():
        print("There is no CUDA GPU here: nothing is measured.", file=sys.stderr)
        return 2
    text = table("cuda")
    print(text)
    if chosen.write:
        replace_block(RESULTS_PAGE, "gpu", text)
    return 0


def table(device: str) -> str:
    """Return the seconds of an epoch of each training on `device` and on the CPU, in Markdown."""
    lines = [
        f"{_name(device)}; {_name('cpu')}, {torch.get_num_threads()} threads; "
        f"torch {torch.__version__}.",
        "",
        f"| training, seconds of an epoch | {device} | cpu |",
        "| --- | --- | --- |",
    ]
    for title, training in TRAININGS.items():
        taken = [seconds(training, place) for place in (device, "cpu")]
        lines.append(f"| {title} | {taken[0]:.2f} | {taken[1]:.2f} |")
    return "\n".join(lines)


def seconds(training: Training, device: str) -> float:
    """Run a training with an empty results folder, and return the time of its second epoch."""
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.dict(os.environ, {"COURSE_RESULTS": folder}),
    ):
        return training(device).seconds[SECOND]


def classifier(create: Callable[[int], nn.Module], count: int = 512) -> Training:
    """Return the training of a classifier on `count` gray images of 64 x 64 pixels."""

    def training(device: str) -> History:
        images = _noise(count, 1, (64, 64), torch.arange(count) % 15)
        torch.manual_seed(0)
        network: Any = create(15)
        network.loss_criterion = nn.CrossEntropyLoss(reduction="sum")
        return fit(
            network,
            Batches(images, 64, shuffle=True, mean=(0.5,), std=(0.3,)),
            Batches(images, 64, mean=(0.5,), std=(0.3,)),
            optimizer=torch.optim.Adam(network.parameters()),
            epochs=SECOND + 1,
            device=device,
            name="benchmark",
        )

    return training


def segmenter(precision: str, count: int = 24) -> Training:
    """Return the training of Part 5's first network on `count` frames of 240 x 180 pixels."""

    def training(device: str) -> History:
        size = (180, 240)
        masks = torch.randint(0, 11, (count, *size), generator=torch.manual_seed(0))
        masks[:, :10] = VOID
        images = _noise(count, 3, size, masks.to(torch.uint8))
        network = SimpleSegmentationNet(pretrained=False, backbone=small_backbone(seed=0))
        settings = RecipeSettings(epochs=SECOND + 1, precision=precision, device=device)
        return train(network, images, images, settings, name="benchmark")

    return training


TRAININGS: dict[str, Training] = {
    "SimpleNet, 512 images": classifier(SimpleNet),
    "Small residual network, 512 images": classifier(ResidualNet),
    "SimpleSegmentationNet, 24 frames, float32": segmenter("float32"),
    "SimpleSegmentationNet, 24 frames, bfloat16": segmenter("bfloat16"),
}


def _noise(count: int, channels: int, size: tuple[int, int], targets: torch.Tensor) -> ImageTensors:
    pixels = torch.randint(0, 256, (count, channels, *size), generator=torch.manual_seed(0))
    where = Provenance("noise", "offline", "0" * 12, "train", "noise, train")
    classes = tuple(f"class {number}" for number in range(15 if channels == 1 else 11))
    names = tuple(map(str, range(count)))
    return ImageTensors(pixels.to(torch.uint8), targets, classes, names, where)


def _name(device: str) -> str:
    if device == "cuda":
        return torch.cuda.get_device_name(0)
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    sys.exit(main())
