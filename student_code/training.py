"""One pass over the data, for training or for evaluation."""

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
    """Train on every batch once, in train mode, with one optimizer step per batch.

    Args:
        model: on `device`, with a `loss_criterion` that sums the losses over a batch.
        loader: yields batches (images, labels); the last one may be smaller than the others.
        optimizer: updates the model's parameters. No step uses the gradients of another batch.
        device: the device to move the batches to.
    Returns: (mean loss, accuracy) as two floats: the mean loss per example and the fraction of
        correct predictions over the whole epoch. Each batch is measured before the optimizer step
        on that batch.
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
    """Evaluate every batch once, in eval mode, without gradients and without learning.

    Args:
        model: on `device`, with a `loss_criterion` that sums the losses over a batch. It is
            left in the mode (train or eval) it was in.
        loader: yields batches (images, labels); the last one may be smaller than the others.
        device: the device to move the batches to.
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
