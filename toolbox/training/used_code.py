"""Identify the student's code that a computation uses, so that its results can be reused.

Only definitions that the computation reaches count, without comments and docstrings: an edit of
`theory.py` does not discard a trained network, and neither does a new comment in `dl_utils.py`.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator
from types import FunctionType, MethodType
from typing import Any

from torch import nn

from toolbox.training.definitions import PACKAGE, Name, student_imports, text_of_used

NOTEBOOK = "__main__"
COURSE = "toolbox"


def identity(*objects: Any) -> dict[str, str]:
    """Return a hash for each file of student_code that `objects` use, by the file's name.

    objects: networks, functions (also those of a notebook, with everything they call), and other
    objects, such as data loaders with a student's data set.
    """
    found: set[Name] = set()
    seen: set[int] = set()
    for each in objects:
        found.update(_names(each, seen))
    return {
        f"{module.removeprefix(PACKAGE + '.')}.py": hashlib.sha256(text.encode()).hexdigest()[:16]
        for module, text in sorted(text_of_used(found).items())
    }


def changed(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """Return the names of the files that differ between two identities."""
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def _names(value: Any, seen: set[int]) -> Iterator[Name]:
    """Yield the names of the student's functions and classes that an object uses."""
    if id(value) in seen or value is None:
        return
    seen.add(id(value))
    if isinstance(value, functools.partial):
        for each in (value.func, *value.args, *value.keywords.values()):
            yield from _names(each, seen)
    elif isinstance(value, MethodType):
        yield from _names(value.__func__, seen)
        yield from _names(value.__self__, seen)
    elif isinstance(value, FunctionType):
        yield from _of_function(value, seen)
    elif isinstance(value, type):
        for kind in value.__mro__:
            yield from _of_class(kind, seen)
    else:
        yield from _of_object(value, seen)


def _of_function(function: FunctionType, seen: set[int]) -> Iterator[Name]:
    if _is_students(function):
        yield function.__module__, function.__qualname__.split(".")[0]
    elif function.__module__ == NOTEBOOK:
        for name in _global_names(function.__code__):
            yield from _names(_code(function.__globals__.get(name)), seen)
    elif str(function.__module__).split(".")[0] == COURSE:  # it may call student code by default
        yield from student_imports(function.__code__.co_filename)
    for cell in function.__closure__ or ():
        yield from _names(_code(cell.cell_contents), seen)


def _of_class(kind: type, seen: set[int]) -> Iterator[Name]:
    if _is_students(kind):
        yield kind.__module__, kind.__qualname__.split(".")[0]
    elif kind.__module__ == NOTEBOOK:
        for member in vars(kind).values():
            yield from _names(_code(member), seen)


def _of_object(value: Any, seen: set[int]) -> Iterator[Name]:
    parts = list(value.modules()) if isinstance(value, nn.Module) else [value]
    for part in parts:
        yield from _names(type(part), seen)
        for attribute in list(getattr(part, "__dict__", {}).values()):
            yield from _names(_code(attribute), seen)


def _code(value: Any) -> Any:
    """Return `value` if it is code or an object of a class outside the libraries, else None."""
    if isinstance(value, (FunctionType, MethodType, functools.partial, type, nn.Module)):
        return value
    kind = type(value)
    return value if _is_students(kind) or kind.__module__ == NOTEBOOK else None


def _global_names(code: Any) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if hasattr(constant, "co_names"):
            yield from _global_names(constant)


def _is_students(value: Any) -> bool:
    return str(getattr(value, "__module__", "")).split(".")[0] == PACKAGE
