"""Grade one module of a course with a single function, with a real fork server and sandbox."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from coursekit.grading.fork_server.client import ForkServer
from coursekit.grading.protocol.messages import Job, PlanQuery, TestCell
from coursekit.grading.sandbox.levels import Level, Limits
from tests.toolbox.conftest import FACTS, TESTS
from tests.toolbox.test_checks import HIDDEN

ROOT = Path(__file__).resolve().parent.parent.parent
FUNCTION = "shapes.area"
MAXIMUM = 8.0

CHECKED = """
def checked(width, height):
    if width < 0 or height < 0:
        raise ValueError("sides are not negative")
    return width * height
"""


@dataclass
class Verdict:
    """The supervisor's decision about one submission."""

    score: float
    flags: list[str]
    text: str


class TinyGrader:
    """A fork server with the tiny course. Each call of `grade` grades another submission."""

    def __init__(
        self,
        folder: Path,
        seconds_per_test: float = 10.0,
        further: dict[str, bytes] | None = None,
        modules: Sequence[str] = ("shapes",),
    ) -> None:
        self.folder, self.seconds = folder, seconds_per_test
        facts = {**FACTS, "course": {**FACTS["course"], "seconds_per_test": seconds_per_test}}  # type: ignore[dict-item]
        public = {
            "course.json": json.dumps(facts).encode(),
            "student_code/__init__.py": b"",
            "student_code/shapes.py": b"def area(a, b):\n    raise NotImplementedError\n",
            "unit_tests/__init__.py": b"",
            "unit_tests/test_shapes.py": TESTS.encode(),
        }
        for path in (ROOT / "toolbox").rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                public[path.relative_to(ROOT).as_posix()] = path.read_bytes()
        self.course_json = public["course.json"]
        self.public = {**public, **(further or {})}
        self.server = ForkServer(self.public, modules)
        self.level, _ = self.server.probe()

    def job(self, module: str, hidden: str = HIDDEN, **limits: Any) -> tuple[Job, dict[str, str]]:
        """Return the job of a submission with that module, and its hidden tests."""
        question: PlanQuery = {
            "function": FUNCTION,
            "file": "unit_tests/test_shapes.py",
            "hidden": hidden,
        }
        (plan,) = self.server.plan([question])
        cell: TestCell = {
            "kind": "tests",
            "index": 0,
            "count": 1,
            "points": MAXIMUM,
            "function": FUNCTION,
            "file": question["file"],
            "plan": plan,
        }
        files = {
            "course.json": self.course_json,
            "student_code/__init__.py": b"",
            "student_code/shapes.py": module.encode(),
        }
        job: Job = {
            "sandbox": {
                "root": str(self.folder / "student"),
                "files": {name: base64.b64encode(text).decode() for name, text in files.items()},
                "environment": {"OMP_NUM_THREADS": "1", "HOME": "/scratch"},
                "data": "",
                "limits": asdict(Limits(seconds_per_test=self.seconds, **limits)),
                "level": int(self.level),
            },
            "cells": [cell],
            "setup": "",
            "earlier": [],
            "images": {"datasets": [], "runs": [], "environment": {}},
            "unmeasurable": {},
            "key": "",
        }
        return job, {FUNCTION: hidden}

    def grade(self, module: str, hidden: str = HIDDEN, **limits: Any) -> Verdict:
        """Grade a submission with that module."""
        results = self.server.run(*self.job(module, hidden, **limits))
        assert "problem" not in results, results
        outputs = results["cells"]["0"]
        text = "".join(each.get("text", "") for each in outputs)
        return Verdict(float(outputs[-1]["data"]["text/plain"]), results["flags"], text)


def promises(text: str) -> list[str]:
    """Return the lines of a feedback with the outcomes of tests."""
    return [line for line in text.splitlines() if re.match(r"[✓✗·–] ", line)]


__all__ = ["CHECKED", "FUNCTION", "MAXIMUM", "Level", "TinyGrader", "Verdict", "promises"]
