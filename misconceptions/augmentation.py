"""Wrong ways to write `student_code.augmentation`."""

from __future__ import annotations

from typing import Any

import albumentations as A
import torch
from albumentations.pytorch import ToTensorV2
from torch.nn import functional as F

from misconceptions.catalogue import wrong

Tensor = torch.Tensor


@wrong(
    "augmentation.random_horizontal_flip",
    looks_like="the image is turned upside down instead of mirrored",
    hints=(
        "The rows changed places, where the columns should.",
        "Which of the three dimensions runs from left to right?",
    ),
)
def upside_down(img: Tensor, p: float = 0.5, generator: Any = None) -> Tensor:
    return img.flip(1) if torch.rand((), generator=generator) < p else img


@wrong(
    "augmentation.random_horizontal_flip",
    looks_like="the image is turned by 180 degrees",
    hints=("Rows and columns are both reversed.", "How many dimensions should be flipped?"),
)
def turned_around(img: Tensor, p: float = 0.5, generator: Any = None) -> Tensor:
    return img.flip(1, 2) if torch.rand((), generator=generator) < p else img


@wrong(
    "augmentation.random_horizontal_flip",
    looks_like="the probability works the other way round",
    hints=("With p=1 nothing is mirrored.", "Read your comparison with `p` once more."),
)
def probability_inverted(img: Tensor, p: float = 0.5, generator: Any = None) -> Tensor:
    return img.flip(2) if torch.rand((), generator=generator) >= p else img


@wrong(
    "augmentation.random_horizontal_flip",
    looks_like="the probability is always one half",
    hints=("With p=1 some images aren't mirrored.", "Where is `p` used?"),
)
def always_one_half(img: Tensor, p: float = 0.5, generator: Any = None) -> Tensor:
    return img.flip(2) if torch.rand((), generator=generator) < 0.5 else img


@wrong(
    "augmentation.random_horizontal_flip",
    looks_like="every image is mirrored",
    hints=("With p=0 the image is mirrored too.", "What should chance decide?"),
)
def always_flips(img: Tensor, p: float = 0.5, generator: Any = None) -> Tensor:
    return img.flip(2)


@wrong(
    "augmentation.random_horizontal_flip",
    looks_like="the generator is left out",
    hints=(
        "Generators with the same seed give different flips.",
        "Does every random number come from `generator`?",
    ),
)
def flip_ignores_generator(img: Tensor, p: float = 0.5, generator: Any = None) -> Tensor:
    return img.flip(2) if torch.rand(()) < p else img


@wrong(
    "augmentation.random_horizontal_flip",
    looks_like="the image is mirrored in place",
    hints=(
        "The caller's image was changed.",
        "Where does your result live: in a new tensor, or in `img`?",
    ),
)
def flips_in_place(img: Tensor, p: float = 0.5, generator: Any = None) -> Tensor:
    if torch.rand((), generator=generator) < p:
        img.copy_(img.flip(2))
    return img


@wrong(
    "augmentation.random_horizontal_flip",
    looks_like="each row is mirrored by its own chance",
    hints=(
        "Some rows are mirrored, others aren't.",
        "How many random numbers does one image need?",
    ),
)
def row_by_row(img: Tensor, p: float = 0.5, generator: Any = None) -> Tensor:
    chance = torch.rand((1, img.shape[1], 1), generator=generator) < p
    return torch.where(chance, img.flip(2), img)


@wrong(
    "augmentation.random_crop",
    looks_like="the padded image is returned whole",
    hints=("The result is larger than the image.", "What follows after the padding?"),
)
def pads_only(img: Tensor, padding: int, generator: Any = None) -> Tensor:
    return F.pad(img, [padding] * 4)


@wrong(
    "augmentation.random_crop",
    looks_like="the middle is cut out each time",
    hints=("The image never moves.", "What should chance decide?"),
)
def always_the_middle(img: Tensor, padding: int, generator: Any = None) -> Tensor:
    return img.clone()


