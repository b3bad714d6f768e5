"""nbgrader's own code removes solutions from modules, and nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from coursekit.builds.stubs import solution_lines, without_solution

MODULE = '''"""A topic."""

import math


def area(radius: float) -> float:
    """The area of a circle."""
    ### BEGIN SOLUTION
    return math.pi * radius**2
    ### END SOLUTION


KEPT = "as it is"	# a tab, and no newline at the end'''


def test_only_the_region_changes() -> None:
    stripped = without_solution(MODULE)
    region = MODULE[MODULE.index("    ### BEGIN") : MODULE.index("    ### END")]
    stub = "    # YOUR CODE HERE\n    raise NotImplementedError()\n"
    assert stripped == MODULE.replace(region + "    ### END SOLUTION\n", stub)


def test_a_module_without_a_region_is_unchanged() -> None:
    assert without_solution("x = 1\n") == "x = 1\n"


def test_an_open_region_is_an_error() -> None:
    with pytest.raises(ValueError, match="are malformed"):
        without_solution("def f():\n    ### BEGIN SOLUTION\n    return 1\n")


def test_solution_lines_are_those_inside() -> None:
    assert solution_lines(MODULE) == ["return math.pi * radius**2"]


def test_every_module_of_the_course_strips_to_valid_python(root: Path) -> None:
    for path in sorted((root / "student_code").glob("*.py")):
        ast.parse(without_solution(path.read_text(encoding="utf-8")), path.name)
