"""Public tests of `student_code.segmentation_training`."""

import torch
from torchvision import tv_tensors

from student_code import segmentation_training
from toolbox.checks import after, expect, task
from toolbox.checks.seeds import seed_for

MEAN, STD = (0.4, 0.5, 0.6), (0.2, 0.25, 0.3)
IDS = (3, 9)  # dark and bright


def pair(height: int = 60, width: int = 90) -> tuple[tv_tensors.Image, tv_tensors.Mask]:
    """A dark image with a bright corner at the upper left, and the mask that says so.

    Without any symmetry: if image and mask don't move together, it shows.
    """
    mask = torch.full((height, width), IDS[0], dtype=torch.uint8)
    mask[: height // 2, : width // 3] = IDS[1]
    image = torch.where(mask == IDS[1], 210, 40).to(torch.uint8).expand(3, -1, -1).clone()
    return tv_tensors.Image(image), tv_tensors.Mask(mask)


def agreement(image: torch.Tensor, mask: torch.Tensor) -> float:
    """The share of pixels that are as bright as their id says, void ones left out.

    40 and 210 lie at 0.16 and 0.82 of the range: any change of light that deserves the name keeps
    the halfway mark between the darkest and the brightest pixel between them.
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
    """The rate is base_lr · (1 − curr_iter / max_iter)^power."""
    for base, now, last, power, wanted in (
        (0.1, 0, 10, 0.9, 0.1),
        (0.2, 5, 10, 2.0, 0.05),
        (0.01, 30, 40, 0.5, 0.005),
        (0.08, 3, 4, 1.0, 0.02),
    ):
        got = segmentation_training.poly_learning_rate(base, now, last, power)
        called = f"poly_learning_rate({base}, {now}, {last}, power={power})"
        expect.close(got, wanted, called, atol=1e-12)  # a handful of operations in double precision


@task("segmentation_training.poly_learning_rate")
def test_power_and_end() -> None:
    """The power is 0.9 unless told otherwise, and the rate ends at 0."""
    got = segmentation_training.poly_learning_rate(1.0, 1, 2)
    # A power of a float64 of order 1 is right to 1e-15.
    expect.close(got, 0.5358867312681466, "poly_learning_rate(1.0, 1, 2)", atol=1e-12)
    got = segmentation_training.poly_learning_rate(1.0, 7, 7)
    expect.close(got, 0.0, "poly_learning_rate(1.0, 7, 7)", atol=1e-12)


@task("segmentation_training.get_train_transform")
def test_train_shapes() -> None:
    """A float32 image (3, h, w) and an int64 mask (h, w) come out, whatever size goes in."""
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
    """Image and mask are flipped, scaled and cut alike."""
    transform = segmentation_training.get_train_transform((40, 64), MEAN, STD)
    torch.manual_seed(seed_for(1))
    shares = [agreement(*transform(*pair())) for _ in range(20)]
    # Interpolation blurs the corner's two edges, some 70 of 2560 pixels; a mask that wasn't
    # flipped with its image is wrong in hundreds.
    expect.true(
        min(shares) > 0.93,
        "share of pixels that are as bright as their id says, the lowest of 20 views",
        expected="nearly all",
        got=min(shares),
    )


@task("segmentation_training.get_train_transform", share=2)
def test_train_masks_are_not_mixed() -> None:
    """The mask holds ids that were there, and the void id; never one in between."""
    transform = segmentation_training.get_train_transform((40, 64), MEAN, STD)
    torch.manual_seed(seed_for(2))
    found = {
        int(value)
        for height, width in ((60, 90), (47, 53)) * 6
        for value in torch.as_tensor(transform(*pair(height, width))[1]).unique()
    }
    expect.true(
        found <= {*IDS, 255} and len(found) > 1,
        "ids in 12 views of masks that hold 3 and 9",
        expected="3, 9, and 255 where the image ends",
        got=sorted(found),
    )


@task("segmentation_training.get_train_transform", share=2)
def test_train_is_random() -> None:
    """Each call gives another view: mirrored half of the time, from another place."""
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
    # In a row that shows both, the bright corner is left of the dark rest, or else mirrored.
    starts = set()
    for row in torch.cat(masks):
        known = row[row != 255]
        if (known == IDS[1]).any() and (known == IDS[0]).any():
            starts.add(int(known[0]))
    called = (
        "first ids of the rows that hold both 9 and 3, in 40 views of a mask with 9 at its left"
    )
    expect.equal(starts, set(IDS), called)


@task("segmentation_training.get_val_transform")
def test_val_shapes() -> None:
    """A float32 image (3, h, w) and an int64 mask (h, w) come out."""
    image, mask = segmentation_training.get_val_transform((40, 64), MEAN, STD)(*pair())
    called = "get_val_transform((40, 64), ...)(image, mask)"
    expect.shape(image, (3, 40, 64), f"image of {called}")
    expect.shape(mask, (40, 64), f"mask of {called}")
    expect.dtype(image, torch.float32, f"image of {called}")
    expect.dtype(mask, torch.int64, f"mask of {called}")


@task("segmentation_training.get_val_transform", share=2)
def test_val_normalises() -> None:
    """Pixels are scaled to [0, 1], then the channel's mean is taken off and divided by its std."""
    image = tv_tensors.Image(torch.full((3, 20, 30), 102, dtype=torch.uint8))
    mask = tv_tensors.Mask(torch.full((20, 30), 4, dtype=torch.uint8))
    got, _ = segmentation_training.get_val_transform((10, 15), MEAN, STD)(image, mask)
    wanted = torch.tensor([(0.4 - m) / s for m, s in zip(MEAN, STD, strict=True)])
    wanted = wanted[:, None, None].expand(3, 10, 15)
    # One level of 255 is 0.02 here: rounding to bytes between the steps is allowed.
    called = "image of get_val_transform((10, 15), mean, std)(all pixels 102, mask)"
    expect.close(torch.as_tensor(got), wanted, called, atol=0.021)


@task("segmentation_training.get_val_transform", share=2)
def test_val_shows_everything() -> None:
    """The whole picture is resized: the bright corner fills a sixth of it, at the upper left."""
    transform = segmentation_training.get_val_transform((24, 36), MEAN, STD)
    image, mask = transform(*pair())
    wanted = torch.full((24, 36), IDS[0])
    wanted[:12, :12] = IDS[1]
    expect.equal(torch.as_tensor(mask), wanted, "mask of get_val_transform((24, 36), ...)(60 x 90)")
    share = agreement(image, mask)
    # The two edges of the corner are blurred: 24 of 864 pixels.
    called = "share of pixels that are as bright as their id says"
    expect.true(share > 0.96, called, expected="nearly all", got=share)


@task("segmentation_training.get_val_transform")
def test_val_is_not_random() -> None:
    """Two calls give the same."""
    transform = segmentation_training.get_val_transform((24, 36), MEAN, STD)
    for _ in range(4):
        first, second = transform(*pair()), transform(*pair())
        expect.equal(torch.as_tensor(second[0]), torch.as_tensor(first[0]), "image, a second time")
        expect.equal(torch.as_tensor(second[1]), torch.as_tensor(first[1]), "mask, a second time")


@task("segmentation_training.get_train_transform")
def test_train_normalises() -> None:
    """Pixels are scaled to [0, 1] and normalised by channel: a grey image stays near its values."""
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
    # Changes of light cancel out in the mean of 12 views, up to a small rest; forgetting to scale
    # to [0, 1] is hundreds off, forgetting to normalise at least 0.5 in one channel.
    called = "mean of each channel over 12 views of a grey image"
    expect.close(seen.mean(dim=0), wanted, called, atol=0.4)


@task("segmentation_training.get_val_transform")
def test_val_images_are_smooth() -> None:
    """Images are interpolated: the middle between black and white comes up when enlarging."""
    image = torch.zeros(3, 8, 8, dtype=torch.uint8)
    image[..., 4:] = 255
    mask = tv_tensors.Mask(torch.zeros(8, 8, dtype=torch.uint8))
    transform = segmentation_training.get_val_transform((32, 32), (0, 0, 0), (1, 1, 1))
    got = torch.as_tensor(transform(tv_tensors.Image(image), mask)[0])
    between = float(((got > 0.1) & (got < 0.9)).float().mean())
    called = "share of greys in an edge that is enlarged four times"
    expect.true(between > 0.05, called, expected="a soft edge", got=between)