@wrong(
    "augmentation.random_crop",
    looks_like="the last place is never reached",
    hints=(
        "The image is never moved all the way up or left.",
        "Is the upper bound of your random integers among them?",
    ),
)
def misses_the_last_place(img: Tensor, padding: int, generator: Any = None) -> Tensor:
    if padding == 0:
        return img
    padded = F.pad(img, [padding] * 4)
    top, left = torch.randint(0, 2 * padding, (2,), generator=generator).tolist()
    return padded[:, top : top + img.shape[1], left : left + img.shape[2]]


@wrong(
    "augmentation.random_crop",
    looks_like="rows and columns are moved by the same number",
    hints=(
        "The image only moves along one diagonal.",
        "How many random numbers does one place need?",
    ),
)
def along_the_diagonal(img: Tensor, padding: int, generator: Any = None) -> Tensor:
    padded = F.pad(img, [padding] * 4)
    place = int(torch.randint(0, 2 * padding + 1, (), generator=generator))
    return padded[:, place : place + img.shape[1], place : place + img.shape[2]]


@wrong(
    "augmentation.random_crop",
    looks_like="what leaves the image on one side comes in on the other",
    hints=(
        "Pixels come in where zeros should be.",
        "roll moves in a circle: what should stand where the image has left?",
    ),
)
def rolls(img: Tensor, padding: int, generator: Any = None) -> Tensor:
    down, right = torch.randint(-padding, padding + 1, (2,), generator=generator).tolist()
    return img.roll((down, right), (1, 2))


@wrong(
    "augmentation.random_crop",
    looks_like="the border is repeated instead of filled with zeros",
    hints=(
        "Beyond the edge the nearest pixels are seen.",
        "Which mode of padding gives zeros?",
    ),
)
def replicates_the_border(img: Tensor, padding: int, generator: Any = None) -> Tensor:
    padded = F.pad(img, [padding] * 4, mode="replicate")
    top, left = torch.randint(0, 2 * padding + 1, (2,), generator=generator).tolist()
    return padded[:, top : top + img.shape[1], left : left + img.shape[2]]


@wrong(
    "augmentation.random_crop",
    looks_like="height and width are taken for each other",
    hints=(
        "A wide image comes out tall, or cut off.",
        "In (C, H, W), which index is the height?",
    ),
)
def height_for_width(img: Tensor, padding: int, generator: Any = None) -> Tensor:
    _, width, height = img.shape
    padded = F.pad(img, [padding] * 4)
    top, left = torch.randint(0, 2 * padding + 1, (2,), generator=generator).tolist()
    return padded[:, top : top + height, left : left + width]


@wrong(
    "augmentation.random_crop",
    looks_like="the generator is left out",
    hints=(
        "Generators with the same seed give different crops.",
        "Does every random number come from `generator`?",
    ),
)
def crop_ignores_generator(img: Tensor, padding: int, generator: Any = None) -> Tensor:
    padded = F.pad(img, [padding] * 4)
    top, left = torch.randint(0, 2 * padding + 1, (2,)).tolist()
    return padded[:, top : top + img.shape[1], left : left + img.shape[2]]


@wrong(
    "augmentation.random_crop",
    looks_like="padding is added on the right and below only",
    hints=(
        "The image never moves right or down.",
        "Padding takes a number for each of the four sides: which have you given?",
    ),
)
def pads_two_sides(img: Tensor, padding: int, generator: Any = None) -> Tensor:
    padded = F.pad(img, [0, padding, 0, padding])
    top, left = torch.randint(0, padding + 1, (2,), generator=generator).tolist()
    return padded[:, top : top + img.shape[1], left : left + img.shape[2]]


def _corner(img: Tensor, size: int, generator: Any) -> tuple[int, int]:
    top = int(torch.randint(0, img.shape[1] - size + 1, (), generator=generator))
    return top, int(torch.randint(0, img.shape[2] - size + 1, (), generator=generator))


@wrong(
    "augmentation.random_crop",
    looks_like="what is cut out is written over the image that was given",
    hints=(
        "The caller's image was changed.",
        "Where does your result live: in a new tensor, or in `img`?",
    ),
)
def crops_in_place(img: Tensor, padding: int, generator: Any = None) -> Tensor:
    padded = F.pad(img, [padding] * 4)
    top, left = torch.randint(0, 2 * padding + 1, (2,), generator=generator).tolist()
    return img.copy_(padded[:, top : top + img.shape[1], left : left + img.shape[2]])


