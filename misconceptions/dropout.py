"""Wrong implementations of `student_code.dropout`."""

from __future__ import annotations

import torch
from torch import nn

from misconceptions.catalogue import wrong
from student_code.dropout import InvertedDropout

Tensor = torch.Tensor


class _WithP(InvertedDropout):
    """Base class that keeps p in an attribute `chance`."""

    def __init__(self, p: float = 0.5) -> None:
        super().__init__(p)
        self.chance = p


@wrong(
    "dropout.InvertedDropout",
    looks_like="the surviving values are not scaled",
    hints=(
        "The surviving values are unchanged, so the expected sum shrinks.",
        "What keeps the expected value the same when values are dropped with probability p?",
    ),
)
class NotScaled(_WithP):
    def forward(self, x: Tensor) -> Tensor:
        return x * (torch.rand_like(x) >= self.chance) if self.training else x


@wrong(
    "dropout.InvertedDropout",
    looks_like="the surviving values are divided by p instead of by 1 − p",
    hints=(
        "With p = 0.5 the result is right; with any other p the scale is wrong.",
        "With which probability does a value survive?",
    ),
)
class DividedByP(_WithP):
    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.chance == 0:
            return x
        return x * (torch.rand_like(x) >= self.chance) / self.chance


@wrong(
    "dropout.InvertedDropout",
    looks_like="p is used as the probability of keeping a value",
    hints=(
        "Too many or too few values are dropped.",
        "Is p the probability of being dropped or of being kept?",
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
        "Values are still dropped in eval mode.",
        "Which attribute tells you the mode of the module?",
    ),
)
class AlwaysOn(_WithP):
    def forward(self, x: Tensor) -> Tensor:
        return x * (torch.rand_like(x) >= self.chance) / (1 - self.chance)


@wrong(
    "dropout.InvertedDropout",
    looks_like="train mode and eval mode are swapped",
    hints=(
        "Values are dropped in eval mode, but not in train mode.",
        "Check your condition on the mode.",
    ),
)
class ModesSwapped(_WithP):
    def forward(self, x: Tensor) -> Tensor:
        return x if self.training else x * (torch.rand_like(x) >= self.chance) / (1 - self.chance)


@wrong(
    "dropout.InvertedDropout",
    looks_like="values are scaled in eval mode instead of in train mode",
    hints=(
        "Values come out smaller in eval mode.",
        "Inverted dropout does all of its work in train mode. What is left to do in eval mode?",
    ),
)
class ScaledInEval(_WithP):
    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x * (1 - self.chance)
        return x * (torch.rand_like(x) >= self.chance)


@wrong(
    "dropout.InvertedDropout",
    looks_like="no value is ever dropped",
    hints=("No value is zero.", "What does your mask look like for p = 0.5?"),
)
class NothingDropped(InvertedDropout):
    def forward(self, x: Tensor) -> Tensor:
        return x


@wrong(
    "dropout.InvertedDropout",
    looks_like="p is always one half",
    hints=("Half of the values are dropped, regardless of p.", "Where does your code use `p`?"),
)
class AlwaysHalf(InvertedDropout):
    def forward(self, x: Tensor) -> Tensor:
        return x * (torch.rand_like(x) >= 0.5) * 2 if self.training else x


@wrong(
    "dropout.InvertedDropout",
    looks_like="the same values are dropped in every call",
    hints=("Two calls give zeros at the same positions.", "When is your mask drawn?"),
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
        "Each row is dropped or kept as a whole.",
        "Which shape does your mask have, and how is it broadcast over x?",
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
        "Every example loses the values at the same positions.",
        "Which shape does your mask have, and how is it broadcast over x?",
    ),
)
class SameForTheWholeBatch(_WithP):
    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        return x * (torch.rand(x.shape[1:], dtype=x.dtype) >= self.chance) / (1 - self.chance)


@wrong(
    "dropout.InvertedDropout",
    looks_like="the input is modified in place",
    hints=("The caller's tensor now contains zeros.", "Which of your operations work in place?"),
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
        "With p = 1 no value survives, and the scale is infinite.",
        "Does the valid range include 1?",
    ),
)
class AcceptsOne(nn.Dropout):
    pass


@wrong(
    "dropout.InvertedDropout",
    looks_like="invalid values of p are accepted",
    hints=(
        "A negative p raises no error.",
        "Where do you check p, and what should happen if it is invalid?",
    ),
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
    looks_like="dropped values still get a gradient",
    hints=(
        "Gradients flow through the values that were dropped.",
        "Does torch differentiate through your mask?",
    ),
)
class GradientOfEverything(_WithP):
    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        dropped = x.detach() * (torch.rand_like(x) >= self.chance) / (1 - self.chance)
        return x + (dropped - x.detach())
