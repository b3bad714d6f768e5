"""Measure a trained network: the worker gets images and returns predictions.

The labels stay in this process. The worker's sandbox does not contain the data sets, and the
images arrive in an order that the student cannot know.
"""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Iterator
from typing import Any

import torch

from coursekit.grading.sandbox.container import Place
from coursekit.grading.supervisor.feedback import shown_text
from coursekit.grading.supervisor.judge.link import Link, Lost
from coursekit.grading.supervisor.judge.sandboxed_tests import KEPT, Sandboxed, linked
from coursekit.grading.supervisor.processes import Processes
from toolbox import checks
from toolbox.checks import served_networks
from toolbox.checks.deadline import TooSlow, deadline
from toolbox.checks.seeds import drawing_with
from toolbox.checks.served_networks import Size, Unusable, Wanted

SETTINGS = (*KEPT, "COURSE_DATA_PREFER")


class WithoutData(Sandboxed):
    """Starts workers that do not see the data sets, until a deadline."""

    sees_data = False

    def __init__(self, processes: Processes) -> None:
        super().__init__(processes, {})
        self._until = time.monotonic() + processes.limits.seconds_per_cell

    def check(self) -> None:
        super().check()
        if time.monotonic() > self._until:
            raise Lost("out of time")


class Asked:
    """A network in a worker. Raises `Unusable` for any answer that is not a valid prediction."""

    def __init__(self, link: Link, wanted: Wanted) -> None:
        self._link, self._wanted = link, wanted
        module = self._ask("import", "toolbox.checks.served_networks")
        kind = self._ask("get", module, "Served")
        given = [wanted.run, wanted.model, wanted.num_classes, wanted.masks]
        self._served = self._ask("call", kind, given, {})
        self.fine_tuned = self._answer("start", []) is True

    def predict(self, x: torch.Tensor, size: Size | None) -> torch.Tensor:
        found = self._answer("predict", [x, size])
        shape = (len(x), *(size or ()))
        if type(found) is not torch.Tensor or found.dtype != torch.int64:
            raise Unusable("The network can't be run: its predictions are not class ids.")
        if found.shape != shape or bool((found < 0).any()):
            raise Unusable("The network can't be run: its predictions are not class ids.")
        return found.detach()

    def _answer(self, method: str, operands: list[Any]) -> Any:
        found = self._ask("method", self._served, method, operands, {})
        if type(found) is str:
            raise Unusable(shown_text(found))
        return found

    def _ask(self, op: str, *operands: object) -> Any:
        try:
            return self._link.ask(op, *operands)
        except (Lost, TooSlow):
            raise
        except BaseException as problem:  # the worker chooses the exception type
            said = f"{type(problem).__name__}: {problem}"
            raise Unusable(
                shown_text(f"The network {self._wanted.model} can't be made: {said}")
            ) from None


def measured(processes: Processes, place: Place, run: str, key: str) -> tuple[str, float]:
    """Return what `checks.grade_trained(run)` prints, and the points.

    key: determines the order of the images. Raises `Lost` if the worker ends or exceeds its
    limits, and any exception of the course's own code.
    """
    said = io.StringIO()
    with linked(WithoutData(processes), place, SETTINGS, lambda text: None) as (link, _):

        @contextlib.contextmanager
        def make(wanted: Wanted, seconds: float) -> Iterator[Asked]:
            link.start_test(seconds)
            try:
                with deadline(seconds):
                    yield Asked(link, wanted)
            finally:
                link.close()

        with contextlib.redirect_stdout(said), served_networks.made_by(make), drawing_with(key):
            points = checks.grade_trained(run)
    return said.getvalue(), float(points)
