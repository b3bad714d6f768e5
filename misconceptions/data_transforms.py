"""What goes wrong in `student_code.data_transforms`."""

from __future__ import annotations

from typing import Any

import torch
from torchvision import transforms

from misconceptions.catalogue import wrong


def _numbers(values: Any) -> list[float]:
    return [float(value) for value in values]


@wrong(
    "data_transforms.get_fundamental_transforms",
    looks_like="the tensor is not normalised",
    hints=(
        "The pixels are still between 0 and 1.",
        "Which step uses the mean and the deviation?",
    ),
)
def forgets_to_normalise(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return transforms.Compose(
        [transforms.Resize(inp_size), transforms.Grayscale(), transforms.ToTensor()]
    )


@wrong(
    "data_transforms.get_fundamental_transforms",
    looks_like="a piece of the image is cut out instead of the whole being resized",
    hints=(
        "The borders of the image are missing.",
        "A crop keeps the scale and loses the rest; what was asked for keeps the whole image.",
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
        "The result is as wide as it should be high.",
        "PIL says (width, height); what does torchvision's resize take?",
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
        "The shape depends on the image that comes in.",
        "With one number, a resize keeps the proportions; with a pair it doesn't.",
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
    looks_like="colour images keep their three channels",
    hints=(
        "The result has three channels.",
        "Which step makes an image gray, and is it in the list?",
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
    looks_like="gray is made into three equal channels",
    hints=(
        "The result has three channels that are the same.",
        "How many output channels did you ask the grayscale step for?",
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
    looks_like="pixels are normalised before they are scaled to [0, 1]",
    hints=(
        "The values reach into the hundreds.",
        "The mean and deviation are of pixels in [0, 1]: in which order do the steps stand?",
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
    looks_like="mean and deviation have changed places",
    hints=(
        "The deviation is subtracted and the mean divides.",
        "In which order does the normalising step take its two arguments?",
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
    looks_like="the image that was passed in is itself changed",
    hints=(
        "After the transform, the original image is another one.",
        "Some of PIL's methods return a new image, others change the one they belong to.",
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
    looks_like="a random flip is among the steps",
    hints=(
        "The same image gives different tensors.",
        "The fundamental steps are for validation too: nothing in them may be random.",
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
