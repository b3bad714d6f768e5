"""Batches, augmentation and statistics agree with a plain loop over the images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from data_scripts.manifest import Marker
from toolbox.data import Augment, Batches, ImageTensors, animals, driving, pixel_statistics, scenes
from toolbox.data.tensors import Provenance
from toolbox.models.residual import RandomViews

NOTHING: dict[str, Any] = {"flip": 0.0, "shift": 0, "brightness": 0.0, "contrast": 0.0}


@pytest.fixture
def data() -> ImageTensors:
    random = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (23, 3, 6, 9), generator=random, dtype=torch.uint8)
    where = Provenance("tiny", "real", "0" * 12, "train", "tiny, train")
    labels = torch.arange(23) % 4
    return ImageTensors(images, labels, ("a", "b", "c", "d"), tuple("x" * 23), where)


@pytest.fixture
def masked(data: ImageTensors) -> ImageTensors:
    masks = torch.randint(0, 11, (23, 6, 9), dtype=torch.uint8)
    return ImageTensors(data.images, masks, data.classes, data.paths, data.provenance)


def test_batches_equal_those_of_a_dataloader(data: ImageTensors) -> None:
    for ours, theirs in zip(Batches(data, 5), DataLoader(data, 5), strict=True):
        assert torch.equal(ours[0], theirs[0])
        assert torch.equal(ours[1], theirs[1])
        assert ours[0].dtype == torch.float32
        assert ours[1].dtype == torch.int64
    assert len(Batches(data, 5)) == len(DataLoader(data, 5)) == 5
    assert len(Batches(data, 5).dataset) == 23


@pytest.mark.parametrize(
    "augment",
    [
        None,
        Augment(),
        Augment(brightness=0, contrast=0),
        Augment(flip=0, shift=0, brightness=0, contrast=0),
        RandomViews(),
        lambda x, y, generator: (x.to(memory_format=torch.channels_last), y),
    ],
)
@pytest.mark.parametrize("channels", [1, 3])
def test_batches_have_their_pixels_in_the_usual_order(
    data: ImageTensors, augment: Any, channels: int
) -> None:
    """A SimpleNet with `x.view(-1, 500)` passed all checks, and crashed in a study of Part 3."""
    gray = replace(data, images=data.images[:, :channels])
    network = nn.Conv2d(channels, 4, 3)
    for x, y in Batches(gray, 5, augment=augment):
        assert x.stride() == torch.empty(x.shape).stride()
        assert y.stride() == torch.empty(y.shape).stride()
        assert network(x).view(len(x), -1).shape == (len(x), 4 * 4 * 7)
    if isinstance(augment, Augment):
        x, _ = augment(gray.images / 255, gray.targets)
        assert x.stride() == torch.empty(x.shape).stride()


def test_drop_last_drops_the_smaller_batch(data: ImageTensors) -> None:
    sizes = [len(y) for _, y in Batches(data, 5, drop_last=True)]
    assert sizes == [5] * 4
    assert len(Batches(data, 5, drop_last=True)) == 4


def test_shuffling_shows_each_image_once_in_a_new_order(data: ImageTensors) -> None:
    loader = Batches(data, 5, shuffle=True)
    epochs = [torch.cat([x for x, _ in loader]) for _ in range(2)]
    assert not torch.equal(*epochs)
    for epoch in epochs:
        rows = sorted(epoch.flatten(1).tolist())
        assert rows == sorted((data.images.float() / 255).flatten(1).tolist())


def test_the_seed_fixes_order_and_augmentation(data: ImageTensors) -> None:
    def two_epochs(seed: int) -> Tensor:
        loader = Batches(data, 5, shuffle=True, augment=Augment(shift=2), seed=seed)
        return torch.cat([x for _ in range(2) for x, _ in loader])

    assert torch.equal(two_epochs(3), two_epochs(3))
    assert not torch.equal(two_epochs(3), two_epochs(4))


def test_normalized_train_images_have_mean_0_and_std_1(data: ImageTensors) -> None:
    mean, std = pixel_statistics(data)
    x = torch.cat([x for x, _ in Batches(data, 5, mean=mean, std=std)])
    torch.testing.assert_close(x.mean(dim=(0, 2, 3)), torch.zeros(3), atol=1e-5, rtol=0)
    torch.testing.assert_close(x.std(dim=(0, 2, 3), correction=0), torch.ones(3))


def test_statistics_are_exact_and_from_train_only(data: ImageTensors) -> None:
    pixels = data.images.numpy().astype(np.float64) / 255
    mean, std = pixel_statistics(data)
    np.testing.assert_allclose(mean, pixels.mean(axis=(0, 2, 3)), rtol=1e-6)
    np.testing.assert_allclose(std, pixels.std(axis=(0, 2, 3)), rtol=1e-6)
    with pytest.raises(ValueError, match="from the train split"):
        pixel_statistics(data.subset([1, 2], "validation"))


def test_a_subset_keeps_images_labels_and_names_together(data: ImageTensors) -> None:
    part = data.subset([4, 0, 7], "test")
    assert torch.equal(part.images, data.images[[4, 0, 7]])
    assert part.labels.tolist() == [0, 0, 3]
    assert part.provenance.label == "tiny, test"
    assert part.provenance.as_dict()["split"] == "test"


def test_a_flip_mirrors_images_and_masks_together(masked: ImageTensors) -> None:
    always = Augment(**{**NOTHING, "flip": 1.0})
    ((x, y),) = Batches(masked, 23, augment=always)
    assert torch.equal(x, masked.images.flip(3).float() / 255)
    assert torch.equal(y, masked.masks.flip(2).long())


def test_about_half_are_flipped_independently(data: ImageTensors) -> None:
    half = Augment(**{**NOTHING, "flip": 0.5})
    images = (data.images.float() / 255).repeat(40, 1, 1, 1)
    out, _ = half(images, torch.zeros(len(images)), torch.Generator().manual_seed(0))
    flipped = (out == images.flip(3)).flatten(1).all(dim=1)
    same = (out == images).flatten(1).all(dim=1)
    assert (flipped ^ same).all()
    assert 0.4 < flipped.float().mean() < 0.6


def test_a_shift_moves_image_and_mask_by_the_same_step(masked: ImageTensors) -> None:
    """Each result is the original shifted by one of 25 offsets, with border pixels repeated."""
    shift = Augment(**{**NOTHING, "shift": 2})
    images, masks = masked.images.float() / 255, masked.masks.long()
    out, moved = shift(images, masks, torch.Generator().manual_seed(1))
    height, width = masks.shape[1:]
    steps = set()
    for i in range(len(images)):
        found = [
            (down, across)
            for down in range(-2, 3)
            for across in range(-2, 3)
            if _is_moved(images[i], out[i], masks[i], moved[i], down, across, height, width)
        ]
        assert len(found) == 1
        steps.add(found[0])
    assert len(steps) > 8


def _is_moved(
    image: Tensor, out: Tensor, mask: Tensor, moved: Tensor, down: int, across: int, h: int, w: int
) -> bool:
    for row in range(h):
        for column in range(w):
            y, x = row - down, column - across
            inside = 0 <= y < h and 0 <= x < w
            if moved[row, column] != (mask[y, x] if inside else 255):
                return False
            nearest = image[:, min(max(y, 0), h - 1), min(max(x, 0), w - 1)]
            if not torch.equal(out[:, row, column], nearest):
                return False
    return True


def test_light_stays_in_range_and_does_not_change_masks(masked: ImageTensors) -> None:
    light = Augment(**{**NOTHING, "brightness": 0.5, "contrast": 0.5})
    images = masked.images.float() / 255
    before = images.clone()
    out, masks = light(images, masked.masks, torch.Generator().manual_seed(0))
    assert torch.equal(images, before)
    assert torch.equal(masks, masked.masks)
    assert out.min() >= 0
    assert out.max() <= 1
    means = out.mean(dim=(1, 2, 3)) / images.mean(dim=(1, 2, 3))
    assert means.std() > 0.1  # each image is changed independently


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"flip": 1.5}, "flip must be between"),
        ({"contrast": -0.1}, "contrast must be between"),
        ({"shift": -1}, "shift must be"),
    ],
)
def test_invalid_augmentation_is_rejected(options: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Augment(**options)  # type: ignore[arg-type]


def test_invalid_batches_are_rejected(data: ImageTensors) -> None:
    with pytest.raises(ValueError, match="batch_size"):
        Batches(data, 0)
    with pytest.raises(ValueError, match="both mean and std"):
        Batches(data, 5, mean=[0.5])
    with pytest.raises(ValueError, match="2 values for 3 channels"):
        Batches(data, 5, mean=[0.5, 0.5], std=[1, 1])
    with pytest.raises(ValueError, match="greater than 0"):
        Batches(data, 5, mean=[0.5], std=[0])


def test_labels_and_masks_are_not_mistaken_for_each_other(
    data: ImageTensors, masked: ImageTensors
) -> None:
    with pytest.raises(AttributeError, match="use masks"):
        _ = masked.labels
    with pytest.raises(AttributeError, match="use labels"):
        _ = data.masks


def test_a_plain_training_loop_learns_from_batches(drawn: ModuleType) -> None:
    """Two classes differ in brightness, so learning shows that images and labels match."""
    train = scenes("train", size=(8, 10))
    train.images[train.labels == 2] //= 2  # the fake draws only coast and store
    model = nn.Sequential(nn.Flatten(), nn.Linear(80, 15))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    mean, std = pixel_statistics(train)
    loader = Batches(train, 8, shuffle=True, mean=mean, std=std)
    for _ in range(15):
        for x, y in loader:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x), y).backward()
            optimizer.step()
    right = sum((model(x).argmax(1) == y).sum().item() for x, y in loader)
    assert right / len(train) > 0.95


def test_splits_share_no_image_and_labels_are_their_folders(drawn: ModuleType) -> None:
    splits = {split: scenes(split, size=8) for split in ("train", "validation", "test")}
    paths = [path for data in splits.values() for path in data.paths]
    assert len(paths) == len(set(paths)) == 80
    for data in splits.values():
        names = [data.classes[label] for label in data.labels.tolist()]
        assert names == [path.split("/")[1] for path in data.paths]


def test_animals_are_in_color_and_unsplit(drawn: ModuleType) -> None:
    data = animals(size=(8, 12))
    assert data.images.shape == (60, 3, 8, 12)
    assert data.classes == ("cats", "dogs", "pandas")
    assert data.labels.bincount().tolist() == [20, 20, 20]
    with pytest.raises(ValueError, match="from the train split"):
        pixel_statistics(data)


def test_invalid_requests_are_rejected(drawn: ModuleType) -> None:
    with pytest.raises(ValueError, match="split must be one of"):
        scenes("val")
    with pytest.raises(ValueError, match="mode must be"):
        scenes("train", mode="gray")
    with pytest.raises(ValueError, match="size must be"):
        scenes("train", size=0)
    with pytest.raises(ValueError, match="size must be"):
        driving("train", size=(1, 2, 3))  # type: ignore[arg-type]


def test_the_real_sets_report_their_origin_and_shared_videos(
    real_sets: Callable[[str], Marker],
) -> None:
    real_sets("camvid")
    validation = driving("validation", size=(18, 24))
    assert validation.provenance.origin == "real"
    assert "video that is also in the training set" in validation.provenance.note
    assert len(validation) == 101
    real_sets("scene15")
    assert scenes("validation", size=8).provenance.label == "scene15 (photographs), validation"
