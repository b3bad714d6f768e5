"""Pages that nbgrader creates from an autograded notebook, and the active content in them."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
from bs4 import BeautifulSoup, Tag
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension

from coursekit.builds.nbgrader_release import copy_settings
from coursekit.settings import mathml

PART, STUDENT, QUESTION = "part1_scaler", "mallory", "why_streaming"
MAY_RUN = {"script", "iframe", "object", "embed", "applet", "form", "input", "button", "textarea"}
MAY_RUN |= {"select", "meta", "base", "link", "style", "svg", "math", "video", "audio", "source"}
MAY_RUN |= {"area", "map", "frame", "frameset", "portal", "dialog", "template", "noscript"}


def make_course(
    root: Path, folder: Path, cells: Iterable[NotebookNode], gradebook: Path | None = None
) -> Path:
    """Make a course folder in which `cells` were submitted and graded.

    nbgrader takes seconds to create a gradebook. Pass that of another such course to copy it.
    """
    copy_settings(root, folder)
    course = {"course": {"id": "vision", "seconds_per_cell": 10}, "parts": []}
    (folder / "course.json").write_text(json.dumps(course), encoding="utf-8")
    (folder / "source" / PART).mkdir(parents=True)
    path = folder / "autograded" / STUDENT / PART / f"{PART}.ipynb"
    path.parent.mkdir(parents=True)
    # An invalid notebook is shown, too.
    path.write_text(json.dumps(notebook(cells)), encoding="utf-8")
    if gradebook is not None:
        shutil.copyfile(gradebook, folder / "gradebook.db")
        return folder
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        book.add_assignment(PART)
        book.add_notebook(PART, PART)
        book.add_grade_cell(QUESTION, PART, PART, max_score=2, cell_type="markdown")
        book.add_solution_cell(QUESTION, PART, PART)
        book.add_student(STUDENT)
        book.add_submission(PART, STUDENT)
        book.db.commit()
    return folder


def notebook(cells: Iterable[NotebookNode]) -> NotebookNode:
    """Return a notebook with a written answer and `cells`, with odd metadata."""
    marks = {"grade": True, "solution": True, "locked": False, "grade_id": QUESTION, "points": 2}
    answer = new_markdown_cell("An answer.", metadata={"nbgrader": marks | {"schema_version": 3}})
    attack = "</title></style><script>window.ran=1</script>"
    state = {"application/vnd.jupyter.widget-state+json": {"state": {attack: attack}}}
    metadata = {
        "title": attack,
        "language_info": {"name": attack, "pygments_lexer": f'"><script>{attack}'},
        "kernelspec": {"name": attack, "display_name": attack, "language": attack},
        "widgets": state,
        "coursekit": attack,
    }
    content = {"cells": [answer, *cells], "metadata": metadata, "nbformat": 4}
    return nbformat.from_dict({**content, "nbformat_minor": 5})


def formgrader_page(course: Path, exporter: HTMLExporter | None = None) -> str:
    """Return the instructor's grading page, from the exporter that the formgrader creates."""
    here = Path.cwd()
    os.chdir(course)
    try:
        exporter = exporter or _formgrader(course)
        path = course / "autograded" / STUDENT / PART / f"{PART}.ipynb"
        names = {"last_name": None, "first_name": None, "student": STUDENT}
        places = {"base_url": "", "notebook_path": str(path), "submission_id": "1"}
        known = {"assignment_id": PART, "notebook_id": PART, "index": 0, "total": 1}
        html, _ = exporter.from_filename(str(path), resources={**names, **places, **known})
        return str(html)
    finally:
        os.chdir(here)


def _formgrader(course: Path) -> HTMLExporter:
    extension = FormgradeExtension()
    extension.root_dir = str(course)
    extension.initialize([])
    server: Any = SimpleNamespace(settings={})
    extension.init_tornado_settings(server)
    return server.settings["nbgrader_exporter"]


def active(html: str) -> Counter[str]:
    """Count everything in a page that could run, load or cover something."""
    found: Counter[str] = Counter()
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        if tag.name in MAY_RUN and not _is_formula(tag):
            found[f"<{tag.name}> {tag.get('src', '')} {tag.get_text()[:200]}"] += 1
        for name, value in tag.attrs.items():
            text = " ".join(value) if isinstance(value, list) else str(value)
            if _is_active(tag.name, name, text):
                found[f"<{tag.name} {name}={text[:80]}>"] += 1
    return found


def _is_formula(tag: Tag) -> bool:
    """Return whether a tag is MathML that only shows a formula."""
    found = [tag, *tag.find_all(True)]
    attributes = {name for each in found for name in each.attrs}
    known = {each.name for each in found} <= mathml.ELEMENTS
    return (
        tag.name == "math"
        and known
        and attributes <= mathml.ATTRIBUTES | {"aria-label", "tabindex"}
    )


def _is_active(tag: str, name: str, text: str) -> bool:
    plain = "".join(text.split()).lower()
    if name in ("href", "xlink:href"):
        return not plain.startswith(
            ("https://", "#", "/formgrader/gradebook", "/formgrader/manage")
        )
    if name == "src":
        return tag != "script" and not plain.startswith("data:image/")
    if name == "style":
        return any(word in plain for word in ("position", "url(", "margin", "expression"))
    if name == "id":
        return text == QUESTION and tag != "input"
    if name == "class":
        return bool({"full-credit", "mermaid", "score"} & set(text.split()))
    return name.startswith("on") or name in ("srcset", "srcdoc", "formaction", "autofocus")
