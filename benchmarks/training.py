"""Compare an epoch of the toolbox's trainer with a plain ImageFolder and DataLoader loop.

    python -m benchmarks.training

Both sides use the same network from the same seed, the same optimizer, and the same images in the
same order and batches, in one run. The trainer's side is all of `toolbox.training.trainer.fit`:
cached tensors, training, validation and checkpoints. The plain side trains and validates in the
same way, and decodes each image in each epoch. The set is the real scene15 if it is installed or
in COURSE_DATA_MIRROR, and otherwise the synthetic one. The exit status is 1 if the trainer isn't
at least five times as fast, or if the accuracies differ by more than chance explains.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from math import sqrt
from statistics import fmean

import torch
from torch import Tensor
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder
from tqdm import tqdm

from benchmarks.pages import RESULTS_PAGE
from coursekit.generated_blocks import replace_block
from student_code.optimizer import get_optimizer
from student_code.simple_net import SimpleNet
from student_code.training import evaluate, train_epoch
from toolbox.data import Batches, pixel_statistics, scenes, split_folders
from toolbox.training.history import History
from toolbox.training.trainer import fit

SIZE, BATCH, SEED = (64, 64), 64, 0
ADAM = {"optimizer_type": "adam", "lr": 1e-3, "weight_decay": 1e-4}
WANTED = 5.0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m benchmarks.training")
    parser.add_argument("--epochs", type=int, default=4, help="number of epochs on each side")
    parser.add_argument(
        "--write", action="store_true", help="write the results to docs/results/networks.md"
    )
    options = parser.parse_args(arguments)
    trainer, plain, label, counts = compare(max(1, options.epochs))
    ratio = fmean(plain.seconds) / fmean(trainer.seconds)
    ours, theirs = trainer.validation_accuracy[-1], plain.validation_accuracy[-1]
    # Three standard errors of the difference between two accuracies on this number of images.
    noise = 3 * sqrt(2 * ours * (1 - ours) / counts[1])
    text = (
        f"{label}: {counts[0]:,} images to train on, {counts[1]:,} to validate with, seed {SEED}, "
        f"{len(plain)} epochs of each side, {torch.get_num_threads()} threads.\n\n"
        "| | seconds an epoch | fastest | validation accuracy |\n| --- | --- | --- | --- |\n"
        f"| ImageFolder, DataLoader, plain loop | {_row(plain)} |\n"
        f"| toolbox.training.trainer.fit on cached tensors | {_row(trainer)} |\n\n"
        f"The trainer is **{ratio:.1f} times** as fast (wanted: {WANTED:.0f}); the accuracies "
        f"differ by {abs(ours - theirs):.3f} (chance alone: up to {noise:.3f})."
    )
    print(text)
    if options.write:
        replace_block(RESULTS_PAGE, "training", text)
    return 0 if ratio >= WANTED and abs(ours - theirs) <= noise else 1


def compare(epochs: int) -> tuple[History, History, str, tuple[int, int]]:
    """Return both sides' histories, a label of the data, and the numbers of images."""
    images, others = scenes("train", SIZE), scenes("validation", SIZE)
    mean, std = pixel_statistics(images)
    cached = Batches(images, BATCH, shuffle=True, seed=SEED, mean=mean, std=std)
    network, optimizer = _fresh(len(images.classes))
    trainer = fit(
        network,
        cached,
        Batches(others, 256, mean=mean, std=std),
        optimizer=optimizer,
        epochs=epochs,
        device="cpu",
        seed=SEED,
        name="benchmark",
        resume=False,
    )
    network, optimizer = _fresh(len(images.classes))
    files = {split: _files(split, mean, std) for split in ("train", "validation")}
    plain = History("plain")
    for epoch in tqdm(range(epochs), "plain loop", leave=False, disable=None):
        began = time.perf_counter()
        shuffled = DataLoader(files["train"], BATCH, sampler=order(len(images), epoch))
        loss, accuracy = train_epoch(network, shuffled, optimizer)
        after_loss, after_accuracy = evaluate(network, DataLoader(files["validation"], 256))
        plain.seconds.append(time.perf_counter() - began)
        plain.train_loss.append(loss)
        plain.train_accuracy.append(accuracy)
        plain.validation_loss.append(after_loss)
        plain.validation_accuracy.append(after_accuracy)
    label = images.provenance.label.rpartition(", ")[0]
    return trainer, plain, label, (len(images), len(others))


def order(count: int, epoch: int) -> list[int]:
    """Return the order in which `Batches` takes its images in that epoch."""
    generator = torch.Generator().manual_seed(SEED * 1_000_003 + epoch)
    return torch.randperm(count, generator=generator).tolist()


def _fresh(classes: int) -> tuple[SimpleNet, torch.optim.Optimizer]:
    torch.manual_seed(SEED)
    network = SimpleNet(classes)
    return network, get_optimizer(network, ADAM)


def _files(split: str, mean: Tensor, std: Tensor) -> ImageFolder:
    steps: list[Callable[..., object]] = [
        transforms.Grayscale(),
        transforms.Resize(SIZE),
        transforms.ToTensor(),
        transforms.Normalize(mean.tolist(), std.tolist()),
    ]
    return ImageFolder(str(split_folders("scene15") / split), transforms.Compose(steps))


def _row(history: History) -> str:
    return (
        f"{fmean(history.seconds):.2f} | {min(history.seconds):.2f} | "
        f"{history.validation_accuracy[-1]:.3f}"
    )


if __name__ == "__main__":
    sys.exit(main())
