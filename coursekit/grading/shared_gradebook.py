"""One open gradebook for all that nbgrader's converters do, with few commits instead of many."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import nbgrader.converters.autograde
import nbgrader.preprocessors.latesubmissions
import nbgrader.preprocessors.overwritecells
import nbgrader.preprocessors.overwritekernelspec
import nbgrader.preprocessors.saveautogrades
from nbgrader.api import Gradebook
from sqlalchemy import Connection, event
from sqlalchemy.exc import SAWarning

MODULES = (
    nbgrader.converters.autograde,
    nbgrader.preprocessors.latesubmissions,
    nbgrader.preprocessors.overwritecells,
    nbgrader.preprocessors.overwritekernelspec,
    nbgrader.preprocessors.saveautogrades,
)
EVERY = 1.0  # seconds between commits


class LostChanges(Exception):
    """The gradebook undid changes that were not committed yet; grading again restores them."""


class OneGradebook(Gradebook):
    """A gradebook that stays open when nbgrader closes it, and commits when it is told to."""

    def __init__(self, db_url: str, course_id: str) -> None:
        super().__init__(db_url, course_id)
        self._commit: Callable[[], None] = self.db.commit
        self.db.commit = self.db.flush
        self.db.rollback = self._lost
        self._last = time.monotonic()
        if self.engine.dialect.name == "sqlite":
            # Python's driver begins no transaction for a savepoint, so releasing one would commit.
            event.listen(self.engine, "begin", _begin)

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Undo what was changed in here if an exception leaves it, and nothing else."""
        savepoint = self.db.begin_nested()
        try:
            yield
            savepoint.commit()
        except BaseException:
            savepoint.rollback()
            raise

    def close(self) -> None:
        """nbgrader means to close it: not yet."""

    def _lost(self) -> None:
        raise LostChanges("the gradebook refused a change")

    def save(self, *, now: bool = False) -> bool:
        """Commit what is pending, at most once in `EVERY` seconds. Returns whether it did."""
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
    """nbgrader's converters and preprocessors use the same open gradebook in here."""
    book = OneGradebook(db_url, course_id)

    def same(*arguments: Any, **named: Any) -> OneGradebook:
        return book

    patches = [patch.object(module, "Gradebook", same) for module in MODULES]
    for each in patches:
        each.start()
    try:
        with warnings.catch_warnings():
            # nbgrader puts objects together before it adds them, which a flush in time is told of.
            warnings.simplefilter("ignore", SAWarning)
            yield book
    finally:
        for each in patches:
            each.stop()
        book.really_close()
