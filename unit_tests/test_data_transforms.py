"""Public tests of `student_code.data_transforms`."""

from typing import Any

import numpy as np
import torch
from PIL import Image

from student_code import data_transforms
from toolbox.checks import expect, task

# A gray level is 4e-3 in [0, 1]; resizing may round to the adjacent one, so allow 1.5 levels.
ONE_LEVEL = 6e-3


@task("data_transforms.get_fundamental_transforms")
def test_result_is_a_gray_float_tensor() -> None:
    """A color image becomes a float32 tensor of shape (1, height, width)."""
    image = Image.fromarray(np.full((30, 20, 3), 77, dtype=np.uint8))
    out = data_transforms.get_fundamental_transforms((12, 10), [0.5], [0.5])(image)
    called = "get_fundamental_transforms((12, 10), [0.5], [0.5])(a color image)"
    expect.instance(out, torch.Tensor, called)
    expect.shape(out, (1, 12, 10), called)
    expect.dtype(out, torch.float32, called)


@task("data_transforms.get_fundamental_transforms")
def test_pixels_are_normalised() -> None:
    """The result is (pixel / 255 − mean) / std."""
    image = Image.fromarray(np.full((9, 14), 153, dtype=np.uint8))
    out = data_transforms.get_fundamental_transforms((5, 8), [0.4], [0.25])(image)
    called = "get_fundamental_transforms((5, 8), [0.4], [0.25])(an image of 153s = 0.6)"
    expect.close(out, torch.full((1, 5, 8), 0.8), called, atol=4 * ONE_LEVEL, picture="image")


@task("data_transforms.get_fundamental_transforms")
def test_the_whole_image_is_kept() -> None:
    """The image is resized, not cropped: content at its sides stays at the sides."""
    pixels = np.full((20, 40), 51, dtype=np.uint8)
    pixels[:, :10], pixels[:, 30:] = 0, 255
    out = data_transforms.get_fundamental_transforms((16, 8), [0.0], [1.0])(Image.fromarray(pixels))
    called = "columns of get_fundamental_transforms((16, 8), [0], [1])(black | dark gray | white)"
    expect.shape(out, (1, 16, 8), called)
    # Only the columns next to an edge may blend.
    columns = out.mean(dim=(0, 1))[[0, 3, 4, 7]]
    expect.close(columns, torch.tensor([0.0, 0.2, 0.2, 1.0]), called, atol=0.05)


@task("data_transforms.get_fundamental_transforms")
def test_gray_images_and_arrays_of_statistics() -> None:
    """Gray images are accepted, and so are arrays of shape (1,) as mean and standard deviation."""
    image = Image.fromarray(np.full((8, 6), 51, dtype=np.uint8))
    mean, std = np.array([0.1]), np.array([0.2])
    out = data_transforms.get_fundamental_transforms((8, 6), mean, std)(image)
    called = "get_fundamental_transforms((8, 6), array([0.1]), array([0.2]))(an image of 51s = 0.2)"
    expect.close(out, torch.full((1, 8, 6), 0.5), called, atol=5 * ONE_LEVEL, picture="image")


@task("data_transforms.get_fundamental_transforms")
def test_nothing_is_random() -> None:
    """The same image always gives the same tensor."""
    pixels = np.arange(24 * 36, dtype=np.uint32).reshape(24, 36) % 256
    image = Image.fromarray(pixels.astype(np.uint8))
    transform = data_transforms.get_fundamental_transforms((12, 18), [0.3], [0.5])
    first = transform(image)
    for _ in range(8):
        called = "get_fundamental_transforms(...)(image), a second time"
        # The same image twice: only float32 rounding may differ.
        expect.close(transform(image), first, called, atol=1e-6, picture="image")


# --- get_data_augmentation_transforms -----------------------------------------------------------
# Random behavior is judged over many draws. Next to each bound stands the probability that a
# correct implementation misses it; these probabilities add up to less than 1e-6.


def scene(mode: str = "L", height: int = 44, width: int = 36) -> Image.Image:
    """Return a bright sky, a dark ground, and something on the left."""
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
    """A grayscale or color image is augmented to a float32 tensor of shape (1, height, width)."""
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
    """The augmented image varies from call to call."""
    found = augmented(100)
    different = any(not torch.equal(found[0], other) for other in found[1:])
    called = "get_data_augmentation_transforms(...)(the same image), 100 times"
    # A change that happens with probability 0.13 or more never happens in 100 calls with
    # probability 9e-7, and a flip with probability 1/2 is always the same with probability 2^-99.
    expect.true(different, called, expected="different results", got="the same each time")


@task("data_transforms.get_data_augmentation_transforms", share=2)
def test_augmented_image_is_normalised() -> None:
    """The fundamental transforms are applied last: (pixel / 255 − mean) / std."""
    called = "get_data_augmentation_transforms((20, 30), [10], [0.1])(image): median"
    for got in augmented(10, np.array([10.0]), np.array([0.1])):
        median = got.median().item()
        # For values from 0 to 1, (x − 10) / 0.1 is between −100 and −90.
        inside = -100.01 <= median <= -89.99
        expect.true(inside, called, expected="from −100 to −90", got=median)


@task("data_transforms.get_data_augmentation_transforms", share=2)
def test_augmentation_keeps_the_scene() -> None:
    """The augmentation preserves the label: the sky stays above the ground."""
    above = [bool(x[0, :7].mean() > x[0, -7:].mean()) for x in augmented(200)]
    called = "a bright sky over dark ground, 200 times: how often the sky stays on top"
    # If each image keeps its sky with probability 0.9, fewer than 150 do with probability 3e-10.
    # If half of them are upside down, 150 or more keep it with probability 5e-13.
    expect.true(sum(above) >= 150, called, expected="almost all 200", got=sum(above))
