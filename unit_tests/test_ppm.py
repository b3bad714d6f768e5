"""Public tests of `student_code.ppm`."""

import torch
from torch.nn import functional as F

from student_code import ppm
from toolbox.checks import expect, layers_shown, task
from toolbox.checks.seeds import seed_for

CLOSE = 1e-5  # float32 sums of a few dozen numbers of order 1
# Batch norm divides by sqrt(1 + eps) in eval mode: 5e-6 of numbers that are usually of order 1.
LOOSE = 1e-3


def maps(count: int = 2, channels: int = 6, size: tuple[int, int] = (12, 18)) -> torch.Tensor:
    """Return noise in the shape of a deep feature map, wider than high."""
    return torch.randn(count, channels, *size, generator=torch.Generator().manual_seed(seed_for(4)))


def offsets(channels: int = 6) -> torch.Tensor:
    """Return a number for each channel of each of two images, so that averages differ from zero."""
    return torch.randn(2, channels, 1, 1, generator=torch.Generator().manual_seed(seed_for(8)))


def module(in_dim: int = 6, reduction_dim: int = 3, bins: tuple[int, ...] = (1, 2, 3, 6)) -> object:
    """Create a PPM from a fixed seed, in eval mode."""
    torch.manual_seed(seed_for(0))
    return ppm.PPM(in_dim, reduction_dim, bins).eval()


@task("ppm.PPM", share=2)
def test_channels_are_joined() -> None:
    """The output has in_dim + len(bins) * reduction_dim channels and the input's size."""
    for bins, size in (((1, 2, 3, 6), (12, 18)), ((1, 5), (7, 10))):
        called = f"PPM(6, 3, {bins})(x (2, 6, {size[0]}, {size[1]}))"
        with layers_shown():
            got = module(bins=bins)(maps(size=size))  # type: ignore[operator]
            expect.shape(got, (2, 6 + 3 * len(bins), *size), called)


@task("ppm.PPM")
def test_input_comes_first() -> None:
    """The first in_dim channels are the input itself."""
    got = module()(maps())  # type: ignore[operator]
    expect.equal(got[:, :6], maps(), "PPM(6, 3, (1, 2, 3, 6))(x)[:, :6]")


@task("ppm.PPM", share=2)
def test_one_cell_is_the_same_everywhere() -> None:
    """A grid of one cell has the same value at every pixel, and differs between images."""
    got = module(bins=(1, 2))(maps())[:, 6:9].detach()  # type: ignore[operator]
    spread = (got.amax(dim=(2, 3)) - got.amin(dim=(2, 3))).max()
    expect.close(spread, 0.0, "spread over the pixels of PPM(6, 3, (1, 2))(x)[:, 6:9]", atol=CLOSE)
    difference = float((got[0] - got[1]).abs().max())
    expect.true(
        difference > 0,
        "difference of two images in PPM(6, 3, (1, 2))(x)[:, 6:9]",
        expected="more than zero",
        got=difference,
    )


@task("ppm.PPM", share=2)
def test_grids_see_averages() -> None:
    """Reordering the pixels within a cell of a grid doesn't change the output of that grid."""
    x = maps()
    moved = x.clone()
    moved[:, :, :6, :9] = x[:, :, :6, :9].flip(2, 3)  # the upper left of four cells
    net = module(bins=(2, 3))
    before, after = net(x)[:, 6:].detach(), net(moved)[:, 6:].detach()  # type: ignore[operator]
    called = "PPM(6, 3, (2, 3))(x), pixels of the upper left quarter in another order"
    expect.close(after[:, :3], before[:, :3], f"{called}: channels of the grid of 2", atol=CLOSE)
    changed = float((after[:, 3:] - before[:, 3:]).abs().max())
    expect.true(
        changed > CLOSE,
        f"{called}: change in the channels of the grid of 3",
        expected="more than zero",
        got=changed,
    )


@task("ppm.PPM")
def test_everything_learns() -> None:
    """Every grid has its own weights, and the gradient reaches all of them."""
    net, x = module(), maps() + offsets()
    cells = [F.adaptive_avg_pool2d(x, side)[:, :, 0, 0] for side in (1, 2, 3, 6)]
    # At a corner of the map, a grid has the value of its first cell.
    corner = net(x)[:, 6:, 0, 0]  # type: ignore[operator]
    corner.sum().backward()
    weights = [p for p in net.parameters() if p.dim() == 4]  # type: ignore[attr-defined]
    expect.equal(len(weights), 4, "number of convolutions in PPM(6, 3, (1, 2, 3, 6))")
    for number, (cell, weight) in enumerate(zip(cells, weights, strict=True)):
        called = f"convolution {number} of PPM(6, 3, (1, 2, 3, 6))"
        expect.shape(weight, (3, 6, 1, 1), f"weights of {called}")
        said = cell @ weight.detach()[:, :, 0, 0].T
        got = corner.detach()[:, 3 * number : 3 * number + 3]
        where = f"its grid at [0, 0], computed with the weights of {called}"
        expect.close(got, said.relu(), where, atol=LOOSE)
        size = 0.0 if weight.grad is None else float(weight.grad.abs().sum())
        called = f"gradient at {called}"
        expect.true(size > 0, called, expected="a nonzero number", got=size)
        wanted = ((said > 0).float().T @ cell)[:, :, None, None]
        expect.close(weight.grad, wanted, called, atol=LOOSE)
    for number, weight in enumerate(weights):
        before = net(x)[:, 6:].detach()  # type: ignore[operator]
        with torch.no_grad():
            weight.zero_()
        before[:, 3 * number : 3 * number + 3] = 0
        called = f"grids after the weights of convolution {number} were set to 0"
        expect.close(net(x)[:, 6:], before, called, atol=CLOSE)  # type: ignore[operator]


@task("ppm.PPM")
def test_grids_are_not_negative() -> None:
    """Each grid ends with a ReLU: its output is never negative, and zero in some places."""
    lowest, zeros = 1.0, 0
    for seed in range(4):
        torch.manual_seed(seed_for(seed))
        grids = ppm.PPM(4, 8, (1, 2)).eval()(maps(channels=4))[:, 4:].detach()
        lowest, zeros = min(lowest, float(grids.min())), zeros + int((grids == 0).sum())
    called = "outputs of the grids of PPM(4, 8, (1, 2)), four times"
    expect.true(lowest >= 0, called, expected="no negative values", got=lowest)
    # 8 channels of random sign, 4 times: all of them are positive with probability 2^-32.
    expect.true(zeros > 0, called, expected="some zeros from the ReLU", got=zeros)


@task("ppm.PPM")
def test_grids_are_smooth_and_in_place() -> None:
    """Grids are upsampled bilinearly, so that every cell stays at its position."""
    torch.manual_seed(seed_for(1))
    net = ppm.PPM(1, 4, (2,)).eval()
    x = torch.zeros(1, 1, 12, 16)
    x[..., :8] = -5.0
    x[..., 8:] = 5.0
    got = net(x.clone())[0, 1:].detach()
    active = got[got.amax(dim=(1, 2)) > 0]
    # With one input channel, each of the four channels increases to the left or to the right.
    steps = (active[:, :, 1:] - active[:, :, :-1]).abs() > 0
    share = float(steps.float().mean())
    called = "fraction of adjacent pixels that differ in PPM(1, 4, (2,))(dark left, bright right)"
    expect.true(share > 0.25, called, expected="a smooth transition, not a single step", got=share)
    rows = float((got[:, 0] - got[:, -1]).abs().max())
    expect.close(rows, 0.0, "difference of the first and last row, where x has none", atol=1e-5)
