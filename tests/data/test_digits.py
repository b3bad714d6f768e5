"""Handwritten digits: MNIST if its files are installed, otherwise the digits of scikit-learn."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from data_scripts.problems import DataProblem
from toolbox.data import handwritten
from toolbox.data.handwritten import digits
from toolbox.data.location import Located


def without_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Located:
        raise DataProblem(f"{name} isn't on this machine.")

    monkeypatch.setattr(handwritten, "locate", missing)


def test_without_mnist_the_digits_of_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    without_mnist(monkeypatch)
    sizes = {}
    for split in ("train", "validation", "test"):
        found = digits(split, size=32)
        sizes[split] = len(found)
        assert found.images.shape == (len(found), 3, 32, 32)
        assert found.images.dtype == torch.uint8
        assert torch.equal(found.images[:, 0], found.images[:, 2])
        assert found.labels.unique().tolist() == list(range(10))
        assert found.provenance.label == f"scikit-learn digits (8 x 8), {split}"
    assert sizes == {"train": 1200, "validation": 300, "test": 297}


def test_most_limits_a_split(monkeypatch: pytest.MonkeyPatch) -> None:
    without_mnist(monkeypatch)
    few = digits("train", size=16, most=7)
    assert len(few) == len(few.paths) == 7
    assert torch.equal(few.images, digits("train", size=16).images[:7])


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(ValueError, match="train, validation, test"):
        digits("valid")


def write_mnist(folder: Path, images: np.ndarray, labels: np.ndarray, name: str) -> None:
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    head = struct.pack(">IIII", 2051, *images.shape)
    for kind, content in (
        ("images-idx3", head + images.tobytes()),
        ("labels-idx1", struct.pack(">II", 2049, len(labels)) + labels.tobytes()),
    ):
        (raw / f"{name}-{kind}-ubyte").write_bytes(content)
        (raw / f"{name}-{kind}-ubyte.gz").write_bytes(gzip.compress(content))


def test_mnist_is_read_from_its_own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    for name, count in (("train", 30), ("t10k", 12)):
        images = chance.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        write_mnist(tmp_path, images, (np.arange(count) % 10).astype(np.uint8), name)
    monkeypatch.setattr(handwritten, "VALIDATION", 10)
    where = Located(tmp_path, "mnist", "real", "mnist", "0123456789ab", handwritten.CLASSES)
    monkeypatch.setattr(handwritten, "locate", lambda name: where)
    for split, count in (("train", 20), ("validation", 10), ("test", 12)):
        assert len(digits(split, size=28)) == count
    test = digits("test", size=28)
    assert torch.equal(test.images[:, 1], torch.from_numpy(images))  # 28 pixels stay unchanged
    assert test.labels.tolist() == [*range(10), 0, 1]
    assert test.provenance.label == "mnist, test"
