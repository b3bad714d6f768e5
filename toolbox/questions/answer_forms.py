"""Answer forms, which convert values with the same meaning to the same text.

A form checks one part of an answer and returns its keys: first the standard text of the value, then
those of its neighbors on the grid, since a rounded answer may fall into the next cell. The texts
are then hashed; see `answer_check`.
"""

from __future__ import annotations

import cmath
import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from toolbox.questions.plain_values import kind_of, plain

SYMBOL_PROBES = 3
SURE_DIGITS = 6  # reliable digits of a number on its grid


class FormError(ValueError):
    """The answer does not have the form that the question requires.

    The message says which form that is; `given` says only what was given instead.
    """

    def __init__(self, said: str, given: str = "") -> None:
        super().__init__(said)
        self.given = given or said.rpartition(", got ")[2]


class Form(Protocol):
    """The form of an answer, and its conversion to comparable texts."""

    @property
    def said(self) -> str:
        """The form as text, as in "expected a number"."""
        ...

    def keys(self, value: object) -> list[str]:
        """Return the texts that identify a right answer. Raises `FormError` for another form."""
        ...


def _real(value: Any, said: str) -> float:
    value = plain(value)
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise FormError(f"expected {said}, got {kind_of(value)}")
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise FormError(f"expected {said}, got {found}")
    return found


@dataclass(frozen=True)
class Number:
    """A number; right if it is rounded to `digits` decimal places, or more precise."""

    digits: int = 3

    @property
    def said(self) -> str:
        return f"a number with at least {self.digits} decimal places"

    def keys(self, value: object) -> list[str]:
        # A value such as 10.375 lies between two cells. Its last digits, which depend on the order
        # of operations and on the Python version, must not decide between them.
        scaled = round(_real(value, self.said) * 10**self.digits, SURE_DIGITS)
        cell = math.floor(scaled + 0.5)
        return [str(cell), str(cell - 1), str(cell + 1)]


@dataclass(frozen=True)
class Whole:
    """An exact whole number."""

    said: str = "a whole number"

    def keys(self, value: object) -> list[str]:
        found = _real(value, self.said)
        if found != round(found):
            raise FormError(f"expected {self.said}, got {found:g}")
        return [str(round(found))]


@dataclass(frozen=True)
class Row:
    """A tuple of whole numbers that belong together, such as a shape."""

    names: tuple[str, ...]

    @property
    def said(self) -> str:
        return f"a tuple of whole numbers ({', '.join(self.names)})"

    def keys(self, value: object) -> list[str]:
        parts = as_parts(value, len(self.names), self.said)
        return [" ".join(Whole().keys(part)[0] for part in parts)]


@dataclass(frozen=True)
class Option:
    """One of a few values: letters and words in any case, True and False, None."""

    options: tuple[Any, ...]

    @property
    def said(self) -> str:
        return "one of " + ", ".join(repr(option) for option in self.options)

    def keys(self, value: object) -> list[str]:
        value = plain(value)
        given = value.strip().casefold() if isinstance(value, str) else value
        for option in self.options:
            known = option.casefold() if isinstance(option, str) else option
            if type(known) is type(given) and known == given:
                return [str(option)]
        raise FormError(f"expected {self.said}, got {str(value)[:40]!r}")


@dataclass(frozen=True)
class Epoch:
    """The number of an epoch, from 0, or None."""

    said: str = "the number of an epoch, counted from 0, or None"

    def keys(self, value: object) -> list[str]:
        return ["None"] if value is None else Whole(self.said).keys(value)


@dataclass(frozen=True)
class Letters:
    """A string of letters; any other characters between them are ignored."""

    count: int

    @property
    def said(self) -> str:
        return f"a string of {self.count} letters, such as {'ABCDEFGH'[: self.count]!r}"

    def keys(self, value: object) -> list[str]:
        if not isinstance(value, str):
            raise FormError(f"expected {self.said}, got {kind_of(value)}")
        found = "".join(filter(str.isalpha, value[:100])).upper()
        if len(found) != self.count:
            raise FormError(f"expected {self.said}, got {len(found)} letters")
        return [found]


