"""Wrong implementations of `student_code.image_loader`."""

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
        "Every id is too large by 1.",
        "A network with 15 outputs numbers them 0 to 14. What does enumerate start with?",
    ),
)
class CountsFromOne(ImageLoader):
    def get_classes(self) -> dict[str, int]:
        return {name: number + 1 for name, number in super().get_classes().items()}


@wrong(
    "image_loader.ImageLoader",
    looks_like="classes are not numbered in alphabetical order",
    hints=(
        "The ids depend on the order in which the disk lists the folders, or on another one.",
        "Do you sort the names before you number them?",
    ),
)
class DiskOrder(ImageLoader):
    def get_classes(self) -> dict[str, int]:
        # Reversed, because a disk may happen to list alphabetically.
        return {name: n for n, name in enumerate(reversed(list(super().get_classes())))}


@wrong(
    "image_loader.ImageLoader",
    looks_like="the names are sorted without regard to upper and lower case",
    hints=(
        "The order of the names differs from Python's own sort order.",
        "What does plain sorted() do with upper-case letters?",
    ),
)
class IgnoresCaseBackwards(ImageLoader):
    def get_classes(self) -> dict[str, int]:
        names = sorted(super().get_classes(), key=str.swapcase)
        return {name: number for number, name in enumerate(names)}


@wrong(
    "image_loader.ImageLoader",
    looks_like="images stay in color",
    hints=(
        'The mode of the image is not "L".',
        "Which step after loading makes the image grayscale?",
    ),
)
class KeepsColour(ImageLoader):
    def load_img_from_path(self, path: str) -> Image.Image:
        with Image.open(path) as image:
            return image.convert("RGB")


@wrong(
    "image_loader.ImageLoader",
    looks_like="the transform is stored but never applied",
    hints=(
        "The items are the untransformed images.",
        "Where does __getitem__ call the transform?",
    ),
)
class ForgetsTransform(ImageLoader):
    def __getitem__(self, index: int) -> tuple[Any, int]:
        path, label = self.dataset[index]
        return self.load_img_from_path(path), label


@wrong(
    "image_loader.ImageLoader",
    looks_like="the training images are always loaded, even if another split is requested",
    hints=(
        'split="test" gives the training images.',
        "Follow the argument `split` through your code: where does it become part of the path?",
    ),
)
class AlwaysTrain(ImageLoader):
    def __init__(self, root_dir: str, split: str = "train", transform: Any = None) -> None:
        super().__init__(root_dir, split, transform)
        self.folder = Path(root_dir) / "train"
        self.dataset = self.load_imagepaths_with_labels(self.class_dict)


@wrong(
    "image_loader.ImageLoader",
    looks_like="the length counts the classes instead of the images",
    hints=(
        "len() is far too small.",
        "What do you count: folders or images?",
    ),
)
class LengthOfClasses(ImageLoader):
    def __len__(self) -> int:
        return len(self.class_dict)


@wrong(
    "image_loader.ImageLoader",
    looks_like="an unknown split is accepted",
    hints=(
        "A misspelled split raises no error.",
        "What should you check before you read any file?",
    ),
)
class AcceptsAnySplit(ImageLoader):
    def __init__(self, root_dir: str, split: str = "train", transform: Any = None) -> None:
        known = (Path(root_dir) / split).is_dir()
        super().__init__(root_dir, split if known else "train", transform)


@wrong(
    "image_loader.ImageLoader",
    looks_like="the loader's own ids are used instead of those that are passed in",
    hints=(
        "load_imagepaths_with_labels ignores its argument.",
        "Which dictionary do you use to look up the class?",
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
        "There is only one path per class.",
        "Do you extend the list inside the inner loop or after it?",
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
        "Each item should consist of two things.",
        "What does __getitem__ return?",
    ),
)
class NoLabel(ImageLoader):
    def __getitem__(self, index: int) -> Any:
        return super().__getitem__(index)[0]


@wrong(
    "image_loader.ImageLoader",
    looks_like="only files with one particular extension are listed",
    hints=(
        "Images with other extensions, such as .png, are left out.",
        "Which pattern does your search use? Every file in a class folder is an image.",
    ),
)
class OnlyJpg(ImageLoader):
    def load_imagepaths_with_labels(self, class_labels: dict[str, int]) -> list[tuple[str, int]]:
        pairs = super().load_imagepaths_with_labels(class_labels)
        return [(path, label) for path, label in pairs if path.endswith(".jpg")]
