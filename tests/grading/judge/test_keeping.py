"""The worker lists what an object keeps, and everything the object needs is sent as bytes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from coursekit.grading.supervisor.judge.link import Link, Lost
from coursekit.grading.supervisor.judge.remote_state import Keeping
from tests.grading.judge.students import student
from tests.grading.judge.test_hostile_worker import answer, linked
from tests.grading.tiny_grader import TinyGrader
from toolbox import checks
from toolbox.checks.object_bytes import dumped, loaded

NET = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self, weight):
        super().__init__()
        self.whole = nn.Buffer(weight.to(torch.int8))
        self.more = [torch.ones(2)]
    def forward(self, x): return x @ self.whole.float() + self.more[0].sum()
stash = []
class Stashed(Net):
    def __reduce__(self):
        stash.append(self)
        return stash.__getitem__, (len(stash) - 1,)
"""


def test_the_tensors_of_an_object_are_listed(here: Path) -> None:
    with student(here, NET) as (shapes, link):
        found = Keeping(link).kept(shapes.Net(torch.ones(3, 4)))
        assert sorted((str(t.dtype), tuple(t.shape)) for t in found) == [
            ("torch.float32", (2,)),
            ("torch.int8", (3, 4)),
        ]


def test_a_fresh_worker_continues_from_the_bytes(here: Path) -> None:
    with student(here, NET) as (shapes, link):
        weight, x = torch.arange(12.0).reshape(3, 4), torch.ones(2, 3)
        made = shapes.Net(weight)
        data = Keeping(link).saved(made)
        before = link.generation
        again = Keeping(link).restored(data)
        assert link.generation == before + 1
        assert torch.equal(again(x), x @ weight + 2)
        with pytest.raises(Lost):
            made(x)
        assert torch.equal(shapes.Net(weight)(x), x @ weight + 2)  # imported again


BOX = """
class Box:
    def __init__(self, side): self.side = side
    def __call__(self, other): return area(self.side, other)
def area(a, b):
    if a < 0 or b < 0: raise ValueError("negative")
    return a * b
"""
HIDDEN = '''"""More."""
from student_code import shapes
from toolbox.checks import expect, restored, saved, task

@task("shapes.area")
def test_secret() -> None:
    """A box is known by its bytes."""
    expect.equal(restored(saved(shapes.Box(3)))(4), 12, "the secret call")
'''


@pytest.mark.skipif(sys.platform != "linux", reason="sandboxes need Linux")
def test_a_sandbox_is_replaced_by_a_fresh_one(grader: TinyGrader) -> None:
    assert grader.grade(BOX, HIDDEN).score == 8
    # The second sandbox sees nothing that processes of the first one left behind.
    stashed = (
        BOX
        + """
import pathlib
for place in ("/tmp", "/scratch", "/dev/shm", "."):
    for path in pathlib.Path(place).glob("side*"):
        Box.__call__ = lambda self, other: area(3, other)
class Box(Box):
    def __reduce__(self):
        for place in ("/tmp", "/scratch", "/dev/shm", "."):
            try: pathlib.Path(place, "side").write_text("3")
            except OSError: pass
        return Box, (0,)
"""
    )
    assert grader.grade(stashed, HIDDEN).score == 6


def test_what_a_worker_kept_to_itself_is_lost(here: Path) -> None:
    with student(here, NET) as (shapes, link):
        data = Keeping(link).saved(shapes.Stashed(torch.ones(3, 4)))
        with pytest.raises((IndexError, AttributeError)):
            Keeping(link).restored(data)(torch.ones(2, 3))


@pytest.mark.parametrize(
    "ok", [13, "x", ["l"], ["T", "", "float32", [0], 0], ["h", 1, "object", "x"]]
)
def test_only_bytes_are_bytes(tmp_path: Path, ok: Any) -> None:
    with pytest.raises(Lost):
        Keeping(_link(tmp_path, ok)).saved(3)


@pytest.mark.parametrize("ok", [13, ["l", 3], ["l", ["l"]], ["t"], ["h", 1, "object", "x"]])
def test_only_tensors_are_kept(tmp_path: Path, ok: Any) -> None:
    link = _link(tmp_path, ["h", 1, "object", "Box"], ok)
    with pytest.raises(Lost):
        Keeping(link).kept(link.ask("get", None, "x"))


def _link(folder: Path, *values: Any) -> Link:
    return linked(folder, *(answer(value, [b""]) for value in values))


def test_a_worker_is_not_replaced_while_it_asks(here: Path) -> None:
    with student(here, "def area(f): return f()\n") as (shapes, link), pytest.raises(Lost):
        shapes.area(link.renew)


def test_in_one_process_objects_are_saved_and_restored_here() -> None:
    net = nn.Linear(30, 20)
    net.extra = (torch.zeros(3, dtype=torch.int8),)  # type: ignore[assignment]
    assert sum(t.numel() for t in checks.kept(net)) == 30 * 20 + 20 + 3
    data = checks.saved(net)
    assert 4 * 620 < len(data) < 4 * 620 + 1500
    assert torch.equal(checks.restored(data)(torch.ones(30)), net(torch.ones(30)))


def test_functions_and_classes_of_functions_are_saved() -> None:
    def make(scale: float) -> Any:
        class Local(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.change = lambda x, more=1: scale * x + more

            @property
            def two(self) -> int:
                return 2

            def forward(self, x: float) -> Any:
                return self.change(x) + self.two if x > 0 else self.forward(-x)

        return Local()

    assert loaded(dumped(make(3.0)))(-5) == 18


def test_tied_weights_of_a_network_stay_tied(here: Path) -> None:
    text = "def area(net): return len({id(p) for p in net.parameters()})\n"
    with student(here, text) as (shapes, _):
        first, second = nn.Linear(3, 3), nn.Linear(3, 3)
        second.weight = first.weight
        assert shapes.area(nn.Sequential(first, second, first)) == 3
