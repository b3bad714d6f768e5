"""Public tests of `student_code.data_transforms`."""

from typing import Any

import numpy as np
import torch
from PIL import Image

from student_code import data_transforms
from toolbox.checks import expect, task

# A gray level is 4e-3 in [0, 1]; resizing may round to the next one, so half of the next but one.
ONE_LEVEL = 6e-3


@task("data_transforms.get_fundamental_transforms")
def test_result_is_a_gray_float_tensor() -> None:
    """A colour image becomes a float32 tensor of shape (1, height, width)."""
    image = Image.fromarray(np.full((30, 20, 3), 77, dtype=np.uint8))
    out = data_transforms.get_fundamental_transforms((12, 10), [0.5], [0.5])(image)
    called = "get_fundamental_transforms((12, 10), [0.5], [0.5])(a colour image)"
    expect.instance(out, torch.Tensor, called)
    expect.shape(out, (1, 12, 10), called)
    expect.dtype(out, torch.float32, called)


@task("data_transforms.get_fundamental_transforms")
def test_pixels_are_normalised() -> None:
    """The result is (pixel / 255 − mean) / std."""
    image = Image.fromarray(np.full((9, 14), 153, dtype=np.uint8))
    out = data_transforms.get_fundamental_transforms((5, 8), [0.4], [0.25])(image)
    called = "get_fundamental_transforms((5, 8), [0.4], [0.25])(an image of 153s = 0.6)"
    expect.close(out, torch.full((1, 5, 8), 0.8), called, atol=4 * ONE_LEVEL)


@task("data_transforms.get_fundamental_transforms")
def test_the_whole_image_is_kept() -> None:
    """The image is resized, not cropped: what is at its sides stays at the sides."""
    pixels = np.full((20, 40), 51, dtype=np.uint8)
    pixels[:, :10], pixels[:, 30:] = 0, 255
    out = data_transforms.get_fundamental_transforms((16, 8), [0.0], [1.0])(Image.fromarray(pixels))
    called = "columns of get_fundamental_transforms((16, 8), [0], [1])(black | dark gray | white)"
    expect.shape(out, (1, 16, 8), called)
    # The columns beside an edge may blend, the others may not.
    columns = out.mean(dim=(0, 1))[[0, 3, 4, 7]]
    expect.close(columns, torch.tensor([0.0, 0.2, 0.2, 1.0]), called, atol=0.05)


@task("data_transforms.get_fundamental_transforms")
def test_gray_images_and_arrays_of_statistics() -> None:
    """Gray images are taken too, and mean and deviation as arrays of shape (1,)."""
    image = Image.fromarray(np.full((8, 6), 51, dtype=np.uint8))
    mean, std = np.array([0.1]), np.array([0.2])
    out = data_transforms.get_fundamental_transforms((8, 6), mean, std)(image)
    called = "get_fundamental_transforms((8, 6), array([0.1]), array([0.2]))(an image of 51s = 0.2)"
    expect.close(out, torch.full((1, 8, 6), 0.5), called, atol=5 * ONE_LEVEL)


@task("data_transforms.get_fundamental_transforms")
def test_nothing_is_random() -> None:
    """The same image gives the same tensor each time."""
    pixels = np.arange(24 * 36, dtype=np.uint32).reshape(24, 36) % 256
    image = Image.fromarray(pixels.astype(np.uint8))
    transform = data_transforms.get_fundamental_transforms((12, 18), [0.3], [0.5])
    first = transform(image)
    for _ in range(8):
        called = "get_fundamental_transforms(...)(image), a second time"
        # The same image twice: nothing may differ but rounding in float32.
        expect.close(transform(image), first, called, atol=1e-6)


# --- get_data_augmentation_transforms -----------------------------------------------------------
# Random behaviour is judged over many draws. For each bound the probability that a right
# implementation misses it stands beside it; together they are below 1e-6.


def scene(mode: str = "L", height: int = 44, width: int = 36) -> Image.Image:
    """A bright sky, a dark ground, and something on the left."""
    pixels = np.full((height, width), 60, dtype=np.uint8)
    pixels[: height // 2] = 200
    pixels[height // 4 : 3 * height // 4, width // 8 : width // 3] = 120
    return Image.fromarray(pixels).convert(mode)


def augmented(draws: int, mean: Any = (0.5,), std: Any = (0.25,)) -> list[torch.Tensor]:
    transform = data_transforms.get_data_augmentation_transforms((20, 30), mean, std)
    image = scene()
    return [transform(image) for _ in range(draws)]


@task("data_transforms.get_data_augmentation_transforms", share=2)
def test_augmented_image_is_a_tensor() -> None:
    """A grayscale or colour image becomes a float32 tensor of shape (1, height, width)."""
    transform = data_transforms.get_data_augmentation_transforms((20, 30), (0.5,), (0.25,))
    for mode in ("L", "RGB"):
        called = f"get_data_augmentation_transforms((20, 30), [0.5], [0.25])({mode} image)"
        for _ in range(3):
            got = transform(scene(mode))
            expect.instance(got, torch.Tensor, called)
            expect.shape(got, (1, 20, 30), called)
            expect.dtype(got, torch.float32, called)


@task("data_transforms.get_data_augmentation_transforms", share=3)
def test_augmentation_is_random() -> None:
    """The same image comes out differently from call to call."""
    found = augmented(100)
    different = any(not torch.equal(found[0], other) for other in found[1:])
    called = "get_data_augmentation_transforms(...)(the same image), 100 times"
    # Whatever happens with probability 0.13 or more stays away 100 times with probability 9e-7,
    # and a flip of one half is the same each time with probability 2^-99.
    expect.true(different, called, expected="different results", got="the same each time")


@task("data_transforms.get_data_augmentation_transforms", share=2)
def test_augmented_image_is_normalised() -> None:
    """The fundamental transforms follow: pixels in [0, 1], less the mean, over the std."""
    called = "get_data_augmentation_transforms((20, 30), [10], [0.1])(image): median"
    for got in augmented(10, np.array([10.0]), np.array([0.1])):
        median = got.median().item()
        # Of values from 0 to 1, (x − 10) / 0.1 makes values from −100 to −90.
        inside = -100.01 <= median <= -89.99
        expect.true(inside, called, expected="from −100 to −90", got=median)


@task("data_transforms.get_data_augmentation_transforms", share=2)
def test_augmentation_keeps_the_scene() -> None:
    """The label still fits: the sky stays above the ground."""
    above = [bool(x[0, :7].mean() > x[0, -7:].mean()) for x in augmented(200)]
    called = "a bright sky over dark ground, 200 times: how often is the sky still above?"
    # If each image keeps its sky with probability 0.9, fewer than 150 do with probability 3e-10.
    # Upside down half of the time, 150 or more do with probability 5e-13.
    expect.true(sum(above) >= 150, called, expected="nearly always", got=sum(above))
