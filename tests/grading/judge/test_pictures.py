"""The judge draws the same pictures as a notebook, from values that a worker returns."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from coursekit.forked_jobs import Failed, run_forked
from coursekit.grading.protocol import messages
from coursekit.grading.supervisor.feedback import graded_outputs
from coursekit.grading.supervisor.judge.sandboxed_tests import FunctionResults
from coursekit.test_quality.forked_judge import by_judge
from toolbox.checks.pictures import TOGETHER
from toolbox.checks.pytest_run import Run, run_tests

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forked workers need Linux")

FLIP = "augmentation.random_horizontal_flip"
UPSIDE_DOWN = "def random_horizontal_flip(img, p=0.5, generator=None): return img.flip(1)"
LARGE = "def random_horizontal_flip(img, p=0.5, generator=None): return torch.ones(2, 90, 110)"
ODD = (
    "class Odd(torch.Tensor): pass\n"
    "def random_horizontal_flip(img, p=0.5, generator=None): return [Odd([1.0]), float('nan')]"
)


def run_both_ways(root: Path, code: str, function: str = FLIP) -> tuple[Run, Run]:
    """Return the runs of a function's tests in one process and by the judge."""
    name = function.split(".")[0]

    def install() -> None:
        module: Any = importlib.import_module(f"student_code.{name}")
        exec(code, module.__dict__)

    file = [f"unit_tests/test_{name}.py"]
    jobs = [
        lambda: run_tests(file, function=function, prepare=install),
        lambda: by_judge(root, name, [function], {}, install),
    ]
    found = dict(run_forked(jobs, seconds=300.0))
    for result in found.values():
        assert not isinstance(result, Failed), result.reason
    return found[0], found[1]


@pytest.mark.parametrize("code", [UPSIDE_DOWN, LARGE, ODD], ids=["upside down", "large", "odd"])
def test_pictures_are_the_same_and_bounded(
    root: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.chdir(root)
    one, other = run_both_ways(root, code)
    assert [o.status for o in one.outcomes] == [o.status for o in other.outcomes]
    figures = [o.figure for o in other.outcomes]
    assert [o.figure for o in one.outcomes] == figures
    assert any(figures) == (code != ODD)
    for figure in filter(None, figures):
        assert sum(len(uri) for _, _, uri in figure["images"]) <= TOGETHER


def test_a_graded_cell_shows_the_pictures_of_the_judge(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    _, run = run_both_ways(root, UPSIDE_DOWN)
    figures = [each.figure for each in run.outcomes if each.figure]
    plan: messages.TestPlan = {"public": [], "hidden": []}
    for each in run.outcomes:
        facts = (each.test, each.promise, each.function, each.share, each.hidden)
        names = ("test", "promise", "function", "share", "hidden")
        plan["public"].append(dict(zip(names, facts, strict=True)))  # type: ignore[arg-type]
    said, shown, score = graded_outputs(FLIP, plan, FunctionResults(run.outcomes), 3, {})
    assert (said["output_type"], score["output_type"]) == ("stream", "execute_result")
    assert shown["output_type"] == "display_data"
    page = shown["data"]["text/html"]
    assert page.count("<img ") == 3
    assert all(uri in page for _, _, uri in figures[0]["images"])
    assert shown["data"]["text/plain"].splitlines() == [alt for _, alt, _ in figures[0]["images"]]
    assert len(page) + len(said["text"]) < 20_000


def test_the_judge_shows_no_layers(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It could only repeat what the process with the network claims."""
    monkeypatch.chdir(root)
    text = (root / "student_code" / "simple_net.py").read_text(encoding="utf-8")
    wide = text.partition("import annotations")[2].replace(
        "nn.Linear(100, num_classes)", "nn.ReLU()"
    )
    here, judged = run_both_ways(root, wide, "simple_net.SimpleNet")
    assert [o.status for o in here.outcomes] == [o.status for o in judged.outcomes]
    assert "layers" in dict(here.outcomes[0].details())
    assert not any(each.figure for each in judged.outcomes)
