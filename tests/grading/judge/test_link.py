"""What a test in the judge can see of a student's module, and what it cannot."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader

from coursekit.grading.supervisor.judge.handles import Handle
from coursekit.grading.supervisor.judge.link import Lost
from coursekit.grading.worker.server import Worker
from tests.grading.judge.students import student
from toolbox.checks import repeated, steps_behind
from toolbox.checks.outcome import Outcome, describe


def described(run: Any) -> Outcome:
    """Return the outcome of a test that calls `run`, which raises."""
    outcome = Outcome("test", "promise", "shapes.area", 1)
    with pytest.raises(BaseException) as found:
        run()
    describe(outcome, found.value)
    return outcome


def test_values_arrive_and_objects_stay(here: Path) -> None:
    text = (
        "class Box:\n"
        "    def __init__(self, a): self.a = a\n"
        "    def area(self): return self.a ** 2\n"
    )
    with student(here, text) as (shapes, _):
        box = shapes.Box(np.array([1.0, 3.0]))
        assert np.array_equal(box.area(), [1.0, 9.0])
        assert isinstance(box, Handle)
        assert type(box).__name__ == "Box"
        box.a = 5
        assert box.area() == 25
        with pytest.raises(AttributeError):
            _ = box.nothing


def test_an_object_equals_nothing_but_itself(here: Path) -> None:
    text = (
        "class Yes:\n"
        "    def __eq__(self, other): return True\n"
        "    __hash__ = None\n"
        "    def __lt__(self, other): return True\n"
        "    __le__ = __gt__ = __ge__ = __lt__\n"
        "yes = Yes()\n"
        "def answer(): return yes\n"
    )
    with student(here, text) as (shapes, _):
        assert (shapes.answer() == 3) is False
        assert shapes.answer() != [1]
        with pytest.raises(TypeError):
            _ = shapes.answer() <= 3


def test_no_library_reads_memory_at_an_address_of_the_workers(here: Path) -> None:
    text = (
        "class Array:\n"
        "    __array_interface__ = {'data': (1, False), 'shape': (9,), 'typestr': '<f8',"
        " 'version': 3}\n"
        "    def __len__(self): return 1 << 30\n"
        "def answer(): return Array()\n"
    )
    with student(here, text) as (shapes, _):
        found = shapes.answer()
        assert not hasattr(found, "__array_interface__")
        assert not hasattr(found, "__array_struct__")


def test_inputs_cannot_be_altered_from_the_other_side(here: Path) -> None:
    text = (
        "def area(x, y, z):\n"
        "    x[:] = 0\n    y.zero_()\n    z.clear()\n    z['new'] = 1\n    return 0\n"
    )
    with student(here, text) as (shapes, link):
        x, y, z = np.ones(3), torch.ones(3), {"old": [1]}
        assert shapes.area(x, y, z) == 0
        assert x.sum() == 3
        assert y.sum() == 3
        assert z == {"old": [1]}
        # A test can request the worker's copy.
        assert link.handed.after(x).sum() == 0
        assert link.handed.after(y).sum() == 0
        assert link.handed.after(z) == {"new": 1}
        assert link.handed.after({"y": y})["y"].sum() == 0


def test_errors_read_as_if_the_code_had_run_here(here: Path) -> None:
    text = (
        "class Odd(ValueError): pass\n"
        "def area(x):\n"
        "    if x == 1: raise Odd('no ones')\n"
        "    if x == 2: return {}['two']\n"
        "    raise NotImplementedError()\n"
    )
    with student(here, text) as (shapes, _):
        with pytest.raises(ValueError, match="no ones"):
            shapes.area(1)
        odd, key = described(lambda: shapes.area(1)), described(lambda: shapes.area(2))
        stub = described(lambda: shapes.area(3))
    assert odd.got == "Odd: student_code.shapes.Odd: no ones"
    assert odd.where == "student_code/shapes.py, line 3: if x == 1: raise Odd('no ones')"
    assert key.got == "KeyError: 'two'"
    assert (stub.status, stub.got) == ("stub", "area is not implemented yet")


def test_what_is_printed_arrives(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with student(here, "def area(x): print('area of', x)\n") as (shapes, _):
        shapes.area(3)
    assert capsys.readouterr().out == "area of 3\n"


def test_draws_follow_the_seed_of_the_test(here: Path) -> None:
    text = (
        "import random, numpy as np, torch\n"
        "def draw(): return [random.random(), float(np.random.rand()), float(torch.rand(()))]\n"
    )
    with student(here, text) as (shapes, _):

        def seeded() -> None:
            random.seed(5)
            np.random.seed(5)
            torch.manual_seed(5)

        seeded()
        first, second = shapes.draw(), shapes.draw()
        seeded()
        assert [random.random(), np.random.rand(), float(torch.rand(()))] == first
        assert first != second
        seeded()
        assert shapes.draw() == first
        # Later draws of the test use numbers that the student did not see.
        assert random.random() not in (*first, *second)


def test_callbacks_are_run_by_the_test(here: Path) -> None:
    text = "def apply(f, x): return f(x) + 1\ndef same(f): return f\n"
    with student(here, text) as (shapes, _):
        seen: list[Any] = []

        def double(x: int) -> int:
            seen.append(x)
            return 2 * x

        assert shapes.apply(double, 4) == 9
        assert seen == [4]
        assert shapes.same(double) is double


def test_an_exception_of_a_callback_comes_back_as_it_was(here: Path) -> None:
    class Mine(Exception):
        pass

    def fail(x: int) -> int:
        raise Mine

    with student(here, "def apply(f, x): return f(x) + 1\n") as (shapes, _), pytest.raises(Mine):
        shapes.apply(fail, 4)


def test_gradients_flow_through_functions_of_the_student(here: Path) -> None:
    text = "def area(x, y): return (x * y).sum()\n"
    with student(here, text) as (shapes, _):
        x, y = torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor([3.0, 4.0])
        shapes.area(x.exp(), y).backward()
        assert x.grad is not None
        assert torch.allclose(x.grad, y * x.detach().exp())


def test_parameters_of_the_student_learn_by_an_optimizer_of_the_test(here: Path) -> None:
    text = (
        "import torch\nfrom torch import nn\n"
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n        self.w = nn.Parameter(torch.ones(2))\n"
        "    def forward(self, x): return (self.w * x).sum()\n"
    )
    with student(here, text) as (shapes, _):
        net: Any = shapes.Net()
        x = torch.tensor([1.0, 3.0])
        assert issubclass(type(net), nn.Module)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
        net(x).backward()
        (weight,) = list(net.parameters())
        assert weight.grad is not None
        assert torch.equal(weight.grad, x)
        optimizer.step()
        assert torch.allclose(weight.detach(), 1 - 0.5 * x)
        assert float(net(x).detach()) == pytest.approx(float(((1 - 0.5 * x) * x).sum()))


def test_an_optimizer_of_the_test_lists_its_parameters(here: Path) -> None:
    text = (
        "import torch\n"
        "def step(optimizer):\n"
        "    for group in optimizer.param_groups:\n"
        "        torch.nn.utils.clip_grad_norm_(group['params'], 1.0)\n"
        "    optimizer.step()\n"
    )
    weight = nn.Parameter(torch.tensor([3.0, 4.0]))
    weight.grad = torch.tensor([30.0, 40.0])
    with student(here, text) as (shapes, _):
        shapes.step(torch.optim.SGD([weight], lr=1.0))
    assert torch.allclose(weight.detach(), torch.tensor([2.4, 3.2]))


def test_a_network_of_the_test_is_handed_over(here: Path) -> None:
    text = "def freeze(net):\n    for p in net.parameters(): p.requires_grad = False\n"
    with student(here, text) as (shapes, link):
        mine = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
        theirs = link.hand_over(mine)
        x = torch.ones(1, 2)
        assert torch.equal(theirs(x), mine(x))
        shapes.freeze(theirs)
        assert [p.requires_grad for p in theirs.parameters()] == [False, False]
        assert all(p.requires_grad for p in mine.parameters())


def test_a_loss_of_the_test_stays_a_function_of_its_leaves(here: Path) -> None:
    text = (
        "import torch\n"
        "def slope(w, L): return torch.autograd.grad(L, w)[0]\n"
        "def step(w, L, lr):\n"
        "    w.grad = None\n    L.backward()\n    w.data.add_(w.grad, alpha=-lr)\n"
        "def twice(w, L): return 2 * L\n"
    )
    with student(here, text) as (shapes, _):
        w = torch.tensor([3.0], requires_grad=True)
        assert shapes.slope(w, 4 * w**3) == 108
        assert w.grad is None
        shapes.step(w, L=4 * w**3, lr=0.01)
        assert torch.allclose(w.detach(), torch.tensor([1.92]))
        assert w.grad is not None
        w.grad = None
        shapes.twice(w, w**2).backward()
        assert torch.allclose(w.grad, 4 * w.detach())


def test_a_loss_crosses_alone_unless_all_its_leaves_do(here: Path) -> None:
    text = "def product(w, L): return w * L\n"
    with student(here, text) as (shapes, _):
        v, w = torch.tensor(2.0, requires_grad=True), torch.tensor(3.0, requires_grad=True)
        shapes.product(w, v * w).backward()
        assert (v.grad, w.grad) == (9, 12)


def test_values_changed_through_data_arrive(here: Path) -> None:
    text = "def move(w):\n    w.data.add_(1)\ndef forget(w):\n    w.grad.data.zero_()\n"
    with student(here, text) as (shapes, _):
        w = torch.tensor([2.0], requires_grad=True)
        (3 * w).sum().backward()
        shapes.move(w)
        assert w == 3
        shapes.forget(w)
        assert w.grad == 0


def test_a_network_of_the_test_runs_there_with_its_parts(here: Path) -> None:
    text = (
        "def restored(net, x):\n"
        "    modes = {part: part.training for part in net.modules()}\n"
        "    y = net.eval().forward(x)\n"
        "    for part, mode in modes.items(): part.training = mode\n"
        "    return y, len(modes), [type(part).__name__ for part in net.children()]\n"
        "def replace(net): net.loss_criterion = 3\n"
    )
    with student(here, text) as (shapes, _):

        class Mine(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.layers = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.9))

            def forward(self, x: torch.Tensor) -> torch.Tensor:
                return self.layers(x)

        mine, x = Mine(), torch.ones(1, 2)
        mine.layers[0].eval()
        found, parts, kinds = shapes.restored(mine, x)
        assert torch.equal(found, mine.layers[0](x))
        assert parts == 4
        assert kinds == ["LentModule"]
        assert [part.training for part in mine.modules()] == [True, True, False, True]
        with pytest.raises(AttributeError):
            shapes.replace(mine)


def test_items_of_one_batch_cross_together(here: Path) -> None:
    text = (
        "import torch\n"
        "class Shared:\n"
        "    def __init__(self): self.row = torch.zeros(2)\n"
        "    def __len__(self): return 4\n"
        "    def __getitem__(self, i): return self.row.fill_(i)\n"
        "class Batched(Shared):\n"
        "    def __getitems__(self, keys): return [torch.full((2,), 10.0 * i) for i in keys]\n"
        "class Short(Shared):\n"
        "    def __getitems__(self, keys): return []\n"
    )
    with student(here, text) as (shapes, _):
        found = list(DataLoader(shapes.Shared(), batch_size=3))
        assert [batch[:, 0].tolist() for batch in found] == [[2, 2, 2], [3]]
        found = list(DataLoader(shapes.Batched(), batch_size=3))
        assert [batch[:, 0].tolist() for batch in found] == [[0, 10, 20], [30]]
        with pytest.raises(TypeError):
            list(DataLoader(shapes.Short(), batch_size=3))


def test_repeated_calls_cross_together(here: Path) -> None:
    text = (
        "import torch\n"
        "calls = []\n"
        "def area(x, add=0, generator=None):\n"
        "    calls.append(x)\n"
        "    return x + add + torch.rand((), generator=generator)\n"
        "def count(): return len(calls)\n"
        "def fail(x):\n"
        "    calls.append(x)\n"
        "    if len(calls) > 3: raise ValueError('too many')\n"
        "    return x\n"
    )
    with student(here, text) as (shapes, link):
        source = torch.Generator().manual_seed(3)
        before = link._messages
        found = repeated(1200, shapes.area, torch.ones(2), add=1, generator=source)
        assert link._messages - before < 10
        assert len(found) == shapes.count() == 1200
        same = torch.Generator().manual_seed(3)
        wanted = [torch.ones(2) + 1 + torch.rand((), generator=same) for _ in range(1200)]
        assert torch.equal(torch.stack(found), torch.stack(wanted))
        assert torch.equal(source.get_state(), same.get_state())
        with pytest.raises(ValueError, match="too many"):
            repeated(9, shapes.fail, 1)


def test_the_computations_behind_a_result_have_names(here: Path) -> None:
    with student(here, "def area(x): return x.exp().relu()\n") as (shapes, _):
        x = torch.ones(2, requires_grad=True)
        names = steps_behind(shapes.area(x.sin()).sum())
        assert {"SumBackward0", "ReluBackward0", "ExpBackward0", "SinBackward0"} <= names
        assert steps_behind(torch.ones(2)) == set()


def test_a_worker_that_ends_costs_the_running_test_alone(here: Path) -> None:
    text = "import os\ndef leave(): os._exit(0)\ndef area(x): return x * x\n"
    with student(here, text) as (shapes, link):
        box = shapes.area
        with pytest.raises(Lost):
            shapes.leave()
        link.start_test(10)
        assert shapes.area(3) == 9  # in a new worker
        with pytest.raises(Lost):
            link.ask("call", box, [3], {})


def test_only_the_students_own_time_counts(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Worker.decode_other

    def decode_late(self: Worker, kind: str, rest: list[Any], blobs: list[bytearray]) -> Any:
        os.kill(os.getpid(), signal.SIGPROF)  # simulates a timeout
        return usual(self, kind, rest, blobs)

    monkeypatch.setattr(Worker, "decode_other", decode_late)  # workers are forks of this process
    text = "def area(x):\n    return 3 * x\ndef wait(x):\n    while True: pass\n"
    with student(here, text) as (shapes, link):
        assert shapes.area(4) == 12
        link.start_test(0.2)
        outcome = described(lambda: shapes.wait(4))
        assert outcome.status == "slow"
        assert outcome.where == "student_code/shapes.py, line 4: while True: pass"
        link.start_test(10)
        assert shapes.area(5) == 15
