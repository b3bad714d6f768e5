"""Assertions for tests, which report what was called, what was expected, and what the result was.

    expect.close(scaler.mean_, 2.0, "scaler.partial_fit([1, 3]); scaler.mean_", atol=1e-12)

Each function raises `Mismatch`, which carries these texts and the value. While the plugin runs a
test, it collects mismatches instead: the test continues, and the first mismatch is raised at its
end, with the records of all. Which expectations fail, and with which values, identifies known
misconceptions: see `diagnosis`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from toolbox.checks.compared_rows import Table, compared_rows
from toolbox.checks.layer_shapes import recorded
from toolbox.checks.pictures import Figure, Kind, compared
from toolbox.checks.value_record import Record, of_error, of_kind, of_result
from toolbox.checks.value_text import show

MOST_RECORDS = 12  # a test with that many mismatches is stopped

_stated = [0]  # number of expectations in the running test so far
_collected: list[list[Mismatch]] = []  # a list while mismatches are collected


def start_counting() -> None:
    """Reset the count at the start of a test: its first expectation is number 0."""
    _stated[0] = 0


def count() -> int:
    """Return how many expectations the running test has checked so far."""
    return _stated[0]


class Mismatch(AssertionError):
    """A result that differs from the promised one.

    `called`, `expected` and `got` are texts for people; `value` is the result itself, and `number`
    the position of the failed expectation in its test.
    """

    def __init__(self, called: str, expected: str, got: str, value: object, number: int) -> None:
        super().__init__(f"{called}: expected {expected}, got {got}")
        self.called, self.expected, self.got = called, expected, got
        self.value, self.number = value, number
        self.records: list[Record] = []  # of all mismatches in the test, if they were collected
        self.figure: Figure = {}  # drawn for notebooks, if the expectation asks for it


@contextmanager
def collecting() -> Iterator[None]:
    """Let the body continue after a mismatch, and raise the first mismatch at its end.

    An error that follows a mismatch is often its consequence, so the mismatch is raised instead.
    """
    found: list[Mismatch] = []
    _collected.append(found)
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if not found:
            raise
        if error is not found[0]:
            found[0].records.append({"at": _stated[0], **of_error(error)})
    finally:
        _collected.remove(found)
    if found:
        raise found[0]


class Unanswered(Exception):
    """A question that has no answer yet."""


Said = str | Callable[[], str]  # lazy, because formatting a value takes longer than comparing it
ToRecord = Callable[[Any], Record]
Draw = Callable[[], Figure]


def _check(
    passed: bool,
    called: str,
    expected: Said,
    got: Said,
    value: object,
    record: ToRecord = of_result,
    draw: Draw | None = None,
) -> None:
    number = _stated[0]
    _stated[0] += 1
    if passed:
        return
    mismatch = Mismatch(called, _as_text(expected), _as_text(got), value, number)
    if draw is None and (layers := recorded()) is not None:
        draw = layers.table
    if not _collected:
        mismatch.figure = draw() if draw is not None else {}
        raise mismatch
    # Now, because the rest of the test may change the value.
    found = _collected[-1]
    found.append(mismatch)
    found[0].records.append({"at": number, **record(value)})
    if draw is not None and len(found) == 1:  # only the first mismatch is shown
        mismatch.figure = draw()
    if len(found) == MOST_RECORDS:
        raise found[0]


def _as_text(said: Said) -> str:
    return said if isinstance(said, str) else said()


def true(
    condition: object, called: str, *, expected: str, got: object, shown: str | None = None
) -> None:
    """Check that `condition` is true.

    `expected` describes the condition in words; `got` is the value that decided it. shown: what
    students read instead of the value, if that is large.
    """
    said = got if isinstance(got, str) else shown or (lambda: show(got))
    _check(bool(condition), called, expected, said, got)


def equal(
    got: object,
    expected: object,
    called: str,
    *,
    picture: Kind | None = None,
    table: Table | None = None,
) -> None:
    """Check that `got == expected`; arrays and tensors must have equal shapes and elements.

    A list equals a tuple with the same items. picture: how a notebook draws the values of a
    mismatch. table: what was expected and what was returned by name, of which this is one row; a
    notebook shows all rows of a mismatch.
    """
    draw = _drawing(got, expected, picture) if table is None else lambda: compared_rows(*table)
    if isinstance(expected, (list, tuple)) and isinstance(got, (list, tuple)):
        same = _as_lists(got) == _as_lists(expected)
        _check(same, called, *_apart(expected, got), got, draw=draw)
    elif _is_array(expected) or _is_array(got):
        a, b = _as_array(got), _as_array(expected)
        same = a is not None and b is not None and a.shape == b.shape and bool(np.all(a == b))
        said = lambda: _with_difference(got, expected)  # noqa: E731
        _check(same, called, lambda: show(expected), said, got, draw=draw)
    else:
        same = bool(got == expected)
        _check(same, called, *_apart(expected, got), got, draw=draw)


def _apart(expected: object, got: object) -> tuple[Said, Said]:
    """Return the texts of two values that differ: with all digits if they print alike."""

    def text(value: object, other: object) -> str:
        said = show(value)
        return said if said != show(other) else f"{value!r}"

    return lambda: text(expected, got), lambda: text(got, expected)


def _drawing(got: object, expected: object, kind: Kind | None, **close: float) -> Draw | None:
    return None if kind is None else lambda: compared(got, expected, kind, **close)


def answered(condition: bool, called: str) -> None:
    """Check that a question has an answer; if not, the test counts as open, not as failed."""
    _stated[0] += 1
    if not condition:
        raise Unanswered(called)


def close(
    got: object,
    expected: object,
    called: str,
    *,
    atol: float,
    rtol: float = 0.0,
    picture: Kind | None = None,
) -> None:
    """Check that numbers, arrays or tensors agree within `atol + rtol·|expected|`.

    Shapes must be equal. NaN matches only NaN. A value that is not numeric (None, a string) is a
    mismatch, not an error. picture: how a notebook draws the values of a mismatch.
    """
    draw = _drawing(got, expected, picture, atol=atol, rtol=rtol)
    a, b = _as_array(got), _as_array(expected)
    passed = (
        a is not None
        and b is not None
        and a.shape == b.shape
        and bool(np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True))
    )

    def said() -> str:
        if a is not None and b is not None and a.shape != b.shape:
            return f"{show(got)} (shape {a.shape}, but {b.shape} was expected)"
        return _with_difference(got, expected)

    _check(passed, called, lambda: show(expected), said, got, draw=draw)


def _with_difference(got: object, expected: object) -> str:
    """Return the text of `got`, and how far it is off if the text of `expected` is the same."""
    text = show(got)
    a, b = _as_array(got), _as_array(expected)
    if text != show(expected) or a is None or b is None or a.shape != b.shape:
        return text
    with np.errstate(all="ignore"):
        difference = np.abs(a - b)
    return f"{text} (off by up to {np.nanmax(difference):.2g})"


def shape(got: object, expected: tuple[int, ...], called: str) -> None:
    """Check that `got` is an array or tensor of that shape."""
    found = tuple(got.shape) if hasattr(got, "shape") else None
    said = f"{found}" if found is not None else lambda: f"{show(got)}, which has no shape"
    wanted, layers = tuple(expected), recorded()
    draw = None if layers is None else lambda: layers.table(found or type(got).__name__, wanted)
    _check(found == wanted, called, f"shape {wanted}", said, found, draw=draw)


def dtype(got: object, expected: object, called: str) -> None:
    """Check that `got` is an array or tensor of that dtype."""
    found = getattr(got, "dtype", None)
    said = str(found) if found is not None else lambda: f"{show(got)}, which has no dtype"
    name = expected.__name__ if isinstance(expected, type) else f"{expected}"
    _check(found == expected, called, f"dtype {name}", said, str(found), of_kind)


def instance(got: object, kind: type | tuple[type, ...], called: str) -> None:
    """Check that `got` is an instance of that type, or of one of them."""
    kinds = kind if isinstance(kind, tuple) else (kind,)
    names = " or ".join(k.__name__ for k in kinds)
    said = lambda: f"{type(got).__name__}: {show(got)}"  # noqa: E731
    said_kind = type(got).__name__
    _check(isinstance(got, kind), called, f"{_article(names)} {names}", said, said_kind, of_kind)


def raises(error: type[BaseException], run: Callable[[], Any], called: str) -> None:
    """Check that `run()` raises `error` or a subclass; any other error is a mismatch."""
    article = _article(error.__name__)
    try:
        result = run()
    except error:
        _check(True, called, "", "", None)
    except NotImplementedError:
        raise  # so that a stub is reported as "not implemented yet"
    except Exception as other:
        said = f"{type(other).__name__}: {other}"
        _check(False, called, f"{article} {error.__name__}", said, type(other).__name__, of_kind)
    else:
        said = f"no error, but {show(result)}"
        _check(False, called, f"{article} {error.__name__}", said, "no error")


def _article(noun: str) -> str:
    return "an" if noun[:1] in "AEIOaeio" else "a"


def _as_lists(value: Any) -> Any:
    """Return the value with all tuples in it as lists."""
    return [_as_lists(item) for item in value] if isinstance(value, (list, tuple)) else value


def _is_array(value: object) -> bool:
    return isinstance(value, np.ndarray) or hasattr(value, "detach")


def _as_array(value: Any) -> np.ndarray | None:
    """Return `value` as a numeric array (float64, complex128 or exact int64), else None."""
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
