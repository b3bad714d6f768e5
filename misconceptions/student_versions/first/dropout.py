"""Dropout with an explicit mask."""

import torch
from torch import nn


class InvertedDropout(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        if p < 0 or p >= 1:
            # or AcceptsOne: if p < 0 or p > 1:
            # or AcceptsAnything: if False:
            raise ValueError("p must be in [0, 1)")
        self.p = p
        # or AlwaysHalf: self.p = 0.5

    def forward(self, x):
        if self.training:
            # or AlwaysOn: if True:
            # or ModesSwapped: if not self.training:
            mask = (torch.rand(x.shape) > self.p).float()
            # or PIsTheChanceToStay: mask = (torch.rand(x.shape) < self.p).float()
            # or WholeRows: mask = (torch.rand(x.shape[:-1] + (1,)) > self.p).float()
            # or SameForTheWholeBatch: mask = (torch.rand(x.shape[1:]) > self.p).float()
            # or NothingDropped: mask = torch.ones(x.shape)
            # and SameMaskAgain: torch.manual_seed(0)
            # and SameMaskAgain: mask = (torch.rand(x.shape) > self.p).float()
            return x * mask / (1 - self.p)
            # or NotScaled: return x * mask
            # or DividedByP: return x * mask / max(self.p, 1e-6)
            # or ScaledInEval: return x * mask
            # or InPlace: return x.detach().mul_(mask / (1 - self.p)) if not x.requires_grad else x * mask / (1 - self.p)
        return x
        # or ScaledInEval: return x * (1 - self.p)
