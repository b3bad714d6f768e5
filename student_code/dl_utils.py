"""Turn scores into predictions, a loss, and an accuracy."""

from __future__ import annotations

from typing import Any

import torch


def predict_labels(model_output: torch.Tensor) -> torch.Tensor:
    """Return the class with the highest score for each example.

    Args:
        model_output: scores of shape (N, num_classes).
    Returns: int64 labels of shape (N,).
    """
    ### BEGIN SOLUTION
    return model_output.argmax(dim=1)
    ### END SOLUTION


def compute_loss(
    model: Any,
    model_output: torch.Tensor,
    target_labels: torch.Tensor,
    is_normalize: bool = True,
) -> torch.Tensor:
    """Compute the loss of a batch with the model's own criterion.

    Args:
        model: has a `loss_criterion` that sums the losses over a batch.
        model_output: scores of shape (N, num_classes).
        target_labels: int64 labels of shape (N,).
        is_normalize: whether to divide the loss by the number of examples N.
    Returns: the loss as a tensor of shape (), differentiable with respect to the scores.
    """
    ### BEGIN SOLUTION
    loss = model.loss_criterion(model_output, target_labels)
    return loss / len(target_labels) if is_normalize else loss
    ### END SOLUTION


def compute_accuracy(logits: torch.Tensor, labels: torch.Tensor) -> float:
    """Return the fraction of examples whose highest score belongs to their label.

    Args:
        logits: scores of shape (N, num_classes).
        labels: int64 labels of shape (N,).
    Returns: a Python float from 0 to 1.
    """
    ### BEGIN SOLUTION
    return (predict_labels(logits) == labels).float().mean().item()
    ### END SOLUTION
