"""Hidden tests of `student_code.segmentation_training`."""

import torch
from torchvision import tv_tensors

from student_code import segmentation_training
from toolbox.checks import after, expect, task
from toolbox.checks.seeds import seed_for

MEAN, STD = (0.1, 0.5, 0.9), (0.5, 0.25, 0.2)


def noise(height: int, width: int) -> tuple[tv_tensors.Image, tv_tensors.Mask]:
    """Return a random image and a mask in which every pixel is one of two distant ids."""
    generator = torch.Generator().manual_seed(seed_for(height))
    image = torch.randint(0, 256, (3, height, width), generator=generator, dtype=torch.uint8)
    mask = torch.randint(0, 2, (height, width), generator=generator, dtype=torch.uint8) * 10
    return tv_tensors.Image(image), tv_tensors.Mask(mask)


@task("segmentation_training.poly_learning_rate")
def test_rate_is_a_plain_number() -> None:
    """The learning rate is a float that starts at base_lr and decreases."""
    rates = [segmentation_training.poly_learning_rate(0.5, i, 8, 0.7) for i in range(9)]
    # A power of a float64 of order 1 is exact to 1e-15.
    expect.close(rates[0], 0.5, "poly_learning_rate(0.5, 0, 8, 0.7)", atol=1e-12)
    for i, rate in enumerate(rates[:-1]):
        called = f"poly_learning_rate(0.5, {i + 1}, 8, 0.7)"
        expect.true(rates[i + 1] < rate, called, expected=f"less than {rate}", got=rates[i + 1])
    expect.instance(float(rates[3]), float, "poly_learning_rate(0.5, 3, 8, 0.7)")


@task("segmentation_training.get_train_transform")
def test_train_leaves_inputs() -> None:
    """The transform modifies neither image nor mask."""
    image, mask = noise(50, 70)
    before = image.clone(), mask.clone()
    transform = segmentation_training.get_train_transform((40, 60), MEAN, STD)
    for _ in range(6):
        transform(image, mask)
    image, mask = after(image), after(mask)
    expect.equal(torch.as_tensor(image), torch.as_tensor(before[0]), "image after transform(...)")
    expect.equal(torch.as_tensor(mask), torch.as_tensor(before[1]), "mask after transform(...)")


@task("segmentation_training.get_train_transform")
def test_train_padding_has_the_void_id() -> None:
    """The given `ignore_index` marks the area outside the image, and no other new id occurs."""
    transform = segmentation_training.get_train_transform((64, 64), MEAN, STD, ignore_index=77)
    torch.manual_seed(seed_for(5))
    found = {
        int(v) for _ in range(8) for v in torch.as_tensor(transform(*noise(30, 60))[1]).unique()
    }
    expect.true(
        {0, 10} <= found <= {0, 10, 77},
        "ids in 8 views of masks with ids 0 and 10, ignore_index=77",
        expected="0, 10, and possibly 77",
        got=sorted(found),
    )


@task("segmentation_training.get_train_transform")
def test_train_normalises() -> None:
    """Scaling to [0, 1] and normalization by channel keep a gray image near its values."""
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
    # Half as bright or twice, a channel moves by up to 0.25 / std: 1.25 at most. Missing scaling
    # to [0, 1], or missing normalization, is further off in the mean of 12 views.
    called = "mean of each channel over 12 views of a gray image"
    expect.close(seen.mean(dim=0), wanted, called, atol=0.4)


@task("segmentation_training.get_train_transform")
def test_views_are_flipped_half_of_the_time() -> None:
    """Some views are mirrored left to right, and some are not."""
    image, _ = noise(24, 40)
    mask = torch.ones(24, 40, dtype=torch.uint8)
    mask[:, 20:] = 2
    transform = segmentation_training.get_train_transform((24, 40), MEAN, STD)
    mirrored, kept = 0, 0
    for _ in range(80):
        ids = torch.as_tensor(transform(image.clone(), tv_tensors.Mask(mask.clone()))[1])
        left, right = ((ids == k).nonzero()[:, 1].float() for k in (1, 2))
        if len(left) and len(right):
            mirrored += bool(left.mean() > right.mean())
            kept += bool(left.mean() < right.mean())
    # If half of the views show both halves, 5 or fewer of 40 are one way with probability 7e-7.
    called = "80 views of two halves: numbers of mirrored and of other views"
    both = min(mirrored, kept) > 5
    expect.true(both, called, expected="more than 5 of each", got=(mirrored, kept))


@task("segmentation_training.get_val_transform")
def test_val_masks_are_not_mixed() -> None:
    """Ids come from the nearest pixel, so no new ones occur; the inputs are not modified."""
    image, mask = noise(61, 83)
    mask[10:30, 10:30] = 255
    before = image.clone(), mask.clone()
    got = segmentation_training.get_val_transform((33, 47), MEAN, STD)(image, mask)[1]
    found = {int(v) for v in torch.as_tensor(got).unique()}
    expect.equal(found, {0, 10, 255}, "ids in get_val_transform((33, 47), ...)(image, mask)[1]")
    image, mask = after(image), after(mask)
    expect.equal(torch.as_tensor(image), torch.as_tensor(before[0]), "image after transform(...)")
    expect.equal(torch.as_tensor(mask), torch.as_tensor(before[1]), "mask after transform(...)")
