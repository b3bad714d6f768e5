"""Hidden tests of `student_code.animals`."""

import os
import pickle
import random
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader

from student_code import animals
from toolbox.checks import expect, task
from toolbox.checks.seeds import seed_for


@task("animals.split_dataset")
def test_the_whole_data_set() -> None:
    """3,000 images are split 2,100 / 300 / 600, equally per class, whatever the random state is."""
    names = ("cats", "dogs", "pandas")
    paths = [f"data/animals/{name}/{name}_{i:05d}.jpg" for name in names for i in range(1, 1001)]
    labels = [label for label in range(3) for _ in range(1000)]
    called = "split_dataset(3,000 paths, labels)"
    first: list[Any] = []
    for run in range(2):
        random.seed(seed_for(run))
        np.random.seed(seed_for(run))
        torch.manual_seed(seed_for(run))
        got = animals.split_dataset(paths, labels)
        for split, size in zip(got, (700, 100, 200), strict=True):
            counts = Counter(int(label) for _, label in split)
            expect.equal(
                [counts[k] for k in range(3)], [size] * 3, f"{called}: images of each class"
            )
        found = [[str(path) for path, _ in split] for split in got]
        first = first or found
        expect.equal(found == first, True, f"{called} twice: equal results")
    everybody = {path for split in first for path in split}
    expect.equal(len(everybody), 3000, f"{called}: different images")


@task("animals.split_dataset")
def test_uneven_classes() -> None:
    """For classes of 7, 11 and 13 images, train and validation are exact to within one image."""
    sizes = (7, 11, 13)
    paths = [f"a/{label}/{i}.jpg" for label, size in enumerate(sizes) for i in range(size)]
    labels = [label for label, size in enumerate(sizes) for _ in range(size)]
    got = animals.split_dataset(paths, labels, (0.6, 0.2, 0.2), seed=5)
    for split, fraction in zip(got[:2], (0.6, 0.2), strict=True):
        counts = Counter(int(label) for _, label in split)
        for label, size in enumerate(sizes):
            off = abs(counts[label] - fraction * size)
            called = f"split_dataset(...): {fraction} of {size} images of class {label}"
            expect.true(off < 1 + 1e-9, called, expected="within one image", got=counts[label])
    expect.equal(sum(map(len, got)), 31, "split_dataset(31 images): images in all splits")


@task("animals.OneHotDataset")
def test_a_loader_takes_it() -> None:
    """A DataLoader turns the data set into batches of images and one-hot labels."""
    base = [(torch.full((3, 5, 4), float(i)), i % 3) for i in range(7)]
    data = animals.OneHotDataset(base, transform=lambda image: image[:, :4])
    batches = list(DataLoader(data, batch_size=3))
    expect.shape(batches[0][0], (3, 3, 4, 4), "the images of the first batch of 3")
    labels = torch.cat([y for _, y in batches])
    expect.equal(labels, torch.eye(3)[[0, 1, 2, 0, 1, 2, 0]], "all labels of three batches")


@task("animals.AnimalNet")
def test_it_can_learn() -> None:
    """The gradient reaches every parameter, and a step against the gradient lowers the loss."""
    torch.manual_seed(seed_for(11))
    network = animals.AnimalNet(num_classes=4).train()
    x, y = torch.randn(8, 3, 64, 64), torch.arange(8) % 4

    def measured() -> torch.Tensor:
        torch.manual_seed(seed_for(12))  # the same dropout each time
        return torch.nn.functional.cross_entropy(network(x), y)

    loss = measured()
    loss.backward()
    for name, parameter in network.named_parameters():
        reached = parameter.grad is not None and bool(parameter.grad.isfinite().all())
        expect.equal(reached, True, f"the gradient reaches {name}")
    slopes = [p.grad for p in network.parameters() if p.grad is not None]
    moved = sum(float(slope.abs().sum()) > 0 for slope in slopes)
    expect.true(moved >= 4, "parameters with a gradient", expected="4 or more", got=moved)
    steepness = torch.cat([slope.flatten() for slope in slopes]).norm().item()
    # Such a short step should lower the loss by about 0.002 · steepness.
    torch.optim.SGD(network.parameters(), lr=0.002 / steepness).step()
    change = measured().item() - loss.item()
    called = "a step of length 0.002 against the gradient: change of the loss"
    expect.true(change < 0, called, expected="less than 0", got=change)


