"""A small course for tests of coursekit, so that they do not depend on this course.

It has two parts, three functions, no torch in the students' code, and no data sets. Part 2 has a
task in the module of Part 1, as real courses do. Coursekit, toolbox and settings are this course's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.warm_commands import warm_python

ROOT = Path(__file__).resolve().parent.parent
FIRST, SECOND = "part1_counting", "part2_words"
COPIED = ("LICENSE", "nbgrader_config.py", "pyproject.toml", "docs/student.md")
PACKAGES = ("coursekit", "toolbox", "data_scripts", "report_template")
NOT_COPIED = shutil.ignore_patterns("__pycache__", "checkpoints", "*.pyc")

COURSE = """
[course]
id = "small"
title = "A small course"
repository = "https://example.org/small"
branch = "main"
seconds_per_test = 3
seconds_per_cell = 120

[grading]
sandbox = "namespaces"

[[parts]]
id = "part1_counting"
title = "Counting"
built = true
minutes = 30
due = 2031-03-01T12:00:00Z
tasks = [
    { function = "counting.mean", points = 4, hidden = 2 },
    { function = "counting.Tally", points = 3, hidden = 1 },
]
questions = [{ id = "why_count", points = 2, title = "Why count?" }]

[[parts]]
id = "part2_words"
title = "Words"
built = true
minutes = 20
due = 2031-04-01T12:00:00Z
tasks = [
    { function = "words.longest", points = 2, hidden = 1 },
    { function = "counting.spread", points = 2, hidden = 1 },
]
"""

STUDENT = {
    "counting": '''"""Counting."""

from __future__ import annotations


def mean(values: list[float]) -> float:
    """The mean of the values."""
    ### BEGIN SOLUTION
    total_of_all_the_values = sum(values)
    return total_of_all_the_values / len(values)
    ### END SOLUTION


def spread(values: list[float]) -> float:
    """The distance from the smallest value to the largest."""
    ### BEGIN SOLUTION
    largest_and_smallest = max(values), min(values)
    return largest_and_smallest[0] - largest_and_smallest[1]
    ### END SOLUTION


class Tally:
    """A count of what was added."""

    def __init__(self) -> None:
        ### BEGIN SOLUTION
        self.count_of_what_was_added = 0
        ### END SOLUTION

    def add(self, times: int = 1) -> int:
        """Add to the count and return it."""
        ### BEGIN SOLUTION
        self.count_of_what_was_added += times
        return self.count_of_what_was_added
        ### END SOLUTION
''',
    "words": '''"""Words."""

from __future__ import annotations

from student_code.counting import spread


def longest(words: list[str]) -> int:
    """The length of the longest word beyond the shortest."""
    ### BEGIN SOLUTION
    return int(spread([float(len(word)) for word in words]))
    ### END SOLUTION
''',
}
# A misconception of the catalog: the sum is not divided.
SUM = STUDENT["counting"].replace(
    "return total_of_all_the_values / len(values)", "return total_of_all_the_values"
)
PUBLIC = {
    "counting": '''"""Public tests of `student_code.counting`."""

from student_code import counting
from toolbox.checks import expect, task


@task("counting.mean")
def test_mean_of_two() -> None:
    """The mean of two values lies between them."""
    expect.equal(counting.mean([1.0, 4.0]), 2.5, "mean([1.0, 4.0])")


@task("counting.mean")
def test_mean_of_one() -> None:
    """The mean of one value is the value."""
    expect.equal(counting.mean([7.0]), 7.0, "mean([7.0])")


@task("counting.Tally")
def test_tally_adds_up() -> None:
    """Each call adds to the ones before it."""
    tally = counting.Tally()
    tally.add(2)
    expect.equal(tally.add(3), 5, "t.add(2); t.add(3)")


@task("counting.spread")
def test_spread() -> None:
    """The spread goes from the smallest value to the largest."""
    expect.equal(counting.spread([3.0, 9.0, 5.0]), 6.0, "spread([3.0, 9.0, 5.0])")
''',
    "words": '''"""Public tests of `student_code.words`."""

from student_code import words
from toolbox.checks import expect, task


@task("words.longest")
def test_longest() -> None:
    """The longest word counts beyond the shortest."""
    expect.equal(words.longest(["a", "cab", "ox"]), 2, 'longest(["a", "cab", "ox"])')
''',
}
HIDDEN = {
    "counting": '''"""The instructor's tests of `student_code.counting`."""

from student_code import counting
from toolbox.checks import expect, task


@task("counting.mean")
def test_mean_of_negative_values() -> None:
    """Signs are kept."""
    expect.equal(counting.mean([-2.0, -4.0]), -3.0, "mean([-2.0, -4.0])")


@task("counting.Tally")
def test_two_tallies_are_apart() -> None:
    """Two tallies share nothing."""
    counting.Tally().add(5)
    expect.equal(counting.Tally().add(1), 1, "Tally().add(5); Tally().add(1)")


