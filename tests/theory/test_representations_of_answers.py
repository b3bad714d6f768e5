"""A number counts as the same answer in Python, NumPy and torch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from toolbox.questions.answer_forms import (
    Form,
    FormError,
    Letters,
    Number,
    Option,
    Row,
    Symbol,
    Whole,
)


@pytest.mark.parametrize("convert", [np.asarray, np.float64, torch.tensor, lambda v: np.array([v])])
@pytest.mark.parametrize(
    ("form", "value"),
    [(Number(), 0.375), (Whole(), 42), (Option((True, False)), True), (Symbol(("x", "y")), 1)],
)
def test_a_number_counts_in_every_representation(form: Form, value: Any, convert: Any) -> None:
    if isinstance(value, bool) and convert is np.float64:
        convert = np.bool_
    assert form.keys(convert(value)) == form.keys(value)


def test_a_shape_counts_as_a_tensor_of_numbers() -> None:
    form = Row(("rows", "columns"))
    assert form.keys((torch.tensor(3), np.int64(4))) == form.keys((3, 4))


@pytest.mark.parametrize(
    ("form", "value", "said"),
    [(Letters(3), 7, "got an int"), (Letters(3), 0.5, "got a float"), (Number(), "7", "got a str")],
)
def test_another_type_is_named_with_its_article(form: Form, value: object, said: str) -> None:
    with pytest.raises(FormError, match=said):
        form.keys(value)
