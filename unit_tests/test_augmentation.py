"""Public tests of `student_code.augmentation`.

Random behavior is judged over many draws. Next to each bound stands the probability that a correct
implementation misses it; these probabilities add up to less than 1e-6.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from student_code import augmentation
from toolbox.checks import after, expect, repeated, task
from toolbox.checks.seeds import seed_for


def generator(seed: int = 5) -> torch.Generator:
    return torch.Generator().manual_seed(seed_for(seed))


def numbered(channels: int, height: int, width: int) -> torch.Tensor:
    """Return an image in which all values are different and none is zero."""
    count = channels * height * width
    return torch.arange(1, count + 1, dtype=torch.float32).reshape(channels, height, width)


def check_repeatable(draw: Callable[..., Any], *args: Any, called: str) -> None:
    """Check that equal seeds give equal draws, and that one generator produces different draws."""
    runs = []
    for global_seed in (1, 2):
        torch.manual_seed(seed_for(global_seed))
        found = repeated(60, draw, *args, generator=generator())
        runs.append(torch.stack(found).float())
    same = torch.equal(runs[0], runs[1])
    wanted = "the same 60 results from generators with the same seed"
    expect.true(same, f"{called}, 60 times, twice", expected=wanted, got="different results")
    changes = any(not torch.equal(runs[0][0], run) for run in runs[0][1:])
    wanted = "draws that differ from one another"  # missed with probability 2^-59 or less
    expect.true(changes, f"{called}, 60 times", expected=wanted, got="the same each time")


def check_input_is_kept(change: Callable[[torch.Tensor], Any], called: str) -> None:
    """Check after each of 60 draws that the image is unchanged (two in-place flips cancel out)."""
    image = numbered(2, 8, 11)
    for _ in range(60):
        change(image)
        image = after(image)
        kept = torch.equal(image, numbered(2, 8, 11))
        expect.true(kept, f"{called}; img", expected="img unchanged", got=image)


@task("augmentation.random_horizontal_flip", share=2)
def test_flip_mirrors_left_and_right() -> None:
    """With `p=1` every row is reversed in every channel; with `p=0` nothing changes."""
    image = numbered(2, 3, 4)
    wanted = torch.stack([torch.stack([torch.tensor(r[::-1]) for r in c]) for c in image.tolist()])
    for _ in range(5):
        got = augmentation.random_horizontal_flip(image, p=1.0)
        expect.equal(
            got, wanted, "random_horizontal_flip(img of shape (2, 3, 4), p=1)", picture="image"
        )
        got = augmentation.random_horizontal_flip(image, p=0.0)
        expect.equal(
            got, image, "random_horizontal_flip(img of shape (2, 3, 4), p=0)", picture="image"
        )


@task("augmentation.random_horizontal_flip")
def test_flip_happens_with_probability_p() -> None:
    """With `p=0.3` about 300 of 1000 images are mirrored, and the others are unchanged."""
    image, source = numbered(1, 2, 3), generator()
    flipped = 0
    for got in repeated(1000, augmentation.random_horizontal_flip, image, p=0.3, generator=source):
        is_flipped = torch.equal(got, image.flip(2))
        known = is_flipped or torch.equal(got, image)
        called = "random_horizontal_flip(img of shape (1, 2, 3), p=0.3)"
        expect.true(known, called, expected="img, mirrored or not", got=got)
        flipped += is_flipped
    # Binomial(1000, 0.3) leaves 220..385 with probability 1e-8.
    called += ", 1000 times: how many are mirrored"
    expect.true(220 <= flipped <= 385, called, expected="about 300", got=flipped)


@task("augmentation.random_horizontal_flip")
def test_flip_is_repeatable() -> None:
    """Generators with the same seed give the same flips, but successive flips differ."""
    called = "random_horizontal_flip(img, generator=generator)"
    image = numbered(2, 3, 4)
    check_repeatable(augmentation.random_horizontal_flip, image, called=called)


@task("augmentation.random_horizontal_flip")
def test_flip_keeps_its_input() -> None:
    """`random_horizontal_flip` doesn't modify its input, and the result has the same dtype."""
    called = "random_horizontal_flip(img, p=1)"
    check_input_is_kept(lambda x: augmentation.random_horizontal_flip(x, p=1.0), called)
    bytes_ = numbered(1, 2, 3).to(torch.uint8)
    got = augmentation.random_horizontal_flip(bytes_, p=1.0)
    expect.dtype(got, torch.uint8, "random_horizontal_flip(a uint8 image, p=1)")