@task("counting.spread")
def test_spread_of_one_value() -> None:
    """One value has no spread."""
    expect.equal(counting.spread([3.0]), 0.0, "spread([3.0])")
''',
    "words": '''"""The instructor's tests of `student_code.words`."""

from student_code import words
from toolbox.checks import expect, task


@task("words.longest")
def test_longest_of_equal_words() -> None:
    """Words of one length differ by nothing."""
    expect.equal(words.longest(["ab", "cd"]), 0, 'longest(["ab", "cd"])')
''',
}


def _wrong(function: str, name: str, call: str, body: str, looks_like: str) -> str:
    return f'''
@wrong(
    "{function}",
    looks_like="{looks_like}",
    hints=("The result is not what the promise says.", "Which value do you start from?"),
)
def {name}({call}) -> object:
    return {body}

'''


_HEAD = '"""What goes wrong."""\n\nfrom __future__ import annotations\n\n'
_MEANS = {
    "takes_the_sum": ("sum(values)", "the sum is not divided"),
    "takes_the_first": ("values[0]", "the first value is returned"),
    "takes_the_largest": ("max(values)", "the largest value is returned"),
    "divides_by_one_more": ("sum(values) / (len(values) + 1)", "it divides by one too many"),
    "rounds_down": ("sum(values) // len(values)", "the mean is rounded down"),
}
_SPREADS = {
    "takes_the_maximum": ("max(values)", "the smallest value is not subtracted"),
    "adds_both": ("max(values) + min(values)", "the smallest value is added"),
    "the_other_way": ("min(values) - max(values)", "the sign is reversed"),
    "last_less_first": ("values[-1] - values[0]", "the order of the values counts"),
    "always_nothing": ("0.0", "nothing is measured"),
}
_LONGEST = {
    "length_of_the_longest": ("max(len(w) for w in words)", "the shortest is not subtracted"),
    "length_of_the_shortest": ("min(len(w) for w in words)", "the shortest is measured"),
    "counts_words": ("len(words)", "words are counted"),
    "counts_letters": ("sum(len(w) for w in words)", "letters are counted"),
    "one_too_many": ("max(len(w) for w in words)", "the count is one too large"),
}
_TALLIES = {
    "Replaces": ("self.n = times\n        return self.n", "the count is replaced"),
    "AddsOne": ("self.n += 1\n        return self.n", "each call counts once"),
    "ReturnsNothing": ("self.n += times\n        return None", "nothing is returned"),
    "ReturnsTheStep": ("self.n += times\n        return times", "the step is returned"),
    "Multiplies": ("self.n *= times\n        return self.n", "the count is multiplied"),
}


def _tally(name: str, body: str, looks_like: str) -> str:
    return f'''
@wrong(
    "counting.Tally",
    looks_like="{looks_like}",
    hints=("The second call does not give what it should.", "What does add leave behind?"),
)
class {name}:
    def __init__(self) -> None:
        self.n = 0

    def add(self, times: int = 1) -> object:
        {body}

'''


MISCONCEPTIONS = {
    "counting": _HEAD
    + "from misconceptions.catalogue import wrong\n"
    + "".join(
        _wrong("counting.mean", name, "values: list[float]", *rest) for name, rest in _MEANS.items()
    )
    + "".join(
        _wrong("counting.spread", name, "values: list[float]", *rest)
        for name, rest in _SPREADS.items()
    )
    + "".join(_tally(name, *rest) for name, rest in _TALLIES.items()),
    "words": _HEAD
    + "from misconceptions.catalogue import wrong\n"
    + "".join(
        _wrong("words.longest", name, "words: list[str]", *rest) for name, rest in _LONGEST.items()
    ),
}
EXAMPLES = {
    "counting": """[mean]
code = "mean([1.0, 5.0])"
steps = ["(1 + 5) / 2 = 3"]
result = "3.0"

[spread]
code = "spread([1.0, 5.0])"
steps = ["5 - 1 = 4"]
result = "4.0"

[Tally]
reason = "The docstring says it all."
""",
    "words": """[longest]
code = 'longest(["a", "cab"])'
steps = ["3 - 1 = 2"]
result = "2"
""",
}
ALTERNATIVES = {
    "counting": '''"""Other right ways."""

from __future__ import annotations

import statistics

from misconceptions.catalogue import right


@right("counting.mean")
def by_statistics(values: list[float]) -> float:
    return float(statistics.fmean(values))


