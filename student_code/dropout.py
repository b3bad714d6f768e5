"""Dropout by hand."""

from __future__ import annotations

import torch
from torch import nn


class InvertedDropout(nn.Module):
    """Sets values to zero at random while training, and is not there in eval mode."""

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
        """Drop values, each by its own chance, and scale up those that stay.

        Args:
            x: a float tensor of any shape; it is left as it was.
        Returns: a tensor of the same shape and dtype. In train mode each value is 0 with
            probability p, and else scaled so that its expectation is that of `x`. In eval mode
            it is `x`.
        """
        ### BEGIN SOLUTION
        if not self.training:
            return x
        kept = torch.rand_like(x) >= self.p
        return x * kept / (1 - self.p)
        ### END SOLUTION