@wrong(
    "augmentation.cutout",
    looks_like="the caller's image is cut",
    hints=("The image that was given has changed.", "Is there a copy before you write zeros?"),
)
def cuts_in_place(img: Tensor, size: int, generator: Any = None) -> Tensor:
    top, left = _corner(img, size, generator)
    img[:, top : top + size, left : left + size] = 0
    return img


@wrong(
    "augmentation.cutout",
    looks_like="each channel has a square of its own",
    hints=(
        "Channels are hidden at different places.",
        "How many places does one image need?",
    ),
)
def one_a_channel(img: Tensor, size: int, generator: Any = None) -> Tensor:
    out = img.clone()
    for channel in out:
        top, left = _corner(img, size, generator)
        channel[top : top + size, left : left + size] = 0
    return out


@wrong(
    "augmentation.cutout",
    looks_like="only the first channel is cut",
    hints=("Other channels still show what should be hidden.", "What does your first index pick?"),
)
def first_channel_only(img: Tensor, size: int, generator: Any = None) -> Tensor:
    out = img.clone()
    top, left = _corner(img, size, generator)
    out[0, top : top + size, left : left + size] = 0
    return out


@wrong(
    "augmentation.cutout",
    looks_like="whole rows and columns are set to zero",
    hints=(
        "A cross is hidden instead of a square.",
        "Rows and columns have to be picked in one go, not one after the other.",
    ),
)
def cuts_a_cross(img: Tensor, size: int, generator: Any = None) -> Tensor:
    out = img.clone()
    top, left = _corner(img, size, generator)
    out[:, top : top + size] = 0
    out[:, :, left : left + size] = 0
    return out


@wrong(
    "augmentation.cutout",
    looks_like="the square is filled with the image's mean",
    hints=("The square isn't zero.", "What should the hidden pixels be set to?"),
)
def fills_with_the_mean(img: Tensor, size: int, generator: Any = None) -> Tensor:
    out = img.clone()
    top, left = _corner(img, size, generator)
    out[:, top : top + size, left : left + size] = img.mean()
    return out


@wrong(
    "augmentation.cutout",
    looks_like="an odd size loses a pixel",
    hints=(
        "A square of size 3 hides only 2 by 2 pixels.",
        "size // 2 on either side of a centre: what is that for an odd size?",
    ),
)
def odd_sizes_shrink(img: Tensor, size: int, generator: Any = None) -> Tensor:
    out = img.clone()
    y = int(torch.randint(0, img.shape[1], (), generator=generator))
    x = int(torch.randint(0, img.shape[2], (), generator=generator))
    half = size // 2
    out[:, max(y - half, 0) : y + half, max(x - half, 0) : x + half] = 0
    return out


@wrong(
    "augmentation.cutout",
    looks_like="the last row and column are never hidden",
    hints=(
        "Pixels at the bottom and at the right are always seen.",
        "Is the upper bound of your random integers among them?",
    ),
)
def misses_the_edge(img: Tensor, size: int, generator: Any = None) -> Tensor:
    out = img.clone()
    top = int(torch.randint(0, img.shape[1] - size, (), generator=generator))
    left = int(torch.randint(0, img.shape[2] - size, (), generator=generator))
    out[:, top : top + size, left : left + size] = 0
    return out


@wrong(
    "augmentation.cutout",
    looks_like="the square is always at the same place",
    hints=("The same pixels are hidden each time.", "What should chance decide?"),
)
def always_in_the_middle(img: Tensor, size: int, generator: Any = None) -> Tensor:
    out = img.clone()
    top, left = (img.shape[1] - size) // 2, (img.shape[2] - size) // 2
    out[:, top : top + size, left : left + size] = 0
    return out


@wrong(
    "augmentation.cutout",
    looks_like="the generator is left out",
    hints=(
        "Generators with the same seed hide different squares.",
        "Does every random number come from `generator`?",
    ),
)
def cutout_ignores_generator(img: Tensor, size: int, generator: Any = None) -> Tensor:
    out = img.clone()
    top, left = _corner(img, size, None)
    out[:, top : top + size, left : left + size] = 0
    return out


