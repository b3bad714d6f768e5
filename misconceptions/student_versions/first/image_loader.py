"""An image loader with glob and os.path."""

import glob
import os

from PIL import Image
from torch.utils.data import Dataset


class ImageLoader(Dataset):
    def __init__(self, root_dir, split="train", transform=None):
        self.root = os.path.join(root_dir, split)
        # or AlwaysTrain: self.root = os.path.join(root_dir, "train")
        if not os.path.isdir(self.root):
            raise ValueError("unknown split " + split)
            # or AcceptsAnySplit: self.root = os.path.join(root_dir, "train")
        self.transform = transform
        self.class_dict = self.get_classes()
        self.dataset = self.load_imagepaths_with_labels(self.class_dict)

    def get_classes(self):
        names = sorted(os.listdir(self.root))
        # or DiskOrder: names = os.listdir(self.root)[::-1]
        # or IgnoresCaseBackwards: names = sorted(os.listdir(self.root), key=str.lower, reverse=True)
        classes = {}
        for i, name in enumerate(names):
            # or CountsFromOne: for i, name in enumerate(names, start=1):
            classes[name] = i
        return classes

    def load_imagepaths_with_labels(self, class_labels):
        img_paths = []
        for name, label in class_labels.items():
            # or IgnoresLabelsPassed: for name, label in self.class_dict.items():
            files = glob.glob(os.path.join(self.root, name, "*"))
            # or OnlyJpg: files = glob.glob(os.path.join(self.root, name, "*.jpg"))
            for path in sorted(files):
                # or OneImagePerClass: for path in sorted(files)[:1]:
                img_paths.append((path, label))
        return img_paths

    def load_img_from_path(self, path):
        img = Image.open(path)
        return img.convert("L")
        # or KeepsColour: return img.convert("RGB")

    def __len__(self):
        return len(self.dataset)
        # or LengthOfClasses: return len(self.class_dict)

    def __getitem__(self, index):
        path, label = self.dataset[index]
        img = self.load_img_from_path(path)
        if self.transform:
            # or ForgetsTransform: if False:
            img = self.transform(img)
        return img, label
        # or NoLabel: return img
