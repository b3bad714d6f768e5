"""Format values for messages: short, exact if small, and without ever raising."""

from __future__ import annotations

from typing import Any

import numpy as np

LONGEST = 160
FEW = 10
DIGITS = 7  # of a float; arrays have as many
ROUNDING = 1e-6  # relative differences between equal values that were rounded in float32


def show(value: object) -> str:
    """Return one line for any value: small arrays in full, large ones by shape, dtype and range."""
    try:
        text = _show(value)
    except Exception as problem:  # a student's __repr__ or __len__ may raise
        text = f"<{type(value).__name__} that can't be shown: {type(problem).__name__}>"
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _show(value: Any) -> str:
    if type(value).__module__.startswith("torch") and hasattr(value, "detach"):
        return _show_array(value.detach().cpu(), "tensor", str(value.dtype).removeprefix("torch."))
    if isinstance(value, np.ndarray):
        return _show_array(value, "array", str(value.dtype))
    if isinstance(value, np.generic):
        return _show(value.item())
    if isinstance(value, float):
        text = repr(value)
        return text if len(text) <= DIGITS + len("-0.") else f"{value:.{DIGITS}g}"
    if hasattr(value, "mode") and hasattr(value, "size") and hasattr(value, "getpixel"):
        return f"<{value.mode} image, {value.size[0]} wide, {value.size[1]} high>"
    if isinstance(value, (list, tuple)) and len(value) <= FEW:
        inside = ", ".join(_show(item) for item in value)
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    text = repr(value)
    is_plain = "\n" not in text and " object at 0x" not in text
    return text if is_plain else f"<{type(value).__name__} object>"


def _show_array(value: Any, kind: str, dtype: str) -> str:
    shape = tuple(value.shape)
    array = np.asarray(value.float() if dtype == "bfloat16" else value)
    if array.size <= FEW:
        numbers = np.array2string(array, separator=", ", precision=6, max_line_width=10_000)
        return f"{kind}({numbers}, {dtype})"
    if not np.issubdtype(array.dtype, np.number) and array.dtype != bool:
        return f"{kind} of shape {shape}, {dtype}"
    wide = array.astype(np.float64) if not np.iscomplexobj(array) else np.abs(array)
    bad = int(np.size(wide) - np.isfinite(wide).sum())
    if bad:
        return f"{kind} of shape {shape}, {dtype}, {bad} of its values NaN or infinite"
    if wide.min() == wide.max():
        return f"{kind} of shape {shape}, {dtype}, {wide.min():.4g} everywhere"
    if wide.max() - wide.min() <= ROUNDING * abs(wide).max():
        return f"{kind} of shape {shape}, {dtype}, about {wide.mean():.4g} everywhere"
    first = ", ".join(f"{x:.4g}" for x in wide.ravel()[:4])
    return (
        f"{kind} of shape {shape}, {dtype}, from {wide.min():.4g} to {wide.max():.4g}, "
        f"mean {wide.mean():.4g}, starting {first}, …"
    )