@task("animals.AnimalNet")
def test_more_classes_and_one_image() -> None:
    """The probabilities of one image over 7 classes are a row of 7 numbers that sum to 1."""
    torch.manual_seed(seed_for(12))
    network = animals.AnimalNet(num_classes=7).train()
    x = torch.randn(2, 3, 64, 64)

    def scores() -> torch.Tensor:
        torch.manual_seed(seed_for(13))  # the same dropout each time
        return network(x).detach()

    first = scores()
    got = network.predict_proba(x[:1])
    expect.shape(got, (1, 7), "AnimalNet(7).predict_proba(1 image)")
    expect.close(got.sum(), 1.0, "AnimalNet(7).predict_proba(1 image).sum()", atol=1e-5)  # float32
    expect.equal(network.training, True, "network.training after predict_proba")
    # The same operations on the same numbers, in train mode both times.
    expect.close(scores(), first, "the scores of 2 images after predict_proba", atol=1e-5)


@task("animals.dump_metrics")
def test_many_epochs(tmp_path: Path) -> None:
    """Four metrics of thirty epochs are restored exactly from the file."""
    chance, path = random.Random(seed_for(13)), tmp_path / "a" / "log.txt"
    names = ("loss", "accuracy", "precision", "recall")
    rows = [{name: chance.random() * 10 ** chance.randint(-9, 9) for name in names}] * 1
    rows += [{name: chance.random() for name in names} for _ in range(29)]
    for epoch, row in enumerate(rows):
        animals.dump_metrics(path, epoch, row)
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    expect.equal(lines[0], ["epoch", *names], "dump_metrics(...) 30 times; the first line")
    found = [[float(text) for text in line] for line in lines[1:]]
    wanted = [[float(epoch), *row.values()] for epoch, row in enumerate(rows)]
    expect.equal(found, wanted, "dump_metrics(...) 30 times; the values")


class Runs:
    """An object that runs a command when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> Any:
        return os.makedirs, (str(self.folder),)


@task("animals.load_model")
def test_no_kind_of_file_runs_code(tmp_path: Path) -> None:
    """Code is rejected as the whole file, nested in the weights, and in torch's legacy format."""
    harm = tmp_path / "harm"
    path = tmp_path / "weights.pth"
    weights = animals.AnimalNet().state_dict()
    for name, content, old in (
        ("as the whole file", Runs(harm), False),
        ("among the weights", {**weights, "epoch": [1, {"note": Runs(harm)}]}, False),
        ("in torch's legacy format", {**weights, "epoch": Runs(harm)}, True),
    ):
        torch.save(content, path, _use_new_zipfile_serialization=not old)
        called = f"load_model(a file with code {name})"
        expect.raises(ValueError, partial(animals.load_model, str(path)), called)
        expect.equal(harm.exists(), False, f"{called}: the code was run")
    path.write_bytes(pickle.dumps(Runs(harm), protocol=2))
    expect.raises(ValueError, partial(animals.load_model, path), "load_model(a pickle with code)")
    expect.equal(harm.exists(), False, "load_model(a pickle with code): the code was run")


@task("animals.FocalLoss")
def test_many_examples() -> None:
    """The loss of 50 examples over 6 classes is the mean of their losses by definition."""
    generator = torch.Generator().manual_seed(seed_for(14))
    scores = 3 * torch.randn(50, 6, generator=generator)
    labels = torch.randint(0, 6, (50,), generator=generator)
    p = scores.double().softmax(dim=1)[torch.arange(50), labels]
    for gamma in (0.0, 0.7, 2.0, 3.5):
        got = animals.FocalLoss(gamma=gamma)(scores, torch.eye(6)[labels])
        called = f"FocalLoss(gamma={gamma})(scores of 50 examples, targets)"
        expect.close(got, (-((1 - p) ** gamma) * p.log()).mean(), called, atol=1e-4)  # float32
        expect.shape(got, (), called)


@task("animals.FocalLoss")
def test_extreme_scores() -> None:
    """For scores of ±3,000, losses and gradients are finite for every gamma and class."""
    for gamma in (0.25, 1.0, 2.0):
        for place in range(3):
            scores = torch.tensor([[3000.0, -3000.0, 10.0]]).requires_grad_()
            loss = animals.FocalLoss(gamma=gamma)(scores, torch.eye(3)[place : place + 1])
            called = f"FocalLoss(gamma={gamma})([3000, -3000, 10] for class {place})"
            wanted = (0.0, 6000.0, 2990.0)[place]
            # Losses reach 1e3 in float32, which has a relative precision of 6e-8.
            expect.close(loss, wanted, called, atol=1e-4, rtol=1e-5)
            loss.backward()
            finite = bool(scores.grad.isfinite().all()) if scores.grad is not None else False
            expect.equal(finite, True, f"{called}: the gradient is finite")
