"""Watching, inside a process that runs student code, that nobody tampers with the checks.

Three watches, none of which an honest solution comes near:

- Python's audit events: looking into other frames, walking the garbage collector's lists,
  reaching for ctypes, rewriting a function's code. A hook for them can't be taken out again.
- The dictionaries of the checks, of pytest and of what they are built on. CPython 3.11 and 3.12
  number each change of a dictionary, so a change that is undone in time is seen as well.
- Types that the student's code makes, with comparisons or conversions of their own: objects that
  are equal to whatever they are compared with.

`arm` takes the state of affairs before any student code is loaded.
"""

from __future__ import annotations

import ctypes
import dataclasses
import gc
import sys
from collections.abc import Callable, Iterable
from types import CodeType, FrameType, FunctionType, ModuleType, WrapperDescriptorType
from typing import Any

STRICT = (  # nothing here may change at all while student code runs
    "toolbox.checks",
    "toolbox.checks.expect",
    "toolbox.checks.outcome",
    "toolbox.checks.plugin",
    "toolbox.checks.marker",
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

# Events that are tampering when student code causes them itself.
FORBIDDEN = frozenset(
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
        "os.fork",
        "os.forkpty",
        "os.kill",
        "os.killpg",
        "os.exec",
        "os.posix_spawn",
        "subprocess.Popen",
        "os.system",
    }
)
ATTRIBUTES = frozenset({"tb_frame", "gi_frame", "cr_frame", "ag_frame", "__code__", "f_back"})
CODE = frozenset({"__code__", "__defaults__", "__kwdefaults__"})
THROUGH = ("ctypes", "inspect", "gc", "subprocess", "multiprocessing", "types")
DECIDING = [
    "__eq__",
    "__ne__",
    "__lt__",
    "__le__",
    "__gt__",
    "__ge__",
    "__bool__",
    "__float__",
    "__array__",
    "__array_ufunc__",
    "__array_function__",
    "__array_interface__",
    "__torch_function__",
    "__torch_dispatch__",
    "__instancecheck__",
    "__subclasscheck__",
    "__getattribute__",
    "__class__",
    "__del__",
]


class Guard:
    """One a process. `tell` is called at once with each thing that was seen."""

    def __init__(self, tell: Callable[[str], None], root: str, trusted: Iterable[str]) -> None:
        self._tell = tell
        self._seen: set[str] = set()
        self._ours = tuple(trusted)
        self._root = root
        # Kept here, and not looked up again: what a module holds can be changed.
        strict = _modules(STRICT)
        self._strict = [(name, module, _versions(module)) for name, module in strict.items()]
        self._same = {n: (module, dict(vars(module))) for n, module in _modules(SAME).items()}
        self._right: dict[str, Any] = {}  # versions of modules that were found to be as they were
        self._classes = [(c, dict(vars(c))) for c in _classes()]
        self._busy = False
        sys.addaudithook(self._hear)

    def watch(self, modules: Iterable[ModuleType]) -> None:
        """Have an eye on these too, the modules of the tests: what they hold stays what it is."""
        for module in modules:
            self._same.setdefault(module.__name__, (module, dict(vars(module))))

    def check(self) -> None:
        """Look whether all is as it was. Call it where no student code is running."""
        for name, module, version in self._strict:
            if _versions(module) != version or sys.modules.get(name) is not module:
                self._say(f"{name} was changed while the student's code ran")
        for name, (module, before) in self._same.items():
            now, version = vars(module), _versions(module)
            if name in sys.modules and sys.modules[name] is not module:
                self._say(f"{name} was replaced")
            if self._right.get(name) == version:
                continue
            self._right[name] = version
            left = VARIABLE | (SYS_VARIABLE if name == "sys" else set())
            for key, value in before.items():
                if key not in left and now.get(key) is not value:
                    self._say(f"{name}.{key} was replaced")
        for kind, attributes in self._classes:
            held = vars(kind)
            if any(held.get(key) is not value for key, value in attributes.items()):
                self._say(f"{kind.__name__} was changed")
        for kind in _new_types():
            if name := self._deciding(kind):
                self._say(f"the type {kind.__name__} has a {name} of its own")

    def _deciding(self, kind: type) -> str:
        """The first method by which objects of this type would judge themselves, or nothing."""
        for name in DECIDING:
            method = vars(kind).get(name)
            if method is None or isinstance(method, WrapperDescriptorType):
                continue  # not there, or written in C
            if isinstance(method, (classmethod, staticmethod)):
                method = method.__func__
            if isinstance(method, FunctionType) and self._is_ours(method.__code__.co_filename):
                continue
            if name == "__eq__" and _written_by_dataclass(kind):
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
        if event in FORBIDDEN:
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


def _modules(names: Iterable[str]) -> dict[str, ModuleType]:
    return {name: sys.modules[name] for name in names if name in sys.modules}


def _classes() -> list[type]:
    named = [getattr(sys.modules[m], c) for m, c in SAME_CLASSES if m in sys.modules]
    strict = [
        value
        for module in _modules(STRICT).values()
        for value in vars(module).values()
        if isinstance(value, type) and value.__module__ == module.__name__
    ]
    return [*named, *strict]


def _versions(module: ModuleType) -> Any:
    """A number that differs after each change of the module's names, whatever it was."""
    names = vars(module)
    if sys.version_info < (3, 13) and sys.implementation.name == "cpython":
        # PyDictObject: reference count, type, entries, version; 8 bytes each.
        return ctypes.c_uint64.from_address(id(names) + 24).value
    return {key: id(value) for key, value in names.items() if key not in VARIABLE}


def _new_types() -> list[type]:
    """The types made since `gc.freeze()`, which the warm process calls before it forks."""
    return [each for each in gc.get_objects() if isinstance(each, type)]


def _written_by_dataclass(kind: type) -> bool:
    if not dataclasses.is_dataclass(kind):
        return False
    names = [field.name for field in dataclasses.fields(kind)]
    model = dataclasses.make_dataclass("Model", names)
    mine, usual = vars(kind)["__eq__"], vars(model)["__eq__"]
    return isinstance(mine, FunctionType) and bones(mine.__code__) == bones(usual.__code__)


def bones(code: CodeType) -> Any:
    """A code object as plain values, without the names of files: equal for equal text."""
    constants = tuple(
        bones(each) if isinstance(each, CodeType) else repr(each) for each in code.co_consts
    )
    return (code.co_code.hex(), code.co_names, code.co_varnames, code.co_freevars, constants)
