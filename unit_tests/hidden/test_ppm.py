"""Hidden tests of `student_code.ppm`."""

import torch
from torch import nn

from student_code import ppm
from toolbox.checks import expect, task


def maps() -> torch.Tensor:
    """Noise in the shape of a deep map, wider than high."""
    return torch.randn(2, 4, 10, 14, generator=torch.Generator().manual_seed(7))


@task("ppm.PPM")
def test_grids_are_not_negative() -> None:
    """Each grid ends in a ReLU: what it says is never below zero, and zero somewhere."""
    lowest, zeros = 1.0, 0
    for seed in range(4):
        torch.manual_seed(seed)
        grids = ppm.PPM(4, 8, (1, 2)).eval()(maps())[:, 4:].detach()
        lowest, zeros = min(lowest, float(grids.min())), zeros + int((grids == 0).sum())
    called = "what the grids of PPM(4, 8, (1, 2)) say, four times"
    expect.true(lowest >= 0, called, expected="nothing below zero", got=lowest)
    # 8 channels of a random sign, 4 times: all of them positive has probability 2^-32.
    expect.true(zeros > 0, called, expected="zeros where ReLU cut off", got=zeros)


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
def test_grids_are_smooth_and_in_place() -> None:
    """A grid is enlarged bilinearly to where its cells were; the input stays as it was."""
    torch.manual_seed(1)
    net = ppm.PPM(1, 4, (2,)).eval()
    x = torch.zeros(1, 1, 12, 16)
    x[..., :8] = -5.0
    x[..., 8:] = 5.0
    got = net(x.clone())[0, 1:].detach()
    active = got[got.amax(dim=(1, 2)) > 0]
    # With one input channel each of the four channels grows to the left or to the right.
    steps = (active[:, :, 1:] - active[:, :, :-1]).abs() > 0
    share = float(steps.float().mean())
    called = "share of neighbours that differ in PPM(1, 4, (2,))(dark left, bright right)"
    expect.true(share > 0.25, called, expected="a smooth passage, not one step", got=share)
    rows = float((got[:, 0] - got[:, -1]).abs().max())
    expect.close(rows, 0.0, "difference of the first and last row, where x has none", atol=1e-5)
    given = maps()
    ppm.PPM(4, 3, (1, 2))(given)
    expect.equal(given, maps(), "x after PPM(4, 3, (1, 2))(x)")
