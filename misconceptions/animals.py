"""Wrong implementations of `student_code.animals`."""

from __future__ import annotations

import os
import pickle
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from misconceptions.catalogue import variant_of, wrong
from student_code.animals import AnimalNet, OneHotDataset

Pairs = list[tuple[Any, int]]
Splits = tuple[Pairs, Pairs, Pairs]
Fractions = tuple[float, float, float]
USUAL = (0.7, 0.1, 0.2)


def _checked(paths: Any, labels: Any, fractions: Any) -> Pairs:
    if len(paths) != len(labels) or min(fractions) < 0 or abs(sum(fractions) - 1) > 1e-6:
        raise ValueError("bad arguments")
    return list(zip(paths, labels, strict=True))


def _cut(pairs: Pairs, fractions: Any) -> Splits:
    first = round(fractions[0] * len(pairs))
    second = round((fractions[0] + fractions[1]) * len(pairs))
    return pairs[:first], pairs[first:second], pairs[second:]


def _by_class(pairs: Pairs, fractions: Any, mix: Callable[[Pairs], Pairs]) -> Splits:
    parts: Splits = ([], [], [])
    for wanted in sorted({label for _, label in pairs}):
        cut = _cut(mix([pair for pair in pairs if pair[1] == wanted]), fractions)
        for part, more in zip(parts, cut, strict=True):
            part += more
    return parts


def _shuffled(pairs: Pairs, seed: int) -> Pairs:
    pairs = sorted(pairs, key=lambda pair: str(pair[0]))
    random.Random(seed).shuffle(pairs)
    return pairs


@wrong(
    "animals.split_dataset",
    looks_like="all classes are shuffled together before the split",
    hints=(
        "The splits contain different shares of the classes.",
        "Does 70% of all images mean 70% of each class?",
    ),
)
def unstratified(paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42) -> Splits:
    return _cut(_shuffled(_checked(paths, labels, fractions), seed), fractions)


@wrong(
    "animals.split_dataset",
    looks_like="the validation images are also training images",
    hints=(
        "Some images are in two splits, so the network has already memorized what you validate on.",
        "Where does the second split begin?",
    ),
)
def leaky(paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42) -> Splits:
    def mixed(pairs: Pairs) -> Pairs:
        return _shuffled(pairs, seed)

    pairs = _checked(paths, labels, fractions)
    train, validation, test = _by_class(pairs, fractions, mixed)
    return train, train[: len(validation)], test


@wrong(
    "animals.split_dataset",
    looks_like="each split is drawn independently from all images",
    hints=(
        "Some images are in two splits, and others are in none.",
        "Which images are left to draw from after the first draw?",
    ),
)
def drawn_three_times(
    paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42
) -> Splits:
    pairs = _checked(paths, labels, fractions)
    mixed = [
        _by_class(pairs, fractions, lambda some, i=i: _shuffled(some, seed + i))[i]  # type: ignore
        for i in range(3)
    ]
    return mixed[0], mixed[1], mixed[2]


@wrong(
    "animals.split_dataset",
    looks_like="the shuffle is not seeded",
    hints=(
        "Each call returns a different split.",
        "Which random generator does the shuffling, and where is it seeded?",
    ),
)
def unseeded(paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42) -> Splits:
    return _by_class(
        _checked(paths, labels, fractions),
        fractions,
        lambda pairs: random.sample(pairs, len(pairs)),
    )


@wrong(
    "animals.split_dataset",
    looks_like="the images are shuffled without being sorted first",
    hints=(
        "The same files in another order give a different split.",
        "In which order does a disk list its files?",
    ),
)
def order_of_the_disk(
    paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42
) -> Splits:
    chance = random.Random(seed)
    return _by_class(
        _checked(paths, labels, fractions),
        fractions,
        lambda pairs: chance.sample(pairs, len(pairs)),
    )