def places(padding: int, draws: int) -> dict[tuple[int, int], int]:
    """Count how often each position (top, left) in the padded image was cropped."""
    image, source = numbered(2, 4, 6), generator()
    height, width = image.shape[1:]
    padded = torch.zeros(2, height + 2 * padding, width + 2 * padding)
    padded[:, padding : padding + height, padding : padding + width] = image
    span = range(2 * padding + 1)
    cuts = {(t, s): padded[:, t : t + height, s : s + width] for t in span for s in span}
    counts = dict.fromkeys(cuts, 0)
    called = f"random_crop(img of shape (2, 4, 6), padding={padding})"
    for got in repeated(draws, augmentation.random_crop, image, padding, generator=source):
        expect.shape(got, (2, 4, 6), called)
        found = [place for place, cut in cuts.items() if torch.equal(got, cut)]
        wanted = "img shifted by at most that many pixels in each direction, padded with zeros"
        expect.true(bool(found), called, expected=wanted, got=got)
        counts[found[0]] += 1
    return counts


@task("augmentation.random_crop", share=2)
def test_crop_is_a_moved_image() -> None:
    """The result is the shifted image in its original size, padded with zeros."""
    places(padding=2, draws=40)


@task("augmentation.random_crop", share=2)
def test_crop_reaches_every_place() -> None:
    """All (2 · padding + 1)² positions occur, including those at the edge."""
    counts = places(padding=1, draws=400)
    called = "random_crop(img, padding=1), 400 times: shifts of the image by (dy, dx)"
    # A position is never drawn with probability (8/9)^400 = 3e-21.
    for (top, left), count in counts.items():
        wanted = f"({1 - top}, {1 - left}) at least once"
        expect.true(count > 0, called, expected=wanted, got=f"({1 - top}, {1 - left}) never")


@task("augmentation.random_crop")
def test_crop_without_padding() -> None:
    """With `padding=0` the image is returned unchanged."""
    image = numbered(3, 4, 6)
    got = augmentation.random_crop(image, 0)
    expect.equal(got, image, "random_crop(img of shape (3, 4, 6), padding=0)", picture="image")


@task("augmentation.random_crop")
def test_crop_is_repeatable() -> None:
    """Generators with the same seed give the same crops, but successive crops differ."""
    called = "random_crop(img, 2, generator=generator)"
    image = numbered(2, 5, 7)
    check_repeatable(augmentation.random_crop, image, 2, called=called)


@task("augmentation.random_crop")
def test_crop_keeps_its_input() -> None:
    """`random_crop` doesn't modify its input."""
    check_input_is_kept(lambda x: augmentation.random_crop(x, 2), "random_crop(img, 2)")


def holes(size: int, draws: int) -> torch.Tensor:
    """Return which pixels of a 9 by 12 image were set to zero, draw by draw."""
    image, source = numbered(3, 9, 12), generator()
    called = f"cutout(img of shape (3, 9, 12), size={size})"
    found = []
    for got in repeated(draws, augmentation.cutout, image, size, generator=source):
        expect.shape(got, (3, 9, 12), called)
        hole = (got == 0).any(0)
        whole = image * ~hole
        wanted = "img with the same square set to 0 in all channels, and the rest unchanged"
        zeros = " and ".join(map(str, (got == 0).flatten(1).sum(1).tolist()))
        shown = f"{zeros} zeros in the three channels"
        expect.true(torch.equal(got, whole), called, expected=wanted, got=got, shown=shown)
        rows, columns = hole.any(1), hole.any(0)
        filled = torch.equal(hole, rows[:, None] & columns[None, :])
        wanted = f"a square of zeros, {size} by {size}, or smaller at the edge"
        expect.true(
            filled and _run(rows, size) and _run(columns, size),
            called,
            expected=wanted,
            got=got,
            shown=f"{int(rows.sum())} rows and {int(columns.sum())} columns with zeros",
        )
        found.append(hole)
    return torch.stack(found)


def _run(line: torch.Tensor, size: int) -> bool:
    """Return whether the true values are one run, `size` long, or shorter if it touches an end."""
    places = line.nonzero().ravel().tolist()
    if not places:
        return True  # a square may miss the image entirely
    in_one_piece = places[-1] - places[0] + 1 == len(places)
    touches = places[0] == 0 or places[-1] == len(line) - 1
    return in_one_piece and (len(places) == size or (len(places) < size and touches))


@task("augmentation.cutout", share=2)
def test_cutout_hides_a_square() -> None:
    """A square of the given size is set to zero in every channel, and nothing else changes."""
    for size in (4, 3):
        found = holes(size, draws=60)
        largest = int(found.flatten(1).sum(1).max())
        called = f"cutout(img of shape (3, 9, 12), size={size}), 60 times: largest hidden area"
        # If the square may extend beyond the edge, it is complete with probability 0.4 or more:
        # none of 60 is with probability 5e-14.
        expect.equal(largest, size * size, called)


