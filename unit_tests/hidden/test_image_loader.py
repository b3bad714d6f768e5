"""Hidden tests of `student_code.image_loader`."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from student_code import image_loader
from toolbox.checks import expect, task

NAMES = ["tallbuilding", "store", "bedroom", "office", "street", "TALL", "coast", "suburb"]


def make(root: Path, split: str, per_class: int) -> None:
    for order, name in enumerate(NAMES):
        folder = root / split / name
        folder.mkdir(parents=True)
        for number in range(per_class):
            pixels = np.full((4, 6), 10 * order + number, dtype=np.uint8)
            Image.fromarray(pixels).save(folder / f"image_{number:04}.png")


@task("image_loader.ImageLoader")
def test_works_in_a_data_loader(tmp_path: Path) -> None:
    """A DataLoader can batch the data set, and every image keeps its own label."""
    make(tmp_path, "train", 3)

    def to_tensor(image: Image.Image) -> torch.Tensor:
        return torch.from_numpy(np.array(image, dtype=np.float32))

    data = image_loader.ImageLoader(str(tmp_path), transform=to_tensor)
    expect.instance(data, Dataset, "ImageLoader(root)")
    images, labels = zip(*DataLoader(data, batch_size=5), strict=True)
    grays = torch.cat(images)[:, 0, 0].long() // 10
    truth = [sorted(NAMES)[label] for label in torch.cat(labels).tolist()]
    expect.equal([NAMES[gray] for gray in grays.tolist()], truth, "classes of all items, batched")


@task("image_loader.ImageLoader")
def test_splits_have_the_same_ids(tmp_path: Path) -> None:
    """Ids follow the alphabetical order in every split, whatever its number of images is."""
    make(tmp_path, "train", 1)
    make(tmp_path, "test", 2)
    wanted = {name: number for number, name in enumerate(sorted(NAMES))}
    for split in ("train", "test"):
        loader = image_loader.ImageLoader(str(tmp_path), split=split)
        expect.equal(loader.class_dict, wanted, f'ImageLoader(root, split="{split}").class_dict')


@task("image_loader.ImageLoader")
def test_the_order_is_the_same_each_time(tmp_path: Path) -> None:
    """Two loaders of the same folder list the same images in the same order."""
    make(tmp_path, "train", 2)
    first = image_loader.ImageLoader(str(tmp_path))
    second = image_loader.ImageLoader(str(tmp_path))
    expect.equal(first.dataset, second.dataset, "ImageLoader(root).dataset, twice")
    expect.equal(len(first), 16, "len(ImageLoader(root))")