@wrong(
    "animals.split_dataset",
    looks_like="the folder in which the images lie influences the shuffle",
    hints=(
        "The same files in another folder give a different split.",
        "Which part of a path is the same on another machine?",
    ),
)
def hash_of_the_whole_path(
    paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42
) -> Splits:
    import hashlib

    def lot(pair: Any) -> str:
        return hashlib.sha256(f"{seed}{pair[0]}".encode()).hexdigest()

    pairs = _checked(paths, labels, fractions)
    return _by_class(pairs, fractions, lambda some: sorted(some, key=lot))


@wrong(
    "animals.split_dataset",
    looks_like="the split depends on Python's built-in hash, or on the order of a set",
    hints=(
        "Each run of Python gives a different split.",
        "The hash of a string changes from run to run. What determines the order of a set?",
    ),
)
def order_of_a_set(paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42) -> Splits:
    chance = random.Random(seed)

    def mix(pairs: Pairs) -> Pairs:
        listed = sorted(pairs, key=lambda pair: hash(pair[0]))
        return chance.sample(listed, len(listed))

    return _by_class(_checked(paths, labels, fractions), fractions, mix)


@wrong(
    "animals.split_dataset",
    looks_like="nothing is shuffled, and the files are split in the given order",
    hints=(
        "The validation and test sets contain the files with the highest numbers.",
        "Where does your code use the seed?",
    ),
)
def in_order(paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42) -> Splits:
    pairs = _checked(paths, labels, fractions)
    return _by_class(pairs, fractions, sorted)


@wrong(
    "animals.split_dataset",
    looks_like="the seed is fixed, and the argument is ignored",
    hints=(
        "A different seed gives the same split.",
        "Which seed does your random generator get?",
    ),
)
def seed_ignored(paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42) -> Splits:
    pairs = _checked(paths, labels, fractions)
    return _by_class(pairs, fractions, lambda some: _shuffled(some, 42))


@wrong(
    "animals.split_dataset",
    looks_like="images are lost to rounding",
    hints=(
        "Some images are in none of the splits.",
        "How many images of a class do the three splits contain together?",
    ),
)
def incomplete(paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42) -> Splits:
    pairs = _checked(paths, labels, fractions)
    train, validation, test = _by_class(pairs, fractions, lambda some: _shuffled(some, seed))
    return train, validation, test[:-1]


@wrong(
    "animals.split_dataset",
    looks_like="the labels are shuffled separately from their paths",
    hints=(
        "Some images have the label of another image.",
        "What keeps a path and its label together during the shuffle?",
    ),
)
def labels_apart(paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42) -> Splits:
    pairs = _checked(paths, labels, fractions)
    cut = _by_class(pairs, fractions, lambda some: _shuffled(some, seed))
    turned = [[(p, label) for (p, _), label in _turned(part)] for part in cut]
    return turned[0], turned[1], turned[2]


def _turned(part: Pairs) -> list[Any]:
    return list(zip(part, [label for _, label in part][::-1], strict=True))


@wrong(
    "animals.split_dataset",
    looks_like="the validation and test sets are swapped",
    hints=(
        "The second list is twice as long as the third.",
        "In which order are the splits returned, and in which order are the fractions given?",
    ),
)
def exchanged(paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42) -> Splits:
    pairs = _checked(paths, labels, fractions)
    train, validation, test = _by_class(pairs, fractions, lambda some: _shuffled(some, seed))
    return train, test, validation


@wrong(
    "animals.split_dataset",
    looks_like="invalid fractions are accepted",
    hints=(
        "Fractions of 0.7, 0.1 and 0.1 raise no error.",
        "What happens to the remaining images, or to an image that is requested twice?",
    ),
)
def no_check(paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42) -> Splits:
    pairs = list(zip(paths, labels, strict=False))
    return _by_class(pairs, fractions, lambda some: _shuffled(some, seed))


