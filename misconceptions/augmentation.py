"""Wrong implementations of `student_code.augmentation`."""

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
    looks_like="the image is flipped vertically instead of horizontally",
    hints=(
        "The rows are reversed, but the columns should be.",
        "Which of the three dimensions runs from left to right?",
    ),
)
def upside_down(img: Tensor, p: float = 0.5, generator: Any = None) -> Tensor:
    return img.flip(1) if torch.rand((), generator=generator) < p else img


@wrong(
    "augmentation.random_horizontal_flip",
    looks_like="the image is rotated by 180 degrees",
    hints=("Rows and columns are both reversed.", "How many dimensions should be flipped?"),
)
def turned_around(img: Tensor, p: float = 0.5, generator: Any = None) -> Tensor:
    return img.flip(1, 2) if torch.rand((), generator=generator) < p else img


@wrong(
    "augmentation.random_horizontal_flip",
    looks_like="the probability is inverted",
    hints=("With p=1, no image is flipped.", "Check your comparison with `p`."),
)
def probability_inverted(img: Tensor, p: float = 0.5, generator: Any = None) -> Tensor:
    return img.flip(2) if torch.rand((), generator=generator) >= p else img


@wrong(
    "augmentation.random_horizontal_flip",
    looks_like="the probability is always one half",
    hints=("With p=1, some images aren't flipped.", "Where does your code use `p`?"),
)
def always_one_half(img: Tensor, p: float = 0.5, generator: Any = None) -> Tensor:
    return img.flip(2) if torch.rand((), generator=generator) < 0.5 else img


@wrong(
    "augmentation.random_horizontal_flip",
    looks_like="every image is flipped",
    hints=("With p=0, the image is flipped as well.", "What should be random here?"),
)
def always_flips(img: Tensor, p: float = 0.5, generator: Any = None) -> Tensor:
    return img.flip(2)


@wrong(
    "augmentation.random_horizontal_flip",
    looks_like="the generator is not used",
    hints=(
        "Generators with the same seed give different flips.",
        "Does every random number come from `generator`?",
    ),
)
def flip_ignores_generator(img: Tensor, p: float = 0.5, generator: Any = None) -> Tensor:
    return img.flip(2) if torch.rand(()) < p else img


@wrong(
    "augmentation.random_horizontal_flip",
    looks_like="the image is flipped in place",
    hints=(
        "The caller's image has changed.",
        "Do you write the result into a new tensor or into `img`?",
    ),
)
def flips_in_place(img: Tensor, p: float = 0.5, generator: Any = None) -> Tensor:
    if torch.rand((), generator=generator) < p:
        img.copy_(img.flip(2))
    return img


@wrong(
    "augmentation.random_horizontal_flip",
    looks_like="each row is flipped independently",
    hints=(
        "Some rows are flipped, and others aren't.",
        "How many random numbers does one image need?",
    ),
)
def row_by_row(img: Tensor, p: float = 0.5, generator: Any = None) -> Tensor:
    chance = torch.rand((1, img.shape[1], 1), generator=generator) < p
    return torch.where(chance, img.flip(2), img)


@wrong(
    "augmentation.random_crop",
    looks_like="the whole padded image is returned",
    hints=("The result is larger than the image.", "Which step should follow the padding?"),
)
def pads_only(img: Tensor, padding: int, generator: Any = None) -> Tensor:
    return F.pad(img, [padding] * 4)


@wrong(
    "augmentation.random_crop",
    looks_like="the crop is always taken from the middle",
    hints=("The image never shifts.", "What should be random here?"),
)
def always_the_middle(img: Tensor, padding: int, generator: Any = None) -> Tensor:
    return img.clone()


