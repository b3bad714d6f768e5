"""Augmentations keep the shape, the dtype and the caller's copy of any image."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from student_code import augmentation, data_transforms, dropout

FEW = settings(max_examples=25, deadline=None, derandomize=True)
SIDES = st.integers(4, 12)
DTYPES = st.sampled_from([torch.uint8, torch.float32, torch.float64])
SEEDS = st.integers(0, 2**31)


def image(channels: int, height: int, width: int, dtype: torch.dtype) -> torch.Tensor:
    count = channels * height * width
    return (torch.arange(count).reshape(channels, height, width) % 250 + 1).to(dtype)


@FEW
@given(st.integers(1, 3), SIDES, SIDES, DTYPES, SEEDS, st.integers(0, 4))
def test_handwritten_augmentations_keep_shape_and_dtype(
    channels: int, height: int, width: int, dtype: torch.dtype, seed: int, amount: int
) -> None:
    given_image = image(channels, height, width, dtype)
    before = given_image.clone()
    source = torch.Generator().manual_seed(seed)
    for changed in (
        augmentation.random_horizontal_flip(given_image, 0.5, source),
        augmentation.random_crop(given_image, amount, source),
        augmentation.cutout(given_image, amount, source),
    ):
        assert changed.shape == given_image.shape
        assert changed.dtype == dtype
        # No new values appear: each was in the image, or is the black around it.
        assert set(changed.unique().tolist()) <= {0, *before.unique().tolist()}
    assert torch.equal(given_image, before)


@FEW
@given(SIDES, SIDES, st.sampled_from(["L", "RGB"]), st.integers(0, 255))
def test_transforms_return_the_requested_size(
    height: int, width: int, mode: str, gray: int
) -> None:
    plain = Image.new("L", (width, height), gray).convert(mode)
    for make in (
        data_transforms.get_fundamental_transforms,
        data_transforms.get_data_augmentation_transforms,
    ):
        out = make((9, 7), [0.5], [0.25])(plain)
        assert out.shape == (1, 9, 7)
        assert out.dtype == torch.float32
    fixed = data_transforms.get_fundamental_transforms((9, 7), [0.5], [0.25])(plain)
    # A constant image stays constant; one gray level is 1/255, divided by the standard deviation.
    np.testing.assert_allclose(fixed, (gray / 255 - 0.5) / 0.25, rtol=0, atol=1.5 / 255 / 0.25)


@FEW
@given(st.floats(0, 0.95), SEEDS)
def test_dropout_gives_zero_or_the_scaled_value(p: float, seed: int) -> None:
    torch.manual_seed(seed)
    x = torch.arange(1.0, 41.0).reshape(4, 10)
    layer = dropout.InvertedDropout(p)
    out = layer.train()(x)
    kept = out != 0
    torch.testing.assert_close(out[kept], x[kept] / (1 - p))
    assert torch.equal(layer.eval()(x), x)