@wrong(
    "animals.OneHotDataset",
    looks_like="the labels stay class numbers",
    hints=("The label is a single number.", "Which vector has a 1 at the index of the class?"),
)
class PlainLabels(OneHotDataset):
    def __getitem__(self, index: int) -> Any:
        image, target = super().__getitem__(index)
        return image, target.argmax()


@wrong(
    "animals.OneHotDataset",
    looks_like="the one-hot labels are integers",
    hints=(
        "The labels' dtype is int64.",
        "Which dtype do the probabilities have that the loss compares these labels with?",
    ),
)
class IntegerLabels(OneHotDataset):
    def __getitem__(self, index: int) -> Any:
        image, target = super().__getitem__(index)
        return image, target.long()


@wrong(
    "animals.OneHotDataset",
    looks_like="the classes are counted from 1",
    hints=(
        "The 1 is at the index next to the right one.",
        "Which number does the first class have?",
    ),
)
class CountedFromOne(OneHotDataset):
    def __getitem__(self, index: int) -> Any:
        image, target = super().__getitem__(index)
        return image, target.roll(-1)


@wrong(
    "animals.OneHotDataset",
    looks_like="all items share one label tensor that each new item overwrites",
    hints=(
        "The label of an item changes when you access another item.",
        "How many label tensors does your data set create?",
    ),
)
class SharedLabel(OneHotDataset):
    def __init__(self, base: Any, num_classes: int = 3, transform: Any = None) -> None:
        super().__init__(base, num_classes, transform)
        self.shared = torch.zeros(num_classes)

    def __getitem__(self, index: int) -> Any:
        image, target = super().__getitem__(index)
        self.shared.copy_(target)
        return image, self.shared


@wrong(
    "animals.OneHotDataset",
    looks_like="each image is transformed only once, when the data set is created",
    hints=(
        "An image looks the same each time, so a random augmentation would be frozen.",
        "When does the transform run?",
    ),
)
class TransformedOnce(OneHotDataset):
    def __init__(self, base: Any, num_classes: int = 3, transform: Any = None) -> None:
        if transform is not None:
            base = [(transform(base[i][0]), base[i][1]) for i in range(len(base))]
        super().__init__(base, num_classes, None)


@wrong(
    "animals.OneHotDataset",
    looks_like="the transform is never applied",
    hints=("The images come back untransformed.", "Where does your code call the transform?"),
)
class NoTransform(OneHotDataset):
    def __init__(self, base: Any, num_classes: int = 3, transform: Any = None) -> None:
        super().__init__(base, num_classes, None)


@wrong(
    "animals.OneHotDataset",
    looks_like="a label of -1 selects the last class",
    hints=(
        "An invalid label raises no error.",
        "What does an index of -1 mean in Python?",
    ),
)
class WrapsAround(OneHotDataset):
    def __getitem__(self, index: int) -> Any:
        image, label = self.base[index]
        target = torch.eye(self.num_classes)[int(label) % self.num_classes]
        return (image if self.transform is None else self.transform(image)), target


@wrong(
    "animals.OneHotDataset",
    looks_like="the images are divided by 255 a second time",
    hints=(
        "The pixels of every image are almost black.",
        "Which range do the images of the underlying data set already have?",
    ),
)
class DividesAgain(OneHotDataset):
    def __getitem__(self, index: int) -> Any:
        image, target = super().__getitem__(index)
        return image / 255, target


@wrong(
    "animals.OneHotDataset",
    looks_like="the number of classes is always three",
    hints=("The label always has three entries.", "How many entries should it have?"),
)
class AlwaysThree(OneHotDataset):
    def __init__(self, base: Any, num_classes: int = 3, transform: Any = None) -> None:
        super().__init__(base, 3, transform)


