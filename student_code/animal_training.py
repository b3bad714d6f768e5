"""Train the animal classifier: augmentation, one pass over the data, and a complete run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torchvision.transforms import v2

from student_code.analysis import accuracy_precision_recall_f1, generate_confusion_matrix
from student_code.animals import dump_metrics

Batch = tuple[torch.Tensor, torch.Tensor]
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def get_augmentation() -> Callable[[torch.Tensor], torch.Tensor]:
    """Return a function that changes a training image at random and keeps its label.

    Returns: a function (such as a torchvision `Compose`) that takes a float32 image (3, H, W) with
        values from 0 to 1, and returns a float32 image of the same shape and range, different each
        time. It mirrors the image with a probability of one half. It also moves the content (by
        shifting, rotating, zooming or cropping) and changes the light (brightness, contrast, color
        or saturation), in most of the calls. The animal stays upright, and most of it stays in the
        image.
    """
    ### BEGIN SOLUTION
    return v2.Compose(
        [
            v2.RandomHorizontalFlip(),
            v2.RandomAffine(12, translate=(0.08, 0.08), scale=(0.95, 1.2), fill=0.5),
            v2.ColorJitter(brightness=0.25, contrast=0.25, saturation=0.25),
        ]
    )
    ### END SOLUTION


def run_epoch(
    network: nn.Module,
    loader: Iterable[Batch],
    loss_of: Loss,
    optimizer: torch.optim.Optimizer | None = None,
    device: str | torch.device = "cpu",
) -> dict[str, float]:
    """Run over every batch once: train if there is an optimizer, otherwise only evaluate.

    With an optimizer, the network is in train mode and takes one step per batch along the gradient
    of the loss of that batch alone. Without one, it is in eval mode, no gradients are recorded, and
    nothing about the network changes except its mode.

    Args:
        network: maps images to raw scores (N, num_classes); it is on `device`.
        loader: yields batches (images, one-hot labels); the last one may be smaller.
        loss_of: maps scores and one-hot labels to the mean loss of a batch.
        optimizer: updates the network's parameters; None to evaluate.
        device: the device to move the batches to.
    Returns: "loss", the mean loss per image; "accuracy"; and "precision" and "recall", their macro
        means as in Part 8. All are floats, measured over the whole pass, each batch before the step
        on it.
    """
    ### BEGIN SOLUTION
    learns = optimizer is not None
    network.train(learns)
    total = 0.0
    truth: list[int] = []
    guesses: list[int] = []
    with torch.set_grad_enabled(learns):
        for x, target in loader:
            x, target = x.to(device), target.to(device)
            scores = network(x)
            loss = loss_of(scores, target)
            if optimizer is not None:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            total += loss.item() * len(x)
            truth += target.argmax(dim=1).tolist()
            guesses += scores.argmax(dim=1).tolist()
    counts = generate_confusion_matrix(truth, guesses, target.shape[1])
    found = accuracy_precision_recall_f1(counts)
    return {
        "loss": total / len(truth),
        "accuracy": float(found["accuracy"]),
        "precision": float(found["macro_precision"]),
        "recall": float(found["macro_recall"]),
    }
    ### END SOLUTION


def train_and_keep(
    network: nn.Module,
    train: Iterable[Batch],
    validation: Iterable[Batch],
    loss_of: Loss,
    optimizer: torch.optim.Optimizer,
    epochs: int,
    folder: str | Path,
    device: str | torch.device = "cpu",
    after_epoch: Callable[[], Any] | None = None,
) -> int:
    """Train for several epochs, log each of them, and keep the best weights.

    Each epoch trains on `train` and then evaluates on `validation`, with `run_epoch`. It appends
    the metrics of both to `train.txt` and `validation.txt` in `folder`, with `dump_metrics`. If the
    validation loss is lower than in all epochs before, the weights of the network (its
    `state_dict`) are saved as `model.pt` in `folder`.

    Args:
        network, loss_of, optimizer, device: as in `run_epoch`.
        train, validation: loaders of the two splits.
        epochs: the number of epochs, 1 or more. They are numbered from 1.
        folder: is created if it doesn't exist. Logs of an earlier run in it are replaced.
        after_epoch: called without arguments at the end of each epoch, such as the `step` of a
            learning rate schedule.
    Returns: the number of the epoch whose weights were kept.
    """
    ### BEGIN SOLUTION
    folder = Path(folder)
    folder.mkdir(exist_ok=True, parents=True)
    for name in ("train", "validation"):
        (folder / f"{name}.txt").unlink(missing_ok=True)
    lowest, best = float("inf"), 0
    for epoch in range(1, epochs + 1):
        learned = run_epoch(network, train, loss_of, optimizer, device)
        measured = run_epoch(network, validation, loss_of, device=device)
        dump_metrics(folder / "train.txt", epoch, learned)
        dump_metrics(folder / "validation.txt", epoch, measured)
        if measured["loss"] < lowest:
            lowest, best = measured["loss"], epoch
            torch.save(network.state_dict(), folder / "model.pt")
        if after_epoch is not None:
            after_epoch()
    return best
    ### END SOLUTION
