"""What shall stay as it is while a student's code runs, and how a change of it is noticed.

CPython 3.11 and 3.12 number each change of a dictionary, so a change that is undone in time is seen
as well, and it costs next to nothing to see that there was none.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

STRICT = (  # nothing here may change at all while student code runs
    "toolbox.checks",
    "toolbox.checks.expect",
    "toolbox.checks.outcome",
    "toolbox.checks.plugin",
    "toolbox.checks.marker",
    "toolbox.checks.modules",
    "toolbox.checks.deadline",
    "toolbox.checks.fingerprint",
    "toolbox.checks.running",
    "toolbox.checks.showing",
    "toolbox.checks.trained",
    "toolbox.thresholds",
    "_pytest.runner",
    "_pytest.outcomes",
    "_pytest.python",
    "_pytest.raises",
    "_pytest.python_api",
    "_pytest.reports",
    "_pytest.nodes",
    "_pytest.main",
    "pluggy._callers",
    "pluggy._hooks",
    "pluggy._manager",
    "pluggy._result",
    "coursekit.grading.channel",
    "coursekit.grading.guard",
    "coursekit.grading.held",
    "coursekit.grading.trial",
    "hmac",
)
SAME = (  # what is there stays what it is; further names may come
    "toolbox",
    "builtins",
    "math",
    "operator",
    "json",
    "os",
    "sys",
    "signal",
    "numpy",
    "numpy.linalg",
    "torch",
    "torch.nn.functional",
    "torch.autograd",
    "torch.nn",
    "torch.testing",
    "inspect",
    "pytest",
)
SAME_CLASSES = (("torch", "Tensor"), ("torch.nn", "Module"), ("builtins", "BaseException"))
VARIABLE = frozenset(
    {"_", "__warningregistry__", "__annotations__"}
)  # these come and go by themselves
SYS_VARIABLE = {"last_type", "last_value", "last_traceback", "last_exc", "stdout", "stderr"}
SYS_VARIABLE |= {"stdin", "dont_write_bytecode", "path", "ps1", "ps2", "_git", "displayhook"}
OFTEN_REPLACED = {"sys": SYS_VARIABLE, "torch": {"Storage"}}  # the latter by set_default_dtype


class Held:
    """The names of a module or a class, which go on meaning what they mean."""

    def __init__(self, name: str, names: dict[str, Any], module: ModuleType | None = None) -> None:
        self.name, self.module, self.names = name, module, names
        self.version = version_of(names)
        self.take()

    def take(self) -> None:
        """What there is now is what shall be."""
        self.right, self.before = self.version(), dict(self.names)

    def replaced(self) -> list[str]:
        """The names that mean something else now."""
        now = self.version()
        if now == self.right:
            return []
        left = VARIABLE | OFTEN_REPLACED.get(self.name, set())
        found = [
            key
            for key, value in self.before.items()
            if key not in left and self.names.get(key) is not value
        ]
        if not found:
            self.right = now
        return found


_remembered: list[list[Held]] = []


def remember() -> None:
    """Write down what shall stay the same, for the forks of this process.

    To do so in each of them anew would touch, and so copy, thousands of pages of memory.
    """
    _remembered[:] = [_all_held()]


def take_remembered() -> list[Held]:
    """What is to be held, as it is now. Whoever calls this first in a process has it alone."""
    found = _remembered.pop() if _remembered else _all_held()
    for each in found:
        if each.version() != each.right:
            each.take()
    return found


def _all_held() -> list[Held]:
    found = [Held(name, vars(module), module) for name, module in modules(SAME).items()]
    return found + [Held(kind.__name__, names_of(kind)) for kind in _classes()]


def modules(names: Iterable[str]) -> dict[str, ModuleType]:
    """Those of the named modules that are loaded."""
    return {name: sys.modules[name] for name in names if name in sys.modules}


def names_of(kind: type) -> dict[str, Any]:
    """The dictionary that a class shows a read-only view of."""
    (names,) = gc.get_referents(vars(kind))
    assert isinstance(names, dict)
    return names


def version_of(names: dict[str, Any]) -> Callable[[], Any]:
    """A function that tells a number, another one after each change of a dictionary."""
    if sys.version_info < (3, 13) and sys.implementation.name == "cpython":
        # PyDictObject: reference count, type, entries, version; 8 bytes each.
        number = ctypes.c_uint64.from_address(id(names) + 24)
        return lambda: number.value
    return lambda: {key: id(value) for key, value in names.items() if key not in VARIABLE}


def _classes() -> list[type]:
    named = [getattr(sys.modules[m], c) for m, c in SAME_CLASSES if m in sys.modules]
    strict = [
        value
        for module in modules(STRICT).values()
        for value in vars(module).values()
        if isinstance(value, type) and value.__module__ == module.__name__
    ]
    return [*named, *strict]
