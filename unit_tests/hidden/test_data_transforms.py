"""Hidden tests of `student_code.data_transforms`."""

import numpy as np
import torch
from PIL import Image

from student_code import data_transforms
from toolbox.checks import after, expect, repeated, task
from toolbox.checks.seeds import seed_for


@task("data_transforms.get_fundamental_transforms")
def test_colour_is_weighted_like_the_eye() -> None:
    """Red, green and blue become gray with the usual weights, in every image mode."""
    transform = data_transforms.get_fundamental_transforms((4, 6), [0.0], [1.0])
    for mode, pixel in (("RGB", (255, 0, 0)), ("RGBA", (255, 0, 0, 255))):
        out = transform(Image.new(mode, (7, 5), pixel))
        # 0.299 of full brightness; a plain average of the channels would give 0.333.
        wanted = torch.full((1, 4, 6), 0.299)
        expect.close(out, wanted, f"the transform of a red {mode} image", atol=0.01)


@task("data_transforms.get_fundamental_transforms")
def test_enlarging_and_flattening() -> None:
    """Images of any size and shape are resized to the requested size."""
    transform = data_transforms.get_fundamental_transforms((6, 11), [0.5], [0.5])
    for size in ((3, 50), (50, 3), (1, 1), (11, 6)):
        out = transform(Image.new("L", size, 255))
        called = f"the transform of a white image {size[0]} wide and {size[1]} high"
        expect.shape(out, (1, 6, 11), called)
        # Two gray levels: resizing a constant image only causes rounding errors.
        expect.close(out, torch.ones(1, 6, 11), called, atol=0.02)


@task("data_transforms.get_fundamental_transforms")
def test_the_image_is_left_alone() -> None:
    """The input image is not modified."""
    image = Image.fromarray(np.arange(60, dtype=np.uint8).reshape(6, 10))
    before = np.array(image)
    data_transforms.get_fundamental_transforms((3, 4), [0.5], [0.5])(image)
    expect.equal(np.array(after(image)), before, "the image after the transform")


# --- get_data_augmentation_transforms -----------------------------------------------------------


@task("data_transforms.get_data_augmentation_transforms")
def test_augmentation_keeps_gray_levels_near() -> None:
    """On average, the pixels of a constant image stay near their value, at any size."""
    mean, std = [0.4], [0.2]
    transform = data_transforms.get_data_augmentation_transforms((17, 11), mean, std)
    image = Image.fromarray(np.full((50, 23), 128, dtype=np.uint8))
    levels = [each.median().item() * 0.2 + 0.4 for each in repeated(60, transform, image)]
    middle = float(np.median(levels))
    called = "a constant image of gray 0.5, 60 times: median of the results, in [0, 1]"
    expect.true(0.3 <= middle <= 0.7, called, expected="around 0.5", got=middle)


@task("data_transforms.get_data_augmentation_transforms")
def test_every_image_is_drawn_for() -> None:
    """Successive images are changed independently of each other."""
    transform = data_transforms.get_data_augmentation_transforms((24, 24), [0.0], [1.0])
    rng = np.random.default_rng(seed_for(61))
    image = Image.fromarray(rng.integers(0, 256, (24, 24)).astype(np.uint8))
    kinds = {each.numpy().tobytes() for each in repeated(100, transform, image)}
    called = "get_data_augmentation_transforms(...)(the same image), 100 times: number of results"
    expect.true(len(kinds) >= 2, called, expected="2 or more", got=len(kinds))
