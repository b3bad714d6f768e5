"""Draw what was expected, what was returned and the difference as small images, for notebooks.

An expectation asks for them with `picture`. They are drawn only after it has failed, are bounded
in size, and never fail a test: a value that cannot be drawn has no picture.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from toolbox.checks.deadline import TooSlow

# Pixels as gray or color, class ids in a color each, or entries of a matrix as gray.
Kind = Literal["image", "color", "ids", "matrix"]
Figure = dict[str, Any]

LONGER = 100  # pixels of the longer side on the page: three images fit on a phone
SIDES = (64, 48, 32, 24, 16)  # pixels of the longer side; large images are thinned out
LARGEST, TOGETHER = 6000, 9000  # characters of one image, and of all of them
MOST_CHANNELS = 4  # shown side by side
MOST_VALUES = 4_000_000  # a larger value is not drawn
SHADES = 63  # steps of the difference
# The colors of Okabe and Ito, distinct for color-blind readers, too. Void (255) is gray.
COLORS = np.array(
    [
        *([0, 114, 178], [230, 159, 0], [0, 158, 115], [204, 121, 167]),
        *([86, 180, 233], [213, 94, 0], [240, 228, 66], [0, 0, 0]),
    ],
    dtype=np.uint8,
)
VOID, VOID_GRAY = 255, [128, 128, 128]
SAME, MOST = np.array([0, 32, 77]), np.array([255, 234, 70])  # dark blue to bright yellow
GAP = 138  # the gray between channels, as that of the border
MOSTLY = 0.8  # the fraction of the differing pixels that makes a place worth naming


def compared(
    got: object, expected: object, kind: Kind, *, atol: float = 0.0, rtol: float = 0.0
) -> Figure:
    """Return images of both values and their difference; empty if they cannot be drawn.

    Returns: "images", a list of [label, alt text, data URI]; "width", pixels on the page.
    """
    try:
        with np.errstate(all="ignore"):
            return _compared(got, expected, kind, atol, rtol)
    except (TooSlow, KeyboardInterrupt):
        raise
    except BaseException:  # a student's object may raise anything
        return {}


def _compared(got: object, expected: object, kind: Kind, atol: float, rtol: float) -> Figure:
    one, two = _pixels(expected, kind), _pixels(got, kind)
    noun = "entries" if kind == "matrix" else "pixels"
    values = [one, two]
    alts = [f"{name}: {_size(a)} {noun}" for name, a in (("expected", one), ("got", two))]
    labels = ["expected", "got"]
    if one.shape == two.shape:
        differs = ~np.isclose(two, one, atol=atol, rtol=rtol, equal_nan=True)
        distance = np.ones_like(one) if kind == "ids" else np.abs(two - one)
        distance[~np.isfinite(distance)] = np.nanmax(distance[np.isfinite(distance)], initial=1.0)
        distance[~differs] = 0.0
        values.append(distance.max(axis=2, keepdims=True) if kind == "color" else distance)
        labels.append("difference")
        alts.append(f"difference: {_where(differs.any(axis=2), noun)}")
    height, width = one.shape[:2]
    channels = 1 if kind == "color" else min(one.shape[2], MOST_CHANNELS)
    width = width * channels + channels - 1  # with gaps
    for side in SIDES:
        uris = _drawn(values, kind, -(-max(height, width) // side))
        if max(map(len, uris)) <= LARGEST and sum(map(len, uris)) <= TOGETHER:
            images = [list(each) for each in zip(labels, alts, uris, strict=True)]
            return {"images": images, "width": max(LONGER * width // max(height, width), 8)}
    return {}


def _pixels(value: Any, kind: Kind) -> np.ndarray:
    """Return a value as float64 of shape (H, W, channels). Raises `ValueError` if impossible."""
    array = np.asarray(value.detach().cpu() if hasattr(value, "detach") else value)
    drawable = 1 <= array.ndim <= 4 and 0 < array.size < MOST_VALUES
    if array.dtype.kind not in "biuf" or not drawable:
        raise ValueError(f"not an image: {array.shape}, {array.dtype}")
    if array.ndim == 4:  # a batch: all of its channels
        array = array.reshape(-1, *array.shape[2:])
    if array.ndim < 3:
        array = np.atleast_2d(array)[:, :, None]
    elif kind != "color" or array.shape[2] != 3:
        array = np.moveaxis(array, 0, 2)
    if kind == "color" and array.shape[2] != 3:
        raise ValueError(f"not a color image: {array.shape}")
    return array.astype(np.float64)


def _drawn(values: list[np.ndarray], kind: Kind, step: int) -> list[str]:
    """Return the images as data URIs, with one of `step` rows and columns."""
    both = _finite(np.concatenate([each.ravel() for each in values[:2]]))
    low, high = both.min(), both.max()
    span = high - low or 1.0
    uris = []
    for value in values[:2]:
        thin = value[::step, ::step]
        if kind == "ids":
            ids = thin[:, :, 0].astype(int)
            shown = COLORS[ids % len(COLORS)]
            shown[ids == VOID] = VOID_GRAY
        else:
            shown = (255 * (_finite(thin) - low) / span).astype(np.uint8)
            shown = shown if kind == "color" else _side_by_side(list(np.moveaxis(shown, 2, 0)))
        uris.append(_uri(shown))
    for distance in values[2:]:
        share = distance / (distance.max() or 1.0)
        shades = [np.round(SHADES * _largest_of(c, step)) for c in np.moveaxis(share, 2, 0)]
        colors = [SAME + shade[:, :, None] / SHADES * (MOST - SAME) for shade in shades]
        uris.append(_uri(_side_by_side(colors).astype(np.uint8)))
    return uris


def _side_by_side(channels: Sequence[np.ndarray]) -> np.ndarray:
    """Return the first channels, each an image, in one image."""
    first, *others = channels[:MOST_CHANNELS]
    gap = np.full_like(first[:, :1], GAP)
    return np.concatenate([first, *(part for each in others for part in (gap, each))], axis=1)


def _largest_of(values: np.ndarray, step: int) -> np.ndarray:
    """Return the largest value of each square of `step` pixels, so that none is lost."""
    height, width = (-(-side // step) * step for side in values.shape)
    padded = np.zeros((height, width))
    padded[: values.shape[0], : values.shape[1]] = values
    squares = padded.reshape(height // step, step, width // step, step)
    largest: np.ndarray = squares.max(axis=(1, 3))
    return largest


def _finite(values: np.ndarray) -> np.ndarray:
    finite: np.ndarray = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    return finite


def _uri(pixels: np.ndarray) -> str:
    from PIL import Image  # here, since most checks draw nothing

    file = io.BytesIO()
    image = Image.fromarray(pixels)
    if pixels.ndim == 3:
        colors, index = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True)
        if len(colors) <= 256:  # a palette takes a third of the size
            image = Image.fromarray(index.reshape(pixels.shape[:2]).astype(np.uint8))
            image.putpalette(colors.tobytes())
    image.save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _size(pixels: np.ndarray) -> str:
    channels = f"{pixels.shape[2]} x " if pixels.shape[2] not in (1, 3) else ""
    return f"{channels}{pixels.shape[0]} x {pixels.shape[1]}"


def _where(differs: np.ndarray, noun: str) -> str:
    """Return how many pixels differ and, if most of them are on one side, on which."""
    count, (height, width) = int(differs.sum()), differs.shape
    if count == differs.size:
        return f"all {count} {noun} differ" if count > 1 else "it differs"
    said = f"{count} of {differs.size} {noun} differ"
    places = {
        "left columns": differs[:, : width // 2],
        "right columns": differs[:, (width + 1) // 2 :],
        "top rows": differs[: height // 2],
        "bottom rows": differs[(height + 1) // 2 :],
    }
    place, most = max(((p, int(d.sum())) for p, d in places.items()), key=lambda each: each[1])
    return f"{said}, most in the {place}" if count and most >= MOSTLY * count else said
