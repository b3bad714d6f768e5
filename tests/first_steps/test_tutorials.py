"""A newcomer's paths, followed word for word: to a first check, and to a first graded class."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from coursekit import course_file
from coursekit.builds import trees
from tests.conftest import copy_source
from tests.first_steps.page_steps import Reader, Step, sections

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = {"COURSE_DATA": str(ROOT / "data")}


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    folder = tmp_path / "programs"
    folder.mkdir()
    return folder


def steps(name: str, level: int) -> list[Step]:
    """Return all steps of a page, section by section."""
    return [step for section in sections(ROOT / name, level).values() for step in section]


def test_a_student_sees_the_first_test_pass(root: Path, tmp_path: Path, programs: Path) -> None:
    known, course = course_file.read(root / "course.toml"), course_file.load(root)
    release = trees.students_course(root, known, course, b"{}\n", solved=False)
    trees.write(release, tmp_path / "release")
    Reader(tmp_path / "release", programs, **DATA).follows(steps("docs/first-check.md", 2))


@pytest.mark.slow
def test_an_instructor_grades_a_first_class(built: Path, tmp_path: Path, programs: Path) -> None:
    course = copy_source(tmp_path / "course")
    shutil.copytree(built / "build" / ".cache", course / "build" / ".cache")
    _environment(course / ".venv")
    reader = Reader(course, programs, **DATA)
    reader.follows(steps("docs/first-class.md", 3))
    assert (course / "build" / "nbgrader" / "grades.csv").is_file()


def _environment(folder: Path) -> None:
    """Make this Python's environment that of a course, so that `make` installs nothing."""
    folder.mkdir()
    for path in Path(sys.prefix).iterdir():
        if path.name != ".installed":
            (folder / path.name).symlink_to(path)
    (folder / ".installed").touch()


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("Append to `a.txt` or not:\n\n```python\nx = 1\n```\n", "No step says what to do"),
        ("Run this:\n\n```sh\nfalse\n```\n", "false"),
        (
            "Run this:\n\n```sh\necho one\n```\n\nIt prints:\n\n```text\ntwo\n```\n",
            "'two' is not in",
        ),
        ("In `a.txt`, change `old` to `new`.\n", "0 times"),
        ("In `a.txt`, below the line `old`, insert:\n\n```toml\nnew\n```\n", "0 times"),
        ("", "there are no steps"),
    ],
)
def test_a_page_that_does_not_work_is_noticed(
    tmp_path: Path, programs: Path, code: str, problem: str
) -> None:
    (tmp_path / "a.txt").write_text("text\n")
    (tmp_path / "page.md").write_text(f"# Page\n\n## Do it\n\n{code}")
    with pytest.raises(AssertionError, match=problem):
        Reader(tmp_path, programs).follows(sections(tmp_path / "page.md", 2)["Do it"])


def test_a_block_directly_below_a_heading_is_a_step(tmp_path: Path, programs: Path) -> None:
    (tmp_path / "page.md").write_text("# Page\n\n## Do it\n\n```sh\ntouch made\n```\n")
    Reader(tmp_path, programs).follows(sections(tmp_path / "page.md", 2)["Do it"])
    assert (tmp_path / "made").exists()


def test_the_steps_of_a_page_are_followed(tmp_path: Path, programs: Path) -> None:
    page = """# Page

## Do it

Append to `a.txt`:

```python
one
```

In `a.txt`, below the line `one`,
insert:

```python
three
```

In `a.txt`, change `three` to `two`.

Write `b/c.txt`:

```python
new
```

Then look:

```sh
cat a.txt b/c.txt
```

```text
one
two   new
```
"""
    (tmp_path / "page.md").write_text(page)
    Reader(tmp_path, programs).follows(sections(tmp_path / "page.md", 2)["Do it"])
    assert (tmp_path / "a.txt").read_text() == "one\ntwo\n"
