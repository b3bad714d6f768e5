"""Wrong ways to write `student_code.dropout`."""

from __future__ import annotations

import torch
from torch import nn

from misconceptions.catalogue import wrong
from student_code.dropout import InvertedDropout

Tensor = torch.Tensor


class _WithP(InvertedDropout):
    """Keeps p under a name of its own."""

    def __init__(self, p: float = 0.5) -> None:
        super().__init__(p)
        self.chance = p


@wrong(
    "dropout.InvertedDropout",
    looks_like="what stays is not scaled",
    hints=(
        "The values that stay are unchanged, so the sum shrinks.",
        "What keeps the expectation of a value when it is dropped with probability p?",
    ),
)
class NotScaled(_WithP):
    def forward(self, x: Tensor) -> Tensor:
        return x * (torch.rand_like(x) >= self.chance) if self.training else x


@wrong(
    "dropout.InvertedDropout",
    looks_like="what stays is divided by p instead of by 1 − p",
    hints=(
        "For p = 0.5 nothing is off, for other p the factor is.",
        "With which probability does a value stay?",
    ),
)
class DividedByP(_WithP):
    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.chance == 0:
            return x
        return x * (torch.rand_like(x) >= self.chance) / self.chance


@wrong(
    "dropout.InvertedDropout",
    looks_like="p is taken for the probability of staying",
    hints=(
        "Too few or too many values are dropped.",
        "Is p the probability of being dropped, or of staying?",
    ),
)
class PIsTheChanceToStay(_WithP):
    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        return x * (torch.rand_like(x) < self.chance) / (1 - self.chance)


@wrong(
    "dropout.InvertedDropout",
    looks_like="values are dropped in eval mode too",
    hints=(
        "In eval mode values are still dropped.",
        "Which attribute says in which mode the module is?",
    ),
)
class AlwaysOn(_WithP):
    def forward(self, x: Tensor) -> Tensor:
        return x * (torch.rand_like(x) >= self.chance) / (1 - self.chance)


@wrong(
    "dropout.InvertedDropout",
    looks_like="the modes are swapped",
    hints=(
        "Values are dropped in eval mode, and not in train mode.",
        "Read your condition on the mode once more.",
    ),
)
class ModesSwapped(_WithP):
    def forward(self, x: Tensor) -> Tensor:
        return x if self.training else x * (torch.rand_like(x) >= self.chance) / (1 - self.chance)


@wrong(
    "dropout.InvertedDropout",
    looks_like="values are scaled in eval mode instead of in train mode",
    hints=(
        "In eval mode the values come out smaller.",
        "Inverted dropout does all of its work while training. What is left to do in eval mode?",
    ),
)
class ScaledInEval(_WithP):
    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x * (1 - self.chance)
        return x * (torch.rand_like(x) >= self.chance)


@wrong(
    "dropout.InvertedDropout",
    looks_like="nothing is ever dropped",
    hints=("No value is zero.", "What does your mask look like for p = 0.5?"),
)
class NothingDropped(InvertedDropout):
    def forward(self, x: Tensor) -> Tensor:
        return x


@wrong(
    "dropout.InvertedDropout",
    looks_like="p is always one half",
    hints=("Half of the values are dropped, whatever p is.", "Where is `p` used?"),
)
class AlwaysHalf(InvertedDropout):
    def forward(self, x: Tensor) -> Tensor:
        return x * (torch.rand_like(x) >= 0.5) * 2 if self.training else x


@wrong(
    "dropout.InvertedDropout",
    looks_like="the same values are dropped at each call",
    hints=("Two calls give the same zeros.", "When is your mask drawn?"),
)
class SameMaskAgain(_WithP):
    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        same = torch.Generator().manual_seed(0)
        kept = torch.rand(x.shape, generator=same) >= self.chance
        return x * kept / (1 - self.chance)


@wrong(
    "dropout.InvertedDropout",
    looks_like="whole rows are dropped",
    hints=(
        "A row is dropped or kept as a whole.",
        "Which shape has your mask, and how is it spread over x?",
    ),
)
class WholeRows(_WithP):
    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        kept = torch.rand(x.shape[:-1], dtype=x.dtype) >= self.chance
        return x * kept.unsqueeze(-1) / (1 - self.chance)


@wrong(
    "dropout.InvertedDropout",
    looks_like="the same values are dropped in each example of the batch",
    hints=(
        "Every example loses the same values.",
        "Which shape has your mask, and how is it spread over x?",
    ),
)
class SameForTheWholeBatch(_WithP):
    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        return x * (torch.rand(x.shape[1:], dtype=x.dtype) >= self.chance) / (1 - self.chance)


@wrong(
    "dropout.InvertedDropout",
    looks_like="the input itself is changed",
    hints=("The caller's tensor has zeros now.", "Which of your operations work in place?"),
)
class InPlace(_WithP):
    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            with torch.no_grad():
                x.mul_(torch.rand_like(x) >= self.chance).div_(1 - self.chance)
        return x


@wrong(
    "dropout.InvertedDropout",
    looks_like="p = 1 is accepted",
    hints=(
        "With p = 1 nothing stays, and the scale is infinite.",
        "Is 1 inside the range that was asked for?",
    ),
)
class AcceptsOne(nn.Dropout):
    pass


@wrong(
    "dropout.InvertedDropout",
    looks_like="any p is accepted",
    hints=("A negative p goes through.", "Where is p checked, and what should happen then?"),
)
class AcceptsAnything(_WithP):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.chance = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        return x * (torch.rand_like(x) >= self.chance) / (1 - self.chance)


@wrong(
    "dropout.InvertedDropout",
    looks_like="the gradient of what was dropped still passes",
    hints=(
        "Values that were dropped get a gradient.",
        "Is the mask part of what torch differentiates?",
    ),
)
class GradientOfEverything(_WithP):
    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        dropped = x.detach() * (torch.rand_like(x) >= self.chance) / (1 - self.chance)
        return x + (dropped - x.detach())