@right("counting.mean")
def by_a_loop(values: list[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total / len(values)


@right("counting.spread")
def by_sorting(values: list[float]) -> float:
    return sorted(values)[-1] - sorted(values)[0]


@right("counting.spread")
def by_pairs(values: list[float]) -> float:
    return max(a - b for a in values for b in values)


@right("counting.Tally")
class KeepsAList:
    def __init__(self) -> None:
        self.steps: list[int] = []

    def add(self, times: int = 1) -> int:
        self.steps.append(times)
        return sum(self.steps)


@right("counting.Tally")
class CountsDown:
    def __init__(self) -> None:
        self.left = 0

    def add(self, times: int = 1) -> int:
        self.left -= times
        return -self.left
''',
    "words": '''"""Other right ways."""

from __future__ import annotations

from misconceptions.catalogue import right


@right("words.longest")
def by_sorting(words: list[str]) -> int:
    lengths = sorted(map(len, words))
    return lengths[-1] - lengths[0]


@right("words.longest")
def by_maximum(words: list[str]) -> int:
    return max(map(len, words)) - min(map(len, words))
''',
}
HEADER = """# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

"""
NOTEBOOKS = {
    FIRST: HEADER
    + """# %% [markdown]
# # Counting

# %% setup=true
# (written by coursekit sync)

# %% task="counting.mean"
checks.grade("counting.mean")

# %% task="counting.Tally"
checks.grade("counting.Tally")

# %%
# %%attempt
from student_code.counting import mean

print(f"The mean is {mean([2.0, 4.0])}.")

# %% [markdown] question="why_count"
# ### BEGIN SOLUTION
# Because what is counted can be compared.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 2 points: the comparison is named.
# ### END MARK SCHEME
""",
    SECOND: HEADER
    + """# %% [markdown]
# # Words

# %% setup=true
# (written by coursekit sync)

# %% task="words.longest"
checks.grade("words.longest")

# %% task="counting.spread"
checks.grade("counting.spread")

# %%
# %%attempt
from student_code.words import longest

print(f"The longest is {longest(['a', 'word'])} longer.")
""",
}


# Like the setup cell of this course, without torch and matplotlib, which take seconds to import.
SETUP_CELL = """# $repository $branch
import sys
from pathlib import Path

root = next(f for f in [Path().resolve(), *Path().resolve().parents] if (f / "toolbox").is_dir())
sys.path.insert(0, str(root))

from toolbox import checks, notebook

notebook.setup("$part")
"""


def write_small_course(folder: Path) -> Path:
    """Write the source of the small course into a new folder, with synced notebooks."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=NOT_COPIED)
    for name in COPIED:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    text_files = {"course.toml": COURSE, "coursekit/templates/setup_cell.txt": SETUP_CELL}
    for module in STUDENT:
        text_files |= {
            f"student_code/{module}.py": STUDENT[module],
            f"unit_tests/test_{module}.py": PUBLIC[module],
            f"unit_tests/hidden/test_{module}.py": HIDDEN[module],
            f"misconceptions/{module}.py": MISCONCEPTIONS[module],
            f"misconceptions/alternatives/{module}.py": ALTERNATIVES[module],
            f"misconceptions/examples/{module}.toml": EXAMPLES[module],
        }
    text_files |= {f"notebooks/{part}.py": text for part, text in NOTEBOOKS.items()}
    for name in ("student_code/__init__.py", "unit_tests/__init__.py", "unit_tests/conftest.py"):
        text_files[name] = (ROOT / name).read_text(encoding="utf-8")
    shared = ("__init__.py", "catalogue.py", "student_mistakes.py", "alternatives/__init__.py")
    for name in shared:
        text_files[f"misconceptions/{name}"] = (ROOT / "misconceptions" / name).read_text("utf-8")
    for name, text in text_files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    done = run_coursekit(folder, "sync")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def hand_in_samples(course: Path) -> None:
    """Submit Part 1 as a student who is right, one with a misconception, and one with stubs."""
    from coursekit.samples import SAMPLES, hand_in  # imports nbgrader, which takes seconds
    from toolbox.course import load

    folder = course / "build" / "nbgrader"
    part = load(course).part(FIRST)
    samples = {sample.student: sample for sample in SAMPLES}
    for name in ("right", "stub"):
        hand_in(samples[name], part, course, folder)
    submitted = folder / "submitted"
    shutil.copytree(submitted / "stub" / FIRST, submitted / "misconception" / FIRST)
    module = submitted / "misconception" / FIRST / "student_code" / "counting.py"
    module.write_text(SUM, encoding="utf-8")


def drawn_images() -> dict[str, str]:
    """Return the setting with which commands find the images that `make data` has drawn."""
    return {"COURSE_DATA": os.environ.get("COURSE_DATA", str(ROOT / "data"))}


def run_coursekit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `coursekit` in a folder, with that folder's own packages."""
    environment = {
        **os.environ,
        **drawn_images(),
        "OMP_NUM_THREADS": "1",
        "COLUMNS": "160",
    }
    if sys.platform == "linux":
        return warm_python().run(folder, arguments, environment)
    return subprocess.run(
        [sys.executable, "-m", "coursekit", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment,
        timeout=900,
        check=False,
    )
