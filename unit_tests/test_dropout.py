"""Public tests of `student_code.dropout`.

Random behavior is judged over many values. Next to each bound stands the probability that a correct
implementation misses it; these probabilities add up to less than 1e-6.
"""

import torch

from student_code import dropout
from toolbox.checks import after, expect, task
from toolbox.checks.seeds import seed_for


def values(*shape: int) -> torch.Tensor:
    """Return numbers from 1 to 2, none of them zero."""
    return 1 + torch.rand(shape, generator=torch.Generator().manual_seed(seed_for(41)))


def training(p: float) -> dropout.InvertedDropout:
    return dropout.InvertedDropout(p).train()


@task("dropout.InvertedDropout", share=2)
def test_eval_mode_changes_nothing() -> None:
    """In eval mode the values are returned unchanged."""
    x = values(20, 30)
    for p in (0.5, 0.8):
        got = dropout.InvertedDropout(p).eval()(x)
        expect.equal(got, x, f"InvertedDropout({p}).eval()(x), x of shape (20, 30)")


@task("dropout.InvertedDropout", share=2)
def test_what_stays_is_scaled() -> None:
    """In train mode each value is either 0 or multiplied by 1 / (1 − p)."""
    x = values(40, 50)
    for p, factor in ((0.5, 2.0), (0.75, 4.0), (0.2, 1.25)):
        got = training(p)(x.clone())
        called = f"InvertedDropout({p}).train()(x), x of shape (40, 50): "
        expect.shape(got, (40, 50), called)
        # At least one of 2000 values is kept: none is with probability 0.75^2000.
        kept = got != 0
        expect.true(kept.any(), called, expected="some nonzero values", got=got)
        ratio = got[kept] / x[kept]
        # One multiplication or division in float32 is exact to 1e-7 of the value.
        wanted = torch.full_like(ratio, factor)
        expect.close(ratio, wanted, called + "the kept values / x", atol=1e-5)


@task("dropout.InvertedDropout")
def test_share_that_is_dropped() -> None:
    """Of many values, about the fraction p is dropped."""
    for p in (0.3, 0.7):
        dropped = int((training(p)(values(100, 100)) == 0).sum())
        called = f"InvertedDropout({p}).train()(10000 values): how many are 0"
        # Binomial(10000, 0.3 or 0.7) is 260 or more off with probability 1e-8.
        right = abs(dropped - 10000 * p) < 260
        expect.true(right, called, expected=f"about {10000 * p:.0f}", got=dropped)


@task("dropout.InvertedDropout")
def test_each_value_has_its_own_chance() -> None:
    """Each value is dropped independently (not whole rows or columns), differently in each call."""
    module, x = training(0.5), values(6, 40, 50)
    first, second = module(x.clone()) == 0, module(x.clone()) == 0
    called = "InvertedDropout(0.5).train()(x), x of shape (6, 40, 50)"
    for dim, name in ((0, "first"), (1, "second"), (2, "third")):
        # All 6 or more values of a given line are dropped or kept together with probability
        # 2^-5; for all of the 300 or more lines this happens with probability 2^-1500.
        mixed = (first.any(dim) & (~first).any(dim)).any().item()
        wanted = f"zeros that differ along the {name} dimension"
        expect.true(mixed, called, expected=wanted, got="all dropped or kept together")
    again = not torch.equal(first, second)  # equal with probability 2^-12000
    expect.true(again, called + ", twice", expected="different zeros", got="the same zeros")


@task("dropout.InvertedDropout")
def test_nothing_is_dropped_with_p_zero() -> None:
    """With `p=0` train mode changes nothing, either; the default p is 0.5."""
    x = values(20, 30)
    got = training(0.0)(x.clone())
    # Dividing by 1 changes at most the last bit of a float32.
    expect.close(got, x, "InvertedDropout(0).train()(x)", atol=1e-6)
    kept = dropout.InvertedDropout().train()(x.clone())
    largest = (kept / x).max().item()
    called = "InvertedDropout().train()(x): the largest factor"
    # One division in float32 is exact to 2e-7.
    expect.close(largest, 2.0, called, atol=1e-5)


@task("dropout.InvertedDropout", share=0.5)
def test_p_outside_its_range() -> None:
    """A p below 0, and a p of 1 or above, raise `ValueError`."""
    for p in (-0.1, 1.0, 1.5):
        run = lambda p=p: dropout.InvertedDropout(p)  # noqa: E731
        expect.raises(ValueError, run, f"InvertedDropout({p})")


@task("dropout.InvertedDropout")
def test_gradients_pass_where_values_do() -> None:
    """The gradient is 0 for dropped values, and 1 / (1 − p) for all others."""
    x = values(20, 30).requires_grad_()
    got = training(0.75)(x)
    got.sum().backward()
    wanted = (got != 0) * 4.0
    # Multiplications of a few ones in float32 are exact to 1e-6.
    expect.close(x.grad, wanted, "InvertedDropout(0.75).train()(x).sum(): gradient", atol=1e-5)


@task("dropout.InvertedDropout")
def test_input_is_left_alone() -> None:
    """The input tensor is not modified."""
    x = values(20, 30)
    training(0.5)(x)
    x = after(x)
    kept = torch.equal(x, values(20, 30))
    expect.true(kept, "InvertedDropout(0.5).train()(x); x", expected="x unchanged", got=x)
