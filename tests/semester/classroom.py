"""A generated class: what each student submits for each part, drawn from a seed.

A student works through the tasks of a part with solutions, known misconceptions, alternatives,
stubs, syntax errors and missing files. Modules of earlier parts are submitted in corrected form, as
after feedback, so that both graders grade the same work.
"""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from coursekit.builds.stubs import strip_file
from misconceptions.catalogue import entries
from tests.collecting.colab import saved_by_colab
from toolbox.course import Course, Part

FIRST = ("Ada", "Ben", "Cleo", "Dara", "Eli", "Fay", "Gus", "Hana", "Ivo", "June")
LAST = ("Ash", "Birch", "Cedar")
KINDS = ("solution", "misconception", "alternative", "stub", "syntax error", "missing")
SHARES = (55, 22, 8, 8, 5, 2)
ANSWERED = 0.8  # share of the written questions


@dataclass(frozen=True)
class Member:
    """One student of the class, as in the roster."""

    id: str
    first: str
    last: str
    number: int  # the id on the learning platform

    @property
    def canvas_name(self) -> str:
        return f"{self.last}{self.first}".lower()


def members(count: int) -> list[Member]:
    """Return `count` students with distinct ids; names repeat from the thirtieth on."""
    return [
        Member(
            f"{FIRST[n % 10][0]}{LAST[n // 10 % 3][0]}{n:03d}".lower(),
            FIRST[n % 10],
            LAST[n // 10 % 3],
            5000 + n,
        )
        for n in range(count)
    ]


def roster(students: list[Member]) -> bytes:
    """Return the class as a CSV file for `coursekit collect --roster`."""
    rows = [f"{s.id},{s.last},{s.first},{s.id}@example.org,{s.number}" for s in students]
    return "\n".join(["student_id,last_name,first_name,email,canvas id", *rows, ""]).encode()


class Desk:
    """Writes the submissions of one part. `weights` has trained networks by submission path."""

    def __init__(
        self,
        root: Path,
        course: Course,
        part: Part,
        released: NotebookNode,
        weights: Mapping[str, bytes],
        seed: int = 0,
    ) -> None:
        self.root, self.part, self.released = root, part, released
        self.weights, self.seed = weights, seed
        until = [each.id for each in course.built_parts].index(part.id)
        earlier = [m for each in course.built_parts[:until] for m in each.modules]
        self.earlier = [m for m in dict.fromkeys(earlier) if m not in part.modules]

    def hand_in(self, member: Member) -> tuple[dict[str, bytes], dict[str, str]]:
        """Return the files that a student submits, and the kind of each module."""
        draw = random.Random(f"{self.seed} {member.id} {self.part.id}")
        files = {f"student_code/{name}.py": self._solution(name).encode() for name in self.earlier}
        kinds = {}
        for module in self.part.modules:
            kinds[module], text = self._module(module, draw)
            if text is not None:
                files[f"student_code/{module}.py"] = text.encode()
        notebook = self._answered(draw)
        if draw.random() < 1 / 3:
            notebook = saved_by_colab(notebook, seed=draw.randrange(1000), keeps_ids=True)
        files[f"{self.part.id}.ipynb"] = json.dumps(notebook).encode()
        if draw.random() < 0.9:
            files |= self.weights
        return files, kinds

    def _module(self, module: str, draw: random.Random) -> tuple[str, str | None]:
        kind = draw.choices(KINDS, SHARES)[0]
        names = {task.function for task in self.part.tasks if task.module == module}
        known = [
            entry
            for entry in entries(module)
            if entry.function in names and entry.is_right == (kind == "alternative")
        ]
        solution = self._solution(module)
        if kind in ("misconception", "alternative") and known:
            return kind, draw.choice(known).as_student_file(solution)
        if kind == "stub":
            return kind, strip_file(self.root / "student_code" / f"{module}.py")
        if kind == "syntax error":
            return kind, f"{solution}\n\ndef unfinished(:\n"
        if kind == "missing":
            return kind, None
        return "solution", solution

    def _solution(self, module: str) -> str:
        return (self.root / "student_code" / f"{module}.py").read_text(encoding="utf-8")

    def _answered(self, draw: random.Random) -> NotebookNode:
        notebook = nbformat.from_dict(json.loads(json.dumps(self.released)))
        questions = {question.id for question in self.part.questions}
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in questions and draw.random() < ANSWERED:
                cell.source = f"An answer to {name}, number {draw.randrange(10**6)}."
        return notebook


def canvas_download(hand_ins: Mapping[Member, Mapping[str, bytes]]) -> bytes:
    """Return the zip that Canvas offers: one archive per student, named by Canvas."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as download:
        for member, files in hand_ins.items():
            inner = io.BytesIO()
            with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, content in files.items():
                    archive.writestr(zipfile.ZipInfo(name, (2027, 2, 1, 12, 0, 0)), content)
            name = f"{member.canvas_name}_{member.number}_{9000 + member.number}_hand-in.zip"
            download.writestr(zipfile.ZipInfo(name, (2027, 2, 1, 12, 0, 0)), inner.getvalue())
    return whole.getvalue()
