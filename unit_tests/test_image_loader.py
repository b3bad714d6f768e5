"""Public tests of `student_code.image_loader`."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from student_code import image_loader
from toolbox.checks import expect, task

# The classes differ in their number of images, and are not listed in alphabetical order.
IMAGES = {"train": {"forest": 3, "Coast": 1, "kitchen": 2}, "test": {"forest": 1, "Coast": 2}}
GRAY = {"forest": 40, "Coast": 120, "kitchen": 200}


@pytest.fixture
def root(tmp_path: Path) -> str:
    """Create a folder of color images, 7 wide and 5 high, each class with its own gray."""
    for split, classes in IMAGES.items():
        for name, how_many in classes.items():
            folder = tmp_path / split / name
            folder.mkdir(parents=True)
            for number in range(how_many):
                pixels = np.full((5, 7, 3), GRAY[name], dtype=np.uint8)
                Image.fromarray(pixels).save(folder / f"image_{number:04}.png")
    return str(tmp_path)


@task("image_loader.ImageLoader")
def test_classes_are_sorted_and_numbered(root: str) -> None:
    """Class names are in alphabetical order, with ids counted from 0."""
    loader = image_loader.ImageLoader(root)
    wanted = {"Coast": 0, "forest": 1, "kitchen": 2}
    called = "ImageLoader(root).get_classes(), with folders forest, Coast and kitchen"
    expect.equal(loader.get_classes(), wanted, called)
    expect.equal(list(loader.get_classes()), list(wanted), f"list({called})")
    expect.equal(loader.class_dict, wanted, "ImageLoader(root).class_dict")


@task("image_loader.ImageLoader")
def test_every_image_is_listed_with_its_class(root: str) -> None:
    """Each image of the split is listed once, with the id of its folder."""
    loader = image_loader.ImageLoader(root)
    pairs = loader.load_imagepaths_with_labels(loader.class_dict)
    listed = sorted((Path(path).parent.name, int(label)) for path, label in pairs)
    wanted = [("Coast", 0), *[("forest", 1)] * 3, *[("kitchen", 2)] * 2]
    called = "(folder, id) of ImageLoader(root).load_imagepaths_with_labels(class_dict)"
    expect.equal(listed, wanted, called)
    expect.equal(
        len({path for path, _ in pairs}),
        6,
        "number of different paths in load_imagepaths_with_labels(...)",
    )


@task("image_loader.ImageLoader")
def test_class_labels_are_those_passed(root: str) -> None:
    """`load_imagepaths_with_labels` uses the ids passed to it."""
    loader = image_loader.ImageLoader(root)
    pairs = loader.load_imagepaths_with_labels({"kitchen": 7, "forest": 4})
    listed = sorted((Path(path).parent.name, int(label)) for path, label in pairs)
    called = '(folder, id) of loader.load_imagepaths_with_labels({"kitchen": 7, "forest": 4})'
    expect.equal(listed, [*[("forest", 4)] * 3, *[("kitchen", 7)] * 2], called)


@task("image_loader.ImageLoader")
def test_images_are_gray(root: str) -> None:
    """`load_img_from_path` returns a PIL image of mode "L" in its original size."""
    loader = image_loader.ImageLoader(root)
    path = str(Path(root) / "train" / "kitchen" / "image_0001.png")
    image = loader.load_img_from_path(path)
    expect.instance(image, Image.Image, "loader.load_img_from_path(path)")
    expect.equal(image.mode, "L", "loader.load_img_from_path(a color image).mode")
    expect.equal(image.size, (7, 5), "loader.load_img_from_path(an image 7 wide, 5 high).size")
    expect.equal(image.getpixel((3, 2)), 200, "gray of load_img_from_path(an image of gray 200)")


@task("image_loader.ImageLoader")
def test_length_is_that_of_the_split(root: str) -> None:
    """`len()` is the number of images in the requested split."""
    expect.equal(len(image_loader.ImageLoader(root)), 6, "len(ImageLoader(root))")
    test = image_loader.ImageLoader(root, split="test")
    expect.equal(len(test), 3, 'len(ImageLoader(root, split="test"))')
    expect.equal(len(test.dataset), 3, 'len(ImageLoader(root, split="test").dataset)')


@task("image_loader.ImageLoader", share=2)
def test_items_are_images_with_their_labels(root: str) -> None:
    """Item i is image i in grayscale together with the id of its class."""
    loader = image_loader.ImageLoader(root, split="test")
    seen = []
    for number in range(3):
        image, label = loader[number]
        expect.equal(image.mode, "L", f"ImageLoader(root, split='test')[{number}][0].mode")
        seen.append((image.getpixel((0, 0)), int(label)))
    called = "grays and ids of all items, with Coast in gray 120 and forest in gray 40"
    expect.equal(sorted(seen), [(40, 1), (120, 0), (120, 0)], called)
    from_dataset = [int(label) for _, label in loader.dataset]
    expect.equal([label for _, label in seen], from_dataset, "ids of the items, in order")


@task("image_loader.ImageLoader")
def test_the_transform_is_applied(root: str) -> None:
    """If a transform is given, the items contain its results."""

    def brightness(image: Image.Image) -> float:
        return float(np.asarray(image).mean())

    loader = image_loader.ImageLoader(root, transform=brightness)
    seen = sorted(loader[number][0] for number in range(len(loader)))
    called = "items of ImageLoader(root, transform=brightness)"
    expect.equal(seen, [40.0, 40.0, 40.0, 120.0, 200.0, 200.0], called)
    expect.true(
        loader.transform is brightness,
        "ImageLoader(root, transform=brightness).transform",
        expected="the given transform",
        got=loader.transform,
    )


@task("image_loader.ImageLoader", share=0.5)
def test_an_unknown_split_is_an_error(root: str) -> None:
    """A split that doesn't exist raises `ValueError`."""
    called = 'ImageLoader(root, split="trian")'
    expect.raises(ValueError, lambda: image_loader.ImageLoader(root, split="trian"), called)
