"""A module that pretends passes no test that its honest version fails."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from coursekit.forked_jobs import Failed, run_forked
from coursekit.test_quality.forked_judge import by_judge
from misconceptions.catalogue import entries
from tests.daily import some
from tests.grading.judge.attacks_on_networks import ALL, Attack

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forked workers need Linux")


def passed(root: Path, attack: Attack, *, honest: bool) -> set[tuple[str, bool]]:
    """Return the public and hidden tests of the attacked function that a version passes."""

    def install() -> None:
        module: Any = importlib.import_module(f"student_code.{attack.module}")
        for entry in entries(attack.module):
            if entry.id == attack.honest:
                entry.install()
                break
        else:
            exec(attack.honest, module.__dict__)
        if not honest:
            exec(attack.text, module.__dict__)

    path = root / "unit_tests" / "hidden" / f"test_{attack.module}.py"
    hidden = {attack.function: path.read_text(encoding="utf-8")}
    job = lambda: by_judge(root, attack.module, [attack.function], hidden, install)  # noqa: E731
    ((_, found),) = run_forked([job], seconds=300.0)
    assert not isinstance(found, Failed), found.reason
    assert found.outcomes
    return {(each.test, each.hidden) for each in found.outcomes if each.passed}


@pytest.fixture(scope="module")
def honest_work() -> dict[tuple[str, str], set[tuple[str, bool]]]:
    """The tests that honest versions pass, by function and version."""
    return {}


def test_there_are_twelve_attacks() -> None:
    assert len(ALL) >= 12


@pytest.mark.parametrize("attack", some(ALL, one_in=12))
def test_an_attack_passes_no_more_than_honest_work(
    root: Path, monkeypatch: pytest.MonkeyPatch, attack: Attack, honest_work: Any
) -> None:
    monkeypatch.chdir(root)
    key = (attack.function, attack.honest)
    if key not in honest_work:
        honest_work[key] = passed(root, attack, honest=True)
    pretended = passed(root, attack, honest=False)
    assert pretended <= honest_work[key]
