"""Public tests of `student_code.animals`."""

import os
import pickle
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader

from student_code import animals
from toolbox.checks import expect, layers_shown, steps_behind, task
from toolbox.checks.seeds import seed_for

Sample = tuple[Any, int]
ROOT = "/home/somebody/data/animals"
SPLITS = ("train", "validation", "test")


class Hashed(str):
    """A string whose hash differs from run to run, as Python's string hashes do."""

    run = 0

    def __hash__(self) -> int:
        return hash((self.run, str(self)[::-1]))


def files(each: int = 20, root: str = ROOT, classes: int = 3) -> tuple[list[str], list[int]]:
    """Return paths of `each` images per class, one class after the other, and their labels."""
    names = ["cats", "dogs", "pandas", "wolves"][:classes]
    paths = [f"{root}/{name}/{name}_{i:05d}.jpg" for name in names for i in range(each)]
    return paths, [label for label in range(classes) for _ in range(each)]


def named(split: list[Sample]) -> list[str]:
    """Return the file names in a split, in order."""
    return [str(path).rpartition("/")[2] for path, _ in split]


def three(got: Any, called: str) -> tuple[list[Sample], ...]:
    """Return the three lists of a split after checking that they are three lists of pairs."""
    expect.instance(got, (tuple, list), called)
    expect.equal(len(got), 3, f"len({called})")
    for split in got:
        pairs = all(isinstance(sample, (tuple, list)) and len(sample) == 2 for sample in split)
        expect.true(pairs, called, expected="lists of pairs (path, label)", got=split)
    return tuple(list(split) for split in got)


@task("animals.split_dataset")
def test_every_image_is_in_one_split() -> None:
    """Each image is in exactly one split, with its own label."""
    paths, labels = files()
    called = "split_dataset(60 paths, 60 labels)"
    got = three(animals.split_dataset(paths, labels), called)
    found = sorted((str(path), int(label)) for split in got for path, label in split)
    expect.equal(len(found), 60, f"{called}: images in all three splits")
    expect.true(
        found == sorted(zip(paths, labels, strict=True)),
        called,
        expected="each path once, with its label",
        got=found,
    )


@task("animals.split_dataset", share=2)
def test_each_class_is_split_by_itself() -> None:
    """Each split contains the requested fraction of each class."""
    paths, labels = files(40)
    paths, labels = paths[:100], labels[:100]  # 40, 40 and 20
    for fractions in ((0.7, 0.1, 0.2), (0.5, 0.25, 0.25)):
        called = f"split_dataset(40, 40 and 20 images of three classes, {fractions})"
        got = three(animals.split_dataset(paths, labels, fractions), called)
        for split, name, fraction in zip(got, SPLITS, fractions, strict=True):
            counts = Counter(int(label) for _, label in split)
            found = [counts[label] for label in range(3)]
            wanted = [round(40 * fraction), round(40 * fraction), round(20 * fraction)]
            expect.equal(found, wanted, f"{called}: images of each class in {name}")


@task("animals.split_dataset")
def test_the_order_of_the_paths_does_not_matter() -> None:
    """The split doesn't depend on the order in which the files are listed."""
    paths, labels = files()
    called = "split_dataset(the same paths in another order)"
    wanted = [named(split) for split in three(animals.split_dataset(paths, labels), called)]
    shuffled = torch.randperm(60, generator=torch.Generator().manual_seed(seed_for(3))).tolist()
    for order in (list(range(60))[::-1], shuffled):
        again = animals.split_dataset([paths[i] for i in order], [labels[i] for i in order])
        for split, name, first in zip(three(again, called), SPLITS, wanted, strict=True):
            expect.equal(named(split), first, f"{called}: {name}")


