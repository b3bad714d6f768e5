"""Wrong implementations of `student_code.data_transforms`."""

from __future__ import annotations

from typing import Any

import torch
from torchvision import transforms

from misconceptions.catalogue import variant_of, wrong
from student_code.data_transforms import get_fundamental_transforms


def _numbers(values: Any) -> list[float]:
    return [float(value) for value in values]


@wrong(
    "data_transforms.get_fundamental_transforms",
    looks_like="the tensor is not normalized",
    hints=(
        "The pixels are still between 0 and 1.",
        "Which step uses the mean and the standard deviation?",
    ),
)
def forgets_to_normalise(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return transforms.Compose(
        [transforms.Resize(inp_size), transforms.Grayscale(), transforms.ToTensor()]
    )


@wrong(
    "data_transforms.get_fundamental_transforms",
    looks_like="the image is cropped instead of resized as a whole",
    hints=(
        "The borders of the image are missing.",
        "What does a crop do with the parts of the image that don't fit?",
    ),
)
def crops(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return transforms.Compose(
        [
            transforms.CenterCrop(inp_size),
            transforms.Grayscale(),
            transforms.ToTensor(),
            transforms.Normalize(_numbers(pixel_mean), _numbers(pixel_std)),
        ]
    )


@wrong(
    "data_transforms.get_fundamental_transforms",
    looks_like="height and width are swapped",
    hints=(
        "The result has its height and width swapped.",
        "PIL uses (width, height). What does torchvision's resize expect?",
    ),
)
def swaps_height_and_width(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return transforms.Compose(
        [
            transforms.Resize((inp_size[1], inp_size[0])),
            transforms.Grayscale(),
            transforms.ToTensor(),
            transforms.Normalize(_numbers(pixel_mean), _numbers(pixel_std)),
        ]
    )


@wrong(
    "data_transforms.get_fundamental_transforms",
    looks_like="only the shorter side is resized",
    hints=(
        "The output shape depends on the input image.",
        "What does a resize do with a single number, and what does it do with a pair?",
    ),
)
def resizes_one_side(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return transforms.Compose(
        [
            transforms.Resize(min(inp_size)),
            transforms.Grayscale(),
            transforms.ToTensor(),
            transforms.Normalize(_numbers(pixel_mean), _numbers(pixel_std)),
        ]
    )


@wrong(
    "data_transforms.get_fundamental_transforms",
    looks_like="color images keep their three channels",
    hints=(
        "The result has three channels.",
        "Which step makes an image grayscale, and is it in the list?",
    ),
)
def keeps_channels(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return transforms.Compose(
        [
            transforms.Resize(inp_size),
            transforms.ToTensor(),
            transforms.Normalize(_numbers(pixel_mean), _numbers(pixel_std)),
        ]
    )


@wrong(
    "data_transforms.get_fundamental_transforms",
    looks_like="the grayscale step produces three equal channels",
    hints=(
        "The result has three identical channels.",
        "How many output channels did you request from the grayscale step?",
    ),
)
def three_gray_channels(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return transforms.Compose(
        [
            transforms.Resize(inp_size),
            transforms.Grayscale(num_output_channels=3),
            transforms.ToTensor(),
            transforms.Normalize(_numbers(pixel_mean) * 3, _numbers(pixel_std) * 3),
        ]
    )


@wrong(
    "data_transforms.get_fundamental_transforms",
    looks_like="pixels are normalized before they are scaled to [0, 1]",
    hints=(
        "The values reach into the hundreds.",
        "The mean and standard deviation are those of pixels in [0, 1]. In which order are your "
        "steps?",
    ),
)
def normalises_bytes(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return transforms.Compose(
        [
            transforms.Resize(inp_size),
            transforms.Grayscale(),
            transforms.PILToTensor(),
            transforms.ConvertImageDtype(torch.float32),
            transforms.Lambda(lambda x: x * 255.0),
            transforms.Normalize(_numbers(pixel_mean), _numbers(pixel_std)),
        ]
    )


@wrong(
    "data_transforms.get_fundamental_transforms",
    looks_like="the mean and the standard deviation are swapped",
    hints=(
        "The standard deviation is subtracted, and the mean is used as the divisor.",
        "In which order does the normalization step take its two arguments?",
    ),
)
def swaps_mean_and_std(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return transforms.Compose(
        [
            transforms.Resize(inp_size),
            transforms.Grayscale(),
            transforms.ToTensor(),
            transforms.Normalize(_numbers(pixel_std), [m or 1.0 for m in _numbers(pixel_mean)]),
        ]
    )


@wrong(
    "data_transforms.get_fundamental_transforms",
    looks_like="the input image itself is modified",
    hints=(
        "The original image has changed after the transform.",
        "Some of PIL's methods return a new image, and others modify the image in place. Which "
        "do you use?",
    ),
)
def shrinks_in_place(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return transforms.Compose(
        [
            transforms.Lambda(lambda image: image.thumbnail(inp_size[::-1]) or image),
            transforms.Resize(inp_size),
            transforms.Grayscale(),
            transforms.ToTensor(),
            transforms.Normalize(_numbers(pixel_mean), _numbers(pixel_std)),
        ]
    )


@wrong(
    "data_transforms.get_fundamental_transforms",
    looks_like="the steps include a random flip",
    hints=(
        "The same image gives different tensors.",
        "The fundamental transforms are also used for validation. May any of their steps be "
        "random?",
    ),
)
def flips_at_random(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return transforms.Compose(
        [
            transforms.Resize(inp_size),
            transforms.RandomHorizontalFlip(),
            transforms.Grayscale(),
            transforms.ToTensor(),
            transforms.Normalize(_numbers(pixel_mean), _numbers(pixel_std)),
        ]
    )


# --- get_data_augmentation_transforms -----------------------------------------------------------


@wrong(
    "data_transforms.get_data_augmentation_transforms",
    looks_like="no transform is random",
    hints=(
        "The same image gives the same result each time.",
        "Which of your transforms is random?",
    ),
)
def no_augmentation(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return get_fundamental_transforms(inp_size, pixel_mean, pixel_std)


@wrong(
    "data_transforms.get_data_augmentation_transforms",
    looks_like="every image is flipped, without any randomness",
    hints=(
        "The same image gives the same result each time.",
        "With which probability is your augmentation applied?",
    ),
)
def always_mirrored(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    rest = get_fundamental_transforms(inp_size, pixel_mean, pixel_std)
    return transforms.Compose([transforms.RandomHorizontalFlip(p=1.0), rest])


@wrong(
    "data_transforms.get_data_augmentation_transforms",
    looks_like=(
        "the random choice is made once, when the transform is created, and not for each image"
    ),
    hints=(
        "The same image gives the same result each time.",
        "When do you draw the random number: when you create the transform, or when it gets an "
        "image?",
    ),
)
def drawn_once(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    flip = float(torch.rand(())) < 0.5
    rest = get_fundamental_transforms(inp_size, pixel_mean, pixel_std)
    return transforms.Compose([transforms.RandomHorizontalFlip(p=float(flip)), rest])


@wrong(
    "data_transforms.get_data_augmentation_transforms",
    looks_like="images are turned upside down",
    hints=(
        "The sky is at the bottom as often as at the top.",
        "Which of your augmentations make images that no camera would take?",
    ),
)
def upside_down(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    rest = get_fundamental_transforms(inp_size, pixel_mean, pixel_std)
    flips = [transforms.RandomHorizontalFlip(), transforms.RandomVerticalFlip()]
    return transforms.Compose([*flips, rest])


@wrong(
    "data_transforms.get_data_augmentation_transforms",
    looks_like="images are rotated by arbitrary angles",
    hints=(
        "The sky is at the bottom as often as at the top.",
        "How far can you rotate a scene before it stops looking like a photo?",
    ),
)
def any_angle(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    rest = get_fundamental_transforms(inp_size, pixel_mean, pixel_std)
    return transforms.Compose([transforms.RandomRotation(180), rest])


@wrong(
    "data_transforms.get_data_augmentation_transforms",
    looks_like="the result isn't normalized",
    hints=(
        "The values still lie between 0 and 1.",
        "Which steps follow the augmentation? You have written them before.",
    ),
)
def not_normalised(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return transforms.Compose(
        [
            transforms.RandomHorizontalFlip(),
            transforms.Resize(inp_size),
            transforms.Grayscale(),
            transforms.ToTensor(),
        ]
    )


@wrong(
    "data_transforms.get_data_augmentation_transforms",
    looks_like="the result is an image instead of a tensor",
    hints=(
        "The result is a PIL image.",
        "Which steps follow the augmentation? You have written them before.",
    ),
)
def stays_an_image(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    flip = transforms.RandomHorizontalFlip()
    return transforms.Compose([flip, transforms.Resize(inp_size), transforms.Grayscale()])


@wrong(
    "data_transforms.get_data_augmentation_transforms",
    looks_like="height and width are swapped",
    hints=(
        "A tall image comes out instead of a wide one.",
        "Which of the two numbers in `inp_size` is the height?",
    ),
)
def size_swapped(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    rest = get_fundamental_transforms(inp_size[::-1], pixel_mean, pixel_std)
    return transforms.Compose([transforms.RandomHorizontalFlip(), rest])


@wrong(
    "data_transforms.get_data_augmentation_transforms",
    looks_like="the mean and the standard deviation are swapped",
    hints=(
        "The values are far from where they should be.",
        "In which order does the function that you call take the two?",
    ),
)
def statistics_swapped(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    rest = get_fundamental_transforms(inp_size, pixel_std, pixel_mean)
    return transforms.Compose([transforms.RandomHorizontalFlip(), rest])


@wrong(
    "data_transforms.get_data_augmentation_transforms",
    looks_like="the image keeps its three channels",
    hints=(
        "The result has three channels.",
        "Which step turns a color image into a grayscale image?",
    ),
)
def keeps_colour(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return transforms.Compose(
        [
            transforms.RandomHorizontalFlip(),
            transforms.Resize(inp_size),
            transforms.ToTensor(),
            transforms.Normalize([float(pixel_mean[0])], [float(pixel_std[0])]),
        ]
    )


@wrong(
    "data_transforms.get_fundamental_transforms",
    looks_like="the shorter side is resized, and the rest is cropped",
    hints=(
        "Content at the sides of a wide image is lost.",
        "Resize with one number keeps the proportions. Which argument gives both sides?",
    ),
)
def short_side_and_crop(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return transforms.Compose(
        [
            transforms.Resize(min(inp_size)),
            transforms.CenterCrop(inp_size),
            transforms.Grayscale(),
            transforms.ToTensor(),
            transforms.Normalize(_numbers(pixel_mean), _numbers(pixel_std)),
        ]
    )


@variant_of(short_side_and_crop)
def height_and_crop(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return transforms.Compose(
        [
            transforms.Resize(inp_size[0]),
            transforms.CenterCrop(inp_size),
            transforms.Grayscale(),
            transforms.ToTensor(),
            transforms.Normalize(_numbers(pixel_mean), _numbers(pixel_std)),
        ]
    )