@dataclass(frozen=True)
class LetterSet:
    """One or more of a few letters, in any order; any other characters are ignored."""

    letters: str

    @property
    def said(self) -> str:
        return f"a string of letters out of {', '.join(self.letters)}, such as {self.letters[:2]!r}"

    def keys(self, value: Any) -> list[str]:
        if not isinstance(value, str):
            raise FormError(f"expected {self.said}, got {kind_of(value)}")
        found = {letter for letter in value[:100].lower() if letter.isalpha()}
        if not found or not found <= set(self.letters):
            raise FormError(f"expected {self.said}, got {value[:40]!r}")
        return ["".join(sorted(found))]


@dataclass(frozen=True)
class Stack:
    """A list of layers (kernel, stride); a plain kernel means a stride of 1."""

    kernels: tuple[int, ...]
    strides: tuple[int, ...]
    deepest: int = 12

    @property
    def said(self) -> str:
        return (
            "a list of layers (kernel, stride), such as [(3, 2), (3, 1)], with kernels out of "
            f"{self.kernels} and strides out of {self.strides}"
        )

    def layers(self, value: Any) -> list[tuple[int, int]]:
        """Return the layers of a stack. Raises `FormError` if it has another form."""
        if hasattr(value, "tolist"):
            value = value.tolist()
        if not isinstance(value, (tuple, list)) or not 0 < len(value) <= self.deepest:
            raise FormError(f"expected {self.said} (1 to {self.deepest} of them)")
        return [self._layer(layer) for layer in value]

    def _layer(self, layer: Any) -> tuple[int, int]:
        pair = tuple(layer) if isinstance(layer, (tuple, list)) else (layer, 1)
        try:
            kernel, stride = (int(Whole().keys(part)[0]) for part in pair)
        except ValueError:  # another number of parts, or a part that is no whole number
            kernel = stride = 0
        if kernel not in self.kernels or stride not in self.strides:
            raise FormError(f"expected {self.said}, got the layer {str(layer)[:40]}")
        return kernel, stride

    def keys(self, value: Any) -> list[str]:
        return [str(sorted(self.layers(value)))]


@dataclass(frozen=True)
class Symbol:
    """An expression in the given symbols, in any equivalent notation.

    Its methods import sympy: that takes longer than judging all other answers.
    """

    names: tuple[str, ...]

    @property
    def said(self) -> str:
        return f"an expression in {', '.join(self.names)}, such as '{self.names[0]}**2'"

    def keys(self, value: object) -> list[str]:
        from toolbox.questions.expressions import RefusedError

        text = value if isinstance(value, str) else None
        try:
            return [_symbol_key(text, self.names) if text else self._key(value)]
        except RefusedError as problem:
            raise FormError(f"expected {self.said}: {problem}") from None

    def _key(self, value: object) -> str:
        from toolbox.questions.expressions import expression, points, value_at

        expr = expression(value, self.names)
        values = [value_at(expr, p) for p in points(self.names, SYMBOL_PROBES, "key")]
        if not all(cmath.isfinite(v) for v in values):
            raise FormError(f"expected {self.said}: this one has no value for positive symbols")
        # Equivalent notations agree to 1e-13 or so; six digits distinguish different expressions.
        return " ".join(f"{v.real:.6e}" for v in values)


@lru_cache(maxsize=500)
def _symbol_key(text: str, names: tuple[str, ...]) -> str:
    return Symbol(names)._key(text)


def as_parts(value: object, count: int, said: str) -> Sequence[Any]:
    """Return `value` as a sequence of `count` parts; raise `FormError` if it is none."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, (tuple, list)):
        raise FormError(f"expected {said}, got {kind_of(value)}")
    if len(value) != count:
        raise FormError(f"expected {said}: {count} values, got {len(value)}")
    return value
