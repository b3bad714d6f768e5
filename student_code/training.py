"""One pass over the data: to learn from it, or to measure on it."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn

from student_code.dl_utils import compute_loss, predict_labels

Batch = tuple[torch.Tensor, torch.Tensor]


def train_epoch(
    model: nn.Module,
    loader: Iterable[Batch],
    optimizer: torch.optim.Optimizer,
    device: str | torch.device = "cpu",
) -> tuple[float, float]:
    """Train on every batch once, in train mode, with one step of the optimizer a batch.

    Args:
        model: on `device`, with a `loss_criterion` that adds up the losses of a batch.
        loader: gives batches (images, labels); the last one may be smaller than the others.
        optimizer: of the model's parameters. No step sees the gradients of another batch.
        device: where the batches are moved.
    Returns: (mean loss, accuracy) as two floats: the loss and the fraction of right predictions
        per example over the whole epoch, each measured before the step that its batch caused.
    """
    ### BEGIN SOLUTION
    model.train()
    total_loss, correct, count = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        scores = model(x)
        loss = compute_loss(model, scores, y)
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * len(y)
        correct += int((predict_labels(scores) == y).sum())
        count += len(y)
    return total_loss / count, correct / count
    ### END SOLUTION


def evaluate(
    model: nn.Module, loader: Iterable[Batch], device: str | torch.device = "cpu"
) -> tuple[float, float]:
    """Measure on every batch once, in eval mode, without gradients; nothing is learnt.

    Args:
        model: on `device`, with a `loss_criterion` that adds up the losses of a batch. It is
            left in the mode (train or eval) in which it came.
        loader: gives batches (images, labels); the last one may be smaller than the others.
        device: where the batches are moved.
    Returns: (mean loss, accuracy) per example, as two floats.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    total_loss, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            scores = model(x)
            total_loss += compute_loss(model, scores, y, is_normalize=False).item()
            correct += int((predict_labels(scores) == y).sum())
            count += len(y)
    model.train(was_training)
    return total_loss / count, correct / count
    ### END SOLUTION
