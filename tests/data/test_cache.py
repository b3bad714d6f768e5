"""The cache contains the decoded pixels, is written once, and is renewed when necessary."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision import transforms

from data_scripts.places import cache_place, offline_place
from data_scripts.synthetic_set import make_offline
from toolbox.data import DataProblem, driving, locate, scenes
from toolbox.data import cache as cache_module

pytestmark = pytest.mark.usefixtures("drawn")


def no_decoding(*arguments: object) -> None:
    pytest.fail("an image was decoded again")


@pytest.mark.parametrize(("mode", "size"), [("L", (24, 40)), ("RGB", (16, 12))])
def test_pixels_equal_those_of_torchvisions_transforms(mode: str, size: tuple[int, int]) -> None:
    data = scenes("validation", size=size, mode=mode)
    same = transforms.Compose([transforms.Resize(size), transforms.ToTensor()])
    for path, image in zip(data.paths, data.images, strict=True):
        expected = same(Image.open(offline_place("scene15") / path).convert(mode))
        torch.testing.assert_close(image.float() / 255, expected, rtol=0, atol=1e-6)


def test_nothing_is_decoded_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    first = scenes("train", size=16)
    monkeypatch.setattr(cache_module, "_decode_all", no_decoding)
    assert torch.equal(scenes("train", size=16).images, first.images)


def test_another_size_mode_or_split_is_another_file() -> None:
    for split, size, mode in [
        ("train", 16, "L"),
        ("train", 20, "L"),
        ("train", 16, "RGB"),
        ("test", 16, "L"),
    ]:
        scenes(split, size=size, mode=mode)
    assert len(list(cache_place().glob("*.npy"))) == 4


def test_another_data_set_of_the_same_name_is_decoded_again() -> None:
    one = scenes("train", size=16)
    make_offline("scene15", seed=1)
    assert not torch.equal(scenes("train", size=16).images, one.images)


def test_images_are_writable_and_the_file_does_not_change() -> None:
    data = scenes("train", size=16)
    before = data.images.clone()
    data.images.zero_()
    assert torch.equal(scenes("train", size=16).images, before)


@pytest.mark.parametrize("left", [0, 60, 300])
def test_a_file_truncated_by_a_crash_is_written_again(left: int) -> None:
    first = scenes("train", size=16).images.clone()
    (file,) = cache_place().glob("*.npy")
    os.truncate(file, left)
    assert torch.equal(scenes("train", size=16).images, first)


def test_interrupted_while_decoding_it_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    real_open, opened = Image.open, 0

    def stop_in_the_middle(path: Path) -> Image.Image:
        nonlocal opened
        opened += 1
        if opened > 10:
            raise KeyboardInterrupt
        return real_open(path)

    with monkeypatch.context() as patch:
        patch.setattr(Image, "open", stop_in_the_middle)
        with pytest.raises(KeyboardInterrupt):
            scenes("train", size=16)
    assert not list(cache_place().glob("*")) if cache_place().exists() else True
    assert len(scenes("train", size=16)) == 34


def test_on_a_full_disk_the_images_stay_in_memory(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    assert len(scenes("train", size=16)) == 34
    assert "stay in memory" in capsys.readouterr().out
    assert not list(cache_place().glob("*"))


def test_a_damaged_image_is_named() -> None:
    path = locate("scene15").path / "test/coast/image_0001.jpg"
    path.write_bytes(b"not a picture")
    with pytest.raises(DataProblem, match="image_0001") as caught:
        scenes("test", size=16)
    assert "verify scene15" in caught.value.advice


def test_masks_are_mapped_to_the_courses_ids() -> None:
    ours = driving("train", size=(36, 48))  # the size of the files, so that nothing is resized
    names = "Sky Building Column_Pole Road Sidewalk Tree SignSymbol Fence Car Pedestrian Bicyclist"
    for path, mask in zip(ours.paths, ours.masks, strict=True):
        file = path.replace("train/", "trainannot/").replace(".jpg", ".png")
        theirs = np.asarray(Image.open(offline_place("camvid") / file))
        for id_in_file, name in enumerate(names.split()):
            assert (mask.numpy()[theirs == id_in_file] == ours.classes.index(name)).all()
        assert (mask.numpy()[theirs == 11] == 255).all()


def test_masks_are_resized_without_blending() -> None:
    """Sky next to void: any blend of 0 and 11 would be another class."""
    for file in (locate("camvid").path / "trainannot").iterdir():
        ids = np.zeros((36, 48), np.uint8)
        ids[:, ::2] = 11
        Image.fromarray(ids).save(file)
    small = driving("train", size=(25, 31))
    assert set(small.masks.unique().tolist()) == {small.classes.index("Sky"), 255}
    assert small.images.shape[1:] == (3, 25, 31)
    assert small.masks.dtype == torch.uint8


def test_a_mask_with_an_unknown_class_is_rejected() -> None:
    path = locate("camvid").path / "valannot/frame_000.png"
    Image.fromarray(np.full((36, 48), 12, np.uint8)).save(path)
    with pytest.raises(DataProblem, match="unknown class 12"):
        driving("validation", size=(36, 48))


def test_a_mask_in_color_is_rejected() -> None:
    path = locate("camvid").path / "valannot/frame_000.png"
    Image.fromarray(np.zeros((36, 48, 3), np.uint8)).save(path)
    with pytest.raises(DataProblem, match="not a mask"):
        driving("validation", size=(36, 48))