class _Net(nn.Module):
    """The building blocks of a network for animals; each entry leaves one of them out."""

    def __init__(
        self,
        num_classes: int = 3,
        norm: bool = True,
        pool: bool = True,
        relu: bool = True,
        last: nn.Module | None = None,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for inputs, outputs in ((3, 8), (8, 16)):
            stride = 2 if pool else 4
            layers.append(nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1))
            layers += [nn.BatchNorm2d(outputs)] if norm else []
            layers += [nn.MaxPool2d(2)] if pool else []
            layers += [nn.ReLU()] if relu else []
        layers += [nn.Flatten(), nn.Linear(16 * 4 * 4, num_classes)]
        layers += [last] if last is not None else []
        self.layers = nn.Sequential(*layers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)

    def predict_proba(self, x: torch.Tensor) -> torch.Tensor:
        mode = self.training
        self.eval()
        with torch.no_grad():
            scores = self(x)
        self.train(mode)
        return scores.softmax(dim=1)


@wrong(
    "animals.AnimalNet",
    looks_like="the network ends in a softmax",
    hints=(
        "No score is negative, and each row adds up to 1.",
        "The loss expects logits. Where is the softmax applied?",
    ),
)
class SoftmaxInside(_Net):
    def __init__(self, num_classes: int = 3) -> None:
        super().__init__(num_classes, last=nn.Softmax(dim=1))


@wrong(
    "animals.AnimalNet",
    looks_like="a ReLU follows the last layer",
    hints=("No score is negative.", "What follows the last linear layer?"),
)
class ReluAtTheEnd(_Net):
    def __init__(self, num_classes: int = 3) -> None:
        super().__init__(num_classes, last=nn.ReLU())


@wrong(
    "animals.AnimalNet",
    looks_like="the network has no batch normalization",
    hints=(
        "One of the four required kinds of layers is missing.",
        "Which layer keeps the activations on the same scale?",
    ),
)
class NoNorm(_Net):
    def __init__(self, num_classes: int = 3) -> None:
        super().__init__(num_classes, norm=False)


@wrong(
    "animals.AnimalNet",
    looks_like="the network has no max pooling",
    hints=(
        "One of the four required kinds of layers is missing.",
        "How do the feature maps become smaller?",
    ),
)
class NoPool(_Net):
    def __init__(self, num_classes: int = 3) -> None:
        super().__init__(num_classes, pool=False)


@wrong(
    "animals.AnimalNet",
    looks_like="there is no nonlinearity between the layers",
    hints=(
        "One of the four required kinds of layers is missing.",
        "What can two linear layers in a row compute that one can't?",
    ),
)
class NoRelu(_Net):
    def __init__(self, num_classes: int = 3) -> None:
        super().__init__(num_classes, relu=False)


@wrong(
    "animals.AnimalNet",
    looks_like="the number of classes is fixed at three",
    hints=("The network always returns three scores.", "Where does your code use num_classes?"),
)
class ThreeClassesOnly(_Net):
    def __init__(self, num_classes: int = 3) -> None:
        super().__init__(3)


@wrong(
    "animals.AnimalNet",
    looks_like="the softmax is computed over the batch instead of over the classes",
    hints=(
        "The columns of the probabilities add up to 1, but the rows should.",
        "Which dimension holds the classes?",
    ),
)
class SoftmaxOverTheBatch(_Net):
    def predict_proba(self, x: torch.Tensor) -> torch.Tensor:
        mode = self.training
        self.eval()
        with torch.no_grad():
            scores = self(x)
        self.train(mode)
        return scores.softmax(dim=0)


