"""Comparing two networks: paired outcomes, and means over seeds."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from toolbox.analysis.comparisons import PairedOutcomes, correct, over_seeds, paired_outcomes


def test_the_four_counts() -> None:
    first = torch.tensor([True, True, True, False, False, False])
    found = paired_outcomes(first, [True, True, False, True, False, False])
    assert found == PairedOutcomes(2, 1, 1, 2)
    assert found.changed == 2
    assert found.table().splitlines()[1].split() == ["first", "right", "2", "1"]


@pytest.mark.parametrize(
    ("only_first", "only_second", "p"),
    [
        (0, 0, 1.0),
        (1, 1, 1.0),
        (5, 0, 2 / 2**5),
        (1, 9, 2 * (1 + 10) / 2**10),
        (9, 1, 2 * (1 + 10) / 2**10),
    ],
)
def test_the_exact_probability(only_first: int, only_second: int, p: float) -> None:
    assert PairedOutcomes(300, only_first, only_second, 40).p_value == pytest.approx(p)


def test_pairing_sees_what_the_accuracies_hide() -> None:
    """Ten changes in one direction are significant, and far below one unpaired standard error."""
    found = PairedOutcomes(330, 0, 10, 105)
    accuracies = np.array([330, 340]) / 445
    standard_error = math.sqrt(0.75 * 0.25 / 445)
    assert np.ptp(accuracies) < 1.1 * standard_error
    assert found.p_value < 0.01


def test_outcomes_of_other_images_are_refused() -> None:
    with pytest.raises(ValueError, match="same images in the same order"):
        paired_outcomes([True, False], [True])


def test_correct_follows_the_loader() -> None:
    scores = torch.eye(3)
    loader = [(scores[:2], torch.tensor([0, 2])), (scores[2:], torch.tensor([2]))]
    assert correct(lambda x: x, loader).tolist() == [True, False, True]


def test_two_losses_that_differ_by_more_than_their_seeds() -> None:
    """0.859 ± 0.004 against 0.839 ± 0.007 over three seeds: t = 0.020 / sqrt(65e-6 / 3) = 4.3."""
    shape = np.array([-1.0, 0.0, 1.0])  # its standard deviation is 1
    found = over_seeds(list(0.859 + 0.004 * shape), list(0.839 + 0.007 * shape))
    assert found.difference == pytest.approx(0.020)
    assert found.t == pytest.approx(4.3, abs=0.05)
    assert 0.01 < found.p_value < 0.05


def test_runs_without_any_difference() -> None:
    found = over_seeds([0.5, 0.5], [0.5, 0.5])
    assert found.difference == 0
    assert math.isnan(found.t)


def test_one_seed_is_not_enough() -> None:
    with pytest.raises(ValueError, match="two or more seeds"):
        over_seeds([0.5], [0.6, 0.7])
