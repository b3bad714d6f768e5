"""What goes wrong in `student_code.image_loader`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from misconceptions.catalogue import wrong
from student_code.image_loader import ImageLoader


@wrong(
    "image_loader.ImageLoader",
    looks_like="class ids are counted from 1",
    hints=(
        "Every id is one too large.",
        "A network with 15 outputs numbers them 0 to 14. What does enumerate start with?",
    ),
)
class CountsFromOne(ImageLoader):
    def get_classes(self) -> dict[str, int]:
        return {name: number + 1 for name, number in super().get_classes().items()}


@wrong(
    "image_loader.ImageLoader",
    looks_like="classes are numbered in the order that the disk lists them, not by the alphabet",
    hints=(
        "The ids depend on the machine.",
        "Is anything sorted before it is numbered?",
    ),
)
class DiskOrder(ImageLoader):
    def get_classes(self) -> dict[str, int]:
        # Reversed, since a disk may list alphabetically by chance.
        return {name: n for n, name in enumerate(reversed(list(super().get_classes())))}


@wrong(
    "image_loader.ImageLoader",
    looks_like="upper and lower case are sorted together",
    hints=(
        "The names are sorted in another order than Python sorts them.",
        "sorted() on plain strings is what was asked for, nothing cleverer.",
    ),
)
class IgnoresCaseBackwards(ImageLoader):
    def get_classes(self) -> dict[str, int]:
        names = sorted(super().get_classes(), key=str.swapcase)
        return {name: number for number, name in enumerate(names)}


@wrong(
    "image_loader.ImageLoader",
    looks_like="images stay in colour",
    hints=(
        'The image is not of mode "L".',
        "Loading is one step, making it gray another.",
    ),
)
class KeepsColour(ImageLoader):
    def load_img_from_path(self, path: str) -> Image.Image:
        with Image.open(path) as image:
            return image.convert("RGB")


@wrong(
    "image_loader.ImageLoader",
    looks_like="the transform is kept but never applied",
    hints=(
        "Items are the images as they were.",
        "Where in __getitem__ is the transform called?",
    ),
)
class ForgetsTransform(ImageLoader):
    def __getitem__(self, index: int) -> tuple[Any, int]:
        path, label = self.dataset[index]
        return self.load_img_from_path(path), label


@wrong(
    "image_loader.ImageLoader",
    looks_like="the training images are read whatever split was asked for",
    hints=(
        'split="test" gives the training images.',
        "Follow the argument split: where does it enter the path?",
    ),
)
class AlwaysTrain(ImageLoader):
    def __init__(self, root_dir: str, split: str = "train", transform: Any = None) -> None:
        super().__init__(root_dir, split, transform)
        self.folder = Path(root_dir) / "train"
        self.dataset = self.load_imagepaths_with_labels(self.class_dict)


@wrong(
    "image_loader.ImageLoader",
    looks_like="the length is the number of classes",
    hints=(
        "len() is far too small.",
        "What does it count: folders, or images?",
    ),
)
class LengthOfClasses(ImageLoader):
    def __len__(self) -> int:
        return len(self.class_dict)


@wrong(
    "image_loader.ImageLoader",
    looks_like="an unknown split goes unnoticed",
    hints=(
        "A misspelt split gave no error.",
        "What should happen before any file is read?",
    ),
)
class AcceptsAnySplit(ImageLoader):
    def __init__(self, root_dir: str, split: str = "train", transform: Any = None) -> None:
        known = (Path(root_dir) / split).is_dir()
        super().__init__(root_dir, split if known else "train", transform)


@wrong(
    "image_loader.ImageLoader",
    looks_like="the ids of the loader itself are used instead of those passed in",
    hints=(
        "load_imagepaths_with_labels ignores its argument.",
        "Which dictionary does it look the class up in?",
    ),
)
class IgnoresLabelsPassed(ImageLoader):
    def load_imagepaths_with_labels(self, class_labels: dict[str, int]) -> list[tuple[str, int]]:
        own = self.get_classes()
        return super().load_imagepaths_with_labels({name: own[name] for name in class_labels})


@wrong(
    "image_loader.ImageLoader",
    looks_like="only the first image of each class is listed",
    hints=(
        "There is one path a class.",
        "Is the list extended inside the inner loop, or after it?",
    ),
)
class OneImagePerClass(ImageLoader):
    def load_imagepaths_with_labels(self, class_labels: dict[str, int]) -> list[tuple[str, int]]:
        pairs = super().load_imagepaths_with_labels(class_labels)
        return list({label: (path, label) for path, label in reversed(pairs)}.values())


@wrong(
    "image_loader.ImageLoader",
    looks_like="an item is the image alone, without its label",
    hints=(
        "Each item should be two things.",
        "What does __getitem__ return?",
    ),
)
class NoLabel(ImageLoader):
    def __getitem__(self, index: int) -> Any:
        return super().__getitem__(index)[0]
