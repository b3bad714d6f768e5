"""The instructor's tests of `student_code.data_transforms`."""

import numpy as np
import torch
from PIL import Image

from student_code import data_transforms
from toolbox.checks import expect, task


@task("data_transforms.get_fundamental_transforms")
def test_colour_is_weighted_like_the_eye() -> None:
    """Red, green and blue become gray with the usual weights, in every mode of image."""
    transform = data_transforms.get_fundamental_transforms((4, 6), [0.0], [1.0])
    for mode, pixel in (("RGB", (255, 0, 0)), ("RGBA", (255, 0, 0, 255))):
        out = transform(Image.new(mode, (7, 5), pixel))
        # 0.299 of full brightness; a plain average of the channels would give 0.333.
        wanted = torch.full((1, 4, 6), 0.299)
        expect.close(out, wanted, f"the transform of a red {mode} image", atol=0.01)


@task("data_transforms.get_fundamental_transforms")
def test_enlarging_and_flattening() -> None:
    """Any size and shape becomes the size that was asked for."""
    transform = data_transforms.get_fundamental_transforms((6, 11), [0.5], [0.5])
    for size in ((3, 50), (50, 3), (1, 1), (11, 6)):
        out = transform(Image.new("L", size, 255))
        called = f"the transform of a white image {size[0]} wide and {size[1]} high"
        expect.shape(out, (1, 6, 11), called)
        expect.close(out, torch.ones(1, 6, 11), called, atol=0.02)


@task("data_transforms.get_fundamental_transforms")
def test_the_image_is_left_alone() -> None:
    """The image that is passed in is not changed."""
    image = Image.fromarray(np.arange(60, dtype=np.uint8).reshape(6, 10))
    before = np.array(image)
    data_transforms.get_fundamental_transforms((3, 4), [0.5], [0.5])(image)
    expect.equal(np.array(image), before, "the image, after it was transformed")
