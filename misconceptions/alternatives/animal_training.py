"""Alternative implementations of `student_code.animal_training`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torchvision import transforms
from torchvision.transforms.v2 import functional as F

from misconceptions.catalogue import right
from student_code.animal_training import run_epoch
from student_code.animals import dump_metrics


@right("animal_training.get_augmentation")
def with_the_first_version() -> Any:
    """Use torchvision's first version of the transforms, with a crop instead of a shift."""

    def change(image: torch.Tensor) -> torch.Tensor:
        height, width = image.shape[-2:]
        return transforms.Compose(
            [
                transforms.RandomHorizontalFlip(0.5),
                transforms.RandomResizedCrop((height, width), scale=(0.7, 1.0), antialias=True),
                transforms.ColorJitter(0.3, 0.3, 0.3, 0.05),
            ]
        )(image)

    return change


@right("animal_training.get_augmentation")
def by_hand() -> Any:
    """Draw every number by hand: flip, pad and crop, one factor for the brightness."""

    def change(image: torch.Tensor) -> torch.Tensor:
        height, width = image.shape[-2:]
        if torch.rand(()) < 0.5:
            image = image.flip(-1)
        padded = F.pad(image, [4, 4], padding_mode="reflect")
        top, left = torch.randint(0, 9, (2,)).tolist()
        image = padded[:, top : top + height, left : left + width]
        factor = 0.7 + 0.6 * torch.rand(())
        return (image * factor).clamp(0, 1)

    return change


@right("animal_training.run_epoch")
def in_two_branches(
    network: Any, loader: Any, loss_of: Any, optimizer: Any = None, device: Any = "cpu"
) -> dict[str, float]:
    """Keep training and evaluation apart, and count the confusions with one-hot vectors."""
    losses: list[float] = []
    counts: Any = 0
    images = 0

    def measure(scores: torch.Tensor, target: torch.Tensor, loss: torch.Tensor) -> None:
        nonlocal counts, images
        losses.append(float(loss.detach()) * len(target))
        images += len(target)
        guesses = torch.nn.functional.one_hot(scores.detach().argmax(1), scores.shape[1])
        counts = counts + target.cpu().round().double().T @ guesses.cpu().double()

    if optimizer is None:
        network.eval()
        with torch.no_grad():
            for x, target in loader:
                scores = network(x.to(device))
                measure(scores, target, loss_of(scores, target.to(device)))
    else:
        network.train()
        for x, target in loader:
            optimizer.zero_grad(set_to_none=True)
            scores = network(x.to(device))
            loss = loss_of(scores, target.to(device))
            loss.backward()
            optimizer.step()
            measure(scores, target, loss)
    hits = counts.diagonal()
    return {
        "loss": sum(losses) / images,
        "accuracy": float(hits.sum() / images),
        "precision": float((hits / counts.sum(0).clamp(min=1)).mean()),
        "recall": float((hits / counts.sum(1).clamp(min=1)).mean()),
    }


@right("animal_training.run_epoch")
def with_scikit_learn(
    network: Any, loader: Any, loss_of: Any, optimizer: Any = None, device: Any = "cpu"
) -> dict[str, float]:
    """Collect everything, and let scikit-learn compute the metrics; reset after the step."""
    from sklearn.metrics import accuracy_score, precision_score, recall_score

    network.train(optimizer is not None)
    if optimizer is not None:
        optimizer.zero_grad()
    losses, truth, guesses = [], [], []
    for x, target in loader:
        with torch.set_grad_enabled(optimizer is not None):
            scores = network(x.to(device))
            loss = loss_of(scores, target.to(device))
        if optimizer is not None:
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        losses += [loss.item()] * len(x)
        truth.append(target.argmax(1))
        guesses.append(scores.detach().max(1).indices.cpu())
    y, predicted = torch.cat(truth).numpy(), torch.cat(guesses).numpy()
    macro: dict[str, Any] = {
        "average": "macro",
        "labels": list(range(scores.shape[1])),
        "zero_division": 0,
    }
    return {
        "loss": sum(losses) / len(losses),
        "accuracy": float(accuracy_score(y, predicted)),
        "precision": float(precision_score(y, predicted, **macro)),
        "recall": float(recall_score(y, predicted, **macro)),
    }


@right("animal_training.train_and_keep")
def remembers_all_losses(
    network: Any,
    train: Any,
    validation: Any,
    loss_of: Any,
    optimizer: Any,
    epochs: int,
    folder: Any,
    device: Any = "cpu",
    after_epoch: Any = None,
) -> int:
    """Keep all validation losses in a list, and save whenever the newest is the only minimum."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name in ("train.txt", "validation.txt"):
        if Path(folder, name).exists():
            Path(folder, name).unlink()
    losses: list[float] = []
    for epoch in range(epochs):
        found = {
            "train": run_epoch(network, train, loss_of, optimizer, device),
            "validation": run_epoch(network, validation, loss_of, None, device),
        }
        for name, metrics in found.items():
            dump_metrics(Path(folder, f"{name}.txt"), epoch + 1, metrics)
        losses.append(found["validation"]["loss"])
        if losses[-1] == min(losses) and losses.count(losses[-1]) == 1:
            torch.save(network.state_dict(), Path(folder, "model.pt"))
        if after_epoch:
            after_epoch()
    return losses.index(min(losses)) + 1


@right("animal_training.train_and_keep")
def saves_at_the_end(
    network: Any,
    train: Any,
    validation: Any,
    loss_of: Any,
    optimizer: Any,
    epochs: int,
    folder: Any,
    device: Any = "cpu",
    after_epoch: Any = None,
) -> int:
    """Keep a copy of the best weights in memory, and save it at the end."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    train_log, validation_log = place / "train.txt", place / "validation.txt"
    for log in (train_log, validation_log):
        if log.exists():
            log.unlink()
    best: tuple[float, int, dict[str, torch.Tensor]] | None = None
    for epoch in range(1, epochs + 1):
        dump_metrics(train_log, epoch, run_epoch(network, train, loss_of, optimizer, device))
        metrics = run_epoch(network, validation, loss_of, device=device)
        dump_metrics(validation_log, epoch, metrics)
        if best is None or metrics["loss"] < best[0]:
            copied = {name: value.clone() for name, value in network.state_dict().items()}
            best = metrics["loss"], epoch, copied
        (after_epoch or (lambda: None))()
    if best is None:
        return 0
    torch.save(best[2], place / "model.pt")
    return best[1]
