"""Errors that students meet most have a sentence that says what they mean, with their numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

from toolbox.checks.error_meanings import meaning

IMAGES = torch.zeros(2, 1, 8, 8)


def change_a_leaf() -> None:
    w = torch.zeros(1, requires_grad=True)
    w -= 1


def twice() -> None:
    w = torch.ones(1, requires_grad=True)
    loss = (w**2).sum()
    loss.backward()
    loss.backward()


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (lambda: nn.Linear(320, 100)(torch.zeros(3, 500)), "gets 500 numbers for each example"),
        (lambda: torch.zeros(2, 3) @ torch.zeros(4, 5), "3 columns, but the second one 4 rows"),
        (lambda: torch.zeros(7, 2) + torch.zeros(9, 2), "different sizes, 7 and 9"),
        (lambda: np.zeros((2, 3)) + np.zeros(4), "shapes (2,3) and (4,)"),
        (lambda: torch.zeros(768).reshape(3, 3), "768 in total, and the shape [3, 3] does not fit"),
        (lambda: np.zeros(768).reshape(3, 3), "768 in total, and the shape (3,3) does not fit"),
        (lambda: torch.zeros(1).reshape(3, 3), "Number of values: 1 in total"),
        (lambda: nn.Conv2d(3, 4, 5)(IMAGES), "expects 3 channels, but gets 1"),
        (lambda: torch.zeros(1).backward(), "does not depend on anything that requires a gradient"),
        (change_a_leaf, "x = x * y instead of x *= y"),
        (twice, "backward() was called twice"),
        (lambda: torch.zeros(2, dtype=torch.uint8).mean(), "not defined for integers"),
        (
            lambda: nn.functional.cross_entropy(
                torch.zeros(2, 5, 2, 3), torch.zeros(2, 48, 72, dtype=torch.int64)
            ),
            "scores have the size 2, 5, 2, 3, and the labels 2, 48, 72",
        ),
        (lambda: nn.Linear(2, 1)(torch.zeros(2, dtype=torch.float64)), "different dtypes"),
        (lambda: {"b": 1}["a"], "does not contain this key"),
        (lambda: int("a"), ""),
    ],
)
def test_an_error_is_explained(run: Callable[[], object], said: str) -> None:
    with pytest.raises(Exception) as caught:
        run()
    found = meaning(caught.value)
    assert said in found if said else not found


def test_an_error_that_cannot_be_shown_has_the_meaning_of_its_type() -> None:
    class Odd(KeyError):
        def __str__(self) -> str:
            raise SystemExit

    assert meaning(Odd()) == ""
