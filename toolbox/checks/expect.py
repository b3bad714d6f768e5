"""What tests say: was called, expected, got.

    expect.close(scaler.mean_, 2.0, "scaler.partial_fit([1, 3]); scaler.mean_", atol=1e-12)

Each function raises `Mismatch`, which carries the four things that a beginner wants to read.
The n-th expectation of a test is also where a known misconception is recognised: see `diagnosis`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from toolbox.checks.value_text import show

_stated = [0]  # by the running test so far


def start_counting() -> None:
    """A new test begins: its next expectation is number 0."""
    _stated[0] = 0


def count() -> int:
    """How many expectations the running test has stated so far."""
    return _stated[0]


class Mismatch(AssertionError):
    """What came out is not what was promised.

    `called`, `expected`, `got` are texts for people; `value` is what came out, `number` says
    which of the test's expectations it was.
    """

    def __init__(self, called: str, expected: str, got: str, value: Any, number: int) -> None:
        super().__init__(f"{called}: expected {expected}, got {got}")
        self.called, self.expected, self.got = called, expected, got
        self.value, self.number = value, number


Said = str | Callable[[], str]  # showing a value takes longer than comparing it


def _check(passed: bool, called: str, expected: Said, got: Said, value: Any) -> None:
    number = _stated[0]
    _stated[0] += 1
    if not passed:
        raise Mismatch(called, _as_text(expected), _as_text(got), value, number)


def _as_text(said: Said) -> str:
    return said if isinstance(said, str) else said()


def true(condition: Any, called: str, *, expected: str, got: Any) -> None:
    """`condition` holds. `expected` says so in words, `got` is the value that decided it."""
    said = got if isinstance(got, str) else lambda: show(got)
    _check(bool(condition), called, expected, said, got)


def equal(got: Any, expected: Any, called: str) -> None:
    """`got == expected`, exactly; arrays and tensors element by element, with equal shapes."""
    if _is_array(expected) or _is_array(got):
        a, b = _as_array(got), _as_array(expected)
        same = a is not None and b is not None and a.shape == b.shape and bool(np.all(a == b))
    else:
        same = bool(got == expected)
    _check(same, called, lambda: show(expected), lambda: show(got), got)


def close(got: Any, expected: Any, called: str, *, atol: float, rtol: float = 0.0) -> None:
    """Numbers, arrays or tensors of one shape, none further off than `atol + rtol·|expected|`.

    NaN matches NaN alone. What is no number at all (None, a string) is a mismatch, not an error.
    """
    a, b = _as_array(got), _as_array(expected)
    passed = (
        a is not None
        and b is not None
        and a.shape == b.shape
        and bool(np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True))
    )

    def said() -> str:
        text = show(got)
        if a is not None and b is not None and a.shape != b.shape:
            text += f" (shape {a.shape} where {b.shape} was expected)"
        return text

    _check(passed, called, lambda: show(expected), said, got)


def shape(got: Any, expected: tuple[int, ...], called: str) -> None:
    """`got` is an array or tensor of that shape."""
    found = tuple(got.shape) if hasattr(got, "shape") else None
    said = f"{found}" if found is not None else lambda: f"{show(got)}, which has no shape"
    _check(found == tuple(expected), called, f"shape {tuple(expected)}", said, got)


def dtype(got: Any, expected: Any, called: str) -> None:
    """`got` is an array or tensor of that dtype."""
    found = getattr(got, "dtype", None)
    said = str(found) if found is not None else lambda: f"{show(got)}, which has no dtype"
    _check(found == expected, called, f"dtype {expected}", said, got)


def instance(got: Any, kind: type | tuple[type, ...], called: str) -> None:
    """`got` is of that type, or of one of them."""
    kinds = kind if isinstance(kind, tuple) else (kind,)
    names = " or ".join(k.__name__ for k in kinds)
    said = lambda: f"{type(got).__name__}: {show(got)}"  # noqa: E731
    _check(isinstance(got, kind), called, f"a {names}", said, got)


def raises(error: type[BaseException], run: Callable[[], Any], called: str) -> None:
    """`run()` raises `error` (or a kind of it); another error counts as what came out."""
    try:
        result = run()
    except error:
        _check(True, called, "", "", None)
    except NotImplementedError:
        raise  # a stub is told as a stub
    except Exception as other:
        said = f"{type(other).__name__}: {other}"
        _check(False, called, f"a {error.__name__}", said, type(other).__name__)
    else:
        _check(False, called, f"a {error.__name__}", f"no error, but {show(result)}", result)


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) or hasattr(value, "detach")


def _as_array(value: Any) -> np.ndarray | None:
    """`value` as a numeric array (float64, or complex128, or int64 kept exact), else None."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        if not value.dtype.is_complex and value.dtype.is_floating_point:
            value = value.double()
        value = value.numpy()
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        return None
    return array if array.dtype.kind in "biufc" else None
