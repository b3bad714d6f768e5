"""Compare two networks: on the same images, or over repeated runs with several seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import comb, nan

import numpy as np
import torch


@dataclass(frozen=True)
class PairedOutcomes:
    """How many images each of two networks classifies correctly, in all four combinations."""

    both_right: int
    only_first: int
    only_second: int
    both_wrong: int

    @property
    def changed(self) -> int:
        """The number of images that exactly one of the networks classifies correctly."""
        return self.only_first + self.only_second

    @property
    def p_value(self) -> float:
        """The probability of a split at least as uneven if both networks were equally good.

        This is McNemar's exact test. Images on which the networks agree say nothing about which one
        is better. Each image on which they disagree is a coin toss, so the count follows a binomial
        distribution with a probability of one half.
        """
        rarer, tosses = min(self.only_first, self.only_second), self.changed
        one_side = sum(comb(tosses, k) for k in range(rarer + 1)) / 2**tosses
        return min(1.0, 2 * one_side)

    def table(self) -> str:
        """Return the four counts as a text table."""
        return (
            f"{'':<14}{'second right':>14}{'second wrong':>14}\n"
            f"{'first right':<14}{self.both_right:>14}{self.only_first:>14}\n"
            f"{'first wrong':<14}{self.only_second:>14}{self.both_wrong:>14}"
        )


def paired_outcomes(first: object, second: object) -> PairedOutcomes:
    """Count the outcomes of two networks on the same images.

    first, second: for each image, whether that network is right. Raises `ValueError` if they have
    different lengths.
    """
    one, other = np.asarray(first, dtype=bool), np.asarray(second, dtype=bool)
    if one.shape != other.shape or one.ndim != 1:
        raise ValueError(
            f"the outcomes have shapes {one.shape} and {other.shape}: pass one value per image for "
            "each network, on the same images in the same order"
        )
    return PairedOutcomes(
        int((one & other).sum()),
        int((one & ~other).sum()),
        int((~one & other).sum()),
        int((~one & ~other).sum()),
    )


def correct(
    run: Callable[[torch.Tensor], torch.Tensor], loader: Iterable[tuple[torch.Tensor, torch.Tensor]]
) -> np.ndarray:
    """Return for each image of the loader whether its highest score belongs to its label."""
    with torch.no_grad():
        found = [(run(x).argmax(dim=1) == y).cpu() for x, y in loader]
    return torch.cat(found).numpy()


@dataclass(frozen=True)
class SeedComparison:
    """Welch's t-test of a metric of two kinds of runs: how clear is their difference?

    difference: of the means, first minus second. t: the difference in units of its standard error.
    p_value: the probability of a |t| at least as large if only the seeds differed.
    """

    difference: float
    t: float
    p_value: float


def over_seeds(first: Sequence[float], second: Sequence[float]) -> SeedComparison:
    """Compare the values of two kinds of runs, each with two or more seeds.

    t and p_value are NaN if no value varies. Raises `ValueError` for fewer than two values.
    """
    from scipy.stats import ttest_ind

    if min(len(first), len(second)) < 2:
        raise ValueError("two or more seeds of each kind are needed to see how much a seed changes")
    difference = float(np.mean(first) - np.mean(second))
    if np.var(first) + np.var(second) == 0:
        return SeedComparison(difference, nan, nan)
    found = ttest_ind(first, second, equal_var=False)
    return SeedComparison(difference, float(found.statistic), float(found.pvalue))