@task("animals.split_dataset")
def test_the_place_of_the_data_does_not_matter() -> None:
    """The split doesn't depend on the folder that contains the data set."""
    called = "split_dataset(the same files in another folder)"
    wanted = [named(split) for split in three(animals.split_dataset(*files()), called)]
    for root in ("data", "/content/drive/My Drive/animals", "/zoo"):
        again = three(animals.split_dataset(*files(root=root)), called)
        for split, name, first in zip(again, SPLITS, wanted, strict=True):
            expect.equal(named(split), first, f"{called}: {name}")


@task("animals.split_dataset", share=2)
def test_every_run_gives_the_same_split() -> None:
    """The split depends neither on the global random state nor on Python's string hashes."""
    paths, labels = files()
    called = "split_dataset(60 paths, 60 labels), in another run"
    wanted: list[list[str]] = []
    for run in range(3):
        Hashed.run = run
        torch.manual_seed(seed_for(run))
        got = three(animals.split_dataset([Hashed(path) for path in paths], labels), called)
        wanted = wanted or [named(split) for split in got]
        for split, name, first in zip(got, SPLITS, wanted, strict=True):
            expect.equal(named(split), first, f"{called}: {name}")


@task("animals.split_dataset")
def test_it_is_random_by_the_seed() -> None:
    """Different seeds give different splits, and no split just follows the order of the files."""
    paths, labels = files()
    found = []
    for seed in (0, 1, 42):
        called = f"split_dataset(60 paths, 60 labels, seed={seed})"
        got = three(animals.split_dataset(paths, labels, seed=seed), called)
        found.append(sorted(named(got[2])))
        # A random draw of 4 of each 20 is the last ones with probability 1 in 4845³.
        last = sorted(named([(p, 0) for i, p in enumerate(paths) if i % 20 >= 16]))
        expect.true(
            found[-1] != last,
            called,
            expected="images drawn at random from each class",
            got=found[-1],
        )
    different = len({tuple(names) for names in found})
    expect.equal(different, 3, "number of different test splits for three seeds")


@task("animals.split_dataset", share=0.5)
def test_bad_arguments_are_refused() -> None:
    """Fractions that don't sum to 1, negative fractions and missing labels raise `ValueError`."""
    paths, labels = files(10)
    for fractions in ((0.7, 0.1, 0.1), (0.9, 0.3, -0.2), (0.8, 0.2, 0.2)):
        expect.raises(
            ValueError,
            partial(animals.split_dataset, paths, labels, fractions),
            f"split_dataset(paths, labels, {fractions})",
        )
    run = partial(animals.split_dataset, paths, labels[:-1])
    expect.raises(ValueError, run, "split_dataset(30 paths, 29 labels)")


def pictures() -> list[tuple[torch.Tensor, int]]:
    """Return a minimal data set: four images of different gray, and their labels."""
    return [(torch.full((3, 4, 6), i / 10), label) for i, label in enumerate([2, 0, 1, 2])]


@task("animals.OneHotDataset", share=2)
def test_labels_are_one_hot() -> None:
    """A label is a float32 tensor with a 1 at the index of its class and 0 elsewhere."""
    got = animals.OneHotDataset(pictures(), num_classes=4)
    expect.equal(len(got), 4, "len(OneHotDataset(4 images, num_classes=4))")
    # As a loader does: fetch all four before looking at the first.
    (items,) = DataLoader(got, batch_size=4, collate_fn=list)
    for (_, target), label in zip(items, [2, 0, 1, 2], strict=True):
        called = f"OneHotDataset(4 images, num_classes=4)[i][1] of an image of class {label}"
        expect.equal(target, torch.tensor([float(k == label) for k in range(4)]), called)
        expect.dtype(target, torch.float32, called)
    _, target = animals.OneHotDataset([(torch.zeros(3, 2, 2), torch.tensor(1))])[0]
    expect.equal(target, torch.tensor([0.0, 1.0, 0.0]), "OneHotDataset([(image, tensor(1))])[0][1]")


