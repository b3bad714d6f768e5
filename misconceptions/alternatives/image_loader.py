"""Alternative implementations of `student_code.image_loader`."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import Any

from PIL import Image
from torch.utils.data import Dataset
from torchvision.datasets import ImageFolder
from torchvision.transforms.functional import to_grayscale

from misconceptions.catalogue import right


@right("image_loader.ImageLoader")
class WithGlob(Dataset):
    """A loader that finds its paths with `glob`, as strings throughout."""

    def __init__(self, root_dir: str, split: str = "train", transform: Any = None) -> None:
        self.current = os.path.join(root_dir, split)  # noqa: PTH118
        if split not in os.listdir(root_dir):  # noqa: PTH208
            raise ValueError(split)
        self.transform = transform
        self.class_dict = self.get_classes()
        self.dataset = self.load_imagepaths_with_labels(self.class_dict)

    def get_classes(self) -> dict[str, int]:
        classes: dict[str, int] = {}
        for name in sorted(os.listdir(self.current)):  # noqa: PTH208
            classes[name] = len(classes)
        return classes

    def load_imagepaths_with_labels(self, class_labels: dict[str, int]) -> list[tuple[str, int]]:
        pairs = []
        for name in class_labels:
            for path in glob.glob(f"{self.current}/{name}/*"):  # noqa: PTH207
                pairs.append((path, class_labels[name]))
        return sorted(pairs)

    def load_img_from_path(self, path: str) -> Image.Image:
        return to_grayscale(Image.open(path))

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        path, label = self.dataset[index]
        image = self.load_img_from_path(path)
        if self.transform:
            image = self.transform(image)
        return image, label


@right("image_loader.ImageLoader")
class OnTopOfImageFolder(Dataset):
    """A loader that lets torchvision find the images."""

    def __init__(self, root_dir: str, split: str = "train", transform: Any = None) -> None:
        self.root = Path(root_dir, split)
        if not self.root.exists():
            raise ValueError(f"unknown split {split}")
        self.inner = ImageFolder(str(self.root))
        self.transform = transform
        self.class_dict = self.inner.class_to_idx
        self.dataset = list(self.inner.samples)

    def get_classes(self) -> dict[str, int]:
        return dict(self.class_dict)

    def load_imagepaths_with_labels(self, class_labels: dict[str, int]) -> list[tuple[str, int]]:
        names = self.inner.classes
        return [
            (p, class_labels[names[i]]) for p, i in self.inner.samples if names[i] in class_labels
        ]

    def load_img_from_path(self, path: str) -> Image.Image:
        return Image.open(path).convert("L")

    def __len__(self) -> int:
        return len(self.inner)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        image, label = self.inner[index]
        image = image.convert("L")
        return (self.transform(image) if self.transform else image), label
