"""Return the results of student functions in another representation with the same values."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_type_hints

import numpy as np
import torch

PAIRS = (("float32", "float64"), ("int32", "int64"))


@dataclass(frozen=True)
class Representation:
    """A way to represent values, and what a docstring or signature says if it forbids this way."""

    name: str
    forbidden_by: tuple[str, ...]  # any of these words
    convert: Callable[[Any], Any] = lambda value: value
    sequences: Mapping[type, type] = field(default_factory=dict)

    def of(self, value: Any) -> Any:
        """Return `value` with each number, array and tensor in it converted."""
        if type(value) in (tuple, list):
            kind = self.sequences.get(type(value), type(value))
            return kind([self.of(each) for each in value])
        if type(value) is dict:
            return {key: self.of(each) for key, each in value.items()}
        return self.convert(value)


def _exchanged(pair: tuple[str, str]) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        name = str(getattr(value, "dtype", "")).removeprefix("torch.")
        if name not in pair:
            return value
        other = pair[1 - pair.index(name)]
        is_tensor = isinstance(value, torch.Tensor)
        return value.to(getattr(torch, other)) if is_tensor else value.astype(other)

    return convert


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


ALL = (
    *(Representation(" for ".join(p), ("dtype", *p), _exchanged(p)) for p in PAIRS),
    Representation("int for a whole float", ("Python float",), _whole),
    Representation("float for an int", ("int",), lambda v: float(v) if type(v) is int else v),
    Representation(
        "NumPy's scalar for a number",
        ("Python float",),
        lambda v: np.asarray(v)[()] if type(v) in (bool, int, float) else v,
    ),
    Representation(
        "number for NumPy's scalar", (), lambda v: v.item() if isinstance(v, np.generic) else v
    ),
    Representation(
        "tensor for a number", ("float", "int"), lambda v: torch.tensor(v) if _is_number(v) else v
    ),
    Representation(
        "array for a tensor",
        ("tensor", "Tensor"),
        lambda v: v.detach().numpy() if isinstance(v, torch.Tensor) else v,
    ),
    Representation(
        "tensor for an array",
        ("array",),
        lambda v: torch.from_numpy(v.copy()) if isinstance(v, np.ndarray) else v,
    ),
    Representation(
        "nested lists",
        ("tensor", "Tensor", "array"),
        lambda v: v.tolist() if isinstance(v, np.ndarray | torch.Tensor) else v,
    ),
    Representation("list for a tuple", ("tuple", "pair"), sequences={tuple: list}),
    Representation("tuple for a list", ("list",), sequences={list: tuple}),
)


def install(function: str, how: Representation) -> None:
    """Let a student function, or all methods of a class, return results in this representation."""
    module, name = function.split(".")
    student = importlib.import_module(f"student_code.{module}")
    subject = getattr(student, name)
    if not inspect.isclass(subject):
        setattr(student, name, _wrapped(subject, how))
        return
    for key, member in list(vars(subject).items()):
        if isinstance(member, property) and member.fget is not None:
            setattr(subject, key, property(_wrapped(member.fget, how)))
        elif inspect.isfunction(member) and (key == "__getitem__" or key[0] != "_"):
            setattr(subject, key, _wrapped(member, how))


def _wrapped(inner: Callable[..., Any], how: Representation) -> Callable[..., Any]:
    @functools.wraps(inner)
    def outer(*args: Any, **kwargs: Any) -> Any:
        return how.of(inner(*args, **kwargs))

    return outer


def stated(function: str) -> str:
    """Return what students read about results: docstrings, and the types in signatures."""
    module, name = function.split(".")
    subject = getattr(importlib.import_module(f"student_code.{module}"), name)
    members: list[Any] = [subject]
    if inspect.isclass(subject):
        members += [member for member in vars(subject).values() if inspect.isfunction(member)]
    functions = [member for member in members if inspect.isfunction(member)]
    returned = [str(get_type_hints(function).get("return", "")) for function in functions]
    return "\n".join([*(inspect.getdoc(member) or "" for member in members), *returned])
