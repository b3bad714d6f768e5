"""An animal classifier built from scratch: data split, data set, network, files, and loss."""

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
    """Split a data set at random within each class, identically on every machine.

    Args:
        paths: the paths of the image files, all different, in any order. Each class has its own
            folder, and all of these folders have the same parent folder, which may be anywhere.
        labels: one label per path.
        fractions: the fractions of train, validation and test; each is 0 or more, and they sum
            to 1.
        seed: a different seed gives a different split.
    Returns: three lists of (path, label): train, validation and test. Each image is in exactly one
        of them. Train and validation hold their fractions of each class to within one image, and
        test holds the rest. The contents and the order of the lists are the same in every run and
        on every machine: they depend neither on the order of `paths`, nor on the folder that
        contains the data set, nor on the state of any random number generator.
    Raises: ValueError if paths and labels differ in number, or if the fractions are invalid.
    """
    ### BEGIN SOLUTION
    if len(paths) != len(labels):
        raise ValueError(f"{len(paths)} paths, but {len(labels)} labels")
    if len(fractions) != 3 or min(fractions) < 0 or abs(sum(fractions) - 1) > 1e-6:
        raise ValueError(f"three fractions that add up to 1 are wanted, not {fractions}")

    def rank(sample: Sample) -> tuple[str, str]:
        # File name and class are the same everywhere, so their hash gives each image a fixed rank.
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
    """A data set with one-hot labels: 1 at the index of the class, and 0 elsewhere."""

    def __init__(
        self, base: Any, num_classes: int = 3, transform: Callable[[Any], Any] | None = None
    ) -> None:
        """
        Args:
            base: has a length, and `base[i]` is (image, label) with a label from 0 to
                num_classes - 1, an int or an int64 tensor of shape ().
            num_classes: the number of classes.
            transform: applied to the image on every access; None leaves the image unchanged.
        """
        ### BEGIN SOLUTION
        self.base = base
        self.num_classes = num_classes
        self.transform = transform
        ### END SOLUTION

    def __len__(self) -> int:
        """Return the number of images."""
        ### BEGIN SOLUTION
        return len(self.base)
        ### END SOLUTION

    def __getitem__(self, index: int) -> tuple[Any, torch.Tensor]:
        """Return the transformed image at `index` and its label, float32 of shape (num_classes,).

        Raises: ValueError if the label is out of range.
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
    """A network that maps a color image to one score per class.

    It contains convolutions, batch normalization, ReLU (or one of its variants) and max pooling.
    """

    def __init__(self, num_classes: int = 3) -> None:
        """
        Args:
            num_classes: the number of classes.
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
        """Compute the scores of a batch of images.

        Args:
            x: float32 images of shape (N, 3, 64, 64).
        Returns: raw scores (logits) of shape (N, num_classes), suitable for a loss on logits.
        """
        ### BEGIN SOLUTION
        return self.head(self.features(x))
        ### END SOLUTION

    def predict_proba(self, x: torch.Tensor) -> torch.Tensor:
        """Compute the class probabilities: the softmax of the scores, in eval mode.

        Args:
            x: float32 images of shape (N, 3, 64, 64).
        Returns: float32 of shape (N, num_classes), without gradients; each row sums to 1 and does
            not depend on the other images. The network is left in the mode it was in.
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
    """Append the metrics of one epoch to a text file.

    Args:
        path: the path of the file; the file and its folders are created if they don't exist.
        epoch: the number of the epoch.
        metrics: maps the name of each metric (without tabs) to its value: a number, or a tensor
            with one element.
    The first line of the file is `epoch` followed by the names. Each further line is an epoch
    followed by its values, in the order of the first line. Fields are separated by tabs, and each
    line ends with a newline. Calling `float` on the text of a value restores the value exactly.
    Existing lines are kept.
    Raises: ValueError if the first line of the file has other names; the file is left unchanged.
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
    """Load the weights of an AnimalNet for three classes; return it in eval mode on the CPU.

    Args:
        path: the path of a file written by `torch.save(network.state_dict(), path)`.
    The file may come from an untrusted source: loading it never runs code from it.
    Raises: FileNotFoundError if the file doesn't exist. ValueError if the file contains more than
        weights (a whole model, other objects, code), if it can't be read, or if its weights belong
        to another network; the message says what to do.
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
    except Exception as error:  # torch raises many kinds of errors for arbitrary bytes
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

    Examples that the network already classifies well contribute little, and less the larger gamma
    is; with gamma 0 the loss is the cross-entropy. It is numerically stable: for all finite scores,
    even in the thousands, the loss and its gradients are finite and correct.
    """

    def __init__(self, gamma: float = 2.0) -> None:
        """
        Args:
            gamma: 0 or more, not necessarily an integer; anything else raises a ValueError.
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
            scores: raw scores, float32 (N, num_classes), with two or more classes.
            targets: one-hot labels, float32 (N, num_classes).
        Returns: the loss as a tensor of shape (), differentiable with respect to the scores.
        """
        ### BEGIN SOLUTION
        all_classes = scores.logsumexp(dim=1)
        log_p = (scores * targets).sum(dim=1) - all_classes
        # 1 − p is the probability of the other classes. In log space it can't underflow to 0, so
        # its power has a gradient even if the network is certain.
        log_rest = scores.masked_fill(targets > 0, float("-inf")).logsumexp(dim=1) - all_classes
        return -((self.gamma * log_rest).exp() * log_p).mean()
        ### END SOLUTION
