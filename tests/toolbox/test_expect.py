"""Expectations pass or raise a printable mismatch; they never fail in any other way."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from toolbox.checks import expect
from toolbox.checks.value_text import LONGEST, show


@pytest.mark.parametrize("got", [1.0, np.float32(1), np.array(1.0), torch.tensor(1.0), 1])
def test_close_accepts_every_kind_of_number(got: object) -> None:
    expect.close(got, 1.0, "f()", atol=1e-9)


@pytest.mark.parametrize("got", [None, "1.0", [1.0], [[1], [2, 3]], object(), float("nan"), 1.1])
def test_close_rejects_everything_else(got: object) -> None:
    with pytest.raises(expect.Mismatch):
        expect.close(got, 1.0, "f()", atol=1e-9)


def test_tensors_that_require_gradients_are_accepted() -> None:
    expect.close(torch.ones(2, requires_grad=True), [1.0, 1.0], "f()", atol=0)


def test_nan_matches_only_nan() -> None:
    expect.close([1.0, np.nan], [1.0, np.nan], "f()", atol=0)
    with pytest.raises(expect.Mismatch):
        expect.close([1.0, 0.0], [1.0, np.nan], "f()", atol=0)


def test_shapes_do_not_broadcast() -> None:
    with pytest.raises(expect.Mismatch, match="shape"):
        expect.close(np.ones((1, 3)), np.ones(3), "f()", atol=0)
    with pytest.raises(expect.Mismatch):
        expect.equal(torch.ones(3, 1), torch.ones(3), "f()")


def test_raises_requires_the_expected_error() -> None:
    expect.raises(ValueError, lambda: int("x"), "int('x')")
    with pytest.raises(expect.Mismatch, match="no error, but 1"):
        expect.raises(ValueError, lambda: 1, "f()")
    with pytest.raises(expect.Mismatch, match="TypeError"):
        expect.raises(ValueError, lambda: len(3), "f()")  # type: ignore[arg-type]


class Rude:
    def __repr__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (torch.tensor([1.5, 2.0]), "tensor([1.5, 2. ], float32)"),
        (np.float64(0.25), "0.25"),
        (Image.new("L", (7, 5)), "<L image, 7 wide, 5 high>"),
        (Rude(), "<Rude that can't be shown: RuntimeError>"),
        ((torch.zeros(1), [np.int64(2)]), "(tensor([0.], float32), [2])"),
    ],
)
def test_values_are_shown_briefly(value: object, said: str) -> None:
    assert show(value) == said


def test_large_values_are_shown_by_shape_and_range() -> None:
    said = show(torch.arange(60.0).reshape(3, 4, 5))
    assert said.startswith("tensor of shape (3, 4, 5), float32, from 0 to 59, mean 29.5")
    assert len(show("x" * 10_000)) == LONGEST


def test_a_list_equals_a_tuple_with_the_same_items() -> None:
    expect.equal([3, (4, 5)], (3, [4, 5]), "f()")
    expect.equal((1, 2), [1, 2.0], "f()")
    with pytest.raises(expect.Mismatch):
        expect.equal([1, 2], (1, 3), "f()")
    with pytest.raises(expect.Mismatch):
        expect.equal([1, 2], (1, 2, 3), "f()")


def test_texts_use_the_right_article() -> None:
    with pytest.raises(expect.Mismatch, match="expected an Optimizer, got"):
        expect.instance(3, type("Optimizer", (), {}), "get_optimizer()")
    with pytest.raises(expect.Mismatch, match="expected an IndexError, got no error"):
        expect.raises(IndexError, lambda: 3, "f()")
    with pytest.raises(expect.Mismatch, match="expected a float, got int"):
        expect.instance(3, float, "f()")
