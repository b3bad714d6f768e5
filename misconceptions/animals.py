"""Wrong ways to write `student_code.animals`."""

from __future__ import annotations

import os
import pickle
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from misconceptions.catalogue import wrong
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
    looks_like="all classes are shuffled together before they are cut",
    hints=(
        "The splits hold more of one class than of another.",
        "Seventy per cent of all images are not seventy per cent of each class.",
    ),
)
def unstratified(paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42) -> Splits:
    return _cut(_shuffled(_checked(paths, labels, fractions), seed), fractions)


@wrong(
    "animals.split_dataset",
    looks_like="validation images are training images too",
    hints=(
        "Some images are in two splits: what is measured there was learnt by heart.",
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
    looks_like="each split is drawn by itself from all images",
    hints=(
        "Some images are in two splits, and others in none.",
        "What is left to draw from after the first draw?",
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
    looks_like="the shuffle has no seed",
    hints=(
        "Each call gives another split.",
        "Which random generator shuffles, and who has set it to the seed?",
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
    looks_like="the images are shuffled as they come, without being put in order first",
    hints=(
        "The same files in another order give another split.",
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
    looks_like="the folder of this machine takes part in the lot",
    hints=(
        "The same files in another folder give another split.",
        "Which part of a path is the same on your friend's machine?",
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
    looks_like="Python's own hash of a text, or the order of a set, decides",
    hints=(
        "Each run of Python gives another split.",
        "Python's hash of a text changes from run to run. What does a set go by?",
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
    looks_like="nothing is shuffled: the files are cut in their order",
    hints=(
        "Validation and test are the files with the highest numbers.",
        "Where does your code use the seed?",
    ),
)
def in_order(paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42) -> Splits:
    pairs = _checked(paths, labels, fractions)
    return _by_class(pairs, fractions, sorted)


@wrong(
    "animals.split_dataset",
    looks_like="the seed is always the same, whatever is asked for",
    hints=(
        "Another seed gives the same split.",
        "Which seed does your generator get?",
    ),
)
def seed_ignored(paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42) -> Splits:
    pairs = _checked(paths, labels, fractions)
    return _by_class(pairs, fractions, lambda some: _shuffled(some, 42))


@wrong(
    "animals.split_dataset",
    looks_like="the images that are left over by rounding are lost",
    hints=(
        "Some images are in no split at all.",
        "How many images of a class are in the three splits together?",
    ),
)
def incomplete(paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42) -> Splits:
    pairs = _checked(paths, labels, fractions)
    train, validation, test = _by_class(pairs, fractions, lambda some: _shuffled(some, seed))
    return train, validation, test[:-1]


@wrong(
    "animals.split_dataset",
    looks_like="labels are shuffled apart from their paths",
    hints=(
        "Some images have another image's label.",
        "What keeps a path and its label together while you shuffle?",
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
    looks_like="validation and test are exchanged",
    hints=(
        "The second list is twice as long as the third.",
        "In which order are the splits asked for, and the fractions given?",
    ),
)
def exchanged(paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42) -> Splits:
    pairs = _checked(paths, labels, fractions)
    train, validation, test = _by_class(pairs, fractions, lambda some: _shuffled(some, seed))
    return train, test, validation


@wrong(
    "animals.split_dataset",
    looks_like="fractions that can't be are taken as they come",
    hints=(
        "Fractions of 0.7, 0.1 and 0.1 raise no error.",
        "What becomes of the rest of the images, or of one that is asked for twice?",
    ),
)
def no_check(paths: Any, labels: Any, fractions: Fractions = USUAL, seed: int = 42) -> Splits:
    pairs = list(zip(paths, labels, strict=False))
    return _by_class(pairs, fractions, lambda some: _shuffled(some, seed))


@wrong(
    "animals.OneHotDataset",
    looks_like="labels stay numbers",
    hints=("The label is one number.", "What has a 1 at the place of the class?"),
)
class PlainLabels(OneHotDataset):
    def __getitem__(self, index: int) -> Any:
        image, target = super().__getitem__(index)
        return image, target.argmax()


@wrong(
    "animals.OneHotDataset",
    looks_like="one-hot labels are whole numbers",
    hints=(
        "The labels' dtype is int64.",
        "Of which dtype are probabilities, which the loss compares these with?",
    ),
)
class IntegerLabels(OneHotDataset):
    def __getitem__(self, index: int) -> Any:
        image, target = super().__getitem__(index)
        return image, target.long()


@wrong(
    "animals.OneHotDataset",
    looks_like="classes are counted from 1",
    hints=("The 1 stands one place too far left or right.", "Which number has the first class?"),
)
class CountedFromOne(OneHotDataset):
    def __getitem__(self, index: int) -> Any:
        image, target = super().__getitem__(index)
        return image, target.roll(-1)


@wrong(
    "animals.OneHotDataset",
    looks_like="all items share one label tensor, which the next item overwrites",
    hints=(
        "An item's label changes when another item is asked for.",
        "How many tensors does your data set make for its labels?",
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
    looks_like="each image is transformed once, when the data set is made",
    hints=(
        "An image looks the same each time: an augmentation would be frozen.",
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
    looks_like="the transform is forgotten",
    hints=("Images come as they are.", "Where does your code call the transform?"),
)
class NoTransform(OneHotDataset):
    def __init__(self, base: Any, num_classes: int = 3, transform: Any = None) -> None:
        super().__init__(base, num_classes, None)


@wrong(
    "animals.OneHotDataset",
    looks_like="a label of -1 counts as the last class",
    hints=(
        "A label that is no class raises no error.",
        "What does an index of -1 mean?",
    ),
)
class WrapsAround(OneHotDataset):
    def __getitem__(self, index: int) -> Any:
        image, label = self.base[index]
        target = torch.eye(self.num_classes)[int(label) % self.num_classes]
        return (image if self.transform is None else self.transform(image)), target


@wrong(
    "animals.OneHotDataset",
    looks_like="images are divided by 255 once more",
    hints=(
        "The pixels are almost black, whatever image it is.",
        "Which range do the images of the data set below have already?",
    ),
)
class DividesAgain(OneHotDataset):
    def __getitem__(self, index: int) -> Any:
        image, target = super().__getitem__(index)
        return image / 255, target


@wrong(
    "animals.OneHotDataset",
    looks_like="there are always three classes",
    hints=("The label has three places.", "How many should it have?"),
)
class AlwaysThree(OneHotDataset):
    def __init__(self, base: Any, num_classes: int = 3, transform: Any = None) -> None:
        super().__init__(base, 3, transform)


class _Net(nn.Module):
    """The parts of a network for animals, one of which an entry leaves out."""

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
        "No score is negative, and the rows add up to 1.",
        "The loss takes raw scores. Who makes probabilities of them?",
    ),
)
class SoftmaxInside(_Net):
    def __init__(self, num_classes: int = 3) -> None:
        super().__init__(num_classes, last=nn.Softmax(dim=1))


@wrong(
    "animals.AnimalNet",
    looks_like="a ReLU comes after the last layer",
    hints=("No score is negative.", "What follows the last linear layer?"),
)
class ReluAtTheEnd(_Net):
    def __init__(self, num_classes: int = 3) -> None:
        super().__init__(num_classes, last=nn.ReLU())


@wrong(
    "animals.AnimalNet",
    looks_like="there is no batch normalisation",
    hints=("One of the four kinds of layers is missing.", "What keeps the scale of activations?"),
)
class NoNorm(_Net):
    def __init__(self, num_classes: int = 3) -> None:
        super().__init__(num_classes, norm=False)


@wrong(
    "animals.AnimalNet",
    looks_like="there is no max pooling",
    hints=("One of the four kinds of layers is missing.", "How do the maps become smaller?"),
)
class NoPool(_Net):
    def __init__(self, num_classes: int = 3) -> None:
        super().__init__(num_classes, pool=False)


@wrong(
    "animals.AnimalNet",
    looks_like="nothing nonlinear stands between the layers",
    hints=("One of the four kinds of layers is missing.", "What are two linear layers in a row?"),
)
class NoRelu(_Net):
    def __init__(self, num_classes: int = 3) -> None:
        super().__init__(num_classes, relu=False)


@wrong(
    "animals.AnimalNet",
    looks_like="the number of classes is fixed at three",
    hints=("There are always three scores.", "Where does your code use num_classes?"),
)
class ThreeClassesOnly(_Net):
    def __init__(self, num_classes: int = 3) -> None:
        super().__init__(3)


@wrong(
    "animals.AnimalNet",
    looks_like="the softmax goes over the batch instead of over the classes",
    hints=(
        "The columns of the probabilities add up to 1, where the rows should.",
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
    looks_like="probabilities are computed in train mode",
    hints=(
        "An image's probabilities depend on the other images of the batch.",
        "Which statistics does batch normalisation use, and in which mode?",
    ),
)
class PredictsInTrainMode(_Net):
    def predict_proba(self, x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return self(x).softmax(dim=1)


@wrong(
    "animals.AnimalNet",
    looks_like="the network stays in eval mode after predicting",
    hints=(
        "After predict_proba a network that was training no longer is.",
        "In which mode did it come?",
    ),
)
class LeftInEval(_Net):
    def predict_proba(self, x: torch.Tensor) -> torch.Tensor:
        self.eval()
        with torch.no_grad():
            return self(x).softmax(dim=1)


@wrong(
    "animals.AnimalNet",
    looks_like="predicting is recorded for gradients",
    hints=(
        "The probabilities have a gradient function.",
        "Eval mode switches layers, and not the recording. What does?",
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
    hints=("Only the last epoch is in the file.", 'What does mode "w" do to a file?'),
)
def overwrites(path: Any, epoch: int, metrics: Any) -> None:
    if Path(path).exists():
        names = Path(path).read_text().split("\n")[0].split("\t")[1:]
        if sorted(names) != sorted(metrics):
            raise ValueError("other names")
        metrics = {name: metrics[name] for name in names}
    _write(path, epoch, metrics, mode="w")


@wrong(
    "animals.dump_metrics",
    looks_like="figures are rounded before they are written",
    hints=(
        "A figure that is read back isn't the one that was written.",
        "How many digits does your format keep?",
    ),
)
def rounded(path: Any, epoch: int, metrics: Any) -> None:
    _write(path, epoch, metrics, digits=4)


@wrong(
    "animals.dump_metrics",
    looks_like="the names are written again for each epoch",
    hints=("There are twice as many lines as expected.", "When is the file new?"),
)
def names_each_time(path: Any, epoch: int, metrics: Any) -> None:
    old = Path(path).read_text() if Path(path).exists() else ""
    _write(path, epoch, metrics, mode="a")
    if old:
        new = Path(path).read_text()[len(old) :]
        Path(path).write_text(old + old.split("\n")[0] + "\n" + new)


@wrong(
    "animals.dump_metrics",
    looks_like="the names are never written",
    hints=("The file begins with figures.", "Who is to know what each column holds?"),
)
def no_names(path: Any, epoch: int, metrics: Any) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with Path(path).open("a") as file:
        file.write("\t".join([str(epoch), *(repr(float(v)) for v in metrics.values())]) + "\n")


@wrong(
    "animals.dump_metrics",
    looks_like="figures are written in the order in which they come",
    hints=(
        "Figures stand below another figure's name.",
        "May a dictionary list its entries in another order than the file's first line?",
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
    looks_like="the folder is expected to be there",
    hints=("A folder that isn't there is an error.", "Who makes the folder of the file?"),
)
def no_folder(path: Any, epoch: int, metrics: Any) -> None:
    if not Path(path).parent.is_dir():
        raise FileNotFoundError(path)
    _write(path, epoch, metrics)


@wrong(
    "animals.dump_metrics",
    looks_like="figures with other names are written below the old ones",
    hints=(
        "A file with other names raises no error.",
        "What does the file's first line say about the new figures?",
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
    hints=("The first line is one long column.", "What stands between two columns?"),
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
    looks_like="the file is unpickled, and any code in it is run",
    hints=(
        "A file from somebody else could do anything on your machine.",
        "What does torch.load do with weights_only=False, or pickle with a stranger's file?",
    ),
)
def runs_code(path: Any) -> Any:
    return _load(path, lambda p: torch.load(p, map_location="cpu", weights_only=False))


@wrong(
    "animals.load_model",
    looks_like="reading safely is tried first, and then the file is unpickled after all",
    hints=(
        "A file that is refused at first is read in another way.",
        "Whom does the safe way protect if its refusal is passed over?",
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
    looks_like="the file's contents are looked at only after it was unpickled",
    hints=(
        "The error comes too late: the code has been run by then.",
        "When does pickle run what a file carries: while it reads, or later?",
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
    looks_like="a whole model is read where weights were wanted",
    hints=(
        "A file with a whole model is accepted.",
        "A whole model is pickled, its class and all. What has to be in the file instead?",
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
    looks_like="the network is handed out in train mode",
    hints=(
        "Batch normalisation still learns from what it is shown.",
        "In which mode is a network when it was just made?",
    ),
)
def in_train_mode(path: Any) -> Any:
    return _load(path, _safely, evaluate=False)


@wrong(
    "animals.load_model",
    looks_like="weights that don't fit are passed over",
    hints=(
        "A file with other weights gives a fresh network, and no error.",
        "What does strict=False do to weights with other names?",
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
    looks_like="only the parameters are read, and not the batch statistics",
    hints=(
        "The network says something else than the one that was saved.",
        "A state_dict holds parameters and buffers. Which does batch normalisation need?",
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
    looks_like="a fresh network is handed out",
    hints=("The weights are those of an untrained network.", "Where do the weights go?"),
)
def fresh_network(path: Any) -> Any:
    _load(path, _safely)
    return AnimalNet().eval()


@wrong(
    "animals.load_model",
    looks_like="torch's own errors reach the caller",
    hints=(
        "The error is none that the promise names.",
        "What should somebody who handed in the wrong file read?",
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
    looks_like="the logarithm is taken of a probability that has become 0",
    hints=(
        "A certain mistake costs infinitely much.",
        "What is the softmax of a score that is 800 below another, in a float?",
    ),
)
class LogOfSoftmax(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        p = (scores.softmax(dim=1) * targets).sum(dim=1)
        return ((1 - p).clamp(min=1e-30) ** self.gamma * -p.log()).mean()


@wrong(
    "animals.FocalLoss",
    looks_like="a small number keeps the logarithm finite, and cuts off large losses",
    hints=(
        "All certain mistakes cost the same, and their gradient is 0.",
        "What is the largest value of −log(p + a small number)?",
    ),
)
class SmallNumberAdded(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        p = (scores.softmax(dim=1) * targets).sum(dim=1)
        return ((1 - p).clamp(min=1e-30) ** self.gamma * -(p + 1e-8).log()).mean()


@wrong(
    "animals.FocalLoss",
    looks_like="the exponentials of the scores overflow",
    hints=(
        "Large scores give NaN.",
        "What is e to the power of 800, in a float?",
    ),
)
class Overflows(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        powers = scores.exp()
        p = (powers * targets).sum(dim=1) / powers.sum(dim=1)
        return ((1 - p).clamp(min=1e-30) ** self.gamma * -p.log()).mean()


@wrong(
    "animals.FocalLoss",
    looks_like="a power of exactly 0 has no gradient where gamma is below 1",
    hints=(
        "The gradient of a certain success is NaN.",
        "What is the slope of the square root at 0?",
    ),
)
class NoGradientAtCertainty(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        log_p = _log_p(scores, targets)
        return ((1 - log_p.exp()) ** self.gamma * -log_p).mean()


@wrong(
    "animals.FocalLoss",
    looks_like="the factor is p to the power of gamma instead of 1 − p",
    hints=(
        "What is right counts more than what is wrong.",
        "Is the factor large or small where the network is certain and right?",
    ),
)
class PowerOfP(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        log_p = _log_p(scores, targets)
        return ((self.gamma * log_p).exp() * -log_p).mean()


@wrong(
    "animals.FocalLoss",
    looks_like="losses are added up instead of averaged",
    hints=("The loss grows with the batch.", "Mean or sum over the examples?"),
)
class AddedUp(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        log_p = _log_p(scores, targets)
        return (_rest(log_p) ** self.gamma * -log_p).sum()


@wrong(
    "animals.FocalLoss",
    looks_like="the mean goes over examples and classes",
    hints=(
        "The loss is too small by the number of classes.",
        "How many terms does each example have, and by what is divided?",
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
        "A batch of one is right, and larger ones aren't.",
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
    hints=("Another gamma changes nothing.", "Where does your code use gamma?"),
)
class AlwaysTwo(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        log_p = _log_p(scores, targets)
        return (_rest(log_p) ** 2 * -log_p).mean()


@wrong(
    "animals.FocalLoss",
    looks_like="the factor is held constant: no gradient goes through it",
    hints=(
        "The loss is right and its gradient isn't.",
        "Which part of the loss was computed without gradients?",
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
        "The loss of a certain mistake is small.",
        "torch's cross-entropy and log_softmax take raw scores.",
    ),
)
class SoftmaxTwice(_Focal):
    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        log_p = _log_p(scores.softmax(dim=1), targets)
        return (_rest(log_p) ** self.gamma * -log_p).mean()


@wrong(
    "animals.FocalLoss",
    looks_like="a gamma below 0 is taken as it is",
    hints=("gamma = -1 raises no error.", "What would a negative gamma make of easy examples?"),
)
class AnyGamma(nn.Module):
    def __init__(self, gamma: float = 2.0) -> None:
        super().__init__()
        self.gamma = gamma

    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        log_p = _log_p(scores, targets)
        return (_rest(log_p) ** self.gamma * -log_p).mean()