@task("animals.OneHotDataset")
def test_images_stay_what_they_are() -> None:
    """Without a transform, each image is that of the underlying data set."""
    got = animals.OneHotDataset(pictures())
    for i in (0, 3):
        expect.equal(got[i][0], pictures()[i][0], f"OneHotDataset(4 images)[{i}][0]")


@task("animals.OneHotDataset")
def test_the_transform_runs_each_time() -> None:
    """The transform is applied on every access to an image, and only to the image."""
    seen: list[Any] = []

    def brighter(image: torch.Tensor) -> torch.Tensor:
        seen.append(tuple(image.shape))
        return image + len(seen)

    got = animals.OneHotDataset(pictures(), transform=brighter)
    called = "data = OneHotDataset(4 images, transform=f)"
    expect.equal(len(seen), 0, f"{called}: calls of f before the first access to an image")
    for times in (1, 2):
        image, target = got[1]
        what = f"{called}; data[1] for the {('first', 'second')[times - 1]} time"
        expect.close(image, torch.full((3, 4, 6), 0.1 + times), what, atol=1e-6)  # float32
        expect.equal(target, torch.tensor([1.0, 0.0, 0.0]), what)
    expect.equal(seen, [(3, 4, 6)] * 2, f"{called}; data[1] twice: shapes passed to f")


@task("animals.OneHotDataset", share=0.5)
def test_a_label_out_of_range_is_refused() -> None:
    """A label outside 0 to `num_classes - 1` raises `ValueError`."""
    for label in (3, -1):
        data = animals.OneHotDataset([(torch.zeros(3, 2, 2), label)], num_classes=3)
        expect.raises(ValueError, partial(data.__getitem__, 0), f"a label of {label}, of 3 classes")


def photos(count: int, seed: int = 1) -> torch.Tensor:
    """Return noise in the shape of a batch of color images."""
    return torch.randn(count, 3, 64, 64, generator=torch.Generator().manual_seed(seed_for(seed)))


def scores_of(network: Any, x: torch.Tensor, seed: int = 6) -> torch.Tensor:
    """Return the scores of the first image in `x`, with the same dropout each time."""
    torch.manual_seed(seed)
    return network(x)[0].detach()


@task("animals.AnimalNet")
def test_one_score_a_class() -> None:
    """The network returns one score per class, for three classes and for any other number."""
    with layers_shown():
        scores = animals.AnimalNet()(photos(2))
        expect.shape(scores, (2, 3), "AnimalNet()(2 images)")
    expect.dtype(scores, torch.float32, "AnimalNet()(2 images)")
    with layers_shown():
        scores = animals.AnimalNet(num_classes=5)(photos(2))
        expect.shape(scores, (2, 5), "AnimalNet(5)(2 images)")


@task("animals.AnimalNet", share=2)
def test_what_it_is_made_of() -> None:
    """The network contains convolution, batch normalization, ReLU and max pooling."""
    network = animals.AnimalNet().train()
    names = {name.lower() for name in steps_behind(network(photos(2)))}
    for kind, words in (
        ("convolution", ("convolution",)),
        ("batch normalization", ("batchnorm",)),
        ("ReLU", ("relu", "clamp", "elu", "silu", "hardswish")),
        ("max pooling", ("maxpool", "amax")),
    ):
        there = any(word in name for name in names for word in words)
        expect.equal(there, True, f"AnimalNet()(2 images): uses {kind}")
    one, other = photos(2), torch.cat([photos(1), 3 * photos(1, seed=4)])
    apart = (scores_of(network, one) - scores_of(network, other)).abs().max().item()
    called = "AnimalNet() in train mode: scores of an image in batches with different images"
    expect.true(apart > 1e-5, called, expected="different scores", got=apart)
    network.eval()
    x, y = photos(1, seed=7), photos(1, seed=8)
    middle = (scores_of(network, x) + scores_of(network, y)) / 2
    bent = (scores_of(network, (x + y) / 2) - middle).abs().max().item()
    called = "AnimalNet() in eval mode: (f(x) + f(y)) / 2 against f((x + y) / 2)"
    expect.true(bent > 1e-5, called, expected="a nonlinear function", got=bent)


