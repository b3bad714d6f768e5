"""A classifier of animals from nothing: the split, the data set, the network, its files, a loss."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils.data import Dataset

Sample = tuple[Any, int]


def split_dataset(
    paths: Sequence[str | Path],
    labels: Sequence[int],
    fractions: tuple[float, float, float] = (0.7, 0.1, 0.2),
    seed: int = 42,
) -> tuple[list[Sample], list[Sample], list[Sample]]:
    """Split a data set at random, each class by itself, the same on every machine.

    Args:
        paths: of the image files, all different, in any order. Each class lies in a folder of
            its own, and all of these in one folder, wherever that is.
        labels: one for each path.
        fractions: the shares of train, validation and test; each is 0 or more, in all 1.
        seed: another one gives another split.
    Returns: three lists of (path, label): train, validation and test. Each image is in exactly one
        of them. Train and validation hold their fractions of each class to within one image, and
        test the rest. Who is in which list, and in which order, is the same in every run and on
        every machine: it depends on neither the order in which the paths come nor the folder that
        the data set lies in, nor on anything random that happened before.
    Raises: ValueError where paths and labels differ in number, or for bad fractions.
    """
    ### BEGIN SOLUTION
    if len(paths) != len(labels):
        raise ValueError(f"{len(paths)} paths, but {len(labels)} labels")
    if len(fractions) != 3 or min(fractions) < 0 or abs(sum(fractions) - 1) > 1e-6:
        raise ValueError(f"three fractions that add up to 1 are wanted, not {fractions}")

    def rank(sample: Sample) -> tuple[str, str]:
        # A file's name and its class are the same everywhere; a hash of them is a fixed lot.
        name = str(sample[0]).replace("\\", "/").rpartition("/")[2]
        lot = hashlib.sha256(f"{seed}/{sample[1]}/{name}".encode()).hexdigest()
        return lot, str(sample[0])

    train: list[Sample] = []
    validation: list[Sample] = []
    test: list[Sample] = []
    for wanted in sorted(set(labels)):
        of_class = [(p, label) for p, label in zip(paths, labels, strict=True) if label == wanted]
        of_class.sort(key=rank)
        first = round(fractions[0] * len(of_class))
        second = round((fractions[0] + fractions[1]) * len(of_class))
        train += of_class[:first]
        validation += of_class[first:second]
        test += of_class[second:]
    return train, validation, test
    ### END SOLUTION


class OneHotDataset(Dataset):
    """A data set whose labels are one-hot: 1 at the place of the class, and 0 elsewhere."""

    def __init__(
        self, base: Any, num_classes: int = 3, transform: Callable[[Any], Any] | None = None
    ) -> None:
        """
        Args:
            base: has a length, and `base[i]` is (image, label) with a label from 0 to
                num_classes - 1, an int or an int64 tensor of shape ().
            num_classes: how many classes there are.
            transform: applied to the image each time that it is asked for; None leaves it as it is.
        """
        ### BEGIN SOLUTION
        self.base = base
        self.num_classes = num_classes
        self.transform = transform
        ### END SOLUTION

    def __len__(self) -> int:
        """How many images there are."""
        ### BEGIN SOLUTION
        return len(self.base)
        ### END SOLUTION

    def __getitem__(self, index: int) -> tuple[Any, torch.Tensor]:
        """The image at `index`, transformed, and its label as float32 of shape (num_classes,).

        Raises: ValueError for a label that is out of range.
        """
        ### BEGIN SOLUTION
        image, label = self.base[index]
        if not 0 <= int(label) < self.num_classes:
            raise ValueError(f"the label {int(label)} is not one of {self.num_classes} classes")
        one_hot = torch.zeros(self.num_classes)
        one_hot[int(label)] = 1
        return (image if self.transform is None else self.transform(image)), one_hot
        ### END SOLUTION


class AnimalNet(nn.Module):
    """From a colour image to one score a class.

    In it are convolutions, batch normalisation, ReLU (or a relative of it) and max pooling.
    """

    def __init__(self, num_classes: int = 3) -> None:
        """
        Args:
            num_classes: how many classes there are.
        """
        super().__init__()

        ### BEGIN SOLUTION
        def block(inputs: int, outputs: int) -> list[nn.Module]:
            convolution = nn.Conv2d(inputs, outputs, kernel_size=3, padding=1, bias=False)
            return [convolution, nn.BatchNorm2d(outputs), nn.MaxPool2d(2), nn.ReLU()]

        self.features = nn.Sequential(*block(3, 16), *block(16, 32), *block(32, 64))  # 64 -> 8
        self.head = nn.Sequential(
            nn.AdaptiveMaxPool2d(2), nn.Flatten(), nn.Dropout(0.2), nn.Linear(64 * 4, num_classes)
        )
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The scores of a batch of images.

        Args:
            x: float32 images of shape (N, 3, 64, 64).
        Returns: raw scores of shape (N, num_classes), as a loss on scores takes them.
        """
        ### BEGIN SOLUTION
        return self.head(self.features(x))
        ### END SOLUTION

    def predict_proba(self, x: torch.Tensor) -> torch.Tensor:
        """The probabilities of the classes: the softmax of the scores, in eval mode.

        Args:
            x: float32 images of shape (N, 3, 64, 64).
        Returns: float32 of shape (N, num_classes), without gradients; each row adds up to 1, and
            does not depend on the other images. The network is left in the mode in which it was.
        """
        ### BEGIN SOLUTION
        was_training = self.training
        self.eval()
        with torch.no_grad():
            probabilities = self(x).softmax(dim=1)
        self.train(was_training)
        return probabilities
        ### END SOLUTION


