"""Graded tests draw other numbers, so memorized answers to the public ones earn nothing."""

from __future__ import annotations

import sys

import pytest
import torch

from coursekit.grading.supervisor.judge.link import Link
from coursekit.grading.supervisor.judge.pytest_session import OTHER_NUMBERS, run
from coursekit.grading.supervisor.judge.remote_errors import Errors
from coursekit.test_quality.forked_judge import Forked
from tests.toolbox.conftest import TinyCourse, tiny
from toolbox.checks.outcome import Outcome
from toolbox.checks.seeds import drawing_with, seed_for

__all__ = ["tiny"]  # a fixture

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux")

FUNCTION = "shapes.area"
TESTS = '''
import torch

from student_code import shapes
from toolbox.checks import expect, task
from toolbox.checks.seeds import seed_for


def sides(seed):
    draw = torch.Generator().manual_seed(seed_for(seed))
    return torch.randint(1, 1 << 20, (2,), generator=draw).tolist()


@task("shapes.area")
def test_pinned():
    """It multiplies 3 by 4."""
    expect.equal(shapes.area(3, 4), 12, "area(3, 4)")


@task("shapes.area")
def test_seeded():
    """It multiplies numbers of a seed."""
    a, b = sides(1)
    expect.equal(shapes.area(a, b), a * b, f"area({a}, {b})")


@task("shapes.area")
def test_global():
    """It multiplies numbers of the global generator."""
    a, b = torch.randint(1, 1 << 20, (2,)).tolist()
    expect.equal(shapes.area(a, b), a * b, f"area({a}, {b})")
'''
HIDDEN = TESTS.replace("test_", "test_hidden_").replace("sides(1)", "sides(2)")
RIGHT = "def area(a, b):\n    return a * b\n"
WRONG = "def area(a, b):\n    return a + b\n"


FIXTURES = (
    TESTS.partition("@task")[0].replace("import torch\n", "import pytest\nimport torch\n", 1)
    + '''
@pytest.fixture(scope="module")
def shared():
    return sides(1)


@pytest.fixture
def own():
    return sides(2)


@task("shapes.area")
def test_own(own):
    """It multiplies the numbers of a fixture."""
    expect.equal(shapes.area(*own), own[0] * own[1], "area")


@task("shapes.area")
def test_first(shared):
    """It multiplies the numbers of a module."""
    expect.equal(shapes.area(*shared), shared[0] * shared[1], "area")


@task("shapes.area")
def test_second(shared):
    """It multiplies the same numbers in another test."""
    expect.equal(shapes.area(*shared), shared[0] * shared[1], "area")
'''
)


def outcomes(
    tiny: TinyCourse, text: str, key: str, hidden: str = "", tests: str = TESTS
) -> list[Outcome]:
    tiny.student_writes(text)
    (tiny.folder / "unit_tests" / "test_shapes.py").write_text(tests, encoding="utf-8")
    errors = Errors(str(tiny.folder), {"student_code/shapes.py": text.encode()})
    link = Link(Forked(tiny.folder / "worker"), tiny.folder / "tests", errors, lambda said: None)
    files, texts = ["unit_tests/test_shapes.py"], {FUNCTION: hidden} if hidden else {}
    try:
        return run(
            link, files, [FUNCTION], texts, tiny.folder / "tests", seconds=5.0, key=key
        ).outcomes
    finally:
        link.close()


def pairs(seed: int, *, globally: bool = False) -> tuple[int, int]:
    draw = torch.Generator().manual_seed(seed_for(1234 if globally else seed))
    a, b = torch.randint(1, 1 << 20, (2,), generator=draw).tolist()
    return a, b


def answers() -> str:
    """Return a module that knows only the products in the public tests."""
    known = [(3, 4), pairs(1), pairs(2), pairs(0, globally=True)]
    return f"KNOWN = {[(a, b, a * b) for a, b in known]}\n" + (
        "def area(a, b):\n    return {(x, y): z for x, y, z in KNOWN}.get((a, b), 0)\n"
    )


def test_written_answers_pass_on_public_numbers_alone(tiny: TinyCourse) -> None:
    public = outcomes(tiny, answers(), "", HIDDEN)
    assert [each.status for each in public] == ["passed"] * 6
    keyed = outcomes(tiny, answers(), "key", HIDDEN)
    assert [each.status for each in keyed] == ["passed", "failed", "failed"] * 2
    for each in keyed[1:3]:
        assert (each.called, each.expected, each.got, each.observed) == ("", "", "", {})
        assert each.meaning == OTHER_NUMBERS


def test_random_numbers_of_fixtures_are_redrawn(tiny: TinyCourse) -> None:
    assert [each.status for each in outcomes(tiny, answers(), "", "", FIXTURES)] == ["passed"] * 3
    found = outcomes(tiny, answers(), "key", "", FIXTURES)
    assert [each.status for each in found] == ["failed"] * 3


def test_what_draws_nothing_runs_once(tiny: TinyCourse) -> None:
    once = (
        "seen = []\ndef area(a, b):\n    seen.append(a)\n    return a * b * (seen.count(3) < 2)\n"
    )
    assert [each.status for each in outcomes(tiny, once, "key")] == ["passed"] * 3


def test_right_code_passes_with_any_key(tiny: TinyCourse) -> None:
    for key in ("a", "b"):
        found = outcomes(tiny, RIGHT, key, HIDDEN)
        assert [each.status for each in found] == ["passed"] * 6


def test_a_failure_reads_as_in_a_notebook(tiny: TinyCourse) -> None:
    public, keyed = (outcomes(tiny, WRONG, key) for key in ("", "key"))
    assert [each.to_json() for each in public] == [each.to_json() for each in keyed]
    assert "expected" in "".join(public[0].lines())


def test_seeds_follow_from_the_key() -> None:
    assert seed_for(7) == 7
    with drawing_with("key"):
        first = [seed_for(n) for n in range(100)]
    with drawing_with("key"):
        assert [seed_for(n) for n in range(100)] == first
    with drawing_with("other"):
        assert not set(first) & {seed_for(n) for n in range(100)}
    assert len(set(first)) == 100
    assert all(0 <= seed < 1 << 31 for seed in first)