@task("augmentation.cutout", share=2)
def test_cutout_reaches_every_pixel() -> None:
    """Every pixel is hidden in some draws, including those in the corners."""
    hidden = holes(4, draws=1600).any(0)
    missed = [tuple(place) for place in (~hidden).nonzero().tolist()]
    called = "cutout(img of shape (3, 9, 12), size=4), 1600 times: the pixels never hidden"
    # A corner is hidden at one of 54 positions: never in 1600 draws with probability 1e-13; more
    # often if squares may extend beyond the edge.
    expect.true(not missed, called, expected="none", got=f"{len(missed)}, such as {missed[:1]}")


@task("augmentation.cutout")
def test_cutout_is_repeatable() -> None:
    """Generators with the same seed hide the same squares, but successive squares differ."""
    image = numbered(2, 8, 11)
    called = "cutout(img, 3, generator=generator)"
    check_repeatable(augmentation.cutout, image, 3, called=called)


@task("augmentation.cutout")
def test_cutout_keeps_its_input() -> None:
    """`cutout` doesn't modify its input."""
    check_input_is_kept(lambda x: augmentation.cutout(x, 3), "cutout(img, 3)")


MEAN, STD = [0.5], [0.25]


def photograph(height: int = 40, width: int = 50) -> np.ndarray:
    """Return a gray image with a bright sky, a dark ground, and something on the left."""
    image = np.full((height, width), 60, dtype=np.uint8)
    image[: height // 2] = 200
    image[height // 4 : 3 * height // 4, width // 8 : width // 3] = 120
    return image


def albumented(draws: int, mean: Any = MEAN, std: Any = STD) -> list[torch.Tensor]:
    transform = augmentation.get_albumentations_transforms((20, 30), mean, std)
    return [found["image"] for found in repeated(draws, transform, image=photograph())]


@task("augmentation.get_albumentations_transforms", share=2)
def test_albumentations_gives_a_tensor() -> None:
    """A uint8 array of shape (H, W) becomes a float32 tensor of shape (1, height, width)."""
    called = "get_albumentations_transforms((20, 30), [0.5], [0.25])(image=array)['image']"
    for got in albumented(5):
        expect.instance(got, torch.Tensor, called)
        expect.shape(got, (1, 20, 30), called)
        expect.dtype(got, torch.float32, called)


@task("augmentation.get_albumentations_transforms")
def test_albumentations_normalises() -> None:
    """Pixels are scaled to [0, 1]; then the mean is subtracted, and the std divides."""
    called = "get_albumentations_transforms((20, 30), [10], [0.1])(image=array)['image']"
    for got in albumented(10, [10.0], [0.1]):
        median = got.median().item()
        # For values from 0 to 1, (x − 10) / 0.1 is between −100 and −90.
        inside = -100.01 <= median <= -89.99
        expect.true(inside, called + ": median", expected="from −100 to −90", got=median)


@task("augmentation.get_albumentations_transforms", share=2)
def test_albumentations_is_random() -> None:
    """The result for the same image varies from call to call."""
    found = albumented(60)
    different = any(not torch.equal(found[0], other) for other in found[1:])
    called = "get_albumentations_transforms(...)(image=array)['image'], 60 times"
    # Three augmentations with p=0.1 each leave all 60 unchanged with probability 6e-9.
    expect.true(different, called, expected="different results", got="the same each time")


@task("augmentation.get_albumentations_transforms")
def test_albumentations_has_three_augmentations() -> None:
    """There are at least three random augmentations in addition to resizing and normalizing."""
    transform = augmentation.get_albumentations_transforms((20, 30), MEAN, STD)
    found = [name for name in leaves(transform) if name not in PLAIN]
    called = "get_albumentations_transforms(...): its augmentations"
    expect.true(len(set(found)) >= 3, called, expected="3 or more", got=found)


@task("augmentation.get_albumentations_transforms")
def test_albumentations_keeps_the_sky_above() -> None:
    """The augmentations keep the top of the image at the top."""
    up = sum(bool(x[0, :7].mean() > x[0, -7:].mean()) for x in albumented(120))
    called = "a bright sky over dark ground, 120 times: how often the sky stays on top"
    # If each image keeps its sky with probability 0.95, fewer than 90 do with probability 3e-14.
    # If half of them are upside down, 90 or more keep it with probability 2e-8.
    expect.true(up >= 90, called, expected="almost all 120", got=up)


PLAIN = {"Resize", "Normalize", "ToFloat", "ToTensorV2", "ToGray", "PadIfNeeded", "LongestMaxSize"}
PLAIN |= {"SmallestMaxSize", "CenterCrop", "NoOp", "FromFloat", "ToRGB"}


def leaves(transform: Any) -> list[str]:
    """Return the names of the transforms in a composition, at any depth of nesting."""
    inside = getattr(transform, "transforms", None)
    if inside is None:
        return [type(transform).__name__]
    return [name for part in inside for name in leaves(part)]
