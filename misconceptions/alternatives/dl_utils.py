"""Alternative implementations of `student_code.dl_utils`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from misconceptions.catalogue import right


@right("dl_utils.predict_labels")
def by_sorting(model_output: torch.Tensor) -> torch.Tensor:
    """Take the last index of each row's scores in ascending order."""
    return torch.argsort(model_output, dim=1)[:, -1]


@right("dl_utils.predict_labels")
def with_numpy(model_output: torch.Tensor) -> torch.Tensor:
    """Look for the highest probability with NumPy."""
    probabilities = torch.softmax(model_output, dim=-1).detach().cpu().numpy()
    return torch.from_numpy(np.argmax(probabilities, axis=-1)).long()


@right("dl_utils.compute_loss")
def scaled_by_size(
    model: Any, model_output: torch.Tensor, target_labels: torch.Tensor, is_normalize: bool = True
) -> torch.Tensor:
    """Always divide, by 1 if the loss is not to be normalized."""
    divisor = model_output.size(0) if is_normalize else 1
    return model.loss_criterion(model_output, target_labels).div(divisor)


@right("dl_utils.compute_loss")
def in_place(
    model: Any, model_output: torch.Tensor, target_labels: torch.Tensor, is_normalize: bool = True
) -> torch.Tensor:
    """Use an `if` and an augmented assignment."""
    loss = model.loss_criterion(model_output, target_labels)
    if is_normalize:
        loss /= target_labels.shape[0]
    return loss


@right("dl_utils.compute_accuracy")
def by_counting(logits: torch.Tensor, labels: torch.Tensor) -> float:
    """Loop over the examples."""
    pairs = zip(logits.tolist(), labels.tolist(), strict=True)
    right_ones = [row.index(max(row)) == label for row, label in pairs]
    return sum(right_ones) / len(right_ones)


@right("dl_utils.compute_accuracy")
def numpy_mean(logits: torch.Tensor, labels: torch.Tensor) -> float:
    """Take NumPy's mean of booleans, which is a float64."""
    return np.mean(logits.detach().numpy().argmax(1) == labels.numpy())
