"""Public tests accept each representation of a right result that the docstring does not forbid."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from coursekit import course_file
from coursekit.collected_once import Subject, in_one_process, judge_together
from coursekit.forked_jobs import Failed
from coursekit.test_quality import subject_sources
from tests.daily import some
from tests.quality import representations
from toolbox.checks.pytest_run import Run

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = [t.function for part in course_file.load(ROOT).built_parts for t in part.tasks]
MODULES = {name.split(".")[0]: name.split(".")[0] for name in FUNCTIONS}


def judged(module: str) -> list[tuple[str, representations.Representation, Run | Failed]]:
    """Return how the public tests judge each function of a module in each representation."""
    cases = [
        (f, how) for f in FUNCTIONS if f.split(".")[0] == module for how in representations.ALL
    ]
    results = judge_together(
        in_one_process(f"unit_tests/test_{module}.py", seconds=30),
        [
            Subject("student", f, how.name, functools.partial(representations.install, f, how))
            for f, how in cases
        ],
        workers=1,
        seconds_per_version=300,
    )
    return [(*cases[number], run) for number, run in results]


@pytest.mark.parametrize("module", some(MODULES, one_in=12))
def test_only_representations_that_a_docstring_forbids_are_rejected(
    module: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    subject_sources.preload(root, [module])
    found = judged(module)
    assert len(found) >= len(representations.ALL)
    rejected = []
    for function, how, run in found:
        assert isinstance(run, Run), f"{function}, {how.name}: {run}"
        said = representations.stated(function)
        if not run.all_passed and not any(word in said for word in how.forbidden_by):
            rejected.append(f"{function}: {how.name}")
    assert not rejected