@wrong(
    "augmentation.cutout",
    looks_like="nothing but the square is kept",
    hints=("Everything around the square is zero.", "Which of the two should be hidden?"),
)
def keeps_only_the_square(img: Tensor, size: int, generator: Any = None) -> Tensor:
    out = torch.zeros_like(img)
    top, left = _corner(img, size, generator)
    window = (slice(None), slice(top, top + size), slice(left, left + size))
    out[window] = img[window]
    return out


RANDOM = (
    lambda: A.HorizontalFlip(p=0.5),
    lambda: A.Affine(rotate=(-8, 8), p=0.8),
    lambda: A.RandomBrightnessContrast(p=0.5),
)


def _albumented(size: Any, mean: Any, std: Any, *random: Any) -> Any:
    normalise = A.Normalize([float(mean[0])], [float(std[0])])
    return A.Compose([*random, A.Resize(*size), normalise, ToTensorV2()])


@wrong(
    "augmentation.get_albumentations_transforms",
    looks_like="nothing random happens",
    hints=(
        "The same image comes out the same each time.",
        "Which of your transforms is decided by chance?",
    ),
)
def no_augmentation(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return _albumented(inp_size, pixel_mean, pixel_std)


@wrong(
    "augmentation.get_albumentations_transforms",
    looks_like="there is a single augmentation",
    hints=("One augmentation was found.", "How many were asked for?"),
)
def one_augmentation(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return _albumented(inp_size, pixel_mean, pixel_std, A.HorizontalFlip(p=0.5))


@wrong(
    "augmentation.get_albumentations_transforms",
    looks_like="images are turned upside down",
    hints=(
        "The sky is below as often as above.",
        "Which of your augmentations make images that no camera would take?",
    ),
)
def with_vertical_flip(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    random = [make() for make in RANDOM]
    return _albumented(inp_size, pixel_mean, pixel_std, *random, A.VerticalFlip(p=0.5))


@wrong(
    "augmentation.get_albumentations_transforms",
    looks_like="the result isn't normalised",
    hints=(
        "The values are still bytes.",
        "Which transform uses `pixel_mean` and `pixel_std`?",
    ),
)
def not_normalised(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    random = [make() for make in RANDOM]
    return A.Compose([*random, A.Resize(*inp_size), A.ToFloat(max_value=255), ToTensorV2()])


@wrong(
    "augmentation.get_albumentations_transforms",
    looks_like="an array comes out instead of a tensor",
    hints=(
        "The result is no tensor.",
        "Which transform of albumentations makes a tensor, and in which order of dimensions?",
    ),
)
def stays_an_array(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    random = [make() for make in RANDOM]
    normalise = A.Normalize([float(pixel_mean[0])], [float(pixel_std[0])])
    return A.Compose([*random, A.Resize(*inp_size), normalise])


@wrong(
    "augmentation.get_albumentations_transforms",
    looks_like="height and width are swapped",
    hints=(
        "A tall image comes out where a wide one was asked for.",
        "In which order does Resize take its numbers, and in which are they in `inp_size`?",
    ),
)
def size_swapped(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    random = [make() for make in RANDOM]
    return _albumented(inp_size[::-1], pixel_mean, pixel_std, *random)


@wrong(
    "augmentation.get_albumentations_transforms",
    looks_like="mean and standard deviation are swapped",
    hints=(
        "The values are far from where they should be.",
        "In which order does Normalize take the two?",
    ),
)
def statistics_swapped(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    random = [make() for make in RANDOM]
    return _albumented(inp_size, pixel_std, pixel_mean, *random)


@wrong(
    "augmentation.get_albumentations_transforms",
    looks_like="the statistics are divided by 255 once more",
    hints=(
        "Pixels are scaled to [0, 1] before the mean is taken off, but the statistics twice.",
        "Which range do `pixel_mean` and `pixel_std` refer to?",
    ),
)
def statistics_scaled_twice(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    random = [make() for make in RANDOM]
    mean, std = [float(pixel_mean[0]) / 255], [float(pixel_std[0]) / 255]
    return _albumented(inp_size, mean, std, *random)