@task("animals.AnimalNet")
def test_scores_are_raw() -> None:
    """The scores are raw: no softmax, log-softmax or activation follows the last layer."""
    scores = []
    for seed in range(4):
        torch.manual_seed(seed_for(seed))
        scores.append(animals.AnimalNet(num_classes=20).eval()(photos(2, seed)).detach())
    together = torch.cat(scores)
    called = "AnimalNet(20)(2 images), for four newly initialized networks"
    # The sign of a raw score is a coin toss for each of the 80 rows of the last layers.
    lowest, highest = together.min().item(), together.max().item()
    expect.true(lowest < 0, called, expected="raw scores, some of them negative", got=lowest)
    expect.true(highest > 0, called, expected="raw scores, some of them positive", got=highest)


@task("animals.AnimalNet", share=2)
def test_probabilities_of_each_image() -> None:
    """`predict_proba` is the softmax of each image's own scores, in eval mode and in any batch."""
    torch.manual_seed(seed_for(2))
    network, x = animals.AnimalNet(), photos(3)
    network.train()(photos(4, seed=5))  # the running statistics differ from their initial values
    wanted = network.eval()(x).softmax(dim=1).detach()
    called = "AnimalNet().predict_proba(3 images)"
    got = network.train().predict_proba(x)
    # Float32; batches of different sizes may be summed in a different order.
    expect.close(got, wanted, called, atol=1e-4)
    expect.close(got.sum(dim=1), torch.ones(3), f"{called}.sum(dim=1)", atol=1e-5)
    alone = network.train().predict_proba(x[1:2])
    expect.close(alone, wanted[1:2], "AnimalNet().predict_proba(one of the images)", atol=1e-4)


@task("animals.AnimalNet")
def test_predicting_changes_nothing() -> None:
    """`predict_proba` records no gradients, and changes neither the network nor its mode."""
    network, x = animals.AnimalNet(), photos(2)
    for mode in (True, False):
        first = scores_of(network.train(mode), x)
        before = {key: value.clone() for key, value in network.state_dict().items()}
        got = network.predict_proba(x)
        called = f"predict_proba(2 images) in {'train' if mode else 'eval'} mode"
        expect.equal(got.requires_grad, False, f"{called}: requires_grad")
        expect.equal(network.training, mode, f"{called}; network.training")
        for key, value in network.state_dict().items():
            expect.equal(value, before[key], f"predict_proba(2 images); the network's {key}")
        # The same operations on the same numbers, in the same mode.
        expect.close(scores_of(network, x), first, f"{called}; network(2 images)", atol=1e-5)


