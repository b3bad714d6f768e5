"""A scripted student: opens the release, writes code and answers, runs the notebook, submits."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from coursekit.builds import notebook_runs, trees
from toolbox.course import Course, Part

WORDS = "My answer to question {}: it follows from $a^2 + b^2 = c^2$, and I measured it."


class Student:
    """One student's course folder, created as a copy of the release."""

    def __init__(self, name: str, id: str, release: Path, folder: Path, data: Path) -> None:
        self.name, self.id, self.folder, self.data = name, id, folder, data
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(release, folder)

    def writes(self, source: Path, course: Course, part: Part) -> None:
        """Write the modules up to this part, copied from the solution in `source`."""
        modules = trees.modules_up_to(course, part)
        for name, content in trees.student_code(source, modules, solved=True).items():
            (self.folder / name).write_bytes(content)

    def completes(self, part: Part, solution: Path) -> None:
        """Fill in the notebook's own code cells, copied from the notebook in `solution`."""
        path = solution / "notebooks" / f"{part.id}.ipynb"
        solved = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
        notebook = self.notebook(part)
        for cell in notebook.cells:
            if cell.cell_type == "code" and "YOUR CODE HERE" in cell.source:
                cell.source = solved[cell.id]
        nbformat.write(notebook, self.path(part))

    def answers(self, part: Part, *, leaving: int = 0) -> None:
        """Answer all written questions of the part except the first few."""
        notebook = self.notebook(part)
        for question in part.questions[leaving:]:
            for cell in notebook.cells:
                if cell.metadata.get("nbgrader", {}).get("grade_id") == question.id:
                    cell.source = WORDS.format(question.id)
        nbformat.write(notebook, self.path(part))

    def runs(self, part: Part, seconds: int) -> None:
        """Run the notebook from top to bottom; its results go to the student's results folder."""
        executed = notebook_runs.execute(
            self.path(part), data=self.data, results=self.folder / "results", seconds=seconds
        )
        for cell in executed.cells:
            for output in cell.get("outputs", []):
                assert output.output_type != "error", f"{cell.source}\n{output.get('evalue')}"
        nbformat.write(executed, self.path(part))

    def saves_as_colab_does(self, part: Part) -> None:
        """Save the notebook like Colab: format 4.0, ids in the metadata, Colab's own marks."""
        nbformat.write(as_colab_saves(self.notebook(part)), self.path(part))

    def toolbox(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m toolbox …` in the student's folder."""
        environment = {k: v for k, v in os.environ.items() if k != "COURSE_RESULTS"}
        environment |= {"OMP_NUM_THREADS": "1", "COURSE_DATA": str(self.data)}
        return subprocess.run(
            [sys.executable, "-m", "toolbox", *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )

    def hands_in(self, part: Part, to: Path) -> subprocess.CompletedProcess[str]:
        who = ("--name", self.name, "--id", self.id)
        return self.toolbox("submit", part.id, *who, "--to", str(to))

    def notebook(self, part: Part) -> NotebookNode:
        return nbformat.read(self.path(part), as_version=4)

    def path(self, part: Part) -> Path:
        return self.folder / "notebooks" / f"{part.id}.ipynb"


def as_colab_saves(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook with the changes made by opening and saving it in Colab."""
    notebook.nbformat, notebook.nbformat_minor = 4, 0
    notebook.metadata["colab"] = {"provenance": []}
    notebook.metadata["accelerator"] = "GPU"
    notebook.metadata.pop("language_info", None)
    for number, cell in enumerate(notebook.cells):
        cell.metadata["id"] = f"{number:012x}"
        cell.pop("id", None)
        if cell.cell_type == "code":
            cell.metadata["outputId"] = f"{number:08x}-0000-4000-8000-000000000000"
            cell.metadata["colab"] = {"base_uri": "https://localhost:8080/"}
    return notebook
