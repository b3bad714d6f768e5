"""Collect test modules without pytest's own report of import errors.

If a student's module can't be loaded, pytest formats a traceback and searches all loaded modules
for its source: that takes longer than the tests do.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from toolbox import course
from toolbox.checks.deadline import TooSlow
from toolbox.checks.outcome import HiddenBroken, describe_import


class FileModule(pytest.Module):
    """A module of tests in a file of the course."""

    def _getobj(self) -> ModuleType:
        place = self.path.resolve().relative_to(course.find_root().resolve())
        try:
            return importlib.import_module(".".join(place.with_suffix("").parts))
        except (Exception, TooSlow, pytest.skip.Exception) as error:
            raise self.CollectError(describe_import(error)) from error


class TextModule(pytest.Module):
    """A module of tests that exists only as text."""

    text: str
    made: ModuleType
    explain: bool

    def _getobj(self) -> ModuleType:
        try:
            exec(compile(self.text, "test_hidden.py", "exec"), self.made.__dict__)
        except (Exception, SystemExit, TooSlow, pytest.skip.Exception) as error:
            # The reason could quote the hidden tests, which students must not see.
            raise self.CollectError("broken") from (error if self.explain else HiddenBroken())
        return self.made


def hidden_items(
    session: pytest.Session, text: str, *, explain: bool = False
) -> Iterator[pytest.Item]:
    """Return the tests of a module that exists only as text.

    `explain` says whether to report why the module can't be loaded.
    """
    module = ModuleType("hidden_tests")
    module.HIDDEN = True  # type: ignore[attr-defined]
    collector = TextModule.from_parent(session, path=session.path / "test_hidden.py")
    collector.text, collector.made, collector.explain = text, module, explain
    return session.genitems(collector)


class HiddenTests:
    """A plugin that adds the tests of a module that exists only as text."""

    def __init__(self, text: str) -> None:
        self.text = text

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> None:
        items.extend(hidden_items(session, self.text))


class FileModules:
    """A plugin that collects files as `FileModule`."""

    def pytest_pycollect_makemodule(
        self, module_path: Path, parent: pytest.Collector
    ) -> pytest.Module:
        return FileModule.from_parent(parent, path=module_path)