def table(path: Path) -> list[list[str]]:
    """Return the lines of a metrics file, split at the tabs."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    called = f"dump_metrics({path.name!r}, ...); the file"
    expect.true(text.endswith("\n"), called, expected="lines that end with a newline", got=text)
    return [line.split("\t") for line in text.splitlines()]


@task("animals.dump_metrics", share=2)
def test_a_line_an_epoch(tmp_path: Path) -> None:
    """The file starts with the metric names, and each epoch adds a line with its exact values."""
    path = tmp_path / "train.txt"
    figures = [{"accuracy": 1 / 3, "loss": 1.25e-7}, {"accuracy": 0.5, "loss": 12345.678901}]
    called = "dump_metrics('train.txt', epoch, {'accuracy': ..., 'loss': ...})"
    for epoch, metrics in enumerate(figures, 1):
        animals.dump_metrics(path, epoch, metrics)
        lines = table(path)
        expect.equal(lines[0], ["epoch", "accuracy", "loss"], f"{called}; the first line")
        expect.equal(len(lines), epoch + 1, f"{called}; lines after {epoch} epochs")
    for epoch, metrics in enumerate(figures, 1):
        expect.equal(int(lines[epoch][0]), epoch, f"{called}; the first number of line {epoch}")
        found = [float(text) for text in lines[epoch][1:]]
        expect.equal(found, list(metrics.values()), f"{called}; the values of epoch {epoch}")


@task("animals.dump_metrics")
def test_folders_are_made(tmp_path: Path) -> None:
    """Missing folders are created, and the path may be a string."""
    path = tmp_path / "results" / "animals" / "validation.txt"
    animals.dump_metrics(str(path), 0, {"recall": 0.25})
    called = "dump_metrics('results/animals/validation.txt', 0, {'recall': 0.25})"
    expect.equal(path.is_file(), True, f"{called}: the file exists")
    expect.equal(float(table(path)[1][1]), 0.25, f"{called}; the value")


@task("animals.dump_metrics")
def test_figures_stay_in_their_columns(tmp_path: Path) -> None:
    """Metrics passed in a different order are written below their own names."""
    path = tmp_path / "train.txt"
    animals.dump_metrics(path, 1, {"accuracy": 0.5, "recall": 0.75})
    animals.dump_metrics(path, 2, {"recall": torch.tensor(0.875), "accuracy": 0.625})
    lines = table(path)
    called = "dump_metrics(path, 2, {'recall': tensor(0.875), 'accuracy': 0.625})"
    found = [float(text) for text in lines[-1]]
    expect.equal(found, [2.0, 0.625, 0.875], f"{called}; the values of epoch, accuracy, recall")


@task("animals.dump_metrics", share=0.5)
def test_other_names_are_refused(tmp_path: Path) -> None:
    """A file with different metric names raises `ValueError` and is left unchanged."""
    path = tmp_path / "train.txt"
    animals.dump_metrics(path, 1, {"accuracy": 0.5})
    before = table(path)
    for metrics in ({"precision": 0.5}, {"accuracy": 0.5, "recall": 0.5}):
        called = f"dump_metrics(a file with accuracy, 2, {metrics})"
        expect.raises(ValueError, partial(animals.dump_metrics, path, 2, metrics), called)
        expect.equal(table(path), before, f"{called}; the file")


class Payload:
    """The content of a malicious file: loading it creates a folder, and could do anything else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.folder),)


def altered(value: torch.Tensor) -> torch.Tensor:
    """Return values close to the given ones but unique; positive values stay positive."""
    if not value.is_floating_point():
        return value
    return value * (1 + 0.1 * torch.rand_like(value)) + 0.01 * torch.rand_like(value)


@task("animals.load_model", share=2)
def test_the_weights_come_back(tmp_path: Path) -> None:
    """The loaded network gives the same scores as the saved one, running statistics included."""
    torch.manual_seed(seed_for(7))
    network, x = animals.AnimalNet(), photos(3)
    for seed in (8, 9):
        network.train()(2 + 3 * photos(4, seed))
    torch.manual_seed(seed_for(10))
    state = {name: altered(value) for name, value in network.state_dict().items()}
    torch.save(state, tmp_path / "model.pt")
    network.load_state_dict(state)
    got = animals.load_model(tmp_path / "model.pt")
    called = "load_model('model.pt')"
    expect.instance(got, nn.Module, called)
    expect.equal(got.training, False, f"{called}.training")
    wanted = network.eval()(x).detach()
    expect.close(got(x).detach(), wanted, f"{called}(3 images)", atol=1e-5)  # float32
    found = got.state_dict()
    expect.equal(sorted(found), sorted(state), f"{called}: the names of its weights")
    for name, value in state.items():
        expect.equal(found[name], value, f"{called}: {name}")


