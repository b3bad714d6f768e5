"""Share one open gradebook among nbgrader's converters, with few commits instead of many."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import nbgrader.converters.autograde
import nbgrader.preprocessors.latesubmissions
import nbgrader.preprocessors.overwritecells
import nbgrader.preprocessors.overwritekernelspec
import nbgrader.preprocessors.saveautogrades
from sqlalchemy import Connection, event
from sqlalchemy.exc import SAWarning

from coursekit.grading.found_cells import FoundCells

MODULES = (
    nbgrader.converters.autograde,
    nbgrader.preprocessors.latesubmissions,
    nbgrader.preprocessors.overwritecells,
    nbgrader.preprocessors.overwritekernelspec,
    nbgrader.preprocessors.saveautogrades,
)
EVERY = 1.0  # seconds between commits


class LostChanges(Exception):
    """The gradebook rolled back uncommitted changes; grading again restores them."""


class OneGradebook(FoundCells):
    """A gradebook that ignores nbgrader's calls to close it, and commits only in `save`."""

    def __init__(self, db_url: str, course_id: str) -> None:
        super().__init__(db_url, course_id)
        self._commit: Callable[[], None] = self.db.commit
        self.db.commit = self.db.flush
        self.db.rollback = self._lost
        self._last = time.monotonic()
        if self.engine.dialect.name == "sqlite":
            # Python's driver begins no transaction for a savepoint, so releasing it would commit.
            event.listen(self.engine, "begin", _begin)

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Undo the changes made in this context, and no others, if it raises."""
        savepoint = self.db.begin_nested()
        self.forget()
        try:
            yield
            savepoint.commit()
        except BaseException:
            savepoint.rollback()
            raise
        finally:
            self.forget()

    def close(self) -> None:
        """Keep the gradebook open although nbgrader asks to close it; see `really_close`."""

    def _lost(self) -> None:
        raise LostChanges("the gradebook refused a change")

    def save(self, *, now: bool = False) -> bool:
        """Commit pending changes, at most once in `EVERY` seconds. Return whether it did."""
        if not now and time.monotonic() - self._last < EVERY:
            return False
        self._commit()
        self.db.expunge_all()
        self._last = time.monotonic()
        return True

    def really_close(self) -> None:
        super().close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def one_gradebook(db_url: str, course_id: str) -> Iterator[OneGradebook]:
    """Make nbgrader's converters and preprocessors use one open gradebook in this context."""
    book = OneGradebook(db_url, course_id)

    def same(*arguments: object, **named: object) -> OneGradebook:
        return book

    patches = [patch.object(module, "Gradebook", same) for module in MODULES]
    for each in patches:
        each.start()
    try:
        with warnings.catch_warnings():
            # nbgrader links objects before it adds them, and flushes in between warn about that.
            warnings.simplefilter("ignore", SAWarning)
            yield book
    finally:
        for each in patches:
            each.stop()
        book.really_close()
