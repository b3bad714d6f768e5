"""Wrong implementations of `student_code.segmentation_training`."""

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
    looks_like="the power is applied to the completed fraction of the training",
    hints=("The learning rate drops too fast at first.", "Which quantity is raised to the power?"),
)
def power_of_done(base_lr: float, curr_iter: int, max_iter: int, power: float = 0.9) -> float:
    return base_lr * (1 - (curr_iter / max_iter) ** power)


@wrong(
    RATE,
    looks_like="the learning rate rises instead of falling",
    hints=(
        "The learning rate starts at 0.",
        "Which fraction of the training is left at the start?",
    ),
)
def rising(base_lr: float, curr_iter: int, max_iter: int, power: float = 0.9) -> float:
    return base_lr * (curr_iter / max_iter) ** power


@wrong(
    RATE,
    looks_like="the learning rate falls linearly, and the power is ignored",
    hints=("`power` has no effect.", "Where does the formula use the power?"),
)
def straight(base_lr: float, curr_iter: int, max_iter: int, power: float = 0.9) -> float:
    return base_lr * (1 - curr_iter / max_iter)


@wrong(
    RATE,
    looks_like="the base learning rate is raised to the power as well",
    hints=(
        "The first learning rate isn't base_lr.",
        "Which part of the formula is inside the parentheses?",
    ),
)
def base_in_the_bracket(base_lr: float, curr_iter: int, max_iter: int, power: float = 0.9) -> float:
    return (base_lr * (1 - curr_iter / max_iter)) ** power


