"""Hidden tests of `student_code.augmentation`."""

from typing import Any

import numpy as np
import torch

from student_code import augmentation
from toolbox.checks import expect, repeated, task
from toolbox.checks.seeds import seed_for


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed_for(seed))


@task("augmentation.random_horizontal_flip")
def test_flip_of_a_colour_image_defaults_to_one_half() -> None:
    """By default half of the images are mirrored, without mixing up channels or rows."""
    image = torch.rand(3, 5, 8, generator=generator(31))
    flips = 0
    for got in repeated(600, augmentation.random_horizontal_flip, image):
        mirrored = torch.equal(got, image[:, :, torch.arange(7, -1, -1)])
        kept = mirrored or torch.equal(got, image)
        expect.true(kept, "random_horizontal_flip(img)", expected="img, mirrored or not", got=got)
        flips += mirrored
    # Binomial(600, 0.5) leaves 235..365 with probability 8e-8.
    called = "random_horizontal_flip(img), 600 times: how many are mirrored"
    expect.true(235 <= flips <= 365, called, expected="about 300", got=flips)


@task("augmentation.random_crop")
def test_crop_places_are_equally_likely() -> None:
    """Rows and columns are shifted independently, and all positions are equally likely."""
    image = torch.ones(1, 6, 9)
    counts = torch.zeros(3, 3)
    source = generator(32)
    for moved in repeated(1800, augmentation.random_crop, image, 1, generator=source):
        got = moved[0]
        dy = int(got[0].sum() == 0) - int(got[-1].sum() == 0)
        dx = int(got[:, 0].sum() == 0) - int(got[:, -1].sum() == 0)
        counts[dy + 1, dx + 1] += 1
    # Each count is Binomial(1800, 1/9), 200 ± 13.3: 85 off has probability 6e-10.
    off = (counts - 200).abs().max().item()
    expect.true(
        off <= 85, "random_crop(img, 1), 1800 times", expected="9 similar counts", got=counts
    )


@task("augmentation.cutout")
def test_cutout_of_a_pixel() -> None:
    """A square of one pixel hides at most one pixel, and uint8 images stay uint8."""
    image = torch.full((2, 7, 5), 9, dtype=torch.uint8)
    source = generator(33)
    for got in repeated(30, augmentation.cutout, image, 1, generator=source):
        expect.dtype(got, torch.uint8, "cutout(a uint8 image, 1)")
        zeros = int((got == 0).sum())
        called = "cutout(img of shape (2, 7, 5), 1): zeros"
        expect.true(zeros in (0, 2), called, expected="2, or 0 beyond the edge", got=zeros)


@task("augmentation.cutout")
def test_cutout_always_hides_something() -> None:
    """At least about a quarter of the square lies inside the image, wherever it is placed."""
    image, source = torch.ones(1, 8, 9), generator(34)
    for got in repeated(300, augmentation.cutout, image, 4, generator=source):
        hidden = int((got == 0).sum())
        called = "cutout(img of shape (1, 8, 9), 4): zeros"
        # A square around a pixel of the image has a quarter of its area inside, or a little less if
        # its center lies between pixels; a single row of it has 4 pixels.
        expect.true(hidden >= 4, called, expected="4 to 16", got=hidden)


@task("augmentation.get_albumentations_transforms")
def test_albumentations_keeps_what_is_in_the_image() -> None:
    """On average, the pixels of a constant image stay near their value."""
    mean: Any = np.array([0.4])
    std: Any = np.array([0.2])
    transform = augmentation.get_albumentations_transforms((16, 24), mean, std)
    image = np.full((33, 21), 128, dtype=np.uint8)
    drawn = [found["image"] for found in repeated(60, transform, image=image)]
    levels = [each.median().item() * 0.2 + 0.4 for each in drawn]
    middle = float(np.median(levels))
    called = "a constant image of gray 0.5, 60 times: median of the results, in [0, 1]"
    expect.true(0.3 <= middle <= 0.7, called, expected="around 0.5", got=middle)
