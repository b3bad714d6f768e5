"""Compare an epoch over scene15 from the cache with decoding every JPEG in every epoch.

    python -m benchmarks.data

Both sides produce the same batches (this is checked): 64 images of 64x64, in the same order,
normalized. The set is the real one if it is installed or in COURSE_DATA_MIRROR, and otherwise the
synthetic one. The exit status is 1 if the cache is not at least ten times as fast as decoding.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable

import torch
from torch import Tensor
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder

from toolbox.data import Augment, Batches, ImageTensors, pixel_statistics, scenes, split_folders

SIZE = (64, 64)
BATCH = 64
WANTED = 10.0

Loader = Iterable[tuple[Tensor, Tensor]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--epochs", type=int, default=5, help="number of epochs to time with the cache"
    )
    epochs = max(1, parser.parse_args().epochs)
    started = time.perf_counter()
    train = scenes("train", size=SIZE)
    ready = time.perf_counter() - started
    mean, std = pixel_statistics(train)
    cached = Batches(train, BATCH, mean=mean, std=std)
    augmented = Batches(train, BATCH, shuffle=True, augment=Augment(), mean=mean, std=std)
    plain = _decoding(mean, std, workers=0)
    _check_same(cached, plain)

    print(f"{train.provenance.label}, {len(train):,} images, {torch.get_num_threads()} threads")
    print(f"{'ready to train after':42} {ready:8.2f} s")
    decoded = _rate("ImageFolder, decoding each epoch", plain, 1, train)
    workers = _rate("  the same with 2 worker processes", _decoding(mean, std, 2), 1, train)
    fast = _rate("cache", cached, epochs, train)
    mixed = _rate("cache, shuffled and augmented", augmented, epochs, train)
    print(
        f"cache against ImageFolder: {fast / decoded:.0f} times; against two workers: "
        f"{fast / workers:.0f} times; augmented against plain decoding: {mixed / decoded:.0f} times"
    )
    return 0 if fast / decoded >= WANTED else 1


def _decoding(mean: Tensor, std: Tensor, workers: int) -> Loader:
    steps: list[Callable[..., object]] = [
        transforms.Grayscale(),
        transforms.Resize(SIZE),
        transforms.ToTensor(),
        transforms.Normalize(mean.tolist(), std.tolist()),
    ]
    folder = ImageFolder(str(split_folders("scene15") / "train"), transforms.Compose(steps))
    return DataLoader(folder, BATCH, num_workers=workers)


def _check_same(cached: Loader, plain: Loader) -> None:
    for (ours, labels), (theirs, same) in zip(cached, plain, strict=True):
        assert torch.equal(labels, same), "the two sides give different labels"
        # ImageFolder converts color JPEGs to RGB, so gray may differ by one level.
        assert (ours - theirs).abs().max() < 0.02, "the two sides give different images"


def _rate(what: str, loader: Loader, epochs: int, data: ImageTensors) -> float:
    started = time.perf_counter()
    seen = sum(len(x) for _ in range(epochs) for x, _ in loader)
    rate = seen / (time.perf_counter() - started)
    assert seen == epochs * len(data)
    print(f"{what:42} {rate:8,.0f} images/s")
    return rate


if __name__ == "__main__":
    sys.exit(main())