@wrong(
    "augmentation.random_crop",
    looks_like="the last possible offset is never used",
    hints=(
        "The image is never shifted all the way up or left.",
        "Does the range of your random integers include its upper bound?",
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
    looks_like="the rows and the columns are shifted by the same offset",
    hints=(
        "The image only shifts along one diagonal.",
        "How many random numbers does a crop position need?",
    ),
)
def along_the_diagonal(img: Tensor, padding: int, generator: Any = None) -> Tensor:
    padded = F.pad(img, [padding] * 4)
    place = int(torch.randint(0, 2 * padding + 1, (), generator=generator))
    return padded[:, place : place + img.shape[1], place : place + img.shape[2]]


@wrong(
    "augmentation.random_crop",
    looks_like="pixels that leave the image on one side come back in on the other",
    hints=(
        "There are pixels in the border, which should be zero.",
        "`roll` moves pixels in a circle. What should fill the space that they leave?",
    ),
)
def rolls(img: Tensor, padding: int, generator: Any = None) -> Tensor:
    down, right = torch.randint(-padding, padding + 1, (2,), generator=generator).tolist()
    return img.roll((down, right), (1, 2))


@wrong(
    "augmentation.random_crop",
    looks_like="the border is filled by repeating the edge pixels instead of with zeros",
    hints=(
        "Beyond the edge of the image, its nearest pixels are repeated.",
        "Which padding mode fills with zeros?",
    ),
)
def replicates_the_border(img: Tensor, padding: int, generator: Any = None) -> Tensor:
    padded = F.pad(img, [padding] * 4, mode="replicate")
    top, left = torch.randint(0, 2 * padding + 1, (2,), generator=generator).tolist()
    return padded[:, top : top + img.shape[1], left : left + img.shape[2]]


@wrong(
    "augmentation.random_crop",
    looks_like="height and width are swapped",
    hints=(
        "A wide image comes out tall or cut off.",
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
    looks_like="the generator is not used",
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
    looks_like="padding is added only on the right and at the bottom",
    hints=(
        "The image never shifts right or down.",
        "You can pad each of the four sides by its own amount. Which amounts do you pass?",
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
    looks_like="the crop is written over the input image",
    hints=(
        "The caller's image has changed.",
        "Do you write the result into a new tensor or into `img`?",
    ),
)
def crops_in_place(img: Tensor, padding: int, generator: Any = None) -> Tensor:
    padded = F.pad(img, [padding] * 4)
    top, left = torch.randint(0, 2 * padding + 1, (2,), generator=generator).tolist()
    return img.copy_(padded[:, top : top + img.shape[1], left : left + img.shape[2]])


@wrong(
    "augmentation.cutout",
    looks_like="the square is cut out of the caller's image",
    hints=("The input image has changed.", "Do you make a copy before you write zeros?"),
)
def cuts_in_place(img: Tensor, size: int, generator: Any = None) -> Tensor:
    top, left = _corner(img, size, generator)
    img[:, top : top + size, left : left + size] = 0
    return img


@wrong(
    "augmentation.cutout",
    looks_like="each channel gets its own square",
    hints=(
        "The channels are hidden at different positions.",
        "How many positions does one image need?",
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
    looks_like="only the first channel is cut out",
    hints=(
        "The other channels still show what should be hidden.",
        "What does your first index select?",
    ),
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
        "Rows and columns have to be selected in a single indexing operation. Does yours do that?",
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
    looks_like="the square is filled with the mean of the image",
    hints=("The square isn't zero.", "Which value should the hidden pixels have?"),
)
def fills_with_the_mean(img: Tensor, size: int, generator: Any = None) -> Tensor:
    out = img.clone()
    top, left = _corner(img, size, generator)
    out[:, top : top + size, left : left + size] = img.mean()
    return out


@wrong(
    "augmentation.cutout",
    looks_like="a square of odd size loses a row and a column",
    hints=(
        "A square of size 3 hides only 2 by 2 pixels.",
        "What do you get for an odd size if you take size // 2 pixels on either side of the "
        "center?",
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
        "The pixels at the bottom and on the right are always visible.",
        "Does the range of your random integers include its upper bound?",
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
    looks_like="the square is always at the same position",
    hints=("The same pixels are hidden each time.", "What should be random here?"),
)
def always_in_the_middle(img: Tensor, size: int, generator: Any = None) -> Tensor:
    out = img.clone()
    top, left = (img.shape[1] - size) // 2, (img.shape[2] - size) // 2
    out[:, top : top + size, left : left + size] = 0
    return out


@wrong(
    "augmentation.cutout",
    looks_like="the generator is not used",
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
    looks_like="everything outside the square is hidden",
    hints=(
        "Everything around the square is zero.",
        "Which of the two should be hidden: the square, or everything else?",
    ),
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
    looks_like="no transform is random",
    hints=(
        "The same image gives the same result each time.",
        "Which of your transforms is random?",
    ),
)
def no_augmentation(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return _albumented(inp_size, pixel_mean, pixel_std)


@wrong(
    "augmentation.get_albumentations_transforms",
    looks_like="there is only one augmentation",
    hints=("Only one augmentation was found.", "How many augmentations does the task ask for?"),
)
def one_augmentation(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return _albumented(inp_size, pixel_mean, pixel_std, A.HorizontalFlip(p=0.5))


@wrong(
    "augmentation.get_albumentations_transforms",
    looks_like="images are turned upside down",
    hints=(
        "The sky is at the bottom as often as at the top.",
        "Which of your augmentations make images that no camera would take?",
    ),
)
def with_vertical_flip(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    random = [make() for make in RANDOM]
    return _albumented(inp_size, pixel_mean, pixel_std, *random, A.VerticalFlip(p=0.5))


@wrong(
    "augmentation.get_albumentations_transforms",
    looks_like="the result isn't normalized",
    hints=(
        "The values are still in the range of bytes.",
        "Which transform uses `pixel_mean` and `pixel_std`?",
    ),
)
def not_normalised(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    random = [make() for make in RANDOM]
    return A.Compose([*random, A.Resize(*inp_size), A.ToFloat(max_value=255), ToTensorV2()])


@wrong(
    "augmentation.get_albumentations_transforms",
    looks_like="the result is an array instead of a tensor",
    hints=(
        "The result is not a tensor.",
        "Which Albumentations transform returns a tensor, and with which order of dimensions?",
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
        "A tall image comes out instead of a wide one.",
        "In which order does Resize expect its numbers, and in which order does `inp_size` hold "
        "them?",
    ),
)
def size_swapped(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    random = [make() for make in RANDOM]
    return _albumented(inp_size[::-1], pixel_mean, pixel_std, *random)


@wrong(
    "augmentation.get_albumentations_transforms",
    looks_like="the mean and the standard deviation are swapped",
    hints=(
        "The values are far from where they should be.",
        "In which order does Normalize expect the two?",
    ),
)
def statistics_swapped(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    random = [make() for make in RANDOM]
    return _albumented(inp_size, pixel_std, pixel_mean, *random)


@wrong(
    "augmentation.get_albumentations_transforms",
    looks_like="the statistics are divided by 255 a second time",
    hints=(
        "The pixels are scaled to [0, 1] once, but the statistics are scaled twice.",
        "Which range do `pixel_mean` and `pixel_std` refer to?",
    ),
)
def statistics_scaled_twice(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    random = [make() for make in RANDOM]
    mean, std = [float(pixel_mean[0]) / 255], [float(pixel_std[0]) / 255]
    return _albumented(inp_size, mean, std, *random)
