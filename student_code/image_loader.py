"""A PyTorch data set of images on disk, with one folder per class."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from torch.utils.data import Dataset


class ImageLoader(Dataset):
    """The images under `root_dir/split/<class>/`, each with the id of its class.

    Attributes:
        class_dict: class names and their ids, as returned by `get_classes`.
        dataset: the (path, id) pairs, as returned by `load_imagepaths_with_labels`.
        transform: the transform applied to each image, or None.
    """

    def __init__(
        self,
        root_dir: str,
        split: str = "train",
        transform: Callable[[Image.Image], Any] | None = None,
    ) -> None:
        """
        Args:
            root_dir: the folder that contains one folder per split.
            split: the name of a split: "train", "test", or any other folder in `root_dir`.
            transform: called with each PIL image, or None to leave the images unchanged.
        Raises: `ValueError` if the split doesn't exist.
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
        """Return the class names in alphabetical order, each with its id, counted from 0."""
        ### BEGIN SOLUTION
        names = sorted(entry.name for entry in self.folder.iterdir() if entry.is_dir())
        return {name: number for number, name in enumerate(names)}
        ### END SOLUTION

    def load_imagepaths_with_labels(self, class_labels: dict[str, int]) -> list[tuple[str, int]]:
        """Return the path of every image in the split, each with the id of its class.

        Every file in the folder of a class is an image, whatever its extension.

        Args:
            class_labels: class names and their ids, as returned by `get_classes`.
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
        """Load the image at `path` as a grayscale PIL image (mode "L")."""
        ### BEGIN SOLUTION
        with Image.open(path) as image:
            return image.convert("L")
        ### END SOLUTION

    def __len__(self) -> int:
        """Return the number of images in the split."""
        ### BEGIN SOLUTION
        return len(self.dataset)
        ### END SOLUTION

    def __getitem__(self, index: int) -> tuple[Any, int]:
        """Return image number `index`, after the transform if there is one, and its class id."""
        ### BEGIN SOLUTION
        path, label = self.dataset[index]
        image = self.load_img_from_path(path)
        return (image if self.transform is None else self.transform(image)), label
        ### END SOLUTION
