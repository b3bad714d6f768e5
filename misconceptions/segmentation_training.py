"""Wrong ways to write `student_code.segmentation_training`."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import torch
from torchvision import tv_tensors
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as T

from misconceptions.catalogue import wrong

RATE = "segmentation_training.poly_learning_rate"
TRAIN = "segmentation_training.get_train_transform"
VAL = "segmentation_training.get_val_transform"


@wrong(
    RATE,
    looks_like="the power is taken of the fraction that is done",
    hints=("The rate falls fast at first.", "What is raised to the power?"),
)
def power_of_done(base_lr: float, curr_iter: int, max_iter: int, power: float = 0.9) -> float:
    return base_lr * (1 - (curr_iter / max_iter) ** power)


@wrong(
    RATE,
    looks_like="the rate rises",
    hints=("It starts at 0.", "Which fraction is left at the start?"),
)
def rising(base_lr: float, curr_iter: int, max_iter: int, power: float = 0.9) -> float:
    return base_lr * (curr_iter / max_iter) ** power


@wrong(
    RATE,
    looks_like="the rate falls along a straight line, whatever the power is",
    hints=("`power` makes no difference.", "Where does the formula have it?"),
)
def straight(base_lr: float, curr_iter: int, max_iter: int, power: float = 0.9) -> float:
    return base_lr * (1 - curr_iter / max_iter)


@wrong(
    RATE,
    looks_like="the base is raised to the power too",
    hints=("The first rate isn't base_lr.", "Which part of the formula is in the bracket?"),
)
def base_in_the_bracket(base_lr: float, curr_iter: int, max_iter: int, power: float = 0.9) -> float:
    return (base_lr * (1 - curr_iter / max_iter)) ** power


@wrong(
    RATE,
    looks_like="the iterations are divided without a remainder",
    hints=("The rate stays the same until the end.", "What does // do?"),
)
def whole_division(base_lr: float, curr_iter: int, max_iter: int, power: float = 0.9) -> float:
    return base_lr * float(1 - curr_iter // max_iter) ** power


@wrong(
    RATE,
    looks_like="another default power is used",
    hints=("Without a power given, the rate is off.", "What is the default?"),
)
def default_of_two(base_lr: float, curr_iter: int, max_iter: int, power: float = 2.0) -> float:
    return base_lr * (1 - curr_iter / max_iter) ** power


KINDS: Any = {tv_tensors.Image: torch.float32, tv_tensors.Mask: torch.int64}


def _finish(mean: Any, std: Any) -> list[Any]:
    return [v2.ToDtype(KINDS, scale=True), v2.Normalize(list(mean), list(std))]


def _start(size: Any, ignore_index: int) -> list[Any]:
    fills: Any = {tv_tensors.Image: 0, tv_tensors.Mask: ignore_index}
    return [
        v2.RandomHorizontalFlip(p=0.5),
        v2.ScaleJitter(size, scale_range=(0.75, 1.5), antialias=True),
        v2.RandomCrop(size, pad_if_needed=True, fill=fills),
    ]


@wrong(
    TRAIN,
    looks_like="the image is flipped, and its mask isn't",
    hints=("Image and mask don't fit together.", "What is flipped when the coin says so?"),
)
def mask_stays(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    rest = v2.Compose([*_start(size, ignore_index)[1:], *_finish(mean, std)])

    def transform(image: Any, mask: Any) -> Any:
        return rest(T.horizontal_flip(image) if random.random() < 0.5 else image, mask)

    return transform


@wrong(
    TRAIN,
    looks_like="image and mask are each transformed by a call of their own",
    hints=(
        "The dice are rolled twice.",
        "How does one call of a transform take an image and its mask together?",
    ),
)
def each_its_own(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    both = v2.Compose([*_start(size, ignore_index), *_finish(mean, std)])
    return lambda image, mask: (both(image), both(mask))


@wrong(
    TRAIN,
    looks_like="the mask is interpolated like an image",
    hints=(
        "Ids come up that were never in the mask.",
        "What lies halfway between class 3 and class 9?",
    ),
)
def mask_interpolated(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    def transform(image: Any, mask: Any) -> Any:
        factor = random.uniform(0.8, 1.3)
        tall, wide = (
            max(int(side * factor), least) for side, least in zip(mask.shape, size, strict=True)
        )
        image = T.resize(image, [tall, wide], antialias=True)
        as_image = tv_tensors.Image(torch.as_tensor(mask)[None])
        mask = tv_tensors.Mask(torch.as_tensor(T.resize(as_image, [tall, wide]))[0])
        both = v2.Compose([v2.RandomHorizontalFlip(), v2.RandomCrop(size), *_finish(mean, std)])
        return both(image, mask)

    return transform


@wrong(
    TRAIN,
    looks_like="the image that was given is darkened in place",
    hints=(
        "After a view was made, the caller's image is another one.",
        "Which of your steps works on the tensor that came in, and not on a new one?",
    ),
)
def changes_what_was_given(
    size: Any, mean: Any, std: Any, ignore_index: int = 255
) -> Callable[..., Any]:
    both = v2.Compose([*_start(size, ignore_index), *_finish(mean, std)])

    def transform(image: Any, mask: Any) -> Any:
        image.sub_(image // 8)
        return both(image, mask)

    return transform


@wrong(
    TRAIN,
    looks_like="nothing is flipped",
    hints=("No view is mirrored.", "Which random changes were asked for?"),
)
def never_flipped(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([*_start(size, ignore_index)[1:], *_finish(mean, std)])


@wrong(
    TRAIN,
    looks_like="nothing is random",
    hints=("Each call gives the same view.", "From where is the part cut out?"),
)
def always_the_centre(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([v2.Resize(size, antialias=True), *_finish(mean, std)])


@wrong(
    TRAIN,
    looks_like="the whole image is resized and flipped, but never cut",
    hints=("There are two views in all.", "Is a part cut out at a random place?"),
)
def never_cut(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([v2.RandomHorizontalFlip(), v2.Resize(size), *_finish(mean, std)])


@wrong(
    TRAIN,
    looks_like="the mask is padded with class 0",
    hints=("A class comes up that wasn't there.", "What id says: nothing to see here?"),
)
def padded_with_zero(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([*_start(size, 0), *_finish(mean, std)])


@wrong(
    TRAIN,
    looks_like="padding is 255 whatever `ignore_index` says",
    hints=("`ignore_index` makes no difference.", "Where is it used?"),
)
def padded_with_255(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([*_start(size, 255), *_finish(mean, std)])


@wrong(
    TRAIN,
    looks_like="height and width are swapped",
    hints=("Square sizes hide it.", "In which order is `size`?"),
)
def train_sides_swapped(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([*_start(tuple(size)[::-1], ignore_index), *_finish(mean, std)])


@wrong(
    TRAIN,
    looks_like="the mask stays uint8",
    hints=("The image is right, the mask's dtype isn't.", "Which dtype does a loss want?"),
)
def train_mask_in_bytes(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    both = v2.Compose([*_start(size, ignore_index), *_finish(mean, std)])

    def transform(image: Any, mask: Any) -> Any:
        seen, ids = both(image, mask)
        return seen, ids.to(torch.uint8)

    return transform


@wrong(
    TRAIN,
    looks_like="pixels are normalised without being scaled to [0, 1]",
    hints=("Values are in the hundreds.", "In which range are mean and std given?"),
)
def train_not_scaled(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    finish = [v2.ToDtype(KINDS, scale=False), v2.Normalize(list(mean), list(std))]
    return v2.Compose([*_start(size, ignore_index), *finish])


@wrong(
    TRAIN,
    looks_like="pixels are scaled, but not normalised",
    hints=("Values are from 0 to 1.", "What are `mean` and `std` for?"),
)
def train_not_normalised(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([*_start(size, ignore_index), v2.ToDtype(KINDS, scale=True)])


@wrong(
    VAL,
    looks_like="the middle is cut out, and the rest is never seen",
    hints=("Classes at the edges are missing.", "Is the whole image to be seen, or a part?"),
)
def the_middle(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([v2.CenterCrop(size), *_finish(mean, std)])


@wrong(
    VAL,
    looks_like="views are flipped at random",
    hints=("Two calls differ.", "What may be random when you measure?"),
)
def flipped_in_validation(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([v2.RandomHorizontalFlip(), v2.Resize(size), *_finish(mean, std)])


@wrong(
    VAL,
    looks_like="the mask is interpolated like an image",
    hints=("Ids come up that were never in the mask.", "What lies between class 0 and 10?"),
)
def val_mask_interpolated(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    finish = v2.Compose(_finish(mean, std))

    def transform(image: Any, mask: Any) -> Any:
        as_image = tv_tensors.Image(torch.as_tensor(mask)[None])
        ids = torch.as_tensor(T.resize(as_image, list(size), antialias=True))[0]
        return finish(T.resize(image, list(size), antialias=True), tv_tensors.Mask(ids))

    return transform


@wrong(
    VAL,
    looks_like="the image is resized by nearest neighbour too",
    hints=("Edges are hard.", "Which of the two must not be interpolated, and which should be?"),
)
def image_not_interpolated(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    mode = v2.InterpolationMode.NEAREST
    return v2.Compose([v2.Resize(size, interpolation=mode), *_finish(mean, std)])


@wrong(
    VAL,
    looks_like="the mask keeps its size",
    hints=("Image and mask have different sizes.", "What is resized?"),
)
def mask_not_resized(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    finish = v2.Compose(_finish(mean, std))
    return lambda image, mask: finish(T.resize(image, list(size)), mask)


@wrong(
    VAL,
    looks_like="pixels are scaled, but not normalised",
    hints=("Values are from 0 to 1.", "What are `mean` and `std` for?"),
)
def val_not_normalised(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([v2.Resize(size, antialias=True), v2.ToDtype(KINDS, scale=True)])


@wrong(
    VAL,
    looks_like="height and width are swapped",
    hints=("Square sizes hide it.", "In which order is `size`?"),
)
def val_sides_swapped(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([v2.Resize(tuple(size)[::-1]), *_finish(mean, std)])


@wrong(
    VAL,
    looks_like="the mask is scaled to [0, 1] with the image",
    hints=("Ids aren't whole numbers any more.", "Which of the two is divided by 255?"),
)
def mask_scaled(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    both = v2.Compose([v2.Resize(size, antialias=True), *_finish(mean, std)])

    def transform(image: Any, mask: Any) -> Any:
        seen, ids = both(image, mask)
        return seen, ids / 255

    return transform
