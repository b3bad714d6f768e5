"""Hidden tests of `student_code.dropout`."""

import torch
from torch import nn

from student_code import dropout
from toolbox.checks import expect, task


@task("dropout.InvertedDropout")
def test_expectation_is_kept() -> None:
    """Averaged over many calls, the values are the original ones."""
    module = dropout.InvertedDropout(0.4).train()
    x = torch.full((60000,), 3.0, dtype=torch.float64)
    got = module(x)
    # The standard deviation of the mean is 3 · sqrt(0.4 / 0.6 / 60000) = 0.01; 6 of them: 2e-9.
    expect.close(got.mean(), 3.0, "InvertedDropout(0.4).train()(60000 threes): mean", atol=0.06)
    expect.dtype(got, torch.float64, "InvertedDropout(0.4).train()(float64 values)")


@task("dropout.InvertedDropout")
def test_mode_follows_the_network() -> None:
    """In a network, dropout follows the network's train and eval modes."""
    network = nn.Sequential(nn.Identity(), dropout.InvertedDropout(0.5))
    x = torch.ones(500)
    for _ in range(2):
        dropped = int((network.train()(x.clone()) == 0).sum())
        # Binomial(500, 0.5) is 80 off with probability 1e-12.
        near = abs(dropped - 250) < 80
        expect.true(
            near, "in train mode: number of zeros among 500", expected="about 250", got=dropped
        )
        expect.equal(network.eval()(x.clone()), x, "in eval mode")


@task("dropout.InvertedDropout")
def test_negative_values_and_scalars() -> None:
    """Negative values are scaled like positive ones, and tensors of any shape are accepted."""
    module = dropout.InvertedDropout(0.2).train()
    x = -torch.ones(2, 3, 4, 5, 6)
    found = sorted({round(value, 4) for value in module(x).ravel().tolist()})
    # One division in float32 is exact to 2e-7.
    expect.close(found, [-1.25, 0.0], "InvertedDropout(0.2).train()(minus ones)", atol=1e-5)
    expect.shape(module(torch.tensor(1.0)), (), "InvertedDropout(0.2).train()(a scalar)")
