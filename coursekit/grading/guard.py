"""Report, inside a process that runs student code, what could be tampering with the checks.

What it reports is advice for the instructor and never changes a score, since honest code does some
of the same things. It looks at three kinds of events:

- Python's audit events: looking into other frames, walking the garbage collector's lists,
  reaching for ctypes, rewriting a function's code. A hook for them can't be taken out again.
- What the checks, pytest and what they are built on mean by each of their names (`held`).
- Types of the student's code that agree with whatever they are compared with: comparisons that
  never read their second argument, and hooks into numpy, torch or `isinstance`.

A guard takes the state of affairs when it is made, before any student code is loaded.
"""

from __future__ import annotations

import dis
import gc
import sys
from collections.abc import Callable, Iterable
from types import (
    CodeType,
    FrameType,
    FunctionType,
    MethodDescriptorType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

from coursekit.grading import held
from coursekit.grading.held import STRICT, Held

# Events that are reported when student code causes them itself.
REPORTED = frozenset(
    {
        "gc.get_objects",
        "gc.get_referrers",
        "gc.get_referents",
        "sys._getframe",
        "sys._getframemodulename",
        "sys._current_frames",
        "sys._current_exceptions",
        "sys.settrace",
        "sys.setprofile",
        "sys.addaudithook",
        "sys.monitoring.register_callback",
        "ctypes.dlopen",
        "ctypes.dlsym",
        "ctypes.call_function",
        "ctypes.cdata",
        "ctypes.cdata/buffer",
        "ctypes.addressof",
        "ctypes.string_at",
        "code.__new__",
        "marshal.loads",
    }
)
ATTRIBUTES = frozenset({"tb_frame", "gi_frame", "cr_frame", "ag_frame", "__code__", "f_back"})
CODE = frozenset({"__code__", "__defaults__", "__kwdefaults__"})
THROUGH = ("ctypes", "inspect", "gc", "subprocess", "multiprocessing", "types")
IN_C = (WrapperDescriptorType, MethodDescriptorType)
COMPARISONS = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__")
DECIDING = [
    *COMPARISONS,
    "__array_ufunc__",
    "__array_function__",
    "__array_interface__",
    "__torch_function__",
    "__torch_dispatch__",
    "__instancecheck__",
    "__subclasscheck__",
    "__getattribute__",
    "__class__",
]
NOTHING_DECIDED = frozenset(DECIDING)


class Guard:
    """One a process. `tell` is called at once with each thing that was seen."""

    def __init__(self, tell: Callable[[str], None], root: str, trusted: Iterable[str]) -> None:
        self._tell = tell
        self._seen: set[str] = set()
        self._ours = tuple(trusted)
        self._root = root
        # Kept here, and not looked up again: what a module holds can be changed.
        self._held = held.take_remembered()
        self._strict = []
        for name, module in held.modules(STRICT).items():
            version = held.version_of(vars(module))
            self._strict.append((name, module, version, version()))
        mine = [vars(sys.modules[__name__]), vars(held), held.names_of(Guard), held.names_of(Held)]
        self._mine = [(version, version()) for version in map(held.version_of, mine)]
        self._types: list[type] = []
        self._look_from_here()
        self._busy = False
        sys.addaudithook(self._hear)

    def watch(self, modules: Iterable[ModuleType]) -> None:
        """Have an eye on these too, the modules of the tests: what they hold stays what it is."""
        known = {id(each.module) for each in self._held}
        for module in modules:
            if id(module) not in known:  # modules that exist as text only share their name
                known.add(id(module))
                self._held.append(Held(module.__name__, vars(module), module))

    def check(self) -> None:
        """Look whether all is as it was. Call it where no student code is running."""
        for version, right in self._mine:
            if version() != right:  # told without a method of this class: it may be patched
                self._tell(f"{__name__} was changed while the student's code ran")
        for name, module, version, right in self._strict:
            if version() != right or sys.modules.get(name) is not module:
                self._say(f"{name} was changed while the student's code ran")
        for each in self._held:
            if each.module is not None and sys.modules.get(each.name) not in (None, each.module):
                self._say(f"{each.name} was replaced")
            for key in each.replaced():
                self._say(f"{each.name}.{key} was replaced")
        self._find_types()
        for kind in self._types:
            if not NOTHING_DECIDED.isdisjoint(vars(kind)) and (name := self._deciding(kind)):
                self._say(f"the type {kind.__name__} has a {name} of its own")

    def _find_types(self) -> None:
        """Add the types that were made since the last look to those that are known."""
        found = gc.get_objects()
        if not any(each is self._last for each in found):
            self._say("objects were hidden from the garbage collector")
        self._types += [each for each in found if isinstance(each, type)]
        self._look_from_here()

    def _look_from_here(self) -> None:
        """Freeze all that there is, so that the next look need not go through it again."""
        gc.freeze()
        self._last = [self]  # which the next look has to find

    def _deciding(self, kind: type) -> str:
        """The first method by which objects of this type would judge themselves, or nothing."""
        for name in DECIDING:
            method = vars(kind).get(name)
            if method is None or isinstance(method, IN_C):
                continue  # not there, or written in C
            if isinstance(method, (classmethod, staticmethod)):
                method = method.__func__
            if isinstance(method, FunctionType) and self._is_ours(method.__code__.co_filename):
                continue
            if name in COMPARISONS and _looks_at_the_other(method):
                continue
            return name
        return ""

    def _say(self, what: str) -> None:
        if what not in self._seen:
            self._seen.add(what)
            self._tell(what)

    def _hear(self, event: str, details: tuple[Any, ...]) -> None:
        if self._busy:
            return
        if event in REPORTED:
            what = event
        elif event == "object.__getattr__" and len(details) > 1 and details[1] in ATTRIBUTES:
            what = f"reading {details[1]}"
        elif event == "object.__setattr__" and len(details) > 1 and details[1] in CODE:
            what = f"writing {details[1]}"
        elif event == "compile" and len(details) > 1 and self._is_ours(str(details[1])):
            what = "compile under another file's name"
        else:
            return
        self._busy = True
        try:
            if self._by_student(sys._getframe(1), what):
                self._say(f"{what} by the student's code")
        finally:
            self._busy = False

    def _by_student(self, frame: FrameType | None, what: str) -> bool:
        """Whether the nearest frame, go-betweens aside, is not the course's or a library's."""
        if what.startswith(("reading", "compile")):
            return frame is not None and not self._is_ours(frame.f_code.co_filename)
        while frame is not None:
            name = str(frame.f_globals.get("__name__", "")).split(".")[0]
            filename = frame.f_code.co_filename
            if not self._is_ours(filename):
                return True
            if name not in THROUGH:
                return False
            frame = frame.f_back
        return False

    def _is_ours(self, filename: str) -> bool:
        if filename.startswith(self._root):
            inside = filename[len(self._root) :].lstrip("/").split("/", 1)[0]
            return inside in ("toolbox", "unit_tests", "data_scripts")
        return filename.startswith(self._ours) or filename == "test_hidden.py"


def _looks_at_the_other(method: Any) -> bool:
    """Whether a comparison reads its second argument, as one that means anything does."""
    if not isinstance(method, FunctionType):
        return False
    code = method.__code__
    if code.co_argcount != 2:
        return False
    other = code.co_varnames[1]
    if other in code.co_cellvars:
        return True
    loads = [each for each in dis.get_instructions(code) if each.opname.startswith("LOAD_FAST")]
    names = [each.argval if isinstance(each.argval, tuple) else (each.argval,) for each in loads]
    return any(other in each for each in names)  # 3.13 loads two names by one instruction


def bones(code: CodeType) -> Any:
    """A code object as plain values, without the names of files: equal for equal text."""
    constants = tuple(
        bones(each) if isinstance(each, CodeType) else repr(each) for each in code.co_consts
    )
    return (code.co_code.hex(), code.co_names, code.co_varnames, code.co_freevars, constants)
