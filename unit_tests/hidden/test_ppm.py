"""Hidden tests of `student_code.ppm`."""

from typing import Any

import torch

from student_code import ppm
from toolbox.checks import after, expect, task
from toolbox.checks.seeds import seed_for


def maps() -> torch.Tensor:
    """Return noise in the shape of a deep feature map, wider than high."""
    return torch.randn(2, 4, 10, 14, generator=torch.Generator().manual_seed(seed_for(7)))


@task("ppm.PPM")
def test_batches_are_normalised() -> None:
    """Each grid has batch normalization and no bias before it."""
    net, x = ppm.PPM(4, 8, (1, 2, 3)).eval(), maps() + 2 * torch.eye(2, 4)[:, :, None, None]
    called = "PPM(4, 8, (1, 2, 3))"
    fresh = grids(net, x)
    expect.close(grids(net, 0 * x), 0 * fresh, f"grids of {called} in eval mode for zeros", atol=0)
    # Before training the statistics are 0 and 1: the grids are linear where they are above 0.
    said = f"grids of {called} in eval mode for 10 * x"
    expect.close(grids(net, 10 * x), 10 * fresh, said, atol=1e-4)
    moved = x.clone()
    moved[:, :, 5:] += 3.0  # the lower cells of each grid except the first
    moved[:, :, :, 7:] -= 2.0
    said = f"upper left corner of the grids of {called} after changing other cells"
    expect.close(grids(net, moved)[:, 8:, 0, 0], fresh[:, 8:, 0, 0], said, atol=1e-5)
    net.train()
    small, large = grids(net, x), grids(net, 10 * x)
    # Only eps distinguishes them: 1e-5 compared with variances of 0.1.
    expect.close(large, small, f"grids of {called} in train mode for 10 * x", atol=1e-2)
    highest = small.amax(dim=(0, 2, 3))
    for number in range(3):
        top = float(highest[8 * number : 8 * number + 8].max())
        said = f"highest value of grid {number} of {called} in train mode"
        expect.true(top > 0.1, said, expected="about 1", got=top)


def grids(net: Any, x: torch.Tensor) -> torch.Tensor:
    """Return the channels of the grids, without those of the input map."""
    found: torch.Tensor = net(x)[:, 4:].detach()
    return found


@task("ppm.PPM")
def test_input_stays() -> None:
    """The input is not modified, even in train mode."""
    given = maps()
    ppm.PPM(4, 3, (1, 2))(given)
    expect.equal(after(given), maps(), "x after PPM(4, 3, (1, 2))(x)")
