"""Painters: functions that paint one picture of a class, found by the name of that class."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from data_scripts.synthetic.canvas import Canvas

Painter = Callable[[Canvas, np.random.Generator], None]
P = TypeVar("P", bound=Painter)
_MARK = "_paints_a_class"


def painter(paint: P) -> P:
    """Mark the painter of a class; the function has the name of the class."""
    setattr(paint, _MARK, True)
    return paint


def painters_in(package: str) -> dict[str, Painter]:
    """Return the painters in the modules of a package, by class, in alphabetical order."""
    found: dict[str, Painter] = {}
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        names = vars(importlib.import_module(f"{package}.{module.name}"))
        for name, value in names.items():
            if getattr(value, _MARK, False) and value.__module__ == f"{package}.{module.name}":
                found[name] = value
    return dict(sorted(found.items()))
