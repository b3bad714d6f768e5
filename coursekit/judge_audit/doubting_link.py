"""Find the tests that rest on a worker's claims, with a judge that distrusts one kind of answer.

With `VALUES`, every number, string and array from the worker's functions is altered on arrival. A
test that still passes does not depend on them. With `CLAIMS`, everything that the worker merely
reports about its objects is altered: their kinds, lengths, modes and parameters, and its in-place
changes of arguments. A test that passes with other values and fails with other claims rests on a
claim: a worker could pass it without computing anything.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn

from coursekit.grading.protocol.shared_parameters import Shared, SharedParameter
from coursekit.grading.supervisor.judge.handles import Handle
from coursekit.grading.supervisor.judge.link import Link
from coursekit.grading.supervisor.judge.pytest_session import run
from coursekit.grading.supervisor.judge.remote_errors import Errors
from coursekit.test_quality.forked_judge import Forked

VALUES, CLAIMS = "values", "claims"
COMPUTED = frozenset({"call", "calls", "method", "get", "item", "items", "next", "float", "int"})
LISTED = frozenset({"kept", "steps"})  # lists that an object or a result gives about itself
SAID = frozenset({"training", "requires_grad"})  # attributes that an object merely claims


class Doubting(Link):
    """A link whose worker is right, but is distrusted in one respect."""

    doubted = ""

    def ask(self, op: str, *operands: object) -> Any:
        found = super().ask(op, *operands)
        if self._nested:
            return found
        if self.doubted == CLAIMS and op in LISTED:
            return []
        said = op in ("len", "contains") or (op == "get" and operands[1] in SAID)
        if self.doubted == CLAIMS and said:
            return not found if isinstance(found, bool) else found + 1
        if self.doubted == VALUES and op in COMPUTED and not said:
            return other(found)
        return found

    def stand_in(self, number: int, kind: str, name: str) -> Handle:
        kept = self.doubted != CLAIMS or kind == "module"
        return super().stand_in(number, kind if kept else "object", name)


class Doubted(Shared):
    """Parameters of both sides, some changes of which are distrusted.

    New values in a parameter of the test were computed by the worker; those in a parameter of the
    worker's own networks are claims about them.
    """

    def __init__(self, link: Doubting) -> None:
        super().__init__(link)
        self._link = link

    def take(self, changes: object, blobs: list[bytearray]) -> None:
        if type(changes) is list and self._link.doubted == CLAIMS:
            changes = [each for each in changes if not each[0]]
        super().take(changes, blobs)
        if type(changes) is list and self._link.doubted == VALUES:
            for theirs, number, _, data, gradient in changes:
                if not theirs:
                    self._change(self._entries[True, number], data is not None, gradient != "same")

    @staticmethod
    def _change(entry: SharedParameter, value: bool, gradient: bool) -> None:
        if value:
            entry.value.data = other(entry.value.data)
        if gradient and entry.value.grad is not None:
            entry.value.grad = other(entry.value.grad)
        entry.note()


def other(value: Any) -> Any:
    """Return a value of the same form with different contents. Objects stay the same."""
    if isinstance(value, (Handle, nn.Parameter)) or value is None:
        return value
    if isinstance(value, torch.Tensor):
        if value.dtype == torch.bool:
            return ~value
        if value.is_floating_point() or value.is_complex():
            return value * 1.5 + 0.37
        return value + 1
    if isinstance(value, (np.ndarray, np.generic)):
        numbers: Any = value
        if value.dtype.kind == "b":
            return ~numbers
        return numbers + 1 if value.dtype.kind in "iufc" else value
    if isinstance(value, Image.Image):
        return value.point(lambda level: 255 - level) if value.mode in ("L", "RGB") else value
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float, complex)):
        return value * 1.5 + 1 if isinstance(value, float) else value + 1
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, dict):
        return {key: other(each) for key, each in value.items()}
    if type(value) in (list, tuple):
        return type(value)(other(each) for each in value)
    return value


Test = tuple[str, str]


def passing(root: Path, module: str, functions: Sequence[str], doubted: str) -> set[Test]:
    """Return the tests that the reference passes. `root` must be the current folder."""
    hidden = root / "unit_tests" / "hidden" / f"test_{module}.py"
    text = hidden.read_text(encoding="utf-8") if hidden.is_file() else ""
    texts = dict.fromkeys(functions, text) if text else {}
    with tempfile.TemporaryDirectory() as folder:
        source, here = Forked(Path(folder, "there")), Path(folder, "here")
        link = Doubting(source, here, Errors(str(root), {}), lambda said: None)
        link.doubted = doubted
        link.shared = Doubted(link)
        looked_up = link.handed.after
        link.handed.after = lambda value: (  # type: ignore[method-assign]
            other(looked_up(value)) if doubted == CLAIMS else looked_up(value)
        )
        try:
            files = [f"unit_tests/test_{module}.py"]
            found = run(link, files, functions, texts, here, seconds=20.0)
        finally:
            link.close()
    return {(each.function, each.test) for each in found.outcomes if each.passed}


def claimed(root: Path, module: str, functions: Sequence[str]) -> Iterator[Test]:
    """Yield the tests of some functions that rest on a claim of the worker."""
    without_values = passing(root, module, functions, VALUES)
    yield from sorted(without_values - passing(root, module, functions, CLAIMS))
