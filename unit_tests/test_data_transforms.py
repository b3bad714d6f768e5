"""Public tests of `student_code.data_transforms`."""

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
        expect.close(transform(image), first, called, atol=1e-6)
