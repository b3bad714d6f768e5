"""The `student_code` that tests import in the judge: modules backed by those of the worker."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from coursekit.grading.supervisor.judge.handles import Handle
from coursekit.grading.supervisor.judge.link import Link

PACKAGE = "student_code"


class StudentModule(ModuleType):
    """A student's module, which the worker has imported."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        link: Link = self.__dict__["__link__"]
        module = _imported(self, link)
        functions = self.__dict__["__functions__"]
        if name not in functions:
            found = link.ask("get", module, name)
            if not isinstance(found, Handle):
                return found
            functions[name] = found
        return functions[name]


def _imported(module: StudentModule, link: Link) -> Any:
    """Return the worker's module; a new worker imports it again."""
    kept = module.__dict__.get("__kept__")
    if kept is None or kept[0] != link.generation or not link.connected:
        found = link.ask("import", module.__name__)
        kept = module.__dict__["__kept__"] = (link.generation, found)
        module.__dict__["__functions__"] = {}
    return kept[1]


class Facade(MetaPathFinder, Loader):
    """Finds and loads `student_code` as modules that request their names from the worker."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        if name == PACKAGE:
            return ModuleSpec(name, self, is_package=True)
        return ModuleSpec(name, self) if name.startswith(f"{PACKAGE}.") else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return ModuleType(spec.name) if spec.name == PACKAGE else StudentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        if isinstance(module, StudentModule):
            module.__dict__["__link__"] = self._link
            _imported(module, self._link)


@contextmanager
def student_code_of(link: Link) -> Iterator[None]:
    """Make `student_code` the worker's package in this context. Reads no file of that name."""
    finder = Facade(link)
    before = _forgotten()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        _forgotten()
        sys.modules.update(before)


def _forgotten() -> dict[str, ModuleType]:
    # A module is an attribute of its package. Going through all modules of this process instead
    # would copy most of the memory that it shares with the fork server.
    inside = [f"{PACKAGE}.{name}" for name in vars(sys.modules.get(PACKAGE, object))]
    return {name: sys.modules.pop(name) for name in (PACKAGE, *inside) if name in sys.modules}
