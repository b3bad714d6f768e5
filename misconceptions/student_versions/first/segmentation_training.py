"""The schedule and the transforms with the functional interface."""

import random

import torch
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as TF


def poly_learning_rate(base_lr, curr_iter, max_iter, power=0.9):
    fraction = curr_iter / max_iter
    # or whole_division: fraction = curr_iter // max_iter
    return base_lr * (1 - fraction) ** power
    # or power_of_done: return base_lr * (1 - fraction**power)
    # or rising: return base_lr * fraction**power
    # or straight: return base_lr * (1 - fraction)
    # or base_in_the_bracket: return (base_lr * (1 - fraction)) ** power


def finish(image, mask, mean, std):
    image = torch.as_tensor(image).as_subclass(torch.Tensor).float() / 255
    image = TF.normalize(image, mean, std)
    return image, torch.as_tensor(mask).as_subclass(torch.Tensor).long()


def get_val_transform(size, mean, std, ignore_index=255):
    size = list(size)
    # or val_sides_swapped: size = list(size)[::-1]

    def transform(image, mask):
        # and flipped_in_validation: if random.random() < 0.5:
        # and flipped_in_validation:     image, mask = TF.hflip(image), TF.hflip(mask)
        image = torch.as_tensor(image).as_subclass(torch.Tensor)
        mask = torch.as_tensor(mask).as_subclass(torch.Tensor)
        image = TF.resize(image, size, antialias=True)
        # or image_not_interpolated: image = TF.resize(image, size, InterpolationMode.NEAREST)
        # or the_middle: image = TF.center_crop(image, size)
        mask = TF.resize(mask[None], size, InterpolationMode.NEAREST)[0]
        # or val_mask_interpolated: mask = TF.resize(mask[None], size, antialias=True)[0]
        # or mask_not_resized: pass
        # or the_middle: mask = TF.center_crop(mask[None], size)[0]
        image = image.float() / 255
        image = TF.normalize(image, mean, std)
        # or val_not_normalised: pass
        # and mask_scaled: mask = mask.float() / 255
        return image, mask.long()

    return transform
