"""The checks of networks observe what tells similar mistakes apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from toolbox.checks import expect
from unit_tests import networks


def ending_in(last: Callable[[], nn.Module]) -> Callable[..., nn.Module]:
    """Return a network class whose last layer is given."""

    def network(num_classes: int = 15) -> nn.Module:
        return nn.Sequential(nn.Flatten(), nn.Linear(64 * 64, num_classes), last())

    return network


def mismatches(last: Callable[[], nn.Module]) -> list[int]:
    """Return the numbers of the expectations about raw scores that a network does not meet."""
    expect.start_counting()
    with pytest.raises(expect.Mismatch) as caught, expect.collecting():
        networks.check_raw_scores(ending_in(last), "Net")
    return [record["at"] for record in caught.value.records]


def test_only_a_softmax_gives_rows_that_sum_to_1() -> None:
    assert mismatches(lambda: nn.Softmax(dim=1)) == [0, 2, 3]
    assert mismatches(nn.Sigmoid) == [0, 2]
    assert mismatches(nn.ReLU) == [0]


def test_raw_scores_are_accepted() -> None:
    torch.manual_seed(0)
    networks.check_raw_scores(ending_in(nn.Identity), "Net")
