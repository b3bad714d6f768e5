"""The judge draws the same pictures as a notebook, from values that a worker returns."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from coursekit.forked_jobs import Failed, run_forked
from coursekit.judge_audit.both_ways import by_judge
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


def run_both_ways(root: Path, code: str) -> tuple[Run, Run]:
    """Return the runs of the tests of `FLIP` in one process and by the judge."""

    def install() -> None:
        module: Any = importlib.import_module("student_code.augmentation")
        exec(code, module.__dict__)

    file = ["unit_tests/test_augmentation.py"]
    jobs = [
        lambda: run_tests(file, function=FLIP, prepare=install),
        lambda: by_judge(root, "augmentation", [FLIP], {}, install),
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
