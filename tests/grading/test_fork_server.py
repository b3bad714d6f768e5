"""The fork server imports beforehand what the part at hand needs, and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from coursekit.grading.fork_server.client import ForkServer
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
