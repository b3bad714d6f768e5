"""Dropout implemented by hand."""

from __future__ import annotations

import torch
from torch import nn


class InvertedDropout(nn.Module):
    """A layer that sets random values to zero during training and does nothing in eval mode."""

    def __init__(self, p: float = 0.5) -> None:
        """
        Args:
            p: the probability with which each value is dropped, 0 <= p < 1.
        Raises: `ValueError` for any other p.
        """
        super().__init__()
        ### BEGIN SOLUTION
        if not 0 <= p < 1:
            raise ValueError(f"p is a probability from 0 to below 1, not {p}")
        self.p = p
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Drop each value independently, and scale up the values that remain.

        Args:
            x: a float tensor of any shape; it is not modified.
        Returns: a tensor of the same shape and dtype. In train mode each value is 0 with
            probability p; otherwise it is scaled so that its expectation equals the value in `x`.
            In eval mode the result equals `x`.
        """
        ### BEGIN SOLUTION
        if not self.training:
            return x
        kept = torch.rand_like(x) >= self.p
        return x * kept / (1 - self.p)
        ### END SOLUTION
