"""Images on disk, one folder a class, as a PyTorch data set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from torch.utils.data import Dataset


class ImageLoader(Dataset):
    """The images under `root_dir/split/<class>/`, each with the id of its class.

    Attributes:
        class_dict: class names and their ids, as `get_classes` gives them.
        dataset: the (path, id) pairs, as `load_imagepaths_with_labels` gives them.
        transform: what is applied to each image, or None.
    """

    def __init__(
        self,
        root_dir: str,
        split: str = "train",
        transform: Callable[[Image.Image], Any] | None = None,
    ) -> None:
        """
        Args:
            root_dir: the folder that holds a folder for each split.
            split: the name of one of them: "train", "test", or whatever else is there.
            transform: called with each PIL image, or None to leave images as they are.
        Raises: `ValueError` if there is no such split.
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.folder = Path(root_dir) / split
        if not split or not self.folder.is_dir():
            raise ValueError(f"there is no split {split!r} in {root_dir}")
        self.transform = transform
        self.class_dict = self.get_classes()
        self.dataset = self.load_imagepaths_with_labels(self.class_dict)
        ### END SOLUTION

    def get_classes(self) -> dict[str, int]:
        """The names of the classes in alphabetical order, each with its id, counted from 0."""
        ### BEGIN SOLUTION
        names = sorted(entry.name for entry in self.folder.iterdir() if entry.is_dir())
        return {name: number for number, name in enumerate(names)}
        ### END SOLUTION

    def load_imagepaths_with_labels(self, class_labels: dict[str, int]) -> list[tuple[str, int]]:
        """The path of every image of the split, each with the id of its class.

        Args:
            class_labels: names of classes and their ids, as `get_classes` gives them.
        Returns: a list of (path, id).
        """
        ### BEGIN SOLUTION
        return [
            (str(path), number)
            for name, number in class_labels.items()
            for path in sorted((self.folder / name).iterdir())
        ]
        ### END SOLUTION

    def load_img_from_path(self, path: str) -> Image.Image:
        """The image at `path` as a grayscale PIL image (mode "L")."""
        ### BEGIN SOLUTION
        with Image.open(path) as image:
            return image.convert("L")
        ### END SOLUTION

    def __len__(self) -> int:
        """How many images the split has."""
        ### BEGIN SOLUTION
        return len(self.dataset)
        ### END SOLUTION

    def __getitem__(self, index: int) -> tuple[Any, int]:
        """Image number `index`, transformed if there is a transform, and the id of its class."""
        ### BEGIN SOLUTION
        path, label = self.dataset[index]
        image = self.load_img_from_path(path)
        return (image if self.transform is None else self.transform(image)), label
        ### END SOLUTION