def dump_metrics(path: str | Path, epoch: int, metrics: Mapping[str, float | torch.Tensor]) -> None:
    """Add the figures of one epoch to a text file.

    Args:
        path: of the file; it and its folders are made where they aren't there yet.
        epoch: the number of the epoch.
        metrics: the names of the figures (without tabs) and the figures: numbers, or tensors of
            one number.
    The file's first line is `epoch` and the names, each line after it an epoch and its figures, in
    the order of the first line, all separated by tabs; each line ends with a newline. `float` of a
    figure's text is the figure exactly. What was in the file stays.
    Raises: ValueError where the file's first line has other names; the file stays as it is.
    """
    ### BEGIN SOLUTION
    path = Path(path)
    path.parent.mkdir(exist_ok=True, parents=True)
    header = ["epoch", *metrics]
    if path.exists() and path.stat().st_size:
        with path.open(encoding="utf-8") as file:
            found = file.readline().rstrip("\n").split("\t")
        if sorted(found) != sorted(header):
            raise ValueError(f"{path} holds {found[1:]}, and not {list(metrics)}")
        header, lines = found, []
    else:
        lines = ["\t".join(header)]
    lines.append("\t".join([str(epoch), *(repr(float(metrics[name])) for name in header[1:])]))
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    ### END SOLUTION


def load_model(path: str | Path) -> AnimalNet:
    """An AnimalNet for three classes with the weights in a file, in eval mode, on the CPU.

    Args:
        path: of a file that `torch.save(network.state_dict(), path)` wrote.
    A file can come from anybody: reading it never runs code from it.
    Raises: FileNotFoundError where there is no file; ValueError that says what to do for a file
        that holds more than weights (a whole model, other objects, code), that can't be read, or
        whose weights are those of another network.
    """
    ### BEGIN SOLUTION
    if not Path(path).is_file():
        raise FileNotFoundError(f"there is no file {path}: train the network and save it first")
    try:
        weights = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ValueError(
            f"{path} holds more than weights, and that could be code, so it is not read. "
            "Save network.state_dict(), not the network."
        ) from error
    except Exception as error:  # torch has many ways to stumble over arbitrary bytes
        raise ValueError(f"{path} is damaged or holds no weights: save them again") from error
    network = AnimalNet()
    try:
        network.load_state_dict(weights)
    except (RuntimeError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} holds the weights of another network: {error}") from error
    return network.eval()
    ### END SOLUTION


class FocalLoss(nn.Module):
    """The mean over examples of −(1 − p)^gamma · log p, with p the probability of the true class.

    What the network already gets right counts little, and the less the larger gamma is; with
    gamma 0 it is the cross-entropy. Numerically stable: for any finite scores, of thousands too,
    the loss and its gradients are finite and right.
    """

    def __init__(self, gamma: float = 2.0) -> None:
        """
        Args:
            gamma: 0 or more, and not only whole numbers; anything else is a ValueError.
        """
        super().__init__()
        ### BEGIN SOLUTION
        if not gamma >= 0:
            raise ValueError(f"gamma is 0 or more, not {gamma}")
        self.gamma = gamma
        ### END SOLUTION

    def forward(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """
        Args:
            scores: raw scores, float32 (N, num_classes), with two classes or more.
            targets: one-hot labels, float32 (N, num_classes).
        Returns: the loss as a tensor of shape (), through which gradients flow.
        """
        ### BEGIN SOLUTION
        all_classes = scores.logsumexp(dim=1)
        log_p = (scores * targets).sum(dim=1) - all_classes
        # 1 − p is what the other classes have. As a logarithm it never becomes 0, so that its
        # power has a gradient even where the network is certain.
        log_rest = scores.masked_fill(targets > 0, float("-inf")).logsumexp(dim=1) - all_classes
        return -((self.gamma * log_rest).exp() * log_p).mean()
        ### END SOLUTION
