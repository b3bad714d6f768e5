"""Import torch and torchvision faster in a shell command.

`import torchvision` also imports its models, data sets and operators for object detection, and
these import torch's compiler. That takes more than a second, and a check rarely uses any of it.
(`torchvision.transforms.v2` needs the compiler itself, so a module that uses it gains less.)
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType

SELDOM_USED = ("torchvision.datasets", "torchvision.models", "torchvision.ops")
OBJECTS = 100_000  # created before Python looks for garbage; by default a few hundred


class _WhenUsed(MetaPathFinder):
    """Finds modules that are loaded when something in them is used for the first time."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in SELDOM_USED:
            return None
        found = PathFinder.find_spec(fullname, path, target)
        if found is not None and found.loader is not None:
            found.loader = LazyLoader(found.loader)
        return found


def import_fast() -> None:
    """Make later imports of this process faster. Call it before torchvision is imported."""
    # Imports create many objects, none of them garbage.
    gc.set_threshold(OBJECTS)
    load_when_used()


def load_when_used() -> None:
    """Load what is seldom used of torchvision only when it is used."""
    if not any(isinstance(each, _WhenUsed) for each in sys.meta_path):
        sys.meta_path.insert(0, _WhenUsed())
