"""The instructor's tests of `student_code.data_transforms`."""

import numpy as np
from PIL import Image

from student_code import data_transforms
from toolbox.checks import expect, task

# --- get_data_augmentation_transforms -----------------------------------------------------------


@task("data_transforms.get_data_augmentation_transforms")
def test_augmentation_keeps_gray_levels_near() -> None:
    """On average, the pixels of a constant image stay near their value, at any size."""
    mean, std = [0.4], [0.2]
    transform = data_transforms.get_data_augmentation_transforms((17, 11), mean, std)
    image = Image.fromarray(np.full((50, 23), 128, dtype=np.uint8))
    levels = [transform(image).median().item() * 0.2 + 0.4 for _ in range(60)]
    middle = float(np.median(levels))
    called = "a constant image of gray 0.5, 60 times: the median of what comes out, in [0, 1]"
    expect.true(0.3 <= middle <= 0.7, called, expected="around 0.5", got=middle)


@task("data_transforms.get_data_augmentation_transforms")
def test_every_image_is_drawn_for() -> None:
    """Different images in a row are each changed by their own chance."""
    transform = data_transforms.get_data_augmentation_transforms((24, 24), [0.0], [1.0])
    rng = np.random.default_rng(61)
    image = Image.fromarray(rng.integers(0, 256, (24, 24)).astype(np.uint8))
    kinds = {transform(image).numpy().tobytes() for _ in range(100)}
    called = "get_data_augmentation_transforms(...)(the same image), 100 times: kinds of results"
    expect.true(len(kinds) >= 2, called, expected="2 or more", got=len(kinds))
