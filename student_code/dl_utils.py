"""From scores to predictions, to a loss, and to an accuracy."""

from __future__ import annotations

from typing import Any

import torch


def predict_labels(model_output: torch.Tensor) -> torch.Tensor:
    """The class of the highest score of each example.

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
    """The loss of a batch, by the model's own criterion.

    Args:
        model: has a `loss_criterion` that adds up the losses of a batch.
        model_output: scores of shape (N, num_classes).
        target_labels: int64 labels of shape (N,).
        is_normalize: divide the loss by the number of examples N?
    Returns: the loss as a tensor of shape (), through which gradients flow.
    """
    ### BEGIN SOLUTION
    loss = model.loss_criterion(model_output, target_labels)
    return loss / len(target_labels) if is_normalize else loss
    ### END SOLUTION


def compute_accuracy(logits: torch.Tensor, labels: torch.Tensor) -> float:
    """The fraction of examples whose highest score is that of their label.

    Args:
        logits: scores of shape (N, num_classes).
        labels: int64 labels of shape (N,).
    Returns: a Python float from 0 to 1.
    """
    ### BEGIN SOLUTION
    return (predict_labels(logits) == labels).float().mean().item()
    ### END SOLUTION
