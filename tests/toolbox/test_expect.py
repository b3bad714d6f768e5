"""Expectations pass or raise a printable mismatch; they never fail in any other way."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from PIL import Image

from toolbox.checks import expect
from toolbox.checks.deadline import TooSlow
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
        (2 / 3, "0.6666667"),
        (4.0, "4.0"),
        (-0.015625, "-0.015625"),
        (object(), "<object object>"),
        ([1 / 3, 0, float("nan")], "[0.3333333, 0, nan]"),
        (np.float64(1e-7 / 3), "3.333333e-08"),
        (torch.full((4, 5), 0.8), "tensor of shape (4, 5), float32, 0.8 everywhere"),
        (
            torch.full((4, 5), 4 / 3) * torch.linspace(1, 1 + 3e-7, 20).reshape(4, 5),
            "tensor of shape (4, 5), float32, about 1.333 everywhere",
        ),
        (torch.nn.Linear(2, 1, bias=False), "Linear(in_features=2, out_features=1, bias=False)"),
        (torch.optim.SGD([torch.zeros(1)], lr=0.5), "<SGD object>"),
    ],
)
def test_values_are_shown_briefly(value: object, said: str) -> None:
    assert show(value) == said


def test_large_values_are_shown_by_shape_and_range() -> None:
    said = show(torch.arange(60.0).reshape(3, 4, 5))
    assert said.startswith("tensor of shape (3, 4, 5), float32, from 0 to 59, mean 29.5")
    assert len(show("x" * 10_000)) == LONGEST


def test_numbers_that_print_alike_show_how_far_they_are_off() -> None:
    with pytest.raises(expect.Mismatch) as caught:
        expect.close(np.array([0.1, 0.2 + 1e-10]), [0.1, 0.2], "f()", atol=1e-12)
    assert caught.value.got != caught.value.expected
    with pytest.raises(expect.Mismatch, match=r"off by up to 1e-10"):
        expect.close(np.array([1.0 + 1e-10]), np.array([1.0]), "f()", atol=1e-12)
    with pytest.raises(expect.Mismatch, match=r"off by up to 1e-09"):
        expect.equal(np.array([1.0 + 1e-9]), np.array([1.0]), "f()")


def mismatch_of(test: Callable[[], object]) -> expect.Mismatch:
    """Return what a test raises while mismatches are collected."""
    expect.start_counting()
    with pytest.raises(expect.Mismatch) as caught, expect.collecting():
        test()
    return caught.value


def test_while_collecting_a_test_continues_and_the_first_mismatch_is_raised() -> None:
    reached = []

    def test() -> None:
        expect.equal(1, 1, "f(1)")
        expect.equal(2, 3, "f(2)")
        expect.equal(5, 5, "f(3)")
        expect.close([1.0], [4.0], "f(4)", atol=0)
        reached.append("the end")

    raised = mismatch_of(test)
    assert reached
    assert raised.called == "f(2)"
    assert [record["at"] for record in raised.records] == [1, 3]


def fails_and_raises(error: BaseException) -> Callable[[], None]:
    def test() -> None:
        expect.equal(2, 3, "f(2)")
        raise error

    return test


def test_an_error_after_a_mismatch_does_not_hide_it() -> None:
    for error in (IndexError(), SystemExit(), TooSlow()):
        raised = mismatch_of(fails_and_raises(error))
        assert raised.called == "f(2)"
        assert [record["kind"] for record in raised.records] == ["numbers", "error"]


def test_errors_alone_and_ctrl_c_pass_through() -> None:
    with pytest.raises(IndexError), expect.collecting():
        raise IndexError
    stopped = fails_and_raises(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt), expect.collecting():
        stopped()


def test_a_value_is_recorded_before_the_test_changes_it() -> None:
    value = np.array([1.0])

    def test() -> None:
        expect.equal(value, np.array([2.0]), "f()")
        value[:] = 7.0

    assert mismatch_of(test).records[0]["scale"] == 1.0


def test_a_test_with_very_many_mismatches_is_stopped() -> None:
    def test() -> None:
        for _ in range(1000):
            expect.equal(2, 3, "f(2)")

    assert len(mismatch_of(test).records) == expect.MOST_RECORDS


def test_the_type_that_is_wrong_is_recorded_and_not_the_value() -> None:
    raised = mismatch_of(lambda: expect.instance(torch.tensor(0.5), float, "f()"))
    assert raised.records == [{"at": 0, "kind": "type", "type": "Tensor"}]
    raised = mismatch_of(lambda: expect.dtype(torch.zeros(2), torch.int64, "f()"))
    assert raised.records == [{"at": 0, "kind": "type", "type": "torch.float32"}]


def test_a_list_equals_a_tuple_with_the_same_items() -> None:
    expect.equal([3, (4, 5)], (3, [4, 5]), "f()")
    expect.equal((1, 2), [1, 2.0], "f()")
    with pytest.raises(expect.Mismatch):
        expect.equal([1, 2], (1, 3), "f()")
    with pytest.raises(expect.Mismatch):
        expect.equal([1, 2], (1, 2, 3), "f()")


def test_floats_that_print_alike_are_shown_with_all_digits() -> None:
    with pytest.raises(expect.Mismatch) as caught:
        expect.equal(0.1 + 0.2, 0.3, "f()")
    assert (caught.value.expected, caught.value.got) == ("0.3", "0.30000000000000004")
    with pytest.raises(expect.Mismatch, match=r"got 0\.3.* \(off by up to 5\.6e-17\)"):
        expect.close(0.1 + 0.2, 0.3, "f()", atol=0)


@pytest.mark.parametrize("expected", [np.uint8, np.dtype("uint8"), "uint8"])
def test_a_dtype_is_named_as_arrays_name_it(expected: object) -> None:
    with pytest.raises(expect.Mismatch, match="expected dtype uint8, got float64"):
        expect.dtype(np.zeros(2), expected, "f()")


def test_texts_use_the_right_article() -> None:
    with pytest.raises(expect.Mismatch, match="expected an Optimizer, got"):
        expect.instance(3, type("Optimizer", (), {}), "get_optimizer()")
    with pytest.raises(expect.Mismatch, match="expected an IndexError, got no error"):
        expect.raises(IndexError, lambda: 3, "f()")
    with pytest.raises(expect.Mismatch, match="expected a float, got int"):
        expect.instance(3, float, "f()")


def test_a_large_value_can_be_described_in_words() -> None:
    value = torch.arange(12.0)
    found = mismatch_of(
        lambda: expect.true(False, "f(x)", expected="zeros", got=value, shown="no zeros")
    )
    assert found.got == "no zeros"
    assert found.value is value
    (record,) = found.records
    assert tuple(record["shape"]) == (12,)


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ("first_channel_only", "16 and 0 and 0 zeros in the three channels"),
        ("fills_with_the_mean", "0 and 0 and 0 zeros in the three channels"),
        ("cuts_a_cross", "9 rows and 12 columns with zeros"),
    ],
)
def test_a_wrong_cutout_is_described_by_its_zeros(
    monkeypatch: pytest.MonkeyPatch, mistake: str, said: str
) -> None:
    from misconceptions import augmentation as wrong
    from student_code import augmentation
    from unit_tests.test_augmentation import holes

    monkeypatch.setattr(augmentation, "cutout", getattr(wrong, mistake))
    assert mismatch_of(lambda: holes(size=4, draws=1)).got == said