@task("animals.load_model", share=3)
def test_code_is_never_run(tmp_path: Path) -> None:
    """A file that contains code raises `ValueError`, and the code is not run."""
    for name, written in (("by torch.save", torch.save), ("by pickle", None)):
        harm = tmp_path / name.replace(" ", "_")
        path = tmp_path / "model.pt"
        content = {"features.weight": torch.zeros(2), "harm": Payload(harm)}
        if written is not None:
            written(content, path)
        else:
            path.write_bytes(pickle.dumps(content, protocol=2))  # a format that torch itself reads
        called = f"load_model(a file with code, written {name})"
        expect.raises(ValueError, partial(animals.load_model, path), called)
        expect.equal(harm.exists(), False, f"{called}: the code was run")


def save_whole(path: Path, weights: dict[str, torch.Tensor]) -> None:
    """Write a file like that of `torch.save(network, path)`, for an AnimalNet with these weights.

    The network itself may live in another process, so its parts are built from plain containers.
    """
    kind = type("AnimalNet", (nn.Sequential,), {"__module__": "student_code.animals"})
    whole = kind()
    for name, value in weights.items():
        *places, last = name.split(".")
        part: nn.Module = whole
        for place in places:
            if place not in part._modules:
                part.add_module(place, nn.Sequential())
            part = part.get_submodule(place)
        part.register_buffer(last, value)
    namesake: Any = ModuleType("student_code.animals")  # pickle looks the class up by its name
    namesake.AnimalNet = kind
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "student_code.animals", namesake)
        torch.save(whole, path)


@task("animals.load_model")
def test_a_whole_model_is_refused(tmp_path: Path) -> None:
    """A file with a whole model instead of weights raises a `ValueError` that names the file."""
    save_whole(tmp_path / "whole.pt", animals.AnimalNet().state_dict())
    run = partial(animals.load_model, tmp_path / "whole.pt")
    called = "load_model('whole.pt'), written by torch.save(network, 'whole.pt')"
    expect.raises(ValueError, run, called)
    try:
        run()
    except ValueError as error:
        expect.true(
            "whole.pt" in str(error),
            called,
            expected="an error message that names the file",
            got=str(error),
        )


@task("animals.load_model", share=0.5)
def test_what_holds_no_weights_is_refused(tmp_path: Path) -> None:
    """A missing file raises `FileNotFoundError`; noise or other networks' weights `ValueError`."""
    run = partial(animals.load_model, tmp_path / "nothing.pt")
    expect.raises(FileNotFoundError, run, "load_model('nothing.pt'), which doesn't exist")
    noise, other = tmp_path / "noise.pt", tmp_path / "other.pt"
    noise.write_bytes(bytes(range(256)) * 20)
    run = partial(animals.load_model, noise)
    expect.raises(ValueError, run, "load_model('noise.pt'), which contains arbitrary bytes")
    torch.save(nn.Linear(4, 3).state_dict(), other)
    run = partial(animals.load_model, other)
    expect.raises(ValueError, run, "load_model('other.pt') with the weights of a linear layer")


# Losses and gradients of order 1 in float32: rounding is 1e-6, the smallest mistake 1e-2.
CLOSE = 1e-4
SCORES = torch.tensor([[2.0, -1.0, 0.5], [0.0, 0.3, 1.0], [-1.0, 3.0, 0.0], [0.2, 0.1, 0.0]])
TARGETS = torch.eye(3)[torch.tensor([0, 1, 0, 2])]


def by_definition(scores: torch.Tensor, targets: torch.Tensor, gamma: float) -> torch.Tensor:
    """Compute the focal loss by its definition, in float64, for scores of ordinary size."""
    p = (scores.double().softmax(dim=1) * targets.double()).sum(dim=1)
    return (-((1 - p) ** gamma) * p.log()).mean()


@task("animals.FocalLoss")
def test_without_gamma_it_is_the_cross_entropy() -> None:
    """With `gamma=0` the loss is the cross-entropy."""
    got = animals.FocalLoss(gamma=0)(SCORES, TARGETS)
    wanted = nn.functional.cross_entropy(SCORES, TARGETS)
    expect.close(got, wanted, "FocalLoss(gamma=0)(scores of 4 examples, targets)", atol=CLOSE)


