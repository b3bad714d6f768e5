"""Choose frames that show a class well, to look at one class at a time."""

from __future__ import annotations

from torch import Tensor


def example_frames(
    masks: Tensor, num_classes: int, *, each: int = 2, apart: int = 10
) -> list[list[int]]:
    """Return for each class the numbers of the frames that show most of it, largest area first.

    masks: (N, H, W) of ids. At most `each` frames per class, fewer if the class occurs in fewer.
    Neighboring frames of a video look alike, so the frames of a class are at least `apart` frames
    away from each other if that leaves enough of them.
    """
    chosen = []
    for label in range(num_classes):
        areas = (masks == label).sum(dim=(1, 2))
        order = [int(n) for n in areas.argsort(descending=True, stable=True) if areas[n] > 0]
        frames: list[int] = []
        for distance in (apart, 1):
            for number in order:
                far = all(abs(number - other) >= distance for other in frames)
                if far and len(frames) < each:
                    frames.append(number)
        chosen.append(frames)
    return chosen
