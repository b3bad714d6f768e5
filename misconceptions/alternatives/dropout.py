"""Alternative implementations of `student_code.dropout`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from misconceptions.catalogue import right


@right("dropout.InvertedDropout")
class BernoulliMask(nn.Module):
    """Dropout with a mask of zeros and scaled ones, drawn in one step."""

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if p < 0 or p >= 1:
            raise ValueError("p must be in [0, 1)")
        self.keep = 1.0 - p

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training:
            mask = torch.empty_like(x).bernoulli_(self.keep) / self.keep
            return mask.mul(x)
        return x.clone()


@right("dropout.InvertedDropout")
class OnTopOfTorch(nn.Module):
    """Dropout with torch's function; only the range of p is checked here."""

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        assert_range(p)
        self.rate = p

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.dropout(x, self.rate, self.training)


def assert_range(p: Any) -> None:
    """Raise `ValueError` if p is not a valid dropout probability."""
    if not (0.0 <= p < 1.0):
        raise ValueError(p)


@right("dropout.InvertedDropout")
class WithWhere(nn.Module):
    """Dropout in which torch.where selects either the scaled value or zero."""

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        assert_range(p)
        self.p = p

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training or self.p == 0:
            return x
        dropped = torch.rand(x.shape, device=x.device) < self.p
        return torch.where(dropped, torch.zeros_like(x), x / (1 - self.p))
