"""Turn a sanitized notebook and the files of a submission into plain data for a supervisor."""

from __future__ import annotations

import ast
import base64
import json
import marshal
import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from coursekit.errors import CourseProblem
from coursekit.grading.protocol.messages import (
    BrokenCell,
    Cell,
    EarlierModule,
    GradedCell,
    ImagesNeeded,
    Job,
    NetworkCell,
    PlanQuery,
    SourceCell,
    TestCell,
    TestPlan,
)
from coursekit.grading.sandbox.levels import Level, Limits
from toolbox.course import Course, Part, Task, from_dict

if TYPE_CHECKING:
    from nbformat import NotebookNode

# These settings decide which images `toolbox.data` returns.
DATA_SETTINGS = ("COURSE_DATA_PREFER", "COURSE_DATA_MIRROR", "COURSE_DATA_REGISTRY")


@dataclass(frozen=True)
class Autograded:
    """An autograded cell as the build writes it: `checks.grade("module.name")`."""

    function: str
    hidden: str  # the source of the hidden tests


def autograded(source: str) -> Autograded | None:
    """Return what an autograded cell runs, or None if the build did not write it."""
    try:
        calls = [node.value for node in ast.parse(source).body if isinstance(node, ast.Expr)]
        whole = len(calls) == len(ast.parse(source).body)
    except (SyntaxError, ValueError, RecursionError):
        return None
    found = [(ast.unparse(c.func), c.args) for c in calls if isinstance(c, ast.Call)]
    texts = [[a.value for a in args if isinstance(a, ast.Constant)] for _, args in found]
    names = [name for name, _ in found]
    if not whole or len(found) != len(calls):
        return None
    if names == ["checks.add_hidden_tests", "checks.grade"] and texts[0][:1] == texts[1]:
        return Autograded(str(texts[1][0]), str(texts[0][1]))
    if names == ["checks.grade"] and len(texts[0]) == 1:
        return Autograded(str(texts[0][0]), "")
    return None


def trained_run(source: str) -> str:
    """Return the run that a `checks.grade_trained("run")` cell measures, else an empty string."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return ""
    match body:
        case [ast.Expr(ast.Call(function, [ast.Constant(str(run))], []))]:
            return run if ast.unparse(function) == "checks.grade_trained" else ""
    return ""


class Planner:
    """Creates the jobs of one part."""

    def __init__(self, folder: Path, part: Part, course: Course, reference: Path | None) -> None:
        self.folder, self.part, self.course = folder, part, course
        self.source = folder / "source" / part.id
        # Parse the JSON directly: importing nbformat takes longer than everything else here.
        text = (self.source / f"{part.id}.ipynb").read_text(encoding="utf-8")
        cells = json.loads(text)["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        self.setup = next((text for text in code if "notebook.setup(" in text), "")
        found = [autograded(text) for text in code]
        self.hidden = {each.function: each.hidden for each in found if each and each.hidden}
        self.reference = reference
        # Returns the tests of each function.
        self.ask: Callable[[list[PlanQuery]], list[TestPlan]] = _nobody
        self.images = images_needed(part, data_home(folder))
        # Prepares these images, and returns why they are missing, by trained run.
        self.prepare: Callable[[ImagesNeeded], dict[str, str]] = lambda images: {}
        self.key = ""  # seeds the tests

    def load(self) -> None:
        """Load the course's tests and prepare its images now.

        Raises `ValueError` if the tests cannot be loaded.
        """
        _ = self.plans, self.unmeasurable

    @cached_property
    def plans(self) -> dict[str, TestPlan]:
        """The course's tests by function, loaded on first use."""
        questions = self.questions()
        plans = self.ask(questions)
        return {q["function"]: plan for q, plan in zip(questions, plans, strict=True)}

    @cached_property
    def unmeasurable(self) -> dict[str, str]:
        """Why images are missing, by trained run; they are prepared on first use."""
        return self.prepare(self.images)

    @cached_property
    def files(self) -> dict[str, bytes]:
        """All files of the part in the instructor's version, by path relative to its folder."""
        paths = [path for path in self.source.rglob("*") if path.is_file()]
        return {
            path.relative_to(self.source).as_posix(): path.read_bytes()
            for path in paths
            if "__pycache__" not in path.parts
        }

    def public_files(self) -> dict[str, bytes]:
        """Return the course files that the fork server and the sandboxes can read."""
        return {name: text for name, text in self.files.items() if not name.endswith(".ipynb")}

    def earlier_modules(self) -> list[str]:
        """Return the modules of earlier parts that students do not edit in this part."""
        parts = self.course.built_parts
        before = parts[: [part.id for part in parts].index(self.part.id)]
        names = [module for part in before for module in part.modules]
        return [name for name in dict.fromkeys(names) if name not in self.part.modules]

    def tested_modules(self) -> list[str]:
        """Return the modules whose tests run for a submission of this part."""
        return [*self.part.modules, *self.earlier_modules()]

    def questions(self) -> list[PlanQuery]:
        """Return the functions whose tests the fork server has to list."""
        tasks = [*self.part.tasks]
        earlier = self.earlier_modules()
        for part in self.course.built_parts:
            tasks += [task for task in part.tasks if task.module in earlier and task not in tasks]
        return [
            {
                "function": task.function,
                "file": task.test_file,
                "hidden": self.hidden.get(task.function, ""),
            }
            for task in tasks
        ]

    def job(
        self, student: str, notebook: NotebookNode, files: dict[str, bytes], level: Level
    ) -> tuple[Job, dict[str, str]]:
        """Return a submission's job and, separately, the texts that student code must not see."""
        head = self.course
        limits = Limits(
            seconds_per_test=head.seconds_per_test, seconds_per_cell=head.seconds_per_cell
        )
        cells: list[Cell] = []
        hidden: dict[str, str] = {}
        count = 0
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            count += 1
            mark = cell.metadata.get("nbgrader", {})
            if mark.get("grade") and not mark.get("solution"):
                points = float(mark.get("points", 0))
                graded = self._graded(cell.source, index, count, points)
                if graded["kind"] in ("tests", "broken"):
                    hidden[graded["function"]] = self.hidden.get(graded["function"], "")
                else:
                    hidden[str(index)] = cell.source
                cells.append(graded)
            elif "skip-execution" not in cell.metadata.get("tags", []):
                cells.append({"kind": "run", "index": index, "count": count, "source": cell.source})
        job: Job = {
            "sandbox": {
                "root": str(self.folder / "autograded" / student / self.part.id),
                "files": {name: _text(content) for name, content in files.items()},
                "environment": environment(student, self.folder),
                "data": data_home(self.folder),
                "limits": asdict(limits),
                "level": int(level),
            },
            "cells": cells,
            "setup": self.setup,
            "earlier": self._earlier(files),
            "images": self.images,
            "unmeasurable": self.unmeasurable,
            "key": self.key,
        }
        return job, hidden

    def _graded(self, source: str, index: int, count: int, points: float) -> GradedCell:
        found = autograded(source)
        if found is None or found.function not in self.plans:
            if run := trained_run(source):
                return NetworkCell(kind="network", index=index, count=count, points=points, run=run)
            return SourceCell(kind="source", index=index, count=count, points=points)
        if reason := self.plans[found.function].get("problem", ""):
            return BrokenCell(
                kind="broken",
                index=index,
                count=count,
                points=points,
                function=found.function,
                problem=reason,
            )
        return self._tests(self.course.task(found.function), index, count, points)

    def _tests(self, task: Task, index: int = 0, count: int = 0, points: float = 0.0) -> TestCell:
        return {
            "kind": "tests",
            "index": index,
            "count": count,
            "points": points,
            "function": task.function,
            "file": task.test_file,
            "plan": self.plans[task.function],
        }

    def _earlier(self, files: dict[str, bytes]) -> list[EarlierModule]:
        """Return the earlier modules this part depends on, with their tests and the reference."""
        if self.reference is None:
            return []
        needed = self._needed(files)
        found: list[EarlierModule] = []
        for name in self.earlier_modules():
            path = self.reference / f"{name}.py"
            if name not in needed or not path.is_file():
                continue
            tasks = [t for part in self.course.built_parts for t in part.tasks if t.module == name]
            cells = [
                self._tests(t)
                for t in tasks
                if t.function in self.plans and "problem" not in self.plans[t.function]
            ]
            code = compile(path.read_text(encoding="utf-8"), f"<the course's {name}.py>", "exec")
            found.append({"name": name, "cells": cells, "code": _text(marshal.dumps(code))})
        return found

    def _needed(self, files: dict[str, bytes]) -> set[str]:
        texts = {
            name.removeprefix("student_code/").removesuffix(".py"): content.decode(
                "utf-8", "replace"
            )
            for name, content in files.items()
            if name.startswith("student_code/") and name.endswith(".py")
        }
        waiting = list(self.part.modules)
        tests = [self.source / "unit_tests" / f"test_{module}.py" for module in waiting]
        public = [path.read_text(encoding="utf-8") for path in tests if path.is_file()]
        for text in [*public, *self.hidden.values()]:
            waiting += imported(text)
        needed: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in needed:
                needed.add(name)
                waiting += imported(texts.get(name, ""))
        return needed


