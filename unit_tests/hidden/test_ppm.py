"""Hidden tests of `student_code.ppm`."""

import torch
from torch import nn

from student_code import ppm
from toolbox.checks import after, expect, task
from toolbox.checks.seeding import seed_for


def maps() -> torch.Tensor:
    """Noise in the shape of a deep map, wider than high."""
    return torch.randn(2, 4, 10, 14, generator=torch.Generator().manual_seed(seed_for(7)))


@task("ppm.PPM")
def test_batches_are_normalised() -> None:
    """There is batch normalisation in each grid, and no bias before it."""
    net = ppm.PPM(4, 3, (1, 2, 3))
    norms = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
    expect.equal(len(norms), 3, "number of batch normalisations in PPM(4, 3, (1, 2, 3))")
    convolutions = [m for m in net.modules() if isinstance(m, nn.Conv2d)]
    biases = sum(m.bias is not None for m in convolutions)
    expect.equal(biases, 0, "convolutions with a bias in PPM(4, 3, (1, 2, 3))")
    kernels = [tuple(m.kernel_size) for m in convolutions]
    expect.equal(kernels, [(1, 1)] * 3, "kernels of the convolutions in PPM(4, 3, (1, 2, 3))")


@task("ppm.PPM")
def test_input_stays() -> None:
    """The input is left as it was, in training too."""
    given = maps()
    ppm.PPM(4, 3, (1, 2))(given)
    expect.equal(after(given), maps(), "x after PPM(4, 3, (1, 2))(x)")
