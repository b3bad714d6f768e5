"""Augmentations with Python loops and torch's random functions."""

import torch


def random_horizontal_flip(img, p=0.5, generator=None):
    r = torch.rand(1, generator=generator).item()
    # or flip_ignores_generator: r = torch.rand(1).item()
    if r < p:
        # or probability_inverted: if r > p:
        # or always_one_half: if r < 0.5:
        # or always_flips: if True:
        return torch.flip(img, dims=[2])
        # or upside_down: return torch.flip(img, dims=[1])
        # or turned_around: return torch.flip(img, dims=[1, 2])
        # or flips_in_place: img.copy_(torch.flip(img, dims=[2]))
    return img


def random_crop(img, padding, generator=None):
    c, h, w = img.shape
    # or height_for_width: c, w, h = img.shape
    big = torch.zeros(c, h + 2 * padding, w + 2 * padding, dtype=img.dtype)
    # or height_for_width: big = torch.zeros(c, w + 2 * padding, h + 2 * padding, dtype=img.dtype)
    big[:, padding : padding + h, padding : padding + w] = img
    # or height_for_width: big[:, padding : padding + w, padding : padding + h] = img
    # or pads_two_sides: big[:, :h, :w] = img
    y = torch.randint(0, 2 * padding + 1, (1,), generator=generator).item()
    # or misses_the_last_place: y = torch.randint(0, max(2 * padding, 1), (1,), generator=generator).item()
    # or always_the_middle: y = padding
    # or crop_ignores_generator: y = torch.randint(0, 2 * padding + 1, (1,)).item()
    x = torch.randint(0, 2 * padding + 1, (1,), generator=generator).item()
    # or misses_the_last_place: x = torch.randint(0, max(2 * padding, 1), (1,), generator=generator).item()
    # or always_the_middle: x = padding
    # or crop_ignores_generator: x = torch.randint(0, 2 * padding + 1, (1,)).item()
    # or along_the_diagonal: x = y
    return big[:, y : y + h, x : x + w]
    # or pads_only: return big


def cutout(img, size, generator=None):
    c, h, w = img.shape
    y = torch.randint(0, h - size + 1, (1,), generator=generator).item()
    # or misses_the_edge: y = torch.randint(0, max(h - size, 1), (1,), generator=generator).item()
    # or always_in_the_middle: y = (h - size) // 2
    # or cutout_ignores_generator: y = torch.randint(0, h - size + 1, (1,)).item()
    x = torch.randint(0, w - size + 1, (1,), generator=generator).item()
    # or misses_the_edge: x = torch.randint(0, max(w - size, 1), (1,), generator=generator).item()
    # or always_in_the_middle: x = (w - size) // 2
    # or cutout_ignores_generator: x = torch.randint(0, w - size + 1, (1,)).item()
    out = img.clone()
    # or cuts_in_place: out = img
    # or keeps_only_the_square: out = torch.zeros_like(img)
    out[:, y : y + size, x : x + size] = 0
    # or first_channel_only: out[0, y : y + size, x : x + size] = 0
    # or odd_sizes_shrink: out[:, y : y + size // 2 * 2, x : x + size // 2 * 2] = 0
    # or fills_with_the_mean: out[:, y : y + size, x : x + size] = img.float().mean().to(img.dtype)
    # or keeps_only_the_square: out[:, y : y + size, x : x + size] = img[:, y : y + size, x : x + size]
    # or cuts_a_cross: out[:, y : y + size, :] = 0
    # or cuts_a_cross: out[:, :, x : x + size] = 0
    return out