def _nobody(questions: list[PlanQuery]) -> list[TestPlan]:
    raise RuntimeError("no fork server is connected to list the tests")


def images_needed(part: Part, data: str) -> ImagesNeeded:
    """Return the images that the fork server has to prepare for grading a part."""
    settings = {name: os.environ[name] for name in DATA_SETTINGS if name in os.environ}
    return {
        "datasets": list(part.datasets),
        "runs": [trained.run for trained in part.trained],
        "environment": {**settings, "COURSE_DATA": data},
    }


def imported(text: str) -> list[str]:
    """Return the modules of `student_code` that a source text imports."""
    found = re.findall(r"^[ \t]*from student_code import ([\w, ]+)", text, re.M)
    names = [name.split(" as ")[0].strip() for line in found for name in line.split(",")]
    return names + re.findall(r"student_code\.(\w+)", text)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def environment(student: str, folder: Path) -> dict[str, str]:
    """Return the environment of student code: nbgrader's, without private variables."""
    kept = ("PATH", "LANG", "LC_ALL", "COURSE_DATA_PREFER", "LD_LIBRARY_PATH")
    found = {name: os.environ[name] for name in kept if name in os.environ}
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "MKL", "OPENBLAS")}
    return {
        **found,
        **threads,
        "NBGRADER_EXECUTION": "autograde",
        "COURSE_STUDENT_ID": student,
        "COURSE_DATA": data_home(folder),
        "HOME": "/scratch",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "JPY_PARENT_PID": "1",
    }


def data_home(folder: Path) -> str:
    """Return the folder of the images that all submissions share."""
    chosen = os.environ.get("COURSE_DATA", "").strip()
    return str(Path(chosen).expanduser().resolve() if chosen else folder.resolve() / "data")


def course_of(folder: Path) -> Course:
    """Read the course definition from the built nbgrader course.

    Raises `CourseProblem` if the folder contains none.
    """
    path = folder / "course.json"
    if not path.is_file():
        raise CourseProblem(f"{folder} is not an nbgrader course. Run `coursekit build` first.")
    return from_dict(json.loads(path.read_text(encoding="utf-8")))
