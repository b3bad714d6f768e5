"""Running the tests of functions against a submission, in a process of its own.

Runs inside the sandbox. The instructor's tests come over the line only when the outcomes of all
public ones are out, so that what those show of a student's values can't be lines of the
instructor's. Each outcome is said on the sealed line as soon as it is known; what isn't said in the
end did not pass.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Generator
from itertools import zip_longest
from pathlib import Path
from types import FunctionType
from typing import Any

import _pytest.assertion.util
import pytest

from coursekit.grading.channel import Message
from coursekit.grading.guard import Guard, bones
from toolbox.checks import modules, running
from toolbox.checks.marker import mark_of
from toolbox.checks.plugin import CourseChecks

Say = Callable[[Message], None]
Ask = Callable[[list[str]], dict[str, str]]  # gets why modules can't be loaded so far


class Watching:
    """A pytest plugin beside `CourseChecks`: keeps guard and says each outcome at once.

    Runs the tests of `functions` alone. `ask` returns the texts of the hidden tests by function,
    once the public ones are through.
    """

    explain = False  # why hidden tests can't be loaded

    def __init__(self, say: Say, guard: Guard | None, functions: list[str], ask: Ask) -> None:
        self._say, self._ask, self._functions = say, ask, frozenset(functions)
        # Taken now, and not looked up when it is needed: a class can be patched.
        self._check = guard.check if guard else lambda: None
        self._watch = guard.watch if guard else lambda modules: None
        self._checks: CourseChecks | None = None
        self._told = 0
        self.broken: list[str] = []  # before there were hidden tests
        files = Path("unit_tests").glob("*.py")
        self._shared = ["unit_tests", *(f"unit_tests.{path.stem}" for path in files)]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        found = session.config.pluginmanager.get_plugins()
        self._checks = next(each for each in found if isinstance(each, CourseChecks))

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if _function(item) in self._functions]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, Any, Any]:
        self._tell_plan(session.items)
        result = yield
        assert self._checks is not None
        self.broken = list(dict.fromkeys(self._checks.import_errors))
        for function, text in self._ask(self.broken).items() if session.items else ():
            self._run_hidden(session, function, text)
        return result

    def _tell_plan(self, items: list[pytest.Item]) -> None:
        assert self._checks is not None
        pairs = zip(items, self._checks.planned[-len(items) :], strict=True) if items else ()
        tests = [{**plan.to_json(), "digest": digest(item)} for item, plan in pairs]
        shared = [sys.modules[name] for name in self._shared if name in sys.modules]
        self._watch([*shared, *(item.module for item in items)])  # type: ignore[attr-defined]
        self._say({"kind": "planned", "tests": tests})

    def _run_hidden(self, session: pytest.Session, function: str, text: str) -> None:
        """Run a module of tests that exists as text only, as a further round of the same run."""
        assert self._checks is not None
        found = modules.hidden_items(session, text, explain=self.explain)
        before, items = self._checks.planned, [i for i in found if _function(i) == function]
        self._checks.pytest_collection_modifyitems(items)
        self._checks.planned = before + self._checks.planned
        self._tell_plan(items)
        # There are none where their imports fail: then nothing is run, and that is told.
        for item, following in zip_longest(items, items[1:]):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        self._say({"kind": "starting", "test": item.name})
        result = yield
        assert self._checks is not None
        self._check()
        for outcome in self._checks.outcomes[self._told :]:
            self._say({"kind": "outcome", **outcome.to_json()})
        self._told = len(self._checks.outcomes)
        return result

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_setup(self) -> None:
        # pytest leaves its whole configuration within the reach of an import otherwise.
        _pytest.assertion.util._config = None


def _function(item: pytest.Item) -> str:
    """The student's function that a test is of, or nothing."""
    mark = mark_of(getattr(item, "function", None))
    return mark.function if mark else ""


def digest(item: pytest.Item) -> str:
    """What the test is made of, whichever file it came from."""
    test = getattr(item, "function", None)
    if not isinstance(test, FunctionType):
        return ""
    known = [bones(test.__code__), repr(test.__defaults__), repr(mark_of(test))]
    names = sorted(_used(test))
    known += [_origin(name, test.__globals__.get(name)) for name in names]
    return hashlib.sha256(repr(known).encode()).hexdigest()


def _used(test: FunctionType) -> set[str]:
    return set(test.__code__.co_names) & set(test.__globals__)


def _origin(name: str, value: Any) -> str:
    """What a test means by a name of its module: the very function, module or constant."""
    if isinstance(value, FunctionType) and value.__module__.split(".")[0] != "student_code":
        return f"{name} = {bones(value.__code__)}"
    if getattr(value, "__name__", "").startswith("student_code"):
        return f"{name} = {value.__name__}"
    if str(getattr(value, "__module__", "")).startswith("student_code"):
        return f"{name} is the student's"
    trusted = sys.modules.get(getattr(value, "__name__", ""))
    return f"{name} = {getattr(value, '__name__', type(value).__name__)}, {trusted is value}"


def run_trial(
    task: Message,
    say: Say,
    guard: Guard | None,
    *,
    ask: Ask,
    prepare: Callable[[], None],
) -> None:
    """Run the tests in `task["files"]` of `task["functions"]`, saying each outcome.

    `prepare` runs just before; `ask` is called for the instructor's tests when the public ones
    have run, and may return none.
    """
    watching = Watching(say, guard, task["functions"], ask)
    # What is written there goes with the sandbox.
    scratch = Path(tempfile.gettempdir(), f"tests-{os.getpid()}")
    run = running.run_tests(task["files"], prepare=prepare, plugins=[watching], scratch=scratch)
    watching._check()
    say({"kind": "done", "broken": run.broken})


class Collecting(Watching):
    """Asks what tests there are, and runs none."""

    explain = True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        item.runtest = lambda: None  # type: ignore[method-assign]
        return (yield)


def plan(file: str, function: str, hidden: str) -> dict[str, list[Message]]:
    """The tests there are, by asking the instructor's own files. Runs no student code."""
    said: list[Message] = []
    watching = Collecting(
        said.append, None, [function], lambda broken: {function: hidden} if hidden else {}
    )
    run = running.run_tests([file], plugins=[watching])
    if run.broken:
        raise ValueError(f"{file}: the instructor's own tests can't be loaded: {run.broken[0]}")
    rounds = [each["tests"] for each in said if each["kind"] == "planned"]
    return {"public": rounds[0], "hidden": rounds[1] if len(rounds) > 1 else []}


def reference_modules(code: dict[str, bytes]) -> Callable[[], None]:
    """Let these modules of student_code be the course's own, from bytecode, with no file."""
    import marshal
    from importlib.abc import Loader, MetaPathFinder
    from importlib.machinery import ModuleSpec

    class FromBytecode(MetaPathFinder, Loader):
        def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
            place = str(Path("student_code", *name.split(".")[1:]).with_suffix(".py"))
            return ModuleSpec(name, self, origin=place) if name in code else None

        def exec_module(self, module: Any) -> None:
            exec(marshal.loads(code[module.__name__]), module.__dict__)

    def prepare() -> None:
        if code:
            sys.meta_path.insert(0, FromBytecode())

    return prepare
