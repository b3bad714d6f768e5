"""The fork server imports beforehand what the part at hand needs, and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from coursekit.errors import CourseProblem
from coursekit.grading.fork_server.client import ForkServer
from coursekit.grading.old_build import advice_on_old
from tests.grading.tiny_grader import TinyGrader

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sandboxes need Linux")


@pytest.mark.parametrize("modules", [["shapes"], ["shapes", "later"]])
def test_only_the_tests_of_the_part_run_beforehand(
    grader: TinyGrader, tmp_path: Path, modules: list[str]
) -> None:
    ran = tmp_path / "ran"
    server = ForkServer(
        {
            **grader.public,
            "student_code/later.py": b"",
            "unit_tests/test_later.py": f"open({str(ran)!r}, 'w').close()\n".encode(),
        },
        modules,
    )
    try:
        server.plan([])  # waits until the server is ready
        assert ran.exists() == ("later" in modules)
    finally:
        server.close()


@pytest.mark.parametrize("code", ["import torch", "from torch import nn"])
def test_the_compiler_of_torch_is_imported_for_networks_only(
    grader: TinyGrader, tmp_path: Path, code: str
) -> None:
    loaded = tmp_path / "loaded"
    test = f"import sys\n\nopen({str(loaded)!r}, 'w').write(str('torch._dynamo' in sys.modules))\n"
    server = ForkServer(
        {
            **grader.public,
            "student_code/later.py": code.encode(),
            "unit_tests/test_later.py": test.encode(),
        },
        ["later"],
    )
    try:
        server.plan([])
        assert loaded.read_text() == str("nn" in code)
    finally:
        server.close()


def test_files_that_cannot_be_imported_are_a_problem_with_advice(grader: TinyGrader) -> None:
    """As when the built course is older than coursekit, and its toolbox lacks a module."""
    older = {
        name: text for name, text in grader.public.items() if name != "toolbox/checks/seeds.py"
    }
    server = ForkServer(older, ["shapes"])
    try:
        with pytest.raises(CourseProblem, match=r"No module .*seeds.*run `coursekit build`"):
            server.plan([])
    finally:
        server.close()


def test_a_toolbox_of_another_version_is_reported(tmp_path: Path) -> None:
    root, folder = tmp_path / "root", tmp_path / "built"
    assert list(advice_on_old(root, folder, "part1")) == []
    for place in (root, folder / "source" / "part1"):
        (place / "toolbox" / "checks").mkdir(parents=True)
        (place / "toolbox" / "checks" / "expect.py").write_text("one = 1\n")
    (folder / "source" / "part1" / "toolbox" / "checks" / "diagnosis.json").write_text("{}")
    assert list(advice_on_old(root, folder, "part1")) == []
    (root / "toolbox" / "checks" / "pictures.py").write_text("two = 2\n")
    (said,) = advice_on_old(root, folder, "part1")
    assert "(toolbox/checks/pictures.py differs). Run `coursekit build`" in said
