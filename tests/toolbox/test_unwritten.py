"""A function counts as unwritten only if it is certain that no test of it can pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursekit import course_file
from coursekit.builds.stubs import without_solution
from tests.conftest import ROOT
from toolbox.course import Task
from toolbox.submission.unwritten import is_unwritten

STUB = "def area(w, h):\n    '''The area.'''\n    raise NotImplementedError()\n"
NETWORK = (
    "class area(Base):\n    '''A network.'''\n    size = 3\n\n"
    "    def __init__(self):\n        super().__init__()\n        raise NotImplementedError()\n\n"
    "    def forward(self, x):\n        raise NotImplementedError\n"
)


def judged(folder: Path, text: str | bytes, name: str = "area") -> bool:
    (folder / "student_code").mkdir(exist_ok=True)
    content = text if isinstance(text, bytes) else text.encode()
    (folder / "student_code" / "shapes.py").write_bytes(content)
    return is_unwritten(folder, Task(f"shapes.{name}", 2, 1, "part1"))


@pytest.mark.parametrize("text", [STUB, NETWORK, f"import torch\n\n{STUB}"])
def test_a_stub_is_unwritten(tmp_path: Path, text: str) -> None:
    assert judged(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        STUB.replace("raise", "return w * h\n    raise"),
        STUB.replace("raise", "if w < 0:\n        raise ValueError\n    raise"),
        STUB.replace("raise NotImplementedError()", "raise ValueError()"),
        STUB.replace("raise NotImplementedError()", "pass"),
        NETWORK.replace("raise NotImplementedError\n", "return x\n"),
        f"{STUB}\n\n{STUB}",  # which of them counts depends on the order
        f"{STUB}\n\narea = print\n",
        f"from operator import mul\n\n@mul\n{STUB}",
        "area = print\n",
        "class area:\n    pass\n",
        "def other(): ...\n",
        "def area(:\n",
        "",
    ],
)
def test_anything_else_is_tested(tmp_path: Path, text: str) -> None:
    assert not judged(tmp_path, text)


def test_a_missing_or_unreadable_module_is_tested(tmp_path: Path) -> None:
    assert not is_unwritten(tmp_path, Task("shapes.area", 2, 1, "part1"))
    assert not judged(tmp_path, b"\xff\xfe\x00")


def test_every_stub_of_the_release_is_recognized_and_no_solution_is(tmp_path: Path) -> None:
    tasks = [task for part in course_file.load(ROOT).parts for task in part.tasks]
    (tmp_path / "student_code").mkdir()
    for module in {task.module for task in tasks}:
        text = (ROOT / "student_code" / f"{module}.py").read_text(encoding="utf-8")
        (tmp_path / "student_code" / f"{module}.py").write_text(without_solution(text), "utf-8")
    assert not [task.function for task in tasks if not is_unwritten(tmp_path, task)]
    assert not [task.function for task in tasks if is_unwritten(ROOT, task)]
