"""A small course of nine parts: the small course of the other tests, with seven more parts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.small_course import FIRST, HEADER, SECOND, run_coursekit, write_small_course

STEPS = tuple(range(3, 10))  # parts 3 to 9 have one function each
PARTS = (FIRST, SECOND, *(f"part{n}_steps" for n in STEPS))
STRICT, DROPPED = "part4_steps", "part8_steps"  # the parts that are regraded
QUESTIONS = {FIRST: ("why_count", 2.0), "part5_steps": ("why5", 3.0), DROPPED: ("why8", 3.0)}
MAXIMUM = {FIRST: 12.0, SECOND: 6.0} | {
    part: n + 2.0 + QUESTIONS.get(part, ("", 0.0))[1] for n, part in enumerate(PARTS[2:], 3)
}
DUE = {part: datetime(2031, n + 2, 1, 12, 0) for n, part in enumerate(PARTS, 1)}
PERCENT, LATE_DAYS, STOP, GRACE = 10, 3, 5, 0.5
LATE = f"""
[late]
grace_minutes = {GRACE * 60:g}
percent_per_day = {PERCENT}
late_days = {LATE_DAYS}
hard_stop_days = {STOP}

[grading]"""
RIGHT, SUM, SLIP, ROUNDS, STUB, ABSENT = "right", "sum", "slip", "rounds", "stub", "absent"
FORMULA = {RIGHT: "x + {n}", SLIP: "abs(x) + {n}", ROUNDS: "round(x + {n}, 6)"}

MODULE = '''"""Steps."""

from __future__ import annotations


def advance(x: float) -> float:
    """The number that many steps further."""
    ### BEGIN SOLUTION
    return {formula}
    ### END SOLUTION
'''
PUBLIC = '''"""Public tests of `student_code.steps{n}`."""

from student_code import steps{n}
from toolbox.checks import expect, task


@task("steps{n}.advance")
def test_one() -> None:
    """One is advanced."""
    expect.close(steps{n}.advance(1.0), 1.0 + {n}, "advance(1.0)", atol=1e-9)


@task("steps{n}.advance")
def test_negative() -> None:
    """A negative number keeps its sign."""
    expect.close(steps{n}.advance(-2.0), {n} - 2.0, "advance(-2.0)", atol=1e-9)
'''
HIDDEN = '''"""The instructor's tests of `student_code.steps{n}`."""

from student_code import steps{n}
from toolbox.checks import expect, task


@task("steps{n}.advance")
def test_hidden() -> None:
    """Other numbers are advanced."""
    expect.close(steps{n}.advance({x}), {x} + {n}, "advance({x})", atol=1e-{digits})
'''
CATALOG = '''"""What goes wrong."""

from __future__ import annotations

from misconceptions.catalogue import wrong


@wrong(
    "steps{n}.advance",
    looks_like="the number is not advanced",
    hints=("The result is the argument.", "What is added?"),
)
def stays(x: float) -> float:
    return x
'''
ALTERNATIVES = '''"""Other right ways."""

from __future__ import annotations

from misconceptions.catalogue import right


@right("steps{n}.advance")
def the_other_way_round(x: float) -> float:
    return {n} + x
'''
NOTEBOOK = """# %% [markdown]
# # Steps {n}

# %% setup=true
# (written by coursekit sync)

# %% task="steps{n}.advance"
checks.grade("steps{n}.advance")
"""
QUESTION = """
# %% [markdown] question="{id}"
# ### BEGIN SOLUTION
# Because it is {n}.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# The number is named.
# ### END MARK SCHEME
"""


def hidden_test(n: int, *, strict: bool) -> str:
    """Return the hidden test of a part. The strict one rejects results that are rounded."""
    x, digits = (0.123456789, 12 if strict else 5) if PARTS[n - 1] == STRICT else (-5.0, 9)
    return HIDDEN.format(n=n, x=x, digits=digits)


def write_course(folder: Path) -> Path:
    """Write the source of the course: the small course with seven more parts."""
    write_small_course(folder)
    toml = folder / "course.toml"
    text = toml.read_text(encoding="utf-8").replace("\n[grading]", LATE, 1)
    for n, part in enumerate(PARTS[2:], 3):
        id, points = QUESTIONS.get(part, ("", 0.0))
        asked = f'{{ id = "{id}", points = {points:g}, title = "Why {n}?" }}' if id else ""
        text += (
            f'\n[[parts]]\nid = "{part}"\ntitle = "Steps {n}"\nbuilt = true\nminutes = 20\n'
            f"due = {DUE[part]:%Y-%m-%dT%H:%M:%S}Z\nquestions = [{asked}]\n"
            f'tasks = [{{ function = "steps{n}.advance", points = {n}, hidden = 2 }}]\n'
        )
        asks = QUESTION.format(n=n, id=id) if id else ""
        files = {
            f"student_code/steps{n}.py": MODULE.format(formula=FORMULA[RIGHT].format(n=n)),
            f"unit_tests/test_steps{n}.py": PUBLIC.format(n=n),
            f"unit_tests/hidden/test_steps{n}.py": hidden_test(n, strict=True),
            f"misconceptions/steps{n}.py": CATALOG.format(n=n),
            f"misconceptions/alternatives/steps{n}.py": ALTERNATIVES.format(n=n),
            f"notebooks/{part}.py": HEADER + NOTEBOOK.format(n=n) + asks,
        }
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8")
    toml.write_text(text, encoding="utf-8")
    done = run_coursekit(folder, "sync")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder
