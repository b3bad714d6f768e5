"""Import edited modules of `student_code` again, and update everything that uses the old code."""

from __future__ import annotations

import gc
import importlib
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from toolbox import course
from toolbox.checks.deadline import TooSlow, deadline

PACKAGE = "student_code"
Stamp = tuple[int, int]  # time of the last change, and size


class EditedModules:
    """Keeps the student's imported modules equal to their files.

    Call `notice()` before and `refresh()` after a point where files may have changed; a notebook
    does so before each cell. Names in `namespace`, and objects of the student's classes, then use
    the new code. If a module cannot be imported again, all modules keep their
    old code, and `problem` is the error.
    """

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.problem: BaseException | None = None
        self._namespace = namespace
        self._imported: dict[str, Stamp] = {}  # the files of the imported modules, when imported
        self._on_disk: dict[str, Stamp] = {}
        self._failed: dict[str, Stamp] = {}

    def refresh(self) -> BaseException | None:
        """Import all modules again if a file changed. Returns the error if that is impossible."""
        for name in _loaded():
            # A module imported since the last call is at least as new as its file was then.
            self._imported.setdefault(name, self._on_disk.get(name, (0, 0)))
        self._imported = {name: self._imported[name] for name in _loaded()}
        self._on_disk = _stamps()
        now = {name: self._on_disk.get(name, (0, 0)) for name in self._imported}
        if now == self._imported:
            self.problem = None
        elif self.problem is None or self._failed != self._on_disk:
            self.problem = self._import_again()
            if self.problem is None:
                self._imported = {name: self._on_disk.get(name, (0, 0)) for name in _loaded()}
            self._failed = self._on_disk
        return self.problem

    def _import_again(self) -> BaseException | None:
        old = {name: sys.modules.pop(name) for name in _loaded()}
        contents = {name: dict(vars(module)) for name, module in old.items()}
        try:
            with deadline(2 * course.load().seconds_per_test):
                new = {name: _imported_anew(name, module) for name, module in old.items()}
        except (Exception, SystemExit, TooSlow) as error:
            _restore(old)
            return error
        except BaseException:  # Ctrl-C
            _restore(old)
            raise
        replaced: dict[int, Any] = {}
        for name, module in old.items():
            replaced |= _adopt(module, new[name], contents[name])
        _update_objects(contents, replaced)
        for name, value in list(self._namespace.items()):
            if id(value) in replaced:
                self._namespace[name] = replaced[id(value)]
        return None


def _loaded() -> list[str]:
    return [name for name in list(sys.modules) if name.split(".", 1)[0] == PACKAGE]


def _stamps() -> dict[str, Stamp]:
    """Return the time and size of each file of the package, by the name of its module."""
    found: dict[str, Stamp] = {}
    folder = course.find_root() / PACKAGE
    for path in folder.rglob("*.py"):
        with suppress(OSError):
            state = path.stat()
            parts = (PACKAGE, *path.relative_to(folder).with_suffix("").parts)
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = (state.st_mtime_ns, state.st_size)
    return found


def _imported_anew(name: str, old: ModuleType) -> ModuleType:
    if old.__file__ is not None:
        # Bytecode is matched to its source by a time in whole seconds, which is too coarse.
        with suppress(OSError, NotImplementedError):
            Path(cache_from_source(old.__file__)).unlink(missing_ok=True)
    importlib.invalidate_caches()
    return importlib.import_module(name)


def _restore(old: dict[str, ModuleType]) -> None:
    for name in _loaded():
        del sys.modules[name]
    sys.modules.update(old)


def _adopt(old: ModuleType, new: ModuleType, before: dict[str, Any]) -> dict[int, Any]:
    """Give the old module the new content; returns the new objects by the id of the old ones.

    Functions that were imported earlier look up names in the old module's dictionary.
    """
    vars(old).clear()
    vars(old).update(vars(new))
    replaced: dict[int, Any] = {id(old): new}
    for name, value in before.items():
        if isinstance(value, (FunctionType, type)) and value.__module__ == old.__name__:
            successor = vars(new).get(name)
            if type(successor) is type(value):
                replaced[id(value)] = successor
    return replaced


def _update_objects(contents: dict[str, dict[str, Any]], replaced: dict[int, Any]) -> None:
    """Make old functions run the new code, and objects of old classes belong to the new ones."""
    olds = [value for content in contents.values() for value in content.values()]
    classes = []
    for value in olds:
        successor = replaced.get(id(value))
        if isinstance(value, FunctionType) and isinstance(successor, FunctionType):
            _take_over(value, successor)
        elif isinstance(value, type) and isinstance(successor, type):
            classes.append(value)
            for name, member in vars(successor).items():
                own = vars(value).get(name)
                if isinstance(own, FunctionType) and isinstance(member, FunctionType):
                    _take_over(own, member)
    if not classes:
        return
    for holder in gc.get_referrers(*classes):
        with suppress(Exception):  # some objects cannot change their class
            if type(holder) in classes:
                holder.__class__ = replaced[id(type(holder))]


def _take_over(old: FunctionType, new: FunctionType) -> None:
    with suppress(ValueError):  # the new code uses other variables of an enclosing function
        old.__code__ = new.__code__
        old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__
        old.__doc__ = new.__doc__
