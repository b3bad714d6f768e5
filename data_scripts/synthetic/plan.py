"""The plan of a synthetic data set: the paths of its pictures, and the numbers that seed each.

Planning draws nothing, so layout, classes and counts can be checked quickly, and the drawing can be
distributed to any number of processes.
"""

from __future__ import annotations

from dataclasses import dataclass

# Training images per class of the real fifteen scenes; each class has 100 test images.
SCENE15_TRAIN = {
    "bedroom": 116,
    "coast": 260,
    "forest": 228,
    "highway": 160,
    "industrial": 211,
    "insidecity": 208,
    "kitchen": 110,
    "livingroom": 189,
    "mountain": 274,
    "office": 115,
    "opencountry": 310,
    "store": 215,
    "street": 192,
    "suburb": 141,
    "tallbuilding": 256,
}
SCENE15_TEST = 100
ANIMALS = ("cats", "dogs", "pandas")
ANIMALS_EACH = 1000
PRETEXT_EACH = 400

# (sequence, split, first frame, frames). As in the real set, training and validation frames of one
# sequence follow one another, and one sequence is shared by train and test.
DRIVES = (
    ("dusk", "train", 0, 62),
    ("park", "train", 0, 101),
    ("town", "train", 0, 204),
    ("town", "val", 210, 101),
    ("dusk", "test", 70, 62),
    ("square", "test", 0, 171),
)
SEQUENCES = ("dusk", "park", "town", "square")
NAMES = ("scene15", "camvid", "animals", "pretext")  # the position is a seed: only append


@dataclass(frozen=True)
class PlannedPicture:
    """One picture: its `path` below the set's folder, and its `key`, part of the seed."""

    path: str
    subject: str  # the class or the sequence
    key: tuple[int, ...]


def scaled(count: int, scale: float) -> int:
    """Return a count at a scale: never more than the full one, never fewer than two."""
    return min(count, max(2, round(count * scale)))


def scene15(scale: float = 1.0) -> list[PlannedPicture]:
    """Return the pictures of the fifteen scenes."""
    pictures = []
    for c, (name, count) in enumerate(SCENE15_TRAIN.items()):
        for s, (split, size) in enumerate((("train", count), ("test", SCENE15_TEST))):
            first = 1 if split == "train" else count + 1  # one numbering for both splits
            pictures += [
                PlannedPicture(f"{split}/{name}/image_{first + i:04d}.jpg", name, (c, s, i))
                for i in range(scaled(size, scale))
            ]
    return pictures


def camvid(scale: float = 1.0) -> list[PlannedPicture]:
    """Return the frames of the driving set; a frame's labels are in `<split>annot`, as PNG."""
    pictures = []
    for sequence, split, first, count in DRIVES:
        kept = scaled(count, scale)
        frames = [first + i * count // kept for i in range(kept)]
        which = SEQUENCES.index(sequence)
        pictures += [
            PlannedPicture(f"{split}/{sequence}_{f:05d}.jpg", sequence, (which, f)) for f in frames
        ]
    return pictures


def animals(scale: float = 1.0) -> list[PlannedPicture]:
    """Return the pictures of cats, dogs and pandas."""
    return [
        PlannedPicture(f"{name}/{name}_{i + 1:05d}.jpg", name, (c, i))
        for c, name in enumerate(ANIMALS)
        for i in range(scaled(ANIMALS_EACH, scale))
    ]


def pretext(scale: float = 1.0, each: int = PRETEXT_EACH) -> list[PlannedPicture]:
    """Return the pictures of the pretraining classes, `each` per class at scale one."""
    from data_scripts.synthetic.pretext import PAINTERS

    return [
        PlannedPicture(f"train/{name}/image_{i + 1:04d}.jpg", name, (c, i))
        for c, name in enumerate(PAINTERS)
        for i in range(scaled(each, scale))
    ]