@wrong(
    RATE,
    looks_like="the iterations are divided with integer division",
    hints=("The learning rate stays constant until the end.", "What does // do?"),
)
def whole_division(base_lr: float, curr_iter: int, max_iter: int, power: float = 0.9) -> float:
    return base_lr * float(1 - curr_iter // max_iter) ** power


@wrong(
    RATE,
    looks_like="the default power is wrong",
    hints=(
        "The learning rate is wrong if no power is given.",
        "Which default does the docstring promise?",
    ),
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
    looks_like="the image is flipped, but its mask isn't",
    hints=("The image and the mask don't match.", "What has to be flipped together?"),
)
def mask_stays(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    rest = v2.Compose([*_start(size, ignore_index)[1:], *_finish(mean, std)])

    def transform(image: Any, mask: Any) -> Any:
        return rest(T.horizontal_flip(image) if random.random() < 0.5 else image, mask)

    return transform


@wrong(
    TRAIN,
    looks_like="the image and the mask are transformed in two separate calls",
    hints=(
        "The random numbers are drawn twice.",
        "How can a single call of a transform take both an image and its mask?",
    ),
)
def each_its_own(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    both = v2.Compose([*_start(size, ignore_index), *_finish(mean, std)])
    return lambda image, mask: (both(image), both(mask))


@wrong(
    TRAIN,
    looks_like="the mask is interpolated like an image",
    hints=(
        "The result contains ids that the mask never had.",
        "Which id is halfway between class 3 and class 9?",
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
    looks_like="the input image is modified in place",
    hints=(
        "The caller's image has changed after the call.",
        "Which of your steps modifies its input instead of creating a new tensor?",
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
    looks_like="no view is flipped",
    hints=("None of the views is mirrored.", "Which random changes does the task ask for?"),
)
def never_flipped(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([*_start(size, ignore_index)[1:], *_finish(mean, std)])


@wrong(
    TRAIN,
    looks_like="nothing is random",
    hints=("Each call returns the same view.", "How is the position of the crop chosen?"),
)
def always_the_centre(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([v2.Resize(size, antialias=True), *_finish(mean, std)])


@wrong(
    TRAIN,
    looks_like="the whole image is resized and flipped, but never cropped",
    hints=("There are only two different views.", "Do you crop at a random position?"),
)
def never_cut(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([v2.RandomHorizontalFlip(), v2.Resize(size), *_finish(mean, std)])


@wrong(
    TRAIN,
    looks_like="the mask is padded with class 0",
    hints=(
        "The result contains a class that the mask never had.",
        "Which id marks pixels that have no class?",
    ),
)
def padded_with_zero(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([*_start(size, 0), *_finish(mean, std)])


@wrong(
    TRAIN,
    looks_like="the mask is always padded with 255",
    hints=("`ignore_index` has no effect.", "Where does your code use `ignore_index`?"),
)
def padded_with_255(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([*_start(size, 255), *_finish(mean, std)])


@wrong(
    TRAIN,
    looks_like="height and width are swapped",
    hints=(
        "The mistake is not visible with square sizes.",
        "In which order does `size` hold height and width?",
    ),
)
def train_sides_swapped(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([*_start(tuple(size)[::-1], ignore_index), *_finish(mean, std)])


@wrong(
    TRAIN,
    looks_like="the mask stays uint8",
    hints=(
        "The image is right, but the dtype of the mask isn't.",
        "Which dtype does the loss expect?",
    ),
)
def train_mask_in_bytes(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    both = v2.Compose([*_start(size, ignore_index), *_finish(mean, std)])

    def transform(image: Any, mask: Any) -> Any:
        seen, ids = both(image, mask)
        return seen, ids.to(torch.uint8)

    return transform


@wrong(
    TRAIN,
    looks_like="pixels are normalized without being scaled to [0, 1]",
    hints=("The values are in the hundreds.", "Which pixel range do `mean` and `std` refer to?"),
)
def train_not_scaled(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    finish = [v2.ToDtype(KINDS, scale=False), v2.Normalize(list(mean), list(std))]
    return v2.Compose([*_start(size, ignore_index), *finish])


@wrong(
    TRAIN,
    looks_like="pixels are scaled to [0, 1] but not normalized",
    hints=("The values are between 0 and 1.", "What are `mean` and `std` used for?"),
)
def train_not_normalised(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([*_start(size, ignore_index), v2.ToDtype(KINDS, scale=True)])


@wrong(
    VAL,
    looks_like="the center is cropped, and the rest of the image is lost",
    hints=(
        "Classes at the edges are missing.",
        "Should the result show the whole image or a part of it?",
    ),
)
def the_middle(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([v2.CenterCrop(size), *_finish(mean, std)])


@wrong(
    VAL,
    looks_like="the images are flipped at random",
    hints=("Two calls return different results.", "May anything be random during evaluation?"),
)
def flipped_in_validation(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([v2.RandomHorizontalFlip(), v2.Resize(size), *_finish(mean, std)])


@wrong(
    VAL,
    looks_like="the mask is interpolated like an image",
    hints=(
        "The result contains ids that the mask never had.",
        "Which ids lie between class 0 and class 10?",
    ),
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
    looks_like="the image is resized with nearest-neighbor interpolation as well",
    hints=(
        "The edges in the image are jagged.",
        "Which of the two must not be interpolated, and which one should be?",
    ),
)
def image_not_interpolated(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    mode = v2.InterpolationMode.NEAREST
    return v2.Compose([v2.Resize(size, interpolation=mode), *_finish(mean, std)])


@wrong(
    VAL,
    looks_like="the mask keeps its original size",
    hints=("The image and the mask have different sizes.", "What do you resize?"),
)
def mask_not_resized(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    finish = v2.Compose(_finish(mean, std))
    return lambda image, mask: finish(T.resize(image, list(size)), mask)


@wrong(
    VAL,
    looks_like="pixels are scaled to [0, 1] but not normalized",
    hints=("The values are between 0 and 1.", "What are `mean` and `std` used for?"),
)
def val_not_normalised(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([v2.Resize(size, antialias=True), v2.ToDtype(KINDS, scale=True)])


@wrong(
    VAL,
    looks_like="height and width are swapped",
    hints=(
        "The mistake is not visible with square sizes.",
        "In which order does `size` hold height and width?",
    ),
)
def val_sides_swapped(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    return v2.Compose([v2.Resize(tuple(size)[::-1]), *_finish(mean, std)])


@wrong(
    VAL,
    looks_like="the mask is scaled to [0, 1] together with the image",
    hints=("The ids aren't integers any more.", "Which of the two should be divided by 255?"),
)
def mask_scaled(size: Any, mean: Any, std: Any, ignore_index: int = 255) -> Any:
    both = v2.Compose([v2.Resize(size, antialias=True), *_finish(mean, std)])

    def transform(image: Any, mask: Any) -> Any:
        seen, ids = both(image, mask)
        return seen, ids / 255

    return transform