@task("animals.FocalLoss", share=2)
def test_what_is_right_counts_less() -> None:
    """Each example is weighted by (1 − p) to the power of gamma, which is 2 by default."""
    for gamma in (0.5, 1.0, 2.0, 5.0):
        got = animals.FocalLoss(gamma=gamma)(SCORES, TARGETS)
        called = f"FocalLoss(gamma={gamma})(scores of 4 examples, targets)"
        expect.close(got, by_definition(SCORES, TARGETS, gamma), called, atol=CLOSE)
    got = animals.FocalLoss()(SCORES[:1], TARGETS[:1])
    called = "FocalLoss()(scores of 1 example, target)"
    expect.close(got, by_definition(SCORES[:1], TARGETS[:1], 2.0), called, atol=CLOSE)


@task("animals.FocalLoss")
def test_its_gradients_are_right() -> None:
    """Gradients flow to the scores through both factors of the loss."""
    for gamma in (2.0, 1.5):
        scores, exact = SCORES.clone().requires_grad_(), SCORES.clone().requires_grad_()
        loss = animals.FocalLoss(gamma=gamma)(scores, TARGETS)
        called = f"FocalLoss(gamma={gamma})(scores, targets)"
        expect.instance(loss, torch.Tensor, called)
        expect.equal(loss.requires_grad, True, f"{called}.requires_grad")
        loss.backward()
        by_definition(exact, TARGETS, gamma).backward()
        expect.close(scores.grad, exact.grad, f"{called}.backward(); scores.grad", atol=CLOSE)


@task("animals.FocalLoss", share=2)
def test_large_scores_neither_overflow_nor_underflow() -> None:
    """A very confident mistake costs the difference of its scores, a confident success nothing."""
    scores = torch.tensor([[800.0, 0.0, -800.0], [1000.0, 0.0, 5.0]])
    for place, wanted in ((0, 0.0), (1, 800.0), (2, 1600.0)):
        one, target = scores[:1].clone().requires_grad_(), torch.eye(3)[place : place + 1]
        loss = animals.FocalLoss()(one, target)
        called = f"FocalLoss()(scores [800, 0, -800] for class {place})"
        # Losses reach 1e3 in float32, which has a relative precision of 6e-8.
        expect.close(loss, wanted, called, atol=CLOSE, rtol=1e-5)
        loss.backward()
        gradient = torch.eye(3)[:1] - target if place else torch.zeros(1, 3)
        expect.close(one.grad, gradient, f"{called}: the gradient", atol=CLOSE)
    got = animals.FocalLoss(gamma=1.0)(scores, torch.eye(3)[[2, 1]])
    # A float32 of 1300 is exact to 1e-4.
    expect.close(got, 1300.0, "FocalLoss(gamma=1)(two confident mistakes)", atol=CLOSE, rtol=1e-5)


@task("animals.FocalLoss")
def test_certain_successes_have_a_gradient() -> None:
    """The gradient of a confident success is zero, also for gamma below 1."""
    for gamma in (0.5, 1.0, 3.0):
        scores = torch.tensor([[200.0, 0.0, -3.0]]).requires_grad_()
        animals.FocalLoss(gamma=gamma)(scores, torch.eye(3)[:1]).backward()
        called = f"FocalLoss(gamma={gamma})(scores [200, 0, -3] for class 0): the gradient"
        expect.close(scores.grad, torch.zeros(1, 3), called, atol=CLOSE)


@task("animals.FocalLoss", share=0.5)
def test_a_negative_gamma_is_refused() -> None:
    """A negative gamma raises `ValueError`."""
    run = partial(animals.FocalLoss, gamma=-1.0)
    expect.raises(ValueError, run, "FocalLoss(gamma=-1)")
