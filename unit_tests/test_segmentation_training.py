"""Public tests of `student_code.segmentation_training`."""

import torch
from torchvision import tv_tensors

from student_code import segmentation_training
from toolbox.checks import after, expect, task
from toolbox.checks.seeds import seed_for

MEAN, STD = (0.4, 0.5, 0.6), (0.2, 0.25, 0.3)
IDS = (3, 9)  # dark and bright


def pair(height: int = 60, width: int = 90) -> tuple[tv_tensors.Image, tv_tensors.Mask]:
    """Return a dark image with a bright upper left corner, and the matching mask.

    Neither has any symmetry, so it shows if image and mask don't move together.
    """
    mask = torch.full((height, width), IDS[0], dtype=torch.uint8)
    mask[: height // 2, : width // 3] = IDS[1]
    image = torch.where(mask == IDS[1], 210, 40).to(torch.uint8).expand(3, -1, -1).clone()
    return tv_tensors.Image(image), tv_tensors.Mask(mask)


def agreement(image: torch.Tensor, mask: torch.Tensor) -> float:
    """Return the fraction of non-void pixels whose brightness matches their id.

    40 and 210 lie at 0.16 and 0.82 of the range: after any reasonable change of light, the midpoint
    between the median dark and the median bright pixel still separates them.
    """
    known = torch.as_tensor(mask) != 255
    grey = (torch.as_tensor(image) * torch.tensor(STD)[:, None, None]).mean(dim=0)[known]
    bright = torch.as_tensor(mask)[known] == IDS[1]
    if bright.all() or not bright.any():
        return 1.0
    halfway = (grey[bright].median() + grey[~bright].median()) / 2
    return float(((grey > halfway) == bright).float().mean())


@task("segmentation_training.poly_learning_rate", share=2)
def test_rate_falls_as_a_power() -> None:
    """The learning rate is base_lr · (1 − curr_iter / max_iter)^power."""
    for base, now, last, power, wanted in (
        (0.1, 0, 10, 0.9, 0.1),
        (0.2, 5, 10, 2.0, 0.05),
        (0.01, 30, 40, 0.5, 0.005),
        (0.08, 3, 4, 1.0, 0.02),
    ):
        got = segmentation_training.poly_learning_rate(base, now, last, power)
        called = f"poly_learning_rate({base}, {now}, {last}, power={power})"
        expect.close(got, wanted, called, atol=1e-7)  # rates up to 0.1, in single precision


@task("segmentation_training.poly_learning_rate")
def test_power_and_end() -> None:
    """The power is 0.9 by default, and the learning rate ends at 0."""
    got = segmentation_training.poly_learning_rate(1.0, 1, 2)
    # A power of order 1 is exact to 1e-7 in single precision.
    expect.close(got, 0.5358867312681466, "poly_learning_rate(1.0, 1, 2)", atol=1e-6)
    got = segmentation_training.poly_learning_rate(1.0, 7, 7)
    expect.close(got, 0.0, "poly_learning_rate(1.0, 7, 7)", atol=1e-7)


@task("segmentation_training.get_train_transform")
def test_train_shapes() -> None:
    """Inputs of any size give a float32 image (3, h, w) and an int64 mask (h, w)."""
    transform = segmentation_training.get_train_transform((40, 64), MEAN, STD)
    for height, width in ((60, 90), (30, 200), (20, 24)):
        image, mask = transform(*pair(height, width))
        called = f"get_train_transform((40, 64), ...)(image {height} x {width}, mask)"
        expect.shape(image, (3, 40, 64), f"image of {called}")
        expect.shape(mask, (40, 64), f"mask of {called}")
        expect.dtype(image, torch.float32, f"image of {called}")
        expect.dtype(mask, torch.int64, f"mask of {called}")


@task("segmentation_training.get_train_transform", share=3)
def test_train_moves_both_alike() -> None:
    """Image and mask are flipped, scaled and cropped together."""
    transform = segmentation_training.get_train_transform((40, 64), MEAN, STD)
    torch.manual_seed(seed_for(1))
    shares = [agreement(*transform(*pair())) for _ in range(20)]
    # Interpolation blurs the corner's two edges, some 70 of 2560 pixels; a mask that wasn't
    # flipped with its image has hundreds of wrong pixels.
    expect.true(
        min(shares) > 0.93,
        "lowest fraction, in 20 views, of pixels whose brightness matches their id",
        expected="almost all",
        got=min(shares),
    )


@task("segmentation_training.get_train_transform", share=2)
def test_train_masks_are_not_mixed() -> None:
    """The mask contains only ids of the original mask and the void id, never one in between."""
    transform = segmentation_training.get_train_transform((40, 64), MEAN, STD)
    torch.manual_seed(seed_for(2))
    found = {
        int(value)
        for height, width in ((60, 90), (47, 53)) * 6
        for value in torch.as_tensor(transform(*pair(height, width))[1]).unique()
    }
    expect.true(
        found <= {*IDS, 255} and len(found) > 1,
        "ids in 12 views of masks with ids 3 and 9",
        expected="3, 9, and 255 outside the image",
        got=sorted(found),
    )


@task("segmentation_training.get_train_transform", share=2)
def test_train_is_random() -> None:
    """Each call gives a different view: mirrored half of the time, at a random position."""
    transform = segmentation_training.get_train_transform((30, 40), MEAN, STD)
    torch.manual_seed(seed_for(3))
    masks = [torch.as_tensor(transform(*pair())[1]) for _ in range(40)]
    different = len({tuple(mask.flatten().tolist()) for mask in masks})
    expect.true(
        different > 10,
        "number of different masks among 40 views",
        expected="more than 10",
        got=different,
    )
    # A row with both ids starts with the bright one, or with the dark one if it is mirrored.
    starts = set()
    for row in torch.cat(masks):
        known = row[row != 255]
        if (known == IDS[1]).any() and (known == IDS[0]).any():
            starts.add(int(known[0]))
    called = "first ids of the rows that contain 9 and 3, in 40 views of a mask with 9 on the left"
    expect.equal(starts, set(IDS), called)


@task("segmentation_training.get_val_transform")
def test_val_shapes() -> None:
    """The results are a float32 image (3, h, w) and an int64 mask (h, w)."""
    image, mask = segmentation_training.get_val_transform((40, 64), MEAN, STD)(*pair())
    called = "get_val_transform((40, 64), ...)(image, mask)"
    expect.shape(image, (3, 40, 64), f"image of {called}")
    expect.shape(mask, (40, 64), f"mask of {called}")
    expect.dtype(image, torch.float32, f"image of {called}")
    expect.dtype(mask, torch.int64, f"mask of {called}")


@task("segmentation_training.get_val_transform", share=2)
def test_val_normalises() -> None:
    """Pixels are scaled to [0, 1] and then normalized with each channel's mean and std."""
    image = tv_tensors.Image(torch.full((3, 20, 30), 102, dtype=torch.uint8))
    mask = tv_tensors.Mask(torch.full((20, 30), 4, dtype=torch.uint8))
    got, _ = segmentation_training.get_val_transform((10, 15), MEAN, STD)(image, mask)
    wanted = torch.tensor([(0.4 - m) / s for m, s in zip(MEAN, STD, strict=True)])
    wanted = wanted[:, None, None].expand(3, 10, 15)
    # One level of 255 is 0.02 here: rounding to bytes between the steps is allowed.
    called = "image of get_val_transform((10, 15), mean, std)(all pixels 102, mask)"
    expect.close(torch.as_tensor(got), wanted, called, atol=0.021, picture="color")


@task("segmentation_training.get_val_transform", share=2)
def test_val_shows_everything() -> None:
    """The whole image is resized: the bright corner covers a sixth of it, at the upper left."""
    transform = segmentation_training.get_val_transform((24, 36), MEAN, STD)
    image, mask = transform(*pair())
    wanted = torch.full((24, 36), IDS[0])
    wanted[:12, :12] = IDS[1]
    expect.equal(
        torch.as_tensor(mask),
        wanted,
        "mask of get_val_transform((24, 36), ...)(60 x 90)",
        picture="ids",
    )
    share = agreement(image, mask)
    # The two edges of the corner are blurred: 24 of 864 pixels.
    called = "fraction of pixels whose brightness matches their id"
    expect.true(share > 0.96, called, expected="almost all", got=share)


@task("segmentation_training.get_val_transform")
def test_val_is_not_random() -> None:
    """Two calls with the same input give the same result."""
    transform = segmentation_training.get_val_transform((24, 36), MEAN, STD)
    for _ in range(4):
        first, second = transform(*pair()), transform(*pair())
        expect.equal(
            torch.as_tensor(second[0]),
            torch.as_tensor(first[0]),
            "image, a second time",
            picture="color",
        )
        expect.equal(
            torch.as_tensor(second[1]),
            torch.as_tensor(first[1]),
            "mask, a second time",
            picture="ids",
        )


@task("segmentation_training.get_train_transform")
def test_train_normalises() -> None:
    """Pixels are scaled to [0, 1] and normalized by channel: a gray image stays near its values."""
    transform = segmentation_training.get_train_transform((20, 20), MEAN, STD)
    image = tv_tensors.Image(torch.full((3, 40, 40), 128, dtype=torch.uint8))
    mask = tv_tensors.Mask(torch.zeros(40, 40, dtype=torch.uint8))
    torch.manual_seed(seed_for(6))
    views = []
    for _ in range(12):
        views.append(transform(image, mask))
        image, mask = after(image), after(mask)
    seen = torch.stack([torch.as_tensor(v)[:, torch.as_tensor(m) == 0].mean(1) for v, m in views])
    wanted = torch.tensor([(128 / 255 - m) / s for m, s in zip(MEAN, STD, strict=True)])
    # Random brightness averages out over 12 views, except for a small rest; missing scaling
    # to [0, 1] is hundreds off, missing normalization at least 0.5 in one channel.
    called = "mean of each channel over 12 views of a gray image"
    expect.close(seen.mean(dim=0), wanted, called, atol=0.4)


@task("segmentation_training.get_val_transform")
def test_val_images_are_smooth() -> None:
    """Enlarged images are interpolated, so there are grays between black and white."""
    image = torch.zeros(3, 8, 8, dtype=torch.uint8)
    image[..., 4:] = 255
    mask = tv_tensors.Mask(torch.zeros(8, 8, dtype=torch.uint8))
    transform = segmentation_training.get_val_transform((32, 32), (0, 0, 0), (1, 1, 1))
    got = torch.as_tensor(transform(tv_tensors.Image(image), mask)[0])
    between = float(((got > 0.1) & (got < 0.9)).float().mean())
    called = "fraction of gray pixels after enlarging an edge four times"
    expect.true(between > 0.05, called, expected="a soft edge", got=between)
