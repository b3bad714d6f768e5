"""The page of a part: its notebook as students get it, with the plots of the executed solution."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions

from coursekit.builds.nbgrader_source import for_nbgrader
from coursekit.builds.pairs import setup_cell
from toolbox.course import Course, Part
from tools.site.functions_page import anchor

WITH_FIGURES = (
    """The plots below its cells come from the executed solution, with synthetic images."""
)
WITHOUT_FIGURES = """It has no plots, since `build/solution` does not contain this part; run
`make build` first."""


def released(root: Path, course: Course, part: Part) -> NotebookNode:
    """Return the notebook of a part without solutions, answers, mark schemes and hidden tests."""
    path = root / "notebooks" / f"{part.id}.ipynb"
    notebook = for_nbgrader(path, part, course, root / "unit_tests" / "hidden")
    for preprocessor in (ClearSolutions, ClearHiddenTests, ClearMarkScheme):
        step = preprocessor()
        if hasattr(step, "enforce_metadata"):
            step.enforce_metadata = False
        notebook, _ = step.preprocess(notebook, {})
    return notebook


def figures(root: Path, part: Part) -> dict[str, list[tuple[str, bytes]]]:
    """Return the plots of the executed solution, with their alt texts, by the id of the cell."""
    path = root / "build" / "solution" / "notebooks" / f"{part.id}.ipynb"
    if not path.is_file():
        return {}
    found: dict[str, list[tuple[str, bytes]]] = {}
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            picture = output.get("data", {}).get("image/png")
            alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
            alt = alt or output.get("metadata", {}).get("alt", "")
            if picture and alt:
                found.setdefault(cell.id, []).append((alt, base64.b64decode(picture)))
    return found


def page(root: Path, course: Course, part: Part) -> tuple[str, dict[str, bytes]]:
    """Return the page of a part, and the files beside it by name."""
    notebook, plots = released(root, course, part), figures(root, part)
    files = {f"{part.id}.ipynb": nbformat.writes(notebook).encode()}
    first = setup_cell(course, part.id)
    texts = []
    for cell in notebook.cells:
        if not cell.source.strip():
            continue
        if cell.cell_type == "markdown":
            texts.append(cell.source)
            continue
        code = f"```python\n{cell.source}\n```"
        if cell.source == first:
            code = '??? note "The first cell"\n\n' + _indented(code)
        texts.append(code)
        for number, (alt, picture) in enumerate(plots.get(cell.id, [])):
            name = f"{part.id}-{cell.id}-{number}.png"
            files[name] = picture
            texts.append(f"![{_alt(alt)}]({name}){{ loading=lazy }}")
    title, _, rest = texts[0].partition("\n")
    head = f"{title}\n\n{_facts(part, bool(plots))}\n{rest}"
    return "\n\n".join([head, *texts[1:]]) + "\n", files


def _facts(part: Part, plots: bool) -> str:
    tasks = ", ".join(
        f"[`{task.name}`](../reference/functions.md#{anchor(task.function)})" for task in part.tasks
    )
    return (
        f"This page shows the notebook as students get it ([download]({part.id}.ipynb)). "
        f"{WITH_FIGURES if plots else WITHOUT_FIGURES}\n\n"
        f"Points: {part.points:g}. Questions: {len(part.questions)}. Functions: {tasks}.\n"
    )


def _alt(text: str) -> str:
    return re.sub(r"[\[\]]", "", " ".join(text.split()))


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())
