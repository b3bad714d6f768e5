"""What goes wrong in `student_code.data_transforms`."""

from __future__ import annotations

from typing import Any

import torch
from torchvision import transforms

from misconceptions.catalogue import wrong
from student_code.data_transforms import get_fundamental_transforms


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


# --- get_data_augmentation_transforms -----------------------------------------------------------


@wrong(
    "data_transforms.get_data_augmentation_transforms",
    looks_like="nothing random happens",
    hints=(
        "The same image comes out the same each time.",
        "Which of your transforms is decided by chance?",
    ),
)
def no_augmentation(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    return get_fundamental_transforms(inp_size, pixel_mean, pixel_std)


@wrong(
    "data_transforms.get_data_augmentation_transforms",
    looks_like="every image is mirrored, without chance",
    hints=(
        "The same image comes out the same each time.",
        "With which probability does your augmentation happen?",
    ),
)
def always_mirrored(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    rest = get_fundamental_transforms(inp_size, pixel_mean, pixel_std)
    return transforms.Compose([transforms.RandomHorizontalFlip(p=1.0), rest])


@wrong(
    "data_transforms.get_data_augmentation_transforms",
    looks_like="chance is asked once, when the transform is made, and not for each image",
    hints=(
        "The same image comes out the same each time.",
        "When is your random number drawn: in the function, or when an image comes by?",
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
        "The sky is below as often as above.",
        "Which of your augmentations make images that no camera would take?",
    ),
)
def upside_down(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    rest = get_fundamental_transforms(inp_size, pixel_mean, pixel_std)
    flips = [transforms.RandomHorizontalFlip(), transforms.RandomVerticalFlip()]
    return transforms.Compose([*flips, rest])


@wrong(
    "data_transforms.get_data_augmentation_transforms",
    looks_like="images are rotated by any angle",
    hints=(
        "The sky is below as often as above.",
        "By how much may a scene be rotated and still look like one?",
    ),
)
def any_angle(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    rest = get_fundamental_transforms(inp_size, pixel_mean, pixel_std)
    return transforms.Compose([transforms.RandomRotation(180), rest])


@wrong(
    "data_transforms.get_data_augmentation_transforms",
    looks_like="the result isn't normalised",
    hints=(
        "The values still lie between 0 and 1.",
        "What comes after the augmentation? You have written it before.",
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
    looks_like="an image comes out instead of a tensor",
    hints=(
        "The result is a PIL image.",
        "What comes after the augmentation? You have written it before.",
    ),
)
def stays_an_image(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    flip = transforms.RandomHorizontalFlip()
    return transforms.Compose([flip, transforms.Resize(inp_size), transforms.Grayscale()])


@wrong(
    "data_transforms.get_data_augmentation_transforms",
    looks_like="height and width are swapped",
    hints=(
        "A tall image comes out where a wide one was asked for.",
        "Which of the two numbers in `inp_size` is the height?",
    ),
)
def size_swapped(inp_size: Any, pixel_mean: Any, pixel_std: Any) -> Any:
    rest = get_fundamental_transforms(inp_size[::-1], pixel_mean, pixel_std)
    return transforms.Compose([transforms.RandomHorizontalFlip(), rest])


@wrong(
    "data_transforms.get_data_augmentation_transforms",
    looks_like="mean and standard deviation are swapped",
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
    looks_like="three channels are kept",
    hints=(
        "The result has three channels.",
        "What makes a grayscale image of a colour image?",
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