@wrong(
    "animals.AnimalNet",
    looks_like="the probabilities are computed in train mode",
    hints=(
        "The probabilities of an image depend on the other images in the batch.",
        "Which statistics does batch normalization use in each mode?",
    ),
)
class PredictsInTrainMode(_Net):
    def predict_proba(self, x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return self(x).softmax(dim=1)


@wrong(
    "animals.AnimalNet",
    looks_like="the network stays in eval mode after the prediction",
    hints=(
        "After predict_proba, a network that was in train mode is in eval mode.",
        "Which mode was the network in before the call?",
    ),
)
class LeftInEval(_Net):
    def predict_proba(self, x: torch.Tensor) -> torch.Tensor:
        self.eval()
        with torch.no_grad():
            return self(x).softmax(dim=1)


@wrong(
    "animals.AnimalNet",
    looks_like="gradients are recorded during the prediction",
    hints=(
        "The probabilities have a gradient function.",
        "Eval mode changes how layers behave; it does not stop gradients from being recorded. "
        "What does?",
    ),
)
class RecordsGradients(_Net):
    def predict_proba(self, x: torch.Tensor) -> torch.Tensor:
        mode = self.training
        self.eval()
        scores = self(x)
        self.train(mode)
        return scores.softmax(dim=1)


def _write(path: Any, epoch: int, metrics: Any, *, mode: str = "a", digits: Any = None) -> None:
    path = Path(path)
    path.parent.mkdir(exist_ok=True, parents=True)
    names = list(metrics)
    if mode == "a" and path.exists():
        names = path.read_text().split("\n")[0].split("\t")[1:]
        if sorted(names) != sorted(metrics):
            raise ValueError("other names")
    values = [float(metrics[name]) for name in names]
    texts = [repr(v) if digits is None else f"{v:.{digits}f}" for v in values]
    header = [] if mode == "a" and path.exists() else ["\t".join(["epoch", *names])]
    with path.open(mode) as file:
        file.write("\n".join([*header, "\t".join([str(epoch), *texts]), ""]))


@wrong(
    "animals.dump_metrics",
    looks_like="each epoch overwrites the file",
    hints=(
        "The file contains only the last epoch.",
        'What does opening a file with mode "w" do to its contents?',
    ),
)
def overwrites(path: Any, epoch: int, metrics: Any) -> None:
    if Path(path).exists():
        names = Path(path).read_text().split("\n")[0].split("\t")[1:]
        if sorted(names) != sorted(metrics):
            raise ValueError("other names")
        metrics = {name: metrics[name] for name in names}
    _write(path, epoch, metrics, mode="w")


@variant_of(overwrites)
def a_new_file_each_time(path: Any, epoch: int, metrics: Any) -> None:
    Path(path).parent.mkdir(exist_ok=True, parents=True)
    values = [repr(float(value)) for value in metrics.values()]
    lines = ["\t".join(["epoch", *metrics]), "\t".join([str(epoch), *values])]
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")


@wrong(
    "animals.dump_metrics",
    looks_like="the values are rounded before they are written",
    hints=(
        "A value that you read back isn't the one that was written.",
        "How many digits does your format string keep?",
    ),
)
def rounded(path: Any, epoch: int, metrics: Any) -> None:
    _write(path, epoch, metrics, digits=4)


@wrong(
    "animals.dump_metrics",
    looks_like="the column names are written again for each epoch",
    hints=(
        "The file has twice as many lines as expected.",
        "How can you tell whether the file is new?",
    ),
)
def names_each_time(path: Any, epoch: int, metrics: Any) -> None:
    old = Path(path).read_text() if Path(path).exists() else ""
    _write(path, epoch, metrics, mode="a")
    if old:
        new = Path(path).read_text()[len(old) :]
        Path(path).write_text(old + old.split("\n")[0] + "\n" + new)


@wrong(
    "animals.dump_metrics",
    looks_like="the column names are never written",
    hints=("The file begins with values.", "How will a reader know what each column means?"),
)
def no_names(path: Any, epoch: int, metrics: Any) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with Path(path).open("a") as file:
        file.write("\t".join([str(epoch), *(repr(float(v)) for v in metrics.values())]) + "\n")


@wrong(
    "animals.dump_metrics",
    looks_like="the values are written in the order of the dictionary",
    hints=(
        "Some values are in the wrong column.",
        "Can a dictionary have its keys in another order than the first line of the file?",
    ),
)
def in_their_own_order(path: Any, epoch: int, metrics: Any) -> None:
    if Path(path).exists():
        names = Path(path).read_text().split("\n")[0].split("\t")[1:]
        if sorted(names) != sorted(metrics):
            raise ValueError("other names")
        metrics = dict(zip(names, metrics.values(), strict=True))
    _write(path, epoch, metrics)


@wrong(
    "animals.dump_metrics",
    looks_like="the folder is assumed to exist",
    hints=(
        "A folder that doesn't exist causes an error.",
        "Which code creates the folder of the file?",
    ),
)
def no_folder(path: Any, epoch: int, metrics: Any) -> None:
    if not Path(path).parent.is_dir():
        raise FileNotFoundError(path)
    _write(path, epoch, metrics)


@wrong(
    "animals.dump_metrics",
    looks_like="metrics with other names are written below the old ones",
    hints=(
        "Metrics with other names than those in the file raise no error.",
        "How do the new names compare with the first line of the file?",
    ),
)
def any_names(path: Any, epoch: int, metrics: Any) -> None:
    if not Path(path).exists():
        return _write(path, epoch, metrics)
    names = Path(path).read_text().split("\n")[0].split("\t")[1:]
    same = sorted(names) == sorted(metrics)
    values = [metrics[name] for name in names] if same else list(metrics.values())
    with Path(path).open("a") as file:
        file.write("\t".join([str(epoch), *(repr(float(v)) for v in values)]) + "\n")
    return None


@wrong(
    "animals.dump_metrics",
    looks_like="columns are separated by commas",
    hints=("The first line is read as one long column.", "Which character separates two columns?"),
)
def commas(path: Any, epoch: int, metrics: Any) -> None:
    _write(path, epoch, metrics)
    Path(path).write_text(Path(path).read_text().replace("\t", ","))


def _load(path: Any, read: Callable[[Any], Any], *, evaluate: bool = True) -> Any:
    if not Path(path).is_file():
        raise FileNotFoundError(path)
    try:
        weights = read(path)
    except Exception as error:
        raise ValueError(f"{path} can't be read") from error
    network = AnimalNet()
    try:
        network.load_state_dict(weights)
    except Exception as error:
        raise ValueError(f"{path} doesn't fit") from error
    return network.eval() if evaluate else network


def _safely(path: Any) -> Any:
    return torch.load(path, map_location="cpu", weights_only=True)


@wrong(
    "animals.load_model",
    looks_like="the file is unpickled, which runs any code in it",
    hints=(
        "A file from someone else could do anything on your machine.",
        "What does torch.load do with weights_only=False, and what does pickle do with an "
        "untrusted file?",
    ),
)
def runs_code(path: Any) -> Any:
    return _load(path, lambda p: torch.load(p, map_location="cpu", weights_only=False))


@wrong(
    "animals.load_model",
    looks_like="the file is unpickled after safe loading has failed",
    hints=(
        "A file that the safe method rejects is read with another method.",
        "Whom does safe loading protect if you ignore its refusal?",
    ),
)
def runs_code_in_the_end(path: Any) -> Any:
    def read(place: Any) -> Any:
        try:
            return _safely(place)
        except pickle.UnpicklingError:
            found = torch.load(place, map_location="cpu", weights_only=False)
            return found.state_dict() if isinstance(found, nn.Module) else found

    return _load(path, read)


@wrong(
    "animals.load_model",
    looks_like="the file's contents are checked only after it was unpickled",
    hints=(
        "The error comes too late, because the code in the file has already run.",
        "When does pickle run the code in a file: during reading or afterwards?",
    ),
)
def checked_too_late(path: Any) -> Any:
    def read(place: Any) -> Any:
        found = torch.load(place, map_location="cpu", weights_only=False)
        if not all(torch.is_tensor(value) for value in found.values()):
            raise ValueError("more than weights")
        return found

    return _load(path, read)


@wrong(
    "animals.load_model",
    looks_like="a whole model is accepted in place of weights",
    hints=(
        "A file that contains a whole model is accepted.",
        "A whole model is pickled together with its class. What should the file contain instead?",
    ),
)
def whole_models_welcome(path: Any) -> Any:
    def read(place: Any) -> Any:
        with torch.serialization.safe_globals([AnimalNet, *_torch_classes()]):
            found = _safely(place)
        return found.state_dict() if isinstance(found, nn.Module) else found

    return _load(path, read)


def _torch_classes() -> list[Any]:
    import student_code.animals

    kinds = {type(module) for module in student_code.animals.AnimalNet().modules()}
    return [*kinds, set, getattr]


@wrong(
    "animals.load_model",
    looks_like="the network is returned in train mode",
    hints=(
        "Batch normalization still updates its statistics from the inputs.",
        "Which mode is a newly created network in?",
    ),
)
def in_train_mode(path: Any) -> Any:
    return _load(path, _safely, evaluate=False)


@wrong(
    "animals.load_model",
    looks_like="weights that don't match are ignored",
    hints=(
        "A file with other weights gives an untrained network instead of an error.",
        "What does strict=False do with weights that have other names?",
    ),
)
def not_strict(path: Any) -> Any:
    def read(place: Any) -> Any:
        network = AnimalNet()
        network.load_state_dict(_safely(place), strict=False)
        return network.state_dict()

    return _load(path, read)


@wrong(
    "animals.load_model",
    looks_like="only the parameters are loaded, without the batch normalization statistics",
    hints=(
        "The loaded network makes other predictions than the saved one.",
        "A state_dict contains parameters and buffers. Which of them does batch normalization "
        "need?",
    ),
)
def without_buffers(path: Any) -> Any:
    network = _load(path, _safely)
    fresh = AnimalNet().state_dict()
    names = {name for name, _ in network.named_buffers()}
    network.load_state_dict({**network.state_dict(), **{k: fresh[k] for k in names}})
    return network


@wrong(
    "animals.load_model",
    looks_like="an untrained network is returned",
    hints=(
        "The weights are those of an untrained network.",
        "What happens to the weights after you read them?",
    ),
)
def fresh_network(path: Any) -> Any:
    _load(path, _safely)
    return AnimalNet().eval()


@wrong(
    "animals.load_model",
    looks_like="torch's own errors reach the caller",
    hints=(
        "The error is not one that the docstring promises.",
        "Which message would help someone who has passed the wrong file?",
    ),
)
def bare_errors(path: Any) -> Any:
    if not os.path.exists(path):  # noqa: PTH110
        raise FileNotFoundError(path)
    network = AnimalNet()
    network.load_state_dict(_safely(path))
    return network.eval()


class _Focal(nn.Module):
    def __init__(self, gamma: float = 2.0) -> None:
        super().__init__()
        if gamma < 0:
            raise ValueError("gamma is 0 or more")
        self.gamma = gamma


def _log_p(scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return (scores.log_softmax(dim=1) * targets).sum(dim=1)


def _rest(log_p: torch.Tensor) -> torch.Tensor:
    return (-log_p.expm1()).clamp(min=1e-30)


@wrong(
    "animals.FocalLoss",
    looks_like="the logarithm is taken of a probability that has underflowed to 0",
    hints=(
        "A confident mistake has an infinite loss.",
        "What is the softmax of a logit that is 800 below another one, in floating point?",
    ),
)
class LogOfSoftmax(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        p = (scores.softmax(dim=1) * targets).sum(dim=1)
        return ((1 - p).clamp(min=1e-30) ** self.gamma * -p.log()).mean()


@wrong(
    "animals.FocalLoss",
    looks_like="a small constant inside the logarithm cuts off large losses",
    hints=(
        "All confident mistakes have the same loss, and their gradient is 0.",
        "What is the largest value of −log(p + a small number)?",
    ),
)
class SmallNumberAdded(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        p = (scores.softmax(dim=1) * targets).sum(dim=1)
        return ((1 - p).clamp(min=1e-30) ** self.gamma * -(p + 1e-8).log()).mean()


@wrong(
    "animals.FocalLoss",
    looks_like="the exponentials of the logits overflow",
    hints=(
        "Large logits give NaN.",
        "What is e to the power of 800, in floating point?",
    ),
)
class Overflows(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        powers = scores.exp()
        p = (powers * targets).sum(dim=1) / powers.sum(dim=1)
        return ((1 - p).clamp(min=1e-30) ** self.gamma * -p.log()).mean()


@wrong(
    "animals.FocalLoss",
    looks_like="a base of exactly 0 has no finite gradient if gamma is below 1",
    hints=(
        "The gradient of a confident correct prediction is NaN.",
        "What is the slope of the square root at 0?",
    ),
)
class NoGradientAtCertainty(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        log_p = _log_p(scores, targets)
        return ((1 - log_p.exp()) ** self.gamma * -log_p).mean()


@wrong(
    "animals.FocalLoss",
    looks_like="the factor uses p instead of 1 − p",
    hints=(
        "Correct predictions count more than wrong ones.",
        "Is the factor large or small if the network is confident and right?",
    ),
)
class PowerOfP(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        log_p = _log_p(scores, targets)
        return ((self.gamma * log_p).exp() * -log_p).mean()


@wrong(
    "animals.FocalLoss",
    looks_like="the losses are summed instead of averaged",
    hints=(
        "The loss grows with the batch size.",
        "Should you take the mean or the sum over the examples?",
    ),
)
class AddedUp(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        log_p = _log_p(scores, targets)
        return (_rest(log_p) ** self.gamma * -log_p).sum()


@wrong(
    "animals.FocalLoss",
    looks_like="the mean is taken over both examples and classes",
    hints=(
        "The loss is too small by a factor of the number of classes.",
        "How many terms does each example contribute, and what do you divide by?",
    ),
)
class MeanOverClasses(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        log_p = scores.log_softmax(dim=1)
        return (targets * _rest(log_p) ** self.gamma * -log_p).mean()


@wrong(
    "animals.FocalLoss",
    looks_like="the factor is applied to the mean loss of the batch",
    hints=(
        "A batch of one is right, but larger batches aren't.",
        "Does each example have its own probability?",
    ),
)
class FactorOfTheMean(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        log_p = _log_p(scores, targets).mean()
        return _rest(log_p) ** self.gamma * -log_p


@wrong(
    "animals.FocalLoss",
    looks_like="gamma is always 2",
    hints=("Changing gamma has no effect.", "Where does your code use gamma?"),
)
class AlwaysTwo(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        log_p = _log_p(scores, targets)
        return (_rest(log_p) ** 2 * -log_p).mean()


@wrong(
    "animals.FocalLoss",
    looks_like="the factor is treated as a constant, without a gradient",
    hints=(
        "The loss is right, but its gradient isn't.",
        "Which part of the loss do you compute without gradients?",
    ),
)
class FactorDetached(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        log_p = _log_p(scores, targets)
        return (_rest(log_p).detach() ** self.gamma * -log_p).mean()


@wrong(
    "animals.FocalLoss",
    looks_like="the softmax is applied twice",
    hints=(
        "The loss of a confident mistake is small.",
        "Do cross_entropy and log_softmax in torch expect logits or probabilities?",
    ),
)
class SoftmaxTwice(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        log_p = _log_p(scores.softmax(dim=1), targets)
        return (_rest(log_p) ** self.gamma * -log_p).mean()


@wrong(
    "animals.FocalLoss",
    looks_like="a negative gamma is accepted",
    hints=(
        "gamma = -1 raises no error.",
        "What would a negative gamma do to the weight of easy examples?",
    ),
)
class AnyGamma(nn.Module):
    def __init__(self, gamma: float = 2.0) -> None:
        super().__init__()
        self.gamma = gamma

    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        log_p = _log_p(scores, targets)
        return (_rest(log_p) ** self.gamma * -log_p).mean()
